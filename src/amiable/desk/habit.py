"""Habits: weigh what a company's customers teach, once a week or when the ledger grew."""

from dataclasses import replace
from datetime import date

from django.db import transaction

from amiable.desk.calendar import working_days
from amiable.engine.days import week_start
from amiable.engine.habit import WEEKEND_SHARE, CompanyHabit, learn_company
from amiable.engine.segment import DEFAULT_RULE, SegmentRule
from amiable.store.company import lock_company
from amiable.store.habit import (
    count_settled,
    due_dates_of_settled,
    load_company_habit,
    sampled_histories,
    save_company_habit,
    shift_delays,
)
from amiable.store.models import Company
from amiable.store.standing import unweigh_all

_GROWTH = 1.1  # ten per cent more settled invoices than last time: learn again at once


def learn_habits(company: Company, today: date, *, anew: bool = False) -> CompanyHabit:
    """What this company's customers teach about any one of them, as of the week of ``today``.

    Taken from the database when it was weighed this week and the ledger has not grown by a
    tenth since; otherwise learned from all settled invoices, and every customer is decided anew.
    """
    week = week_start(today)
    known = load_company_habit(company.pk)
    count, weekend = count_settled(company.pk)
    if known is not None and not anew:
        row, learned = known
        same = row.invoices <= count <= row.invoices * _GROWTH or not count
        if row.weighed_on == week and same:
            return replace(learned, rule=segment_rule(company))
    with transaction.atomic():
        lock_company(company)
        rolls = count > 0 and weekend / count < WEEKEND_SHARE
        if rolls != bool(company.rolls):
            roll_delays(company, rolls=rolls)
            company.rolls = rolls
            company.save(update_fields=["rolls"])
        learned = learn_company(sampled_histories(company.pk, today))
        save_company_habit(company.pk, learned, week, invoices=count)
        unweigh_all(company.pk)
    return replace(learned, rule=segment_rule(company))


def known_habits(company: Company, today: date) -> CompanyHabit:
    """What was weighed last, without counting the ledger; learned now if it never was.

    For a page or a single customer: the morning's plan keeps it up to date.
    """
    known = load_company_habit(company.pk)
    if known is None:
        return learn_habits(company, today)
    return replace(known[1], rule=segment_rule(company))


def segment_rule(company: Company) -> SegmentRule:
    """The thresholds the company chose for its segments; the defaults where it chose none."""
    return SegmentRule(**company.segment_rule) if company.segment_rule else DEFAULT_RULE


def roll_delays(company: Company, *, rolls: bool) -> None:
    """Count all delays from the rolled due dates, or back from the written ones."""
    calendar = working_days(company.country)
    moved = {day: (calendar.roll(day) - day).days for day in due_dates_of_settled(company.pk)}
    sign = 1 if rolls else -1
    shift_delays(company.pk, {day: sign * days for day, days in moved.items() if days})

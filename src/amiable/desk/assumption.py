"""Assumptions: what money and a reminder cost the company, and the cash it needs; set by people."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from amiable.desk.access import Actor
from amiable.desk.audit import recorded
from amiable.desk.settings import SettingsMoved, seen_settings
from amiable.engine.money import Money, money
from amiable.store.company import lock_company
from amiable.store.models import Company

DEFAULT_COST_OF_MONEY = 500
"""Hundredths of a per cent a year; nobody's figure, so it is always shown as one to be set."""

ASSUMPTIONS = ("cost_of_money", "reminder_cost_minor", "cash_need_minor")
"""The settings that hold them, for `seen_settings`."""

_DEFAULT_REMINDER = 5  # whole units of the currency: ten minutes of somebody's time


@dataclass(frozen=True, slots=True, kw_only=True)
class Assumptions:
    """``cost_of_money`` in hundredths of a per cent a year; ``is_set`` false: it is the default.
    ``reminder``: what one costs; ``reminder_set`` likewise. ``cash_need``: a day, None unknown."""

    cost_of_money: int
    is_set: bool
    reminder: Money
    reminder_set: bool
    cash_need: Money | None


def assumptions_of(company: Company) -> Assumptions:
    """What a company assumes, the defaults where nobody said."""
    rate, reminder = company.cost_of_money, company.reminder_cost_minor
    need = company.cash_need_minor
    unset = money(_DEFAULT_REMINDER, company.currency)
    return Assumptions(
        cost_of_money=DEFAULT_COST_OF_MONEY if rate is None else rate,
        is_set=rate is not None,
        reminder=unset if reminder is None else Money(minor=reminder, currency=company.currency),
        reminder_set=reminder is not None,
        cash_need=None if need is None else Money(minor=need, currency=company.currency),
    )


def change_assumptions(
    actor: Actor,
    *,
    cost_of_money: int | None,
    reminder: Money | None,
    cash_need: Money | None,
    seen: str,
    at: datetime,
) -> bool:
    """Set them; None goes back to the default (or to unknown). False: nothing differs.

    ``seen`` is what they were when the person opened them. Raises SettingsMoved.
    """
    company = actor.company
    new = {
        "cost_of_money": cost_of_money,
        "reminder_cost_minor": reminder.minor if reminder is not None else None,
        "cash_need_minor": cash_need.minor if cash_need is not None else None,
    }
    with transaction.atomic():
        lock_company(company)
        if seen_settings(company, ASSUMPTIONS) != seen:
            raise SettingsMoved
        before = {name: getattr(company, name) for name in new}
        if before == new:
            return False
        with recorded(actor, "assumptions_changed", at=at, before=before, after=new):
            for name, value in new.items():
                setattr(company, name, value)
            company.save(update_fields=list(new))
    return True

"""The dashboard reads what is kept of each day; its figures are those counted by hand."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest

from amiable.desk import dashboard_words as told
from amiable.desk.dashboard import PERIODS, Dashboard, dashboard_until, see_dashboard
from amiable.desk.measure_count import count_days
from amiable.desk.plan import draw_plan
from amiable.engine.money import Money
from amiable.engine.parties import Channel, Language
from amiable.store.models import (
    Company,
    Credit,
    Customer,
    Invoice,
    OutboxRow,
    ReminderEffect,
)
from tests.desk.books import (
    DAY,
    TODAY,
    at,
    bring_in,
    company_with_debtors,
    credit_note,
    customer,
    facts,
    invoice,
    payer,
    payment,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def company() -> Company:
    """Two debtors; A owes a second invoice that is 100 days late and has 200.00 tied to nothing."""
    made = company_with_debtors(("A", "B"))
    old = invoice("A", "OLD", TODAY - 100 * DAY, 50_000)
    usd = Money(minor=70_000, currency="USD")
    foreign = replace(invoice("B", "USD-1", TODAY - 5 * DAY), amount=usd)
    bring_in(made, facts("A", [old]), facts("B", [foreign]))
    return made


def see(company: Company, months: int = 12) -> Dashboard:
    board = see_dashboard(company, months, TODAY, at(TODAY))
    assert board is not None
    return board


def test_the_newest_day_says_what_stands_open_by_age(company: Company) -> None:
    now = see(company).now
    assert now.on == TODAY
    assert now.owed.buckets == (0, 200_000, 0, 0, 50_000)
    assert now.owed.overdue == now.owed.outstanding == 250_000


@pytest.mark.parametrize("months", PERIODS)
def test_a_period_is_shown_by_week_or_by_the_ends_of_its_months(
    company: Company, months: int
) -> None:
    days = [point.on for point in see(company, months).points]
    assert days[-1] == TODAY
    if months == 3:
        assert {(later - day).days for day, later in pairwise(days)} == {7}
    else:
        assert all((day + DAY).day == 1 for day in days[:-1])
        assert len(days) <= months + 1


def test_dso_is_what_is_owed_over_the_sales_of_ninety_days(company: Company) -> None:
    since = TODAY - 89 * DAY
    sold = sum(
        row.amount_minor
        for row in Invoice.objects.of(company.pk)
        if row.currency == "EUR" and since <= row.issued_on <= TODAY
    )
    now = see(company).now
    assert now.dso == pytest.approx(250_000 / sold * 90)
    assert now.back is not None
    assert now.back.days > 0


def test_receipts_of_the_period_stand_beside_those_before_it(company: Company) -> None:
    bring_in(company, facts("A", [], [payment("A", "NEW", TODAY - DAY, 20_000)]))
    board = see(company, 3)
    paid = [
        row
        for row in Credit.objects.of(company.pk)
        if row.kind == "payment" and row.received_on >= board.since
    ]
    assert board.received == sum(row.amount_minor for row in paid)


def test_another_currency_is_told_apart_and_never_summed_up(company: Company) -> None:
    (other,) = see(company).others
    assert (other.owed.currency, other.owed.overdue) == ("USD", 70_000)
    assert {point.owed.currency for point in see(company).points} == {"EUR"}


def test_a_credit_note_is_no_receipt(company: Company) -> None:
    before = see(company).received
    bring_in(company, facts("B", [], [credit_note("B", "CN", TODAY - DAY, 10_000)]))
    assert see(company).received == before


def test_the_largest_debtors_come_first_with_what_all_owe(company: Company) -> None:
    debtors = see(company).debtors
    assert [(row.key, owed) for row, owed in debtors.largest] == [("A", 150_000), ("B", 100_000)]
    assert (debtors.total, debtors.count) == (250_000, 2)
    debtors = told.debtors_said(see(company), Language.EN)
    assert "60%" in debtors
    assert "credits taken off" in debtors  # not all that is outstanding: that is another figure


def test_who_gets_later_beyond_chance_is_named(company: Company) -> None:
    early = payer("D", 2, TODAY - 200 * DAY, 20)
    late = payer("D", 22, TODAY - 10 * DAY, 14)
    invoices = [replace(one, key=f"N{one.key}", number=f"N{one.number}") for one in late.invoices]
    credits = [replace(one, key=f"N{one.key}", number=f"N{one.number}") for one in late.credits]
    whole = replace(
        early, invoices=(*early.invoices, *invoices), credits=(*early.credits, *credits)
    )
    bring_in(company, whole)
    draw_plan(company, TODAY)
    row = customer(company, "D")
    assert (row.current_segment, row.drift_days) == ("at_risk", 20)
    board = see(company)
    assert [one.pk for one in board.drifting] == [row.pk]
    assert "D SARL" in told.drift_said(board, Language.FR)


def left(company: Company, who: Customer, number: int, **effect: Any) -> None:
    day = TODAY - number * DAY
    message = OutboxRow.objects.of(company.pk).create(
        company=company, customer=who, cycle=f"c{number}", step=1, channel=Channel.EMAIL.value,
        approved_on=day, approved_at=at(day), state="sent", sent_on=day, sent_at=at(day),
    )  # fmt: skip
    plain: dict[str, Any] = {
        "bounced": False, "invoices": 2, "paid_30": 0, "answered_after": None,
        "paid_7": 0, "paid_15": 0, "paid_7_minor": 0, "paid_15_minor": 0, "paid_30_minor": 0,
        "amount_minor": 100,
    }  # fmt: skip
    ReminderEffect.objects.of(company.pk).create(
        company=company, message=message, customer=who, judged_on=TODAY, customer_version=1,
        sent_on=day, channel=Channel.EMAIL.value, step=1, weekday=1, segment="regular",
        **(plain | effect),
    )  # fmt: skip


def test_each_step_of_the_funnel_is_a_part_of_the_one_before(company: Company) -> None:
    who = customer(company, "A")
    left(company, who, 10)
    left(company, who, 20, bounced=True, paid_30=2)
    left(company, who, 30, answered_after=3)
    left(company, who, 40, answered_after=50, paid_30=1)
    left(company, who, 50, paid_30=2)
    left(company, who, 400, paid_30=2)
    funnel = see(company).funnel
    assert (funnel.sent, funnel.arrived, funnel.followed, funnel.paid, funnel.settled) == (
        5, 4, 3, 2, 1,
    )  # fmt: skip
    assert funnel.answered == 1


def test_a_past_evening_is_seen_only_where_its_days_are_counted(company: Company) -> None:
    count_days(company, TODAY, at(TODAY))
    monday = TODAY - timedelta(days=TODAY.weekday())
    board = dashboard_until(company, 3, monday)
    assert board is not None
    assert board.now.on == monday - DAY
    assert dashboard_until(company, 3, TODAY + 7 * DAY) is None
    assert dashboard_until(company, 3, date(2001, 1, 1)) is None


def test_everything_is_said_in_both_languages_even_when_nothing_is_there() -> None:
    empty = company_with_debtors((), "vide")
    board = see(empty)
    for language in Language:
        sentences = [
            write(board, language)
            for write in (told.aged_said, told.dso_said, told.weeks_said, told.drift_said,
                          told.debtors_said, told.funnel_said)
        ]  # fmt: skip
        assert all(sentences)
        assert len(set(sentences)) == 6

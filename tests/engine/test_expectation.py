"""Receipts expected: the chances by hand, by a slow twin, and what must always hold."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings

from amiable.engine.dispute import Dispute
from amiable.engine.expectation import chance_within, expected_receipts
from amiable.engine.habit import CompanyHabit, curve, habit_of
from amiable.engine.ledger import Invoice, OpenInvoice, OpenItems
from amiable.engine.money import Money
from amiable.engine.parties import Customer
from amiable.engine.policy import FixedCalendar, Policy, Step, Tone
from amiable.engine.promise import Promise
from amiable.engine.situation import Account, Morning, see
from tests.engine.accounts import cases

TODAY = date(2026, 3, 2)
NOW = TODAY.toordinal()
POLICY = Policy(name="p", trigger=FixedCalendar(days=5), steps=(Step(after=0, tone=Tone.FRIENDLY),))
HALVES = CompanyHabit(
    stranger=curve({0: 0.5, 10: 0.5}),
    scatter=curve({0: 1.0}),
    kappa=2.0,
    mean=5.0,
    customers=4,
    invoices=40,
)
# Paid 4 and 6 days late: F = 0: 1/6, 4: 3/6, 6: 1/6, 10: 1/6 (see test_habit, by hand).
HABIT = habit_of([(NOW, 4), (NOW, 6)], HALVES, TODAY)
F = {0: 1 / 6, 4: 3 / 6, 6: 1 / 6, 10: 1 / 6}


@pytest.mark.parametrize(
    ("late", "days", "chance"),
    [
        (-3, 3, 0),
        (-3, 4, 1 / 6),
        (0, 7, 5 / 6),
        (1, 7, 4 / 5),
        (5, 7, 1),
        (7, 3, 0),
        (10, 1, 1),
        (11, 7, 0),
    ],
)
def test_the_chance_is_that_of_the_days_to_come_knowing_it_did_not_come_before(late, days, chance):
    assert chance_within(HABIT, late, days) == pytest.approx(chance)


@pytest.mark.parametrize("late", range(-5, 11))
def test_the_chance_is_counted_from_the_distribution(late):
    left = {day: share for day, share in F.items() if day >= late}
    soon = sum(share for day, share in left.items() if day < late + 7)
    assert chance_within(HABIT, late) == pytest.approx(soon / sum(left.values()))


def owed(key: str, late: int, minor: int = 60_000, currency: str = "EUR") -> OpenInvoice:
    due_on = TODAY - timedelta(days=late)
    amount = Money(minor=minor, currency=currency)
    invoice = Invoice(
        key=key,
        customer="c",
        number=key,
        issued_on=due_on - timedelta(days=30),
        due_on=due_on,
        amount=amount,
    )
    return OpenInvoice(invoice=invoice, left=amount)


def expected(*items: OpenInvoice, **facts: object) -> dict[str, float]:
    account = Account(
        customer=Customer(key="c", name="C"),
        open=OpenItems(invoices=items, credits=()),
        habit=HABIT,
        **facts,  # type: ignore[arg-type]
    )
    return dict(expected_receipts(see(account, POLICY, Morning(today=TODAY))))


def test_what_is_left_counts_with_its_chance_late_or_not_and_each_currency_alone():
    found = expected(owed("a", 1), owed("b", 0, 12_000), owed("c", 5, 100, "USD"))
    assert found == {
        "EUR": pytest.approx(60_000 * 4 / 5 + 12_000 * 5 / 6),
        "USD": pytest.approx(100),
    }


def promised(day: date, *invoices: str) -> Promise:
    return Promise(
        key="p",
        customer="c",
        made_on=TODAY,
        due_on=day,
        amount=Money(minor=50_000, currency="EUR"),
        invoices=invoices,
    )


@pytest.mark.parametrize(("ahead", "sum_"), [(6, 50_000), (7, 0)])
def test_a_promise_counts_on_its_day_in_place_of_what_it_covers(ahead, sum_):
    found = expected(owed("a", 1), promises=[promised(TODAY + timedelta(days=ahead), "a")])
    assert found.get("EUR", 0) == sum_


def test_a_promise_of_one_invoice_leaves_the_others_to_the_habit():
    found = expected(owed("a", 1), owed("b", 0), promises=[promised(TODAY, "a")])
    rest = 10_000 * 4 / 5  # from tomorrow on, as an invoice two days late
    assert found == {"EUR": pytest.approx(50_000 + rest + 60_000 * 5 / 6)}


def test_what_is_disputed_is_not_expected():
    part = Money(minor=20_000, currency="EUR")
    whole = Dispute(key="d", customer="c", invoice="a", opened_on=TODAY)
    assert expected(owed("a", 1), disputes=[whole]) == {}
    held = replace(whole, amount=part)
    assert expected(owed("a", 1), disputes=[held]) == {"EUR": pytest.approx(40_000 * 4 / 5)}


@settings(max_examples=100)
@given(cases())
def test_never_more_is_expected_than_is_left_and_promised(case):
    found = expected_receipts(see(case.account, case.policy, case.morning))
    for currency, minor in found.items():
        left = sum(
            item.left.minor for item in case.account.open.invoices if item.left.currency == currency
        )
        said = sum(
            one.amount.minor for one in case.account.promises if one.amount.currency == currency
        )
        assert 0 <= minor <= left + said + 1e-6

"""What is saved loads equal; what is open on any day is what the engine says."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amiable.desk.calendar import due_calendar
from amiable.engine.habit import NO_HISTORY, due_for_habit
from amiable.engine.ledger import Credit, Invoice, Ledger, balance, open_items, settlements
from amiable.engine.matching import match
from amiable.store.account import load_accounts
from amiable.store.habit import load_histories
from amiable.store.invoice import overdue_sums
from amiable.store.ledger import StoredLedger, balances_of, load_ledgers
from amiable.store.models import Company, Customer
from amiable.store.models import Credit as CreditRow
from amiable.store.models import Invoice as InvoiceRow
from tests.desk.books import bring_in, facts, new_company
from tests.store.random_ledgers import START, WHO, ledgers

pytestmark = pytest.mark.django_db
numbers = count()

Facts = tuple[tuple[Invoice, ...], tuple[Credit, ...]]
some_days = st.integers(-5, 70).map(lambda n: START + timedelta(days=n))


def stored(told: Facts) -> tuple[Company, Customer, StoredLedger]:
    """A new company whose only customer has this ledger."""
    company = new_company(f"c{next(numbers)}")
    invoices, credits = told
    bring_in(company, facts(WHO, invoices, credits), on=START)
    customer = Customer.objects.of(company.pk).get()
    return company, customer, load_ledgers(company.pk, [customer.pk])[customer.pk]


@settings(max_examples=40)
@given(ledgers())
def test_a_ledger_that_is_saved_loads_equal(told: Facts) -> None:
    _, _, found = stored(told)
    invoices, credits = told
    assert found.ledger.invoices == invoices
    assert found.ledger.credits == credits
    matched = match(Ledger(invoices=invoices, credits=credits))
    by_pair = {(item.invoice, item.credit, item.basis): item for item in matched}
    assert {(i.invoice, i.credit, i.basis): i for i in found.ledger.allocations} == by_pair


@settings(max_examples=40)
@given(ledgers(), some_days)
def test_what_is_open_on_any_day_is_what_the_engine_says(told: Facts, on: date) -> None:
    company, customer, found = stored(told)
    (one,) = load_accounts(company.pk, [customer.pk], on, NO_HISTORY, on)
    assert one.account.open == open_items(found.ledger, on)


@settings(max_examples=40)
@given(ledgers(), some_days)
def test_a_history_is_the_settlements_that_teach(told: Facts, on: date) -> None:
    company, customer, found = stored(told)
    settled = settlements(found.ledger)
    calendar = due_calendar(company)
    expected = sorted(
        (
            settled[item.key].settled_on.toordinal(),
            (settled[item.key].settled_on - due_for_habit(item.due_on, calendar)).days,
        )
        for item in found.ledger.invoices
        if item.key in settled and settled[item.key].teaches and settled[item.key].settled_on < on
    )
    histories = dict(load_histories(company.pk, on, [customer.pk]))
    assert histories.get(customer.pk, []) == expected
    assert dict(load_histories(company.pk, on)) == histories


@settings(max_examples=40)
@given(ledgers())
def test_balances_are_the_sums_of_what_was_told(told: Facts) -> None:
    company, customer, _ = stored(told)
    expected = {(customer.pk, currency): minor for (_, currency), minor in balance(*told).items()}
    assert balances_of(company.pk, [customer.pk]) == expected


@settings(max_examples=40)
@given(ledgers(), some_days)
def test_an_overdue_sum_is_what_is_left_of_late_invoices(told: Facts, on: date) -> None:
    invoices, credits = told
    told = (
        tuple(replace(item, issued_on=min(item.issued_on, on)) for item in invoices),
        tuple(replace(item, received_on=min(item.received_on, on)) for item in credits),
    )
    company, _, found = stored(told)
    expected: dict[str, int] = {}
    for item in open_items(found.ledger, on).invoices:
        if item.invoice.due_on < on:
            left = item.left
            expected[left.currency] = expected.get(left.currency, 0) + left.minor
    assert overdue_sums(company.pk, on) == expected


@settings(max_examples=40)
@given(ledgers())
def test_a_row_is_settled_on_the_day_nothing_was_left_of_it(told: Facts) -> None:
    company, _, found = stored(told)
    far = START + timedelta(days=999)
    still_open = open_items(found.ledger, far)
    open_keys = {item.invoice.key for item in still_open.invoices}
    for row in InvoiceRow.objects.of(company.pk):
        assert (row.settled_on is None) == (row.key in open_keys)
        if row.settled_on is not None:
            before = open_items(found.ledger, row.settled_on - timedelta(days=1))
            known = {item.invoice.key for item in before.invoices}
            assert row.key in known or row.issued_on >= row.settled_on
    open_credits = {item.credit.key for item in still_open.credits}
    for credit in CreditRow.objects.of(company.pk):
        assert (credit.settled_on is None) == (credit.key in open_credits)


@settings(max_examples=25)
@given(ledgers())
def test_importing_the_same_ledger_again_changes_nothing(told: Facts) -> None:
    company, customer, before = stored(told)
    invoices, credits = told
    report = bring_in(company, facts(WHO, invoices, credits), on=START)
    after = load_ledgers(company.pk, [customer.pk])[customer.pk]
    assert report.nothing_new
    assert after.ledger == before.ledger

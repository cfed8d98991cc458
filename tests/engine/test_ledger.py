"""What is open on any day, when an invoice is settled, and what habits may learn from it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amiable.engine.ledger import (
    AllocationBasis,
    CreditKind,
    InvoiceKind,
    Ledger,
    balance,
    open_items,
    settlements,
)
from tests.engine.entries import credit, day, euros, invoice, ledgers, paid

LEDGER = Ledger(
    invoices=(invoice("late", 10_000, due=30), invoice("early", 5_000, due=20)),
    credits=(credit("pay", 7_000, received=40),),
    allocations=(paid("late", "pay", 6_000, on=40),),
)


def test_open_invoices_come_by_due_date():
    assert [one.invoice.key for one in open_items(LEDGER, day(5)).invoices] == ["early", "late"]


def test_an_invoice_is_not_open_before_it_is_issued():
    ledger = Ledger(invoices=(invoice("a", 100, issued=10),))
    assert open_items(ledger, day(9)).invoices == ()
    assert len(open_items(ledger, day(10)).invoices) == 1


def test_a_payment_counts_on_the_morning_of_its_day_and_not_before():
    before, after = open_items(LEDGER, day(39)), open_items(LEDGER, day(40))
    assert [one.left for one in before.invoices] == [euros(5_000), euros(10_000)]
    assert [one.left for one in after.invoices] == [euros(5_000), euros(4_000)]


def test_what_is_left_of_a_credit_is_open():
    assert [one.left for one in open_items(LEDGER, day(40)).credits] == [euros(1_000)]


def test_a_part_payment_is_dated():
    early, late = open_items(LEDGER, day(40)).invoices
    assert (early.paid_on, late.paid_on) == (None, day(40))


def test_a_settled_invoice_was_open_the_day_before():
    ledger = Ledger(
        invoices=(invoice("a", 100),),
        credits=(credit("p", 100),),
        allocations=(paid("a", "p", 100, on=40),),
    )
    assert open_items(ledger, day(40)) == open_items(Ledger(), day(40))
    assert len(open_items(ledger, day(39)).invoices) == 1


@given(ledgers(), st.integers(-5, 300))
def test_what_is_open_is_what_is_owed_less_what_came(ledger, on):
    items = open_items(ledger, day(on))
    known = balance(
        (one for one in ledger.invoices if one.issued_on <= day(on)),
        (one for one in ledger.credits if one.received_on <= day(on)),
    )
    owed: dict[tuple[str, str], int] = {}
    for one in items.invoices:
        key = (one.invoice.customer, one.left.currency)
        owed[key] = owed.get(key, 0) + one.left.minor
    for one in items.credits:
        key = (one.credit.customer, one.left.currency)
        owed[key] = owed.get(key, 0) - one.left.minor
    assert owed == {key: minor for key, minor in known.items() if key in owed}
    assert all(minor == 0 for key, minor in known.items() if key not in owed)


def settlement(*allocations, amount=10_000, kind=InvoiceKind.INVOICE, credits=()):
    ledger = Ledger(
        invoices=(invoice("a", amount, kind=kind),), credits=credits, allocations=allocations
    )
    return settlements(ledger).get("a")


PAY = (credit("p", 10_000), credit("q", 10_000, received=50))


def test_an_invoice_is_settled_the_day_its_balance_reaches_zero():
    found = settlement(paid("a", "q", 4_000, on=50), paid("a", "p", 6_000, on=40), credits=PAY)
    assert (found.settled_on, found.teaches) == (day(50), True)


def test_an_invoice_is_settled_when_one_hundredth_is_left():
    assert settlement(paid("a", "p", 9_900), credits=PAY).settled_on == day(40)
    assert settlement(paid("a", "p", 9_899), credits=PAY) is None


def test_a_late_cent_does_not_move_the_day():
    found = settlement(paid("a", "p", 9_950, on=40), paid("a", "q", 50, on=50), credits=PAY)
    assert found.settled_on == day(40)


@pytest.mark.parametrize(
    ("kind", "teaches"),
    [
        (CreditKind.PAYMENT, True),
        (CreditKind.DEPOSIT, True),
        (CreditKind.CREDIT_NOTE, False),
        (CreditKind.WRITE_OFF, False),
        (CreditKind.DISCOUNT, False),
        (CreditKind.BILL, False),
        (CreditKind.OPENING, False),
        (CreditKind.ADJUSTMENT, False),
    ],
)
def test_only_money_received_teaches_a_habit(kind, teaches):
    credits = (credit("p", 10_000, kind=kind),)
    assert settlement(paid("a", "p", 10_000), credits=credits).teaches is teaches


def test_a_payment_with_a_credit_note_or_a_discount_teaches():
    for kind in (CreditKind.CREDIT_NOTE, CreditKind.DISCOUNT):
        credits = (credit("p", 9_000), credit("q", 1_000, kind=kind))
        found = settlement(paid("a", "p", 9_000), paid("a", "q", 1_000), credits=credits)
        assert found.teaches, kind


def test_a_payment_with_a_write_off_does_not_teach():
    credits = (credit("p", 5_000), credit("q", 5_000, kind=CreditKind.WRITE_OFF))
    assert not settlement(paid("a", "p", 5_000), paid("a", "q", 5_000), credits=credits).teaches


@pytest.mark.parametrize("basis", AllocationBasis)
def test_a_presumed_match_proves_nothing(basis):
    found = settlement(paid("a", "p", 10_000, basis=basis), credits=PAY)
    sure = basis not in (AllocationBasis.PRESUMED, AllocationBasis.RETURN)
    assert found.teaches is sure


@pytest.mark.parametrize("kind", InvoiceKind)
def test_only_invoices_teach(kind):
    found = settlement(paid("a", "p", 10_000), kind=kind, credits=PAY)
    assert found.teaches is (kind is InvoiceKind.INVOICE)


def test_a_balance_is_kept_by_customer_and_currency():
    ledger = (invoice("a", 500), invoice("b", 300, currency="USD"))
    assert balance(ledger, [credit("p", 700)]) == {("c", "EUR"): -200, ("c", "USD"): 300}

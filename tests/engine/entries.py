"""Invoices and credits for tests: a customer of one letter, days of 2026, amounts in cents."""

from datetime import date, timedelta

from hypothesis import strategies as st

from amiable.engine.ledger import (
    Allocation,
    AllocationBasis,
    Credit,
    CreditKind,
    Invoice,
    InvoiceKind,
    Ledger,
)
from amiable.engine.money import Money

NEW_YEAR = date(2026, 1, 1)


def day(number: int) -> date:
    """Day 0 is 1 January 2026."""
    return NEW_YEAR + timedelta(days=number)


def euros(minor: int) -> Money:
    return Money(minor=minor, currency="EUR")


def invoice(key: str, minor: int, issued: int = 0, due: int = 30, **facts: object) -> Invoice:
    facts.setdefault("number", key)
    currency = str(facts.pop("currency", "EUR"))
    return Invoice(
        key=key,
        customer="c",
        issued_on=day(issued),
        due_on=day(due),
        amount=Money(minor=minor, currency=currency),
        **facts,  # type: ignore[arg-type]
    )


def credit(key: str, minor: int, received: int = 40, **facts: object) -> Credit:
    facts.setdefault("number", "")
    currency = str(facts.pop("currency", "EUR"))
    return Credit(
        key=key,
        customer="c",
        received_on=day(received),
        amount=Money(minor=minor, currency=currency),
        **facts,  # type: ignore[arg-type]
    )


def paid(
    invoice_key: str,
    credit_key: str,
    minor: int,
    on: int = 40,
    basis: AllocationBasis = AllocationBasis.REFERENCE,
) -> Allocation:
    return Allocation(
        invoice=invoice_key,
        credit=credit_key,
        amount=euros(minor),
        allocated_on=day(on),
        basis=basis,
    )


_NUMBERS = st.sampled_from(["", "F2026-001", "F2026-002", "F2026-003", "20260042", "A1"])
_LETTERING = st.sampled_from(["", "", "AA", "AB"])
_MINOR = st.one_of(st.integers(1, 100_000), st.sampled_from([100, 200, 300, 10_000]))
_CURRENCY = st.sampled_from(["EUR", "EUR", "EUR", "USD"])


@st.composite
def ledgers(draw: st.DrawFn) -> Ledger:
    """Any ledger of one customer, with the traps of real ones: equal amounts, shared numbers,
    bounced payments, codes that hold one side only, two currencies."""
    invoices = [
        invoice(
            f"i{number}",
            draw(_MINOR),
            issued,
            issued + draw(st.integers(0, 60)),
            number=draw(_NUMBERS),
            lettering=draw(_LETTERING),
            currency=draw(_CURRENCY),
            kind=draw(st.sampled_from([*InvoiceKind, InvoiceKind.INVOICE])),
        )
        for number, issued in enumerate(draw(st.lists(st.integers(0, 200), max_size=8)))
    ]
    credits = [
        credit(
            f"c{number}",
            draw(_MINOR),
            received,
            number=draw(_NUMBERS),
            label=" ".join(draw(st.lists(_NUMBERS, max_size=2))),
            lettering=draw(_LETTERING),
            currency=draw(_CURRENCY),
            kind=draw(st.sampled_from([*CreditKind, CreditKind.PAYMENT])),
        )
        for number, received in enumerate(draw(st.lists(st.integers(0, 250), max_size=8)))
    ]
    return Ledger(invoices=tuple(invoices), credits=tuple(credits))

"""The ledger: invoices, credits and what ties them; what is open on any day.

An `Invoice` is anything that raises what the customer owes, a `Credit` anything that lowers it;
their `kind` says what they are in the trade's words. Amounts are above zero. An `Allocation`
says that part of a credit pays part of an invoice, from a day on. Nothing here is ever edited:
what is open on a day is computed from the facts up to that day.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from amiable.engine.money import Money


class InvoiceKind(StrEnum):
    """What raises a customer's debt."""

    INVOICE = "invoice"
    OPENING = "opening"  # a balance carried over from before the first file
    RETURNED = "returned"  # a bounced payment, or money paid back
    ADJUSTMENT = "adjustment"  # a book entry between customer accounts


class CreditKind(StrEnum):
    """What lowers a customer's debt. Only PAYMENT and DEPOSIT are money received."""

    PAYMENT = "payment"
    DEPOSIT = "deposit"
    CREDIT_NOTE = "credit_note"
    WRITE_OFF = "write_off"
    DISCOUNT = "discount"
    BILL = "bill"  # a bill of exchange accepted (413): a promise on paper, not cash
    OPENING = "opening"
    ADJUSTMENT = "adjustment"


MONEY_RECEIVED = frozenset({CreditKind.PAYMENT, CreditKind.DEPOSIT})


class DueBasis(StrEnum):
    """Where a due date comes from, from the surest to the least sure.

    A French accounting export holds no due date: it is inferred in this order, and an inferred
    one never founds a late-payment penalty.
    """

    STATED = "stated"  # read in the source's own due-date field
    JOINED = "joined"  # read in another export of the same invoice
    LABEL = "label"  # found in the entry's text ("éch 30/04")
    TERMS = "terms"  # the customer's payment terms, given by a person
    LEARNED = "learned"  # terms learned from the past, confirmed by a person
    LEGAL = "legal"  # nothing known: 30 days (L441-10 C. com.)
    ISSUE = "issue"  # not an invoice: due when booked (opening balance, returned payment)


DUE_CONFIDENCE = {
    DueBasis.STATED: 100,
    DueBasis.JOINED: 95,
    DueBasis.LABEL: 80,
    DueBasis.TERMS: 80,
    DueBasis.LEARNED: 60,
    DueBasis.LEGAL: 30,
    DueBasis.ISSUE: 30,
}
"""How sure a due date is, in percent, by where it comes from; shown beside an inferred date."""


class AllocationBasis(StrEnum):
    """What ties a credit to an invoice, from the surest to the least sure."""

    PERSON = "person"
    LETTERING = "lettering"
    RETURN = "return"
    REFERENCE = "reference"
    LABEL = "label"
    AMOUNT = "amount"
    PRESUMED = "presumed"  # oldest first (C. civ. 1342-10), for want of anything better


@dataclass(frozen=True, slots=True, kw_only=True)
class Invoice:
    """A document or entry that a customer owes. ``key`` is unique in the company.

    ``lettering`` is the source's matching code, unique for one customer and one group; empty
    when the source has not matched it. ``terms`` keeps the words a due date was read from.
    """

    key: str
    customer: str
    number: str
    issued_on: date
    due_on: date
    amount: Money
    kind: InvoiceKind = InvoiceKind.INVOICE
    due_basis: DueBasis = DueBasis.STATED
    label: str = ""
    lettering: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Credit:
    """Money received, a credit note or anything else that a customer no longer owes."""

    key: str
    customer: str
    number: str
    received_on: date
    amount: Money
    kind: CreditKind = CreditKind.PAYMENT
    label: str = ""
    lettering: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Allocation:
    """``amount`` of the credit pays the invoice, from ``allocated_on`` (the later of the two)."""

    invoice: str
    credit: str
    amount: Money
    allocated_on: date
    basis: AllocationBasis


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenInvoice:
    """An invoice with what is left to pay on a day. ``paid_on`` is the last part payment."""

    invoice: Invoice
    left: Money
    paid_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenCredit:
    """A credit with what is not yet tied to an invoice on a day."""

    credit: Credit
    left: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """What one customer owes and has paid, with what ties the two."""

    invoices: tuple[Invoice, ...] = ()
    credits: tuple[Credit, ...] = ()
    allocations: tuple[Allocation, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenItems:
    """What is open on a day: invoices by due date, credits by date."""

    invoices: tuple[OpenInvoice, ...]
    credits: tuple[OpenCredit, ...]


def open_items(ledger: Ledger, on: date) -> OpenItems:
    """What is open on the morning of ``on``: facts of earlier days and of that day count."""
    used: dict[str, int] = {}
    paid: dict[str, date] = {}
    for allocation in ledger.allocations:
        if allocation.allocated_on <= on:
            for key in (allocation.invoice, allocation.credit):
                used[key] = used.get(key, 0) + allocation.amount.minor
            last = paid.get(allocation.invoice, allocation.allocated_on)
            paid[allocation.invoice] = max(last, allocation.allocated_on)
    invoices = [
        OpenInvoice(
            invoice=item, left=_left(item.amount, used, item.key), paid_on=paid.get(item.key)
        )
        for item in ledger.invoices
        if item.issued_on <= on and item.amount.minor != used.get(item.key, 0)
    ]
    credits = [
        OpenCredit(credit=item, left=_left(item.amount, used, item.key))
        for item in ledger.credits
        if item.received_on <= on and item.amount.minor != used.get(item.key, 0)
    ]
    invoices.sort(key=lambda open_: (open_.invoice.due_on, open_.invoice.key))
    credits.sort(key=lambda open_: (open_.credit.received_on, open_.credit.key))
    return OpenItems(invoices=tuple(invoices), credits=tuple(credits))


def _left(amount: Money, used: dict[str, int], key: str) -> Money:
    return Money(minor=amount.minor - used.get(key, 0), currency=amount.currency)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """The day an invoice's balance reached zero (or 1 % of it), and whether habits may use it.

    ``teaches`` is true for an invoice settled by money received, on a sure enough match: a
    credit note or a write-off is not a payment, and a presumed match proves nothing.
    """

    invoice: str
    settled_on: date
    teaches: bool


_TEACHING_BASES = frozenset(AllocationBasis) - {AllocationBasis.PRESUMED, AllocationBasis.RETURN}


def settlements(ledger: Ledger) -> dict[str, Settlement]:
    """The settlement of each invoice that is settled, by invoice key."""
    credits = {credit.key: credit for credit in ledger.credits}
    parts: dict[str, list[Allocation]] = {}
    for allocation in ledger.allocations:
        parts.setdefault(allocation.invoice, []).append(allocation)
    settled = (
        _settlement(invoice, parts[invoice.key], credits)
        for invoice in ledger.invoices
        if invoice.key in parts
    )
    return {item.invoice: item for item in settled if item is not None}


def _settlement(
    invoice: Invoice, parts: list[Allocation], credits: dict[str, Credit]
) -> Settlement | None:
    tolerance = invoice.amount.minor // 100
    left = invoice.amount.minor
    if left - sum(part.amount.minor for part in parts) > tolerance:
        return None
    teaches = invoice.kind is InvoiceKind.INVOICE
    by_money = 0
    for part in sorted(parts, key=lambda part: part.allocated_on):
        kind = credits[part.credit].kind
        by_money += part.amount.minor if kind in MONEY_RECEIVED else 0
        teaches = teaches and part.basis in _TEACHING_BASES and kind is not CreditKind.WRITE_OFF
        left -= part.amount.minor
        if left <= tolerance:
            break
    return Settlement(
        invoice=invoice.key, settled_on=part.allocated_on, teaches=teaches and by_money > 0
    )


def balance(invoices: Iterable[Invoice], credits: Iterable[Credit]) -> dict[tuple[str, str], int]:
    """What each customer owes in all, by (customer, currency), in minor units: a control total."""
    sums: dict[tuple[str, str], int] = {}
    for invoice in invoices:
        key = (invoice.customer, invoice.amount.currency)
        sums[key] = sums.get(key, 0) + invoice.amount.minor
    for credit in credits:
        key = (credit.customer, credit.amount.currency)
        sums[key] = sums.get(key, 0) - credit.amount.minor
    return sums

"""The past that a backtest replays: invoices with the day they were settled, by customer."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from amiable.engine.days import BusinessCalendar
from amiable.engine.dispute import Dispute
from amiable.engine.ledger import (
    Allocation,
    Credit,
    CreditKind,
    Invoice,
    Ledger,
    Settlement,
    settlements,
)
from amiable.engine.limitation import LimitationYears
from amiable.engine.metrics import CALENDAR
from amiable.engine.parties import Customer
from amiable.engine.plan import PolicyBook
from amiable.engine.promise import Promise
from amiable.engine.segment import DEFAULT_RULE, SegmentRule

_NO_MONEY = frozenset({CreditKind.CREDIT_NOTE, CreditKind.WRITE_OFF, CreditKind.DISCOUNT})

Part = tuple[date, int]
"""A day, and the minor units that were paid or used on it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PastInvoice:
    """An invoice and what became of it.

    ``settled_on``: the day its balance reached zero (or 1 % of it), None while open. ``teaches``:
    money settled it, on a sure match and without a dispute, so that it tells of a habit. ``lost``:
    it was written off, or credited after it was due. ``parts``: what was paid before the last.
    """

    invoice: Invoice
    settled_on: date | None = None
    teaches: bool = True
    lost: bool = False
    parts: tuple[Part, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PastCredit:
    """Money or a credit note that was there before it was used, and what was used when."""

    credit: Credit
    used: tuple[Part, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PastCustomer:
    """A customer with all its invoices, in any order, and what it said.

    ``working``: the days on which people work there; None: those of the trial. ``received``:
    all credits of who promised something.
    """

    customer: Customer
    invoices: tuple[PastInvoice, ...]
    credits: tuple[PastCredit, ...] = ()
    disputes: tuple[Dispute, ...] = ()
    promises: tuple[Promise, ...] = ()
    received: tuple[Credit, ...] = ()
    working: BusinessCalendar | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """The past of a whole ledger, up to ``snapshot``, the last day it knows.

    ``due_calendar`` rolls due dates where nobody pays at weekends (None: as written).
    """

    customers: tuple[PastCustomer, ...]
    snapshot: date
    due_calendar: BusinessCalendar | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What is tried on a past: the policies, against the calendar in use (days after due dates).

    ``working``: the days on which a message may leave; ``limitation``: years by kind of customer;
    ``rule``: the company's thresholds of its segments.
    """

    book: PolicyBook
    calendar: tuple[int, ...] = CALENDAR
    working: BusinessCalendar = field(default_factory=BusinessCalendar)
    limitation: LimitationYears = field(default_factory=dict)
    rule: SegmentRule = DEFAULT_RULE


def past_of(
    customer: Customer,
    ledger: Ledger,
    until: date,
    *,
    disputes: Sequence[Dispute] = (),
    promises: Sequence[Promise] = (),
    working: BusinessCalendar | None = None,
) -> PastCustomer:
    """The past of a customer out of its matched ledger, as known at the end of ``until``."""
    found = settlements(ledger)
    contested = {dispute.invoice for dispute in disputes}
    by_invoice, by_credit = defaultdict(list), defaultdict(list)
    for one in ledger.allocations:
        if one.allocated_on <= until:
            by_invoice[one.invoice].append(one)
            by_credit[one.credit].append(one)
    kinds = {credit.key: credit.kind for credit in ledger.credits}
    return PastCustomer(
        customer=customer,
        invoices=tuple(
            _past_invoice(
                invoice, found.get(invoice.key), by_invoice[invoice.key], kinds, until,
                contested=invoice.key in contested,
            )
            for invoice in ledger.invoices
            if invoice.issued_on <= until
        ),
        credits=tuple(_waiting_credits(ledger, by_credit, until)),
        disputes=tuple(disputes),
        promises=tuple(promises),
        received=ledger.credits if promises else (),
        working=working,
    )  # fmt: skip


def _past_invoice(
    invoice: Invoice,
    settlement: Settlement | None,
    tied: list[Allocation],
    kinds: dict[str, CreditKind],
    until: date,
    *,
    contested: bool,
) -> PastInvoice:
    settled_on = settlement.settled_on if settlement else None
    if settled_on is not None and settled_on > until:
        settled_on = None
    used = {kinds[one.credit] for one in tied}
    late = settled_on is not None and settled_on > invoice.due_on
    return PastInvoice(
        invoice=invoice,
        settled_on=settled_on,
        teaches=settlement is not None and settlement.teaches and not contested,
        lost=late and (CreditKind.WRITE_OFF in used or used <= _NO_MONEY),
        parts=tuple(
            (one.allocated_on, one.amount.minor)
            for one in tied
            if settled_on is None or one.allocated_on < settled_on
        ),
    )


def _waiting_credits(
    ledger: Ledger, by_credit: dict[str, list[Allocation]], until: date
) -> list[PastCredit]:
    """The credits that were not wholly used on the day they came."""
    found = []
    for credit in ledger.credits:
        used = tuple((one.allocated_on, one.amount.minor) for one in by_credit[credit.key])
        at_once = sum(minor for day, minor in used if day <= credit.received_on)
        if credit.received_on <= until and at_once < credit.amount.minor:
            found.append(PastCredit(credit=credit, used=used))
    return found

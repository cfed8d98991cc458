"""The past that a backtest replays: invoices with the day they were settled, by customer."""

from dataclasses import dataclass, field
from datetime import date

from amiable.engine.days import BusinessCalendar
from amiable.engine.dispute import Dispute
from amiable.engine.ledger import Credit, Invoice
from amiable.engine.limitation import LimitationYears
from amiable.engine.metrics import CALENDAR
from amiable.engine.parties import Customer
from amiable.engine.plan import PolicyBook
from amiable.engine.promise import Promise
from amiable.engine.segment import DEFAULT_RULE, SegmentRule


@dataclass(frozen=True, slots=True, kw_only=True)
class PastInvoice:
    """An invoice and what became of it.

    ``settled_on``: the day its balance reached zero (or 1 % of it), None while open. ``teaches``:
    money settled it, on a sure match and without a dispute, so that it tells of a habit. ``lost``:
    it was written off, or credited after it was due. ``parts``: what was paid before the last,
    as (day, minor units).
    """

    invoice: Invoice
    settled_on: date | None = None
    teaches: bool = True
    lost: bool = False
    parts: tuple[tuple[date, int], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PastCustomer:
    """A customer with all its invoices, in any order, and what it said."""

    customer: Customer
    invoices: tuple[PastInvoice, ...]
    disputes: tuple[Dispute, ...] = ()
    promises: tuple[Promise, ...] = ()
    received: tuple[Credit, ...] = ()


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

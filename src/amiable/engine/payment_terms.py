"""Payment terms to offer: what the law allows, how long customers really take, what it costs.

    days a customer takes   = days of the term + days it pays beyond due (past practice)
    cash tied up            = sales incl. VAT of a day x days it takes
    cost a year             = cash tied up x cost of money

Sales of a day are those of the last 365 days divided by 365. What is paid beyond due is taken to
stay as it is when the term moves: that is said beside the figure, with what was paid under other
terms in the past wherever there were any.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cache

from amiable.engine.days import EndOfMonth, PaymentTerms, due_date

DAYS = 365
_FROM = date(2021, 1, 1)
_CYCLE = [_FROM + timedelta(days=n) for n in range(4 * 365 + 1)]  # one leap year among four


class Trade(StrEnum):
    """What is sold or to whom, as far as the law sets another cap on payment terms."""

    GENERAL = "general"
    SUMMARY = "summary"  # periodic invoices that sum up several deliveries
    PERISHABLE = "perishable"
    TRANSPORT = "transport"
    STATE = "state"
    HOSPITAL = "hospital"
    PUBLIC_UNDERTAKING = "public_undertaking"
    OTHER = "other"  # livestock, alcohol, or a sector with a decree of its own


@dataclass(frozen=True, slots=True, kw_only=True)
class Cap:
    """The longest term of a trade: ``days`` from the invoice (from the delivery where
    ``from_delivery``), or ``month_end_days`` and the end of the month; None: there is no such way.
    """

    days: int | None
    month_end_days: int | None = None
    from_delivery: bool = False


class Breach(StrEnum):
    """Why a term may not be offered."""

    TOO_LONG = "too_long"
    MONTH_END = "month_end"  # an end of month where the trade knows none, or too long with it
    NOT_KNOWN = "not_known"  # the cap is not held here: it must be read


def longest_days(terms: PaymentTerms) -> int:
    """The most days from an invoice to its due date, whatever its date."""
    return _range_of(terms)[1]


def average_days(terms: PaymentTerms) -> float:
    """Days from an invoice to its due date, if every day of four years were invoiced alike."""
    return _range_of(terms)[2]


def shortest_days(terms: PaymentTerms) -> int:
    """The fewest days from an invoice to its due date, whatever its date."""
    return _range_of(terms)[0]


@cache
def _range_of(terms: PaymentTerms) -> tuple[int, int, float]:
    found = [(due_date(day, terms) - day).days for day in _CYCLE]
    return min(found), max(found), sum(found) / len(found)


def breach_of(terms: PaymentTerms, cap: Cap | None) -> Breach | None:
    """Why ``terms`` may not be offered under ``cap`` (None: not known); None when they may.

    They may when, whatever the date of the invoice, they never fall later than one of the ways
    the cap knows. Both ways to count "45 days end of month" are lawful (`days.EndOfMonth`).
    """
    if cap is None:
        return Breach.NOT_KNOWN
    ways = [PaymentTerms(days=cap.days)] if cap.days is not None else []
    if cap.month_end_days is not None:
        for way in (EndOfMonth.AFTER, EndOfMonth.BEFORE):
            ways.append(PaymentTerms(days=cap.month_end_days, end_of_month=way))
    if any(_never_later(terms, way) for way in ways):
        return None
    return Breach.TOO_LONG if terms.end_of_month is EndOfMonth.NONE else Breach.MONTH_END


@cache
def _never_later(terms: PaymentTerms, cap: PaymentTerms) -> bool:
    return all(due_date(day, terms) <= due_date(day, cap) for day in _CYCLE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Practice:
    """What some customers did in a year, in one currency.

    ``sales``: minor units incl. VAT invoiced in ``days`` days; of what was paid, ``paid`` minor
    units in ``invoices`` invoices: ``term_days`` and ``beyond_days`` are sums of amount x days,
    from the invoice to its due date, and from there to the payment (below zero when early).
    """

    currency: str
    sales: int
    invoices: int
    paid: int
    term_days: int
    beyond_days: int
    days: int = DAYS

    @property
    def sales_a_day(self) -> float:
        """Minor units invoiced a day."""
        return self.sales / self.days if self.days else 0

    @property
    def term(self) -> float | None:
        """The term agreed, in days, each euro counting the same; None: nothing was paid."""
        return self.term_days / self.paid if self.paid else None

    @property
    def beyond(self) -> float | None:
        """Days paid beyond due, each euro counting the same; None: nothing was paid."""
        return self.beyond_days / self.paid if self.paid else None


@dataclass(frozen=True, slots=True, kw_only=True)
class TermEffect:
    """What a term would do: ``days`` it takes to be paid, ``tied`` cash and its ``cost`` a year in
    minor units; the differences from today's are ``days_more``, ``tied_more``, ``cost_more``."""

    term: float
    days: float
    tied: int
    cost: int
    days_more: float
    tied_more: int
    cost_more: int


def effect_of_term(
    practice: Practice, term: float, cost_of_money: int, beyond: float | None = None
) -> TermEffect | None:
    """The effect of a term of ``term`` days on average; None where nothing was ever paid.

    ``cost_of_money`` in hundredths of a per cent a year. ``beyond``: days paid beyond due under
    the new term, when one does not expect those of the past.
    """
    if practice.term is None or practice.beyond is None:
        return None
    now = practice.term + practice.beyond
    then = term + (practice.beyond if beyond is None else beyond)
    daily = practice.sales_a_day
    return TermEffect(
        term=term,
        days=then,
        tied=round(daily * then),
        cost=round(daily * then * cost_of_money / 10_000),
        days_more=then - now,
        tied_more=round(daily * (then - now)),
        cost_more=round(daily * (then - now) * cost_of_money / 10_000),
    )

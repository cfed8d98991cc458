"""Payment terms to offer: one customer's, a segment's or everybody's practice, and the law."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from amiable.desk.assumption import Assumptions, assumptions_of
from amiable.desk.norm import NormLine, norms_of
from amiable.engine.days import EndOfMonth, PaymentTerms
from amiable.engine.money import Money
from amiable.engine.parties import CustomerKind
from amiable.engine.payment_terms import (
    DAYS,
    Breach,
    Cap,
    Practice,
    TermEffect,
    Trade,
    average_days,
    breach_of,
    effect_of_term,
    longest_days,
    shortest_days,
)
from amiable.law.figures import Figure, OutsideSeries, series
from amiable.store.models import Company, Customer
from amiable.store.payment_terms import PaidAfter, Whose, first_sale, paid_after, sales_of

OFFERED = (
    PaymentTerms(days=30),
    PaymentTerms(days=45),
    PaymentTerms(days=60),
    PaymentTerms(days=30, end_of_month=EndOfMonth.AFTER),
    PaymentTerms(days=45, end_of_month=EndOfMonth.AFTER),
)
"""The terms that are always compared."""

_LEAST_DAYS = 90
_BANDS = (0, 8, 21, 38, 53, 76)  # where a band of terms begins, in days
_ENOUGH = 6  # paid invoices that show how people pay under a term


@dataclass(frozen=True, slots=True, kw_only=True)
class TermAsk:
    """What a person wants to know: a term, for what trade, at what cost of money (hundredths of a
    per cent a year; None: the company's)."""

    terms: PaymentTerms = OFFERED[1]
    trade: Trade = Trade.GENERAL
    cost_of_money: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TermBand:
    """What was paid under terms of ``first`` to ``last`` days (None: and more), in ``invoices``;
    ``beyond``: days paid after due, each euro counting the same."""

    first: int
    last: int | None
    invoices: int
    beyond: float

    def holds(self, days: float) -> bool:
        """Whether a term of so many days is in it."""
        return self.first <= days and (self.last is None or days < self.last + 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class TermLine:
    """A term compared: its days from the invoice, why it may not be offered, what it would do.

    ``own``: how people paid under such terms before, where that was often enough.
    """

    terms: PaymentTerms
    shortest: int
    average: float
    longest: int
    breach: Breach | None
    effect: TermEffect | None
    own: TermBand | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TermStudy:
    """Everything about the term asked for; sales and payments of ``[since, until)``.

    ``caps``: the figures of law behind ``cap``; ``need_days``: of how many days of the company's
    cash need the difference is (None: the need is not known).
    """

    ask: TermAsk
    since: date
    until: date
    practice: Practice
    assumptions: Assumptions
    cost_of_money: int
    cap: Cap | None
    caps: list[Figure]
    asked: TermLine
    offered: list[TermLine]
    bands: list[TermBand]
    norms: list[NormLine]
    need_days: float | None

    def money(self, minor: int) -> Money:
        """An amount of the study's currency."""
        return Money(minor=minor, currency=self.practice.currency)


def study_term(company: Company, whose: Whose, ask: TermAsk, today: date) -> TermStudy:
    """What a term would do, for whom it is asked: sales in the company's currency alone."""
    practice, rows, since = practice_of(company, whose, today)
    assumed = assumptions_of(company)
    rate = assumed.cost_of_money if ask.cost_of_money is None else ask.cost_of_money
    cap, caps = cap_of(company, ask.trade, today)
    bands = bands_of(rows)

    def line(terms: PaymentTerms) -> TermLine:
        average = average_days(terms)
        own = next((one for one in bands if one.holds(average)), None)
        return TermLine(
            terms=terms,
            shortest=shortest_days(terms),
            average=average,
            longest=longest_days(terms),
            breach=breach_of(terms, cap),
            effect=effect_of_term(practice, average, rate),
            own=own if own is not None and own.invoices >= _ENOUGH else None,
        )

    asked = line(ask.terms)
    need = assumed.cash_need
    return TermStudy(
        ask=ask,
        since=since,
        until=today,
        practice=practice,
        assumptions=assumed,
        cost_of_money=rate,
        cap=cap,
        caps=caps,
        asked=asked,
        offered=[line(terms) for terms in OFFERED],
        bands=bands,
        norms=norms_of(company),
        need_days=asked.effect.tied_more / need.minor if need and asked.effect else None,
    )


def practice_of(
    company: Company, whose: Whose, today: date
) -> tuple[Practice, list[PaidAfter], date]:
    """What was sold and paid in the last 365 days, or since the first invoice if that is later;
    90 days at least: a year out of a few days' sales would be anybody's guess."""
    since = today - timedelta(days=DAYS)
    rows = paid_after(company.pk, whose, company.currency, since, today)
    first = first_sale(company.pk, whose, company.currency)
    if first is not None:
        since = max(since, min(first, today - timedelta(days=_LEAST_DAYS)))
    practice = Practice(
        currency=company.currency,
        sales=max(0, sales_of(company.pk, whose, company.currency, since, today)),
        invoices=sum(row.invoices for row in rows),
        paid=sum(row.minor for row in rows),
        term_days=sum(row.minor * row.term for row in rows),
        beyond_days=sum(row.minor * (row.taken - row.term) for row in rows),
        days=(today - since).days,
    )
    return practice, rows, since


def bands_of(rows: Sequence[PaidAfter]) -> list[TermBand]:
    """How people paid under terms of about the same length, the shortest first."""
    found: dict[int, list[PaidAfter]] = defaultdict(list)
    for row in rows:
        found[max(start for start in _BANDS if start <= max(row.term, 0))].append(row)
    ends = dict(zip(_BANDS, (*(start - 1 for start in _BANDS[1:]), None), strict=True))
    return [
        TermBand(
            first=start,
            last=ends[start],
            invoices=sum(row.invoices for row in part),
            beyond=sum(row.minor * (row.taken - row.term) for row in part)
            / sum(row.minor for row in part),
        )
        for start, part in sorted(found.items())
    ]


def cap_of(company: Company, trade: Trade, on: date) -> tuple[Cap | None, list[Figure]]:
    """The longest term the law allows, with the figures it is made of; None: not held here.

    Only French law is, from 2019 on: for a company of another country nothing is known.
    """
    if company.country != "FR" or trade is Trade.OTHER:
        return None, []
    try:
        days = series()[f"terms.cap.{trade}"].on(on)
    except OutsideSeries:
        return None, []
    if trade is not Trade.GENERAL:
        return Cap(days=days.value, from_delivery=trade is Trade.PERISHABLE), [days]
    month_end = series()["terms.cap.month_end"].on(on)
    return Cap(days=days.value, month_end_days=month_end.value), [days, month_end]


def trade_of(customer: Customer | None) -> Trade:
    """The trade to begin with: a public buyer has its own cap, and so has who is no professional
    (none is held for it here)."""
    if customer is None or customer.kind == CustomerKind.BUSINESS.value:
        return Trade.GENERAL
    return Trade.STATE if customer.kind == CustomerKind.PUBLIC.value else Trade.OTHER

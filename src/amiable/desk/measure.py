"""Measures: the scorecard of a span, of the company or of each segment, collector or policy.

Read from the daily measures (`measure_count`), whatever the ledger's size; only promises are read
from their own rows. Customers count where they are looked for today, on all days.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from amiable.desk.measure_walk import place_values
from amiable.desk.promise_fate import fates_of
from amiable.engine.measure import MEASURES
from amiable.engine.period import Span
from amiable.engine.plan import PolicyBook
from amiable.engine.promise import Fate, PromiseState
from amiable.engine.scorecard import Figure, Promised, SpanFacts, scorecard, usual_sales_days
from amiable.store.company import load_policies
from amiable.store.measure import (
    DAY,
    Counted,
    Measured,
    counted_days,
    measured_at,
    measured_flows,
    monthly_sales,
    settled_between,
)
from amiable.store.measuring import has_facts_before, place_of
from amiable.store.models import Company, Customer
from amiable.store.promise import promises_gone_by

Key = tuple[str, str]
"""Value of the dimension, and currency."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scorecard:
    """The figures of one value and currency, by name, in the order of `scorecard.GROUPS`."""

    value: str
    currency: str
    figures: dict[str, Figure]


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """Which rows are looked at: one ``value`` of a dimension, or all (None)."""

    dimension: str = "company"
    value: str | None = None


def scorecards(company: Company, span: Span, chosen: Chosen, today: date) -> list[Scorecard]:
    """The scorecards of a span, ordered by value and currency; the company's own first.

    ``today``: promises are told as known then. Values with nothing open and nothing happening at
    all have none.
    """
    read = _Reading(company, span, chosen)
    promised = _promises(company, span, chosen, today)
    keys = {*read.end, *read.begin, *read.flows}
    order = sorted(keys, key=lambda key: (key[0], key[1] != company.currency, key[1]))
    return [
        Scorecard(
            value=key[0], currency=key[1], figures=scorecard(read.facts(key, promised.get(key)))
        )
        for key in order
    ]


class _Reading:
    """The daily measures of a span, read once for all values."""

    def __init__(self, company: Company, span: Span, chosen: Chosen) -> None:
        pk, self.span = company.pk, span
        by = (chosen.dimension, chosen.value)
        counted = counted_days(pk)
        first = counted.since if counted else span.since
        self.sales_since = _sales_since(span, first)
        self.is_cut = span.since < first and has_facts_before(pk, first)
        ends = measured_at(pk, [span.last, span.since - DAY], *by)
        self.end = {(row.value, row.currency): row for row in ends if row.on == span.last}
        self.begin = {(row.value, row.currency): row for row in ends if row.on < span.since}
        self.flows = _by_key(measured_flows(pk, span.since, span.until, *by))
        self.sold = _by_key(measured_flows(pk, self.sales_since, span.until, *by))
        self.lateness = {
            (one.value, one.currency): one.lateness
            for one in settled_between(pk, span.since, span.until, *by)
        }
        self.months = monthly_sales(pk, span.until, *by)

    def facts(self, key: Key, promised: Promised | None) -> SpanFacts:
        nothing = Measured(on=self.span.last, currency=key[1], value=key[0])
        return SpanFacts(
            currency=key[1],
            days=self.span.days,
            begin=self.begin.get(key, nothing).outstanding,
            end=_figures(self.end.get(key, nothing)),
            flows=_figures(self.flows.get(key, nothing)),
            sales_days=(self.span.until - self.sales_since).days,
            net_sales=self.sold.get(key, nothing).net_sales,
            lateness=self.lateness.get(key, {}),
            months=self.months.get(key, []),
            promised=promised or Promised(),
            is_cut=self.is_cut,
        )


def _sales_since(span: Span, first: date) -> date:
    """From which day sales are set against what is owed: no day before the ``first`` known one
    counts, or a young ledger would look quicker the longer the span."""
    since = span.until - usual_sales_days(span.days) * DAY
    return span.since if first >= span.until else max(since, first)


def _by_key(rows: list[Measured]) -> dict[Key, Measured]:
    return {(row.value, row.currency): row for row in rows}


def _figures(row: Measured) -> dict[str, int]:
    return {name: getattr(row, name) for name in MEASURES}


def _promises(company: Company, span: Span, chosen: Chosen, today: date) -> dict[Key, Promised]:
    rows = promises_gone_by(company.pk, span.since - DAY, span.until)
    fates = fates_of(company, rows, today)
    book = load_policies(company)
    sums: dict[Key, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    for row in rows:
        fate = fates[row.pk]
        value = value_of(row.customer, chosen.dimension, book)
        if fate is None or fate.state is PromiseState.RUNNING or chosen.value not in (None, value):
            continue
        kept = _in_time(fate, book)
        one = sums[value, row.currency]
        for place, more in enumerate((kept, 1, kept * row.amount_minor, row.amount_minor)):
            one[place] += more
    return {
        key: Promised(kept=kept, told=told, kept_minor=minor, told_minor=whole)
        for key, (kept, told, minor, whole) in sums.items()
    }


def _in_time(fate: Fate, book: PolicyBook) -> bool:
    """Whether the money was there by the day promised, or within the days of grace of the
    company's own policy."""
    grace = book.policies[book.default].promise_grace
    return fate.kept_on is not None and fate.late <= grace


def value_of(customer: Customer, dimension: str, book: PolicyBook) -> str:
    """Where a customer counts in a dimension."""
    return place_values(place_of(customer), book)[dimension]


def kept_days(company: Company) -> Counted | None:
    """The days whose measures are kept; None when none was ever counted."""
    return counted_days(company.pk)

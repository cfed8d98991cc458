"""Dashboard: how what is owed moved over 3, 12 or 24 months, read from what is kept of each day.

Nothing here walks the ledger: the daily measures, the kept forecasts and the customers' columns
are read, so that a million invoices cost no more than a thousand. Everything is in the company's
own currency; of other currencies the newest figures are given apart, never summed up with it.
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import accumulate

from amiable.desk.measure_count import count_if_small
from amiable.engine.days import add_months
from amiable.engine.metrics import (
    DSO_DAYS,
    CountBack,
    MonthSales,
    count_back,
    days_of_sales,
)
from amiable.store.dashboard import (
    Debtors,
    Foretold,
    Funnel,
    count_drifting,
    drifting_customers,
    foretold_weeks,
    reminder_funnel,
    top_debtors,
)
from amiable.store.measure import (
    Measured,
    counted_days,
    measured_days,
    month_ends,
    months_back,
)
from amiable.store.models import Company, Customer

PERIODS = (3, 12, 24)
"""Months one may look at."""
SHOWN = 10
"""Customers in a list of the dashboard."""
_DAY = timedelta(days=1)
_WEEK = timedelta(days=7)
_LEAST_WEEKS, _MOST_WEEKS = 13, 26
_HISTORY = 26  # months before the period, for what is counted back from its first days


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """The evening of a day: what was owed, and in how many days of sales (None: too few known)."""

    on: date
    owed: Measured
    dso: float | None
    back: CountBack | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Other:
    """What stands in another currency on the newest day, and came in over the period."""

    owed: Measured
    received: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Dashboard:
    """Days ``[since, until)``; ``points`` from the oldest, the first and the last of the period.

    ``received`` in the period and ``received_before`` in as long a time before it (None: not
    known that far back), minor units. Who gets later (the first of ``drifting_count``) and who owes
    most are those of today, whatever ``until`` is: nothing older is kept of them.
    """

    months: int
    since: date
    until: date
    currency: str
    points: tuple[Point, ...]
    received: int
    received_before: int | None
    weeks: tuple[Foretold, ...]
    drifting: tuple[Customer, ...]
    drifting_count: int
    debtors: Debtors
    funnel: Funnel
    others: tuple[Other, ...]

    @property
    def now(self) -> Point:
        """The newest day."""
        return self.points[-1]

    @property
    def then(self) -> Point:
        """The first day of the period."""
        return self.points[0]


def see_dashboard(company: Company, months: int, today: date, at: datetime) -> Dashboard | None:
    """The dashboard of a company; None while its days are yet to be counted.

    A small company's days are counted first, if they are not yet.
    """
    count_if_small(company, today, at)
    known = counted_days(company.pk)
    if known is None:
        return None
    return _read(company, months, min(known.until, today + _DAY), known.since)


def dashboard_until(company: Company, months: int, until: date) -> Dashboard | None:
    """The dashboard as of the evening before a day; None unless the days up to it are counted."""
    known = counted_days(company.pk)
    if known is None or not known.since < until <= known.until:
        return None
    return _read(company, months, until, known.since)


def _read(company: Company, months: int, until: date, first: date) -> Dashboard:
    currency = company.currency
    since = max(add_months(until, -months), first)
    span = until - since
    rows = measured_days(company.pk, min(add_months(since, -_HISTORY), since - span), until)
    history = _History([row for row in rows if row.currency == currency], first, currency)
    weeks = timedelta(weeks=_LEAST_WEEKS if months == PERIODS[0] else _MOST_WEEKS)
    known_before = since - span >= first
    return Dashboard(
        months=months,
        since=since,
        until=until,
        currency=currency,
        points=tuple(history.point(day) for day in _days(months, since, until)),
        received=history.received(since, until),
        received_before=history.received(since - span, since) if known_before else None,
        weeks=tuple(foretold_weeks(company.pk, currency, until - weeks - _WEEK, until)),
        drifting=tuple(drifting_customers(company.pk, SHOWN)),
        drifting_count=count_drifting(company.pk),
        debtors=top_debtors(company.pk, SHOWN),
        funnel=reminder_funnel(company.pk, since, until),
        others=tuple(_others(rows, currency, since, until)),
    )


def _days(months: int, since: date, until: date) -> list[date]:
    """The days that are shown: each week back from the newest, or the ends of the months."""
    last = until - _DAY
    if months == PERIODS[0]:
        count = (last - since).days // 7
        return [last - back * _WEEK for back in range(count, -1, -1)]
    return [day for day in month_ends(since, until) if day >= since]


class _History:
    """The days of one currency, oldest first; sales summed up so that any span is one subtraction.

    A day without a row is one on which nothing stood open and nothing happened.
    """

    def __init__(self, rows: Sequence[Measured], first: date, currency: str) -> None:
        self.rows, self.first, self.currency = rows, first, currency
        self.days = [row.on for row in rows]
        self.by_day = {row.on: row for row in rows}
        self.sold = [0, *accumulate(row.net_sales for row in rows)]
        self.came = [0, *accumulate(row.received for row in rows)]

    def point(self, on: date) -> Point:
        """The evening of a day."""
        owed = self.by_day.get(on) or Measured(on=on, currency=self.currency)
        if on - timedelta(days=DSO_DAYS) < self.first - _DAY:
            return Point(on=on, owed=owed, dso=None, back=None)
        sales = self.sales(on - timedelta(days=DSO_DAYS) + _DAY, on + _DAY)
        return Point(
            on=on,
            owed=owed,
            dso=days_of_sales(owed.outstanding, sales, DSO_DAYS),
            back=count_back(owed.outstanding, self._months(on)),
        )

    def sales(self, since: date, until: date) -> int:
        """Invoices less credit notes of ``[since, until)``."""
        return self._between(self.sold, since, until)

    def received(self, since: date, until: date) -> int:
        """Money that came in on ``[since, until)``."""
        return self._between(self.came, since, until)

    def _between(self, sums: list[int], since: date, until: date) -> int:
        return (
            sums[bisect_right(self.days, until - _DAY)]
            - sums[bisect_right(self.days, since - _DAY)]
        )

    def _months(self, on: date) -> Iterator[MonthSales]:
        """The months back from a day, its own only as far as it is over."""
        for month in months_back(self.first, on + _DAY):
            yield MonthSales(sales=self.sales(month.since, month.until), days=month.days)


def _others(rows: Sequence[Measured], currency: str, since: date, until: date) -> Iterator[Other]:
    for other in sorted({row.currency for row in rows} - {currency}):
        own = [row for row in rows if row.currency == other and row.on >= since]
        came = sum(row.received for row in own)
        last = next((row for row in own if row.on == until - _DAY), None)
        owed = last or Measured(on=until - _DAY, currency=other)
        if came or owed.outstanding or owed.overdue:
            yield Other(owed=owed, received=came)

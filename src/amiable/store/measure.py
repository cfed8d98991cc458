"""Daily measures in the database: the days that were counted, read as series, ends and sums.

All spans are ``[since, until)``. A day and currency without a row is one on which nothing stood
open and nothing happened. How the rows come to be is in `amiable.store.measuring`.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, fields
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import QuerySet, Sum

from amiable.engine.measure import BUCKETS, FLOWS
from amiable.engine.metrics import MonthSales
from amiable.engine.period import Span
from amiable.store.models import DayMeasure, MeasureCount

DAY = timedelta(days=1)
_COUNT_BACK = 730  # days: sales older than two years say nothing about today


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """One day (or, of flows, one span, by its last day) of one value and currency, in minor units.

    See `DayMeasure` for what each figure is. ``lateness`` is read by `settled_between` alone.
    """

    on: date
    currency: str
    value: str = ""
    not_due: int = 0
    late_1_30: int = 0
    late_31_60: int = 0
    late_61_90: int = 0
    late_over_90: int = 0
    overdue: int = 0
    outstanding: int = 0
    disputed: int = 0
    invoices_open: int = 0
    late_days_minor: int = 0
    sales: int = 0
    credited: int = 0
    received: int = 0
    paid_minor: int = 0
    paid_on_time_minor: int = 0
    paid_days_minor: int = 0
    calendar: int = 0
    avoided: int = 0
    spared_paid: int = 0
    spared_alone: int = 0
    spared_minor: int = 0
    waited_days_minor: int = 0

    @property
    def buckets(self) -> tuple[int, ...]:
        """Not due, 1 to 30, 31 to 60, 61 to 90 and more than 90 days late."""
        return tuple(getattr(self, name) for name in BUCKETS)

    @property
    def unmatched(self) -> int:
        """Money and notes tied to no invoice: what the buckets hold more than is outstanding."""
        return sum(self.buckets) - self.outstanding

    @property
    def net_sales(self) -> int:
        """Invoices less credit notes."""
        return self.sales - self.credited


_COLUMNS = tuple(item.name for item in fields(Measured))


def measured_days(
    company: int, since: date, until: date, dimension: str = "company", value: str = ""
) -> list[Measured]:
    """Every counted day of one value, oldest first, then by currency."""
    rows = _rows(company, dimension).filter(value=value, on__gte=since, on__lt=until)
    return _read(rows.order_by("on", "currency"))


def every_day(company: int, dimension: str, value: str | None = None) -> Iterator[Measured]:
    """All days that are kept, oldest first, a few at a time: for a file."""
    rows = _rows(company, dimension)
    if value is not None:
        rows = rows.filter(value=value)
    ordered = rows.order_by("on", "value", "currency").values_list(*_COLUMNS)
    for row in ordered.iterator(chunk_size=500):
        yield Measured(**dict(zip(_COLUMNS, row, strict=True)))


def measured_on(
    company: int, on: date, dimension: str = "company", value: str | None = None
) -> list[Measured]:
    """One day: of one value, or of all values of a dimension, ordered by value and currency."""
    return measured_at(company, [on], dimension, value)


def measured_at(
    company: int, days: Iterable[date], dimension: str = "company", value: str | None = None
) -> list[Measured]:
    """Some days, oldest first; all values of the dimension unless one is named."""
    rows = _rows(company, dimension).filter(on__in=sorted(set(days)))
    if value is not None:
        rows = rows.filter(value=value)
    return _read(rows.order_by("on", "value", "currency"))


def month_ends(since: date, until: date) -> list[date]:
    """The last day of every month in a span, and its last day of all."""
    last = until - DAY
    day, found = since, list[date]()
    while day <= last:
        following = (day.replace(day=1) + timedelta(days=32)).replace(day=1)
        found.append(min(following - DAY, last))
        day = following
    return found


def measured_month_ends(
    company: int, since: date, until: date, dimension: str = "company", value: str = ""
) -> list[Measured]:
    """The stocks at the end of each month of a span, oldest first."""
    return measured_at(company, month_ends(since, until), dimension, value)


def measured_flows(
    company: int, since: date, until: date, dimension: str = "company", value: str | None = None
) -> list[Measured]:
    """What happened in a span, summed up by value and currency; the stocks of these are zero."""
    rows = _rows(company, dimension).filter(on__gte=since, on__lt=until)
    if value is not None:
        rows = rows.filter(value=value)
    sums = rows.values_list("value", "currency").annotate(*(Sum(name) for name in FLOWS))
    return [
        Measured(
            on=until - DAY,
            value=found,
            currency=currency,
            **dict(zip(FLOWS, map(int, counts), strict=True)),
        )
        for found, currency, *counts in sums.order_by("value", "currency")
    ]


@dataclass(slots=True, kw_only=True)
class Settled:
    """How many invoices were settled with money, by how many days late they were."""

    value: str
    currency: str
    lateness: dict[int, int] = field(default_factory=dict)


def settled_between(
    company: int, since: date, until: date, dimension: str = "company", value: str | None = None
) -> list[Settled]:
    """The invoices settled in a span, by value and currency."""
    rows = _rows(company, dimension).filter(on__gte=since, on__lt=until).exclude(lateness={})
    if value is not None:
        rows = rows.filter(value=value)
    found: dict[tuple[str, str], Settled] = {}
    for name, currency, lateness in rows.values_list("value", "currency", "lateness"):
        one = found.setdefault((name, currency), Settled(value=name, currency=currency))
        for late, count in lateness.items():
            one.lateness[int(late)] = one.lateness.get(int(late), 0) + count
    return [found[key] for key in sorted(found)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """Which days are kept, ``[since, until)``, when they were counted, and how far a count is.

    ``total`` 0: nobody is counting.
    """

    since: date
    until: date
    counted_at: datetime | None
    done: int = 0
    total: int = 0

    @property
    def last(self) -> date:
        """The last day that is kept."""
        return self.until - DAY


def counted_days(company: int) -> Counted | None:
    """The days that are kept; None when none was ever counted."""
    row = MeasureCount.objects.of(company).first()
    if row is None or row.since is None or row.until is None:
        return None
    return Counted(
        since=row.since,
        until=row.until,
        counted_at=row.counted_at,
        done=row.done,
        total=row.total,
    )


def values_of(company: int, dimension: str, since: date, until: date) -> Sequence[str]:
    """The values of a dimension that have a row in a span."""
    rows = _rows(company, dimension).filter(on__gte=since, on__lt=until)
    return list(rows.order_by("value").values_list("value", flat=True).distinct())


def _rows(company: int, dimension: str) -> "QuerySet[DayMeasure]":
    return DayMeasure.objects.of(company).filter(dimension=dimension)


def _read(rows: "QuerySet[DayMeasure]") -> list[Measured]:
    found: Iterable[tuple[Any, ...]] = rows.values_list(*_COLUMNS)
    return [Measured(**dict(zip(_COLUMNS, row, strict=True))) for row in found]


def monthly_sales(
    company: int, until: date, dimension: str = "company", value: str | None = None
) -> dict[tuple[str, str], list[MonthSales]]:
    """By value and currency, the sales of each month before a day, the newest (which may be a part
    of a month) first; as far back as days are kept, two years at most."""
    counted = counted_days(company)
    if counted is None or counted.since >= until:
        return {}
    months = months_back(counted.since, until)
    first = months[-1].since
    rows = _rows(company, dimension).filter(on__gte=first, on__lt=until)
    if value is not None:
        rows = rows.filter(value=value)
    rows = rows.exclude(sales=0, credited=0)
    sold: dict[tuple[str, str], dict[date, int]] = defaultdict(lambda: defaultdict(int))
    for name, currency, on, sales, credited in rows.values_list(
        "value", "currency", "on", "sales", "credited"
    ):
        sold[name, currency][on.replace(day=1)] += sales - credited
    return {
        key: [MonthSales(sales=sums[one.since.replace(day=1)], days=one.days) for one in months]
        for key, sums in sold.items()
    }


def months_back(known_since: date, until: date) -> list[Span]:
    """The months before a day that sales are counted back over, the newest first: as far as days
    are known, two years at most. The newest and the oldest may be a part of a month."""
    first = max(known_since, (until - DAY * _COUNT_BACK).replace(day=1))
    ends = [day + DAY for day in reversed(month_ends(first, until))]
    return [Span(max((end - DAY).replace(day=1), first), end) for end in ends]

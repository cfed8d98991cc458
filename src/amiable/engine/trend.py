"""Trend: how a customer's delays moved, month by month."""

from bisect import bisect_right
from dataclasses import dataclass
from datetime import date

from amiable.engine.days import add_months
from amiable.engine.habit import History

MONTHS = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """The delays of the ``n`` invoices paid in a month: median, 20th and 80th percentile.

    Where nothing was paid, ``n`` is 0 and the figures are None.
    """

    starts_on: date
    n: int
    median: int | None = None
    low: int | None = None
    high: int | None = None


def trend(history: History, until: date, months: int = MONTHS) -> tuple[Month, ...]:
    """The months up to that of ``until``, oldest first; every quantile is a delay that occurred."""
    first = until.replace(day=1)
    starts = [add_months(first, -back) for back in range(months - 1, -1, -1)]
    edges = [start.toordinal() for start in (*starts, add_months(first, 1))]
    delays: list[list[int]] = [[] for _ in starts]
    for day, delay in history:
        if edges[0] <= day < edges[-1]:
            delays[bisect_right(edges, day) - 1].append(delay)
    return tuple(_month(start, sorted(of)) for start, of in zip(starts, delays, strict=True))


def _month(starts_on: date, delays: list[int]) -> Month:
    if not delays:
        return Month(starts_on=starts_on, n=0)
    low, median, high = (_quantile(delays, tenths) for tenths in (2, 5, 8))
    return Month(starts_on=starts_on, n=len(delays), median=median, low=low, high=high)


def _quantile(delays: list[int], tenths: int) -> int:
    """The first delay by which so many tenths of the payments had come."""
    return delays[-(-tenths * len(delays) // 10) - 1]

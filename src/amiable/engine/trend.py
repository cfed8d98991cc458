"""Trend: how a customer's delays moved, month by month."""

from collections.abc import Iterator
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
    return tuple(_months(history, until, months))


def _months(history: History, until: date, months: int) -> Iterator[Month]:
    first = until.replace(day=1)
    for back in range(months - 1, -1, -1):
        start = add_months(first, -back)
        end = add_months(start, 1)
        delays = sorted(
            delay for day, delay in history if start.toordinal() <= day < end.toordinal()
        )
        yield _month(start, delays)


def _month(starts_on: date, delays: list[int]) -> Month:
    if not delays:
        return Month(starts_on=starts_on, n=0)
    low, median, high = (_quantile(delays, tenths) for tenths in (2, 5, 8))
    return Month(starts_on=starts_on, n=len(delays), median=median, low=low, high=high)


def _quantile(delays: list[int], tenths: int) -> int:
    """The first delay by which so many tenths of the payments had come."""
    return delays[-(-tenths * len(delays) // 10) - 1]

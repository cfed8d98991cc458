"""What a company's customers teach as weeks go by: the habits a backtest knew each Monday.

`learn_company` reads all histories; here every settlement is read once, and a Monday costs no more
than one look at each customer. Sums of days are whole numbers, so nothing drifts: the tests
compare each Monday with `learn_company`.
"""

from bisect import insort
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace

from amiable.engine.habit import LONGEST_DELAY, RESIDUAL_FROM, CompanyHabit, CompanySums
from amiable.engine.segment import SegmentRule

_WHOLE = 10
"""A customer of more invoices than that weighs as much as one of that many."""

Settled = tuple[int, str, int]
"""A settlement that teaches: (ordinal of the day, customer, delay)."""


class _Own:
    """One customer's delays: sorted, as sums, and as the histogram that is pooled so far."""

    __slots__ = ("fresh", "pooled", "sorted", "squares", "total")

    def __init__(self) -> None:
        self.sorted: list[int] = []
        self.total = self.squares = 0
        self.pooled: dict[int, int] = {}
        self.fresh: list[int] = []


class CompanyWalk:
    """The sums of `CompanySums`, kept as settlements come in."""

    def __init__(self) -> None:
        self._customers: dict[str, _Own] = {}
        self._residuals: dict[int, float] = {}
        self._residual_count = 0
        self._pools: dict[int, dict[int, int]] = defaultdict(dict)
        self._changed: dict[str, _Own] = {}

    def add(self, customer: str, delay: int) -> None:
        """A customer settled an invoice, ``delay`` days after it was due; in settlement order."""
        delay = min(delay, LONGEST_DELAY)
        own = self._customers.get(customer)
        if own is None:
            own = self._customers[customer] = _Own()
        count = len(own.sorted)
        if count >= RESIDUAL_FROM:
            residual = delay - own.sorted[(count - 1) // 2]
            self._residuals[residual] = self._residuals.get(residual, 0.0) + 1.0
            self._residual_count += 1
        insort(own.sorted, delay)
        own.total += delay
        own.squares += delay * delay
        own.fresh.append(delay)
        self._changed[customer] = own

    def learned(self) -> CompanyHabit:
        """What all that was added teaches: as `learn_company` of the same histories."""
        for own in self._changed.values():
            self._pool(own)
        self._changed.clear()
        sums = CompanySums()
        for count, pool in self._pools.items():
            weight = _WHOLE / count
            for delay, times in pool.items():
                sums.stranger[delay] = sums.stranger.get(delay, 0.0) + weight * times
        sums.residuals, sums.residual_count = self._residuals, self._residual_count
        for own in self._customers.values():
            _sum_up(sums, own)
        return sums.learned()

    def _pool(self, own: _Own) -> None:
        """Move a customer's delays to the pool of those with as many; the first ten share one."""
        count = len(own.sorted)
        before, after = max(count - len(own.fresh), _WHOLE), max(count, _WHOLE)
        if after != before:
            _shift(self._pools[before], own.pooled, -1)
            if not self._pools[before]:
                del self._pools[before]
        moved = own.pooled if after != before else {}
        for delay in own.fresh:
            own.pooled[delay] = own.pooled.get(delay, 0) + 1
            if after == before:
                moved[delay] = moved.get(delay, 0) + 1
        _shift(self._pools[after], moved, 1)
        own.fresh = []


def _shift(pool: dict[int, int], histogram: dict[int, int], sign: int) -> None:
    for delay, times in histogram.items():
        left = pool.get(delay, 0) + sign * times
        if left:
            pool[delay] = left
        else:
            del pool[delay]


def _sum_up(sums: CompanySums, own: _Own) -> None:
    count = len(own.sorted)
    mean = own.total / count
    sums.customers += 1
    sums.invoices += count
    sums.total += own.total
    sums.within += own.squares - own.total * mean
    sums.sum_of_means += mean
    sums.sum_of_squares += mean * mean
    sums.sum_of_inverses += 1 / count


def learn_weeks(
    settled: Iterable[Settled], first: int, last: int, rule: SegmentRule
) -> dict[int, CompanyHabit]:
    """What was known on each Monday from that of ``first`` to that of ``last`` (ordinals).

    ``settled``: in order of the day; on a Monday what was settled before it is known.
    """
    walk, known = CompanyWalk(), dict[int, CompanyHabit]()
    monday = monday_of(first)
    for day, customer, delay in settled:
        while day >= monday and monday <= last:
            known[monday] = replace(walk.learned(), rule=rule)
            monday += 7
        walk.add(customer, delay)
    while monday <= last:
        known[monday] = replace(walk.learned(), rule=rule)
        monday += 7
    return known


def monday_of(day: int) -> int:
    """The ordinal of the Monday of a day's week: ordinal 1 was a Monday."""
    return day - (day - 1) % 7

"""Forecast: the receipts of the weeks to come, with a band, from what is open today.

New sales are not invented: a forecast is about invoices that exist. Each flow of an account (see
`expectation`) comes in a period with the chance that its habit gives; what the sums may be, eight
times in ten, is told in `forecast_band`. Accounts are counted in one at a time, so a ledger of any
size is forecast some customers at a time.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import StrEnum
from heapq import heappush, heappushpop
from itertools import pairwise

from amiable.engine.days import ONE_DAY, BusinessCalendar, week_start
from amiable.engine.expectation import (
    Expected,
    Flow,
    Source,
    Uncounted,
    chances,
    expect,
    last_open_day,
)
from amiable.engine.forecast_band import Miss, Moments, Togetherness
from amiable.engine.habit import Habit
from amiable.engine.situation import Situation

WEEKS = 13
DAYS = 14
LATER_SHARE, LATER_DAYS = 0.1, 15
_LARGEST = 12


class Scenario(StrEnum):
    """What customers are taken to do."""

    HABITS = "habits"
    ON_TIME = "on_time"  # nobody pays later than the due date; who pays early still does
    LATER = "later"  # each customer gets later with some chance, by some days


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """A scenario; for LATER: the ``share`` of customers (any of them) and by how many ``days``."""

    scenario: Scenario = Scenario.HABITS
    share: float = LATER_SHARE
    days: int = LATER_DAYS


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """``[starts_on, ends_on)``."""

    starts_on: date
    ends_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipts:
    """What a period brings, minor units of one currency: the band holds eight times in ten.

    ``said``: of the expected, what rests on promises and what customers say they have paid;
    ``planned``: on instalment plans.
    """

    period: Period
    low: int
    expected: int
    high: int
    said: int
    planned: int
    variance: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """An invoice behind a week: of ``minor``, ``expected`` in that week; paid most likely between
    two days. ``customer``: as the caller named it."""

    customer: int
    invoice: str
    minor: int
    expected: int
    source: Source
    from_on: date
    until_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """One currency: open = netted + uncounted + the weeks' expected + ``beyond`` the horizon."""

    currency: str
    days: tuple[Receipts, ...]
    weeks: tuple[Receipts, ...]
    open: int
    netted: int
    beyond: int
    uncounted: dict[Uncounted, int]
    largest: tuple[tuple[Item, ...], ...] = ()
    """By week, the largest expected amounts."""


@dataclass(slots=True)
class _Sums:
    """Of one slice and currency: moments by period, what of the means was said, planned; totals."""

    moments: Moments
    said: defaultdict[int, float] = field(default_factory=lambda: defaultdict(float))
    planned: defaultdict[int, float] = field(default_factory=lambda: defaultdict(float))
    open: int = 0
    netted: int = 0
    counted: int = 0
    uncounted: defaultdict[Uncounted, int] = field(default_factory=lambda: defaultdict(int))

    def add(self, other: "_Sums") -> None:
        """Another's sums into these."""
        self.moments.add(other.moments)
        for at, minor in other.said.items():
            self.said[at] += minor
        for at, minor in other.planned.items():
            self.planned[at] += minor
        for why, uncounted in other.uncounted.items():
            self.uncounted[why] += uncounted
        self.open += other.open
        self.netted += other.netted
        self.counted += other.counted


@dataclass(frozen=True, slots=True)
class _Grid:
    """The periods as places in a list of days: ``ends`` ascending, 0 is today."""

    today: date
    ends: tuple[int, ...]
    open_ends: tuple[int, ...]  # the last open day up to each of them; below 0: none
    spans: tuple[tuple[int, int], ...]  # of each period: (place before its first day, of its last)
    days: tuple[Period, ...]
    weeks: tuple[Period, ...]


def _grid(today: date, weeks: int, days: int, calendar: BusinessCalendar | None) -> _Grid:
    monday = week_start(today) + timedelta(days=7)
    starts = [today] + [monday + timedelta(days=7 * number) for number in range(weeks)]
    of_weeks = [Period(one, other) for one, other in pairwise(starts)]
    of_days = [
        Period(day, day + ONE_DAY)
        for day in (today + timedelta(days=number) for number in range(days))
    ]
    periods = [*of_days, *of_weeks]
    ends = sorted({(period.ends_on - today).days - 1 for period in periods} | {-1})
    return _Grid(
        today=today,
        ends=tuple(ends),
        open_ends=tuple(last_open_day(day, today, calendar) for day in ends),
        spans=tuple(
            (
                bisect_left(ends, (period.starts_on - today).days - 1),
                bisect_left(ends, (period.ends_on - today).days - 1),
            )
            for period in periods
        ),
        days=tuple(of_days),
        weeks=tuple(of_weeks),
    )


class Forecaster:
    """Counts the accounts of a company in, one at a time, for one scenario.

    ``calendar``: the days on which money comes, where the ledger shows it (None: any day).
    """

    def __init__(
        self, today: date, calendar: BusinessCalendar | None, wish: Wish | None = None,
        *, weeks: int = WEEKS, days: int = DAYS,
    ) -> None:  # fmt: skip
        self.grid = _grid(today, weeks, days, calendar)
        self.calendar = calendar
        self.wish = wish or Wish()
        self.together = Togetherness()
        self._sums: dict[tuple[str, str], _Sums] = {}
        self._largest: dict[str, list[list[tuple[int, str, Item]]]] = {}

    def add(self, s: Situation, customer: int = 0, slices: Sequence[str] = ()) -> None:
        """Count an account in, in all and in its ``slices`` (segment, collector ...)."""
        self.count(expect(s), s.account.habit, customer, slices)

    def count(
        self, found: Expected, habit: Habit, customer: int = 0, slices: Sequence[str] = ()
    ) -> None:
        """The same for an account that other forecasters count in as well."""
        self.together.add(habit.history)
        for currency, sums in self._of_account(found, habit, customer).items():
            for name in ("", *slices):
                key = (name, currency)
                if key not in self._sums:
                    self._sums[key] = _Sums(Moments(len(self.grid.spans)))
                self._sums[key].add(sums)

    def _of_account(self, found: Expected, habit: Habit, customer: int) -> dict[str, _Sums]:
        size = len(self.grid.spans)
        by_currency = {currency: _Sums(Moments(size)) for currency in found.open}
        parts: dict[str, list[tuple[int, list[float]]]] = defaultdict(list)
        for flow in found.flows:
            curve = self._curve(habit, flow)
            parts[flow.currency].append((flow.minor, curve))
            self._tell(flow, curve, by_currency[flow.currency], habit, customer)
        for currency, sums in by_currency.items():
            sums.moments.add_customer(parts[currency], self.grid.spans)
            sums.open, sums.netted = found.open[currency], found.netted[currency]
        for (currency, why), minor in found.uncounted.items():
            by_currency[currency].uncounted[why] += minor
        return by_currency

    def _curve(self, habit: Habit, flow: Flow) -> list[float]:
        """The chance that a flow has come by each of the grid's days."""
        scenario, grid = self.wish.scenario, self.grid
        curve = [0.0] * bisect_left(grid.open_ends, 0)
        curve += chances(habit, flow, grid.open_ends[len(curve) :])
        if scenario is Scenario.ON_TIME:
            last = self._in_time(flow)
            return [
                1.0 if day >= last else chance
                for day, chance in zip(grid.open_ends, curve, strict=True)
            ]
        if scenario is Scenario.LATER:
            shifted = [day - self.wish.days for day in grid.open_ends]
            late = chances(habit, flow, (max(day, -1) for day in shifted))
            share = self.wish.share
            return [
                (1 - share) * chance + (share * other if day >= 0 else 0.0)
                for chance, other, day in zip(curve, late, shifted, strict=True)
            ]
        return curve

    def _in_time(self, flow: Flow) -> int:
        """The day by which a flow comes if nobody is late: its due date, its word, or today."""
        if flow.source is not Source.HABIT:
            return flow.after
        due = max((flow.due_on - self.grid.today).days, 0, flow.after + 1)
        while last_open_day(due, self.grid.today, self.calendar) < due:
            due += 1
        return due

    def _tell(
        self, flow: Flow, curve: list[float], sums: _Sums, habit: Habit, customer: int
    ) -> None:
        """Count a flow by what it rests on, and remember it if it is large."""
        sums.counted += flow.minor
        by_word = sums.planned if flow.source is Source.PLAN else sums.said
        first_week = len(self.grid.days)
        for at, (before, until) in enumerate(self.grid.spans):
            mean = flow.minor * (curve[until] - curve[before])
            if mean > 0:
                if flow.source is not Source.HABIT:
                    by_word[at] += mean
                if at >= first_week:
                    self._keep(at - first_week, round(mean), flow, habit, customer)

    def _keep(self, week: int, mean: int, flow: Flow, habit: Habit, customer: int) -> None:
        """Remember a flow among the largest of its week, if it is."""
        if flow.currency not in self._largest:
            self._largest[flow.currency] = [[] for _ in self.grid.weeks]
        heap = self._largest[flow.currency][week]
        key = flow.item.invoice.key
        if not mean or (len(heap) >= _LARGEST and (mean, key) <= heap[0][:2]):
            return
        from_on, until_on = self._likely(habit, flow)
        item = Item(
            customer=customer, invoice=key, minor=flow.minor, expected=mean, source=flow.source,
            from_on=from_on, until_on=until_on,
        )  # fmt: skip
        entry = (mean, f"{key}\0{len(heap)}\0{flow.after}", item)
        if len(heap) < _LARGEST:
            heappush(heap, entry)
        else:
            heappushpop(heap, entry)

    def _likely(self, habit: Habit, flow: Flow) -> tuple[date, date]:
        """Six payments in ten of such a flow come from the one day to the other."""
        today = self.grid.today
        if flow.source is not Source.HABIT:
            day = today + timedelta(days=flow.after)
            return day, day
        open_at = flow.late + flow.after + 1
        days = [habit.quantile(share, at_least=open_at) - flow.late for share in (0.2, 0.8)]
        first, last = (self._open_on(today + timedelta(days=max(day, 0))) for day in days)
        return first, last

    def _open_on(self, day: date) -> date:
        return day if self.calendar is None else self.calendar.roll(day)

    def slices(self) -> list[str]:
        """The slices that were counted, all together ("") first."""
        return sorted({name for name, _ in self._sums})

    def result(self, misses: Sequence[Miss] = (), name: str = "") -> list[Forecast]:
        """The forecast of a slice, a currency after the other by their codes.

        ``misses``: of the first week, the second ...; the last one goes for all after it.
        """
        return [
            self._forecast(currency, sums, misses or (Miss(),), with_largest=not name)
            for (one, currency), sums in sorted(self._sums.items())
            if one == name
        ]

    def _forecast(
        self, currency: str, sums: _Sums, misses: Sequence[Miss], *, with_largest: bool
    ) -> Forecast:
        days, weeks = self.grid.days, self.grid.weeks
        told = [self._receipts(period, sums, at, Miss()) for at, period in enumerate(days)]
        summed = [
            self._receipts(period, sums, at + len(days), misses[min(at, len(misses) - 1)])
            for at, period in enumerate(weeks)
        ]
        summed = _summing(summed, sums.counted)
        heaps = self._largest.get(currency, []) if with_largest else []
        return Forecast(
            currency=currency,
            days=tuple(told),
            weeks=tuple(summed),
            open=sums.open,
            netted=sums.netted,
            beyond=sums.counted - sum(week.expected for week in summed),
            uncounted=dict(sorted(sums.uncounted.items())),
            largest=tuple(
                tuple(item for _, _, item in sorted(heap, key=lambda one: (-one[0], one[1])))
                for heap in heaps
            ),
        )

    def _receipts(self, period: Period, sums: _Sums, at: int, miss: Miss) -> Receipts:
        low, high = sums.moments.quantiles(at, self.together.share, miss)
        return Receipts(
            period=period,
            low=low,
            expected=round(sums.moments.mean[at]),
            high=high,
            said=round(sums.said[at]),
            planned=round(sums.planned[at]),
            variance=sums.moments.variance(at, self.together.share),
        )


def _summing(weeks: Sequence[Receipts], counted: int) -> list[Receipts]:
    """Rounded so that the weeks up to any of them never exceed what is counted on."""
    left, found = counted, []
    for week in weeks:
        expected = min(week.expected, left)
        left -= expected
        found.append(week if expected == week.expected else replace(week, expected=expected))
    return found

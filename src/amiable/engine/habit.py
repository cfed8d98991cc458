"""Habit: how a customer usually pays, learned from its settled invoices.

The delay of an invoice is its settlement day minus its due date, in days, negative when early;
the due date first rolls to a business day where the ledger shows that nobody pays at weekends.
Delays are whole days, so a distribution is a histogram and every quantile is a whole day.

For customer c on a morning t, with n settled, undisputed invoices j (settled s_j, delay y_j):

    w_j     = 2^(-(t - s_j)/180)                     old payments count less
    F0      = all settled delays, each customer weighing min(n_c, 10)/n_c      (a stranger)
    R0      = y_j - median of the customer's earlier y, from the 4th on        (the scatter)
    kappa   = clip(s2/t2, 0.25, 50)                  variance within / between customers
    theta_c = median of {own y_j} + kappa * F0
    P_c     = a*F0 + (1-a)*R0(. - theta_c),          a = kappa/(n + kappa)
    F_c     = (sum w_j*1[y_j <= .] + 4*P_c) / (sum w_j + 4)

A stranger gets the company's spread, a known customer the usual spread around its own median;
its own data take over as they accumulate. R0 is F0 while fewer than 30 residuals exist.
Source: the project's study of real ledgers; constants k = 4 and 180 days, flat optimum.

Open invoices never enter a habit: each day late would raise the day to wait for, and the worst
payers would teach the product to be silent.
"""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import accumulate
from math import floor

from amiable.engine.days import BusinessCalendar
from amiable.engine.parties import Segment
from amiable.engine.segment import DEFAULT_RULE, SegmentRule

HALF_LIFE_DAYS = 180
PRIOR_WEIGHT = 4.0
MIN_RESIDUALS = 30
RESIDUAL_FROM = 3  # earlier invoices needed before a residual counts
WEEKEND_SHARE = 0.03
LONGEST_DELAY = 1_500  # days; whatever is beyond counts as that
DRIFT_DAYS = 180
DRIFT_MIN = 4  # invoices needed on both sides
LEAST_CAP = 10  # days: a ledger of early payers is given that much patience
_EPSILON = 1e-9

History = Sequence[tuple[int, int]]
"""Settled invoices of one customer, in settlement order: (ordinal of the day, delay)."""


class Basis(StrEnum):
    """Where a habit's figures mostly come from."""

    OWN = "own"
    COMPANY = "company"
    DEFAULT = "default"


@dataclass(frozen=True, slots=True)
class Curve:
    """A distribution of whole days: ``steps[i]`` is the probability of ``lowest + i`` or less."""

    lowest: int
    steps: tuple[float, ...]

    def at(self, day: int) -> float:
        """The probability of ``day`` or less."""
        index = day - self.lowest
        if index < 0:
            return 0.0
        return self.steps[index] if index < len(self.steps) else 1.0

    @property
    def highest(self) -> int:
        """The last day that has a probability."""
        return self.lowest + len(self.steps) - 1

    def quantile(self, share: float) -> int:
        """The first day by which ``share`` of the payments have come."""
        return self.lowest + bisect_left(self.steps, share - _EPSILON)


def curve(weights: dict[int, float]) -> Curve:
    """The distribution of a non-empty histogram day -> weight."""
    lowest, highest = min(weights), max(weights)
    total = sum(weights.values())
    sums = accumulate(weights.get(day, 0.0) for day in range(lowest, highest + 1))
    return Curve(lowest, tuple(value / total for value in sums))


# French companies, first half of 2025 (Altares): 45 % pay on time, 9 % more than 30 days late.
# Used, and named as such, only while a company has no settled invoice at all.
DEFAULT_CURVE = curve(
    {0: 0.45} | dict.fromkeys(range(1, 31), 0.46 / 30) | dict.fromkeys(range(31, 61), 0.09 / 30)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CompanyHabit:
    """What all customers of a company teach about any one of them (F0, R0 and kappa above).

    ``cap`` is the longest wait before a first reminder, in days after the due date: what nine
    payments in ten never exceed, between 10 and 30. ``rule`` is not learned: the thresholds the
    company chose for its segments.
    """

    stranger: Curve
    scatter: Curve
    kappa: float
    mean: float
    customers: int
    invoices: int
    rule: SegmentRule = DEFAULT_RULE

    @property
    def cap(self) -> int:
        """clip(90th percentile of a stranger's delay, 10, 30)."""
        return min(max(self.stranger.quantile(0.9), LEAST_CAP), 30)

    @property
    def habit_share(self) -> float:
        """Variance between customers / total: below 0.2 habits hardly differ between customers."""
        return 1 / (1 + self.kappa)


NO_HISTORY = CompanyHabit(
    stranger=DEFAULT_CURVE, scatter=DEFAULT_CURVE, kappa=50.0, mean=10.0, customers=0, invoices=0
)


class CompanySums:
    """Sums over all customers, one history at a time; `learned` is what they come to."""

    def __init__(self) -> None:
        self.stranger: dict[int, float] = {}
        self.residuals: dict[int, float] = {}
        self.residual_count = 0
        self.customers = self.invoices = 0
        self.within = self.sum_of_means = self.sum_of_squares = self.sum_of_inverses = 0.0
        self.total = 0

    def add(self, delays: Sequence[int]) -> None:
        """One customer's delays in settlement order."""
        count = len(delays)
        weight = min(count, 10) / count
        for delay in delays:
            self.stranger[delay] = self.stranger.get(delay, 0.0) + weight
        mean = sum(delays) / count
        self.customers += 1
        self.invoices += count
        self.total += sum(delays)
        self.within += sum((delay - mean) ** 2 for delay in delays)
        self.sum_of_means += mean
        self.sum_of_squares += mean * mean
        self.sum_of_inverses += 1 / count
        if count > RESIDUAL_FROM:
            self._scatter(delays)

    def _scatter(self, delays: Sequence[int]) -> None:
        earlier = sorted(delays[:RESIDUAL_FROM])
        for delay in delays[RESIDUAL_FROM:]:
            residual = delay - earlier[(len(earlier) - 1) // 2]
            self.residuals[residual] = self.residuals.get(residual, 0.0) + 1.0
            insort(earlier, delay)
        self.residual_count += len(delays) - RESIDUAL_FROM

    def kappa(self) -> float:
        """Within over between variance, by moments, the sampling part taken off the between."""
        freedom = self.invoices - self.customers
        if freedom < 1 or self.customers < 2:
            return 50.0
        within = self.within / freedom
        mean = self.sum_of_means / self.customers
        of_means = (self.sum_of_squares - self.customers * mean * mean) / (self.customers - 1)
        between = of_means - within * self.sum_of_inverses / self.customers
        if between <= 0:
            return 50.0
        return min(max(within / between, 0.25), 50.0)

    def learned(self) -> CompanyHabit:
        """F0, R0 and kappa of all that was added; NO_HISTORY where nothing was."""
        if not self.customers:
            return NO_HISTORY
        stranger = curve(self.stranger)
        enough = self.residual_count >= MIN_RESIDUALS
        return CompanyHabit(
            stranger=stranger,
            scatter=curve(self.residuals) if enough else stranger,
            kappa=self.kappa(),
            mean=self.total / self.invoices,
            customers=self.customers,
            invoices=self.invoices,
        )


def learn_company(histories: Iterable[History]) -> CompanyHabit:
    """What the histories of all customers (or of a fair sample of them) teach; see the module."""
    sums = CompanySums()
    for history in histories:
        if history:
            sums.add([min(delay, LONGEST_DELAY) for _, delay in history])
    return sums.learned()


_WEIGHTS = tuple(2 ** (-age / HALF_LIFE_DAYS) for age in range(20 * HALF_LIFE_DAYS))
_OLDEST = len(_WEIGHTS) - 1


def _weigh(history: History, today: int) -> dict[int, float]:
    """Delay -> summed weight by age; ages outside the table of weights are clamped."""
    weights: dict[int, float] = {}
    if history and history[-1][0] <= today <= history[0][0] + _OLDEST:
        for day, delay in history:
            weights[delay] = weights.get(delay, 0.0) + _WEIGHTS[today - day]
        return weights
    for day, delay in history:
        age = min(max(today - day, 0), _OLDEST)
        weights[delay] = weights.get(delay, 0.0) + _WEIGHTS[age]
    return weights


class Habit:
    """How one customer usually pays: the distribution F_c of its delays, asked by quantile.

    A value like the others, but built by `habit_of` and computed on demand: most mornings only
    two quantiles of it are asked.
    """

    __slots__ = (
        "_cumulated", "_days", "_mix", "_prior", "_total", "_usual", "company", "history", "n",
    )  # fmt: skip

    def __init__(self, history: History, company: CompanyHabit, on: date) -> None:
        self.history = history
        self.company = company
        self.n = len(history)
        weights = _weigh(history, on.toordinal())
        self._days = sorted(weights)
        self._cumulated = [0.0, *accumulate([weights[day] for day in self._days])]
        self._total = self._cumulated[-1] + PRIOR_WEIGHT
        self._mix = company.kappa / (self.n + company.kappa)
        self._prior = self._own_centre(sorted([delay for _, delay in history]))
        self._usual: int | None = None

    def _own_centre(self, delays: list[int]) -> int:
        """theta_c: the median of the own delays, pulled towards a stranger's by kappa.

        ``delays``: the own ones in ascending order.
        """
        stranger, kappa = self.company.stranger, self.company.kappa
        low = high = stranger.quantile(0.5)
        if not delays:
            return low
        goal = (self.n + kappa) / 2 - _EPSILON
        own = delays[(self.n - 1) // 2]  # theirs lies between the two medians
        low, high = min(low, own), max(high, own)
        while low < high:
            middle = (low + high) // 2
            if bisect_right(delays, middle) + kappa * stranger.at(middle) >= goal:
                high = middle
            else:
                low = middle + 1
        return low

    def quantile(self, share: float, at_least: int | None = None) -> int:
        """The day by which ``share`` of this customer's payments come, in days after due.

        ``at_least``: given that the invoice is still open at that lateness, so never before it.
        """
        start = 0.0 if at_least is None else self._mass(at_least - 1)
        goal = start + share * (self._total - start)
        low, high = self._between(goal / self._total)
        if at_least is not None:
            low = max(low, at_least)
            high = max(low, high)
        goal -= _EPSILON
        while low < high:
            middle = (low + high) // 2
            if self._mass(middle) >= goal:
                high = middle
            else:
                low = middle + 1
        return low

    def _between(self, share: float) -> tuple[int, int]:
        """Days the quantile lies between: a mixture's lies between those of its parts."""
        company, days = self.company, self._days
        one = company.stranger.quantile(share)
        other = company.scatter.quantile(share) + self._prior
        low, high = (one, other) if one < other else (other, one)
        if days:
            own = bisect_left(self._cumulated, share * self._cumulated[-1] - _EPSILON)
            day = days[min(max(own - 1, 0), len(days) - 1)]
            low, high = min(low, day), max(high, day)
        return low, high

    def _mass(self, day: int) -> float:
        """Weight of ``day`` or less; `Curve.at` written out, for this runs a million times."""
        stranger, scatter = self.company.stranger, self.company.scatter
        at = day - stranger.lowest
        one = 0.0 if at < 0 else stranger.steps[at] if at < len(stranger.steps) else 1.0
        at = day - self._prior - scatter.lowest
        other = 0.0 if at < 0 else scatter.steps[at] if at < len(scatter.steps) else 1.0
        prior = other + self._mix * (one - other)
        return self._cumulated[bisect_right(self._days, day)] + PRIOR_WEIGHT * prior

    def chance_by(self, day: int) -> float:
        """F_c: the chance that a payment has come by ``day``, in days after the due date."""
        return self._mass(day) / self._total

    @property
    def usual(self) -> int:
        """The usual delay: the median of the distribution, in days after the due date."""
        if self._usual is None:
            self._usual = self.quantile(0.5)
        return self._usual

    @property
    def spread(self) -> int:
        """The width of the likely range: 80th minus 20th percentile, in days."""
        return self.quantile(0.8) - self.quantile(0.2)

    @property
    def own_share(self) -> float:
        """Share of the figures that comes from the customer's own history, 0 to 1."""
        return 1 - PRIOR_WEIGHT / self._total

    @property
    def basis(self) -> Basis:
        """Where the figures mostly come from."""
        if not self.company.customers:
            return Basis.DEFAULT
        return Basis.OWN if self.n >= 3 else Basis.COMPANY

    @property
    def own_mean(self) -> float:
        """The plain mean of the own delays; the company's for a stranger."""
        if not self.n:
            return self.company.mean
        return sum(delay for _, delay in self.history) / self.n

    def drift(self, on: date) -> int | None:
        """Median of the last 180 days minus the median before, in days; None if too few."""
        since = on.toordinal() - DRIFT_DAYS
        edge = bisect_left(self.history, (since,))
        if edge < DRIFT_MIN or self.n - edge < DRIFT_MIN:
            return None
        older = sorted([delay for _, delay in self.history[:edge]])
        recent = sorted([delay for _, delay in self.history[edge:]])
        return recent[(len(recent) - 1) // 2] - older[(len(older) - 1) // 2]

    def drifts(self, drift: int, rule: SegmentRule | None = None) -> bool:
        """Whether a drift is beyond noise, by the company's rule or by another."""
        return (rule or self.company.rule).is_drift(drift, self.spread)

    @property
    def habitually_late(self) -> bool:
        """The account alert: its usual delay is beyond what the company's rule bears."""
        return self._late_by(self.company.rule)

    def _late_by(self, rule: SegmentRule) -> bool:
        return rule.is_late(self.n, self.usual, self.company.cap)

    def segment(self, on: date, rule: SegmentRule | None = None) -> Segment:
        """How it pays, in one word, by the company's rule (or by another, to compare).

        New as long as too few invoices are paid; at risk when it drifts later; often late as
        `habitually_late`; else regular.
        """
        rule = rule or self.company.rule
        if self.n < rule.known_from:
            return Segment.NEW
        drift = self.drift(on)
        if drift is not None and self.drifts(drift, rule):
            return Segment.AT_RISK
        return Segment.OFTEN_LATE if self._late_by(rule) else Segment.REGULAR


def habit_of(history: History, company: CompanyHabit, on: date) -> Habit:
    """The habit of a customer as known on the morning of ``on``.

    ``history`` holds what was settled before that morning; ``on`` sets how old each payment is.
    """
    return Habit(history, company, on)


def rolls_due_dates(settled_on: Iterable[date]) -> bool:
    """Whether due dates roll to business days: under 3 % of settlements fall on a weekend."""
    count = weekend = 0
    for day in settled_on:
        count += 1
        weekend += day.weekday() >= 5
    return count > 0 and weekend / count < WEEKEND_SHARE


def due_for_habit(due_on: date, calendar: BusinessCalendar | None) -> date:
    """The day lateness counts from: the due date, rolled where a calendar is given."""
    return due_on if calendar is None else calendar.roll(due_on)


def beyond(quantile_day: float) -> int:
    """The first whole day beyond a usual delay: floor + 1."""
    return floor(quantile_day) + 1

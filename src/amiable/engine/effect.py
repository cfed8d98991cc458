"""Effect: what a reminder changed, against what the customer's habit announced anyway.

A ledger does not say what a reminder did: most who pay after one would have paid without. So a
reminder is credited only with the days between the day the money came and the day the habit, as
known when the reminder left, announced for an invoice still open at that lateness.

With T the delay of the invoice (days after the due date, as habits count), L its lateness on the
day of the reminder and F the habit: T >= L is known, W = T - L is the wait to come, and

    expected = E[min(W, h) | T >= L] = sum over k = 0 .. h-1 of (1 - F(L + k)) / (1 - F(L - 1))
    gained   = expected - min(waited, h)                        in days; above 0: money came sooner

Both sides stop at the same h, the restricted mean of survival analysis: h is the horizon, or the
days the reminder has been observed when it is younger. How long it was observed does not depend on
what the customer did, so invoices that behave as their habit says gain 0 on average at any age. A
younger reminder can have gained no more days than it is old: the mean says what was gained so far.

The habit itself was learned while reminders went out; what they always did is in it already.
Source of the cluster-robust interval: Cameron & Miller, "A Practitioner's Guide to Cluster-Robust
Inference", 2015 (CR1, t with one degree of freedom less than clusters); of the interval of a
share: Wilson, 1927.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from math import pi, sqrt, tan
from statistics import NormalDist

from amiable.engine.habit import Habit

HORIZON = 60
"""Days after a reminder in which what it did is looked for."""
YOUNGEST = 7
"""Days a reminder must have been observed before it counts."""
ENOUGH = 30
"""Reminders under which a figure is marked "too few to tell"."""
ENOUGH_CUSTOMERS = 10
"""Customers under which an interval says too little: it rests on how much customers differ."""
_NOTHING_LEFT = 1e-6  # of a habit's distribution: rounding, not a chance
_SURE = 0.95


def expected_wait(habit: Habit, late: int, horizon: int = HORIZON) -> float | None:
    """E[min(days until paid, horizon)] of an invoice still open on the morning it is ``late``.

    In days, 0 to ``horizon``. None when the habit knows of no payment that late: there is nothing
    to compare with. Raises ValueError for a horizon below 0.
    """
    if horizon < 0:
        raise ValueError(f"a horizon is 0 days or more, not {horizon}")
    open_now = 1 - habit.chance_by(late - 1)
    if open_now < _NOTHING_LEFT:
        return None
    still_open = sum(max(0.0, 1 - habit.chance_by(late + day)) for day in range(horizon))
    return still_open / open_now


def days_gained(
    habit: Habit, late: int, waited: int, horizon: int = HORIZON, *, observed: int | None = None
) -> float | None:
    """Days by which the money came sooner than the habit announced; below 0: later.

    ``waited``: days from the reminder to the payment; of an invoice still open, at least as many
    as the horizon or as ``observed``. ``observed``: days since the reminder, if it may be younger
    than the horizon. None as `expected_wait`.
    """
    over = horizon if observed is None else min(horizon, observed)
    expected = expected_wait(habit, late, over)
    return None if expected is None else expected - min(waited, over)


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """A mean and where it lies with 95 % confidence; ``n`` values of ``customers``."""

    mean: float
    low: float
    high: float
    n: int
    customers: int

    @property
    def enough(self) -> bool:
        """Whether there are values and customers enough to say anything."""
        return self.n >= ENOUGH and self.customers >= ENOUGH_CUSTOMERS

    @property
    def tells(self) -> bool:
        """Whether an effect can be told: enough values, and 0 outside the interval."""
        return self.enough and not self.low <= 0 <= self.high


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterSums:
    """All that a mean and its interval need of values grouped by customer.

    With S the sum and N the number of a customer's values: the sums over customers of S, N, S*S,
    S*N and N*N, so that a database can do the counting.
    """

    customers: int
    n: int
    total: float
    squares: float
    crossed: float
    sizes: float


def interval_of(sums: ClusterSums) -> Interval | None:
    """The mean of all values with its 95 % interval; None under two customers.

    Values of one customer go together, so the customers are what varies: the variance is that of
    the sums of a customer's deviations, times G/(G-1) for G customers; Student's t with G-1.
    """
    groups = sums.customers
    if groups < 2:
        return None
    mean = sums.total / sums.n
    spread = sums.squares - 2 * mean * sums.crossed + mean * mean * sums.sizes
    error = sqrt(max(spread, 0.0) * groups / (groups - 1)) / sums.n
    reach = student_t(groups - 1) * error
    return Interval(mean=mean, low=mean - reach, high=mean + reach, n=sums.n, customers=groups)


def cluster_sums(values: Collection[Sequence[float]]) -> ClusterSums:
    """The sums of the values of each customer; customers without any count for nothing."""
    groups = [(sum(one), len(one)) for one in values if one]
    return ClusterSums(
        customers=len(groups),
        n=sum(size for _, size in groups),
        total=sum(total for total, _ in groups),
        squares=sum(total * total for total, _ in groups),
        crossed=sum(total * size for total, size in groups),
        sizes=sum(size * size for _, size in groups),
    )


def mean_with_interval(
    values_by_customer: Mapping[object, Sequence[float]],
) -> Interval | None:
    """The mean of all values with its cluster-robust 95 % interval by customer.

    See `interval_of`; None under two customers.
    """
    return interval_of(cluster_sums(values_by_customer.values()))


def student_t(freedom: int, sure: float = _SURE) -> float:
    """How many standard errors hold a share (95 %) of Student's t, from 1 degree of freedom on.

    Exact for 1 and 2, else the Cornish-Fisher expansion (Abramowitz & Stegun 26.7.5), for 95 %
    right to 0.02 at 3 degrees of freedom and to 0.001 from 6.
    """
    if freedom < 1:
        raise ValueError(f"Student's t needs 1 degree of freedom or more, not {freedom}")
    if freedom == 1:
        return tan(pi * sure / 2)
    if freedom == 2:
        return sure * sqrt(2 / (1 - sure**2))
    z = NormalDist().inv_cdf((1 + sure) / 2)
    first = (z**3 + z) / 4
    second = (5 * z**5 + 16 * z**3 + 3 * z) / 96
    third = (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384
    fourth = (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / 92160
    return z + first / freedom + second / freedom**2 + third / freedom**3 + fourth / freedom**4


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """``hits`` of ``n``, as a share, and where it lies with 95 % confidence (Wilson)."""

    hits: int
    n: int

    @property
    def enough(self) -> bool:
        """Whether there are enough to say anything."""
        return self.n >= ENOUGH

    @property
    def share(self) -> float | None:
        """From 0 to 1; None of nothing."""
        return self.hits / self.n if self.n else None

    @property
    def bounds(self) -> tuple[float, float] | None:
        """The interval of the share; None of nothing. Holds for few and for extreme shares."""
        if not self.n:
            return None
        z = NormalDist().inv_cdf((1 + _SURE) / 2)
        share, room = self.hits / self.n, z * z / self.n
        middle = (share + room / 2) / (1 + room)
        reach = z * sqrt(share * (1 - share) / self.n + room / self.n / 4) / (1 + room)
        low = 0.0 if self.hits == 0 else middle - reach
        high = 1.0 if self.hits == self.n else middle + reach
        return low, high

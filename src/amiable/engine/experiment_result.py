"""Result of an experiment: each arm's figures, the difference to the first, and the verdict.

Every customer counts in the arm it was drawn for, whatever was really sent (intention to treat):
what was sent depends on the customer, the draw does not. A customer is one value, however many
invoices it had. Arms are compared within segments and the differences d_s weighed as
Cochran, Mantel and Haenszel do, w_s = n_as n_bs / (n_as + n_bs); the variance is the arms' own
within segments (Welch), Student's t. The verdict goes by one measure, named before the start, and
once: looking in between decides nothing, so looking does not raise the number of false alarms.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import sqrt

from amiable.engine.effect import Interval, Rate, mean_with_interval, student_t
from amiable.engine.experiment_size import Yardstick, alpha
from amiable.engine.parties import Segment

_FEWEST = 2  # customers an arm under which nothing can be said


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one customer within the horizon.

    ``gained``: mean days gained against its habit, None where the habit has nothing to compare
    with; ``answered``: answered or paid within a week; ``deviates``: what left was not the arm's.
    """

    customer: int
    arm: int
    segment: Segment
    gained: float | None
    answered: bool
    deviates: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """An arm's value minus the first arm's, and where it lies, all comparisons of the experiment
    together being right with 95 %."""

    value: float
    low: float
    high: float

    @property
    def sign(self) -> int:
        """1: surely above, -1: surely below, 0: cannot be told."""
        return (self.low > 0) - (self.high < 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class ArmResult:
    """One arm. ``days``, ``answers``: its own figures; the differences are to the first arm."""

    arm: int
    customers: int
    deviations: int
    days: Interval | None
    answers: Rate
    days_more: Difference | None
    answers_more: Difference | None

    def more(self, measure: Yardstick) -> Difference | None:
        """The difference in a measure."""
        return self.days_more if measure is Yardstick.DAYS else self.answers_more


class Finding(StrEnum):
    """What an experiment found by its measure."""

    BETTER = "better"  # an arm is better than the first
    FIRST = "first"  # none is, and one at least is worse
    NONE = "none"  # no difference that could be told


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """``arm``: the best one when one is better, the first otherwise."""

    finding: Finding
    arm: int


def results(
    outcomes: Sequence[Outcome], arms: int, sure: float | None = None
) -> tuple[ArmResult, ...]:
    """The figures of every arm, in their order; differences as sure as told, else 95 % together."""
    wanted = 1 - alpha(arms) if sure is None else sure
    return tuple(_result(outcomes, arm, wanted) for arm in range(arms))


def by_segment(
    outcomes: Sequence[Outcome], arms: int, sure: float | None = None
) -> dict[Segment, tuple[ArmResult, ...]]:
    """The same for each segment that anybody is in: to look at, not to judge by."""
    return {
        segment: results([one for one in outcomes if one.segment is segment], arms, sure)
        for segment in Segment
        if any(one.segment is segment for one in outcomes)
    }


def verdict(found: Sequence[ArmResult], measure: Yardstick) -> Verdict:
    """What was found, once all customers have been followed to the end."""
    against = [(one.more(measure), one.arm) for one in found[1:]]
    better = [(more.value, arm) for more, arm in against if more is not None and more.sign > 0]
    if better:
        return Verdict(finding=Finding.BETTER, arm=max(better)[1])
    worse = any(more is not None and more.sign < 0 for more, _ in against)
    return Verdict(finding=Finding.FIRST if worse else Finding.NONE, arm=0)


def _result(outcomes: Sequence[Outcome], arm: int, sure: float) -> ArmResult:
    own = [one for one in outcomes if one.arm == arm]
    gained: dict[object, list[float]] = {
        one.customer: [one.gained] for one in own if one.gained is not None
    }
    return ArmResult(
        arm=arm,
        customers=len(own),
        deviations=sum(one.deviates for one in own),
        days=mean_with_interval(gained),
        answers=Rate(hits=sum(one.answered for one in own), n=len(own)),
        days_more=difference(outcomes, arm, _gained, sure) if arm else None,
        answers_more=difference(outcomes, arm, _answered, sure) if arm else None,
    )


def _gained(one: Outcome) -> float | None:
    return one.gained


def _answered(one: Outcome) -> float:
    return float(one.answered)


# --- the difference ---------------------------------------------------------------------------


def difference(
    outcomes: Iterable[Outcome], arm: int, value: Callable[[Outcome], float | None], sure: float
) -> Difference | None:
    """An arm's mean minus the first arm's, within segments; see the module.

    None where a side has fewer than two customers, or no segment has both arms.
    """
    cells: dict[tuple[Segment, bool], list[float]] = defaultdict(list)
    for one in outcomes:
        found = value(one)
        if found is not None and one.arm in (0, arm):
            cells[one.segment, one.arm == arm].append(found)
    both = [
        (cells[segment, True], cells[segment, False])
        for segment in Segment
        if cells[segment, True] and cells[segment, False]
    ]
    own, other = _Side([pair[0] for pair in both]), _Side([pair[1] for pair in both])
    if min(own.n, other.n) < _FEWEST or min(own.freedom, other.freedom) < 1:
        return None
    weights = [len(a) * len(b) / (len(a) + len(b)) for a, b in both]
    shares = [weight / sum(weights) for weight in weights]
    parts = zip(shares, both, strict=True)
    middle = sum(share * (_mean(a) - _mean(b)) for share, (a, b) in parts)
    reach = _reach(own, other, shares, sure)
    return Difference(value=middle, low=middle - reach, high=middle + reach)


class _Side:
    """One arm's values, by segment: their spread within segments."""

    def __init__(self, groups: Sequence[Sequence[float]]) -> None:
        self.sizes = [len(group) for group in groups]
        self.n = sum(self.sizes)
        self.freedom = self.n - len(groups)
        squares = sum((one - _mean(group)) ** 2 for group in groups for one in group)
        self.variance = squares / max(self.freedom, 1) or self._of_equals(groups)

    def _of_equals(self, groups: Sequence[Sequence[float]]) -> float:
        """All the same, say all answered: as if one more had and one had not (Agresti, Caffo)."""
        hits = sum(sum(group) for group in groups)
        share = (hits + 1) / (self.n + 2)
        return share * (1 - share) if 0 <= hits <= self.n else 0.0

    def error(self, shares: Sequence[float]) -> float:
        """The variance of the weighted mean."""
        pairs = zip(shares, self.sizes, strict=True)
        return self.variance * sum(share * share / size for share, size in pairs)


def _reach(own: _Side, other: _Side, shares: Sequence[float], sure: float) -> float:
    """Half the interval: Welch's degrees of freedom (Satterthwaite), Student's t."""
    one, two = own.error(shares), other.error(shares)
    below = one * one / own.freedom + two * two / other.freedom
    freedom = (one + two) ** 2 / below if below else own.freedom + other.freedom
    return student_t(max(int(freedom), 1), sure) * sqrt(one + two)


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)

"""Band: between what and what the sum of many uncertain payments lies, eight times in ten.

For a sum of amounts a that come in a period with chances p:

    mean      sum(a*p)
    alone     every invoice is paid or not on its own:        sum a^2 p(1-p)
    joint     one customer's invoices move together, all of them early or all of them late in its
              habit, by one draw for the customer             Var of sum a*1[draw in its part of F]
    variance  (1 - t)*alone + t*joint + (w*mean)^2,           third moments likewise
    centre    mean*(1 + b)

``t``, the togetherness, is how much a payment of a customer is like the one before it; ``b``, the
lean, and ``w``, the swing, are how far whole weeks of the past were off, all one way and to and
fro, beyond what invoices explain. All three are learned from the past alone. The quantiles of the
sum, which are not the sum of quantiles, follow from mean, variance and skewness (Cornish-Fisher,
first term). Moments add up over customers, so a ledger of any size is counted some at a time.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from math import sqrt

from amiable.engine.habit import History

BAND = 0.8
ENOUGH_WEEKS = 8
"""Weeks of the past from which misses tell something; also the weight of "none" beside them."""
_Z = 1.2816  # the standard normal quantile of 0.9
_SKEWED = 2.0  # beyond, the formula gives no rising quantiles any more
_RECENT = 24  # payments of a customer that tell how alike neighbours are


class Togetherness:
    """How alike neighbouring payments of one customer are, pooled: 0 not at all, 1 the same.

    The correlation of neighbouring delays around the customer's own mean. That mean is learned
    from the same few delays, which lowers the figure by about 1/n: it is given back.
    """

    def __init__(self) -> None:
        self._products = self._squares = 0.0

    def add(self, history: History) -> None:
        """One customer's delays, from the third on."""
        delays = [delay for _, delay in history[-_RECENT:]]
        if len(delays) < 3:
            return
        mean = sum(delays) / len(delays)
        off = [delay - mean for delay in delays]
        square = sum(one * one for one in off)
        self._products += sum(one * other for one, other in pairwise(off)) + square / len(off)
        self._squares += square

    @property
    def share(self) -> float:
        """``t`` of the module, between 0 and 1."""
        return min(1.0, max(0.0, self._products / self._squares)) if self._squares else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """A week of the past: what was expected, with its variance, and what came."""

    expected: int
    variance: float
    received: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Miss:
    """How whole weeks of the past were off: ``lean`` and ``swing`` of the module, as shares."""

    lean: float = 0.0
    swing: float = 0.0


def miss_of(weeks: Iterable[Past]) -> Miss:
    """What past weeks, forecast from equally far, say of a forecast; nothing on fewer than eight.

    lean = n/(n + 8) * sum(received - expected) / sum(expected), drawn to none as if eight weeks
    without a miss had been watched too; swing by moments: w^2 = (sum rest^2 - sum variance) /
    sum(expected^2), not below 0, rest being what was missed beyond the lean.
    """
    known = list(weeks)
    count, total = len(known), sum(one.expected for one in known)
    if count < ENOUGH_WEEKS or not total:
        return Miss()
    missed = sum(one.received - one.expected for one in known) / total
    lean = missed * count / (count + ENOUGH_WEEKS)
    rest = sum((one.received - one.expected * (1 + lean)) ** 2 for one in known)
    beyond = rest - sum(one.variance for one in known)
    square = sum(one.expected**2 for one in known)
    return Miss(lean=lean, swing=sqrt(max(0.0, beyond / square)))


def band(mean: float, second: float, third: float, miss: Miss) -> tuple[float, float]:
    """The 10 % and the 90 % quantile of a sum with these central moments."""
    variance = second + (miss.swing * mean) ** 2
    centre = mean * (1 + miss.lean)
    if variance <= 0:
        return centre, centre
    spread = sqrt(variance)
    skew = max(-_SKEWED, min(_SKEWED, third / spread**3))
    bend = (_Z * _Z - 1) * skew / 6
    return centre + spread * (bend - _Z), centre + spread * (bend + _Z)


Part = tuple[int, Sequence[float]]
"""An amount and the chance that it has come by each end of a list of days."""


@dataclass(slots=True)
class Moments:
    """By period: mean, second and third central moments, what can come at most."""

    size: int
    mean: list[float] = field(init=False)
    most: list[float] = field(init=False)
    alone: tuple[list[float], list[float]] = field(init=False)
    joint: tuple[list[float], list[float]] = field(init=False)

    def __post_init__(self) -> None:
        self.mean, self.most = [0.0] * self.size, [0.0] * self.size
        self.alone = [0.0] * self.size, [0.0] * self.size
        self.joint = [0.0] * self.size, [0.0] * self.size

    def add(self, other: "Moments") -> None:
        """Those of an independent sum."""
        mine = (self.mean, self.most, *self.alone, *self.joint)
        theirs = (other.mean, other.most, *other.alone, *other.joint)
        for sums, values in zip(mine, theirs, strict=True):
            for at, value in enumerate(values):
                if value:
                    sums[at] += value

    def add_customer(self, parts: Sequence[Part], spans: Sequence[tuple[int, int]]) -> None:
        """The invoices of one customer. ``spans``: of each period the places of the day before it
        and of its last day."""
        own = Moments(self.size)
        for amount, curve in parts:
            for at, (before, until) in enumerate(spans):
                chance = curve[until] - curve[before]
                if chance > 0:
                    spread = amount * amount * chance * (1 - chance)
                    own.mean[at] += amount * chance
                    own.most[at] += amount
                    own.alone[0][at] += spread
                    own.alone[1][at] += spread * amount * (1 - 2 * chance)
        if len(parts) < 2:
            own.joint = own.alone
        else:
            own.draw_once(parts, spans)
        self.add(own)

    def draw_once(self, parts: Sequence[Part], spans: Sequence[tuple[int, int]]) -> None:
        """The joint moments: the sum is a staircase over the draw, and its moments are exact."""
        for at, (before, until) in enumerate(spans):
            mean = self.mean[at]
            if not mean:
                continue
            edges: list[tuple[float, int]] = []
            for amount, curve in parts:
                if curve[until] > curve[before]:
                    edges += ((curve[before], amount), (curve[until], -amount))
            edges.sort()
            level = place = 0.0
            for edge, change in (*edges, (1.0, 0)):
                off = level - mean
                square = (edge - place) * off * off
                self.joint[0][at] += square
                self.joint[1][at] += square * off
                level, place = level + change, edge

    def quantiles(self, at: int, together: float, miss: Miss) -> tuple[int, int]:
        """Low and high of a period, never less than nothing nor more than everything."""
        third = (1 - together) * self.alone[1][at] + together * self.joint[1][at]
        low, high = band(self.mean[at], self.variance(at, together), third, miss)
        mean = round(self.mean[at])
        return min(mean, max(0, round(low))), max(mean, min(round(self.most[at]), round(high)))

    def variance(self, at: int, together: float) -> float:
        """Of a period, without the swing."""
        return (1 - together) * self.alone[0][at] + together * self.joint[0][at]

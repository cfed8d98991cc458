"""Size of an experiment: how many customers it takes to tell a difference worth knowing.

Two-sided error 5 % over all comparisons with the first arm together (Bonferroni: 5 %/(arms - 1)
each), power 80 %. The customer is the unit, whatever it owes. With z the normal quantiles:

    days       n = 2 (z_a + z_b)^2 sd^2 / d^2          customers an arm
    answers    n = (z_a sqrt(2 m (1-m)) + z_b sqrt(p (1-p) + q (1-q)))^2 / d^2,   m = (p+q)/2

(Fleiss, Levin, Paik: Statistical Methods for Rates and Proportions, 3rd ed., ch. 4; the mean's
formula is the same with one spread.) The total is rounded up to whole blocks.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from math import ceil, sqrt
from statistics import NormalDist, mean, stdev

from amiable.engine.experiment import block_size

ALPHA, POWER = 0.05, 0.80
HORIZON = 30
"""Days for which each customer is followed."""
ANSWER_DAYS = 7
"""Within which an answer or a payment counts as one."""
FEWEST = 20
"""Customers an arm at least, whatever the formula says: intervals need some to be true."""
ENOUGH_PAST = 20
"""Customers of the company's own past needed to tell its noise."""
_NORMAL = NormalDist()


class Yardstick(StrEnum):
    """What the verdict goes by."""

    DAYS = "days"
    ANSWER = "answer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """The company's past reminders of the step: by customer the mean days waited within the
    horizon and whether it answered or paid in time; ``a_week``: new customers a week."""

    waited: Mapping[int, float]
    answered: Mapping[int, bool]
    a_week: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Noise:
    """``value``: the standard deviation in days, or the present rate of answers (0 to 1).

    ``customers`` it was estimated from; 0: too few, the worst that can be was taken instead.
    """

    value: float
    customers: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """``each`` customers an arm, ``total`` in all; ``assigned_by``: the day on which the last one
    is drawn at the present pace, ``verdict_on`` the day of the verdict; None: no pace is known."""

    each: int
    total: int
    noise: Noise
    assigned_by: date | None
    verdict_on: date | None


def noise_of(past: Past, measure: Yardstick) -> Noise:
    """The noise of a measure; the greatest possible where the past is too short.

    Nothing that lies between 0 and the horizon scatters more than half of it (Popoviciu), no
    rate more than at one half.
    """
    if measure is Yardstick.ANSWER:
        values = list(past.answered.values())
        if len(values) < ENOUGH_PAST:
            return Noise(value=0.5, customers=0)
        return Noise(value=mean(values), customers=len(values))
    waits = list(past.waited.values())
    if len(waits) < ENOUGH_PAST:
        return Noise(value=HORIZON / 2, customers=0)
    return Noise(value=max(stdev(waits), 1.0), customers=len(waits))


def planned(
    past: Past, measure: Yardstick, difference: float, arms: int, today: date, assigned: int = 0
) -> Size:
    """The size for a difference worth knowing (days, or a share of answers: 0.1 is 10 points).

    ``assigned``: how many have been drawn already, for the date. Raises ValueError for a
    difference that is not above zero.
    """
    if difference <= 0:
        raise ValueError("a difference is above zero")
    noise = noise_of(past, measure)
    each = max(customers_needed(noise.value, measure, difference, arms), FEWEST)
    block = block_size(arms)
    total = ceil(each * arms / block) * block
    done = last_draw(total - assigned, past.a_week, today)
    over = done + timedelta(days=HORIZON) if done else None
    return Size(each=total // arms, total=total, noise=noise, assigned_by=done, verdict_on=over)


def customers_needed(noise: float, measure: Yardstick, difference: float, arms: int) -> int:
    """Customers an arm; see the module for the formulas."""
    one, other = _NORMAL.inv_cdf(1 - alpha(arms) / 2), _NORMAL.inv_cdf(POWER)
    if measure is Yardstick.DAYS:
        return ceil(2 * ((one + other) * noise / difference) ** 2)
    p = noise
    q = p + difference if p + difference <= 1 else max(p - difference, 0.0)
    middle = (p + q) / 2
    spread = one * sqrt(2 * middle * (1 - middle)) + other * sqrt(p * (1 - p) + q * (1 - q))
    return ceil((spread / difference) ** 2)


def alpha(arms: int) -> float:
    """The error allowed to each comparison with the first arm."""
    return ALPHA / (arms - 1)


def last_draw(left: int, a_week: float, today: date) -> date | None:
    """The day on which the last of ``left`` customers comes, at a pace; None: no pace is known,
    or it would take more than ten years."""
    if left <= 0:
        return today
    if a_week <= 0 or left / a_week > 520:
        return None
    return today + timedelta(days=ceil(7 * left / a_week))

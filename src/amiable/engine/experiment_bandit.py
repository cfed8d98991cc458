"""Going on by what was learned: each new customer gets an arm with the chance that it is the best.

Thompson, 1933. The share of customers of an arm who answer or pay within a week has the posterior
Beta(1 + hits, 1 + misses); one value is drawn from each and the highest wins. An arm that is worse
is given less and less, and never quite forgotten.
"""

from collections import Counter
from collections.abc import Sequence
from random import Random

from amiable.engine.effect import Rate
from amiable.engine.experiment import Trial

_DRAWS = 4_000


def best_arm(trial: Trial, rates: Sequence[Rate], position: int) -> int:
    """The arm of the next customer; ``position`` counts those drawn so far, so that the draw can
    be done again from what was known."""
    return _highest(Random(f"{trial.seed}|{position}"), rates)


def chances(trial: Trial, rates: Sequence[Rate]) -> tuple[float, ...]:
    """How likely each arm is the best, so how often it is given, by the same draw many times."""
    draw = Random(f"{trial.seed}|chances")
    won = Counter(_highest(draw, rates) for _ in range(_DRAWS))
    return tuple(won[arm] / _DRAWS for arm in range(len(rates)))


def _highest(draw: Random, rates: Sequence[Rate]) -> int:
    values = [draw.betavariate(1 + one.hits, 1 + one.n - one.hits) for one in rates]
    return values.index(max(values))

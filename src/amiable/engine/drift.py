"""Drift: whether a customer pays later than before, beyond what chance would do.

The rule of the segments (`engine.segment`) compares two medians; on many customers some exceed any
bound by luck alone. So an alert asks, besides, for a rank-sum test (Mann-Whitney, one side, ties by
mid-ranks, continuity corrected) of the days of payment of the last 180 days against those before.
Invoices paid on one day are one decision of the payer: a day of payment counts once, with its
median delay. Five false alarms at most in a thousand customers whose habit did not move, as long
as their days of payment do not hang together otherwise; the tests simulate it.
"""

from bisect import bisect_left
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from math import erfc, sqrt

from amiable.engine.habit import DRIFT_DAYS, DRIFT_MIN, Habit, History

FALSE_ALARMS = 0.005
"""The share of customers without any drift that may raise an alert."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """``days`` later than before (medians); ``chance`` of that much without any drift; ``before``
    and ``recent`` count the days of payment compared."""

    days: int
    chance: float
    before: int
    recent: int


def drift_alert(habit: Habit, on: date) -> Drift | None:
    """The drift of a customer that deserves an alert on a day, by the company's rule; or None."""
    days = habit.drift(on)
    if days is None or not habit.drifts(days):
        return None
    earlier, recent = _pay_days(habit.history, on)
    if len(earlier) < DRIFT_MIN or len(recent) < DRIFT_MIN:
        return None
    chance = chance_of_later(earlier, recent)
    if chance >= FALSE_ALARMS:
        return None
    return Drift(days=days, chance=chance, before=len(earlier), recent=len(recent))


def _pay_days(history: History, on: date) -> tuple[list[int], list[int]]:
    """One delay a day of payment, before the last 180 days and within them."""
    edge = bisect_left(history, (on.toordinal() - DRIFT_DAYS,))
    return _medians(history[:edge]), _medians(history[edge:])


def _medians(history: History) -> list[int]:
    found = []
    for _, same_day in groupby(history, key=lambda paid: paid[0]):
        delays = sorted(delay for _, delay in same_day)
        found.append(delays[(len(delays) - 1) // 2])
    return found


def chance_of_later(before: list[int], recent: list[int]) -> float:
    """The chance that ``recent`` ranks so far above ``before`` if both came from one habit.

    Both must hold something. 1 where nothing differs at all.
    """
    small, large = len(before), len(recent)
    total = small + large
    ranks = 0.0
    ties = place = 0
    marked = sorted([(day, 0) for day in before] + [(day, 1) for day in recent])
    for _, same in groupby(marked, key=lambda one: one[0]):
        sides = [side for _, side in same]
        count = len(sides)
        ranks += sum(sides) * (place + (count + 1) / 2)
        ties += count**3 - count
        place += count
    wins = ranks - large * (large + 1) / 2
    variance = small * large / 12 * (total + 1 - ties / (total * (total - 1)))
    if variance <= 0:
        return 1.0
    return erfc((wins - small * large / 2 - 0.5) / sqrt(2 * variance)) / 2

"""Followed: what came after one reminder: money within so many days, an answer, days gained.

Money received counts, up to what was open when the reminder left. What a credit note took away, a
write-off gave up, or a customer contests, was not recovered by a reminder: those invoices stay
among the ones that were chased, never among the ones that were paid.
"""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from amiable.engine.effect import HORIZON, YOUNGEST, expected_wait
from amiable.engine.habit import Habit

WITHIN = (7, 15, 30)
"""Days after a reminder within which money, or an answer, is counted as following it."""
ANSWERED_WITHIN = HORIZON
"""An answer later than that has nothing to do with the reminder any more."""
_ROUNDING = 100  # what is left of an invoice may be a hundredth of it, as for habits


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """An amount that lowered an invoice, ``after`` days from the reminder; ``money``: received."""

    after: int
    minor: int
    money: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Chased:
    """An invoice a reminder asked for, open that morning and ``late`` days then, as habits count.

    ``left_minor`` was open of ``amount_minor``; ``parts``: what came from that day on.
    ``paid_after``: days until it was paid so that its habit learns of it; None otherwise.
    ``settled``: nothing is left now. ``contested``: a dispute was open then, or opened since.
    """

    late: int
    amount_minor: int
    left_minor: int
    parts: tuple[Part, ...]
    paid_after: int | None
    settled: bool
    contested: bool

    def recovered(self, within: int) -> int | None:
        """The money that came within so many days, minor units; None while it is not all paid."""
        came = [part for part in self.parts if part.after <= within]
        rest = self.left_minor - sum(part.minor for part in came)
        if self.contested or rest * _ROUNDING > self.amount_minor or not self.money(within):
            return None
        return self.money(within)

    def money(self, within: int) -> int:
        """The money that came within so many days, whether it paid the invoice or part of it."""
        if self.contested:
            return 0
        came = sum(part.minor for part in self.parts if part.money and part.after <= within)
        return min(came, self.left_minor)

    @property
    def tells(self) -> bool:
        """Whether its days can be judged: paid by money on a sure match, or still open."""
        return not self.contested and (self.paid_after is not None or not self.settled)


@dataclass(frozen=True, slots=True, kw_only=True)
class Days:
    """Means over the invoices of a reminder, in days, all restricted to ``over`` days."""

    over: int
    waited: float
    expected: float

    @property
    def gained(self) -> float:
        """How much sooner the money came than the habit announced; below 0: later."""
        return self.expected - self.waited


def days_of(chased: Sequence[Chased], habit: Habit, observed: int) -> Days | None:
    """Waited and expected days of a reminder known for ``observed`` days.

    None while it is younger than `YOUNGEST` days, and when none of its invoices can be judged.
    Each invoice counts once; one whose lateness the habit has never seen is left out.
    """
    if observed < YOUNGEST:
        return None
    over = min(HORIZON, observed)
    waited: list[int] = []
    expected: list[float] = []
    for one in chased:
        announced = expected_wait(habit, one.late, over) if one.tells else None
        if announced is not None:
            expected.append(announced)
            waited.append(over if one.paid_after is None else min(one.paid_after, over))
    if not waited:
        return None
    count = len(waited)
    return Days(over=over, waited=sum(waited) / count, expected=sum(expected) / count)


def answered_after(sent: int, following: int | None, answers: Sequence[int]) -> int | None:
    """Days until the first answer to a reminder, None when there was none.

    Days as ordinals, ``answers`` in ascending order. An answer belongs to the last reminder before
    it, ``following`` being the day of the next one; 60 days later it belongs to none.
    """
    place = bisect_left(answers, sent)
    if place == len(answers):
        return None
    first = answers[place]
    if first - sent > ANSWERED_WITHIN or (following is not None and first >= following):
        return None
    return first - sent

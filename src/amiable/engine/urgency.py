"""Urgency: what orders a worklist: how much is late, since when, how far beyond habit, what risk.

The risk of an account is a number from 0 (nothing is late) to 100, the sum of four parts:

    40 * F_c(late - 1)                          share of its payments that had come by such a day
    30 * min(1, (late - usual) / (3 * spread))  days beyond its usual delay, in its own spreads
    15                                          if it drifts: pays later than it used to
    15                                          if a promise of its was broken

``late`` is the lateness of its oldest late invoice, ``usual``, ``spread`` and F_c are those of its
habit, the spread taken as 7 days or more. It orders; it is no probability of a loss.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from amiable.engine.days import week_start
from amiable.engine.money import Money, totals
from amiable.engine.situation import Claim, Situation

_BY_NOW = 40
_BEYOND = 30
_DRIFT = 15
_BROKEN = 15
_NARROWEST = 7  # days: a customer that never varies is not in danger for one day more
_SPREADS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Urgency:
    """``overdue``: late and left to pay, one amount a currency, disputes and credits included.

    ``late_from``: the (rolled) due day of the oldest late invoice, None when nothing is late;
    ``beyond_on``: the first day later than the habit allows, for it or for what is due next;
    ``in_peace``: the keys of the late invoices that are not beyond it yet; ``peace_until``: the
    first day one of them will be.
    """

    overdue: tuple[Money, ...]
    late_from: date | None
    beyond_on: date | None
    risk: int
    in_peace: tuple[str, ...] = ()
    peace_until: date | None = None


def urgency_of(s: Situation) -> Urgency:
    """How urgent an account is on a morning."""
    late = s.claims or [*s.promised, *s.paid, *s.held, *s.disputed, *s.extinct]
    late_from = min((claim.due_on for claim in late), default=None)
    calm = [claim for claim in s.claims if not claim.taken and claim.next_on > s.today]
    due_on = late_from or min((due_on for due_on, _ in s.to_come), default=None)
    return Urgency(
        overdue=totals(claim.item.left for claim in _all_late(s)),
        late_from=late_from,
        beyond_on=due_on + timedelta(days=s.trigger) if due_on else None,
        risk=risk_of(s, (s.today - late_from).days) if late_from else 0,
        in_peace=tuple(claim.key for claim in calm),
        peace_until=min((claim.next_on for claim in calm), default=None),
    )


def _all_late(s: Situation) -> list[Claim]:
    return [*s.claims, *s.promised, *s.paid, *s.held, *s.disputed, *s.extinct]


def risk_of(s: Situation, late: int) -> int:
    """The risk of an account whose oldest late invoice is ``late`` days late; see the module."""
    habit = s.account.habit
    points = _BY_NOW * habit.chance_by(late - 1)
    if late > habit.usual:
        width = _SPREADS * max(habit.spread, _NARROWEST)
        points += _BEYOND * min(1, (late - habit.usual) / width)
    drift = habit.drift(week_start(s.today))
    if drift is not None and habit.drifts(drift):
        points += _DRIFT
    if s.broken:
        points += _BROKEN
    return round(points)

"""Instalment plan: a debt paid in parts, each on a day of its own."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from amiable.engine.days import BusinessCalendar, add_months
from amiable.engine.money import Money
from amiable.engine.promise import PromiseState

MOST_PARTS = 60


class Rhythm(StrEnum):
    """How far apart the parts are."""

    WEEK = "week"
    FORTNIGHT = "fortnight"
    MONTH = "month"


class PlanState(StrEnum):
    """Where a plan stands: all its parts together."""

    RUNNING = "running"
    KEPT = "kept"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class Part:
    """One instalment."""

    due_on: date
    amount: Money


def schedule(
    total: Money, count: int, first_on: date, rhythm: Rhythm, calendar: BusinessCalendar
) -> tuple[Part, ...]:
    """``total`` in equal parts, to the cent: the first ones bear what cannot be divided.

    Dates are counted from ``first_on``, so that a part moved to a working day does not move the
    following ones. Raises ValueError when there are too many parts or none, or too little money.
    """
    if not 1 <= count <= MOST_PARTS or total.minor < count:
        raise ValueError(f"{total} cannot be paid in {count} parts")
    each, rest = divmod(total.minor, count)
    return tuple(
        Part(
            due_on=calendar.roll(_later(first_on, index, rhythm)),
            amount=Money(minor=each + (index < rest), currency=total.currency),
        )
        for index in range(count)
    )


def _later(first_on: date, steps: int, rhythm: Rhythm) -> date:
    if rhythm is Rhythm.MONTH:
        return add_months(first_on, steps)
    return first_on + timedelta(days=steps * (7 if rhythm is Rhythm.WEEK else 14))


def plan_state(parts: Sequence[PromiseState | None]) -> PlanState | None:
    """The state of a plan from those of its parts; None when all are cancelled or not made."""
    states = [state for state in parts if state is not None]
    if not states:
        return None
    if PromiseState.BROKEN in states:
        return PlanState.BROKEN
    kept = all(state is PromiseState.KEPT for state in states)
    return PlanState.KEPT if kept else PlanState.RUNNING

"""Stories: the different ways in which the demo's customers pay."""

from collections.abc import Callable
from datetime import date, timedelta
from enum import StrEnum
from random import Random

from amiable.engine.days import ONE_DAY, BusinessCalendar, end_of_month


class Story(StrEnum):
    """How a customer of the demo pays, in one word."""

    PUNCTUAL = "punctual"
    STEADY_LATE = "steady_late"  # ten days after the due date, always: the founding case
    RUN_25TH = "run_25th"  # pays whatever is due on the 25th
    RUN_MONTH_END = "run_month_end"  # pays whatever is due on the last working day
    DRIFTING = "drifting"  # later and later over the last six months
    ERRATIC = "erratic"
    NEW = "new"  # no history, or two invoices of it
    DISPUTED = "disputed"  # one invoice contested, the others to be paid
    INSOLVENT = "insolvent"
    EARLY = "early"
    HALVES = "halves"  # half on the day, half three weeks later
    WEEKLY_TRANSFER = "weekly_transfer"  # several invoices by one transfer on Fridays
    BOUNCED = "bounced"  # a payment came back unpaid once
    CREDIT_NOTES = "credit_notes"
    OVERPAID = "overpaid"  # paid an invoice twice; the money is left unmatched
    PROMISE_KEEPER = "promise_keeper"
    WRITTEN_OFF = "written_off"  # an old invoice was given up
    BIG = "big"
    SEASONAL = "seasonal"
    PUBLIC_SLOW = "public_slow"
    AUTOPAY = "autopay"  # we draw the money by direct debit on the due date
    HABITUALLY_LATE = "habitually_late"
    CONSUMER = "consumer"


def _one_of(*days: int) -> Callable[[Random, int], int]:
    return lambda rng, _age: rng.choice(days)


def _drift(rng: Random, age: int) -> int:
    """Four days, then three and a half more each month once less than six months old."""
    months_ago = min(age / 30, 6)
    return round(4 + (6 - months_ago) * 3.5) + rng.choice((-1, 0, 0, 1))


def _erratic(rng: Random, _age: int) -> int:
    return round(rng.triangular(-5, 45, 6))


DELAYS: dict[Story, Callable[[Random, int], int]] = {
    Story.PUNCTUAL: _one_of(0, 0, 0, 1, 1, 2),
    Story.STEADY_LATE: _one_of(9, 10, 10, 10, 11),
    Story.DRIFTING: _drift,
    Story.ERRATIC: _erratic,
    Story.INSOLVENT: _one_of(8, 12, 16, 20),
    Story.EARLY: _one_of(-12, -9, -7, -6, -4, -3),
    Story.HALVES: _one_of(0, 1, 2, 3),
    Story.WEEKLY_TRANSFER: _one_of(2, 3, 4),
    Story.CREDIT_NOTES: _one_of(2, 4, 5, 8),
    Story.OVERPAID: _one_of(3, 4, 5),
    Story.PROMISE_KEEPER: _one_of(6, 7, 8, 8, 22),
    Story.BIG: _one_of(5, 6, 8, 9, 12),
    Story.SEASONAL: _one_of(4, 6, 9, 14),
    Story.PUBLIC_SLOW: _one_of(14, 18, 21, 25, 32),
    Story.AUTOPAY: _one_of(0),
    Story.HABITUALLY_LATE: _one_of(24, 26, 28, 30, 33),
    Story.CONSUMER: _one_of(3, 6, 10),
}
"""Days from the due date to the payment, drawn; the second argument is the due date's age in
days today. A story without an entry pays as `ORDINARY` does."""

ORDINARY = _one_of(3, 4, 5, 6, 8)

ONE_TRANSFER = frozenset(
    {Story.RUN_25TH, Story.RUN_MONTH_END, Story.WEEKLY_TRANSFER, Story.BIG, Story.PUBLIC_SLOW}
)
"""Who pays by one transfer all that it pays on a day."""


def pay_day(story: Story, due_on: date, age: int, days: BusinessCalendar, rng: Random) -> date:
    """The business day on which a customer of this story pays what is due on ``due_on``."""
    if story is Story.RUN_25TH:
        return _next_25th(due_on, days)
    if story is Story.RUN_MONTH_END:
        return _last_business_day(due_on, days)
    wanted = days.roll(due_on) + timedelta(days=DELAYS.get(story, ORDINARY)(rng, age))
    if story is Story.WEEKLY_TRANSFER:
        wanted += timedelta(days=(4 - wanted.weekday()) % 7)
    return days.roll(wanted)


def _next_25th(day: date, days: BusinessCalendar) -> date:
    run = days.roll(day.replace(day=25))
    return run if run >= day else _next_25th(end_of_month(day) + ONE_DAY, days)


def _last_business_day(day: date, days: BusinessCalendar) -> date:
    run = end_of_month(day)
    while not days.is_business_day(run):
        run -= ONE_DAY
    return run if run >= day else _last_business_day(end_of_month(day) + ONE_DAY, days)

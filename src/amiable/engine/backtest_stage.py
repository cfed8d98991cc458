"""The stage of a replay: days as ordinals, mornings made once, habits as known on each."""

from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from amiable.engine.backtest_past import Past, PastInvoice, Trial
from amiable.engine.backtest_walk import monday_of
from amiable.engine.days import BusinessCalendar
from amiable.engine.habit import CompanyHabit, Habit, due_for_habit, habit_of
from amiable.engine.ledger import OpenInvoice
from amiable.engine.money import Money
from amiable.engine.situation import Account, Morning
from amiable.engine.verdict import Verdict

NEVER = date.max.toordinal()

Trace = Callable[[Account, Morning, Verdict], None]
"""Called with each decision taken: what a test compares with the plan of that morning."""


@dataclass(slots=True)
class Stage:
    """What all replays of one backtest share: days as ordinals, mornings made once."""

    past: Past
    trial: Trial
    weeks: dict[int, CompanyHabit]
    first: int
    trace: Trace | None = None
    _mornings: dict[tuple[int, int], Morning] = field(default_factory=dict)
    _rolled: dict[date, int] = field(default_factory=dict)

    @property
    def last(self) -> int:
        """The last morning: that of the snapshot."""
        return self.past.snapshot.toordinal()

    def morning(self, day: int, working: BusinessCalendar | None) -> Morning:
        """The morning of a day where people work on ``working``; the ledger is fresh, as then."""
        where = working or self.trial.working
        key = (day, id(where))
        if key not in self._mornings:
            self._mornings[key] = Morning(
                today=date.fromordinal(day),
                working=where,
                due_calendar=self.past.due_calendar,
                limitation=self.trial.limitation,
            )
        return self._mornings[key]

    def due(self, due_on: date) -> int:
        """The day lateness counts from."""
        day = self._rolled.get(due_on)
        if day is None:
            rolled = due_for_habit(due_on, self.past.due_calendar)
            day = self._rolled[due_on] = rolled.toordinal()
        return day


@dataclass(slots=True)
class Item:
    """An invoice on the stage: days as ordinals; ``paid_on`` is its settlement, or never."""

    past: PastInvoice
    key: str
    issued: int
    due: int
    paid_on: int
    whole: OpenInvoice

    def as_open(self, day: int) -> OpenInvoice:
        """What is open of it on a morning."""
        invoice, parts = self.past.invoice, self.past.parts
        if parts:
            parts = tuple(part for part in parts if part[0].toordinal() < day)
        if not parts:
            return self.whole
        paid = sum(minor for _, minor in parts)
        left = Money(minor=invoice.amount.minor - paid, currency=invoice.amount.currency)
        return OpenInvoice(invoice=invoice, left=left, paid_on=max(on for on, _ in parts))


def item_of(stage: Stage, past: PastInvoice) -> Item:
    """An invoice of the past, on the stage."""
    return Item(
        past,
        past.invoice.key,
        past.invoice.issued_on.toordinal(),
        stage.due(past.invoice.due_on),
        past.settled_on.toordinal() if past.settled_on else NEVER,
        OpenInvoice(invoice=past.invoice, left=past.invoice.amount),
    )


class KnownHabit:
    """The habit of one customer, morning after morning; days must not go back."""

    def __init__(self, history: list[tuple[int, int]], weeks: dict[int, CompanyHabit]) -> None:
        self._all, self._weeks = history, weeks
        self._days = [day for day, _ in history]
        self._at: tuple[int, int] | None = None
        self._habit: Habit | None = None

    def on(self, day: int) -> Habit:
        """As known that morning: settlements before it, ages from the Monday of its week."""
        known, monday = bisect_left(self._days, day), monday_of(day)
        if self._habit is None or self._at != (known, monday):
            self._at = known, monday
            company, week = self._weeks[monday], date.fromordinal(monday)
            self._habit = habit_of(self._all[:known], company, week)
        return self._habit

    def next_change(self, day: int) -> int:
        """The first morning after ``day`` that knows more."""
        at = bisect_left(self._days, day)
        return self._days[at] + 1 if at < len(self._days) else NEVER

"""Moves: what happens on a customer's account, before it is written as accounting entries."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import Enum

from amiable.demo.roster import DemoCustomer
from amiable.engine.days import ONE_DAY, BusinessCalendar, add_months


class MoveKind(Enum):
    """What a move is; the value is its sign on the customer's account."""

    INVOICE = ("invoice", 1)
    RETURN = ("return", 1)
    CREDIT_NOTE = ("credit note", -1)
    PAYMENT = ("payment", -1)
    WRITE_OFF = ("write-off", -1)

    @property
    def sign(self) -> int:
        """1 when it raises what the customer owes, -1 when it lowers it."""
        return self.value[1]


@dataclass(slots=True, kw_only=True, eq=False)
class Move:
    """One movement of an account; amounts in cents, above zero, tax included.

    ``net``: (rate in per mille, cents before tax) of an invoice or a credit note. ``left``: what
    is to pay of an invoice. ``about``: the invoices a payment is for. ``mode``: VIR, CHQ, PRLV.
    """

    kind: MoveKind
    on: date
    amount: int
    due_on: date = date.min
    net: tuple[tuple[int, int], ...] = ()
    left: int = 0
    about: tuple["Move", ...] = ()
    mode: str = ""
    number: str = ""
    letter: str = ""
    lettered_on: date | None = None
    dispute: str = ""


@dataclass(slots=True, kw_only=True, eq=False)
class Account:
    """A customer's moves, and the groups of moves that cancel out (to be lettered)."""

    customer: DemoCustomer
    moves: list[Move] = field(default_factory=list)
    groups: list[list[Move]] = field(default_factory=list)
    insolvent_on: date | None = None

    @property
    def invoices(self) -> list[Move]:
        """Its invoices, in the order of their making."""
        return [move for move in self.moves if move.kind is MoveKind.INVOICE]


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """The days the demo covers: 24 months that end the day before ``today``."""

    today: date
    days: BusinessCalendar

    @property
    def first(self) -> date:
        """The first day of the history."""
        return add_months(self.today, -24)

    @property
    def last(self) -> date:
        """The last day of the history: yesterday."""
        return self.today - ONE_DAY

    def ago(self, days: int) -> date:
        """The business day at or just before ``days`` ago."""
        day = self.today - timedelta(days=days)
        while not self.days.is_business_day(day):
            day -= ONE_DAY
        return day


RATE_FOOD, RATE_DISHES, RATE_FULL = 55, 100, 200  # French VAT, per mille


def tax(rate: int, net: int) -> int:
    """VAT in cents on ``net`` cents, half a cent up."""
    return (net * rate + 500) // 1000


def gross(net: tuple[tuple[int, int], ...]) -> int:
    """Cents, tax included."""
    return sum(part + tax(rate, part) for rate, part in net)

"""Payment claim: the customer says it has paid; the money has not been seen yet."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from amiable.engine.days import BusinessCalendar
from amiable.engine.ledger import MONEY_RECEIVED, Credit
from amiable.engine.money import Money


class ClaimState(StrEnum):
    """Where a claim of payment stands on a day."""

    WAITING = "waiting"  # the money may still be on its way
    FOUND = "found"  # it came, or somebody found it
    NOT_SEEN = "not_seen"  # it ought to be there by now: a person looks
    GIVEN_UP = "given_up"  # a person looked and closed it


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentClaim:
    """On ``said_on`` the customer said it has paid, on ``paid_on`` if it said when.

    ``invoices`` empty means whatever was due by ``said_on``; ``amount`` None means all of them.
    ``closed_on`` None: still open; ``found``: it was closed because the money came.
    """

    key: str
    customer: str
    said_on: date
    paid_on: date | None = None
    amount: Money | None = None
    invoices: tuple[str, ...] = ()
    closed_on: date | None = None
    found: bool = False

    @property
    def from_on(self) -> date:
        """The day the money is said to have left; the day it was said when no day was."""
        return self.paid_on or self.said_on

    def covers(self, invoice: str, due_on: date) -> bool:
        """Whether it is about an invoice (by key) due on a day."""
        return invoice in self.invoices if self.invoices else due_on <= self.said_on

    def is_open(self, on: date) -> bool:
        """Whether nobody and no money has closed it on ``on``."""
        return self.said_on <= on and (self.closed_on is None or on < self.closed_on)


def look_on(claim: PaymentClaim, grace_days: int, calendar: BusinessCalendar) -> date:
    """The day from which money that was said to have left ought to have been seen.

    ``grace_days`` business days pass after the day it left: a bank's transfer takes one (directive
    (EU) 2015/2366, art. 83), a cheque some days more, and the ledger is imported after that.
    """
    return calendar.after(claim.from_on, grace_days + 1)


def claim_states(
    claims: Sequence[PaymentClaim],
    credits: Iterable[Credit],
    on: date,
    grace_days: int,
    calendar: BusinessCalendar,
) -> list[ClaimState | None]:
    """The state of each claim on the morning of ``on``; None when it was not made yet.

    Found when an amount was said and the money received since the day it left reaches it. A claim
    of all of its invoices is found when they are settled: then nothing of it is left to chase.
    """
    money = [one for one in credits if one.kind in MONEY_RECEIVED and one.received_on <= on]
    return [_state(claim, money, on, grace_days, calendar) for claim in claims]


def has_come(claim: PaymentClaim, credits: Iterable[Credit], on: date) -> bool:
    """Whether the amount that was said has been received since the day it is said to have left."""
    if claim.amount is None:
        return False
    received = sum(
        one.amount.minor
        for one in credits
        if one.kind in MONEY_RECEIVED
        and one.amount.currency == claim.amount.currency
        and claim.from_on <= one.received_on <= on
    )
    return received >= claim.amount.minor


def _state(
    claim: PaymentClaim,
    money: Sequence[Credit],
    on: date,
    grace_days: int,
    calendar: BusinessCalendar,
) -> ClaimState | None:
    if on < claim.said_on:
        return None
    if not claim.is_open(on):
        return ClaimState.FOUND if claim.found else ClaimState.GIVEN_UP
    if has_come(claim, money, on):
        return ClaimState.FOUND
    waiting = on < look_on(claim, grace_days, calendar)
    return ClaimState.WAITING if waiting else ClaimState.NOT_SEEN

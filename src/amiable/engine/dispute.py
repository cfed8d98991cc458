"""Dispute: an amount the customer contests. It holds an amount, not a customer."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from amiable.engine.money import Money


class Ground(StrEnum):
    """Why a customer contests an invoice."""

    PRICE = "price"
    QUANTITY = "quantity"
    QUALITY = "quality"
    NOT_RECEIVED = "not_received"
    NOT_ORDERED = "not_ordered"
    TWICE = "twice"  # invoiced twice
    PAID = "paid"  # says it is paid
    OTHER = "other"


class Outcome(StrEnum):
    """How a dispute ended."""

    GRANTED = "granted"  # the customer was right: a credit note follows
    PART = "part"  # right in part
    PAID = "paid"  # it was paid meanwhile
    UNFOUNDED = "unfounded"  # the invoice stands
    WITHDRAWN = "withdrawn"  # the customer no longer contests


CREDIT_DAYS = 30
"""How long a credit note that was agreed to is waited for, before somebody asks where it is."""


class DisputeState(StrEnum):
    """Where a dispute stands on a day; all but the last hold their amount."""

    OPEN = "open"
    CREDIT_EXPECTED = "credit_expected"  # the customer is right: the credit note is on its way
    CREDIT_MISSING = "credit_missing"  # it ought to have come by now: back to its owner
    CLOSED = "closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispute:
    """The customer contests ``amount`` of an invoice (None: all of it) for ``reason``.

    Open from ``opened_on``; ``closed_on`` None means still open. From ``granted_on`` a credit note
    of ``granted`` (None: of all that is contested) is expected; until it comes, that part is held.
    """

    key: str
    customer: str
    invoice: str
    opened_on: date
    reason: str = ""
    amount: Money | None = None
    closed_on: date | None = None
    granted_on: date | None = None
    granted: Money | None = None

    @property
    def held(self) -> Money | None:
        """What is not chased of the invoice; None: all of it."""
        return self.granted or self.amount

    def state(self, on: date) -> DisputeState:
        """Where it stands on ``on``."""
        if self.closed_on is not None and self.closed_on <= on:
            return DisputeState.CLOSED
        if self.granted_on is None:
            return DisputeState.OPEN
        missing = on >= self.granted_on + timedelta(days=CREDIT_DAYS)
        return DisputeState.CREDIT_MISSING if missing else DisputeState.CREDIT_EXPECTED

    def is_open(self, on: date) -> bool:
        """Whether it is open on ``on``."""
        return self.opened_on <= on and (self.closed_on is None or on < self.closed_on)


def disputed_amount(left: Money, disputes: Iterable[Dispute]) -> Money:
    """How much of ``left`` (what is to pay of one invoice) its open disputes hold."""
    held = 0
    for dispute in disputes:
        held += left.minor if dispute.held is None else dispute.held.minor
    return Money(minor=min(held, left.minor), currency=left.currency)


def note_that_ends(dispute: Dispute, tied: int, untied: Sequence[int]) -> int | None:
    """Whether the credit note that was agreed to has come: the place in ``untied`` of the one that
    is it, -1 when those ``tied`` to the invoice reach it, None when it has not come.

    ``tied`` and ``untied`` are of credit notes since the dispute was opened, in minor units. A note
    that nobody tied to the invoice is taken for it only when it is of the very amount.
    """
    if dispute.granted_on is None or dispute.held is None:
        return None
    if tied >= dispute.held.minor:
        return -1
    return untied.index(dispute.held.minor) if dispute.held.minor in untied else None

"""Dispute: an amount the customer contests. It holds an amount, not a customer."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispute:
    """The customer contests ``amount`` of an invoice (None: all of it) for ``reason``.

    Open from ``opened_on``; ``closed_on`` None means still open.
    """

    key: str
    customer: str
    invoice: str
    opened_on: date
    reason: str = ""
    amount: Money | None = None
    closed_on: date | None = None

    def is_open(self, on: date) -> bool:
        """Whether it is open on ``on``."""
        return self.opened_on <= on and (self.closed_on is None or on < self.closed_on)


def disputed_amount(left: Money, disputes: Iterable[Dispute]) -> Money:
    """How much of ``left`` (what is to pay of one invoice) its open disputes hold."""
    held = 0
    for dispute in disputes:
        held += left.minor if dispute.amount is None else dispute.amount.minor
    return Money(minor=min(held, left.minor), currency=left.currency)

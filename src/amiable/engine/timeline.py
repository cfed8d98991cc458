"""Timeline: what went out to a customer and what came back, as facts of a day."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from amiable.engine.parties import Channel


class ContactPurpose(StrEnum):
    """Why one wrote or called."""

    REMINDER = "reminder"  # a step after the due date
    NOTICE = "notice"  # a step before the due date
    THANKS = "thanks"
    SERVICE = "service"  # what they asked for: a link to their statement
    OTHER = "other"


UNASKED = frozenset(ContactPurpose) - {ContactPurpose.THANKS, ContactPurpose.SERVICE}
"""What counts as having been written to: the next message keeps its distance from these."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contacted:
    """Something went out. ``invoices`` are the keys it listed; ``step`` is the ladder's ordinal.

    Steps after the due date are 1, 2, 3...; a notice before the due date is step 0.
    """

    key: str
    customer: str
    contacted_on: date
    purpose: ContactPurpose
    step: int
    invoices: tuple[str, ...]
    channel: Channel


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """The customer answered. Until somebody reads it (``read_on``), nothing more is sent."""

    key: str
    customer: str
    received_on: date
    read_on: date | None = None
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """Somebody stopped the reminders of a customer, or of invoices, for ``[from_on, until_on)``.

    ``invoices`` empty means the whole customer; ``until_on`` None means until further notice.
    ``postponed`` tells "later" (postpone) from "stop" (hold); both keep silence.
    """

    key: str
    customer: str
    from_on: date
    until_on: date | None = None
    invoices: tuple[str, ...] = ()
    note: str = ""
    postponed: bool = False

    def holds(self, on: date) -> bool:
        """Whether it is in force on ``on``."""
        return self.from_on <= on and (self.until_on is None or on < self.until_on)


@dataclass(frozen=True, slots=True, kw_only=True)
class Skip:
    """Somebody decided not to send one step: it counts as taken, without a message."""

    key: str
    customer: str
    skipped_on: date
    step: int
    invoices: tuple[str, ...]
    note: str = ""

"""Message: what a channel is handed, and what it answers."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file that goes with a message."""

    filename: str
    content_type: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class OutgoingMessage:
    """A message ready to leave. ``key`` is the outbox row's unique key.

    ``message_id`` and ``in_reply_to`` are RFC 5322 identifiers with their angle brackets;
    ``registered``: on paper, with an acknowledgement of receipt; ``to`` then holds the lines of one
    address. ``references`` the identifiers of the thread, oldest first. ``dated_at`` is aware.
    """

    key: str
    sender_name: str
    sender: str
    to: tuple[str, ...]
    subject: str
    text: str
    html: str = ""
    cc: tuple[str, ...] = ()
    reply_to: str = ""
    message_id: str = ""
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    dated_at: datetime
    language: str = "fr"
    headers: tuple[tuple[str, str], ...] = ()
    attachments: tuple[Attachment, ...] = field(default=())
    registered: bool = False


class Outcome(StrEnum):
    """What is known of a send. They are told apart because each calls for something else."""

    ACCEPTED = "accepted"  # handed over: done
    REFUSED = "refused"  # for good (unknown address, message refused): a person must act
    FAILED = "failed"  # for now, and surely not delivered: may be tried again
    AMBIGUOUS = "ambiguous"  # accepted or not, nobody knows: never tried again by itself


class Fault(StrEnum):
    """What is wrong with a recipient for good: nothing more is sent there by this channel."""

    NOBODY = "nobody"  # no such number or address
    UNFIT = "unfit"  # one that takes no such message: a landline
    STOPPED = "stopped"  # whoever reads there wants nothing more


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """A channel's answer for one message; ``detail`` is the counterpart's own words.

    ``reference`` is its name for the message; ``fault``: the refusal is about the recipient.
    """

    outcome: Outcome
    detail: str = ""
    reference: str = ""
    fault: Fault | None = None


class ChannelClosed(Exception):
    """The channel cannot be used at all: wrong settings, host not found, refused login.

    ``trouble`` is the channel's own short name for what is wrong, for whoever explains it.
    """

    def __init__(self, detail: str, trouble: str = "") -> None:
        super().__init__(detail)
        self.trouble = trouble


class Sender(Protocol):
    """An open channel; ``send`` never raises for what happens to one message."""

    def send(self, message: OutgoingMessage) -> Delivery:
        """Hand one message over and say what became of it."""
        ...

    def close(self) -> None:
        """Close connections; safe to call twice."""
        ...

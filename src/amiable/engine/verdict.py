"""Verdict: the decisions that can be taken for a customer on a day."""

from dataclasses import dataclass
from datetime import date

from amiable.engine.money import Money
from amiable.engine.parties import Channel, Contact
from amiable.engine.policy import Step, Tone
from amiable.engine.reasons import Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """Nothing to do before ``look_again_on``: the customer is left in peace, for these reasons."""

    reasons: tuple[Reason, ...]
    look_again_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """Reminders are suspended until a fact or a person lifts it (``look_again_on`` if dated)."""

    reasons: tuple[Reason, ...]
    look_again_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """Reminding is over for good: the law forbids it or it is no use."""

    reasons: tuple[Reason, ...]
    look_again_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Escalate:
    """A person must act: the ladder is over, or nobody can be reached."""

    reasons: tuple[Reason, ...]
    look_again_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Remind:
    """Send step ``number`` of the ladder (0: a notice before the due date).

    ``cycle`` is the key of the invoice that asks for it: with ``number`` it names this reminder
    for ever, so that it cannot leave twice. ``chased`` are the invoices whose count rises;
    ``listed`` all that the message shows; ``amounts`` what it asks for, one a currency, credits
    taken off.
    """

    reasons: tuple[Reason, ...]
    look_again_on: date | None
    step: Step
    number: int
    tone: Tone
    channel: Channel
    contact: Contact
    cycle: str
    chased: tuple[str, ...]
    listed: tuple[str, ...]
    amounts: tuple[Money, ...]


Decision = Remind | Wait | Hold | Escalate | Stop


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """A decision with what a person wants beside it.

    ``alerts`` speak of the customer as a whole; ``spared`` counts late invoices left in peace;
    ``valid_until`` is the day from which the same facts may lead to another decision.
    """

    decision: Decision
    alerts: tuple[Reason, ...]
    spared: int
    valid_until: date

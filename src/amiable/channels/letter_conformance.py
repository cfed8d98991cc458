"""What every channel of letters must do, as checks that any of them can be put through.

Shipped with the code, beside `conformance` for mail. Each check takes a ``LetterChannel`` and
raises AssertionError, with a sentence, when the channel fails it.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from amiable.channels.conformance import closed_twice, expect
from amiable.channels.message import Attachment, Outcome, OutgoingMessage, Sender


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterChannel:
    """A channel and a view of its far end: ``arrived`` are the PDFs that came so far."""

    open: Callable[[], Sender]
    arrived: Callable[[], list[bytes]]


LetterCheck = Callable[[LetterChannel], None]
_TO = ("Boulangerie Marchand", "12 rue de l'Église", "75002 PARIS")


def letter(key: str, content: bytes = b"%PDF-1.7\n1") -> OutgoingMessage:
    """A complete letter."""
    pdf = Attachment(filename="letter.pdf", content_type="application/pdf", content=content)
    return OutgoingMessage(
        key=key,
        sender_name="Fournil du Port",
        sender="compta@fournil.example",
        to=_TO,
        subject="Facture F001",
        text="Bonjour,",
        dated_at=datetime(2026, 2, 19, 9, 30, tzinfo=UTC),
        attachments=(pdf,),
    )


def check_each_letter_arrives_once_to_the_byte(channel: LetterChannel) -> None:
    """Several letters over one open channel, each once, none changed."""
    before = len(channel.arrived())
    wanted = [b"%PDF-1.7\n" + bytes((number,)) * 50 for number in range(1, 6)]
    sender = channel.open()
    for number, content in enumerate(wanted):
        delivery = sender.send(letter(f"each-{number}", content))
        expect(delivery.outcome is Outcome.ACCEPTED, f"it is taken: {delivery.detail}")
        expect(bool(delivery.reference), "the answer names the letter")
    sender.close()
    found = channel.arrived()
    expect(len(found) == before + len(wanted), "as many arrive as were sent")
    expect(set(wanted) <= set(found), "each is the one given")


def check_the_same_letter_again_is_no_second_one(channel: LetterChannel) -> None:
    """What is sent again with its key is the same letter: nobody gets it twice."""
    sender = channel.open()
    first = sender.send(letter("again"))
    before = len(channel.arrived())
    second = sender.send(letter("again"))
    sender.close()
    expect(first.outcome is second.outcome is Outcome.ACCEPTED, "both are taken")
    expect(first.reference == second.reference, "both are the same letter")
    expect(len(channel.arrived()) == before, "nothing more arrived")


def check_what_is_no_letter_is_refused(channel: LetterChannel) -> None:
    """Without one PDF and the lines of an address, nothing leaves: the answer is REFUSED."""
    before = len(channel.arrived())
    text = Attachment(filename="a.txt", content_type="text/plain", content=b"a")
    pdf = letter("x").attachments[0]
    changes: tuple[dict[str, object], ...] = (
        {"attachments": ()},
        {"attachments": (text,)},
        {"attachments": (pdf, pdf)},
        {"to": ()},
        {"to": ("Marchand", "", "75002 PARIS")},
        {"to": ("Marchand\r\nX-Evil: 1", "12 rue Haute", "75002 PARIS")},
    )
    sender = channel.open()
    for number, change in enumerate(changes):
        changed = replace(letter(f"evil-{number}"), **change)  # type: ignore[arg-type]
        delivery = sender.send(changed)
        expect(delivery.outcome is Outcome.REFUSED, f"it is refused with {change}")
        expect(bool(delivery.detail), "a refusal says why")
    sender.close()
    expect(len(channel.arrived()) == before, "nothing left")


def check_closing_twice_is_harmless(channel: LetterChannel) -> None:
    """Closing again does nothing, and a closed channel answers FAILED without sending."""
    closed_twice(channel.open(), letter("closed"), lambda: len(channel.arrived()))


CHECKS_OF_LETTERS: tuple[LetterCheck, ...] = (
    check_each_letter_arrives_once_to_the_byte,
    check_the_same_letter_again_is_no_second_one,
    check_what_is_no_letter_is_refused,
    check_closing_twice_is_harmless,
)
"""For every channel that carries letters."""

"""What every channel that carries text messages must do, as checks any of them can be put through.

As in `amiable.channels.conformance`: each check takes a ``TextChannelUnderTest`` and raises
AssertionError, with a sentence, when the channel fails it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from time import sleep

from amiable.channels.conformance import closed_twice, expect, same, sample
from amiable.channels.message import Attachment, Outcome, OutgoingMessage, Sender
from amiable.engine.sms import weigh


@dataclass(frozen=True, slots=True, kw_only=True)
class ArrivedText:
    """A text message as a telephone shows it, put together again from its ``parts``."""

    to: str
    text: str
    parts: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class TextChannelUnderTest:
    """A channel that carries words alone, and a view of its far end, oldest first."""

    open: Callable[[], Sender]
    arrived: Callable[[], list[ArrivedText]]


TextCheck = Callable[[TextChannelUnderTest], None]
_PHONE = "+33612345678"
_EVERY_SIGN = (
    "@£$¥èéùìòÇØøÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡"
    "ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà^{}\\[~]|€"
)


def sample_text(key: str, text: str, **changes: object) -> OutgoingMessage:
    """A text message with the changes asked for."""
    return sample(key, **{"to": (_PHONE,), "subject": "", "text": text, **changes})


def check_the_alphabet_of_telephones_arrives_in_one_part(channel: TextChannelUnderTest) -> None:
    """Every sign of the default alphabet is that sign at the far end."""
    arrived = _deliver_text(channel, sample_text("alphabet", _EVERY_SIGN))
    same("text", arrived, ArrivedText(to=_PHONE, text=_EVERY_SIGN))


def check_any_script_arrives(channel: TextChannelUnderTest) -> None:
    """Letters that the default alphabet lacks, and emoji, are what they were."""
    text = "Reçu: prêt, cœur, Łódź, Ζεύς, Привет, 日本語, 👩‍💻🎉"
    same("text", _deliver_text(channel, sample_text("scripts", text)).text, text)


def check_a_long_message_arrives_whole(channel: TextChannelUnderTest) -> None:
    """What is longer than one part is one message at the far end, in as many parts as weighed."""
    for name, text in (
        ("long", "Réglé ? " * 50),
        ("wide", "Reçu, prêt. " * 20),
        ("edge", "€" * 153),
    ):
        arrived = _deliver_text(channel, sample_text(name, text.strip()))
        same("text", arrived.text, text.strip())
        same("parts", arrived.parts, weigh(text.strip()).parts)


def check_lines_are_kept(channel: TextChannelUnderTest) -> None:
    """A line break in the text is one at the far end."""
    arrived = _deliver_text(channel, sample_text("lines", "Bonjour,\nmerci.\nFournil"))
    same("text", arrived.text, "Bonjour,\nmerci.\nFournil")


def check_what_is_no_text_message_is_refused(channel: TextChannelUnderTest) -> None:
    """No number, two, one with a line break, no words, files, too long: nothing leaves."""
    file = Attachment(filename="a.pdf", content_type="application/pdf", content=b"x")
    changes: tuple[dict[str, object], ...] = (
        {"to": ()},
        {"to": (_PHONE, "+33687654321")},
        {"to": ("achats@marchand.example",)},
        {"to": ("0612345678",)},
        {"to": (f"{_PHONE}\r\nX-Kannel-To: +33687654321",)},
        {"cc": ("+33687654321",)},
        {"text": "  \n"},
        {"text": "a" * 5_000},
        {"attachments": (file,)},
        {"message_id": "<a@b>\r\nX-Kannel-To: +33687654321"},
        {"key": "a\r\nX-Kannel-To: +33687654321"},
    )
    before = len(channel.arrived())
    sender = channel.open()
    for number, change in enumerate(changes):
        key = str(change.pop("key", f"no-{number}"))
        delivery = sender.send(sample_text(key, str(change.pop("text", "Bonjour")), **change))
        same(f"outcome with {change}", delivery.outcome, Outcome.REFUSED)
        expect(bool(delivery.detail), "a refusal says why")
    sender.close()
    same("messages that left", len(channel.arrived()) - before, 0)


def check_closing_a_text_channel_twice_is_harmless(channel: TextChannelUnderTest) -> None:
    """Closing again does nothing, and a closed channel answers FAILED without sending."""
    closed_twice(channel.open(), sample_text("closed", "Bonjour"), lambda: len(channel.arrived()))


def check_several_text_messages_arrive_in_order(channel: TextChannelUnderTest) -> None:
    """One open channel carries many messages, each once, in the order given."""
    before = len(channel.arrived())
    sender = channel.open()
    texts = [f"Facture {number:03d}" for number in range(10)]
    for text in texts:
        same("outcome", sender.send(sample_text(text, text)).outcome, Outcome.ACCEPTED)
    sender.close()
    same("texts", [one.text for one in _wait_for(channel, before + len(texts))[before:]], texts)


CHECKS_OF_TEXT: tuple[TextCheck, ...] = (
    check_the_alphabet_of_telephones_arrives_in_one_part,
    check_any_script_arrives,
    check_a_long_message_arrives_whole,
    check_lines_are_kept,
    check_what_is_no_text_message_is_refused,
    check_closing_a_text_channel_twice_is_harmless,
    check_several_text_messages_arrive_in_order,
)
"""For channels that carry words alone, to a telephone number."""
_ROUNDS, _PAUSE = 200, 0.05  # a gateway hands on what it took a moment later


def _deliver_text(channel: TextChannelUnderTest, message: OutgoingMessage) -> ArrivedText:
    before = len(channel.arrived())
    sender = channel.open()
    try:
        delivery = sender.send(message)
    finally:
        sender.close()
    same(f"outcome ({delivery.detail})", delivery.outcome, Outcome.ACCEPTED)
    found = _wait_for(channel, before + 1)[before:]
    same("messages that arrived", len(found), 1)
    return found[0]


def _wait_for(channel: TextChannelUnderTest, count: int) -> list[ArrivedText]:
    for _ in range(_ROUNDS):
        if len(found := channel.arrived()) >= count:
            return found
        sleep(_PAUSE)
    return channel.arrived()

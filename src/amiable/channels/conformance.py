"""What every channel must do, as checks that any channel can be put through.

Shipped with the code, so that a channel written elsewhere is held to the same. Each check takes
a ``ChannelUnderTest`` and raises AssertionError, with a sentence, when the channel fails it. It
needs no test framework: loop over ``CHECKS_OF_ANY_CHANNEL``, and for mail over ``CHECKS_OF_MAIL``.
"""

import email
import email.policy
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import getaddresses

from amiable.channels.message import Attachment, Delivery, Outcome, OutgoingMessage, Sender


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelUnderTest:
    """A channel and a view of its far end.

    ``open`` gives a fresh sender; ``arrived`` returns every message that reached the far end so
    far, oldest first, as the raw bytes of a mail. ``writes``: the far end writes the mail itself
    from its parts, so that the date is its own, and it has its own name for the message.
    """

    open: Callable[[], Sender]
    arrived: Callable[[], list[bytes]]
    writes: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A message as its reader's program sees it; line ends are ``\\n``."""

    sender_name: str
    sender: str
    to: tuple[str, ...]
    cc: tuple[str, ...]
    reply_to: str
    subject: str
    text: str
    html: str
    attachments: tuple[Attachment, ...]
    headers: dict[str, str]


Check = Callable[[ChannelUnderTest], None]

ACCENTS = "Équipe comptabilité, à bientôt: œuvre, ça, 12 €, ½, Łódź, Ζεύς, Привет, 日本語, 👩‍💻🎉"


def sample(key: str, **changes: object) -> OutgoingMessage:
    """Return a short, complete message with the changes asked for."""
    message = OutgoingMessage(
        key=key,
        sender_name="Fournil du Port",
        sender="compta@fournil.example",
        to=("achats@marchand.example",),
        subject="Facture F001",
        text="Bonjour,\nLa facture F001 est échue.\n",
        dated_at=datetime(2026, 2, 19, 9, 30, tzinfo=UTC),
    )
    return replace(message, **changes)  # type: ignore[arg-type]


def read(mail: bytes) -> Arrival:
    """Read the bytes of a mail with the standard library's parser."""
    parsed = email.message_from_bytes(mail, _class=EmailMessage, policy=email.policy.default)
    sender_name, sender = _addresses(parsed, "From")[0]
    reply_to = _addresses(parsed, "Reply-To")
    return Arrival(
        sender_name=sender_name,
        sender=sender,
        to=tuple(address for _, address in _addresses(parsed, "To")),
        cc=tuple(address for _, address in _addresses(parsed, "Cc")),
        reply_to=reply_to[0][1] if reply_to else "",
        subject=str(parsed["Subject"]),
        text=_content(parsed, "plain"),
        html=_content(parsed, "html"),
        attachments=tuple(_attachment(part) for part in parsed.iter_attachments()),
        headers={name: str(value) for name, value in parsed.items()},
    )


def check_a_plain_message_arrives_unchanged(channel: ChannelUnderTest) -> None:
    """Text, subject, sender and recipient are the ones that were given."""
    message = sample("plain", text="Bonjour.\n\n.seul\n..deux\n.\nFrom ici\n  fin  \nA=3D\n")
    _, arrival = _deliver(channel, message)
    same("text", arrival.text, message.text)
    same("subject", arrival.subject, message.subject)
    same("sender", (arrival.sender_name, arrival.sender), (message.sender_name, message.sender))
    same("to", arrival.to, message.to)


def check_accents_and_emoji_arrive_everywhere(channel: ChannelUnderTest) -> None:
    """Name, subject and text carry any script."""
    message = sample("accents", sender_name="Éts Müller & Fils 🥖", subject=ACCENTS, text=ACCENTS)
    _, arrival = _deliver(channel, message)
    same("sender name", arrival.sender_name, message.sender_name)
    same("subject", arrival.subject, ACCENTS)
    same("text", arrival.text.rstrip("\n"), ACCENTS)


def check_a_long_subject_arrives_whole(channel: ChannelUnderTest) -> None:
    """A subject of several lines, ASCII or not, with spaces or without."""
    for number, subject in enumerate(("Invoice F001 " * 40, "é" * 400, "x" * 1500)):
        message = sample(f"long-{number}", subject=subject.strip())
        _, arrival = _deliver(channel, message)
        same("subject", arrival.subject, message.subject)


def check_a_table_of_200_invoices_arrives_whole(channel: ChannelUnderTest) -> None:
    """Much text and HTML, on very long lines, arrives to the letter."""
    rows = [
        f"F{n:05d} du 05/01/2026, échue le 04/02/2026: 1 200,{n % 100:02d} €" for n in range(200)
    ]
    html = "<table>" + "".join(f"<tr><td>{row}</td></tr>" for row in rows) + "</table>"
    message = sample("table", text="\n".join(rows) + "\n", html=html)
    _, arrival = _deliver(channel, message)
    same("text", arrival.text, message.text)
    same("HTML", arrival.html.rstrip("\n"), html)


def check_a_line_break_in_a_field_is_refused(channel: ChannelUnderTest) -> None:
    """Nothing leaves when a field could add a header: the answer is REFUSED."""
    evil = "x\r\nBcc: spy@evil.example"
    changes: tuple[dict[str, object], ...] = (
        {"subject": evil},
        {"subject": "a\nb"},
        {"subject": "a\rb"},
        {"sender_name": evil},
        {"sender": "a@b.example\r\nBcc: spy@evil.example"},
        {"to": ("a@b.example\nBcc: spy@evil.example",)},
        {"cc": ("a@b.example\r\n\r\nbody",)},
        {"reply_to": "a@b.example\r\nBcc: spy@evil.example"},
        {"message_id": "<a@b>\r\nBcc: spy@evil.example"},
        {"in_reply_to": "<a@b>\nBcc: spy@evil.example"},
        {"references": ("<a@b>\r\nBcc: spy@evil.example",)},
        {"language": "fr\r\nBcc: spy@evil.example"},
        {"headers": (("X-Note", evil),)},
        {"headers": (("X-Note: a\r\nBcc", "spy@evil.example"),)},
        {"headers": (("Bcc", "spy@evil.example"),)},
        {"attachments": (Attachment(filename=evil, content_type="text/csv", content=b""),)},
        {"attachments": (Attachment(filename="a", content_type=evil, content=b""),)},
    )
    before = len(channel.arrived())
    sender = channel.open()
    for number, change in enumerate(changes):
        delivery = sender.send(sample(f"evil-{number}", **change))
        same(f"outcome with {change}", delivery.outcome, Outcome.REFUSED)
        expect(bool(delivery.detail), "a refusal says why")
    sender.close()
    same("messages that left", len(channel.arrived()) - before, 0)


def check_closing_twice_is_harmless(channel: ChannelUnderTest) -> None:
    """Closing again does nothing, and a closed channel answers FAILED without sending."""
    closed_twice(channel.open(), sample("closed"), lambda: len(channel.arrived()))


def check_several_messages_arrive_in_order(channel: ChannelUnderTest) -> None:
    """One open channel carries many messages, each once, in the order given."""
    before = len(channel.arrived())
    sender = channel.open()
    subjects = [f"Facture {number:03d}" for number in range(20)]
    for subject in subjects:
        delivery = sender.send(sample(f"many-{subject}", subject=subject))
        same("outcome", delivery.outcome, Outcome.ACCEPTED)
    sender.close()
    same("subjects", [read(mail).subject for mail in channel.arrived()[before:]], subjects)


def check_html_and_text_arrive_together(channel: ChannelUnderTest) -> None:
    """Text first, HTML last, as alternatives of one another, each unchanged."""
    html = f'<!doctype html><p class="a" style="margin:0">{ACCENTS}</p>\n'
    message = sample("html", html=html)
    _, arrival = _deliver(channel, message)
    same("text", arrival.text, message.text)
    same("HTML", arrival.html, html)
    kind = arrival.headers["Content-Type"].partition(";")[0]
    same("content type", kind, "multipart/alternative")


def check_attachments_arrive_to_the_byte(channel: ChannelUnderTest) -> None:
    """Names in any script, types and bytes are kept, with text and HTML beside them."""
    attachments = (
        Attachment(filename="F001.pdf", content_type="application/pdf", content=bytes(range(256))),
        Attachment(filename="relevé d'été 🎉.csv", content_type="text/csv", content=b"a;b\r\n1;2"),
        Attachment(filename='a "b"; c.bin', content_type="application/octet-stream", content=b""),
        Attachment(filename="é" * 100, content_type="image/png", content=b"\n.\n" * 5000),
    )
    message = sample("attached", html="<p>Voici.</p>\n", attachments=attachments)
    _, arrival = _deliver(channel, message)
    same("attachments", arrival.attachments, attachments)
    same("text", arrival.text, message.text)
    same("HTML", arrival.html, message.html)


def check_every_recipient_is_named(channel: ChannelUnderTest) -> None:
    """To, Cc and Reply-To are written; a domain in another script in its ASCII form."""
    to = tuple(f"contact.{number}@marchand.example" for number in range(12))
    message = sample(
        "several", to=(*to, "achats@bücher.example"), cc=("chef@x.example",), reply_to="r@y.example"
    )
    _, arrival = _deliver(channel, message)
    same("to", arrival.to, (*to, "achats@xn--bcher-kva.example"))
    same("cc", arrival.cc, message.cc)
    same("reply-to", arrival.reply_to, message.reply_to)


def check_threading_headers_are_kept(channel: ChannelUnderTest) -> None:
    """Message-ID, In-Reply-To and References; the answer's reference is the Message-ID, or the far
    end's own name."""
    thread = tuple(f"<{'p' * 40}{number}@fournil.example>" for number in range(9))
    message = sample(
        "thread", message_id="<m@fournil.example>", in_reply_to=thread[-1], references=thread
    )
    delivery, arrival = _deliver(channel, message)
    same("Message-ID", arrival.headers["Message-ID"], message.message_id)
    same("In-Reply-To", arrival.headers["In-Reply-To"], message.in_reply_to)
    same("References", tuple(arrival.headers["References"].split()), thread)
    if channel.writes:
        expect(bool(delivery.reference), "the far end's name for the message is kept")
    else:
        same("reference", delivery.reference, message.message_id)


def check_every_mail_says_what_it_is(channel: ChannelUnderTest) -> None:
    """Date, Message-ID, language and Auto-Submitted are there; given headers are kept."""
    link = "<https://fournil.example/stop/" + "t" * 120 + ">"
    extra = (("List-Unsubscribe", f"<mailto:stop@fournil.example>, {link}"), ("X-Note", ACCENTS))
    _, arrival = _deliver(channel, sample("headers", language="fr", headers=extra))
    for name, value in (*extra, ("Auto-Submitted", "auto-generated"), ("Content-Language", "fr")):
        same(name, arrival.headers.get(name), value)
    if not channel.writes:
        same("Date", arrival.headers["Date"], "Thu, 19 Feb 2026 09:30:00 +0000")
    expect("@fournil.example>" in arrival.headers["Message-ID"], "a Message-ID is always there")
    expect("Bcc" not in arrival.headers, "Bcc is never written")


CHECKS_OF_ANY_CHANNEL: tuple[Check, ...] = (
    check_a_plain_message_arrives_unchanged,
    check_accents_and_emoji_arrive_everywhere,
    check_a_line_break_in_a_field_is_refused,
    check_closing_twice_is_harmless,
    check_several_messages_arrive_in_order,
)
"""For every channel whose far end can show what arrived as a mail."""

CHECKS_OF_MAIL: tuple[Check, ...] = (
    check_a_long_subject_arrives_whole,
    check_a_table_of_200_invoices_arrives_whole,
    check_html_and_text_arrive_together,
    check_attachments_arrive_to_the_byte,
    check_every_recipient_is_named,
    check_threading_headers_are_kept,
    check_every_mail_says_what_it_is,
)
"""For channels that carry a whole mail."""


def _deliver(channel: ChannelUnderTest, message: OutgoingMessage) -> tuple[Delivery, Arrival]:
    """Send one message over a fresh channel and return the answer and what arrived."""
    before = len(channel.arrived())
    sender = channel.open()
    try:
        delivery = sender.send(message)
    finally:
        sender.close()
    same(f"outcome ({delivery.detail})", delivery.outcome, Outcome.ACCEPTED)
    mails = channel.arrived()[before:]
    same("messages that arrived", len(mails), 1)
    expect(all(len(line) <= 998 for line in mails[0].split(b"\r\n")), "a line passes 998 bytes")
    return delivery, read(mails[0])


def _addresses(mail: EmailMessage, name: str) -> list[tuple[str, str]]:
    return getaddresses([str(value) for value in mail.get_all(name, [])])


def _content(mail: EmailMessage, subtype: str) -> str:
    part = mail.get_body(preferencelist=(subtype,))
    return str(part.get_content()).replace("\r\n", "\n") if part is not None else ""


def _attachment(part: EmailMessage) -> Attachment:
    content = part.get_payload(decode=True)
    return Attachment(
        filename=part.get_filename(""),
        content_type=part.get_content_type(),
        content=content if isinstance(content, bytes) else b"",
    )


def closed_twice(sender: Sender, message: OutgoingMessage, arrived: Callable[[], int]) -> None:
    """Close a channel of any kind twice, and check that nothing leaves by it any more."""
    sender.close()
    sender.close()
    before = arrived()
    same("outcome on a closed channel", sender.send(message).outcome, Outcome.FAILED)
    same("messages that left", arrived() - before, 0)


def same(what: str, found: object, wanted: object) -> None:
    """Raise AssertionError unless what was found is what was wanted."""
    expect(found == wanted, f"{what}: found {found!r}, wanted {wanted!r}")


def expect(holds: bool, sentence: str) -> None:
    """Raise AssertionError; not an assert statement, which ``python -O`` leaves out."""
    if not holds:
        raise AssertionError(sentence)

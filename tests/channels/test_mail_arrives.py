"""Every shipped letter as a real SMTP server received it, read by an independent library.

mail-parser stands on the standard library's parser but decodes headers and parts by itself, and
names what is wrong with a mail (``defects``).
"""

import re
from collections.abc import Iterator
from email.utils import parsedate_to_datetime
from html.parser import HTMLParser
from typing import Any

import mailparser
import pytest

from amiable.channels.conformance import sample
from amiable.channels.email.dkim import DkimSigner, new_private_key
from amiable.channels.email.smtp import SmtpSettings, open_smtp
from amiable.channels.message import Attachment, Outcome, OutgoingMessage
from amiable.channels.security import Security
from amiable.engine.compose import compose
from amiable.engine.letter import LetterFacts
from amiable.engine.money import Money
from amiable.engine.parties import Language
from amiable.engine.template import Audience, LetterTone
from amiable.words import CatalogueVoice, Mail, lay_out, shipped_templates, write_money
from tests.channels.real_smtp import Inbox, serving
from tests.engine.letters import ON, letter_facts, line, lines

KEYS = sorted(key for key in shipped_templates() if key[1] is not Audience.SMS)
Key = tuple[LetterTone, Audience, Language]
every_letter = pytest.mark.parametrize("key", KEYS, ids="-".join)
PORTAL = "https://fournil.example/p/" + "k" * 60 + "/"
LIGHT = 60_000
"""Bytes that a whole message with 200 invoices stays under; Gmail cuts what passes 102 kB."""


@pytest.fixture(scope="module")
def inbox() -> Inbox:
    return Inbox()


@pytest.fixture(scope="module")
def server(inbox: Inbox) -> Iterator[SmtpSettings]:
    running = serving(inbox)
    running.start()
    yield SmtpSettings(host="127.0.0.1", port=running.port, security=Security.NONE)
    running.stop()


def arrived(
    server: SmtpSettings, inbox: Inbox, message: OutgoingMessage, signer: DkimSigner | None = None
) -> bytes:
    channel = open_smtp(server, signer)
    delivery = channel.send(message)
    channel.close()
    assert delivery.outcome is Outcome.ACCEPTED, delivery.detail
    return inbox.mails[-1]


def facts_for(key: Key, count: int, **changes: Any) -> LetterFacts:
    due = ON.replace(day=24) if key[0] is LetterTone.NOTICE else ON.replace(day=4)
    given = {"lines": lines(count, due), "portal": PORTAL}
    return letter_facts(key[2], **{**given, **changes})


def letter_of(key: Key, facts: LetterFacts) -> Mail:
    return lay_out(compose(shipped_templates()[key], facts, CatalogueVoice(key[2])))


def message_of(key: Key, facts: LetterFacts, **changes: Any) -> OutgoingMessage:
    mail = letter_of(key, facts)
    given = {"subject": mail.subject, "text": mail.text, "html": mail.html}
    return sample("-".join(key), sender_name="Éts Müller & Fils – Fournil", **(given | changes))


class _Shown(HTMLParser):
    """What a mail program shows of HTML, the title left out, and where links lead."""

    def __init__(self) -> None:
        super().__init__()
        self.text, self.links, self._hidden = "", list[str](), False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._hidden = tag == "title"
        self.links += [value or "" for name, value in attrs if name in ("href", "src")]
        self.text += " "

    def handle_endtag(self, tag: str) -> None:
        self._hidden = False

    def handle_data(self, data: str) -> None:
        self.text += "" if self._hidden else data


def shown(html: str) -> _Shown:
    reader = _Shown()
    reader.feed(html)
    reader.close()
    return reader


def plain(text: str) -> str:
    """With one kind of space."""
    return " ".join(text.split())


@every_letter
def test_a_letter_is_read_without_a_defect(server: SmtpSettings, inbox: Inbox, key: Key) -> None:
    message = message_of(key, facts_for(key, 5))
    raw = arrived(server, inbox, message)
    read = mailparser.parse_from_bytes(raw)
    assert (read.defects, read.defects_categories) == ([], set())
    assert read.from_ == [(message.sender_name, message.sender)]
    assert read.subject == message.subject
    assert len(read.text_plain) == len(read.text_html) == 1
    assert read.text_plain[0].replace("\r\n", "\n") == message.text
    assert read.text_html[0].replace("\r\n", "\n") == message.html
    assert read.date is not None
    assert parsedate_to_datetime(read.headers["Date"]) == message.dated_at
    assert read.headers["MIME-Version"] == "1.0"
    assert [part.get_content_charset() for part in read.message.walk()] == [None, "utf-8", "utf-8"]


@every_letter
def test_lines_end_with_crlf_and_none_is_too_long(
    server: SmtpSettings, inbox: Inbox, key: Key
) -> None:
    raw = arrived(server, inbox, message_of(key, facts_for(key, 5)))
    assert raw.count(b"\n") == raw.count(b"\r\n") == raw.count(b"\r")
    assert max(map(len, raw.split(b"\r\n"))) <= 78
    assert raw.isascii()


@every_letter
def test_plain_text_and_html_say_the_same(server: SmtpSettings, inbox: Inbox, key: Key) -> None:
    facts = facts_for(key, 5)
    read = mailparser.parse_from_bytes(arrived(server, inbox, message_of(key, facts)))
    text, html = read.text_plain[0], shown(read.text_html[0])
    assert sorted(re.sub("-{2,}", "", text).split()) == sorted(html.text.split())
    dates = r"\d{2}/\d{2}/\d{4}|\d{1,2} \w{3,9}\.? \d{4}"
    for pattern in (dates, r"F\d{3}\b", r"[\d\s.,]+,\d{2}\s€|€[\d,]+\.\d{2}", r"https?://\S+"):
        found = [sorted(re.findall(pattern, plain(one))) for one in (text, html.text)]
        assert [plain(one) for one in found[0]] == [plain(one) for one in found[1]], pattern
    assert all(link in text for link in html.links)


@every_letter
def test_each_invoice_and_its_amount_stand_in_both_parts(
    server: SmtpSettings, inbox: Inbox, key: Key
) -> None:
    facts = facts_for(key, 5)
    read = mailparser.parse_from_bytes(arrived(server, inbox, message_of(key, facts)))
    text, html = plain(read.text_plain[0]), plain(shown(read.text_html[0]).text)
    for one in facts.lines if key[0] is not LetterTone.THANKS else ():
        for said in (one.number, plain(write_money(one.left, key[2])), str(one.due_on.year)):
            assert said in text
            assert said in html


@every_letter
def test_nothing_is_fetched_and_nobody_is_watched(
    server: SmtpSettings, inbox: Inbox, key: Key
) -> None:
    read = mailparser.parse_from_bytes(arrived(server, inbox, message_of(key, facts_for(key, 5))))
    html = read.text_html[0]
    assert not re.search(r"<(img|link|style|script|iframe|object|video|audio|svg|input)\b", html)
    assert not re.search(r"\b(src|background|srcset|poster)\s*=|url\(|@import|width=.?1\b", html)
    assert set(shown(html).links) <= {PORTAL}
    assert read.attachments == []


@every_letter
@pytest.mark.parametrize("wide", [False, True], ids=["usual", "wide"])
def test_a_whole_signed_message_with_200_invoices_is_light(
    server: SmtpSettings, inbox: Inbox, key: Key, wide: bool
) -> None:
    due = facts_for(key, 1).lines[0].due_on
    number = "FA-2026-{:05d}" if wide else "F{:05d}"
    left = Money(minor=12_345_67, currency="EUR")
    many = tuple(line(number.format(n), due_on=due, amount=left, left=left) for n in range(200))
    message = message_of(key, facts_for(key, 0, lines=many))
    signer = DkimSigner(domain="fournil.example", selector="s", private_key=_PEM)
    raw = arrived(server, inbox, message, signer)
    assert len(raw) < LIGHT
    if key[0] is not LetterTone.THANKS:
        assert all(one.number in message.text and one.number in message.html for one in many)


_PEM = new_private_key()


@pytest.mark.parametrize(
    "name", ["relevé d'été 🎉.pdf", "Rechnung Ü 2026.pdf", "счёт.pdf", 'a "b"; c.pdf', "é" * 100]
)
def test_the_name_of_a_file_arrives_in_any_script(
    server: SmtpSettings, inbox: Inbox, name: str
) -> None:
    content = bytes(range(256)) * 40
    file = Attachment(filename=name, content_type="application/pdf", content=content)
    raw = arrived(server, inbox, sample("file", html="<p>é</p>\n", attachments=(file,)))
    read = mailparser.parse_from_bytes(raw)
    assert read.defects == []
    (part,) = [one for one in read.message.walk() if one.get_content_disposition()]
    assert part.get_filename() == name
    assert part.get_payload(decode=True) == content
    (listed,) = read.attachments
    assert listed["mail_content_type"] == "application/pdf"
    assert raw.count(b"\n") == raw.count(b"\r\n")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("subject", "Échéance – 12 € – Łódź Ζεύς Привет 日本語 👩‍💻"),
        ("sender_name", "Société Générale d'Œuvres « Ça »"),
        ("sender_name", 'Durand, "Fils" (Paris)'),
    ],
)
def test_accents_arrive_in_every_field(
    server: SmtpSettings, inbox: Inbox, field: str, value: str
) -> None:
    read = mailparser.parse_from_bytes(arrived(server, inbox, sample("field", **{field: value})))
    found = read.subject if field == "subject" else read.from_[0][0]
    assert found == value
    assert read.defects == []

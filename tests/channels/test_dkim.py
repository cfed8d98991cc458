"""DKIM on what a real SMTP server received, checked by dkimpy against a real DNS server."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import dkim
import dns.resolver
import pytest

from amiable.channels.conformance import CHECKS_OF_MAIL, ChannelUnderTest, Check, sample
from amiable.channels.email.dkim import (
    DkimSigner,
    new_private_key,
    public_record,
    record_strings,
    signed,
    tags_of,
)
from amiable.channels.email.mime import to_bytes
from amiable.channels.email.smtp import SmtpSettings, open_smtp
from amiable.channels.message import Attachment, Outcome, OutgoingMessage
from amiable.channels.security import Security
from tests.channels.local_dns import LocalDns, local_dns
from tests.channels.real_smtp import Inbox, serving

DOMAIN, SELECTOR = "fournil.example", "amiable-20260219"
PEM = new_private_key()
SIGNER = DkimSigner(domain=DOMAIN, selector=SELECTOR, private_key=PEM)


@pytest.fixture
def zone() -> Iterator[LocalDns]:
    with local_dns() as running:
        running.put(f"{SELECTOR}._domainkey.{DOMAIN}", public_record(PEM))
        yield running


@pytest.fixture
def inbox() -> Inbox:
    return Inbox()


@pytest.fixture
def server(inbox: Inbox) -> Iterator[SmtpSettings]:
    running = serving(inbox)
    running.start()
    yield SmtpSettings(host="127.0.0.1", port=running.port, security=Security.NONE)
    running.stop()


def holds(mail: bytes, zone: LocalDns) -> bool:
    """Whether dkimpy, asking our DNS server, finds the signature right."""
    resolver = dns.resolver.Resolver(configure=False)
    resolver.nameservers, resolver.port = ["127.0.0.1"], zone.port

    def text_of(name: bytes, timeout: float = 5) -> bytes | None:
        try:
            (record,) = resolver.resolve(name.decode(), "TXT", lifetime=timeout)
        except dns.resolver.NXDOMAIN:
            return None
        return b"".join(record.strings)

    return bool(dkim.verify(mail, dnsfunc=text_of))


def sent(server: SmtpSettings, inbox: Inbox, message: OutgoingMessage) -> bytes:
    channel = open_smtp(server, SIGNER)
    delivery = channel.send(message)
    channel.close()
    assert delivery.outcome is Outcome.ACCEPTED, delivery.detail
    return inbox.mails[-1]


WHOLE: dict[str, Any] = {
    "sender_name": "Éts Müller & Fils",
    "subject": "Facture n° F001 échue : 1 200,00 €",
    "text": "Bonjour,\n\n.point\nFrom ici\nà bientôt  \n",
    "html": "<p>Bonjour é</p>\n",
    "cc": ("chef@marchand.example",),
    "reply_to": "compta+r-1@fournil.example",
    "in_reply_to": "<avant@fournil.example>",
    "headers": (
        ("List-Unsubscribe", "<https://fournil.example/p/stop/x/>"),
        ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"),
    ),
    "attachments": (
        Attachment(filename="relevé.pdf", content_type="application/pdf", content=b"%PDF" * 99),
    ),
    "dated_at": datetime(2026, 2, 19, 9, 30, tzinfo=UTC),
}


def test_what_arrives_is_signed_and_the_signature_holds(
    server: SmtpSettings, inbox: Inbox, zone: LocalDns
) -> None:
    mail = sent(server, inbox, sample("dkim", **WHOLE))
    assert mail.startswith(b"DKIM-Signature: v=1; a=rsa-sha256;")
    assert holds(mail, zone)
    assert max(len(line) for line in mail.split(b"\r\n")) <= 998


def test_a_long_mail_of_plain_text_holds_too(
    server: SmtpSettings, inbox: Inbox, zone: LocalDns
) -> None:
    rows = "\n".join(f"F{n:05d}  1 200,{n % 100:02d} €  " for n in range(300))
    assert holds(sent(server, inbox, sample("dkim", text=rows)), zone)


@pytest.mark.parametrize(
    "part",
    [b"Bonjour", b"F001", b"compta", b"avant", b"x/>", b"One-Click", b"multipart/mixed",
     b"Thu, 19 Feb", b"chef", b"JVBERi", b"r-1@"],
)  # fmt: skip
def test_a_bit_flipped_anywhere_breaks_the_signature(zone: LocalDns, part: bytes) -> None:
    plain = WHOLE | {"subject": "F001", "sender_name": "Fournil"}
    mail = signed(to_bytes(sample("dkim", **plain)), SIGNER)
    assert holds(mail, zone)
    head = mail.index(b"\r\nFrom:")
    place = mail.index(part, head)
    # The lowest bit of a letter: relaxed canonicalisation forgives spaces, and case in names.
    broken = mail[:place] + bytes([mail[place] ^ 1]) + mail[place + 1 :]
    assert not holds(broken, zone)


@pytest.mark.parametrize("name", ["From", "Subject", "To", "Cc", "Reply-To", "Sender", "Date"])
def test_a_field_added_on_the_way_breaks_the_signature(zone: LocalDns, name: str) -> None:
    mail = signed(to_bytes(sample("dkim")), SIGNER)
    assert holds(mail, zone)
    assert not holds(f"{name}: x@evil.example\r\n".encode() + mail, zone)


def test_another_key_in_the_dns_does_not_confirm_it(zone: LocalDns) -> None:
    mail = signed(to_bytes(sample("dkim")), SIGNER)
    zone.put(f"{SELECTOR}._domainkey.{DOMAIN}", public_record(new_private_key()))
    assert not holds(mail, zone)


def test_without_a_signer_nothing_is_signed(server: SmtpSettings, inbox: Inbox) -> None:
    channel = open_smtp(server)
    channel.send(sample("plain"))
    channel.close()
    assert b"DKIM-Signature" not in inbox.mails[-1]


@pytest.mark.parametrize("check", CHECKS_OF_MAIL, ids=lambda check: check.__name__)
def test_a_channel_that_signs_conforms(check: Check, server: SmtpSettings, inbox: Inbox) -> None:
    before = len(inbox.mails)
    check(
        ChannelUnderTest(open=lambda: open_smtp(server, SIGNER), arrived=lambda: list(inbox.mails))
    )
    assert all(b"DKIM-Signature" in mail for mail in inbox.mails[before:])


def test_the_record_is_cut_into_strings_a_dns_server_takes() -> None:
    text = public_record(PEM)
    parts = record_strings(text)
    assert "".join(parts) == text
    assert [len(part) <= 255 for part in parts] == [True, True]
    assert tags_of(text).keys() == {"v", "k", "p"}


def test_a_key_is_not_told_by_accident() -> None:
    assert "PRIVATE KEY" not in repr(SIGNER)


@pytest.mark.parametrize("text", ["v=DKIM1; p=a; p=b", "v=DKIM1; nonsense", "hello there"])
def test_a_text_that_is_no_list_of_tags_has_none(text: str) -> None:
    assert tags_of(text) == {}

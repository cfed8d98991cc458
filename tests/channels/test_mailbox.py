"""Reading a mailbox by IMAP, from a real Dovecot: what is new, once, and what goes wrong."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from amiable.channels.mailbox import imap as reader
from amiable.channels.mailbox.imap import ImapSettings, reading
from amiable.channels.mailbox.mail import read_mail
from amiable.channels.message import ChannelClosed
from amiable.channels.security import Security
from tests.channels.real_imap import dovecot, imap, needs_dovecot
from workshop.dovecot import Server, throwaway_dovecot

__all__ = ["dovecot", "imap"]  # fixtures

pytestmark = needs_dovecot


def mail(number: int, size: int = 0) -> bytes:
    head = f"From: a@b.test\r\nMessage-ID: <m{number}@b.test>\r\nSubject: {number}\r\n\r\n"
    return f"{head}Bonjour {number}\r\n{'x' * 70}\r\n".encode() + (b"y" * 70 + b"\r\n") * (
        size // 72
    )


@pytest.fixture
def settings(imap: Server) -> ImapSettings:
    return ImapSettings(
        host="localhost",
        port=imap.tls_port,
        username=imap.user,
        password=imap.password,
        ca_file=str(imap.authority),
        timeout=5,
    )


def trouble(settings: ImapSettings) -> ChannelClosed:
    with pytest.raises(ChannelClosed) as told, reading(settings):
        pass
    return told.value


def test_new_mails_are_read_and_stay_unread_there(imap: Server, settings: ImapSettings) -> None:
    for number in range(3):
        imap.deliver(mail(number))
    with reading(settings) as box:
        uids = box.arrived(0, None)
        assert list(box.message_ids(uids).values()) == [f"<m{n}@b.test>" for n in range(3)]
        assert [one.raw for one in box.mails(uids)] == [mail(n) for n in range(3)]
        assert box.arrived(uids[-1], None) == []
        assert box.arrived(uids[0], None) == uids[1:]
    assert imap.seen() == [False] * 3


def test_mails_are_marked_as_read_only_when_asked_to(imap: Server, settings: ImapSettings) -> None:
    imap.deliver(mail(1))
    imap.deliver(mail(2))
    with reading(replace(settings, marks_read=True)) as box:
        box.mark_read(box.arrived(0, None)[:1])
    assert sorted(imap.seen()) == [False, True]


def test_mails_before_a_day_are_left_alone(imap: Server, settings: ImapSettings) -> None:
    imap.deliver(mail(1))
    today = datetime.now(UTC).date()
    with reading(settings) as box:
        assert len(box.arrived(0, today - timedelta(days=2))) == 1
        assert box.arrived(0, today + timedelta(days=2)) == []


def test_many_mails_come_in_several_batches(imap: Server, settings: ImapSettings) -> None:
    for number in range(120):
        imap.deliver(mail(number))
    with reading(settings) as box:
        found = [one.raw for one in box.mails(box.arrived(0, None))]
    assert found == [mail(n) for n in range(120)]


def test_a_mail_too_large_is_read_as_far_as_its_text(
    imap: Server, settings: ImapSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reader, "MAIL_MOST", 10_000)
    monkeypatch.setattr(reader, "CUT_AT", 2_000)
    imap.deliver(mail(1))
    imap.deliver(mail(2, size=20_000))
    imap.deliver(mail(3))
    with reading(settings) as box:
        found = list(box.mails(box.arrived(0, None)))
    assert [one.whole for one in found] == [True, False, True]
    assert len(found[1].raw) == 2_000
    assert b"Bonjour 2" in found[1].raw


def test_another_folder_is_read(imap: Server, settings: ImapSettings) -> None:
    imap.deliver(mail(1), folder="R&AOk-ponses")
    with reading(replace(settings, folder="Réponses")) as box:
        assert box.folders() == ["Réponses", "INBOX"]
        assert len(box.arrived(0, None)) == 1


def test_starttls_and_a_trusted_line_are_spoken(imap: Server, settings: ImapSettings) -> None:
    for security in (Security.STARTTLS, Security.NONE):
        with reading(replace(settings, port=imap.port, security=security)) as box:
            assert box.arrived(0, None) == []


def test_a_wrong_password_is_told_without_repeating_it(settings: ImapSettings) -> None:
    told = trouble(replace(settings, password="hunter22"))
    assert told.trouble == "login"
    assert "hunter22" not in str(told)
    assert "AUTHENTICATIONFAILED" in str(told)


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"host": "no-such-host.invalid"}, "name"),
        ({"port": 1}, "away"),
        ({"ca_file": ""}, "certificate"),
        ({"folder": "Nothing"}, "folder"),
    ],
)
def test_what_is_wrong_is_told_apart(
    settings: ImapSettings, change: dict[str, object], name: str
) -> None:
    assert trouble(replace(settings, **change)).trouble == name  # type: ignore[arg-type]


def test_tls_at_a_port_that_waits_for_starttls_is_told(
    imap: Server, settings: ImapSettings
) -> None:
    assert trouble(replace(settings, port=imap.port)).trouble == "tls"


def test_the_folders_there_are_are_named_when_one_is_not(settings: ImapSettings) -> None:
    assert "INBOX" in str(trouble(replace(settings, folder="Nothing")))


def test_no_password_goes_over_a_line_in_the_clear_that_was_to_be_protected() -> None:
    with throwaway_dovecot(ssl=False) as server:
        told = trouble(
            ImapSettings(
                host="127.0.0.1",
                port=server.port,
                security=Security.STARTTLS,
                username="anne",
                password="right",
                timeout=5,
            )
        )
        assert told.trouble == "no_starttls"
        assert "Login:" not in server.said()


def test_settings_that_cannot_be_are_refused() -> None:
    with pytest.raises(ValueError, match="control characters"):
        ImapSettings(host="x", username="a\r\nb")
    with pytest.raises(ValueError, match="port"):
        ImapSettings(host="x", port=0)


def test_a_word_after_an_encoded_one_on_the_next_line_keeps_its_space() -> None:
    raw = b"Subject: Re: =?utf-8?q?r=C3=A8glement?=\r\n promis\r\n =?utf-8?q?=C3=A0?=\r\n\r\nx"
    assert read_mail(raw).subject == "Re: règlement promis à"

"""The shipped conformance checks, over a folder and over a real SMTP server."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from amiable.channels.conformance import (
    CHECKS_OF_ANY_CHANNEL,
    CHECKS_OF_MAIL,
    ChannelUnderTest,
    Check,
    check_a_line_break_in_a_field_is_refused,
    check_a_plain_message_arrives_unchanged,
    check_attachments_arrive_to_the_byte,
    check_every_mail_says_what_it_is,
    check_every_recipient_is_named,
    check_html_and_text_arrive_together,
    check_threading_headers_are_kept,
)
from amiable.channels.email.smtp import SmtpSettings, open_smtp
from amiable.channels.folder import open_folder, open_text_folder
from amiable.channels.message import Delivery, OutgoingMessage, Sender
from amiable.channels.security import Security
from amiable.channels.text_conformance import (
    CHECKS_OF_TEXT,
    ArrivedText,
    TextChannelUnderTest,
    TextCheck,
    check_a_long_message_arrives_whole,
    check_what_is_no_text_message_is_refused,
    sample_text,
)
from amiable.engine.sms import weigh
from tests.channels.real_smtp import Inbox, serving


@pytest.fixture
def mail_channel() -> Iterator[ChannelUnderTest]:
    inbox = Inbox()
    controller = serving(inbox)
    controller.start()
    settings = SmtpSettings(
        host="127.0.0.1", port=controller.port, security=Security.NONE, timeout=5
    )
    yield ChannelUnderTest(open=lambda: open_smtp(settings), arrived=lambda: list(inbox.mails))
    controller.stop()


@pytest.fixture
def folder_channel(tmp_path: Path) -> ChannelUnderTest:
    def arrived() -> list[bytes]:
        files = sorted(
            tmp_path.glob("*.eml"), key=lambda file: (file.stat().st_mtime_ns, file.name)
        )
        return [file.read_bytes() for file in files]

    return ChannelUnderTest(open=lambda: open_folder(tmp_path), arrived=arrived)


@pytest.fixture(params=["folder_channel", "mail_channel"])
def channel(request: pytest.FixtureRequest) -> ChannelUnderTest:
    found: ChannelUnderTest = request.getfixturevalue(request.param)
    return found


@pytest.mark.parametrize(
    "check", [*CHECKS_OF_ANY_CHANNEL, *CHECKS_OF_MAIL], ids=lambda check: check.__name__
)
def test_the_channel_passes(channel: ChannelUnderTest, check: Check) -> None:
    check(channel)


class Damaged:
    """A channel with one fault: it hands over something else than what it was given."""

    def __init__(self, inner: Sender, damage: Callable[[OutgoingMessage], OutgoingMessage]) -> None:
        self._inner = inner
        self._damage = damage

    def send(self, message: OutgoingMessage) -> Delivery:
        return self._inner.send(self._damage(message))

    def close(self) -> None:
        self._inner.close()


@pytest.mark.parametrize(
    ("check", "damage"),
    [
        (check_a_plain_message_arrives_unchanged, {"text": "autre"}),
        (check_a_line_break_in_a_field_is_refused, {"subject": "x", "headers": ()}),
        (check_html_and_text_arrive_together, {"html": ""}),
        (check_attachments_arrive_to_the_byte, {"attachments": ()}),
        (check_every_recipient_is_named, {"cc": ()}),
        (check_threading_headers_are_kept, {"references": ()}),
        (check_every_mail_says_what_it_is, {"headers": ()}),
    ],
)
def test_a_damaged_channel_fails_the_check_that_concerns_it(
    folder_channel: ChannelUnderTest, check: Check, damage: dict[str, Any]
) -> None:
    def opened() -> Sender:
        return Damaged(folder_channel.open(), lambda message: replace(message, **damage))

    damaged = ChannelUnderTest(open=opened, arrived=folder_channel.arrived)
    with pytest.raises(AssertionError):
        check(damaged)


def test_a_channel_that_sends_twice_is_found_out(mail_channel: ChannelUnderTest) -> None:
    class Twice(Damaged):
        def send(self, message: OutgoingMessage) -> Delivery:
            super().send(message)
            return super().send(message)

    twice = ChannelUnderTest(
        open=lambda: Twice(mail_channel.open(), lambda message: message),
        arrived=mail_channel.arrived,
    )
    with pytest.raises(AssertionError, match="messages that arrived: found 2, wanted 1"):
        check_a_plain_message_arrives_unchanged(twice)


@pytest.fixture
def text_folder(tmp_path: Path) -> TextChannelUnderTest:
    def arrived() -> list[ArrivedText]:
        files = sorted(
            tmp_path.glob("*.txt"), key=lambda file: (file.stat().st_mtime_ns, file.name)
        )
        parts = [file.read_text(encoding="utf-8").split("\n\n", 1) for file in files]
        return [ArrivedText(to=to, text=text, parts=weigh(text).parts) for to, text in parts]

    return TextChannelUnderTest(open=lambda: open_text_folder(tmp_path), arrived=arrived)


@pytest.mark.parametrize("check", CHECKS_OF_TEXT, ids=lambda check: check.__name__)
def test_a_folder_takes_text_messages(text_folder: TextChannelUnderTest, check: TextCheck) -> None:
    check(text_folder)


def test_a_text_message_is_written_once_for_its_key(text_folder: TextChannelUnderTest) -> None:
    sender = text_folder.open()
    sender.send(sample_text("key", "Bonjour"))
    again = text_folder.open().send(sample_text("key", "Bonjour"))
    other = text_folder.open().send(sample_text("key", "Autre chose"))
    assert [again.outcome.value, other.outcome.value] == ["accepted", "refused"]
    assert len(text_folder.arrived()) == 1


@pytest.mark.parametrize(
    ("check", "damage"),
    [
        (check_a_long_message_arrives_whole, {"text": "court"}),
        (check_what_is_no_text_message_is_refused, {"to": ("+33612345678",), "text": "x"}),
    ],
)
def test_a_damaged_text_channel_fails_the_check_that_concerns_it(
    text_folder: TextChannelUnderTest, check: TextCheck, damage: dict[str, Any]
) -> None:
    def opened() -> Sender:
        return Damaged(text_folder.open(), lambda message: replace(message, **damage))

    damaged = TextChannelUnderTest(open=opened, arrived=text_folder.arrived)
    with pytest.raises(AssertionError):
        check(damaged)

"""The shipped conformance checks, over a folder and over a real SMTP server."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from amiable.channels.conformance import (
    CHECKS_OF_ANY_CHANNEL,
    CHECKS_OF_MAIL,
    ChannelUnderTest,
    Check,
)
from amiable.channels.email.smtp import Security, SmtpSettings, open_smtp
from amiable.channels.folder import open_folder
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

"""Two processes send the same outbox at once, and one dies: no message arrives twice."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg
import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.db import connection

from tests.channels.real_smtp import Inbox, serving
from tests.desk.books import TODAY

pytestmark = pytest.mark.database

ROOT = Path(__file__).parents[2]
MAILS = 200
PATIENCE = 180.0


class Meeting(Inbox):
    """Keeps the first sender waiting until ``senders`` have come, and stops at mail ``hang_at``."""

    def __init__(self, senders: int = 1, hang_at: int = 0) -> None:
        super().__init__()
        self.senders, self.hang_at = senders, hang_at
        self.come: set[object] = set()

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        self.come.add(session.peer)
        until = time.monotonic() + PATIENCE
        while len(self.come) < self.senders and time.monotonic() < until:
            await asyncio.sleep(0.01)
        answer = await super().handle_DATA(server, session, envelope)
        while self.hang_at and len(self.mails) == self.hang_at and time.monotonic() < until:
            await asyncio.sleep(0.01)
        return answer

    def arrived(self) -> Counter[str]:
        return Counter(str(message_from_bytes(mail)["Message-ID"]) for mail in self.mails)


@contextmanager
def scratch_database(folder: Path) -> Iterator[str]:
    """The URL of an empty database that other processes can open too."""
    if connection.vendor == "sqlite":
        yield f"sqlite:///{folder / 'two.sqlite3'}"
        return
    known: dict[str, Any] = connection.settings_dict
    place = f"{known['HOST']}:{known['PORT']}"
    server = f"postgres://{quote(known['USER'])}:{quote(known['PASSWORD'])}@{place}"
    with psycopg.connect(f"{server}/postgres", autocommit=True) as admin:
        admin.execute("DROP DATABASE IF EXISTS two_senders WITH (FORCE)")
        admin.execute("CREATE DATABASE two_senders")
        try:
            yield f"{server}/two_senders"
        finally:
            admin.execute("DROP DATABASE two_senders WITH (FORCE)")


class Office:
    """Programs of ours that work on one database and one mail server."""

    def __init__(self, folder: Path, database: str, port: int) -> None:
        mine = {
            "AMIABLE_DATABASE": database,
            "AMIABLE_VAR": str(folder),
            "AMIABLE_SMTP": f"smtp://127.0.0.1:{port}",
            "AMIABLE_LANGUAGE": "en",
        }
        self.environment = os.environ | mine

    def start(self, *arguments: str) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            [sys.executable, "-m", *arguments], cwd=ROOT, env=self.environment, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip

    def amiable(self, *arguments: str) -> "subprocess.Popen[str]":
        return self.start("amiable", *arguments, "--json", "--as-of", TODAY.isoformat())


def finish(program: "subprocess.Popen[str]") -> str:
    said, complaint = program.communicate(timeout=PATIENCE)
    assert program.returncode == 0, complaint
    return said


@contextmanager
def office(folder: Path, inbox: Meeting, mails: int = MAILS) -> Iterator[Office]:
    """An office whose outbox holds some approved reminders."""
    controller = serving(inbox)
    controller.start()
    try:
        with scratch_database(folder) as database:
            ours = Office(folder, database, controller.port)
            finish(ours.start("tests.desk.fill_outbox", str(mails)))
            yield ours
    finally:
        controller.stop()


def test_two_processes_that_send_at_once_send_each_message_once(tmp_path: Path) -> None:
    inbox = Meeting(senders=2)
    with office(tmp_path, inbox) as ours:
        senders = [ours.amiable("send"), ours.amiable("send")]
        sent = [len(json.loads(finish(sender))["sent"]) for sender in senders]
        assert sum(sent) == MAILS
        assert min(sent) > 0, "they did not send at the same time"
        assert set(inbox.arrived().values()) == {1}
        assert len(inbox.mails) == MAILS
        assert json.loads(finish(ours.amiable("status")))["outbox"] == {"sent": MAILS}


def test_a_process_killed_in_the_middle_sends_nothing_twice(tmp_path: Path) -> None:
    inbox = Meeting(hang_at=MAILS // 4)
    with office(tmp_path, inbox) as ours:
        killed = ours.amiable("send")
        until = time.monotonic() + PATIENCE
        while len(inbox.mails) < inbox.hang_at and time.monotonic() < until:
            time.sleep(0.01)
        killed.send_signal(signal.SIGKILL)
        killed.communicate()
        inbox.hang_at = 0
        state = json.loads(finish(ours.amiable("status")))
        before = MAILS // 4
        assert state["outbox"] == {"sent": before - 1, "claimed": 1, "approved": MAILS - before}
        assert len(state["doubtful"]) == 1
        rest = json.loads(finish(ours.amiable("send")))
        assert len(rest["sent"]) == MAILS - before
        again = json.loads(finish(ours.amiable("send")))
        assert again["sent"] == []
        assert set(inbox.arrived().values()) == {1}
        assert len(inbox.mails) == MAILS
        state = json.loads(finish(ours.amiable("status")))
        assert state["outbox"] == {"sent": MAILS - 1, "claimed": 1}

"""Two workers on one database: what was approved leaves once, and both stop when they are told."""

import asyncio
import json
import sqlite3
import time
from contextlib import closing
from pathlib import Path

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.db import connection

from tests.desk.books import TODAY
from tests.desk.test_two_senders import MAILS, PATIENCE, Meeting, Office, finish, office

pytestmark = pytest.mark.database

FEW = 80


class Worker:
    """One ``amiable work``, which is told to stop as a service manager tells it."""

    def __init__(self, ours: Office) -> None:
        self.process = ours.start("amiable", "work", "--json", "--as-of", TODAY.isoformat())

    def stop(self) -> None:
        self.process.terminate()

    def last_words(self) -> str:
        _, said = self.process.communicate(timeout=PATIENCE)
        assert self.process.returncode == 0, said
        assert "Traceback" not in said
        return said


class Slow(Meeting):
    """Takes its time over each mail."""

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        answer = await super().handle_DATA(server, session, envelope)
        await asyncio.sleep(0.15)
        return answer


def wait_for(inbox: Meeting, mails: int) -> None:
    until = time.monotonic() + PATIENCE
    while len(inbox.mails) < mails and time.monotonic() < until:
        time.sleep(0.05)
    assert len(inbox.mails) >= mails, "the workers do not send"


def states(ours: Office) -> dict[str, int]:
    found: dict[str, int] = json.loads(finish(ours.amiable("status")))["outbox"]
    return found


def test_two_workers_send_each_message_once_and_both_work(tmp_path: Path) -> None:
    inbox = Meeting(senders=2)
    with office(tmp_path, inbox) as ours:
        workers = [Worker(ours), Worker(ours)]
        wait_for(inbox, MAILS)
        assert len(inbox.come) >= 2  # the first was kept waiting until the other came
        for worker in workers:
            worker.stop()
        said = [worker.last_words() for worker in workers]
        assert [words.count("worker stopped") for words in said] == [1, 1]
        assert states(ours) == {"sent": MAILS}, said
        assert set(inbox.arrived().values()) == {1}
        assert len(inbox.mails) == MAILS


def test_a_worker_told_to_stop_while_it_takes_the_lock_gives_it_back(tmp_path: Path) -> None:
    """Its main thread waits for the database's lock most of the time when others write, so that
    the signal finds it there: the message under way must still be written down."""
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL has no lock over the whole database")
    inbox = Meeting(hang_at=1)
    with office(tmp_path, inbox, 2) as ours:
        worker = Worker(ours)
        wait_for(inbox, 1)
        with closing(sqlite3.connect(tmp_path / "two.sqlite3", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            time.sleep(2)  # it looks for tasks every second, and waits from now on
            worker.stop()
            time.sleep(0.5)
            other.execute("ROLLBACK")
        with closing(sqlite3.connect(tmp_path / "two.sqlite3", timeout=8)) as other:
            other.execute("BEGIN IMMEDIATE")
            assert worker.process.poll() is None, "it ended before the message under way"
        inbox.hang_at = 0
        worker.last_words()
        assert states(ours) == {"sent": 1, "approved": 1}


def test_workers_that_are_stopped_in_the_middle_leave_no_doubt_behind(tmp_path: Path) -> None:
    inbox = Slow(senders=2)
    with office(tmp_path, inbox, FEW) as ours:
        workers = [Worker(ours), Worker(ours)]
        wait_for(inbox, 10)
        for worker in workers:
            worker.stop()
        for worker in workers:
            worker.last_words()
        arrived = len(inbox.mails)
        assert arrived < FEW
        assert states(ours) == {"sent": arrived, "approved": FEW - arrived}
        inbox.senders = 1
        last = Worker(ours)
        wait_for(inbox, FEW)
        last.stop()
        last.last_words()
        assert states(ours) == {"sent": FEW}
        assert set(inbox.arrived().values()) == {1}

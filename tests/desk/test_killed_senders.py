"""A sender killed at any point of its work: nothing twice, nothing lost, every doubt shown."""

import os
import signal
import socket
import sqlite3
from collections import Counter
from contextlib import closing
from dataclasses import dataclass
from email import message_from_bytes
from pathlib import Path

import psycopg
import pytest

from tests.channels.real_smtp import serving
from tests.channels.scripted_smtp import ScriptedServer
from tests.desk.test_two_senders import PATIENCE, Meeting, Office, finish, scratch_database

pytestmark = pytest.mark.database

WITHIN = ("before_claim", "after_claim", "half_body", "before_dot", "before_settle", "after_settle")
"""Points inside the sender; the others are words of its dialogue with the server."""
SPOKEN = ("GREETING", "EHLO", "MAIL", "RCPT", "DATA", "DOT")
UNCLAIMED = {"before_claim", "GREETING", "EHLO"}
"""Before the first message is taken in hand: the connection is opened first."""
ARRIVES = {"DOT", "before_settle", "after_settle"}
"""Where the server has the whole mail already."""
MAILS = 24


class Murderer(ScriptedServer):
    """Kills the sender it speaks with instead of answering a certain step."""

    point, victim = "", 0

    def _reply(self, line: socket.socket, step: str) -> str:
        if step == self.point and self.victim:
            os.kill(self.victim, signal.SIGKILL)
            self.victim = 0
        return super()._reply(line, step)


@dataclass(frozen=True)
class Message:
    """A row of the outbox, as another program reads it."""

    state: str
    message_id: str
    detail: str


def outbox(database: str) -> list[Message]:
    """The outbox, read without any of our code."""
    asked = "SELECT state, message_id, detail FROM store_outboxrow ORDER BY id"
    if database.startswith("sqlite"):
        with closing(sqlite3.connect(database.removeprefix("sqlite:///"))) as file:
            return [Message(*row) for row in file.execute(asked)]
    with psycopg.connect(database.replace("postgres://", "postgresql://")) as server:
        return [Message(*row) for row in server.execute(asked)]


def ids(mails: list[bytes]) -> Counter[str]:
    return Counter(str(message_from_bytes(mail)["Message-ID"]) for mail in mails)


def murder(ours: Office, server: Murderer, point: str) -> None:
    """Start a sender and see it die at a point of its first message."""
    server.point, server.victim = point, 0
    sender = ours.start("tests.desk.killed_sender", point)
    if point in SPOKEN:
        server.victim = sender.pid
    _, complaint = sender.communicate(timeout=PATIENCE)
    assert sender.returncode == -signal.SIGKILL, f"{point}: {complaint}"


def test_a_sender_killed_at_every_point_sends_nothing_twice_and_loses_nothing(
    tmp_path: Path,
) -> None:
    inbox = Meeting()
    living = serving(inbox)
    living.start()
    try:
        with scratch_database(tmp_path) as database, Murderer() as server:
            ours = Office(tmp_path, database, server.port)
            finish(ours.start("tests.desk.fill_outbox", str(MAILS)))
            for point in (*WITHIN, *SPOKEN):
                before = outbox(database)
                arrived = len(server.mails)
                murder(ours, server, point)
                moved = [
                    one for one, two in zip(outbox(database), before, strict=True) if one != two
                ]
                states = [one.state for one in moved]
                wanted = {"after_settle": ["sent"]}.get(point, ["claimed"])
                assert states == ([] if point in UNCLAIMED else wanted), point
                assert len(server.mails) - arrived == (point in ARRIVES), point
            _settled_and_sent(Office(tmp_path, database, living.port), database, server, inbox)
    finally:
        living.stop()


def _settled_and_sent(ours: Office, database: str, server: Murderer, inbox: Meeting) -> None:
    """A person settles what is shown by the server's log; then two senders send the rest."""
    claimed = [one for one in outbox(database) if one.state == "claimed"]
    assert len(claimed) == len(WITHIN) + len(SPOKEN) - len(UNCLAIMED) - 1
    known = ids(server.mails)
    told = finish(ours.start("tests.desk.killed_sender", "settle", *known)).split()
    assert told == [str(len(claimed))] * 3, "every one is shown to a person"
    for sender in [ours.amiable("send"), ours.amiable("send")]:
        finish(sender)
    everything = known + ids(inbox.mails)
    assert everything == Counter(one.message_id for one in outbox(database))
    assert set(everything.values()) == {1}
    assert {one.state for one in outbox(database)} == {"sent"}

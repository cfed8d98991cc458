"""Reminders from approval to a local SMTP server, each sent once: how many a second, and whether
that stays true while workers are killed.

    python -m benchmarks.send                      1 and 4 workers, 1,000 reminders
    python -m benchmarks.send --count 5000 --workers 1 2 4
    python -m benchmarks.send --killed             10,000 reminders, a worker killed every 3 s
    python -m benchmarks.send --killed --count 500 --every 2
    AMIABLE_DATABASE=postgres://... python -m benchmarks.send    on an empty PostgreSQL database

The server (aiosmtpd) and every worker are processes of their own. Approving renders each message
by the shipped texts and keeps it; sending looks at each customer once more, claims, hands over and
settles. Beside it, in the same run: smtplib alone with the same messages built beforehand. With
--killed, what dead workers leave in doubt is settled as a person does it, by the server's log;
then the rest is sent, and every reminder is counted at the server.
"""

import argparse
import multiprocessing
import os
import signal
import smtplib
import subprocess
import sys
import tempfile
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from benchmarks.sink import serve

_SENDER = "benchmarks.send"


class _Office:
    """A database with reminders that are due, and workers that send them."""

    def __init__(self, folder: str, port: int) -> None:
        database = os.environ.get("AMIABLE_DATABASE", f"sqlite:///{folder}/bench.sqlite3")
        mine = {
            "AMIABLE_DATABASE": database,
            "AMIABLE_VAR": folder,
            "AMIABLE_SMTP": f"smtp://127.0.0.1:{port}",
            "DJANGO_SETTINGS_MODULE": "amiable.site.settings",
        }
        os.environ |= mine

    def start(self) -> "subprocess.Popen[bytes]":
        """A worker that sends what is approved, then ends."""
        return subprocess.Popen([sys.executable, "-m", _SENDER, "--worker"], env=os.environ)


def _filled(count: int) -> float:
    from tests.desk.fill_outbox import fill  # noqa: PLC0415 Django first

    return fill(count)


def _work() -> None:
    """One worker: says when it begins, so that starting Python is not measured; sends; ends."""
    import django  # noqa: PLC0415 only a worker needs it here

    django.setup()
    from amiable.desk.mail_server import open_mail  # noqa: PLC0415
    from amiable.desk.send import send_approved  # noqa: PLC0415
    from amiable.store.company import list_companies  # noqa: PLC0415
    from tests.desk.books import TODAY  # noqa: PLC0415

    gate = os.environ.get("BENCH_BEGIN", "")
    if gate:
        Path(f"{gate}.{os.getpid()}").touch()  # ready
    while gate and not Path(gate).exists():
        time.sleep(0.01)
    (company,) = list_companies()
    channel = open_mail(company)
    try:
        send_approved(company, channel, today=TODAY, clock=lambda: datetime.now(UTC))
    finally:
        channel.close()


def _states() -> dict[str, int]:
    from django.db import connection  # noqa: PLC0415

    from amiable.store.company import list_companies  # noqa: PLC0415 Django first
    from amiable.store.outbox import count_states  # noqa: PLC0415

    try:
        return count_states(list_companies()[0].pk)
    finally:
        connection.close()


def _send_with(office: _Office, workers: int, folder: str) -> float:
    """The seconds so many workers take for everything, from a common start."""
    begin = Path(folder, f"begin-{workers}-{time.monotonic_ns()}")
    os.environ["BENCH_BEGIN"] = str(begin)
    senders = [office.start() for _ in range(workers)]
    while len(list(begin.parent.glob(f"{begin.name}.*"))) < workers:
        assert all(sender.poll() is None for sender in senders), "a worker did not begin"
        time.sleep(0.05)
    began = time.perf_counter()
    begin.touch()
    codes = [sender.wait() for sender in senders]
    assert codes == [0] * workers, codes
    return time.perf_counter() - began


def _again() -> list[tuple[str, str, bytes]]:
    """Everything is approved as at first; the messages as they travel, for smtplib alone."""
    from amiable.channels.email.mime import to_bytes  # noqa: PLC0415 Django first
    from amiable.desk.send import outgoing  # noqa: PLC0415
    from amiable.store.company import list_companies  # noqa: PLC0415
    from amiable.store.customer import touch_all  # noqa: PLC0415
    from amiable.store.models import OutboxRow  # noqa: PLC0415

    (company,) = list_companies()
    rows = OutboxRow.objects.of(company.pk)
    rows.update(state="approved", claim="", sent_on=None, sent_at=None, claimed_at=None)
    touch_all(company.pk)
    messages = [outgoing(company, row) for row in rows.select_related("customer")]
    return [(one.sender, one.to[0], to_bytes(one)) for one in messages]


def _plainly(port: int, mails: list[tuple[str, str, bytes]]) -> float:
    began = time.perf_counter()
    with smtplib.SMTP("127.0.0.1", port, local_hostname="localhost") as server:
        for sender, to, data in mails:
            server.sendmail(sender, [to], data)
    return time.perf_counter() - began


def _came(pipe: Connection) -> Counter[str]:
    pipe.send("count")
    found: Counter[str] = pipe.recv()
    return found


def _measure(asked: argparse.Namespace, pipe: Connection, port: int, folder: str) -> None:
    office, count = _Office(folder, port), asked.count
    _prepare()
    rendered = _filled(count)
    print(f"{count} reminders; approved and rendered in {rendered:.1f} s")
    print(f"{'work':<44}{'s':>8}{'a second':>10}{'of smtplib':>12}{'with rendering':>16}")
    mails = _again()
    plain = _plainly(port, mails)
    assert len(_came(pipe)) == count
    print(f"{'smtplib alone, bytes ready, one connection':<44}{plain:>8.2f}{count / plain:>10.0f}")
    for workers in asked.workers:
        _again()
        took = _send_with(office, workers, folder)
        came = _came(pipe)
        assert (len(came), set(came.values())) == (count, {1}), "not once each"
        assert _states() == {"sent": count}
        name = f"amiable, {workers} worker{'s' * (workers > 1)}"
        share, whole = plain / took, count / (took + rendered)
        print(f"{name:<44}{took:>8.2f}{count / took:>10.0f}{share:>12.2f}{whole:>16.0f}")


def _murder(asked: argparse.Namespace, pipe: Connection, port: int, folder: str) -> None:
    office, count = _Office(folder, port), asked.count
    _prepare()
    _filled(count)
    os.environ["BENCH_BEGIN"] = ""
    killed = _kill_while_they_send(asked, office)
    before = _states()
    came = _came(pipe)
    doubts = _settle(set(came))
    _wait_all([office.start()])
    came += _came(pipe)
    twice = sum(n > 1 for n in came.values())
    workers, every = max(asked.workers), asked.every
    print(f"{count} reminders, {workers} workers, {killed} killed, one every {every} s")
    print(f"before anybody looked: {before}")
    print(f"in doubt, shown and settled by the server's log: {doubts}")
    print(f"at the server: {len(came)} reminders, {sum(came.values())} mails, {twice} twice")
    print(f"in the outbox: {_states()}")
    assert (len(came), twice, _states()) == (count, 0, {"sent": count}), "not once each"


def _kill_while_they_send(asked: argparse.Namespace, office: _Office) -> int:
    """Kill a worker every few seconds and start another, until all is sent; how many died."""
    workers = max(asked.workers)
    senders = [office.start() for _ in range(workers)]
    killed, left = 0, asked.count
    while left:
        time.sleep(asked.every)
        while _states().get("approved", 0) == left:  # only who has begun is killed
            senders = [one if one.poll() is None else office.start() for one in senders]
            time.sleep(0.2)
        left = _states().get("approved", 0)
        if left:
            victim = senders[killed % workers]
            victim.send_signal(signal.SIGKILL)
            victim.wait()
            killed += 1
    for one in senders:
        one.wait()
    return killed


def _wait_all(senders: "list[subprocess.Popen[bytes]]") -> None:
    codes = [one.wait() for one in senders]
    assert not any(codes), codes


def _settle(came: set[str]) -> int:
    """What a person does with what is shown: the log of the server says what arrived."""
    from amiable.desk.access import Actor  # noqa: PLC0415 Django first
    from amiable.desk.settle import Verdict, doubt_lost, doubts, settle_doubt  # noqa: PLC0415
    from amiable.store.company import list_companies  # noqa: PLC0415
    from amiable.store.models.membership import Role  # noqa: PLC0415

    (company,) = list_companies()
    now = datetime.now(UTC)
    later = now + timedelta(hours=1)
    doubt_lost(later)
    actor, settled = Actor(company=company, role=Role.MANAGER), 0
    while rows := doubts(actor, at=later).rows:
        for row in rows:
            verdict = Verdict.ARRIVED if row.message_id in came else Verdict.AGAIN
            settle_doubt(actor, row.pk, verdict, state=row.state, at=now)
            settled += 1
    return settled


def _prepare() -> None:
    import django  # noqa: PLC0415 after the settings are known

    django.setup()
    from django.core.management import call_command  # noqa: PLC0415

    call_command("migrate", verbosity=0)


def _options() -> argparse.Namespace:
    given: Any = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    given.add_argument("--count", type=int, default=0, help="how many reminders")
    given.add_argument("--workers", type=int, nargs="+", default=[], help="how many at once")
    given.add_argument("--killed", action="store_true", help="kill workers meanwhile")
    given.add_argument("--every", type=float, default=3.0, help="seconds between two kills")
    given.add_argument("--worker", action="store_true", help=argparse.SUPPRESS)
    asked: argparse.Namespace = given.parse_args()
    asked.count = asked.count or (10_000 if asked.killed else 1_000)
    asked.workers = asked.workers or ([2] if asked.killed else [1, 4])
    return asked


def main() -> None:
    """Measure and print the table."""
    asked = _options()
    if asked.worker:
        _work()
        return
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    child = context.Process(target=serve, args=(there,))
    child.start()
    try:
        with tempfile.TemporaryDirectory() as folder:
            work = _murder if asked.killed else _measure
            work(asked, here, here.recv(), folder)
    finally:
        here.send("stop")
        child.join()


if __name__ == "__main__":
    main()

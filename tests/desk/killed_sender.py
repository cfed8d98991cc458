"""Run as a program: send what is approved and die at a POINT of the first message, or settle what
dead senders left (``settle ID...``: the Message-IDs that the mail server has)."""

import os
import signal
import sys
from datetime import timedelta
from typing import Any

import django


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


class Line:
    """A connection that breaks off with its process: in the middle of the mail, or before its
    final dot."""

    def __init__(self, line: Any, point: str) -> None:
        self.line, self.point = line, point

    def sendall(self, data: bytes) -> None:
        if self.point == "half_body":
            self.line.sendall(data[: len(data) // 2])
            die()
        if self.point == "before_dot" and data == b".\r\n":
            die()
        self.line.sendall(data)

    def settimeout(self, seconds: float) -> None:
        self.line.settimeout(seconds)


def arm(point: str) -> None:
    """Let this process die there."""
    from amiable.channels.email import smtp  # noqa: PLC0415 Django first
    from amiable.desk import send  # noqa: PLC0415

    def dying(name: str, *, before: bool) -> None:
        real = getattr(send, name)

        def patched(*given: Any, **named: Any) -> Any:
            if before:
                die()
            real(*given, **named)
            die()

        setattr(send, name, patched)

    match point:
        case "before_claim" | "after_claim":
            dying("claim", before=point == "before_claim")
        case "before_settle":
            dying("settle", before=True)
        case "after_settle":
            real = send.Sending._settle

            def settled(self: Any, *given: Any) -> None:
                real(self, *given)
                die()

            send.Sending._settle = settled  # type: ignore[method-assign]
        case _:
            connected = smtp.connected
            smtp.connected = lambda server: Line(connected(server), point)  # type: ignore


def send_all(point: str) -> None:
    from amiable.desk.mail_server import open_mail  # noqa: PLC0415 Django first
    from amiable.desk.send import send_approved  # noqa: PLC0415
    from amiable.store.company import list_companies  # noqa: PLC0415
    from tests.desk.books import TODAY, at  # noqa: PLC0415

    (company,) = list_companies()
    arm(point)
    sender = open_mail(company)
    try:
        send_approved(company, sender, today=TODAY, clock=lambda: at(TODAY))
    finally:
        sender.close()


def settle_all(arrived: list[str]) -> None:
    """What a person does who looks into the mail server's log."""
    from amiable.desk.access import Actor  # noqa: PLC0415 Django first
    from amiable.desk.settle import Verdict, doubt_lost, doubts, settle_doubt  # noqa: PLC0415
    from amiable.store.company import list_companies  # noqa: PLC0415
    from amiable.store.models.membership import Role  # noqa: PLC0415
    from tests.desk.books import TODAY, at  # noqa: PLC0415

    (company,) = list_companies()
    later = at(TODAY) + timedelta(minutes=31)
    lost = doubt_lost(later)
    actor = Actor(company=company, role=Role.MANAGER)
    shown = doubts(actor, at=later)
    for row in shown.rows:
        verdict = Verdict.ARRIVED if row.message_id in arrived else Verdict.AGAIN
        settle_doubt(actor, row.pk, verdict, state=row.state, at=at(TODAY))
    sys.stdout.write(f"{lost} {shown.count} {len(shown.rows)}\n")


if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "amiable.site.settings"
    django.setup()
    if sys.argv[1] == "settle":
        settle_all(sys.argv[2:])
    else:
        send_all(sys.argv[1])

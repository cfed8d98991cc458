"""``amiable send``: what is approved leaves, through the mail server or into a folder."""

from datetime import UTC, datetime
from pathlib import Path

import click
from django.conf import settings

from amiable.channels.email.smtp import open_smtp
from amiable.channels.email.url import settings_from_url
from amiable.channels.folder import open_folder
from amiable.channels.message import ChannelClosed, Sender
from amiable.cli.command import Refused, Request, command
from amiable.cli.output import print_json, progress, say
from amiable.cli.texts import t
from amiable.desk.send import SendReport, send_approved
from amiable.store.outbox import retry_failed


@command("send")
@click.option("--to", "folder", type=click.Path(path_type=Path), help=t("option.to"))
@click.option("--retry", is_flag=True, help=t("option.retry"))
def send(request: Request, folder: Path | None, retry: bool) -> None:
    """Send what is approved: through the mail server if one is set, else into a folder."""
    company = request.company
    if not company.email:
        raise Refused(t("send.no_sender", key=company.key))
    if retry:
        retry_failed(company.pk)
    channel, where = open_channel(folder)
    try:
        with progress(t("progress.sending"), quiet=request.json) as tick:
            report = send_approved(
                company,
                channel,
                today=request.today,
                clock=lambda: datetime.now(UTC),
                progress=tick,
            )
    finally:
        channel.close()
    if request.json:
        print_json(send_record(report))
    else:
        show_sent(report, where)
    if report.failed or report.refused or report.ambiguous:
        raise SystemExit(1)


def open_channel(folder: Path | None) -> tuple[Sender, str]:
    """The mail server of AMIABLE_SMTP, or a folder; with its name for people."""
    if folder is None and settings.SMTP:
        try:
            server = settings_from_url(settings.SMTP)
        except (ChannelClosed, ValueError) as error:
            raise Refused(t("send.address")) from error
        where = f"{server.host}:{server.port}"
        try:
            return open_smtp(server), where
        except ChannelClosed as error:
            raise Refused(t("send.closed", where=where, detail=str(error))) from error
    path = folder or settings.VAR / "outbox"
    return open_folder(path), str(path)


def send_record(report: SendReport) -> dict[str, object]:
    """What was sent, for programs."""
    rows = {
        name: [{"to": row.recipient, "subject": row.subject, "detail": why}
               for row, why in getattr(report, name)]
        for name in ("refused", "failed", "ambiguous", "cancelled")
    }  # fmt: skip
    return {"sent": [{"to": row.recipient, "subject": row.subject} for row in report.sent], **rows}


def show_sent(report: SendReport, where: str) -> None:
    """What was sent, and what was not and why."""
    nothing = not any(send_record(report).values())
    say(t("send.nothing") if nothing else t("send.done", n=len(report.sent), where=where))
    for row, why in report.cancelled:
        say("  " + t("send.line", to=row.recipient, what=t("send.cancelled"), why=why))
    for name in ("refused", "failed", "ambiguous"):
        for row, why in getattr(report, name):
            say("! " + t("send.line", to=row.recipient, what=t(f"send.{name}"), why=why))

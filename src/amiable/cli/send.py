"""``amiable send``: what is approved leaves, through the mail server or into a folder."""

from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import click

from amiable.channels.folder import open_folder
from amiable.channels.message import ChannelClosed, Sender
from amiable.cli.command import Refused, Request, command
from amiable.cli.deeds import NothingDone, decide_anew, deed
from amiable.cli.output import print_json, progress, say
from amiable.cli.texts import t
from amiable.desk.mail_server import MailWay, mail_place, open_mail
from amiable.desk.send import SendReport, send_approved
from amiable.store.models import Company
from amiable.store.models.outbox import OutboxState
from amiable.store.outbox import count_states, retry_failed


@command("send")
@click.option("--to", "folder", type=click.Path(path_type=Path), help=t("option.to"))
@click.option("--retry", is_flag=True, help=t("option.retry"))
def send(request: Request, folder: Path | None, retry: bool) -> None:
    """Send what is approved: through the mail server if one is set, else into a folder."""
    company = request.company
    if not company.email:
        raise Refused(t("send.no_sender", key=company.key))
    if retry:
        _retry(request, company)
    channel, where = open_channel(company, folder)
    if count_states(company.pk).get(OutboxState.APPROVED):
        with deed(request, company, "sending", where=where):
            pass  # each message is a row of its own: the deed is to let them go
    try:
        with progress(t("progress.sending"), quiet=request.json) as tick:
            report = send_approved(
                company,
                channel,
                today=request.today,
                clock=lambda: datetime.now(UTC),
                progress=tick,
                paced=folder is None and mail_place(company).way is not MailWay.FOLDER,
            )
    finally:
        channel.close()
    decide_anew(request, company, report.concerned)
    if request.json:
        print_json(send_record(report))
    else:
        show_sent(report, where)
    if report.failed or report.refused or report.ambiguous:
        raise SystemExit(1)


def _retry(request: Request, company: Company) -> None:
    with suppress(NothingDone), deed(request, company, "failures_retried") as entry:
        entry.facts["n"] = retry_failed(company.pk)
        if not entry.facts["n"]:
            raise NothingDone


def open_channel(company: Company, folder: Path | None) -> tuple[Sender, str]:
    """The company's mail server, or a folder; with its name for people."""
    if folder is not None:
        return open_folder(folder), str(folder)
    try:
        where = mail_place(company).name
    except ChannelClosed as error:
        raise Refused(t("send.address")) from error
    try:
        return open_mail(company), where
    except ChannelClosed as error:
        raise Refused(t("send.closed", where=where, detail=str(error))) from error


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

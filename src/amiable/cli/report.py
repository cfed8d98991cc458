"""``amiable report``: the weekly report, shown, as a PDF, or sent to who asked for it."""

from datetime import date
from pathlib import Path

import click

from amiable.cli.command import Day, Refused, Request, command
from amiable.cli.deeds import deed
from amiable.cli.output import heading, print_json, say, table, waiting
from amiable.cli.texts import language, t
from amiable.desk.measure_count import count_days, is_counted
from amiable.desk.weekly_report import NotCounted, Sent, facts_of, send_now
from amiable.desk.weekly_report_text import write_report
from amiable.engine.days import week_start
from amiable.store.models import Company
from amiable.words.report import Report, report_pdf


@command("report")
@click.option("--week", type=Day(), metavar=t("option.day_metavar"), help=t("option.report_week"))
@click.option("--pdf", type=click.Path(path_type=Path, dir_okay=False), help=t("option.report_pdf"),
              metavar=t("option.file_metavar"))  # fmt: skip
@click.option("--send", is_flag=True, help=t("option.report_send"))
def report(request: Request, week: date | None, pdf: Path | None, send: bool) -> None:
    """Show, write or send the report of a week."""
    monday = week_start(week or request.today)
    if monday > request.today:
        raise Refused(t("report.later", week=monday))
    company = request.company
    if not is_counted(company, request.today):
        with waiting(t("progress.measures"), quiet=request.json):
            count_days(company, request.today, request.at)
    try:
        found = write_report(facts_of(company, monday, request.today, request.at), language())
    except NotCounted as error:
        raise Refused(t("report.not_counted", week=monday)) from error
    if pdf is not None:
        pdf.write_bytes(report_pdf(found))
    sent = _send(request, company, monday) if send else []
    if request.json:
        print_json({"report": found, "pdf": str(pdf) if pdf else None, "sent": sent})
    elif send:
        _tell(sent)
    elif pdf is not None:
        say(t("report.written", file=str(pdf)))
    else:
        _show(found)


def _send(request: Request, company: Company, monday: date) -> list[Sent]:
    sent = send_now(company, monday, request.today, request.at)
    if sent:  # each mail is a row of its own already: the deed is to have them leave now
        with deed(request, company, "weekly_report_sent", n=len(sent), on=monday.isoformat()):
            pass
    return sent


def _tell(sent: list[Sent]) -> None:
    for one in sent:
        say(t(f"report.state.{one.state}", to=one.to, detail=one.detail))
    if not sent:
        say(t("report.nobody"))


def _show(found: Report) -> None:
    heading(found.title)
    say(found.lead)
    say()
    table(["", "", ""], [(one.name, one.value, one.note) for one in found.figures], right=(1,))
    for text in found.changes:
        say(f"- {text}")
    for part in found.tables:
        heading(part.title)
        say(part.said)
        if part.rows:
            table(part.heads, part.rows, right=range(1, len(part.heads)))
    for text, link in found.to_do:
        say(f"- {text} {link}")

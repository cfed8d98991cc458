"""``amiable demo``: the whole product on an invented company, in one command."""

import io
import json
from contextlib import redirect_stdout
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import click
from django.conf import settings

from amiable.channels.folder import open_folder
from amiable.cli.command import Request, command
from amiable.cli.deeds import actor_of, customer_deed, decide_anew, deed
from amiable.cli.demo_answers import answer
from amiable.cli.imports import stored
from amiable.cli.look import KINDS
from amiable.cli.output import print_json, progress, say
from amiable.cli.plan import show_worklist
from amiable.cli.send import send_record, show_sent
from amiable.cli.serve import Serving, serve_desk
from amiable.cli.setup import created
from amiable.cli.texts import counted, t
from amiable.demo.creditor import CREDITOR
from amiable.demo.write import DemoFiles, write_demo
from amiable.desk.approve import ApprovalOutcome
from amiable.desk.audit import subject
from amiable.desk.calendar import working_days
from amiable.desk.deed import approve_work
from amiable.desk.demo_history import bring_past
from amiable.desk.effect_count import judge_reminders
from amiable.desk.import_reading import ImportReport
from amiable.desk.open_source import open_source
from amiable.desk.people import demo_user
from amiable.desk.plan import draw_plan
from amiable.desk.promise import record_promise
from amiable.desk.send import SendReport, send_approved
from amiable.engine.parties import Channel
from amiable.store.company import company_row
from amiable.store.customer import customer_row
from amiable.store.import_run import list_runs
from amiable.store.models import Company, Promise
from amiable.store.plan import StoredEntry, list_entries

_STAMP = "written.json"


@command("demo")
@click.option("--folder", type=click.Path(path_type=Path), metavar=t("option.folder_metavar"),
              help=t("option.demo_folder"))  # fmt: skip
@click.option("--no-serve", is_flag=True, help=t("option.no_serve"))
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True,
              help=t("option.port"))  # fmt: skip
def demo(request: Request, folder: Path | None, no_serve: bool, port: int) -> None:
    """Bring the demo company in, learn its habits, draw today's plan; serve, or write e-mails."""
    if request.json:
        with redirect_stdout(io.StringIO()):
            record = _play(request, folder)
        print_json(record)
        return
    serves = settings.SERVE and not no_serve
    _play(request, folder, sends=not serves)
    if serves:
        _serve(request, port)


def _on_a_working_day(company: Company, request: Request) -> Request:
    """On a day off the demo plays the next working day."""
    return replace(request, today=working_days(company.country).roll(request.today))


def _serve(request: Request, port: int) -> None:
    """Open the desk on the demo's day, and tell how to sign in."""
    company = company_row(CREDITOR.key)
    request = _on_a_working_day(company, request)
    serving = Serving(port=port, today=request.today)
    if answered := answer(company, request):
        say(t("demo.answered", n=answered))
    email, password = demo_user(company)

    def ready() -> None:
        say(t("serve.ready", url=serving.url))
        say(t("demo.sign_in", email=email, password=password))
        say(t("serve.stop"))

    serve_desk(serving, ready)
    say(t("serve.stopped"))


def _play(request: Request, folder: Path | None, *, sends: bool = True) -> dict[str, object]:
    """The whole demo, told as it goes; what happened, for programs.

    ``sends`` false: the desk is about to open, so the day's reminders wait there for a person.
    """
    folder = folder or settings.VAR / "demo"
    say(t("demo.company", name=CREDITOR.name))
    company = created(request, CREDITOR)
    working = _on_a_working_day(company, request)
    if working != request:
        say(t("demo.next_working_day", on=working.today))
        request = working
    files = _files(folder, request.today)
    _bring_in(company, files, request)
    say(t("demo.learning"))
    report = draw_plan(company, request.today)
    judge_reminders(company, request.today)
    entries = list_entries(company.pk, request.today)
    if report.decided:
        say(t("demo.plan", n=report.decided, on=request.today))
    say()
    _show(company, entries)
    say()
    sent = _send(company, entries, request) if sends else SendReport()
    if sends:
        _next_steps(folder, request)
    else:
        say(t("demo.on_the_desk"))
    kinds = [entry.row.kind for entry in entries]
    return {
        "company": company.key,
        "on": request.today,
        "folder": str(folder),
        "plan": {kind: kinds.count(kind) for kind in KINDS},
        **send_record(sent),
    }


def _files(folder: Path, today: date) -> DemoFiles:
    """The company's files, written once: the same day's again if they exist.

    A second run keeps the first run's history, as a real company's files would.
    """
    stamp = folder / _STAMP
    if stamp.exists():
        written = date.fromisoformat(json.loads(stamp.read_text(encoding="utf-8"))["today"])
        say(t("demo.files_kept", folder=str(folder), on=written))
        return write_demo(folder, written)
    folder.mkdir(parents=True, exist_ok=True)
    files = write_demo(folder, today)
    stamp.write_text(json.dumps({"today": today.isoformat()}), encoding="utf-8")
    say(t("demo.files_written", folder=str(folder), n=len(files.paths)))
    return files


def _bring_in(company: Company, files: DemoFiles, request: Request) -> None:
    """Every file through the same import a user would use; the promises no file can hold."""
    first = not list_runs(company.pk)
    batches = [[files.customers], [files.contacts], list(files.fec), [files.open_invoices]]
    for paths in batches:
        with progress(t("progress.importing")) as tick:
            report = stored(request, company, open_source(company, paths, progress=tick))
        say(f"  {_imported(paths, report)}")
    if not first or Promise.objects.of(company.pk).exists():
        return
    for promise in files.promises:
        row = customer_row(company.pk, promise.customer)
        told = {"amount": str(promise.amount), "due_on": promise.due_on.isoformat()}
        with customer_deed(request, company, "promise_made", row, **told) as entry:
            made = record_promise(
                company, row, made_on=promise.made_on, due_on=promise.due_on, amount=promise.amount
            )
            entry.subject = subject(made)
    say("  " + t("demo.past", n=bring_past(company, files.reminders)))


def _imported(paths: list[Path], report: ImportReport) -> str:
    names = ", ".join(path.name for path in paths)
    if report.nothing_new:
        return t("demo.nothing_new", files=names)
    names_of = ("customers", "contacts", "invoices", "credits", "disputes", "changed")
    counts = counted("count", {name: getattr(report, name) for name in names_of})
    agrees = t("import.agrees") if report.totals.balances and not report.mismatches else ""
    return " ".join([t("demo.imported", files=names, counts=counts), agrees]).strip()


def _show(company: Company, entries: list[StoredEntry]) -> None:
    to_do = [entry for entry in entries if entry.row.kind in ("remind", "escalate")]
    show_worklist(company, to_do, limit=30)
    say()
    say(t("plan.spared", n=sum(entry.row.spared for entry in entries)))


def _send(company: Company, entries: list[StoredEntry], request: Request) -> SendReport:
    """Approve the e-mail reminders and write them as files."""
    mails = [
        entry.row.customer_id
        for entry in entries
        if entry.row.kind == "remind" and entry.row.detail["channel"] == Channel.EMAIL.value
    ]
    made = approve_work(actor_of(company), mails, today=request.today, at=request.at)
    count = sum(one.approval.outcome is ApprovalOutcome.APPROVED for one in made)
    if count:
        say(t("approve.done", n=count))
    outbox = settings.VAR / "outbox"
    if count:
        with deed(request, company, "sending", where=str(outbox)):
            pass
    with progress(t("progress.sending")) as tick:
        report = send_approved(
            company,
            open_folder(outbox),
            today=request.today,
            clock=lambda: datetime.now(UTC),
            progress=tick,
        )
    decide_anew(request, company, report.concerned)
    if report.sent:
        show_sent(report, str(outbox))
    else:
        say(t("demo.sent_before"))
    return report


def _next_steps(folder: Path, request: Request) -> None:
    # On a day off the demo plays the next working day: later commands must be told.
    day = "" if request.is_now else f" --as-of {request.today.isoformat()}"
    say()
    say(t("demo.next"))
    for line in ("status", "show", "habits", "check", "own"):
        outbox = str(settings.VAR / "outbox")
        say("  " + t(f"demo.try.{line}", outbox=outbox, folder=str(folder), day=day))

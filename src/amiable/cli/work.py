"""The day's work: plan, preview, approve, skip, postpone, done, send."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import click
from django.conf import settings

from amiable.channels.email.smtp import open_smtp
from amiable.channels.email.url import settings_from_url
from amiable.channels.folder import open_folder
from amiable.channels.message import ChannelClosed, Sender
from amiable.cli.command import Day, Refused, Request, command, customer_of
from amiable.cli.output import amounts, day, print_json, progress, say, table
from amiable.cli.texts import LANGUAGE, t, term
from amiable.desk import approve as approvals
from amiable.desk.approve import ApprovalOutcome
from amiable.desk.hold import DateRefused
from amiable.desk.hold import postpone as postpone_customer
from amiable.desk.plan import draw_plan
from amiable.desk.send import SendReport, send_approved
from amiable.desk.skip import NothingToDo
from amiable.desk.skip import skip as skip_step
from amiable.engine.parties import Channel
from amiable.store.models import Company
from amiable.store.outbox import approved_steps, retry_failed
from amiable.store.plan import StoredEntry, list_entries
from amiable.words import sentence

_TO_DO = ("remind", "escalate")


@command("plan")
@click.option("--all", "every", is_flag=True, help=t("option.all_decisions"))
@click.option("--limit", default=50, show_default=True, help=t("option.limit"))
def plan(request: Request, every: bool, limit: int) -> None:
    """Draw the plan of the day and show the worklist with its reasons."""
    company = request.company
    with progress(t("progress.planning"), quiet=request.json):
        report = draw_plan(company, request.today)
    entries = list_entries(company.pk, request.today)
    shown = entries if every else [entry for entry in entries if entry.row.kind in _TO_DO]
    if request.json:
        print_json([entry_record(entry) for entry in shown])
        return
    show_worklist(company, shown, limit)
    peace = sum(entry.row.spared for entry in entries)
    counts = {kind: sum(entry.row.kind == kind for entry in entries) for kind in
              ("remind", "escalate", "wait", "hold", "stop")}  # fmt: skip
    say()
    say(t("plan.counts", **counts))
    say(t("plan.spared", n=peace))
    if not report.decided:
        say(t("plan.unchanged"))
    if counts["remind"]:
        say(t("plan.next"))


def entry_record(entry: StoredEntry) -> dict[str, object]:
    """A plan entry for programs."""
    row = entry.row
    return {
        "customer": row.customer.key,
        "name": row.customer.name,
        "decision": row.kind,
        "policy": row.policy,
        "decided_on": row.decided_on,
        "look_again_on": row.look_again_on,
        "reasons": [
            {"code": reason.code, **reason.named(), "text": sentence(reason, LANGUAGE)}
            for reason in entry.reasons
        ],
        "alerts": [sentence(reason, LANGUAGE) for reason in entry.alerts],
        "amounts": list(entry.amounts),
        "spared": row.spared,
        **{
            name: row.detail[name]
            for name in ("number", "tone", "channel", "approval", "cycle", "chased", "listed")
            if name in row.detail
        },
    }


def show_worklist(company: Company, entries: Sequence[StoredEntry], limit: int) -> None:
    """The worklist: what to do for whom, how much, and why."""
    if not entries:
        say(t("plan.nothing", name=company.name))
        return
    filed = approved_steps(company.pk)
    ordered = sorted(entries, key=lambda entry: (entry.row.kind, -_largest(entry)))
    table(
        [t("head.customer"), t("head.due_amount"), t("head.what"), t("head.why")],
        [
            (
                f"{entry.row.customer.name}\n{entry.row.customer.key}",
                amounts(entry.amounts) or "–",
                _what(entry, filed),
                _why(entry),
            )
            for entry in ordered[:limit]
        ],
        right=(1,),
    )
    if len(ordered) > limit:
        say(t("check.more", n=len(ordered) - limit))


def _largest(entry: StoredEntry) -> int:
    return max((amount.minor for amount in entry.amounts), default=0)


def _what(entry: StoredEntry, filed: set[tuple[int, str, int]]) -> str:
    detail = entry.row.detail
    if entry.row.kind != "remind":
        again = entry.row.look_again_on
        until = f"\n→ {day(again)}" if again else ""
        return term("decision", entry.row.kind) + until
    what = f"{term('tone', detail['tone'])} · {term('channel', detail['channel'])}"
    if (entry.row.customer_id, detail["cycle"], detail["number"]) in filed:
        what += f"\n✓ {t('plan.approved')}"
    return what


def _why(entry: StoredEntry) -> str:
    lines = [sentence(reason, LANGUAGE) for reason in entry.reasons]
    lines += [f"! {sentence(reason, LANGUAGE)}" for reason in entry.alerts]
    return "\n".join(lines)


@command("preview")
@click.argument("customer")
def preview(request: Request, customer: str) -> None:
    """The exact message an approval would send."""
    company = request.company
    row = customer_of(company, customer)
    mail = approvals.preview(company, row.pk, today=request.today, at=request.at)
    if mail is None:
        raise Refused(t("preview.nothing", name=row.name, key=row.key))
    if request.json:
        print_json(mail)
        return
    say(mail.subject)
    say()
    say(mail.text)


@command("approve")
@click.argument("customers", nargs=-1)
@click.option("--all", "every", is_flag=True, help=t("option.approve_all"))
def approve(request: Request, customers: tuple[str, ...], every: bool) -> None:
    """Approve today's e-mail reminders: of some customers, or all."""
    company = request.company
    draw_plan(company, request.today)
    if not customers and not every:
        raise click.UsageError(t("approve.whom"))
    if every:
        entries = list_entries(company.pk, request.today, kinds=["remind"])
        pks = [entry.row.customer_id for entry in entries
               if entry.row.detail["channel"] == Channel.EMAIL.value]  # fmt: skip
        names = {entry.row.customer_id: entry.row.customer.name for entry in entries}
    else:
        rows = [customer_of(company, words) for words in customers]
        pks, names = [row.pk for row in rows], {row.pk: row.name for row in rows}
    made = approvals.approve(company, pks, today=request.today, at=request.at)
    if request.json:
        print_json([{"name": names[one.customer], "outcome": one.outcome, "detail": one.detail}
                    for one in made])  # fmt: skip
        return
    count = sum(one.outcome is ApprovalOutcome.APPROVED for one in made)
    for one in made:
        if one.outcome is not ApprovalOutcome.APPROVED:
            say(f"  {names[one.customer]}: {t(f'approve.{one.outcome.value}')}")
    say(t("approve.done", n=count))


@command("skip")
@click.argument("customer")
@click.option("--note", default="", help=t("option.note"))
def skip(request: Request, customer: str, note: str) -> None:
    """Leave today's step of one customer out; the ladder goes on with the next."""
    company = request.company
    draw_plan(company, request.today)
    row = customer_of(company, customer)
    entries = list_entries(company.pk, request.today, customers=[row.pk])
    try:
        if not entries:
            raise NothingToDo(row.name)
        skip_step(company, entries[0], on=request.today, note=note)
    except NothingToDo as error:
        raise Refused(t("preview.nothing", name=row.name, key=row.key)) from error
    _told(request, row.name, t("skip.done", name=row.name))


@command("postpone")
@click.argument("customer")
@click.argument("until", type=Day())
def postpone(request: Request, customer: str, until: date) -> None:
    """Look at a customer again on a day, not before."""
    company = request.company
    row = customer_of(company, customer)
    try:
        postpone_customer(company, row, on=request.today, until=until)
    except DateRefused as error:
        raise Refused(t("error.until", until=until)) from error
    _told(request, row.name, t("postpone.done", name=row.name, until=until))


@command("done")
@click.argument("customer")
@click.option("--note", default="", help=t("option.note"))
def done(request: Request, customer: str, note: str) -> None:
    """Say that today's call was made, or the letter posted, by a person."""
    company = request.company
    row = customer_of(company, customer)
    made = approvals.record_done(company, row.pk, today=request.today, at=request.at, note=note)
    if made.outcome is not ApprovalOutcome.APPROVED:
        raise Refused(t(f"approve.{made.outcome.value}"))
    _told(request, row.name, t("done.done", name=row.name))


def _told(request: Request, name: str, text: str) -> None:
    if request.json:
        print_json({"customer": name, "done": True})
    else:
        say(text)


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
            return open_smtp(server), f"{server.host}:{server.port}"
        except ChannelClosed as error:
            raise Refused(t("send.closed", detail=str(error))) from error
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
    say(t("send.done", n=len(report.sent), where=where))
    for row, why in report.cancelled:
        say(f"  {row.recipient}: {t('send.cancelled', why=why)}")
    for name in ("refused", "failed", "ambiguous"):
        for row, why in getattr(report, name):
            say(f"! {row.recipient}: {t(f'send.{name}')} ({why})")

"""``preview``, ``approve``, ``unapprove``, ``skip``, ``postpone``, ``done``: the day's work."""

from collections.abc import Sequence
from datetime import date

import click

from amiable.cli.command import Day, Refused, Request, command
from amiable.cli.deeds import actor_of, customer_deed
from amiable.cli.lookup import customer_of
from amiable.cli.output import agree, amounts, at_terminal, print_json, say, waiting
from amiable.cli.plan import entries_of
from amiable.cli.texts import t
from amiable.desk import approve as approvals
from amiable.desk.approve import Approval, ApprovalOutcome
from amiable.desk.audit import subject
from amiable.desk.deed import POSTPONED, SKIPPED, TAKEN_BACK, approve_work
from amiable.desk.hold import DateRefused
from amiable.desk.hold import postpone as postpone_customer
from amiable.desk.skip import NothingToDo
from amiable.desk.skip import skip as skip_step
from amiable.engine.letter import LetterRefused
from amiable.engine.money import Money
from amiable.engine.parties import Channel
from amiable.store.models import Company, Customer
from amiable.store.outbox import approved_steps
from amiable.store.plan import StoredEntry


@command("preview")
@click.argument("customer", metavar=t("option.customer_metavar"))
def preview(request: Request, customer: str) -> None:
    """The exact message an approval would send."""
    company = request.company
    row = customer_of(company, customer)
    try:
        mail = approvals.preview(company, row.pk, today=request.today, at=request.at)
    except LetterRefused as error:
        raise Refused(t("approve.unwritable", detail=str(error))) from error
    if mail is None:
        raise Refused(t("preview.nothing", name=row.name, key=row.key))
    if request.json:
        print_json(mail)
        return
    say(mail.subject)
    say()
    say(mail.text)


@command("approve")
@click.argument("customers", nargs=-1, metavar=t("option.customers_metavar"))
@click.option("--all", "every", is_flag=True, help=t("option.approve_all"))
@click.option("--yes", "-y", is_flag=True, help=t("option.yes_approve"))
def approve(request: Request, customers: tuple[str, ...], every: bool, yes: bool) -> None:
    """Approve today's e-mail reminders: of some customers, or all."""
    company = request.company
    if bool(customers) == every:
        raise click.UsageError(t("approve.whom"))
    names = _everybody(request, company, yes) if every else _named(company, customers)
    with waiting(t("progress.writing"), quiet=request.json):
        done = approve_work(actor_of(company), list(names), today=request.today, at=request.at)
    made = [one.approval for one in done]
    if request.json:
        print_json([{"customer": names[one.customer].key, "name": names[one.customer].name,
                     "outcome": one.outcome, "detail": one.detail} for one in made])  # fmt: skip
    else:
        _show_approved(made, names)
    if not every and any(one.outcome not in _GOOD for one in made):
        raise SystemExit(1)


_GOOD = (ApprovalOutcome.APPROVED, ApprovalOutcome.ALREADY)


def _named(company: Company, customers: tuple[str, ...]) -> dict[int, Customer]:
    rows = [customer_of(company, words) for words in customers]
    return {row.pk: row for row in rows}


def _everybody(request: Request, company: Company, yes: bool) -> dict[int, Customer]:
    """All of today's e-mail reminders not yet approved, after a question at a terminal."""
    filed = approved_steps(company.pk)
    entries = [
        entry
        for entry in entries_of(request, company)[0]
        if entry.row.kind == "remind"
        and entry.row.detail["channel"] == Channel.EMAIL.value
        and (entry.row.customer_id, entry.row.detail["cycle"], entry.row.detail["number"])
        not in filed
    ]
    ask = entries and not yes and not request.json and at_terminal()
    if ask and not agree(
        t("approve.agree", n=len(entries), total=amounts(_total(entries))), default=False
    ):
        raise Refused(t("approve.left"))
    return {entry.row.customer_id: entry.row.customer for entry in entries}


def _total(entries: Sequence[StoredEntry]) -> list[Money]:
    sums: dict[str, int] = {}
    for entry in entries:
        for amount in entry.amounts:
            sums[amount.currency] = sums.get(amount.currency, 0) + amount.minor
    return [Money(minor=minor, currency=currency) for currency, minor in sorted(sums.items())]


def _show_approved(made: Sequence[Approval], names: dict[int, Customer]) -> None:
    count = sum(one.outcome is ApprovalOutcome.APPROVED for one in made)
    for one in made:
        if one.outcome is not ApprovalOutcome.APPROVED:
            row = names[one.customer]
            say("  " + t("approve.not", name=row.name, key=row.key, why=_why_not(one)))
    if count:
        say(t("approve.done", n=count))
        say(t("approve.next"))
    elif not made:
        say(t("approve.none"))


def _why_not(one: Approval) -> str:
    if one.outcome is ApprovalOutcome.UNWRITABLE:
        return t("approve.unwritable", detail=one.detail)
    return t(f"approve.{one.outcome.value}")


@command("unapprove")
@click.argument("customer", metavar=t("option.customer_metavar"))
def unapprove(request: Request, customer: str) -> None:
    """Take the approved, not yet sent message of a customer back."""
    company = request.company
    row = customer_of(company, customer)
    with customer_deed(request, company, TAKEN_BACK, row) as entry:
        taken = approvals.take_back(company, row.pk, on=request.today)
        if not taken:
            raise Refused(t("unapprove.none", name=row.name))
        entry.subject = subject(row)
    _told(request, row, t("unapprove.done", n=taken, name=row.name))


@command("skip")
@click.argument("customer", metavar=t("option.customer_metavar"))
@click.option("--note", default="", help=t("option.note"))
def skip(request: Request, customer: str, note: str) -> None:
    """Leave today's step of one customer out; the ladder goes on with the next."""
    company = request.company
    row = customer_of(company, customer)
    entries = [one for one in entries_of(request, company)[0] if one.row.customer_id == row.pk]
    try:
        if not entries:
            raise NothingToDo(row.name)
        with customer_deed(request, company, SKIPPED, row, reason=note) as entry:
            made = skip_step(company, entries[0], on=request.today, note=note)
            entry.subject = subject(made)
    except NothingToDo as error:
        raise Refused(t("preview.nothing", name=row.name, key=row.key)) from error
    _told(request, row, t("skip.done", name=row.name))


@command("postpone")
@click.argument("customer", metavar=t("option.customer_metavar"))
@click.argument("until", type=Day(), metavar=t("option.day_metavar"))
def postpone(request: Request, customer: str, until: date) -> None:
    """Look at a customer again on a day, not before."""
    company = request.company
    row = customer_of(company, customer)
    try:
        with customer_deed(request, company, POSTPONED, row, until=until.isoformat()) as entry:
            made = postpone_customer(company, row, on=request.today, until=until)
            entry.subject = subject(made)
    except DateRefused as error:
        raise Refused(t("error.until", until=until, start=request.today)) from error
    _told(request, row, t("postpone.done", name=row.name, until=until))


@command("done")
@click.argument("customer", metavar=t("option.customer_metavar"))
@click.option("--note", default="", help=t("option.note"))
def done(request: Request, customer: str, note: str) -> None:
    """Say that today's call was made, or the letter posted, by a person."""
    company = request.company
    row = customer_of(company, customer)
    with customer_deed(request, company, "done_by_hand", row) as entry:
        made = approvals.record_done(company, row.pk, today=request.today, at=request.at, note=note)
        if made.row is None:
            raise Refused(t(f"done.{made.outcome.value}", name=row.name, key=row.key))
        entry.subject = subject(made.row)
    _told(request, row, t("done.done", name=row.name))


def _told(request: Request, row: Customer, text: str) -> None:
    if request.json:
        print_json({"customer": row.key, "name": row.name, "done": True})
    else:
        say(text)

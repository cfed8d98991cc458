"""``customers``, ``status``: what is known, who owes what."""

from datetime import date

import click
from django.conf import settings

from amiable.cli.command import Request, command
from amiable.cli.lookup import fold
from amiable.cli.output import amounts, heading, print_json, say, table
from amiable.cli.texts import counted, language, t, term
from amiable.desk.look import Status, status_of
from amiable.engine.money import Money
from amiable.store.customer import list_customers, open_sums
from amiable.store.invoice import overdue_sums
from amiable.store.models import Company
from amiable.store.plan import count_kinds, newest_day

KINDS = ("remind", "escalate", "wait", "hold", "stop")
"""Decisions in the order they matter to who works."""


@command("customers")
@click.argument("words", default="", metavar=t("option.words_metavar"))
def customers(request: Request, words: str) -> None:
    """List the customers and what each owes."""
    company = request.company
    sums = open_sums(company.pk)
    rows = [
        row
        for row in list_customers(company.pk)
        if fold(words) in fold(row.name) or fold(words) == fold(row.key)
    ]
    owed = {
        row.pk: [Money(minor=m, currency=c) for c, m in sorted(sums.get(row.pk, {}).items()) if m]
        for row in rows
    }
    if request.json:
        print_json([
            {"key": row.key, "name": row.name, "kind": row.kind, "terms": row.terms,
             "owed": owed[row.pk]}
            for row in rows
        ])  # fmt: skip
        return
    if not rows:
        say(t("customers.none_called", words=words) if words else t("customers.none"))
        return
    table(
        [t("head.customer"), t("head.name"), t("head.kind"), t("head.terms"), t("head.owed")],
        [
            (row.key, row.name, term("kind", row.kind), row.terms or "–", amounts(owed[row.pk]))
            for row in rows
        ],
        right=(4,),
    )


@command("status")
def status(request: Request) -> None:
    """Where the company stands today."""
    company = request.company
    found = status_of(company, request.today, language())
    drawn_on, plan, spared = _plan_of(company, request.today)
    overdue = [
        Money(minor=minor, currency=currency)
        for currency, minor in overdue_sums(company.pk, request.today).items()
    ]
    if request.json:
        print_json({
            "company": company.key, "name": company.name, **found.record(), "overdue": overdue,
            "plan_on": drawn_on, "plan": plan, "spared": spared,
            "database": str(settings.DATABASES["default"]["NAME"]),
        })  # fmt: skip
        return
    heading(f"{company.name} ({company.key})")
    _show_ledger(found, overdue)
    _show_plan(drawn_on, plan, spared, request.today)
    if found.outbox:
        say(t("status.outbox", outbox=counted("sent", found.outbox)))
    for message in found.doubtful:
        say(f"! {message}")


def _plan_of(company: Company, today: date) -> tuple[date | None, dict[str, int], int]:
    """The plan in force: its day, its counts, the invoices it leaves in peace.

    A plan drawn ahead (the demo does, on a day off) comes before that of today.
    """
    newest = newest_day(company.pk)
    on = newest if newest and newest > today else today
    counts = count_kinds(company.pk, on)
    spared = counts.pop("spared")
    return (on if counts else None), counts, spared


def _show_ledger(found: Status, overdue: list[Money]) -> None:
    if found.imported_on is None:
        say(t("status.never_imported"))
    elif found.ledger_age > 0:
        say(t("status.imported", on=found.imported_on, n=found.ledger_age))
    else:
        say(t("status.imported_today", on=found.imported_on))
    if found.customers:
        counts = {"customers": found.customers, "invoices": found.invoices, "open": found.open}
        say(t("status.ledger", counts=counted("count", counts)))
    if overdue:
        say(t("status.overdue", amount=amounts(overdue)))


def _show_plan(drawn_on: date | None, plan: dict[str, int], spared: int, today: date) -> None:
    if drawn_on is None:
        say(t("status.no_plan"))
        return
    ordered = {kind: plan[kind] for kind in KINDS if kind in plan}
    counts = counted("decided", ordered)
    ahead = drawn_on > today
    say(
        t("status.plan_ahead", on=drawn_on, plan=counts) if ahead else t("status.plan", plan=counts)
    )
    if spared:
        say(t("status.spared", n=spared))

"""``customers``, ``habits``, ``show``, ``status``: what is known."""

from dataclasses import asdict
from pathlib import Path

import click
from django.conf import settings

from amiable.cli.command import Refused, Request, command, customer_of, need_tables
from amiable.cli.imports import opened, reading_options, wishes_of
from amiable.cli.output import amounts, day, print_json, progress, say, table
from amiable.cli.strip import draw
from amiable.cli.texts import LANGUAGE, t, term
from amiable.desk.file_habits import FileHabits, file_habits
from amiable.desk.look import CustomerView, HabitLine, habit_lines, status_of, view_customer
from amiable.engine.money import Money
from amiable.store.customer import list_customers, open_sums


@command("customers")
@click.argument("words", default="")
def customers(request: Request, words: str) -> None:
    """List the customers and what each owes."""
    company = request.company
    sums = open_sums(company.pk)
    rows = list_customers(company.pk, words)
    owed = {
        row.pk: [Money(minor=m, currency=c) for c, m in sorted(sums.get(row.pk, {}).items()) if m]
        for row in rows
    }
    if request.json:
        print_json([
            {"key": row.key, "name": row.name, "kind": row.kind, "owed": owed[row.pk]}
            for row in rows
        ])  # fmt: skip
        return
    if not rows:
        say(t("customers.none"))
        return
    table(
        [t("head.customer"), t("head.name"), t("head.kind"), t("head.terms"), t("head.owed")],
        [
            (row.key, row.name, term("kind", row.kind), row.terms or "–", amounts(owed[row.pk]))
            for row in rows
        ],
        right=(4,),
    )


@command("habits", database=False)
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.option("--all", "every", is_flag=True, help=t("option.all"))
@reading_options
def habits(request: Request, file: Path | None, every: bool, **options: object) -> None:
    """How customers pay: of the company, or of a file alone."""
    if file is not None:
        with progress(t("progress.reading"), quiet=request.json) as tick:
            reading = opened(None, [file], wishes_of(options), tick)
            found = file_habits(reading, on=request.today)
        _show_habits(request, _lines(found), every)
        return
    need_tables()
    _show_habits(request, habit_lines(request.company, request.today), every)


def _lines(found: FileHabits) -> list[HabitLine]:
    return [
        HabitLine(
            key=one.key,
            name=one.name,
            n=one.habit.n,
            usual=one.habit.usual,
            low=one.habit.quantile(0.2),
            high=one.habit.quantile(0.8),
            trigger=min(max(one.habit.quantile(0.7) + 1, 3), one.habit.company.cap),
            own_share=one.habit.own_share,
            delays=tuple(delay for _, delay in one.habit.history),
            habit_share=found.company.habit_share,
            segment="",
        )
        for one in found.customers
    ]


def _show_habits(request: Request, lines: list[HabitLine], every: bool) -> None:
    if request.json:
        print_json([asdict(line) for line in lines])
        return
    if not lines:
        raise Refused(t("habits.none"))
    shown = lines if every else lines[:40]
    table(
        [t("head.name"), "n", t("head.usual"), t("head.range"), t("head.trigger"), t("head.strip")],
        [
            (
                line.name,
                str(line.n),
                str(line.usual),
                f"{line.low} … {line.high}",
                str(line.trigger),
                draw(line.delays, line.usual, line.trigger, None, width=36),
            )
            for line in shown
        ],
        right=(1, 2, 3, 4),
    )
    if len(lines) > len(shown):
        say(t("check.more", n=len(lines) - len(shown)))
    say(t("habits.legend"))
    share = lines[0].habit_share
    advice = t("habits.alike") if share < 0.2 else t("habits.differ")
    say(t("habits.share", share=f"{share:.2f}", advice=advice))


@command("show")
@click.argument("customer")
def show(request: Request, customer: str) -> None:
    """One customer: open items, habit strip, history, and why."""
    company = request.company
    view = view_customer(company, customer_of(company, customer), request.today, LANGUAGE)
    if request.json:
        print_json(view.record())
        return
    _show_customer(view)


def _show_customer(view: CustomerView) -> None:
    say(f"{view.name}  ({view.key}) · {term('kind', view.kind)} · {view.policy}")
    say()
    line = view.habit
    say(f"  {draw(line.delays, line.usual, line.trigger, view.late, width=60)}")
    say(f"  {view.habit_sentence}")
    say(f"  {t('habits.legend')}")
    say()
    if view.items:
        table(
            [t("head.number"), t("head.issued"), t("head.due"), t("head.late"), t("head.amount"),
             t("head.left"), t("head.state")],
            [
                (item.number, day(item.issued_on), day(item.due_on) + item.mark,
                 str(item.late) if item.late > 0 else "–", amounts([item.amount]),
                 amounts([item.left]), item.state)
                for item in view.items
            ],
            right=(3, 4, 5),
        )  # fmt: skip
        if any(item.mark for item in view.items):
            say(t("show.inferred"))
    else:
        say(t("show.nothing_open"))
    for credit in view.credits:
        say(t("show.credit", number=credit.number, on=credit.on, left=credit.left))
    say()
    say(f"{term('decision', view.decision)} · " + " · ".join(view.reasons))
    if view.look_again_on:
        say(t("show.look_again", on=view.look_again_on))
    for alert in view.alerts:
        say(f"! {alert}")
    say()
    if view.contacts:
        table(
            [t("head.contact"), t("head.role"), t("head.email"), t("head.phone")],
            [(who.name, term("role", who.role), who.email, who.phone) for who in view.contacts],
        )
        say()
    say(t("show.history"))
    for event in view.history:
        say(f"  {day(event.on)}  {event.text}")


@command("status")
def status(request: Request) -> None:
    """Where the company stands today."""
    company = request.company
    found = status_of(company, request.today, LANGUAGE)
    if request.json:
        print_json({**found.record(), "database": str(settings.DATABASES["default"]["NAME"])})
        return
    say(f"{company.name} ({company.key})")
    if found.imported_on is None:
        say(t("status.never_imported"))
    else:
        say(t("status.imported", on=found.imported_on, n=found.ledger_age))
    say(t("status.ledger", customers=found.customers, invoices=found.invoices, open=found.open))
    for sums in found.overdue:
        say(t("status.overdue", amount=sums))
    plan = ", ".join(
        f"{count} {term('decision', kind)}" for kind, count in found.plan.items() if count
    )
    say(t("status.plan", plan=plan or "–"))
    say(t("status.spared", n=found.spared))
    outbox = ", ".join(f"{count} {term('outbox', state)}" for state, count in found.outbox.items())
    say(t("status.outbox", outbox=outbox or "–"))
    for message in found.doubtful:
        say(f"! {message}")

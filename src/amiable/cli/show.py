"""``amiable show``: one customer, and why it is reminded or left in peace."""

import click

from amiable.cli.command import Request, command
from amiable.cli.lookup import customer_of
from amiable.cli.output import amounts, day, heading, print_json, say, table, width
from amiable.cli.strip import draw
from amiable.cli.texts import language, t, term
from amiable.desk.history import Event
from amiable.desk.sight import CustomerView, view_customer


@command("show")
@click.argument("customer", metavar=t("option.customer_metavar"))
def show(request: Request, customer: str) -> None:
    """One customer: open items, habit strip, history, and why."""
    company = request.company
    view = view_customer(company, customer_of(company, customer), request.today, language())
    if request.json:
        print_json(view.record())
        return
    _show_customer(view)


def _show_customer(view: CustomerView) -> None:
    kind = term("kind", view.kind)
    heading(t("show.title", name=view.name, key=view.key, kind=kind, policy=view.policy))
    _show_decision(view)
    say()
    line = view.habit
    say(f"  {draw(line.delays, line.usual, line.trigger, view.late, width=min(width() - 4, 72))}")
    say(f"  {view.habit_sentence}")
    say(f"  {t('habits.legend')}")
    say()
    _show_items(view)
    for credit in view.credits:
        say(t("show.credit", number=credit.number, on=credit.on, left=credit.left))
    say()
    if view.contacts:
        table(
            [t("head.contact"), t("head.role"), t("head.email"), t("head.phone")],
            [(who.name, term("role", who.role), who.email, who.phone) for who in view.contacts],
        )
        say()
    if view.history:
        heading(t("show.history"))
    for event in view.history:
        say(f"  {day(event.on)}  {_told(event)}")


def _told(event: Event) -> str:
    """An event on one line: what was said or noted begins to be told."""
    first = event.detail.partition("\n")[0][:120]
    return f"{event.text} – {first}" if first and event.code != "message" else event.text


def _show_decision(view: CustomerView) -> None:
    decision = t(f"show.{view.decision}")
    say(t("show.decision", decision=decision, reasons=" · ".join(view.reasons)))
    if view.look_again_on:
        say(t("show.look_again", on=view.look_again_on))
    for alert in view.alerts:
        say(f"! {alert}")


def _show_items(view: CustomerView) -> None:
    if not view.items:
        say(t("show.nothing_open"))
        return
    heads = ("number", "issued", "due", "late", "amount", "left", "state")
    table(
        [t(f"head.{name}") for name in heads],
        [
            (
                item.number,
                day(item.issued_on),
                day(item.due_on) + item.mark,
                str(item.late) if item.late > 0 else "–",
                amounts([item.amount]),
                amounts([item.left]),
                item.state,
            )
            for item in view.items
        ],
        right=(3, 4, 5),
    )
    if any(item.mark for item in view.items):
        say(t("show.inferred"))

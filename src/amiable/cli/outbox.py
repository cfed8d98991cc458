"""``amiable outbox``: what waits to leave, what nobody knows the fate of, and saying what became
of it."""

from datetime import UTC, datetime

import click

from amiable.cli.command import Refused, Request, command
from amiable.cli.deeds import actor_of
from amiable.cli.output import print_json, say, table
from amiable.cli.texts import t, term
from amiable.desk.access import OtherCompany
from amiable.desk.settle import AlreadySettled, Verdict, doubts, message_for, settle_doubt
from amiable.store.models import OutboxRow
from amiable.store.outbox import count_states

_OPTIONS = {verdict: verdict.value.replace("_", "-") for verdict in Verdict}


@command("outbox")
@click.option("--arrived", type=int, metavar="ID", help=t("option.arrived"))
@click.option("--again", type=int, metavar="ID", help=t("option.again"))
@click.option("--give-up", "give_up", type=int, metavar="ID", help=t("option.give_up"))
def outbox(request: Request, arrived: int | None, again: int | None, give_up: int | None) -> None:
    """What stands in the outbox; or what became of a message."""
    asked = {Verdict.ARRIVED: arrived, Verdict.AGAIN: again, Verdict.GIVE_UP: give_up}
    said = {verdict: pk for verdict, pk in asked.items() if pk is not None}
    if len(said) > 1:
        raise click.UsageError(t("outbox.one", options=", ".join(_OPTIONS.values())))
    for verdict, pk in said.items():
        _settle(request, pk, verdict)
    _show(request)


def _settle(request: Request, pk: int, verdict: Verdict) -> None:
    actor = actor_of(request.company)
    try:
        state = message_for(actor, pk).state
        settle_doubt(actor, pk, verdict, state=state, at=request.at)
    except OtherCompany as error:
        raise Refused(t("outbox.unknown", id=str(pk))) from error
    except AlreadySettled as error:
        raise Refused(t("outbox.settled", id=str(pk), option=_OPTIONS[verdict])) from error


def _show(request: Request) -> None:
    company = request.company
    found = doubts(actor_of(company), at=datetime.now(UTC))
    states = count_states(company.pk)
    if request.json:
        print_json({"states": states, "count": found.count, "doubtful": [
            {"id": row.pk, "customer": row.customer.key, "name": row.customer.name,
             "state": row.state, "to": row.recipient, "subject": row.subject,
             "detail": row.detail, "message_id": row.message_id, "tried_at": row.claimed_at}
            for row in found.rows
        ]})  # fmt: skip
        return
    for state, n in states.items():
        say(f"{term('outbox', state)}: {n}")
    if not found.rows:
        say(t("outbox.none"))
        return
    say()
    say(t("outbox.head", n=found.count))
    table(
        [t(f"outbox.column.{name}") for name in ("id", "name", "state", "answer", "message_id")],
        [_line(row) for row in found.rows],
    )


def _line(row: OutboxRow) -> tuple[str, ...]:
    return (
        str(row.pk),
        row.customer.name,
        term("outbox", row.state),
        row.detail or "–",
        row.message_id,
    )

"""``amiable inbox``: the conversations that wait, one in full, read or set aside."""

import click

from amiable.cli.command import Refused, Request, command
from amiable.cli.deeds import actor_of
from amiable.cli.output import heading, print_json, say, table
from amiable.cli.texts import t, term
from amiable.desk.access import OtherCompany
from amiable.desk.conversation import (
    Piece,
    change_state,
    conversation_for,
    exchange,
    read_conversation,
)
from amiable.store.lists.conversations import (
    NEWEST,
    Wanted,
    conversations_that,
    newest_incoming,
)
from amiable.store.lists.keyset import page_of
from amiable.store.models import Conversation, Incoming
from amiable.store.models.conversation import ConversationState

_MOST = 50


@command("inbox")
@click.option("--show", type=int, metavar="ID", help=t("option.conversation_show"))
@click.option("--read", type=int, metavar="ID", help=t("option.conversation_read"))
@click.option("--done", type=int, metavar="ID", help=t("option.conversation_done"))
@click.option("--all", "everything", is_flag=True, help=t("option.conversation_all"))
def inbox(
    request: Request, show: int | None, read: int | None, done: int | None, everything: bool
) -> None:
    """The conversations that wait for an answer; or one of them."""
    if show is not None:
        _show(request, _named(request, show))
        return
    for pk in (read, done):
        if pk is not None:
            row = _named(request, pk)
            read_conversation(actor_of(request.company), row, today=request.today, at=request.at)
    if done is not None:
        row = _named(request, done)
        change_state(actor_of(request.company), row, ConversationState.DONE, at=request.at)
    _list(request, everything=everything)


def _named(request: Request, pk: int) -> Conversation:
    try:
        return conversation_for(actor_of(request.company), pk)
    except OtherCompany as error:
        raise Refused(t("inbox.unknown", id=str(pk))) from error


def _list(request: Request, *, everything: bool) -> None:
    company = request.company.pk
    wanted = Wanted(states=()) if everything else Wanted()
    rows = page_of(conversations_that(company, wanted, None), NEWEST, None, size=_MOST).rows
    newest = newest_incoming(company, [row.pk for row in rows])
    if request.json:
        print_json([_record(row, newest.get(row.pk)) for row in rows])
        return
    if not rows:
        say(t("inbox.none"))
        return
    table(
        [t(f"inbox.column.{name}") for name in ("id", "customer", "about", "state", "means")],
        [
            (
                str(row.pk),
                row.customer.name if row.customer else "?",
                row.subject or "–",
                term("conversation", row.state),
                _meanings(newest.get(row.pk)),
            )
            for row in rows
        ],
    )


def _open(row: Incoming | None) -> list[str]:
    """The suggestions nobody decided yet, by code."""
    if row is None:
        return []
    return [one["code"] for one in row.suggestions if one["code"] not in row.decided]


def _meanings(row: Incoming | None) -> str:
    return ", ".join(term("meaning", code) for code in _open(row)) or "–"


def _record(row: Conversation, last: Incoming | None) -> dict[str, object]:
    return {
        "id": row.pk,
        "customer": row.customer.key if row.customer else None,
        "subject": row.subject,
        "state": row.state,
        "assigned_to": str(row.assigned_to) if row.assigned_to else None,
        "last_at": row.last_at,
        "suggestions": _open(last),
    }


def _show(request: Request, row: Conversation) -> None:
    found = exchange(row)
    if request.json:
        print_json(_record(row, None) | {"messages": [_piece(one) for one in found.pieces]})
        return
    heading(row.subject or "–")
    for one in found.pieces:
        said = _piece(one)
        say(f"{said['at']:%Y-%m-%d %H:%M}  {said['from']}")
        say(str(said["text"]))
        say()


def _piece(piece: Piece) -> dict[str, object]:
    came, went = piece.incoming, piece.outgoing
    if came is not None:
        return {"at": piece.at, "from": came.sender, "text": came.answer or came.text}
    assert went is not None
    return {"at": piece.at, "from": str(went.approved_by or "amiable"), "text": went.text}

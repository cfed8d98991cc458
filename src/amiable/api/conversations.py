"""Conversations: what customers answered, what it seems to mean, and a yes or no to that."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Body, Path, Query, Router
from pydantic import Field

from amiable.api.auth import Call, call_of
from amiable.api.doors import reads, writes
from amiable.api.paging import Page, PageQuery, cursor_of
from amiable.api.problems import Problem, invalid
from amiable.api.values import AmountAboveZero, CustomerRef, Day, Email, Id, Line, Record
from amiable.desk.conversation import Piece, change_state, conversation_for, exchange
from amiable.desk.hold import DateRefused
from amiable.desk.suggestion import AlreadyDecided, FactMissing, confirm, dismiss, incoming_for
from amiable.desk.token import Scope
from amiable.engine.dispute import Ground
from amiable.engine.reply import Meaning
from amiable.store import feed
from amiable.store.incoming import files_of
from amiable.store.invoice import invoice_numbers
from amiable.store.models import Conversation, Incoming
from amiable.store.models.conversation import ConversationState
from amiable.store.models.incoming import IncomingKind, IncomingSource

router = Router(tags=["conversations"])
_MOST = 200  # messages of one conversation, the newest


class ConversationOut(Record):
    """A conversation. `customer` null: nobody knows who writes. `state`: whose turn it is."""

    id: int
    customer: CustomerRef | None
    subject: str
    state: ConversationState
    assigned_to: str | None
    opened_at: datetime
    last_at: datetime


class SuggestionOut(Record):
    """What an answer seems to mean: `reasons` are the writer's own words. `facts`: of `on`, `minor`
    and `currency`, `reference`, `invoices` (numbers), `ground`, `address` those that were said.
    `decided` null: nobody has said yes or no."""

    code: Meaning
    facts: dict[str, Any]
    reasons: list[str]
    decided: str | None


class FileOut(Record):
    """A file that came along; `kept` false: it was too large."""

    id: int
    name: str
    size: int
    kept: bool


class IncomingOut(Record):
    """A message that came in. `text`: what its writer added, without quotes. `unread`: it pauses
    the reminders until somebody has read it."""

    way: Literal["in"] = "in"
    id: int
    at: datetime
    kind: IncomingKind
    source: IncomingSource
    sender: str
    sender_name: str
    subject: str
    text: str
    unread: bool
    suggestions: list[SuggestionOut]
    files: list[FileOut]


class OutgoingOut(Record):
    """A message of ours: see the reminder of the same `id`."""

    way: Literal["out"] = "out"
    id: int
    at: datetime
    state: str
    recipient: str
    subject: str
    text: str


class ConversationDetails(ConversationOut):
    """A conversation with its newest messages both ways, in the order they were written."""

    messages: list[IncomingOut | OutgoingOut]


class ConversationPage(Page):
    """Conversations, newest first."""

    items: list[ConversationOut]


class ConversationFilters(PageQuery):
    """Which conversations."""

    customer: Annotated[Id | None, Field(description="The `id` of a customer")] = None
    state: ConversationState | None = None


class StateIn(Record):
    """Whose turn it is."""

    state: ConversationState


class ConfirmIn(Record):
    """Which suggestion of the message is right; what is left out is taken as it was read."""

    code: Meaning
    on: Day | None = None
    amount: AmountAboveZero | None = None
    reference: Line = ""
    invoices: Annotated[
        list[Id] | None,
        Field(max_length=500, description="The `id` of those meant; left out: as read"),
    ] = None
    ground: Ground | None = None
    address: Email = ""
    name: Line = ""


class DismissIn(Record):
    """Which suggestion of the message is wrong."""

    code: Meaning


@reads(router, "/conversations", ConversationPage, "List conversations")
def list_conversations(
    request: HttpRequest, filters: Query[ConversationFilters]
) -> ConversationPage:
    """All conversations, settled ones too."""
    found = feed.conversations(
        call_of(request).company.pk,
        filters.place(),
        customer=filters.customer,
        state=filters.state.value if filters.state else None,
    )
    items = [ConversationOut(**_about(row)) for row in found.rows]
    return ConversationPage(items=items, next=cursor_of(found.last))


@reads(router, "/conversations/{id}", ConversationDetails, "One conversation, with its messages")
def get_conversation(request: HttpRequest, id: Path[Id]) -> ConversationDetails:
    """The newest 200 messages both ways."""
    row = conversation_for(call_of(request).actor, id)
    messages = [_message(piece) for piece in exchange(row, _MOST).pieces]
    return ConversationDetails(**_about(row), messages=messages)


@writes(router, "/conversations/{id}/state", ConversationOut, "Say whose turn it is",
        scope=Scope.PLAN)  # fmt: skip
def set_state(request: HttpRequest, id: Path[Id], payload: Body[StateIn]) -> ConversationOut:
    """Set aside, or taken up again."""
    call = call_of(request)
    row = conversation_for(call.actor, id)
    change_state(call.actor, row, payload.state, at=call.at)
    return ConversationOut(**_about(conversation_for(call.actor, id)))


@writes(router, "/incoming/{id}/confirm", IncomingOut, "A suggestion is right", scope=Scope.PLAN)
def confirm_suggestion(request: HttpRequest, id: Path[Id], payload: Body[ConfirmIn]) -> IncomingOut:
    """What the message seems to mean becomes a promise, a dispute, a claim of payment and so on."""
    call = call_of(request)
    row = incoming_for(call.actor, id)
    facts = _facts(call, row, payload)
    try:
        confirm(call.actor, row, payload.code.value, facts, today=call.today, at=call.at)
    except AlreadyDecided as error:
        raise Problem("conflict") from error
    except FactMissing as error:
        raise invalid(_pointer(error.name), "fact_missing") from error
    except DateRefused as error:
        raise invalid("/on", "day_refused") from error
    return _incoming(incoming_for(call.actor, id))


@writes(router, "/incoming/{id}/dismiss", IncomingOut, "A suggestion is wrong", scope=Scope.PLAN)
def dismiss_suggestion(request: HttpRequest, id: Path[Id], payload: Body[DismissIn]) -> IncomingOut:
    """The message does not mean that."""
    call = call_of(request)
    row = incoming_for(call.actor, id)
    try:
        dismiss(call.actor, row, payload.code.value, at=call.at)
    except AlreadyDecided as error:
        raise Problem("conflict") from error
    return _incoming(incoming_for(call.actor, id))


def _facts(call: Call, row: Incoming, payload: ConfirmIn) -> dict[str, Any]:
    """What was read, corrected by what is said now."""
    read = next((one for one in row.suggestions if one["code"] == payload.code.value), None)
    facts: dict[str, Any] = dict(read["facts"]) if read else {}
    if payload.on:
        facts["on"] = payload.on.isoformat()
    if payload.amount:
        facts |= {"minor": payload.amount.minor, "currency": payload.amount.currency}
    if payload.ground:
        facts["ground"] = payload.ground.value
    said = {"reference": payload.reference, "address": payload.address, "name": payload.name}
    facts |= {name: value for name, value in said.items() if value}
    if payload.invoices is not None:
        facts["invoices"] = _numbers(call, row, payload.invoices)
    return facts


def _numbers(call: Call, row: Incoming, invoices: Sequence[int]) -> list[str]:
    """The numbers of a customer's invoices. Raises Problem for one that is not its own."""
    company = call.company.pk
    known = feed.invoice_keys(company, row.customer_id or 0, invoices)
    for place, pk in enumerate(invoices):
        if pk not in known:
            raise invalid(f"/invoices/{place}", "not_theirs")
    return list(invoice_numbers(company, known.values()).values())


def _pointer(name: str) -> str:
    return {"minor": "/amount", "customer": "", "contact": ""}.get(name, f"/{name}")


# --- as they are answered ---------------------------------------------------------------------


def _about(row: Conversation) -> dict[str, Any]:
    customer = row.customer
    return {
        "id": row.pk,
        "customer": CustomerRef(id=customer.pk, key=customer.key, name=customer.name)
        if customer
        else None,
        "subject": row.subject,
        "state": ConversationState(row.state),
        "assigned_to": str(row.assigned_to) if row.assigned_to else None,
        "opened_at": row.opened_at,
        "last_at": row.last_at,
    }


def _message(piece: Piece) -> IncomingOut | OutgoingOut:
    if piece.incoming is not None:
        return _incoming(piece.incoming)
    row = piece.outgoing
    assert row is not None
    return OutgoingOut(
        id=row.pk,
        at=piece.at,
        state=row.state,
        recipient=row.recipient,
        subject=row.subject,
        text=row.text,
    )


def _incoming(row: Incoming) -> IncomingOut:
    return IncomingOut(
        id=row.pk,
        at=row.received_at,
        kind=IncomingKind(row.kind),
        source=IncomingSource(row.source),
        sender=row.sender,
        sender_name=row.sender_name,
        subject=row.subject,
        text=row.answer,
        unread=row.reply is not None and row.reply.read_on is None,
        suggestions=[_suggestion(one, row.decided) for one in row.suggestions],
        files=[
            FileOut(id=one.pk, name=one.name, size=one.size, kept=one.kept) for one in files_of(row)
        ],
    )


def _suggestion(one: Mapping[str, Any], decided: Mapping[str, Any]) -> SuggestionOut:
    return SuggestionOut(
        code=Meaning(one["code"]),
        facts=dict(one["facts"]),
        reasons=list(one["reasons"]),
        decided=decided.get(one["code"], {}).get("done"),
    )

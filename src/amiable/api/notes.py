"""Notes and replies: what was written down about a customer, and what the customer answered."""

from datetime import date, datetime
from typing import Annotated

from django.http import HttpRequest
from ninja import Body, Path, Router
from pydantic import Field

from amiable.api.auth import call_of
from amiable.api.doors import writes
from amiable.api.values import Id, Record, Text
from amiable.desk.audit import recorded, subject
from amiable.desk.note import write_note
from amiable.desk.reply import read_replies, record_reply
from amiable.desk.token import Scope

router = Router(tags=["notes"])
Said = Annotated[str, Field(min_length=1, max_length=5_000, pattern=r"^[^\x00]*[^\x00\s][^\x00]*$")]


class NoteIn(Record):
    """What to write down."""

    text: Said


class NoteOut(Record):
    """A note."""

    id: int
    written_at: datetime
    text: str


class ReplyIn(Record):
    """What the customer answered."""

    text: Text = ""


class ReplyOut(Record):
    """An answer of the customer; nothing more leaves until `read_on` is filled."""

    id: int
    received_on: date
    read_on: date | None
    text: str


class RepliesRead(Record):
    """How many answers were unread."""

    read: int


@writes(router, "/customers/{id}/notes", NoteOut, "Write a note", scope=Scope.PLAN, status=201)
def create_note(request: HttpRequest, id: Path[Id], payload: Body[NoteIn]) -> NoteOut:
    """Kept in the customer's timeline."""
    call = call_of(request)
    customer = call.customer(id)
    with recorded(call.actor, "api_noted", at=call.at, customer=customer) as entry:
        row = write_note(
            call.company, customer, text=payload.text, on=call.today, at=call.at, by=None
        )
        entry.subject = subject(row)
    return NoteOut(id=row.pk, written_at=row.written_at, text=row.text)


@writes(
    router,
    "/customers/{id}/replies",
    ReplyOut,
    "The customer answered",
    scope=Scope.PLAN,
    status=201,
)
def create_reply(request: HttpRequest, id: Path[Id], payload: Body[ReplyIn]) -> ReplyOut:
    """Nothing more is sent to the customer until somebody has read the answer."""
    call = call_of(request)
    customer = call.customer(id)
    with recorded(call.actor, "api_replied", at=call.at, customer=customer) as entry:
        row = record_reply(call.company, customer, on=call.today, text=payload.text)
        entry.subject = subject(row)
    call.redraw(customer.pk)
    return ReplyOut(id=row.pk, received_on=row.received_on, read_on=row.read_on, text=row.text)


@writes(router, "/customers/{id}/replies/read", RepliesRead, "Answers were read", scope=Scope.PLAN)
def mark_read(request: HttpRequest, id: Path[Id]) -> RepliesRead:
    """Somebody read every answer of the customer: reminders may go on."""
    call = call_of(request)
    customer = call.customer(id)
    with recorded(call.actor, "api_replies_read", at=call.at, customer=customer):
        count = read_replies(call.company, customer, on=call.today)
    call.redraw(customer.pk)
    return RepliesRead(read=count)

"""The timeline of a customer: everything that happened, newest first."""

from datetime import date, datetime
from typing import Annotated

from django.http import HttpRequest
from ninja import Path, Query, Router
from pydantic import Field

from amiable.api.auth import call_of
from amiable.api.doors import reads
from amiable.api.paging import Page
from amiable.api.values import Id, Record
from amiable.desk.history import Event, history_page

router = Router(tags=["timeline"])


class EventOut(Record):
    """Something that happened; `text` is a sentence in the language asked for, `code` its kind.
    `at` when the time is known, `by` whoever did it."""

    on: date
    at: datetime | None
    code: str
    text: str
    by: str
    detail: str


class Timeline(Page):
    """What happened, newest first."""

    items: list[EventOut]


class TimelineQuery(Record):
    """Which part."""

    limit: Annotated[int, Field(ge=1, le=200)] = 50
    cursor: Annotated[
        str, Field(max_length=200, description="`next` of the page before; empty for the first")
    ] = ""


@reads(router, "/customers/{id}/timeline", Timeline, "What happened with a customer")
def get_timeline(request: HttpRequest, id: Path[Id], filters: Query[TimelineQuery]) -> Timeline:
    """Invoices, payments, messages, promises, disputes, notes, and what people changed."""
    call = call_of(request)
    page = history_page(
        call.company,
        call.customer(id),
        call.today,
        call.language,
        limit=filters.limit,
        after=filters.cursor,
    )
    return Timeline(items=[_out(event) for event in page.events], next=page.older or None)


def _out(event: Event) -> EventOut:
    return EventOut(
        on=event.on,
        at=event.at,
        code=event.code,
        text=event.text,
        by=event.by,
        detail=event.detail,
    )

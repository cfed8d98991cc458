"""Habits: how customers usually pay, in days after the due date."""

from typing import Annotated

from django.http import HttpRequest
from ninja import Path, Query, Router
from pydantic import Field

from amiable.api.auth import call_of
from amiable.api.doors import reads
from amiable.api.paging import Page, PageQuery, cursor_of
from amiable.api.values import CustomerRef, Id, Record
from amiable.desk.habit_record import HabitRecord, habit_records
from amiable.engine.parties import Segment
from amiable.store import feed
from amiable.store.models import Customer

router = Router(tags=["habits"])


class HabitOut(Record):
    """How one customer usually pays, in days after the due date."""

    customer: CustomerRef
    n: Annotated[int, Field(description="Paid invoices it was learned from")]
    usual: Annotated[int, Field(description="The usual delay: half pay by then")]
    low: Annotated[int, Field(description="One in five pays by then")]
    high: Annotated[int, Field(description="Four in five pay by then")]
    trigger: Annotated[int, Field(description="From this day on a reminder is useful")]
    basis: Annotated[str, Field(description="own, company or default: where it comes from")]
    own_percent: Annotated[int, Field(description="How much of it is the customer's own history")]
    segment: Segment
    delays: Annotated[list[int], Field(description="Of the paid invoices, oldest first")]


class HabitPage(Page):
    """Habits in the order of the customers' `id`."""

    items: list[HabitOut]


@reads(router, "/habits", HabitPage, "List habits")
def list_habits(request: HttpRequest, filters: Query[PageQuery]) -> HabitPage:
    """The habits of all customers, new ones too."""
    call = call_of(request)
    found = feed.customers(call.company.pk, filters.place())
    records = habit_records(call.company, [row.pk for row in found.rows], call.today)
    items = [_out(row, records[row.pk]) for row in found.rows]
    return HabitPage(items=items, next=cursor_of(found.last))


@reads(router, "/customers/{id}/habit", HabitOut, "How a customer usually pays")
def get_habit(request: HttpRequest, id: Path[Id]) -> HabitOut:
    """The habit of one customer."""
    call = call_of(request)
    row = call.customer(id)
    return _out(row, habit_records(call.company, [row.pk], call.today)[row.pk])


def _out(row: Customer, habit: HabitRecord) -> HabitOut:
    return HabitOut(
        customer=CustomerRef(id=row.pk, key=row.key, name=row.name),
        n=habit.n,
        usual=habit.usual,
        low=habit.low,
        high=habit.high,
        trigger=habit.trigger,
        basis=habit.basis,
        own_percent=habit.own_percent,
        segment=Segment(habit.segment),
        delays=list(habit.delays),
    )

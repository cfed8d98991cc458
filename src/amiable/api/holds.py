"""Holds: the reminders of a customer, or of some invoices, stopped by a person."""

from datetime import date
from typing import Annotated

from django.http import HttpRequest
from ninja import Body, Path, Router
from pydantic import Field

from amiable.api.auth import call_of
from amiable.api.doors import writes
from amiable.api.problems import invalid
from amiable.api.promises import keys_of
from amiable.api.values import Day, Id, Line, Record
from amiable.desk.audit import recorded, subject
from amiable.desk.hold import DateRefused, hold, release
from amiable.desk.token import Scope

router = Router(tags=["holds"])


class HoldIn(Record):
    """Until when, and of what."""

    until: Annotated[Day | None, Field(description="Left out: until further notice")] = None
    invoices: Annotated[
        list[Id],
        Field(
            default_factory=list,
            max_length=500,
            description="The `id` of some; none: the whole customer",
        ),
    ]
    note: Line = ""


class HoldOut(Record):
    """A hold, in force on `[from_on, until_on)`."""

    id: int
    from_on: date
    until_on: date | None


class Released(Record):
    """How many holds ended."""

    released: int


@writes(
    router, "/customers/{id}/holds", HoldOut, "Stop the reminders", scope=Scope.PLAN, status=201
)
def create_hold(request: HttpRequest, id: Path[Id], payload: Body[HoldIn]) -> HoldOut:
    """Nothing is sent until a day, or until the hold is released."""
    call = call_of(request)
    customer = call.customer(id)
    keys = keys_of(call, customer.pk, payload.invoices)
    with recorded(call.actor, "api_held", at=call.at, customer=customer) as entry:
        try:
            row = hold(
                call.company,
                customer,
                on=call.today,
                until=payload.until,
                invoices=keys,
                note=payload.note,
            )
        except DateRefused as error:
            raise invalid("/until", "not_later", day=call.today) from error
        entry.subject = subject(row)
    call.redraw(customer.pk)
    return HoldOut(id=row.pk, from_on=row.from_on, until_on=row.until_on)


@writes(router, "/customers/{id}/release", Released, "Let reminders go on", scope=Scope.PLAN)
def release_holds(request: HttpRequest, id: Path[Id]) -> Released:
    """Every hold of the customer ends today, postponements too."""
    call = call_of(request)
    customer = call.customer(id)
    with recorded(call.actor, "api_released", at=call.at, customer=customer):
        count = release(call.company, customer, on=call.today)
    call.redraw(customer.pk)
    return Released(released=count)

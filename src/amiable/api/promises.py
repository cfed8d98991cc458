"""Promises: what customers said they would pay, and when."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated

from django.http import HttpRequest
from ninja import Body, Path, Query, Router
from pydantic import Field

from amiable.api.auth import Call, call_of
from amiable.api.doors import reads, writes
from amiable.api.paging import Page, PageQuery, cursor_of
from amiable.api.problems import Problem, invalid
from amiable.api.values import Amount, AmountAboveZero, CustomerRef, Day, Id, Record
from amiable.desk.access import OtherCompany
from amiable.desk.audit import recorded, subject
from amiable.desk.hold import DateRefused
from amiable.desk.promise import cancel_promise, record_promise
from amiable.desk.promise_fate import fates_of
from amiable.desk.sight import sight_of
from amiable.desk.token import Scope
from amiable.engine.promise import PromiseState
from amiable.store import feed
from amiable.store.models import Promise

router = Router(tags=["promises"])


class PromiseOut(Record):
    """A promise. `invoices`: the `id` of those meant, none for any. `state` null: cancelled;
    `late`: the days after its date that the money came, or is missing so far."""

    id: int
    customer: CustomerRef
    made_on: date
    due_on: date
    amount: Amount
    invoices: list[int]
    cancelled_on: date | None
    state: PromiseState | None
    late: int
    plan: Annotated[int | None, Field(description="The `id` of the instalment plan it is part of")]


class ReliabilityOut(Record):
    """How a customer keeps its promises: `kept` in time of the `told` whose time is over.

    `trusted`: the next one has two more days of grace; `doubted`: none."""

    kept: int
    told: int
    trusted: bool
    doubted: bool


class PromisePage(Page):
    """Promises in the order of their `id`."""

    items: list[PromiseOut]


class PromiseFilters(PageQuery):
    """Which promises."""

    customer: Annotated[Id | None, Field(description="The `id` of a customer")] = None


class PromiseIn(Record):
    """What a customer promised."""

    amount: AmountAboveZero
    due_on: Day
    made_on: Annotated[Day | None, Field(description="Left out: today")] = None
    invoices: Annotated[
        list[Id],
        Field(
            default_factory=list,
            max_length=500,
            description="The `id` of those meant; none for any",
        ),
    ]


@reads(router, "/promises", PromisePage, "List promises")
def list_promises(request: HttpRequest, filters: Query[PromiseFilters]) -> PromisePage:
    """All promises, cancelled ones too."""
    call = call_of(request)
    found = feed.promises(call.company.pk, filters.place(), customer=filters.customer)
    return PromisePage(items=_out(call, found.rows), next=cursor_of(found.last))


@reads(router, "/customers/{id}/reliability", ReliabilityOut, "How a customer keeps its promises")
def get_reliability(request: HttpRequest, id: Path[Id]) -> ReliabilityOut:
    """Parts of instalment plans count like promises; cancelled ones do not."""
    call = call_of(request)
    found = sight_of(call.company, call.customer(id), call.today).situation.reliability
    return ReliabilityOut(
        kept=found.kept, told=found.told, trusted=found.trusted, doubted=found.doubted
    )


@writes(
    router,
    "/customers/{id}/promises",
    PromiseOut,
    "Record a promise",
    scope=Scope.PLAN,
    status=201,
)
def create_promise(request: HttpRequest, id: Path[Id], payload: Body[PromiseIn]) -> PromiseOut:
    """Chasing pauses until the promised day and its days of grace are over."""
    call = call_of(request)
    customer = call.customer(id)
    keys = keys_of(call, customer.pk, payload.invoices)
    with recorded(
        call.actor, "api_promised", at=call.at, customer=customer, due_on=payload.due_on.isoformat()
    ) as entry:
        try:
            row = record_promise(
                call.company,
                customer,
                made_on=payload.made_on or call.today,
                due_on=payload.due_on,
                amount=payload.amount.money(),
                invoices=keys,
                at=call.at,
            )
        except DateRefused as error:
            raise invalid("/due_on", "before_made_on") from error
        entry.subject = subject(row)
    call.redraw(customer.pk)
    return _out(call, [row])[0]


@writes(router, "/promises/{id}/cancel", PromiseOut, "Cancel a promise", scope=Scope.PLAN)
def cancel(request: HttpRequest, id: Path[Id]) -> PromiseOut:
    """The promise no longer counts, without a breach: replaced, or recorded by mistake."""
    call = call_of(request)
    row = feed.promise_row(call.company.pk, id)
    if row is None:
        raise OtherCompany(call.company, "promise")
    if row.cancelled_on is not None:
        raise Problem("conflict")
    with recorded(call.actor, "api_promise_cancelled", at=call.at, customer=row.customer) as entry:
        cancel_promise(call.company, row, on=call.today)
        entry.subject = subject(row)
    call.redraw(row.customer_id)
    return _out(call, [row])[0]


def keys_of(call: Call, customer: int, invoices: Sequence[int]) -> list[str]:
    """The natural keys of a customer's invoices. Raises Problem for one that is not its own."""
    known = feed.invoice_keys(call.company.pk, customer, invoices)
    for place, pk in enumerate(invoices):
        if pk not in known:
            raise invalid(f"/invoices/{place}", "not_theirs")
    return [known[pk] for pk in invoices]


def _out(call: Call, rows: Sequence[Promise]) -> list[PromiseOut]:
    keys = sorted({key for row in rows for key in row.invoices})
    pks = feed.invoices_by_key(call.company.pk, keys)
    told = fates_of(call.company, rows, call.today)
    return [
        PromiseOut(
            id=row.pk,
            customer=CustomerRef(id=row.customer_id, key=row.customer.key, name=row.customer.name),
            made_on=row.made_on,
            due_on=row.due_on,
            amount=Amount(minor=row.amount_minor, currency=row.currency),
            invoices=[pks[key] for key in row.invoices if key in pks],
            cancelled_on=row.cancelled_on,
            state=fate.state if fate else None,
            late=fate.late if fate else 0,
            plan=row.plan_id,
        )
        for row in rows
        for fate in (told[row.pk],)
    ]

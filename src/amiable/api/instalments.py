"""Instalment plans: debts paid in parts, and that a customer agreed to one in writing."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Annotated

from django.http import HttpRequest
from ninja import Body, Path, Query, Router
from pydantic import Field

from amiable.api.auth import Call, call_of
from amiable.api.doors import reads, writes
from amiable.api.paging import Page, PageQuery, cursor_of
from amiable.api.problems import Problem
from amiable.api.values import Amount, CustomerRef, Id, Record
from amiable.desk.access import OtherCompany
from amiable.desk.agreement_paper import accepted_on
from amiable.desk.audit import recorded, subject
from amiable.desk.instalment import accept
from amiable.desk.promise_fate import fates_of
from amiable.desk.token import Scope
from amiable.engine.instalment import PlanState, plan_state
from amiable.engine.promise import Fate, PromiseState
from amiable.store import feed
from amiable.store.models import InstalmentPlan, Promise

router = Router(tags=["instalments"])


class PartOut(Record):
    """A part of a plan: a promise of its own, in `/promises` too. `late` as there."""

    promise: int
    due_on: date
    amount: Amount
    state: PromiseState | None
    late: int


class PlanOut(Record):
    """An instalment plan. `state` null: cancelled; `accepted_on`: the day the customer agreed in
    writing, `accepted_by` the name it gave."""

    id: int
    customer: CustomerRef
    agreed_on: date
    note: str
    state: PlanState | None
    parts: list[PartOut]
    accepted_on: date | None
    accepted_by: str


class PlanPage(Page):
    """Plans in the order of their `id`."""

    items: list[PlanOut]


class PlanFilters(PageQuery):
    """Which plans."""

    customer: Annotated[Id | None, Field(description="The `id` of a customer")] = None


class AcceptIn(Record):
    """Who agreed."""

    name: Annotated[
        str,
        Field(
            min_length=1,
            max_length=200,
            pattern=r"^[^\x00-\x1f\x7f]*[^\s\x00-\x1f\x7f][^\x00-\x1f\x7f]*$",
            description="As it stands under the document",
        ),
    ]


@reads(router, "/instalments", PlanPage, "List instalment plans")
def list_plans(request: HttpRequest, filters: Query[PlanFilters]) -> PlanPage:
    """All plans with their parts, cancelled ones too."""
    call = call_of(request)
    found = feed.plans(call.company.pk, filters.place(), customer=filters.customer)
    return PlanPage(items=_out(call, found.rows), next=cursor_of(found.last))


@writes(router, "/instalments/{id}/accept", PlanOut, "Agreed in writing", scope=Scope.PLAN)
def accept_plan(request: HttpRequest, id: Path[Id], payload: Body[AcceptIn]) -> PlanOut:
    """The document is kept as it is today, with the name and the day; the parts do not change."""
    call = call_of(request)
    row = feed.plan_row(call.company.pk, id)
    if row is None:
        raise OtherCompany(call.company, "instalment plan")
    name = payload.name.strip()
    with recorded(
        call.actor, "plan_accepted", at=call.at, customer=row.customer, name=name
    ) as entry:
        if not accept(call.company, row, name, call.at):
            raise Problem("conflict")
        entry.subject = subject(row)
    return _out(call, [row])[0]


def _out(call: Call, rows: Sequence[InstalmentPlan]) -> list[PlanOut]:
    parts = feed.parts_of(call.company.pk, [row.pk for row in rows])
    told = fates_of(call.company, parts, call.today)
    by_plan: dict[int, list[Promise]] = defaultdict(list)
    for part in parts:
        if part.plan_id is not None:
            by_plan[part.plan_id].append(part)
    return [
        PlanOut(
            id=row.pk,
            customer=CustomerRef(id=row.customer_id, key=row.customer.key, name=row.customer.name),
            agreed_on=row.agreed_on,
            note=row.note,
            state=plan_state([_state(told[part.pk]) for part in by_plan[row.pk]]),
            parts=[_part(part, told[part.pk]) for part in by_plan[row.pk]],
            accepted_on=accepted_on(call.company, row),
            accepted_by=row.accepted_by,
        )
        for row in rows
    ]


def _state(fate: Fate | None) -> PromiseState | None:
    return fate.state if fate else None


def _part(row: Promise, fate: Fate | None) -> PartOut:
    return PartOut(
        promise=row.pk,
        due_on=row.due_on,
        amount=Amount(minor=row.amount_minor, currency=row.currency),
        state=_state(fate),
        late=fate.late if fate else 0,
    )

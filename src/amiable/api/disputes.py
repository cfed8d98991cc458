"""Disputes: amounts that customers contest."""

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
from amiable.api.values import (
    Amount,
    AmountAboveZero,
    CustomerRef,
    Email,
    Id,
    Line,
    Record,
    amount,
)
from amiable.desk.access import OtherCompany
from amiable.desk.audit import recorded, subject
from amiable.desk.dispute import close_dispute, expect_credit, open_dispute
from amiable.desk.dispute_list import dispute_lines, hand_disputes, owners_for
from amiable.desk.token import Scope
from amiable.engine.dispute import DisputeState, Ground, Outcome
from amiable.store import feed
from amiable.store.models import Dispute
from amiable.store.timeline import dispute_value

router = Router(tags=["disputes"])


class DisputeOut(Record):
    """A dispute. `amount` null: all of the invoice; `closed_on` null: open.

    `owner`: the e-mail address of who looks after it. `granted_on`: since when a credit note of
    `granted` (null: of all that is contested) is expected; that part is held until it comes."""

    id: int
    customer: CustomerRef
    invoice: int | None
    opened_on: date
    ground: Ground | None
    reason: str
    amount: Amount | None
    closed_on: date | None
    outcome: Outcome | None
    state: DisputeState
    owner: str | None
    granted_on: date | None
    granted: Amount | None


class DisputePage(Page):
    """Disputes in the order of their `id`."""

    items: list[DisputeOut]


class DisputeFilters(PageQuery):
    """Which disputes."""

    customer: Annotated[Id | None, Field(description="The `id` of a customer")] = None
    open: bool | None = None


class DisputeIn(Record):
    """What a customer contests."""

    invoice: Annotated[Id, Field(description="The `id` of the invoice")]
    amount: Annotated[AmountAboveZero | None, Field(description="Left out: all of the invoice")] = (
        None
    )
    ground: Ground | None = None
    reason: Annotated[Line, Field(description="In the customer's own words")] = ""


class CloseIn(Record):
    """How the dispute ended."""

    outcome: Outcome | None = None


class GrantIn(Record):
    """Of what a credit note follows."""

    amount: Annotated[
        AmountAboveZero | None, Field(description="Left out: all that is contested")
    ] = None


class OwnerIn(Record):
    """Who looks after a dispute from now on."""

    owner: Annotated[Email, Field(description="A member's e-mail address; empty: nobody")] = ""


@reads(router, "/disputes", DisputePage, "List disputes")
def list_disputes(request: HttpRequest, filters: Query[DisputeFilters]) -> DisputePage:
    """All disputes, closed ones too."""
    call = call_of(request)
    found = feed.disputes(
        call.company.pk, filters.place(), customer=filters.customer, open=filters.open
    )
    return DisputePage(items=_out(call, found.rows), next=cursor_of(found.last))


@writes(
    router,
    "/customers/{id}/disputes",
    DisputeOut,
    "Open a dispute",
    scope=Scope.PLAN,
    status=201,
)
def create_dispute(request: HttpRequest, id: Path[Id], payload: Body[DisputeIn]) -> DisputeOut:
    """What is contested is not chased, and the invoice teaches no habit."""
    call = call_of(request)
    customer = call.customer(id)
    invoice = feed.invoice_row(call.company.pk, payload.invoice)
    if invoice is None or invoice.customer_id != customer.pk:
        raise invalid("/invoice", "not_theirs")
    contested = payload.amount.money() if payload.amount else None
    if contested is not None and contested.currency != invoice.currency:
        raise invalid("/amount/currency", "other_currency", currency=invoice.currency)
    with recorded(
        call.actor, "api_disputed", at=call.at, customer=customer, number=invoice.number
    ) as entry:
        row = open_dispute(
            call.company,
            customer,
            invoice,
            on=call.today,
            reason=payload.reason,
            ground=payload.ground,
            amount=contested,
            at=call.at,
        )
        entry.subject = subject(row)
    call.redraw(customer.pk)
    return _out(call, [row])[0]


@writes(router, "/disputes/{id}/close", DisputeOut, "Close a dispute", scope=Scope.PLAN)
def close(request: HttpRequest, id: Path[Id], payload: Body[CloseIn]) -> DisputeOut:
    """The dispute is over: the invoice may be chased again."""
    call = call_of(request)
    row = _row(call, id)
    with recorded(call.actor, "api_dispute_closed", at=call.at, customer=row.customer) as entry:
        if not close_dispute(call.company, row, on=call.today, outcome=payload.outcome, at=call.at):
            raise Problem("conflict")
        entry.subject = subject(row)
    call.redraw(row.customer_id)
    return _out(call, [row])[0]


@writes(router, "/disputes/{id}/grant", DisputeOut, "Agree to a credit note", scope=Scope.PLAN)
def grant(request: HttpRequest, id: Path[Id], payload: Body[GrantIn]) -> DisputeOut:
    """The customer is right: what is granted is held until the credit note is in the ledger."""
    call = call_of(request)
    row = _row(call, id)
    granted = payload.amount.money() if payload.amount else None
    line = dispute_lines(call.company, [row], call.today)[0]
    if granted is not None and line.held is not None:
        if granted.currency != line.held.currency:
            raise invalid("/amount/currency", "other_currency", currency=line.held.currency)
        if granted.minor > line.held.minor:
            raise invalid("/amount/minor", "more_than_contested")
    with recorded(call.actor, "api_dispute_granted", at=call.at, customer=row.customer) as entry:
        if not expect_credit(call.company, row, on=call.today, amount=granted):
            raise Problem("conflict")
        entry.subject = subject(row)
    call.redraw(row.customer_id)
    return _out(call, [row])[0]


@writes(router, "/disputes/{id}/owner", DisputeOut, "Give a dispute to somebody", scope=Scope.PLAN)
def give(request: HttpRequest, id: Path[Id], payload: Body[OwnerIn]) -> DisputeOut:
    """Whoever looks after it from now on: a member who may work with customers, or nobody."""
    call = call_of(request)
    row = _row(call, id)
    people = {one.email.lower(): one for one in owners_for(call.actor)}
    owner = people.get(payload.owner.lower())
    if payload.owner and owner is None:
        raise invalid("/owner", "not_a_member")
    hand_disputes(call.actor, [row.pk], owner, at=call.at)
    return _out(call, [_row(call, id)])[0]


def _row(call: Call, pk: int) -> Dispute:
    row = feed.dispute_row(call.company.pk, pk)
    if row is None:
        raise OtherCompany(call.company, "dispute")
    return row


def _out(call: Call, rows: Sequence[Dispute]) -> list[DisputeOut]:
    pks = feed.invoices_by_key(call.company.pk, sorted({row.invoice for row in rows}))
    return [
        DisputeOut(
            id=row.pk,
            customer=CustomerRef(id=row.customer_id, key=row.customer.key, name=row.customer.name),
            invoice=pks.get(row.invoice),
            opened_on=row.opened_on,
            ground=Ground(row.ground) if row.ground else None,
            reason=row.reason,
            amount=amount(value.amount) if value.amount else None,
            closed_on=row.closed_on,
            outcome=Outcome(row.outcome) if row.outcome else None,
            state=value.state(call.today),
            owner=row.owner.email if row.owner else None,
            granted_on=row.granted_on,
            granted=amount(value.granted) if value.granted else None,
        )
        for row in rows
        for value in (dispute_value(row, {row.customer_id: row.customer.key}),)
    ]

"""Disputes: amounts that customers contest."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated

from django.http import HttpRequest
from ninja import Body, Path, Query, Router
from pydantic import Field

from amiable.api.auth import call_of
from amiable.api.doors import reads, writes
from amiable.api.paging import Page, PageQuery, cursor_of
from amiable.api.problems import Problem, invalid
from amiable.api.values import Amount, AmountAboveZero, CustomerRef, Id, Line, Record
from amiable.desk.access import OtherCompany
from amiable.desk.audit import recorded, subject
from amiable.desk.dispute import close_dispute, open_dispute
from amiable.desk.token import Scope
from amiable.engine.dispute import Ground, Outcome
from amiable.store import feed
from amiable.store.models import Company, Dispute

router = Router(tags=["disputes"])


class DisputeOut(Record):
    """A dispute. `amount` null: all of the invoice; `closed_on` null: open."""

    id: int
    customer: CustomerRef
    invoice: int | None
    opened_on: date
    ground: Ground | None
    reason: str
    amount: Amount | None
    closed_on: date | None
    outcome: Outcome | None


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


@reads(router, "/disputes", DisputePage, "List disputes")
def list_disputes(request: HttpRequest, filters: Query[DisputeFilters]) -> DisputePage:
    """All disputes, closed ones too."""
    company = call_of(request).company
    found = feed.disputes(company.pk, filters.place(), customer=filters.customer, open=filters.open)
    return DisputePage(items=_out(company, found.rows), next=cursor_of(found.last))


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
    return _out(call.company, [row])[0]


@writes(router, "/disputes/{id}/close", DisputeOut, "Close a dispute", scope=Scope.PLAN)
def close(request: HttpRequest, id: Path[Id], payload: Body[CloseIn]) -> DisputeOut:
    """The dispute is over: the invoice may be chased again."""
    call = call_of(request)
    row = feed.dispute_row(call.company.pk, id)
    if row is None:
        raise OtherCompany(call.company, "dispute")
    if row.closed_on is not None:
        raise Problem("conflict")
    with recorded(call.actor, "api_dispute_closed", at=call.at, customer=row.customer) as entry:
        close_dispute(call.company, row, on=call.today, outcome=payload.outcome, at=call.at)
        entry.subject = subject(row)
    call.redraw(row.customer_id)
    return _out(call.company, [row])[0]


def _out(company: Company, rows: Sequence[Dispute]) -> list[DisputeOut]:
    pks = feed.invoices_by_key(company.pk, sorted({row.invoice for row in rows}))
    return [
        DisputeOut(
            id=row.pk,
            customer=CustomerRef(id=row.customer_id, key=row.customer.key, name=row.customer.name),
            invoice=pks.get(row.invoice),
            opened_on=row.opened_on,
            ground=Ground(row.ground) if row.ground else None,
            reason=row.reason,
            amount=None
            if row.amount_minor is None
            else Amount(minor=row.amount_minor, currency=row.currency),
            closed_on=row.closed_on,
            outcome=Outcome(row.outcome) if row.outcome else None,
        )
        for row in rows
    ]

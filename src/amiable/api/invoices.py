"""Invoices: whatever raises what a customer owes."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Literal

from django.http import HttpRequest
from ninja import Body, Path, Query, Router
from pydantic import Field

from amiable.api.auth import call_of
from amiable.api.doors import reads, writes
from amiable.api.paging import Page, PageQuery, cursor_of
from amiable.api.posted import InvoicesIn, Posted, answer_of
from amiable.api.values import Amount, CustomerRef, Day, Id, Number, Record
from amiable.desk.access import OtherCompany
from amiable.desk.posting import post_invoices
from amiable.desk.token import Scope
from amiable.engine.ledger import AllocationBasis, DueBasis, InvoiceKind
from amiable.store import feed
from amiable.store.models import Company, Invoice
from amiable.store.models.columns import as_day

router = Router(tags=["invoices"])
State = Literal["open", "settled"]


class InvoiceOut(Record):
    """An invoice. `left`: what is still to be paid; `due_basis`: where the due date comes from
    (an inferred one never founds a penalty); `settled_on`: the day `left` reached zero."""

    id: int
    customer: CustomerRef
    number: str
    kind: InvoiceKind
    issued_on: date
    due_on: date
    due_basis: DueBasis
    amount: Amount
    left: Amount
    state: State
    settled_on: date | None
    label: str


class Tie(Record):
    """Part of a credit pays part of an invoice, from a day on; `basis` says what ties them."""

    invoice: int
    credit: int
    number: str
    amount: Amount
    on: date
    basis: AllocationBasis


class InvoiceDetails(InvoiceOut):
    """An invoice with what paid it; `number` of a tie is the credit's."""

    ties: list[Tie]


class InvoicePage(Page):
    """Invoices in the order of their `id`."""

    items: list[InvoiceOut]


class InvoiceFilters(PageQuery):
    """Which invoices."""

    customer: Annotated[Id | None, Field(description="The `id` of a customer")] = None
    state: State | None = None
    due_from: Annotated[Day | None, Field(description="Due on this day or later")] = None
    due_before: Annotated[Day | None, Field(description="Due before this day")] = None
    number: Annotated[Number, Field(description="The number, exactly")] = ""


@reads(router, "/invoices", InvoicePage, "List invoices")
def list_invoices(request: HttpRequest, filters: Query[InvoiceFilters]) -> InvoicePage:
    """All invoices, or some."""
    company = call_of(request).company
    found = feed.invoices(
        company.pk,
        filters.place(),
        customer=filters.customer,
        open=None if filters.state is None else filters.state == "open",
        due_from=filters.due_from,
        due_before=filters.due_before,
        number=filters.number,
    )
    return InvoicePage(items=invoices_out(company, found.rows), next=cursor_of(found.last))


@reads(router, "/invoices/{id}", InvoiceDetails, "One invoice, with what paid it")
def get_invoice(request: HttpRequest, id: Path[Id]) -> InvoiceDetails:
    """An invoice by its `id`."""
    company = call_of(request).company
    row = feed.invoice_row(company.pk, id)
    if row is None:
        raise OtherCompany(company, "invoice")
    ties = ties_of(company, "invoice", row.pk)
    return InvoiceDetails(**invoices_out(company, [row])[0].model_dump(), ties=ties)


@writes(router, "/invoices", Posted, "Post invoices", scope=Scope.LEDGER)
def create_invoices(request: HttpRequest, payload: Body[InvoicesIn]) -> Posted:
    """Up to 1,000 invoices, for customers that exist. What cannot be taken is refused item by
    item, with the reason; the others are taken together, as one import, which can be undone. An
    invoice of a number that is known is not stored twice."""
    call = call_of(request)
    report = post_invoices(
        call.actor, [item.post() for item in payload.invoices], on=call.today, at=call.at
    )
    return answer_of(call, report)


def invoices_out(company: Company, rows: Sequence[Invoice]) -> list[InvoiceOut]:
    """Invoices with what is left of each, in one query however many."""
    paid = feed.allocated(company.pk, "invoice", [row.pk for row in rows])
    return [_out(row, paid.get(row.pk, 0)) for row in rows]


def ties_of(company: Company, side: str, pk: int) -> list[Tie]:
    """What ties one invoice or credit (``side``) to the other side."""
    return [
        Tie(
            invoice=row.invoice_id,
            credit=row.credit_id,
            number=row.credit.number if side == "invoice" else row.invoice.number,
            amount=Amount(minor=row.amount_minor, currency=row.invoice.currency),
            on=row.allocated_on,
            basis=AllocationBasis(row.basis),
        )
        for row in feed.allocations_of(company.pk, side, pk)
    ]


def _out(row: Invoice, paid: int) -> InvoiceOut:
    return InvoiceOut(
        id=row.pk,
        customer=CustomerRef(id=row.customer_id, key=row.customer.key, name=row.customer.name),
        number=row.number,
        kind=InvoiceKind(row.kind),
        issued_on=row.issued_on,
        due_on=row.due_on,
        due_basis=DueBasis(row.due_basis),
        amount=Amount(minor=row.amount_minor, currency=row.currency),
        left=Amount(minor=row.amount_minor - paid, currency=row.currency),
        state="open" if row.settled_on is None else "settled",
        settled_on=None if row.settled_on is None else as_day(row.settled_on),
        label=row.label,
    )

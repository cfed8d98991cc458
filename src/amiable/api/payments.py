"""Payments: money received, credit notes and whatever else lowers what a customer owes."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated

from django.http import HttpRequest
from ninja import Body, Path, Query, Router
from pydantic import Field

from amiable.api.auth import call_of
from amiable.api.doors import reads, writes
from amiable.api.invoices import State, Tie, ties_of
from amiable.api.paging import Page, PageQuery, cursor_of
from amiable.api.posted import PaymentsIn, Posted, answer_of
from amiable.api.values import Amount, CustomerRef, Day, Id, Record
from amiable.desk.access import OtherCompany
from amiable.desk.posting import post_credits
from amiable.desk.token import Scope
from amiable.engine.ledger import CreditKind
from amiable.store import feed
from amiable.store.models import Company, Credit
from amiable.store.models.columns import as_day

router = Router(tags=["payments"])


class PaymentOut(Record):
    """A payment, credit note or the like. `left`: what is not tied to an invoice yet."""

    id: int
    customer: CustomerRef
    number: str
    kind: CreditKind
    received_on: date
    amount: Amount
    left: Amount
    state: State
    settled_on: date | None
    label: str


class PaymentDetails(PaymentOut):
    """A payment with the invoices it pays; `number` of a tie is the invoice's."""

    ties: list[Tie]


class PaymentPage(Page):
    """Payments in the order of their `id`."""

    items: list[PaymentOut]


class PaymentFilters(PageQuery):
    """Which payments."""

    customer: Annotated[Id | None, Field(description="The `id` of a customer")] = None
    state: Annotated[State | None, Field(description="open: not wholly tied to invoices")] = None
    kind: CreditKind | None = None
    since: Annotated[Day | None, Field(description="Received on this day or later")] = None


@reads(router, "/payments", PaymentPage, "List payments and credit notes")
def list_payments(request: HttpRequest, filters: Query[PaymentFilters]) -> PaymentPage:
    """All that lowers what customers owe, or some."""
    company = call_of(request).company
    found = feed.credits(
        company.pk,
        filters.place(),
        customer=filters.customer,
        open=None if filters.state is None else filters.state == "open",
        kinds=[filters.kind.value] if filters.kind else (),
        since=filters.since,
    )
    return PaymentPage(items=payments_out(company, found.rows), next=cursor_of(found.last))


@reads(router, "/payments/{id}", PaymentDetails, "One payment, with the invoices it pays")
def get_payment(request: HttpRequest, id: Path[Id]) -> PaymentDetails:
    """A payment or credit note by its `id`."""
    company = call_of(request).company
    row = feed.credit_row(company.pk, id)
    if row is None:
        raise OtherCompany(company, "payment")
    ties = ties_of(company, "credit", row.pk)
    return PaymentDetails(**payments_out(company, [row])[0].model_dump(), ties=ties)


@writes(router, "/payments", Posted, "Post payments and credit notes", scope=Scope.LEDGER)
def create_payments(request: HttpRequest, payload: Body[PaymentsIn]) -> Posted:
    """Up to 1,000 payments, credit notes and the like, for customers that exist. They are tied to
    invoices as those of a file: by what they name, else by amount and age. What cannot be taken
    is refused item by item; the others are taken together, as one import, which can be undone.
    The same `key` of the same customer is the same payment, and is not stored twice."""
    call = call_of(request)
    report = post_credits(
        call.actor, [item.post() for item in payload.payments], on=call.today, at=call.at
    )
    return answer_of(call, report)


def payments_out(company: Company, rows: Sequence[Credit]) -> list[PaymentOut]:
    """Payments with what is left of each, in one query however many."""
    used = feed.allocated(company.pk, "credit", [row.pk for row in rows])
    return [_out(row, used.get(row.pk, 0)) for row in rows]


def _out(row: Credit, used: int) -> PaymentOut:
    return PaymentOut(
        id=row.pk,
        customer=CustomerRef(id=row.customer_id, key=row.customer.key, name=row.customer.name),
        number=row.number,
        kind=CreditKind(row.kind),
        received_on=row.received_on,
        amount=Amount(minor=row.amount_minor, currency=row.currency),
        left=Amount(minor=row.amount_minor - used, currency=row.currency),
        state="open" if row.settled_on is None else "settled",
        settled_on=None if row.settled_on is None else as_day(row.settled_on),
        label=row.label,
    )

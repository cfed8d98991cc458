"""Claims of payment: the customer says it has paid; the money has not been seen yet."""

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
from amiable.api.promises import keys_of
from amiable.api.values import Amount, AmountAboveZero, CustomerRef, Day, Id, Number, Record
from amiable.desk.access import OtherCompany
from amiable.desk.audit import recorded, subject
from amiable.desk.hold import DateRefused
from amiable.desk.payment_claim import close_claim, record_claim
from amiable.desk.token import Scope
from amiable.store import feed
from amiable.store.models import PaymentClaim

router = Router(tags=["claims"])


class ClaimOut(Record):
    """A claim of payment. `amount` null: all of `invoices`; none named: all that was due then.

    `closed_on` null: the money is still waited for; `found`: whether it came."""

    id: int
    customer: CustomerRef
    said_on: date
    paid_on: date | None
    amount: Amount | None
    reference: str
    invoices: list[int]
    closed_on: date | None
    found: bool | None


class ClaimPage(Page):
    """Claims in the order of their `id`."""

    items: list[ClaimOut]


class ClaimFilters(PageQuery):
    """Which claims."""

    customer: Annotated[Id | None, Field(description="The `id` of a customer")] = None
    open: bool | None = None


class ClaimIn(Record):
    """What a customer says it has paid."""

    paid_on: Annotated[Day | None, Field(description="When, if it said so; not after today")] = None
    amount: Annotated[AmountAboveZero | None, Field(description="Left out: all of it")] = None
    reference: Annotated[Number, Field(description="Of its transfer")] = ""
    invoices: Annotated[
        list[Id],
        Field(
            default_factory=list,
            max_length=500,
            description="The `id` of those paid; none: all that is due",
        ),
    ]


@reads(router, "/claims", ClaimPage, "List claims of payment")
def list_claims(request: HttpRequest, filters: Query[ClaimFilters]) -> ClaimPage:
    """All claims, closed ones too."""
    call = call_of(request)
    found = feed.claims(
        call.company.pk, filters.place(), customer=filters.customer, open=filters.open
    )
    return ClaimPage(items=_out(call, found.rows), next=cursor_of(found.last))


@writes(
    router,
    "/customers/{id}/claims",
    ClaimOut,
    "Record that a customer says it has paid",
    scope=Scope.PLAN,
    status=201,
)
def create_claim(request: HttpRequest, id: Path[Id], payload: Body[ClaimIn]) -> ClaimOut:
    """Those invoices are not chased while the money may be on its way."""
    call = call_of(request)
    customer = call.customer(id)
    keys = keys_of(call, customer.pk, payload.invoices)
    with recorded(call.actor, "api_claimed", at=call.at, customer=customer) as entry:
        try:
            row = record_claim(
                call.company,
                customer,
                said_on=call.today,
                paid_on=payload.paid_on,
                amount=payload.amount.money() if payload.amount else None,
                reference=payload.reference,
                invoices=keys,
                at=call.at,
            )
        except DateRefused as error:
            raise invalid("/paid_on", "after_today") from error
        entry.subject = subject(row)
    call.redraw(customer.pk)
    return _out(call, [row])[0]


@writes(router, "/claims/{id}/confirm", ClaimOut, "The money was found", scope=Scope.PLAN)
def confirm(request: HttpRequest, id: Path[Id]) -> ClaimOut:
    """Somebody looked, and it is there."""
    return _closed(call_of(request), id, found=True)


@writes(router, "/claims/{id}/refute", ClaimOut, "The money was not found", scope=Scope.PLAN)
def refute(request: HttpRequest, id: Path[Id]) -> ClaimOut:
    """Somebody looked, and it is not waited for any longer: the reminders go on."""
    return _closed(call_of(request), id, found=False)


def _closed(call: Call, pk: int, *, found: bool) -> ClaimOut:
    row = feed.claim_row(call.company.pk, pk)
    if row is None:
        raise OtherCompany(call.company, "claim")
    code = "claim_found" if found else "claim_given_up"
    with recorded(call.actor, code, at=call.at, customer=row.customer) as entry:
        if not close_claim(call.company, row, found=found, on=call.today):
            raise Problem("conflict")
        entry.subject = subject(row)
    call.redraw(row.customer_id)
    return _out(call, [row])[0]


def _out(call: Call, rows: Sequence[PaymentClaim]) -> list[ClaimOut]:
    keys = sorted({key for row in rows for key in row.invoices})
    pks = feed.invoices_by_key(call.company.pk, keys)
    return [
        ClaimOut(
            id=row.pk,
            customer=CustomerRef(id=row.customer_id, key=row.customer.key, name=row.customer.name),
            said_on=row.said_on,
            paid_on=row.paid_on,
            amount=None
            if row.amount_minor is None
            else Amount(minor=row.amount_minor, currency=row.currency),
            reference=row.reference,
            invoices=[pks[key] for key in row.invoices if key in pks],
            closed_on=row.closed_on,
            found=row.found,
        )
        for row in rows
    ]

"""Reminders: the messages of the outbox, from the approval to what became of them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

from django.http import HttpRequest
from ninja import Path, Query, Router
from pydantic import Field

from amiable.api.auth import call_of
from amiable.api.doors import reads
from amiable.api.paging import Page, PageQuery, cursor_of
from amiable.api.values import Amount, CustomerRef, Id, Record
from amiable.desk.access import OtherCompany
from amiable.engine.parties import Channel
from amiable.engine.timeline import ContactPurpose
from amiable.store import feed
from amiable.store.models import Company, OutboxRow
from amiable.store.models.outbox import OutboxState

router = Router(tags=["reminders"])


class ReminderOut(Record):
    """A message. `invoices`: the `id` of those it asks for; `detail`: what the channel said."""

    id: int
    customer: CustomerRef
    purpose: ContactPurpose
    state: OutboxState
    step: int
    channel: Channel
    tone: str
    recipient: str
    subject: str
    amounts: list[Amount]
    invoices: list[int]
    edited: bool
    approved_at: datetime
    approved_by: str | None
    sent_at: datetime | None
    detail: str


class ReminderDetails(ReminderOut):
    """A message with its text."""

    text: str


class ReminderPage(Page):
    """Messages, newest first."""

    items: list[ReminderOut]


class ReminderFilters(PageQuery):
    """Which messages."""

    customer: Annotated[Id | None, Field(description="The `id` of a customer")] = None
    state: OutboxState | None = None


@reads(router, "/reminders", ReminderPage, "List reminders")
def list_reminders(request: HttpRequest, filters: Query[ReminderFilters]) -> ReminderPage:
    """Approved, sent, refused, cancelled: everything that was ever put into the outbox."""
    company = call_of(request).company
    found = feed.reminders(
        company.pk,
        filters.place(),
        customer=filters.customer,
        states=[filters.state.value] if filters.state else (),
    )
    return ReminderPage(items=out_of(company, found.rows), next=cursor_of(found.last))


@reads(router, "/reminders/{id}", ReminderDetails, "One reminder, with its text")
def get_reminder(request: HttpRequest, id: Path[Id]) -> ReminderDetails:
    """A message by its `id`."""
    company = call_of(request).company
    row = feed.reminder_row(company.pk, id)
    if row is None:
        raise OtherCompany(company, "reminder")
    return ReminderDetails(**out_of(company, [row])[0].model_dump(), text=row.text)


def out_of(company: Company, rows: Sequence[OutboxRow]) -> list[ReminderOut]:
    """Messages as they are answered, their invoices found in one query."""
    keys = sorted({key for row in rows for key in row.invoices})
    pks = feed.invoices_by_key(company.pk, keys)
    return [_out(row, [pks[key] for key in row.invoices if key in pks]) for row in rows]


def _out(row: OutboxRow, invoices: list[int]) -> ReminderOut:
    return ReminderOut(
        id=row.pk,
        customer=CustomerRef(id=row.customer_id, key=row.customer.key, name=row.customer.name),
        purpose=ContactPurpose(row.purpose),
        state=OutboxState(row.state),
        step=row.step,
        channel=Channel(row.channel),
        tone=row.tone,
        recipient=row.recipient,
        subject=row.subject,
        amounts=[Amount(minor=minor, currency=code) for code, minor in row.amounts.items()],
        invoices=invoices,
        edited=row.edited,
        approved_at=row.approved_at,
        approved_by=str(row.approved_by) if row.approved_by else None,
        sent_at=row.sent_at,
        detail=row.detail,
    )

"""Feeds: the lists other programs walk through, a page at a time, in the order of their rows.

A page is found by the primary key the one before ended with, so that no page costs more than
another and nothing is seen twice or never.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, TypeVar

from django.db.models import Model, Q, QuerySet, Sum

from amiable.store.models import (
    Allocation,
    Contact,
    Conversation,
    Credit,
    Customer,
    Dispute,
    ImportRun,
    InstalmentPlan,
    Invoice,
    OutboxRow,
    PaymentClaim,
    PlanEntry,
    Promise,
)

M = TypeVar("M", bound=Model)


@dataclass(frozen=True, slots=True, kw_only=True)
class Slice(Generic[M]):
    """A page of rows; ``last``: the primary key to go on after, None on the last page."""

    rows: list[M]
    last: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Which page: after (or, newest first, before) a primary key, so many rows."""

    after: int | None
    limit: int


def _that(rows: QuerySet[M], **asked: Any) -> QuerySet[M]:
    """The rows that meet those conditions which are asked for: not None."""
    return rows.filter(**{name: value for name, value in asked.items() if value is not None})


def _slice(rows: QuerySet[M], place: Place, *, newest_first: bool = False) -> Slice[M]:
    if place.after is not None:
        beyond = {"pk__lt": place.after} if newest_first else {"pk__gt": place.after}
        rows = rows.filter(**beyond)
    found = list(rows.order_by("-pk" if newest_first else "pk")[: place.limit + 1])
    page = found[: place.limit]
    return Slice(rows=page, last=page[-1].pk if len(found) > len(page) else None)


def customers(
    company: int, place: Place, *, words: str = "", key: str = "", segment: str = ""
) -> Slice[Customer]:
    """Customers that are not merged away, with their collectors."""
    rows = Customer.objects.of(company).filter(merged_into=None).select_related("collector")
    if words:
        rows = rows.filter(Q(key__iexact=words) | Q(name__icontains=words))
    if key:
        rows = rows.filter(key=key)
    if segment:
        rows = rows.filter(current_segment=segment)
    return _slice(rows, place)


def contacts(company: int, place: Place, *, customer: int | None = None) -> Slice[Contact]:
    """Contacts with their customers, without those that were removed."""
    rows = Contact.objects.of(company).filter(removed_on=None).select_related("customer")
    return _slice(_that(rows, customer_id=customer), place)


def contact_row(company: int, pk: int) -> Contact | None:
    """A contact of a company, with its customer."""
    rows = Contact.objects.of(company).filter(pk=pk, removed_on=None)
    return rows.select_related("customer").first()


def invoices(
    company: int,
    place: Place,
    *,
    customer: int | None = None,
    open: bool | None = None,
    due_from: date | None = None,
    due_before: date | None = None,
    number: str = "",
) -> Slice[Invoice]:
    """Invoices with their customers; due dates in ``[due_from, due_before)``."""
    rows = _that(
        Invoice.objects.of(company).select_related("customer"),
        customer_id=customer,
        settled_on__isnull=open,
        due_on__gte=due_from,
        due_on__lt=due_before,
        number=number or None,
    )
    return _slice(rows, place)


def credits(
    company: int,
    place: Place,
    *,
    customer: int | None = None,
    open: bool | None = None,
    kinds: Sequence[str] = (),
    since: date | None = None,
) -> Slice[Credit]:
    """Payments, credit notes and the like, with their customers; received ``since`` a day."""
    rows = _that(
        Credit.objects.of(company).select_related("customer"),
        customer_id=customer,
        settled_on__isnull=open,
        kind__in=kinds or None,
        received_on__gte=since,
    )
    return _slice(rows, place)


def invoice_row(company: int, pk: int) -> Invoice | None:
    """An invoice of a company, with its customer."""
    return Invoice.objects.of(company).filter(pk=pk).select_related("customer").first()


def credit_row(company: int, pk: int) -> Credit | None:
    """A payment, credit note or the like of a company, with its customer."""
    return Credit.objects.of(company).filter(pk=pk).select_related("customer").first()


def allocated(company: int, side: str, pks: Sequence[int]) -> dict[int, int]:
    """What is allocated of some invoices or credits (``side``), in minor units."""
    rows = Allocation.objects.of(company).filter(**{f"{side}_id__among": pks})
    found = rows.values(f"{side}_id").annotate(sum=Sum("amount_minor"))
    return {row[f"{side}_id"]: row["sum"] for row in found}


def allocations_of(company: int, side: str, pk: int) -> list[Allocation]:
    """What ties one invoice or credit to the other side, oldest first."""
    rows = Allocation.objects.of(company).filter(**{f"{side}_id": pk})
    return list(rows.select_related("invoice", "credit").order_by("allocated_on", "pk"))


def plan_entries(
    company: int, place: Place, on: date, *, kinds: Sequence[str] = (), customer: int | None = None
) -> Slice[PlanEntry]:
    """The entries of the plan in force on a day, with their customers."""
    rows = PlanEntry.objects.of(company).filter(decided_on__lte=on)
    rows = rows.filter(Q(ended_on=None) | Q(ended_on__gt=on)).select_related("customer")
    return _slice(_that(rows, kind__in=kinds or None, customer_id=customer), place)


def reminders(
    company: int, place: Place, *, customer: int | None = None, states: Sequence[str] = ()
) -> Slice[OutboxRow]:
    """Messages of the outbox without their texts, newest first."""
    rows = OutboxRow.objects.of(company).defer("text", "html", "page")
    rows = rows.select_related("customer", "approved_by")
    rows = _that(rows, customer_id=customer, state__in=states or None)
    return _slice(rows, place, newest_first=True)


def reminder_row(company: int, pk: int) -> OutboxRow | None:
    """A message of the outbox with its text."""
    rows = OutboxRow.objects.of(company).filter(pk=pk)
    return rows.select_related("customer", "approved_by").first()


def import_runs(company: int, place: Place) -> Slice[ImportRun]:
    """Imports, newest first."""
    return _slice(ImportRun.objects.of(company), place, newest_first=True)


def promises(company: int, place: Place, *, customer: int | None = None) -> Slice[Promise]:
    """Promises with their customers."""
    rows = Promise.objects.of(company).select_related("customer")
    return _slice(_that(rows, customer_id=customer), place)


def promise_row(company: int, pk: int) -> Promise | None:
    """A promise of a company, with its customer."""
    return Promise.objects.of(company).filter(pk=pk).select_related("customer").first()


def claims(
    company: int, place: Place, *, customer: int | None = None, open: bool | None = None
) -> Slice[PaymentClaim]:
    """Claims of payment with their customers."""
    rows = PaymentClaim.objects.of(company).select_related("customer")
    return _slice(_that(rows, customer_id=customer, closed_on__isnull=open), place)


def claim_row(company: int, pk: int) -> PaymentClaim | None:
    """A claim of payment of a company, with its customer."""
    return PaymentClaim.objects.of(company).filter(pk=pk).select_related("customer").first()


def plans(company: int, place: Place, *, customer: int | None = None) -> Slice[InstalmentPlan]:
    """Instalment plans with their customers, without the documents."""
    rows = InstalmentPlan.objects.of(company).defer("document").select_related("customer")
    return _slice(_that(rows, customer_id=customer), place)


def plan_row(company: int, pk: int) -> InstalmentPlan | None:
    """An instalment plan of a company, with its customer."""
    rows = InstalmentPlan.objects.of(company).filter(pk=pk).defer("document")
    return rows.select_related("customer").first()


def parts_of(company: int, plans: Sequence[int]) -> list[Promise]:
    """The parts of some instalment plans, in the order of their days."""
    rows = Promise.objects.of(company).filter(plan_id__among=plans)
    return list(rows.select_related("customer").order_by("due_on", "pk"))


def disputes(
    company: int, place: Place, *, customer: int | None = None, open: bool | None = None
) -> Slice[Dispute]:
    """Disputes with their customers."""
    rows = Dispute.objects.of(company).select_related("customer", "owner")
    return _slice(_that(rows, customer_id=customer, closed_on__isnull=open), place)


def dispute_row(company: int, pk: int) -> Dispute | None:
    """A dispute of a company, with its customer."""
    rows = Dispute.objects.of(company).filter(pk=pk)
    return rows.select_related("customer", "owner").first()


def invoice_keys(company: int, customer: int, pks: Sequence[int]) -> dict[int, str]:
    """The natural keys of those of some invoices that are one customer's."""
    rows = Invoice.objects.of(company).filter(customer_id=customer, pk__among=pks)
    return dict(rows.values_list("pk", "key"))


def invoices_by_key(company: int, keys: Sequence[str]) -> dict[str, int]:
    """Primary keys of invoices by their natural keys."""
    rows = Invoice.objects.of(company).filter(key__in=keys)
    return dict(rows.values_list("key", "pk")) if keys else {}


def conversations(
    company: int, place: Place, *, customer: int | None = None, state: str | None = None
) -> Slice[Conversation]:
    """Conversations, newest first, with their customers and who looks after them."""
    rows = Conversation.objects.of(company).select_related("customer", "assigned_to")
    return _slice(_that(rows, customer_id=customer, state=state), place, newest_first=True)

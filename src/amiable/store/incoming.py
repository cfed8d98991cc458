"""Incoming messages in the database: kept once, found again, decided upon."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import Any

from django.db.models import BooleanField, ExpressionWrapper, Q, QuerySet
from django.db.models.functions import Lower

from amiable.store.customer import visible_customers
from amiable.store.models import (
    Contact,
    Customer,
    Hold,
    Incoming,
    IncomingFile,
    Invoice,
    OutboxRow,
)
from amiable.store.models.outbox import OutboxState
from amiable.store.spelling import Bytewise

_LEFT = (OutboxState.SENT, OutboxState.AMBIGUOUS, OutboxState.CLAIMED, OutboxState.REFUSED)


def incoming_with(company: int, key: str) -> Incoming | None:
    """The message with a key, if it was taken in already."""
    return Incoming.objects.of(company).filter(key=key).first()


def known_keys(company: int, keys: Collection[str]) -> set[str]:
    """Those of some keys whose messages were taken in already."""
    rows = Incoming.objects.of(company).filter(key__in=list(keys))
    return set(rows.values_list("key", flat=True))


def incoming_row(company: int, collectors: Sequence[int] | None, pk: int) -> Incoming | None:
    """A message a person may see, with what it belongs to."""
    rows = Incoming.objects.of(company).filter(pk=pk)
    if collectors is not None:
        rows = rows.filter(customer__collector_id__in=collectors, customer__merged_into=None)
    return rows.select_related("conversation", "customer", "contact", "outbox", "reply").first()


def locked_incoming(company: int, pk: int) -> Incoming:
    """The row, held until the transaction ends: two people decide one after the other."""
    return Incoming.objects.of(company).select_for_update().get(pk=pk)


def file_row(company: int, collectors: Sequence[int] | None, pk: int) -> IncomingFile | None:
    """A file of a message a person may see."""
    rows = IncomingFile.objects.of(company).filter(pk=pk)
    if collectors is not None:
        rows = rows.filter(
            incoming__customer__collector_id__in=collectors, incoming__customer__merged_into=None
        )
    return rows.first()


def files_with_sizes(company: int) -> QuerySet[IncomingFile]:
    """Files without their contents; ``kept``: they were not too large to keep."""
    kept = ExpressionWrapper(Q(content__isnull=False), BooleanField())
    return IncomingFile.objects.of(company).annotate(kept=kept).defer("content").order_by("pk")


def files_of(row: Incoming) -> list[Any]:
    """The files of a message, without their contents, fetched before or now."""
    known = getattr(row, "_prefetched_objects_cache", {})
    if "files" in known:
        return list(known["files"])
    return list(files_with_sizes(row.company_id).filter(incoming=row))


def add_incoming(row: Incoming, files: Iterable[IncomingFile]) -> None:
    """Keep a message with its files. Raises IntegrityError when it is kept already."""
    row.save(force_insert=True)
    kept = list(files)
    for file in kept:
        file.incoming = row
    IncomingFile.objects.of(row.company_id).bulk_create(kept)


def change_incoming(row: Incoming, **values: Any) -> None:
    """Write new values of some columns."""
    for name, value in values.items():
        setattr(row, name, value)
    row.save(update_fields=list(values))


def earlier_incoming(company: int, message_ids: Collection[str]) -> Incoming | None:
    """The newest message that came in under one of some Message-IDs, with its conversation."""
    rows = (
        Incoming.objects.of(company).filter(message_id__in=list(message_ids)).exclude(message_id="")
    )
    return rows.select_related("conversation", "customer").order_by("-pk").first()


# --- what it answers ------------------------------------------------------------------------


def sent_with(company: int, message_ids: Sequence[str]) -> OutboxRow | None:
    """Our message with one of some Message-IDs, the newest.

    A service may have put its own in place of ours, which is then its name for the message.
    """
    named = [one for one in message_ids if one]
    rows = OutboxRow.objects.of(company).filter(channel="email", state__in=_LEFT)
    return _related(rows.filter(Q(message_id__in=named) | Q(reference__in=named)))


def sent_row(company: int, pk: int) -> OutboxRow | None:
    """Our message with a primary key."""
    return _related(OutboxRow.objects.of(company).filter(pk=pk))


def last_sent_to(company: int, customer: int, address: str) -> OutboxRow | None:
    """The newest e-mail that left to an address of a customer."""
    rows = OutboxRow.objects.of(company).filter(
        customer_id=customer, recipient__iexact=address, channel="email", state__in=_LEFT
    )
    return _related(rows)


def sent_to(company: int, addresses: Sequence[str]) -> OutboxRow | None:
    """The newest e-mail that left to one of some addresses."""
    rows = OutboxRow.objects.of(company).alias(to=Lower("recipient"))
    rows = rows.filter(to__in=[one.lower() for one in addresses], channel="email", state__in=_LEFT)
    return _related(rows)


def _related(rows: Any) -> OutboxRow | None:
    found: OutboxRow | None = (
        rows.select_related("customer", "conversation", "contact").order_by("-pk").first()
    )
    return found


def contacts_with(company: int, address: str) -> list[Contact]:
    """Contacts with an e-mail address; those that were removed only when there are no others."""
    rows = Contact.objects.of(company).alias(mail=Bytewise(Lower("email")))
    rows = rows.filter(mail=address.lower(), customer__merged_into=None)
    found: list[Contact] = list(rows.select_related("customer").order_by("pk"))
    return [row for row in found if row.removed_on is None] or found


def customers_named(
    company: int, pks: Collection[int], collectors: Sequence[int] | None
) -> list[Customer]:
    """Those of some customers that a person may see, by name."""
    rows = visible_customers(company, collectors).filter(pk__among=list(pks))
    return list(rows.order_by("name", "pk")[:20])


def kept_customer(row: Customer | None) -> Customer | None:
    """The customer a message is about, followed to the one it was merged into."""
    while row is not None and row.merged_into_id is not None:
        row = Customer.objects.of(row.company_id).get(pk=row.merged_into_id)
    return row


def mark_refused(company: int, pk: int, detail: str) -> bool:
    """A message that had left came back: it was not delivered."""
    rows = OutboxRow.objects.of(company).filter(
        pk=pk, state__in=(OutboxState.SENT, OutboxState.AMBIGUOUS, OutboxState.CLAIMED)
    )
    return bool(rows.update(state=OutboxState.REFUSED, detail=detail[:1000]))


def note_detail(company: int, pk: int, detail: str) -> None:
    """Say beside a message what another system reported of it."""
    OutboxRow.objects.of(company).filter(pk=pk).update(detail=detail[:1000])


# --- what is known of the customer ------------------------------------------------------------


def open_numbers(company: int, customer: int) -> list[str]:
    """The numbers of a customer's open invoices."""
    rows = Invoice.objects.of(company).filter(customer_id=customer, settled_on=None)
    return list(rows.exclude(number="").order_by("pk").values_list("number", flat=True)[:500])


def holds_until(company: int, customer: int, day: date) -> bool:
    """Whether the reminders of a customer are on hold until a day or longer."""
    rows = Hold.objects.of(company).filter(customer_id=customer, invoices=[])
    return rows.filter(Q(until_on=None) | Q(until_on__gte=day)).exists()

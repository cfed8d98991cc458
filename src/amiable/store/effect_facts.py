"""What reminders are judged by, by the set: the messages, their invoices, money and answers."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import QuerySet

from amiable.engine.ledger import MONEY_RECEIVED, AllocationBasis
from amiable.engine.timeline import ContactPurpose
from amiable.store.bulk import insert_rows
from amiable.store.invoice import invoice_numbers
from amiable.store.models import (
    Allocation,
    AuditEntry,
    Dispute,
    Invoice,
    OutboxRow,
    PaymentClaim,
    PlanEntry,
    Promise,
    ReminderEffect,
    Reply,
)
from amiable.store.models.columns import as_day
from amiable.store.models.outbox import OutboxState

COUNTED = (ContactPurpose.REMINDER, ContactPurpose.NOTICE)
"""Steps of a policy. Thanks, answers and links one asked for are none."""
LEFT = (OutboxState.SENT, OutboxState.REFUSED)
"""Of these, the ones with a day of sending: a refused one came back after it left."""
_SENT = """
    SELECT DISTINCT o.customer_id FROM store_outboxrow o
    LEFT JOIN store_remindereffect e ON e.message_id = o.id
    LEFT JOIN store_customer c ON c.id = o.customer_id
    WHERE o.company_id = %s AND o.sent_on IS NOT NULL AND o.sent_on <= %s
      AND o.purpose IN ('reminder', 'notice') AND o.state IN ('sent', 'refused')
"""
_DUE = """
      AND (e.id IS NULL OR e.customer_id <> o.customer_id
           OR (o.sent_on >= %s AND (e.judged_on <> %s OR e.customer_version <> c.version))
           OR (e.judged_on < %s AND e.customer_version <> c.version))
"""
_PORTAL = "portal_looked"


@dataclass(frozen=True, slots=True, kw_only=True)
class SentReminder:
    """A message that left, with the keys of the invoices it asked for; ``hour`` by a zone."""

    pk: int
    customer: int
    sent_on: date
    hour: int | None
    channel: str
    tone: str
    step: int
    bounced: bool
    delivered: bool
    opened: bool
    invoices: tuple[str, ...]
    judged: "Judged | None"


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """By what a reminder was judged: the morning, and the facts of a customer at a version."""

    on: date
    customer: int
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundInvoice:
    """An invoice with what lowered it: (day, minor units, whether it was money), by day."""

    customer: int
    key: str
    due_on: date
    amount_minor: int
    currency: str
    settled_on: date | None
    paid_on: date | None
    parts: tuple[tuple[date, int, bool], ...]


def customers_reminded(company: int, known: date) -> list[int]:
    """The customers a reminder left to up to a day, by primary key."""
    return _customers(_SENT, [company, known])


def customers_to_judge(company: int, known: date, fresh: date, stale: date) -> list[int]:
    """The customers with a reminder to judge, by primary key.

    One that was never judged, or by another customer's facts; one sent since ``fresh`` that was
    not judged on ``known``, or whose customer has new facts; one judged before ``stale`` whose
    customer has new facts.
    """
    return _customers(_SENT + _DUE, [company, known, fresh, known, stale])


def _customers(statement: str, facts: list[Any]) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(f"{statement} ORDER BY o.customer_id", facts)
        return [row[0] for row in cursor.fetchall()]


def sent_reminders(
    company: int, pks: Sequence[int], until: date, zone: ZoneInfo
) -> dict[int, list[SentReminder]]:
    """By customer, the reminders and notices that left up to a day, in the order they did."""
    rows = OutboxRow.objects.of(company).filter(
        customer_id__among=pks, sent_on__lte=until, purpose__in=COUNTED, state__in=LEFT
    )
    found: dict[int, list[SentReminder]] = defaultdict(list)
    for row in rows.order_by("sent_on", "pk").values_list(
        "pk", "customer_id", "sent_on", "sent_at", "channel", "tone", "step", "state",
        "delivered_at", "opened_at", "invoices", "effect__judged_on", "effect__customer_id",
        "effect__customer_version",
    ):  # fmt: skip
        assert row[2] is not None
        found[row[1]].append(
            SentReminder(
                pk=row[0], customer=row[1], sent_on=row[2], hour=_hour(row[3], zone),
                channel=row[4], tone=row[5], step=row[6],
                bounced=row[7] == OutboxState.REFUSED.value, delivered=row[8] is not None,
                opened=row[9] is not None, invoices=tuple(row[10]), judged=_judged(*row[11:]),
            )
        )  # fmt: skip
    return found


def _judged(on: date | None, customer: int | None, version: int | None) -> Judged | None:
    if on is None or customer is None or version is None:
        return None
    return Judged(on=on, customer=customer, version=version)


def _hour(at: datetime | None, zone: ZoneInfo) -> int | None:
    return None if at is None else at.astimezone(zone).hour


def chased_invoices(
    company: int, pks: Sequence[int], keys: Iterable[str]
) -> dict[tuple[int, str], FoundInvoice]:
    """Invoices of some customers by (customer, key), with everything that lowered them."""
    rows = _invoice_rows(company, pks, sorted(set(keys)))
    parts: dict[int, list[tuple[date, int, bool]]] = defaultdict(list)
    lowered = Allocation.objects.of(company).filter(invoice_id__among=[row[0] for row in rows])
    lowered = lowered.exclude(basis=AllocationBasis.RETURN.value)
    money = {kind.value for kind in MONEY_RECEIVED}
    for invoice, on, minor, kind in lowered.order_by("allocated_on", "pk").values_list(
        "invoice_id", "allocated_on", "amount_minor", "credit__kind"
    ):
        parts[invoice].append((on, minor, kind in money))
    return {
        (row[1], row[2]): FoundInvoice(
            customer=row[1], key=row[2], due_on=row[3], amount_minor=row[4], currency=row[5],
            settled_on=as_day(row[6]) if row[6] else None,
            paid_on=as_day(row[7]) if row[7] else None, parts=tuple(parts[row[0]]),
        )
        for row in rows
    }  # fmt: skip


def _invoice_rows(company: int, pks: Sequence[int], keys: Sequence[str]) -> list[tuple[Any, ...]]:
    """By their keys: a large customer has far more invoices than were chased."""
    found: list[tuple[Any, ...]] = []
    mine = set(pks)
    for at in range(0, len(keys), 500):
        rows = Invoice.objects.of(company).filter(key__in=keys[at : at + 500])
        found += rows.values_list(
            "pk", "customer_id", "key", "due_on", "amount_minor", "currency", "settled_on",
            "paid_on",
        )  # fmt: skip
    return [row for row in found if row[1] in mine]


def contested_spans(
    company: int, pks: Sequence[int]
) -> dict[tuple[int, str], list[tuple[date, date | None]]]:
    """By (customer, key of an invoice), from when to when it was contested."""
    found: dict[tuple[int, str], list[tuple[date, date | None]]] = defaultdict(list)
    rows = Dispute.objects.of(company).filter(customer_id__among=pks)
    for customer, key, opened, closed in rows.values_list(
        "customer_id", "invoice", "opened_on", "closed_on"
    ):
        found[customer, key].append((opened, closed))
    return found


def answer_days(company: int, pks: Sequence[int], zone: ZoneInfo) -> dict[int, list[int]]:
    """By customer, the days (ordinals, ascending) on which it wrote, promised, contested, said
    that it has paid, or looked at its statement on the portal."""
    days: dict[int, set[int]] = defaultdict(set)
    sources: tuple[tuple[QuerySet[Any], str], ...] = (
        (Reply.objects.of(company), "received_on"),
        (Promise.objects.of(company), "made_on"),
        (Dispute.objects.of(company), "opened_on"),
        (PaymentClaim.objects.of(company), "said_on"),
    )
    for rows, column in sources:
        mine = rows.filter(customer_id__among=pks)
        for customer, on in mine.values_list("customer_id", column):
            days[customer].add(on.toordinal())
    looked = AuditEntry.objects.of(company).filter(customer_id__among=pks, code=_PORTAL)
    for customer, at in looked.values_list("customer_id", "at"):
        if customer is not None:
            days[customer].add(at.astimezone(zone).date().toordinal())
    return {customer: sorted(found) for customer, found in days.items()}


def policies_followed(
    company: int, pks: Sequence[int], until: date
) -> Mapping[int, list[tuple[date, date | None, str]]]:
    """By customer, (from, until, policy) of the decisions to remind, in the order of days."""
    found: dict[int, list[tuple[date, date | None, str]]] = defaultdict(list)
    rows = PlanEntry.objects.of(company).filter(
        customer_id__among=pks, kind="remind", decided_on__lte=until
    )
    for customer, start, end, policy in rows.order_by("decided_on", "pk").values_list(
        "customer_id", "decided_on", "ended_on", "policy"
    ):
        found[customer].append((start, end, policy))
    return found


def numbers_of(company: int, messages: Sequence[int]) -> dict[int, list[str]]:
    """The numbers of the invoices each of some messages asked for, by the message's key."""
    rows = OutboxRow.objects.of(company).filter(pk__among=messages)
    asked = dict(rows.values_list("pk", "invoices"))
    numbers = invoice_numbers(company, {key for keys in asked.values() for key in keys})
    return {pk: [numbers[key] for key in keys if key in numbers] for pk, keys in asked.items()}


COLUMNS = (
    "company", "message", "customer", "judged_on", "customer_version", "sent_on", "channel",
    "tone", "step", "weekday", "hour", "segment", "policy", "bounced", "delivered", "opened",
    "invoices", "amount_minor", "paid_7", "paid_15", "paid_30", "paid_7_minor", "paid_15_minor",
    "paid_30_minor", "answered_after", "over", "waited", "expected", "gained",
)  # fmt: skip


def replace_effects(company: int, rows: Sequence[tuple[Any, ...]]) -> int:
    """Write judgements (in the order of COLUMNS) in place of the earlier ones; how many."""
    messages = [row[1] for row in rows]
    ReminderEffect.objects.of(company).filter(message_id__among=messages).delete()
    return insert_rows(ReminderEffect, COLUMNS, rows)


def forget_effects(company: int, since: date, until: date) -> int:
    """Drop the judgements of the reminders of ``[since, until)``, to be made anew; how many."""
    rows = ReminderEffect.objects.of(company).filter(sent_on__gte=since, sent_on__lt=until)
    return rows.delete()[0]

"""Events: what a webhook can be told of, with the facts each one carries."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from amiable.store.models import (
    Credit,
    Customer,
    Dispute,
    ImportRun,
    Incoming,
    OutboxRow,
    PaymentClaim,
    Promise,
)


class Event(StrEnum):
    """Something that happened, by the name a webhook subscribes to."""

    REMINDER_APPROVED = "reminder.approved"
    REMINDER_SENT = "reminder.sent"
    REMINDER_FAILED = "reminder.failed"
    PAYMENT_RECEIVED = "payment.received"
    PAYMENT_CLAIMED = "payment.claimed"
    REPLY_RECEIVED = "reply.received"
    PROMISE_MADE = "promise.made"
    PROMISE_BROKEN = "promise.broken"
    DISPUTE_OPENED = "dispute.opened"
    DISPUTE_CLOSED = "dispute.closed"
    CUSTOMER_CHANGED = "customer.changed"
    IMPORT_FINISHED = "import.finished"
    IMPORT_UNDONE = "import.undone"
    TEST = "webhook.test"


@dataclass(frozen=True, slots=True, kw_only=True)
class EventKind:
    """What an event means, in English, and the names in its ``data``."""

    meaning: str
    data: tuple[str, ...]


EVENTS: Mapping[Event, EventKind] = {
    Event.REMINDER_APPROVED: EventKind(
        meaning="A reminder was approved and waits to be sent.", data=("customer", "reminder")
    ),
    Event.REMINDER_SENT: EventKind(
        meaning="A reminder left the house, or a person made the call or posted the letter.",
        data=("customer", "reminder"),
    ),
    Event.REMINDER_FAILED: EventKind(
        meaning="A reminder could not be delivered; `state` says whether it was refused, failed"
        " for the moment, or is ambiguous.",
        data=("customer", "reminder"),
    ),
    Event.PAYMENT_RECEIVED: EventKind(
        meaning="Money came in. Not told of the very first import, nor of payments dated more"
        " than 31 days before the day they were brought in: those are history.",
        data=("customer", "payment"),
    ),
    Event.PAYMENT_CLAIMED: EventKind(
        meaning="A customer says it has paid; the money has not been seen yet.",
        data=("customer", "claim"),
    ),
    Event.REPLY_RECEIVED: EventKind(
        meaning="A person answered by mail, by text message or on the portal. `customer` is null"
        " while nobody knows who writes; `suggestions` are what the answer seems to mean.",
        data=("customer", "reply"),
    ),
    Event.PROMISE_MADE: EventKind(
        meaning="A customer promised to pay.", data=("customer", "promise")
    ),
    Event.PROMISE_BROKEN: EventKind(
        meaning="The promised day and its days of grace went by without the money. Told once a"
        " promise, on the morning after.",
        data=("customer", "promise"),
    ),
    Event.DISPUTE_OPENED: EventKind(
        meaning="A customer contests an invoice, or a part of it.", data=("customer", "dispute")
    ),
    Event.DISPUTE_CLOSED: EventKind(meaning="A dispute is over.", data=("customer", "dispute")),
    Event.CUSTOMER_CHANGED: EventKind(
        meaning="A customer was created or changed by a person or through the API.",
        data=("customer",),
    ),
    Event.IMPORT_FINISHED: EventKind(
        meaning="Files, or items posted through the API, were brought in.", data=("import",)
    ),
    Event.IMPORT_UNDONE: EventKind(meaning="An import was taken back.", data=("import",)),
    Event.TEST: EventKind(
        meaning="Sent on request, to try the webhook; no subscription is needed.", data=("company",)
    ),
}
"""Every event, documented in docs/api.md."""

SUBSCRIBABLE = tuple(event for event in Event if event is not Event.TEST)


def customer_data(row: Customer) -> dict[str, Any]:
    """Which customer an event is about."""
    return {"id": row.pk, "key": row.key, "name": row.name}


def reminder_data(row: OutboxRow) -> dict[str, Any]:
    """A reminder without its text; amounts one a currency."""
    return {
        "id": row.pk,
        "state": str(row.state),
        "step": row.step,
        "channel": row.channel,
        "tone": row.tone,
        "recipient": row.recipient,
        "subject": row.subject,
        "amounts": [_money(minor, currency) for currency, minor in row.amounts.items()],
        "approved_on": _day(row.approved_on),
        "sent_on": _day(row.sent_on),
        "detail": row.detail,
    }


def told_reminder(row: OutboxRow) -> dict[str, Any]:
    """What is told of a reminder: whose it is, and the reminder."""
    return {"customer": customer_data(row.customer), "reminder": reminder_data(row)}


def payment_data(row: Credit) -> dict[str, Any]:
    """Money received."""
    return {
        "id": row.pk,
        "kind": row.kind,
        "number": row.number,
        "received_on": _day(row.received_on),
        "amount": _money(row.amount_minor, row.currency),
    }


def promise_data(row: Promise) -> dict[str, Any]:
    """A promise; ``invoices``: the keys meant, none for any."""
    return {
        "id": row.pk,
        "made_on": _day(row.made_on),
        "due_on": _day(row.due_on),
        "amount": _money(row.amount_minor, row.currency),
        "invoices": list(row.invoices),
    }


def claim_data(row: PaymentClaim) -> dict[str, Any]:
    """A claim of payment; ``amount`` null: all of the invoices, none named: all that was due."""
    amount = None if row.amount_minor is None else _money(row.amount_minor, row.currency)
    return {
        "id": row.pk,
        "said_on": _day(row.said_on),
        "paid_on": _day(row.paid_on),
        "amount": amount,
        "reference": row.reference,
        "invoices": list(row.invoices),
        "closed_on": _day(row.closed_on),
        "found": row.found,
    }


def reply_data(row: Incoming) -> dict[str, Any]:
    """An answer that came in, without its text: that is read by the API or in the inbox."""
    return {
        "id": row.pk,
        "conversation": row.conversation_id,
        "source": row.source,
        "sender": row.sender,
        "subject": row.subject,
        "received_at": row.received_at.isoformat(),
        "suggestions": [one["code"] for one in row.suggestions],
    }


def told_reply(row: Incoming) -> dict[str, Any]:
    """What is told of an answer: whose it is, and the answer."""
    customer = row.customer
    return {"customer": customer_data(customer) if customer else None, "reply": reply_data(row)}


def dispute_data(row: Dispute) -> dict[str, Any]:
    """A dispute; ``amount`` null: the whole invoice."""
    amount = None if row.amount_minor is None else _money(row.amount_minor, row.currency)
    return {
        "id": row.pk,
        "invoice": row.invoice,
        "opened_on": _day(row.opened_on),
        "closed_on": _day(row.closed_on),
        "reason": row.reason,
        "amount": amount,
    }


def import_data(run: ImportRun) -> dict[str, Any]:
    """An import with its counts."""
    return {
        "id": run.pk,
        "format": run.format,
        "files": list(run.files),
        "imported_on": _day(run.imported_on),
        "counts": dict(run.summary.get("counts", {})),
    }


def _money(minor: int, currency: str) -> dict[str, Any]:
    return {"minor": minor, "currency": currency}


def _day(on: date | None) -> str | None:
    return on.isoformat() if on else None

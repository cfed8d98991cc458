"""Deliveries in the database: what a gateway or a provider reports of a message of ours."""

from datetime import datetime

from amiable.engine.parties import Channel
from amiable.store.models import AuditEntry, OutboxRow
from amiable.store.models.outbox import OutboxState


def reported_message(company: int, channel: Channel, mark: str, reference: str) -> OutboxRow | None:
    """Our message of a channel by the mark we gave it, else by the counterpart's name for it."""
    rows = OutboxRow.objects.of(company).filter(channel=channel.value)
    rows = rows.select_related("customer", "contact").order_by("-pk")
    if mark and (found := rows.filter(message_id=f"<{mark}>").first()) is not None:
        return found
    return rows.filter(reference=reference).first() if reference else None


def mark_delivered(company: int, pk: int, at: datetime) -> bool:
    """A message that had left arrived; False: that is known, or it had not left.

    What was ambiguous is so no more.
    """
    rows = OutboxRow.objects.of(company).filter(pk=pk, delivered_at=None)
    gone = (OutboxState.SENT, OutboxState.CLAIMED)  # a report may come before our own outcome
    sent = rows.filter(state__in=gone).update(delivered_at=at)
    cleared = rows.filter(state=OutboxState.AMBIGUOUS).update(
        delivered_at=at, state=OutboxState.SENT
    )
    return bool(sent or cleared)


def mark_taken(company: int, pk: int) -> bool:
    """The counterpart has a message: if that was in doubt, it is so no more."""
    rows = OutboxRow.objects.of(company).filter(pk=pk, state=OutboxState.AMBIGUOUS)
    return bool(rows.update(state=OutboxState.SENT))


def mark_opened(company: int, pk: int, at: datetime) -> bool:
    """A message was opened for the first time; False: that is known."""
    rows = OutboxRow.objects.of(company).filter(pk=pk, opened_at=None)
    return bool(rows.update(opened_at=at))


def note_delay(company: int, pk: int, detail: str) -> bool:
    """Why a message has not arrived yet; nothing is noted of one that did, or that came back."""
    left = (OutboxState.SENT, OutboxState.AMBIGUOUS, OutboxState.CLAIMED)
    rows = OutboxRow.objects.of(company).filter(pk=pk, delivered_at=None, state__in=left)
    return bool(rows.update(detail=detail[:1000]))


def is_told(company: int, customer: int, code: str, message: int) -> bool:
    """Whether the audit log says a thing of a message already."""
    rows = AuditEntry.objects.of(company).filter(customer_id=customer, code=code)
    return bool(rows.filter(facts__message=message).exists())

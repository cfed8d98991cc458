"""Text messages in the database: which of ours a report is about, whose number answered."""

from collections.abc import Collection
from datetime import datetime

from amiable.engine.parties import Channel
from amiable.store.models import Contact, OutboxRow
from amiable.store.models.outbox import OutboxState

_LEFT = (OutboxState.SENT, OutboxState.AMBIGUOUS, OutboxState.CLAIMED)


def reported_message(company: int, mark: str, reference: str) -> OutboxRow | None:
    """Our text message by the mark we gave it, else by the gateway's name for it."""
    rows = OutboxRow.objects.of(company).filter(channel=Channel.SMS.value)
    rows = rows.select_related("customer", "contact").order_by("-pk")
    if mark:
        return rows.filter(message_id=f"<{mark}>").first()
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


def contacts_called(company: int, spellings: Collection[str]) -> list[Contact]:
    """The contacts with a number, as it may have been written; those removed come last."""
    rows = Contact.objects.of(company).filter(phone__in=list(spellings), customer__merged_into=None)
    found = list(rows.select_related("customer").order_by("pk"))
    return sorted(found, key=lambda row: row.removed_on is not None)


def last_text_to(company: int, number: str) -> OutboxRow | None:
    """The newest text message that left to a number."""
    rows = OutboxRow.objects.of(company).filter(
        channel=Channel.SMS.value, recipient=number, state__in=_LEFT
    )
    return rows.select_related("customer", "contact", "conversation").order_by("-pk").first()

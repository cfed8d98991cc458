"""Text messages in the database: whose number answered, and to which of ours."""

from collections.abc import Collection

from amiable.engine.parties import Channel
from amiable.store.models import Contact, OutboxRow
from amiable.store.models.outbox import OutboxState

_LEFT = (OutboxState.SENT, OutboxState.AMBIGUOUS, OutboxState.CLAIMED)


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

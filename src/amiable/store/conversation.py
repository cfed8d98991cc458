"""Conversations in the database: opened, joined, shown, handed on."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Max, Prefetch, QuerySet

from amiable.store.incoming import files_with_sizes
from amiable.store.models import (
    Conversation,
    Customer,
    Incoming,
    OutboxRow,
    Reply,
    User,
)
from amiable.store.models.conversation import ConversationState
from amiable.store.models.incoming import IncomingKind

OPEN_STATES = (ConversationState.NEW, ConversationState.OURS, ConversationState.THEIRS)
_THREAD = 20  # identifiers a message refers to at most
_MOST = 500  # messages of one conversation that are looked at together


def visible_conversations(company: int, collectors: Sequence[int] | None) -> QuerySet[Conversation]:
    """The conversations of a company; with the customers of some collectors only, if given.

    Those of unknown writers belong to no collector's customer: only who sees all sees them.
    """
    rows = Conversation.objects.of(company)
    if collectors is not None:
        rows = rows.filter(customer__collector_id__in=collectors, customer__merged_into=None)
    return rows


def conversation_row(
    company: int, collectors: Sequence[int] | None, pk: int
) -> Conversation | None:
    """A conversation a person may see, with its customer and who looks after it."""
    rows = visible_conversations(company, collectors).filter(pk=pk)
    return rows.select_related("customer", "assigned_to").first()


def locked_conversation(company: int, pk: int) -> Conversation:
    """The row, held until the transaction ends: of two people the second waits, then sees."""
    rows = Conversation.objects.of(company).select_for_update(of=("self",))
    return rows.select_related("customer", "assigned_to").get(pk=pk)


def messages_of(conversation: Conversation, most: int) -> tuple[list[Incoming], list[OutboxRow]]:
    """What came in and what went out in a conversation, each newest first; of the files that came
    along their names and sizes."""
    company = conversation.company_id
    came = Incoming.objects.of(company).filter(conversation=conversation)
    came = came.select_related("contact", "outbox", "reply")
    came = came.prefetch_related(Prefetch("files", files_with_sizes(company)))
    went = OutboxRow.objects.of(company).filter(conversation=conversation)
    went = went.defer("html", "page").select_related("approved_by", "contact")
    return list(came.order_by("-received_at", "-pk")[:most]), list(went.order_by("-pk")[:most])


def newest_keys(conversation: Conversation) -> tuple[int, int]:
    """The primary keys of the newest message that came in and of the newest of ours; 0 for none."""
    found = [
        model.objects.of(conversation.company_id)
        .filter(conversation=conversation)
        .aggregate(newest=Max("pk"))["newest"]
        for model in (Incoming, OutboxRow)
    ]
    return found[0] or 0, found[1] or 0


def newest_message(conversation: Conversation) -> OutboxRow | None:
    """Our newest message in a conversation, with who wrote it; without its texts."""
    rows = OutboxRow.objects.of(conversation.company_id).filter(conversation=conversation)
    rows = rows.select_related("approved_by").defer("text", "html", "page")
    return rows.order_by("-pk").first()


def own_message(conversation: Conversation, pk: int) -> OutboxRow | None:
    """A message of ours in a conversation."""
    rows = OutboxRow.objects.of(conversation.company_id).filter(conversation=conversation, pk=pk)
    return rows.select_related("customer").first()


def answerable(conversation: Conversation) -> Incoming | None:
    """The newest message that came in from a person, which an answer answers."""
    rows = Incoming.objects.of(conversation.company_id).filter(conversation=conversation)
    people = rows.filter(kind=IncomingKind.ANSWER.value).select_related("contact")
    return people.order_by("-received_at", "-pk").first()


def unread_replies(conversation: Conversation) -> list[Reply]:
    """What came in by a conversation and pauses the reminders, oldest first."""
    came = Incoming.objects.of(conversation.company_id).filter(conversation=conversation)
    rows = Reply.objects.of(conversation.company_id).filter(read_on=None)
    return list(rows.filter(pk__in=came.values("reply")).order_by("pk"))


def all_incoming(conversation: Conversation) -> list[Incoming]:
    """What came in by a conversation, oldest first, without the full texts."""
    rows = Incoming.objects.of(conversation.company_id).filter(conversation=conversation)
    return list(rows.defer("text").order_by("pk")[:_MOST])


def has_own_messages(conversation: Conversation) -> bool:
    """Whether something of ours stands in a conversation."""
    return OutboxRow.objects.of(conversation.company_id).filter(conversation=conversation).exists()


def drop_replies(company: int, replies: Collection[int]) -> None:
    """These were no answers of that customer."""
    Reply.objects.of(company).filter(pk__in=list(replies)).delete()


def thread_of(company: int, conversation: int, message_id: str) -> tuple[str, ...]:
    """What a message that answers ``message_id`` refers to: what that one referred to, and it
    (RFC 5322 section 3.6.4); of a long thread the beginning and the end."""
    rows = Incoming.objects.of(company).filter(conversation=conversation, message_id=message_id)
    found = rows.values_list("references", flat=True).first() or []
    thread = [*(one for one in found if one != message_id), message_id]
    return tuple(thread if len(thread) <= _THREAD else [thread[0], *thread[1 - _THREAD :]])


def replies_in(company: int, replies: Collection[int]) -> dict[int, int]:
    """Reply -> conversation, of those that came in by one."""
    rows = Incoming.objects.of(company).filter(reply_id__in=list(replies))
    return dict(rows.values_list("reply_id", "conversation_id"))


def open_conversation(
    company: int, customer: Customer | None, *, subject: str, at: datetime, **more: Any
) -> Conversation:
    """A new conversation; ``more``: other columns."""
    return Conversation.objects.of(company).create(
        company_id=company,
        customer=customer,
        subject=subject[:500],
        opened_at=at,
        last_at=at,
        **more,
    )


def conversation_about(company: int, customer: int, subjects: Sequence[str]) -> Conversation | None:
    """The newest open conversation of a customer about one of some subjects."""
    rows = Conversation.objects.of(company).filter(customer_id=customer, state__in=OPEN_STATES)
    return rows.filter(subject__in=subjects).order_by("-last_at").first()


def set_state(row: Conversation, state: ConversationState, *, at: datetime | None = None) -> None:
    """Whose turn it is now; ``at``: a message moved it."""
    row.state = state.value
    if at is not None:
        row.last_at = max(at, row.last_at)
    row.save(update_fields=["state", "last_at"])


def set_assignee(row: Conversation, user: User | None) -> None:
    """Who looks after a conversation; None: whoever comes."""
    row.assigned_to = user
    row.save(update_fields=["assigned_to"])


def set_customer(row: Conversation, customer: Customer | None) -> None:
    """Whose conversation it is, with every message in it."""
    row.customer = customer
    row.save(update_fields=["customer"])
    Incoming.objects.of(row.company_id).filter(conversation=row).update(customer=customer)

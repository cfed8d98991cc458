"""Conversations in the database: opened, joined, listed, shown."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Q, QuerySet

from amiable.store.models import Conversation, Customer, Incoming, OutboxRow, User
from amiable.store.models.conversation import ConversationState

OPEN_STATES = (ConversationState.NEW, ConversationState.OURS, ConversationState.THEIRS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which conversations to list: in these states, of these people (0: nobody's)."""

    states: tuple[ConversationState, ...] = OPEN_STATES
    assigned: int | None = None
    customer: int | None = None
    words: str = ""


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


def list_conversations(
    company: int,
    collectors: Sequence[int] | None,
    wanted: Wanted,
    *,
    after: tuple[datetime, int] | None = None,
    most: int = 50,
) -> list[Conversation]:
    """Newest first, ``most`` at most, from below ``after`` (``last_at``, primary key) if given."""
    rows = _wanted(visible_conversations(company, collectors), wanted)
    if after is not None:
        at, pk = after
        rows = rows.filter(Q(last_at__lt=at) | Q(last_at=at, pk__lt=pk))
    rows = rows.select_related("customer", "assigned_to").order_by("-last_at", "-pk")
    return list(rows[:most])


def _wanted(rows: QuerySet[Conversation], wanted: Wanted) -> QuerySet[Conversation]:
    rows = rows.filter(state__in=wanted.states)
    if wanted.assigned is not None:
        rows = rows.filter(assigned_to=wanted.assigned or None)
    if wanted.customer is not None:
        rows = rows.filter(customer_id=wanted.customer)
    if wanted.words:
        rows = rows.filter(
            Q(subject__icontains=wanted.words)
            | Q(customer__name__icontains=wanted.words)
            | Q(incoming__sender__icontains=wanted.words)
        ).distinct()
    return rows


def count_conversations(company: int, collectors: Sequence[int] | None) -> dict[str, int]:
    """How many conversations stand in each state, of those a person may see."""
    rows = visible_conversations(company, collectors).values("state").annotate(n=Count("pk"))
    return {row["state"]: row["n"] for row in rows}


def messages_of(
    conversation: Conversation, most: int = 200
) -> tuple[list[Incoming], list[OutboxRow]]:
    """What came in and what went out in a conversation, each newest first."""
    company = conversation.company_id
    came = Incoming.objects.of(company).filter(conversation=conversation)
    came = came.select_related("contact", "outbox", "reply").prefetch_related("files")
    went = OutboxRow.objects.of(company).filter(conversation=conversation).defer("html")
    went = went.select_related("approved_by", "contact")
    return list(came.order_by("-received_at", "-pk")[:most]), list(went.order_by("-pk")[:most])


def newest_incoming(company: int, conversations: Collection[int]) -> dict[int, Incoming]:
    """The last message that came in, of each conversation, without its full text."""
    rows = Incoming.objects.of(company).filter(conversation_id__among=list(conversations))
    found: dict[int, Incoming] = {}
    for row in rows.defer("text").order_by("received_at", "pk"):
        found[row.conversation_id] = row
    return found


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

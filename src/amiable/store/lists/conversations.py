"""The list of conversations: which ones are wanted, and the newest message of each."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import CharField, Count, Exists, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Substr

from amiable.store.conversation import visible_conversations
from amiable.store.lists.keyset import Order
from amiable.store.models import Conversation, Incoming
from amiable.store.models.conversation import ConversationState

NEWEST = Order(column="last_at", descending=True)
TO_DO = (ConversationState.NEW, ConversationState.OURS)
"""The states in which a person of ours is to do something."""
_SNIPPET = 240  # characters of an answer that a line shows


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which conversations to list; ``states`` empty: all. ``assigned``: of these people, empty:
    nobody's, None: whosever."""

    states: tuple[ConversationState, ...] = TO_DO
    assigned: tuple[int, ...] | None = None
    customer: int | None = None
    words: str = ""


def conversations_that(
    company: int, wanted: Wanted, only: Sequence[int] | None
) -> QuerySet[Conversation]:
    """The conversations that are wanted, of those a person may see; with their customers."""
    rows = visible_conversations(company, only)
    if wanted.states:
        rows = rows.filter(state__in=wanted.states)
    if wanted.assigned is not None:
        of_them = Q(assigned_to_id__in=wanted.assigned) if wanted.assigned else Q(assigned_to=None)
        rows = rows.filter(of_them)
    if wanted.customer is not None:
        rows = rows.filter(customer_id=wanted.customer)
    if wanted.words:
        rows = rows.filter(_with(company, wanted.words))
    return rows.select_related("customer", "assigned_to")


def _with(company: int, words: str) -> Q:
    """The words stand in the subject, the customer's name or key, or say who wrote."""
    wrote = Incoming.objects.of(company).filter(conversation=OuterRef("pk"))
    wrote = wrote.filter(Q(sender__icontains=words) | Q(sender_name__icontains=words))
    named = Q(customer__name__icontains=words) | Q(customer__key__iexact=words)
    return Q(subject__icontains=words) | named | Q(Exists(wrote))


def count_by_state(company: int, only: Sequence[int] | None) -> dict[str, int]:
    """How many conversations stand in each state, of those a person may see."""
    rows = visible_conversations(company, only).values("state").annotate(n=Count("pk"))
    return {row["state"]: row["n"] for row in rows}


def waiting_conversations(company: int, only: Sequence[int] | None) -> QuerySet[Conversation]:
    """The conversations that wait for us."""
    return visible_conversations(company, only).filter(state__in=TO_DO)


def newest_incoming(company: int, conversations: Sequence[int]) -> dict[int, Incoming]:
    """The last message that came in, of each conversation: without its texts, but for the
    beginning of what was added (``snippet``)."""
    of_it = Incoming.objects.of(company).filter(conversation=OuterRef("pk"))
    last = of_it.order_by("-received_at", "-pk").values("pk")[:1]
    pks = (
        Conversation.objects.of(company)
        .filter(pk__among=list(conversations))
        .annotate(last=Subquery(last))
        .values_list("last", flat=True)
    )
    rows = Incoming.objects.of(company).filter(pk__among=[pk for pk in pks if pk is not None])
    snippet = Substr("answer", Value(1), Value(_SNIPPET), output_field=CharField())
    rows = rows.defer("text", "answer", "references", "facts").annotate(snippet=snippet)
    return {row.conversation_id: row for row in rows.select_related("reply")}

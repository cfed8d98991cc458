"""Conversation: who looks after it, whose turn it is, what was written in it; read, undone."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from amiable.desk.access import Actor, OtherCompany
from amiable.desk.audit import recorded, subject
from amiable.desk.dispatch import SECOND_THOUGHTS
from amiable.desk.plan import redraw
from amiable.desk.reply import read_reply
from amiable.desk.worklist import colleagues_of
from amiable.store import conversation as store
from amiable.store.incoming import file_row
from amiable.store.models import Conversation, Incoming, IncomingFile, OutboxRow, User
from amiable.store.models.conversation import ConversationState
from amiable.store.worklist import latest_deeds

PIECES = 40
"""Messages of a conversation that are shown at once."""
_CODES: Mapping[ConversationState, str] = {
    ConversationState.NEW: "conversation_new",
    ConversationState.OURS: "conversation_ours",
    ConversationState.THEIRS: "conversation_theirs",
    ConversationState.DONE: "conversation_done",
}


class NotAColleague(ValueError):
    """This person cannot look after the conversation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """One message of a conversation: one that came in, or one of ours."""

    at: datetime
    incoming: Incoming | None = None
    outgoing: OutboxRow | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """The messages of a conversation, oldest first; ``more``: there are older ones."""

    pieces: list[Piece]
    more: bool


def conversation_for(actor: Actor, pk: int) -> Conversation:
    """A conversation this actor may see, by primary key. Raises OtherCompany."""
    row = store.conversation_row(actor.company.pk, actor.only, pk)
    if row is None:
        raise OtherCompany(actor.company, "conversation")
    return row


def file_for(actor: Actor, pk: int) -> IncomingFile:
    """A file that came with a message this actor may see. Raises OtherCompany."""
    row = file_row(actor.company.pk, actor.only, pk)
    if row is None:
        raise OtherCompany(actor.company, "file")
    return row


def exchange(conversation: Conversation, most: int = PIECES) -> Exchange:
    """The newest ``most`` messages both ways, in the order they were written."""
    came, went = store.messages_of(conversation, most + 1)
    pieces = [Piece(at=row.received_at, incoming=row) for row in came]
    pieces += [Piece(at=row.sent_at or row.approved_at, outgoing=row) for row in went]
    pieces.sort(key=lambda piece: piece.at)
    return Exchange(pieces=pieces[-most:], more=len(pieces) > most)


# --- whose turn it is, and who looks after it -------------------------------------------------


def change_state(
    actor: Actor, conversation: Conversation, state: ConversationState, *, at: datetime
) -> bool:
    """Say whose turn it is; False when it is so already. Raises OtherCompany."""
    with transaction.atomic():
        row = _locked(actor, conversation)
        before = row.state
        if before == state.value:
            return False
        facts = {"about": row.subject, "before": before, "after": state.value}
        with recorded(actor, _CODES[state], at=at, customer=row.customer, **facts) as entry:
            store.set_state(row, state)
            entry.subject = subject(row)
    return True


def assignable(actor: Actor) -> list[User]:
    """Who may be given a conversation: oneself first, then one's colleagues. Who sees some
    customers only cannot hand theirs on."""
    me = [actor.user] if actor.user else []
    return [*me, *(colleagues_of(actor) if actor.only is None else [])]


def assign(actor: Actor, conversation: Conversation, user: User | None, *, at: datetime) -> bool:
    """Give a conversation to somebody, or to whoever comes; False when it is so already.

    Raises NotAColleague, OtherCompany.
    """
    if user is not None and user not in assignable(actor):
        raise NotAColleague(str(user))
    with transaction.atomic():
        row = _locked(actor, conversation)
        if row.assigned_to_id == (user.pk if user else None):
            return False
        code = "conversation_assigned" if user else "conversation_unassigned"
        facts = {"about": row.subject} | ({"who": str(user)} if user else {})
        with recorded(actor, code, at=at, customer=row.customer, **facts) as entry:
            store.set_assignee(row, user)
            entry.subject = subject(row)
    return True


def _locked(actor: Actor, conversation: Conversation) -> Conversation:
    conversation_for(actor, conversation.pk)
    return store.locked_conversation(actor.company.pk, conversation.pk)


# --- read -------------------------------------------------------------------------------------


def read_conversation(
    actor: Actor, conversation: Conversation, *, today: date, at: datetime
) -> int:
    """Somebody read all that came in: the reminders go on; how many messages were unread.

    What was new is waiting for us from now on. Raises OtherCompany.
    """
    with transaction.atomic():
        row = _locked(actor, conversation)
        unread = store.unread_replies(row)
        if unread and row.customer is not None:
            facts = {"n": len(unread)}
            with recorded(actor, "replies_read", at=at, customer=row.customer, **facts) as entry:
                entry.subject = subject(unread[0])
                for one in unread:
                    read_reply(actor.company, one, on=today)
            redraw(actor.company, [row.customer.pk], today)
        if row.state == ConversationState.NEW.value:
            store.set_state(row, ConversationState.OURS)
    return len(unread)


# --- second thoughts --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class StateChange:
    """A change of state of the last minute: ``seconds`` are left to undo it."""

    conversation: Conversation
    before: ConversationState
    after: ConversationState
    seconds: int


def last_change(actor: Actor, at: datetime) -> StateChange | None:
    """The last state this person set within the minute, while it still stands."""
    if actor.user is None:
        return None
    since = at - SECOND_THOUGHTS
    entries = latest_deeds(actor.company.pk, actor.user.pk, list(_CODES.values()), since)
    for entry in entries[:1]:
        row = store.conversation_row(
            actor.company.pk, actor.only, int(entry.subject.partition(":")[2])
        )
        before, after = entry.facts.get("before"), entry.facts.get("after")
        if row is not None and row.state == after:
            return StateChange(
                conversation=row,
                before=ConversationState(before),
                after=ConversationState(after),
                seconds=max(1, int((entry.at - since).total_seconds())),
            )
    return None


def undo_change(actor: Actor, at: datetime) -> StateChange | None:
    """Put a conversation back into the state it was in; None when it is too late."""
    with transaction.atomic():
        found = last_change(actor, at)
        if found is None:
            return None
        row = _locked(actor, found.conversation)
        facts = {"about": row.subject}
        with recorded(actor, "conversation_undone", at=at, customer=row.customer, **facts) as entry:
            store.set_state(row, found.before)
            entry.subject = subject(row)
    return found

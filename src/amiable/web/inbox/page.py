"""One conversation: what it seems to mean, what was written, and who the customer is."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpResponse

from amiable.desk.access import Power
from amiable.desk.conversation import (
    PIECES,
    Piece,
    StateChange,
    assignable,
    conversation_for,
    exchange,
    last_change,
)
from amiable.desk.conversation_link import Writer, may_unlink, writer_of
from amiable.desk.sight import ItemView, Sight, habit_sentence, items_of, sight_of
from amiable.engine.parties import ContactRole
from amiable.store.incoming import customers_named
from amiable.store.lists.search import search
from amiable.store.models import Conversation, Customer, User
from amiable.store.models.conversation import ConversationState
from amiable.store.plan import kind_of
from amiable.web.inbox.cards import Bound, Card, Decided, cards_of, decided_of
from amiable.web.inbox.pieces import PieceView, view_piece
from amiable.web.strip import Strip
from amiable.web.visit import Visit, page
from amiable.words import sentence, term

_MOST_PAGES = 25


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerView:
    """Who the customer is: what it owes, how it pays, what the plan will do and why."""

    row: Customer
    sight: Sight
    strip: Strip
    habit: str
    decision: str
    reasons: list[str]
    paused: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Unknown:
    """Nobody knows who writes: whom it may be, and whom one looked for."""

    writer: Writer | None
    words: str
    found: list[Customer]
    roles: list[tuple[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationPage:
    """What the page shows. ``older``: how many pages to show for what came before, 0 for none."""

    row: Conversation
    path: str
    pieces: list[PieceView]
    older: int
    cards: list[Card]
    decided: list[Decided]
    customer: CustomerView | None
    unknown: Unknown | None
    unread: int
    states: list[ConversationState]
    people: list[User]
    undo: StateChange | None
    unlinks: bool
    works: bool


@page(Power.LOOK)
def conversation(visit: Visit, pk: int) -> HttpResponse:
    """The conversation as it stands."""
    return show(visit, conversation_for(visit.actor, pk))


def show(visit: Visit, row: Conversation, bound: Bound | None = None) -> HttpResponse:
    """The page; ``bound``: a card that was refused, with what was typed."""
    works = visit.may(Power.WORK)
    pages = _pages(visit)
    found = exchange(row, PIECES * pages)
    sight = sight_of(visit.company, row.customer, visit.today) if row.customer else None
    items = items_of(sight, visit.language) if sight else []
    record = ConversationPage(
        row=row,
        path=visit.url(f"inbox/{row.pk}/"),
        pieces=[view_piece(visit, one, row.subject, folded=at < len(found.pieces) - 3)
                for at, one in enumerate(found.pieces)],
        older=pages + 1 if found.more and pages < _MOST_PAGES else 0,
        cards=_cards(visit, found.pieces, items, sight, bound) if works else [],
        decided=decided_of(visit, found.pieces),
        customer=_customer(visit, row.customer, sight) if row.customer and sight else None,
        unknown=_unknown(visit, row) if row.customer is None and works else None,
        unread=sum(one.incoming is not None and _unread(one) for one in found.pieces),
        states=[one for one in ConversationState if one not in (ConversationState.NEW, row.state)],
        people=assignable(visit.actor) if works else [],
        undo=_undo(visit, row) if works else None,
        unlinks=works and may_unlink(row),
        works=works,
    )  # fmt: skip
    return visit.render(
        "inbox/conversation.html",
        status=422 if bound else 200,
        page=record,
        current="inbox",
    )


def _undo(visit: Visit, row: Conversation) -> StateChange | None:
    """What one has just set this conversation to; another is undone from the list."""
    found = last_change(visit.actor, visit.at)
    return found if found is not None and found.conversation.pk == row.pk else None


def _pages(visit: Visit) -> int:
    text = visit.request.GET.get("pages", "")
    return min(max(int(text), 1), _MOST_PAGES) if text.isascii() and text.isdigit() else 1


def _unread(piece: Piece) -> bool:
    row = piece.incoming
    return row is not None and row.reply is not None and row.reply.read_on is None


def _cards(
    visit: Visit,
    pieces: Sequence[Piece],
    items: Sequence[ItemView],
    sight: Sight | None,
    bound: Bound | None,
) -> list[Card]:
    rows = [one.incoming for one in pieces if one.incoming is not None]
    return cards_of(visit, rows, items, sight, bound)


def _customer(visit: Visit, row: Customer, sight: Sight) -> CustomerView:
    line, decision = sight.line, sight.verdict.decision
    return CustomerView(
        row=row,
        sight=sight,
        strip=Strip(
            delays=line.delays, n=line.n, usual=line.usual, trigger=line.trigger, late=sight.late
        ),
        habit=habit_sentence(sight, visit.language),
        decision=kind_of(decision),
        reasons=[sentence(reason, visit.language) for reason in decision.reasons],
        paused=any(reason.code == "reply.unread" for reason in decision.reasons),
    )


def _unknown(visit: Visit, row: Conversation) -> Unknown:
    """Whom it may be: who was looked for, else those it could be of, else whom the name finds."""
    writer = writer_of(row)
    words = visit.request.GET.get("who", "").replace("\0", "").strip()[:100]
    company, only = visit.company.pk, visit.actor.only
    if words:
        found = search(company, words, only).customers
    elif writer is not None and writer.candidates:
        found = customers_named(company, writer.candidates, only)
    else:
        found = []
    roles = [(one.value, term(visit.language, "role", one.value)) for one in ContactRole]
    return Unknown(writer=writer, words=words, found=found, roles=roles)

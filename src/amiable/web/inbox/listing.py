"""The inbox: conversations to look after, newest first, by the page."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseBase

from amiable.desk.access import Power
from amiable.desk.audit import recorded
from amiable.desk.conversation import StateChange, assignable, last_change
from amiable.desk.export import Row
from amiable.desk.mailbox import troubled_mailbox
from amiable.store.lists.conversations import (
    NEWEST,
    TO_DO,
    Wanted,
    conversations_that,
    count_by_state,
    newest_incoming,
)
from amiable.store.lists.keyset import every, page_of
from amiable.store.mailbox import mailbox_of
from amiable.store.membership import members
from amiable.store.models import Conversation, Incoming, Mailbox
from amiable.store.models.conversation import ConversationState
from amiable.web.export import stream_csv, stream_xlsx
from amiable.web.inbox.forms import InboxFilters
from amiable.web.inbox.pieces import short_clock
from amiable.web.lists.page import place_in
from amiable.web.visit import Visit, page
from amiable.words import term

_HEADS = ("about", "customer", "writer", "state", "assigned", "opened", "last")
_ALL = "all"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One conversation of the list; ``suggestions``: what waits for a yes or no, by code."""

    row: Conversation
    who: str
    snippet: str
    at: str
    moment: datetime
    suggestions: list[str]
    unread: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Chip:
    """A state to look at, with how many conversations stand in it."""

    name: str
    text: str
    count: int | None
    current: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxPage:
    """What the page shows; ``query`` is the address's own, for coming back to it."""

    form: InboxFilters
    chips: list[Chip]
    lines: list[Line]
    before: str
    after: str
    filtered: bool
    anything: bool
    reads_mail: bool
    trouble: Mailbox | None
    undo: StateChange | None
    query: str
    works: bool
    may_export: bool
    may_settings: bool


@page()
def inbox(visit: Visit) -> HttpResponse:
    """The conversations a person may see, those that wait for us first."""
    form, rows = _asked(visit)
    found = page_of(rows, NEWEST, place_in(visit.request.GET, NEWEST, Conversation), size=30)
    counts = count_by_state(visit.company.pk, visit.actor.only)
    works = visit.may(Power.WORK)
    box = mailbox_of(visit.company.pk)
    record = InboxPage(
        form=form,
        chips=_chips(visit, form.given("state") or "", counts),
        lines=_lines(visit, found.rows),
        before=found.before.text() if found.before else "",
        after=found.after.text() if found.after else "",
        filtered=any(form.given(name) for name in form.fields),
        anything=bool(counts),
        reads_mail=box is not None and bool(box.host or box.web_key),
        trouble=troubled_mailbox(visit.company.pk, visit.at),
        undo=last_change(visit.actor, visit.at) if works else None,
        query="?" + visit.request.GET.urlencode(),
        works=works,
        may_export=visit.may(Power.EXPORT),
        may_settings=visit.may(Power.SETTINGS),
    )
    return visit.render("inbox/inbox.html", page=record, current="inbox")


def _asked(visit: Visit) -> tuple[InboxFilters, QuerySet[Conversation]]:
    """The filters of the address, and the rows they leave."""
    people = assignable(visit.actor) if visit.actor.only is None else []
    if not visit.may(Power.WORK):
        people = [one.user for one in members(visit.company.pk) if one.active]
    form = InboxFilters(visit.request.GET, people=people)
    state = form.given("state") or ""
    chosen = () if state == _ALL else (ConversationState(state),) if state else TO_DO
    wanted = Wanted(
        states=chosen,
        assigned=_assigned(visit, form.given("assigned") or ""),
        customer=form.given("customer"),
        words=(form.given("words") or "").replace("\0", ""),
    )
    return form, conversations_that(visit.company.pk, wanted, visit.actor.only)


def _assigned(visit: Visit, chosen: str) -> tuple[int, ...] | None:
    if not chosen:
        return None
    if chosen == "me":
        return visit.actor.mine
    return () if chosen == "nobody" else (int(chosen),)


def _chips(visit: Visit, state: str, counts: dict[str, int]) -> list[Chip]:
    """What waits for us, each state, and everything."""
    to_do = sum(counts.get(one.value, 0) for one in TO_DO)
    chips = [Chip(name="", text=visit.say("inbox.state.to_do"), count=to_do, current=not state)]
    for one in ConversationState:
        text = term(visit.language, "conversation", one.value)
        chips.append(
            Chip(
                name=one.value,
                text=text[:1].upper() + text[1:],
                count=None if one is ConversationState.DONE else counts.get(one.value, 0),
                current=state == one.value,
            )
        )
    everything = visit.say("inbox.state.all")
    return [*chips, Chip(name=_ALL, text=everything, count=None, current=state == _ALL)]


def _lines(visit: Visit, rows: list[Conversation]) -> list[Line]:
    newest = newest_incoming(visit.company.pk, [row.pk for row in rows])
    return [_line(visit, row, newest.get(row.pk)) for row in rows]


def _line(visit: Visit, row: Conversation, last: Incoming | None) -> Line:
    unread = last is not None and last.reply is not None and last.reply.read_on is None
    return Line(
        row=row,
        who=(last.sender_name or last.sender) if last else "",
        snippet=" ".join(last.snippet.split()) if last else "",  # type: ignore[attr-defined]
        at=short_clock(visit, row.last_at),
        moment=row.last_at,
        suggestions=[one["code"] for one in last.suggestions if one["code"] not in last.decided]
        if last
        else [],
        unread=unread,
    )


@page(Power.EXPORT)
def export_inbox(visit: Visit, kind: str) -> HttpResponseBase:
    """The whole filtered list as a file, in the order it is shown."""
    _, rows = _asked(visit)
    with recorded(visit.actor, "exported_conversations", at=visit.at, kind=kind):
        data = _rows(visit, rows)
    header = [visit.say(f"inbox.column.{name}") for name in _HEADS]
    file = visit.say("inbox.file")
    if kind == "csv":
        return stream_csv(data, header, file, visit.language)
    return stream_xlsx(data, header, file, visit.say("nav.inbox"))


def _rows(visit: Visit, rows: QuerySet[Conversation]) -> Iterator[Row]:
    for part in every(rows, NEWEST, size=500):
        newest = newest_incoming(visit.company.pk, [row.pk for row in part])
        for row in part:
            last = newest.get(row.pk)
            yield (
                row.subject,
                row.customer.name if row.customer else "",
                last.sender if last else "",
                term(visit.language, "conversation", row.state),
                str(row.assigned_to or ""),
                row.opened_at.date(),
                row.last_at.date(),
            )

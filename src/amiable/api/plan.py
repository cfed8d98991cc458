"""The plan of today: what was decided for each customer, and why; what is done about it."""

from datetime import date
from typing import Annotated, Literal

from django.http import HttpRequest
from ninja import Body, Path, Query, Router
from pydantic import Field

from amiable.api.auth import Call, call_of
from amiable.api.doors import reads, writes
from amiable.api.paging import Page, PageQuery, cursor_of
from amiable.api.problems import Problem, invalid
from amiable.api.reminders import ReminderOut, out_of
from amiable.api.values import Amount, CustomerRef, Day, Id, Line, Record, Text, amount
from amiable.desk.approve import Approval, ApprovalOutcome, record_done
from amiable.desk.audit import recorded, subject
from amiable.desk.deed import (
    MOST_AT_ONCE,
    approve_work,
    postpone_work,
    skip_work,
    take_back_work,
)
from amiable.desk.hold import DateRefused
from amiable.desk.skip import NothingToDo
from amiable.desk.token import Scope
from amiable.engine.money import Money
from amiable.engine.parties import Language
from amiable.engine.reasons import Reason
from amiable.store import feed
from amiable.store.plan import StoredEntry
from amiable.store.worklist import stored
from amiable.words import sentence

router = Router(tags=["plan"])
Kind = Literal["remind", "wait", "hold", "escalate", "stop"]


class ReasonOut(Record):
    """A reason: its code, its facts by name, and the sentence in the language asked for."""

    code: str
    facts: dict[str, int | str | Amount]
    sentence: str


class EntryOut(Record):
    """What was decided for a customer, for as long as it holds. A reminder says its `step`,
    `channel`, `tone` and `amounts`; every decision says when it is looked at again."""

    id: int
    customer: CustomerRef
    kind: Kind
    policy: str
    decided_on: date
    look_again_on: date | None
    reasons: list[ReasonOut]
    alerts: list[ReasonOut]
    amounts: list[Amount]
    step: int | None
    channel: str | None
    tone: str | None


class EntryPage(Page):
    """Entries in the order of their `id`."""

    items: list[EntryOut]


class PlanFilters(PageQuery):
    """Which entries."""

    kind: Kind | None = None
    customer: Annotated[Id | None, Field(description="The `id` of a customer")] = None


@reads(router, "/plan", EntryPage, "The plan of today")
def get_plan(request: HttpRequest, filters: Query[PlanFilters]) -> EntryPage:
    """One entry for every customer with an open invoice; to wait is a decision too."""
    call = call_of(request)
    found = feed.plan_entries(
        call.company.pk,
        filters.place(),
        call.today,
        kinds=[filters.kind] if filters.kind else (),
        customer=filters.customer,
    )
    items = [entry_out(call, entry) for entry in stored(found.rows, call.today)]
    return EntryPage(items=items, next=cursor_of(found.last))


class ApproveIn(Record):
    """Whose reminders to approve."""

    customers: Annotated[list[Id], Field(min_length=1, max_length=MOST_AT_ONCE)]


class Approved(Record):
    """What became of one approval. `outcome`: approved; already (the step is in the outbox);
    not_due (the facts changed); by_hand (a call); unwritable (its text would be
    wrong)."""

    customer: int
    outcome: ApprovalOutcome
    detail: str
    reminder: ReminderOut | None


class ApprovedAll(Record):
    """What became of each approval, in the order asked."""

    items: list[Approved]


@writes(router, "/plan/approve", ApprovedAll, "Approve reminders", scope=Scope.PLAN)
def approve_many(request: HttpRequest, payload: Body[ApproveIn]) -> ApprovedAll:
    """Each customer is decided anew on the facts as they are now; the messages are written and
    leave a minute later. One customer that does not exist refuses the whole call."""
    return ApprovedAll(items=_approve(call_of(request), payload.customers))


@writes(router, "/customers/{id}/approve", Approved, "Approve a reminder", scope=Scope.PLAN)
def approve_one(request: HttpRequest, id: Path[Id]) -> Approved:
    """Approve the reminder of today's plan for one customer."""
    return _approve(call_of(request), [id])[0]


class TakenBack(Record):
    """Whether there was something to take back."""

    taken_back: bool


@writes(router, "/customers/{id}/take-back", TakenBack, "Take an approval back", scope=Scope.PLAN)
def take_back(request: HttpRequest, id: Path[Id]) -> TakenBack:
    """What was approved and nobody has begun to send stays here."""
    call = call_of(request)
    taken = take_back_work(call.actor, [id], today=call.today, at=call.at)
    return TakenBack(taken_back=bool(taken))


class SkipIn(Record):
    """Why the step is left out."""

    reason: Line = ""


@writes(router, "/customers/{id}/skip", EntryOut, "Leave a step out", scope=Scope.PLAN)
def skip(request: HttpRequest, id: Path[Id], payload: Body[SkipIn]) -> EntryOut:
    """The step counts as taken, without a message; answers what is decided instead."""
    call = call_of(request)
    try:
        skip_work(call.actor, id, today=call.today, at=call.at, reason=payload.reason)
    except NothingToDo as error:
        raise Problem("conflict") from error
    return _entry_of(call, id)


class PostponeIn(Record):
    """When to look again."""

    until: Day


@writes(router, "/customers/{id}/postpone", EntryOut, "Look again later", scope=Scope.PLAN)
def postpone(request: HttpRequest, id: Path[Id], payload: Body[PostponeIn]) -> EntryOut:
    """Nothing is sent to the customer before a day; answers what is decided instead."""
    call = call_of(request)
    try:
        postpone_work(call.actor, id, payload.until, today=call.today, at=call.at)
    except DateRefused as error:
        raise invalid("/until", "not_later", day=call.today) from error
    return _entry_of(call, id)


class DoneIn(Record):
    """What was said or posted."""

    note: Text = ""


@writes(
    router, "/customers/{id}/done", Approved, "A call was made, a letter posted", scope=Scope.PLAN
)
def done(request: HttpRequest, id: Path[Id], payload: Body[DoneIn]) -> Approved:
    """A person did by hand what today's plan asks for: the step is taken."""
    call = call_of(request)
    row = call.customer(id)
    with recorded(call.actor, "api_done", at=call.at, customer=row) as entry:
        made = record_done(call.company, row.pk, today=call.today, at=call.at, note=payload.note)
        if made.row is None:
            raise Problem("conflict")
        entry.subject = subject(made.row)
    call.redraw(row.pk)
    return _approved(call, made)


def _approve(call: Call, customers: list[int]) -> list[Approved]:
    made = approve_work(call.actor, customers, today=call.today, at=call.at)
    return [_approved(call, one.approval) for one in made]


def _approved(call: Call, made: Approval) -> Approved:
    reminder = None if made.row is None else out_of(call.company, [made.row])[0]
    return Approved(
        customer=made.customer, outcome=made.outcome, detail=made.detail, reminder=reminder
    )


def _entry_of(call: Call, customer: int) -> EntryOut:
    place = feed.Place(after=None, limit=1)
    found = feed.plan_entries(call.company.pk, place, call.today, customer=customer)
    if not found.rows:
        raise Problem("conflict")
    return entry_out(call, stored(found.rows, call.today)[0])


def entry_out(call: Call, entry: StoredEntry) -> EntryOut:
    """An entry as it is answered."""
    row = entry.row
    return EntryOut(
        id=row.pk,
        customer=CustomerRef(id=row.customer_id, key=row.customer.key, name=row.customer.name),
        kind=row.kind,  # type: ignore[arg-type]  # the database checks it
        policy=row.policy,
        decided_on=row.decided_on,
        look_again_on=row.look_again_on,
        reasons=[reason_out(reason, call.language) for reason in entry.reasons],
        alerts=[reason_out(reason, call.language) for reason in entry.alerts],
        amounts=[amount(money) for money in entry.amounts],
        step=row.detail.get("number"),
        channel=row.detail.get("channel"),
        tone=row.detail.get("tone"),
    )


def reason_out(reason: Reason, language: Language) -> ReasonOut:
    """A reason as it is answered."""
    facts: dict[str, int | str | Amount] = {}
    for name, fact in reason.named().items():
        if isinstance(fact, Money):
            facts[name] = amount(fact)
        else:
            facts[name] = fact.isoformat() if isinstance(fact, date) else fact
    return ReasonOut(code=reason.code, facts=facts, sentence=sentence(reason, language))

"""Deeds: what a person does with a line of the worklist, recorded, and undone while it may be."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from amiable.desk.access import Actor, OtherCompany, customer_for, customers_for
from amiable.desk.approve import Approval, ApprovalOutcome, Words, approve, take_back
from amiable.desk.audit import recorded, subject
from amiable.desk.dispatch import SECOND_THOUGHTS
from amiable.desk.hold import postpone
from amiable.desk.plan import redraw
from amiable.desk.skip import NothingToDo, skip
from amiable.store import worklist as store
from amiable.store.company import lock_company
from amiable.store.models import Customer, Hold, OutboxRow, Skip
from amiable.store.plan import list_entries
from amiable.store.skip import drop_skip, end_hold, hold_of, skip_of

APPROVED, TAKEN_BACK = "reminder.approved", "reminder.taken_back"
SKIPPED, UNSKIPPED = "reminder.skipped", "reminder.unskipped"
POSTPONED, RESUMED = "reminder.postponed", "reminder.resumed"
MOST_AT_ONCE = 500
"""Messages approved by one click at most: they are written and checked while one waits."""


class TooLate(LookupError):
    """What was to be undone has left, or was undone already."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one customer's approval, with the customer's row."""

    customer: Customer
    approval: Approval


def approve_work(
    actor: Actor,
    customers: Sequence[int],
    *,
    today: date,
    at: datetime,
    words: Mapping[int, Words] | None = None,
) -> list[Outcome]:
    """Approve the e-mail reminders of some customers, one audit entry each.

    Raises OtherCompany, approving nothing, when one of them is not this actor's to see.
    """
    company = actor.company
    with transaction.atomic():
        rows = {row.pk: row for row in customers_for(actor, customers)}
        made = approve(company, list(rows), today=today, at=at, by=actor.user, words=words)
        for one in made:
            if one.row is not None:
                facts = {"step": one.row.step, "edited": one.row.edited}
                with recorded(
                    actor, APPROVED, at=at, customer=rows[one.customer], **facts
                ) as entry:
                    entry.subject = subject(one.row)
        changed = [one.customer for one in made if one.outcome is ApprovalOutcome.NOT_DUE]
        if changed:
            redraw(company, changed, today)
    return [Outcome(customer=rows[one.customer], approval=one) for one in made]


def take_back_work(
    actor: Actor, customers: Sequence[int], *, today: date, at: datetime
) -> list[Customer]:
    """Take back what was approved for some customers and nobody has begun to send.

    Returns the customers something was taken back for. Raises OtherCompany.
    """
    taken = []
    with transaction.atomic():
        lock_company(actor.company)
        for row in customers_for(actor, customers):
            if take_back(actor.company, row.pk, on=today):
                taken.append(row)
                with recorded(actor, TAKEN_BACK, at=at, customer=row) as entry:
                    entry.subject = subject(row)
        if taken:
            redraw(actor.company, [row.pk for row in taken], today)
    return taken


def skip_work(
    actor: Actor, customer: int, *, today: date, at: datetime, reason: str = ""
) -> Customer:
    """Leave today's step of a customer out. Raises NothingToDo, OtherCompany."""
    row = customer_for(actor, customer)
    with recorded(actor, SKIPPED, at=at, customer=row, reason=reason) as entry:
        lock_company(actor.company)
        entries = list_entries(actor.company.pk, today, customers=[row.pk])
        if not entries:
            raise NothingToDo(row.name)
        made = skip(actor.company, entries[0], on=today, note=reason)
        entry.subject = subject(made)
        redraw(actor.company, [row.pk], today)
    return row


def postpone_work(
    actor: Actor, customer: int, until: date, *, today: date, at: datetime
) -> Customer:
    """Look at a customer again on a day, not before. Raises DateRefused, OtherCompany."""
    row = customer_for(actor, customer)
    with recorded(actor, POSTPONED, at=at, customer=row, until=until.isoformat()) as entry:
        made = postpone(actor.company, row, on=today, until=until)
        entry.subject = subject(made)
        redraw(actor.company, [row.pk], today)
    return row


# --- second thoughts ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Undoable:
    """A deed of the last minute: ``key`` undoes it, ``seconds`` are left for that.

    ``what``: approved, skipped or postponed; ``name``: the customer's, when it is one.
    """

    key: str
    what: str
    n: int
    name: str
    seconds: int


def undoable(actor: Actor, at: datetime) -> list[Undoable]:
    """What this person did in the last minute and may still undo, newest first."""
    if actor.user is None:
        return []
    since = at - SECOND_THOUGHTS
    company, user = actor.company.pk, actor.user.pk
    batches: dict[datetime, list[OutboxRow]] = {}
    for message in store.approved_by(company, user, since):
        batches.setdefault(message.approved_at, []).append(message)
    found = [_batch(when, rows, since) for when, rows in batches.items()]
    done = {SKIPPED: "skipped", POSTPONED: "postponed"}
    for entry in store.latest_deeds(company, user, list(done), since):
        if entry.customer is not None and _stands(actor, entry.subject):
            seconds = int((entry.at - since).total_seconds())
            found.append(
                Undoable(
                    key=entry.subject,
                    what=done[entry.code],
                    n=1,
                    name=entry.customer.name,
                    seconds=seconds,
                )
            )
    return sorted(found, key=lambda one: -one.seconds)


def _batch(when: datetime, rows: list[OutboxRow], since: datetime) -> Undoable:
    return Undoable(
        key=f"approved:{when.isoformat()}",
        what="approved",
        n=len(rows),
        name=rows[0].customer.name if len(rows) == 1 else "",
        seconds=int((when - since).total_seconds()),
    )


def _stands(actor: Actor, key: str) -> bool:
    return _deed(actor, key) is not None


def undo(actor: Actor, key: str, *, today: date, at: datetime) -> list[Customer]:
    """Undo a deed by its key; the customers concerned. Raises TooLate, OtherCompany."""
    what, _, which = key.partition(":")
    if what == "approved":
        return _undo_approval(actor, which, today=today, at=at)
    with transaction.atomic():
        lock_company(actor.company)
        deed = _deed(actor, key)
        if deed is None:
            raise TooLate(key)
        customer = customer_for(actor, deed.customer_id)
        code = UNSKIPPED if isinstance(deed, Skip) else RESUMED
        with recorded(actor, code, at=at, customer=customer) as entry:
            entry.subject = subject(deed)
            if isinstance(deed, Skip):
                drop_skip(deed)
            else:
                end_hold(deed)
            redraw(actor.company, [customer.pk], today)
    return [customer]


def _deed(actor: Actor, key: str) -> Skip | Hold | None:
    """The row of a deed, while it is in force."""
    what, _, pk = key.partition(":")
    if what not in ("skip", "hold") or not pk.isdigit():
        raise OtherCompany(actor.company, "deed")
    if what == "skip":
        return skip_of(actor.company.pk, int(pk))
    row = hold_of(actor.company.pk, int(pk))
    return row if row is not None and row.until_on != row.from_on else None


def _undo_approval(actor: Actor, when: str, *, today: date, at: datetime) -> list[Customer]:
    try:
        approved_at = datetime.fromisoformat(when)
    except ValueError as error:
        raise OtherCompany(actor.company, "deed") from error
    user = actor.user.pk if actor.user else 0
    rows = store.approved_at(actor.company.pk, user, approved_at)
    taken = take_back_work(actor, [row.customer_id for row in rows], today=today, at=at)
    if not taken:
        raise TooLate(when)
    return taken

"""Settle: what became of a message when no program knows; a person finds out, and says so."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db import transaction

from amiable.desk.access import Actor, OtherCompany, customer_for
from amiable.desk.audit import recorded, subject
from amiable.desk.calendar import day_of
from amiable.desk.event import Event, told_reminder
from amiable.desk.plan import redraw
from amiable.desk.skip import skip_message
from amiable.desk.webhook import announce
from amiable.engine.timeline import ContactPurpose
from amiable.store import doubtful as store
from amiable.store.company import list_companies, lock_company
from amiable.store.customer import touch
from amiable.store.models import Company, Customer, OutboxRow
from amiable.store.models.outbox import OutboxState
from amiable.store.outbox import GIVEN_UP

PAGE = 25
_A_STEP = (ContactPurpose.REMINDER.value, ContactPurpose.NOTICE.value)


class Verdict(StrEnum):
    """What a person says of a doubtful message."""

    ARRIVED = "arrived"  # it left: it counts as sent
    AGAIN = "again"  # it did not arrive: send it
    GIVE_UP = "give_up"  # leave it: its step is left out


MAY_BE = {
    OutboxState.AMBIGUOUS: (Verdict.ARRIVED, Verdict.AGAIN, Verdict.GIVE_UP),
    OutboxState.REFUSED: (Verdict.AGAIN, Verdict.GIVE_UP),
    OutboxState.FAILED: (Verdict.AGAIN, Verdict.GIVE_UP),
    OutboxState.CLAIMED: (),  # somebody may be at it: wait until it is sure that nobody is
}
"""What can be said of a message in each doubtful state."""


class AlreadySettled(LookupError):
    """Somebody said what became of this message meanwhile, or its sender did."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubts:
    """A page of doubtful messages; ``following``: where the next page begins; ``count`` in all."""

    rows: list[OutboxRow]
    following: int | None
    count: int


def doubts(actor: Actor, *, at: datetime, before: int | None = None) -> Doubts:
    """The messages a person has to look into, of the customers this actor may see."""
    company = actor.company.pk
    rows = store.doubtful_page(company, actor.only, at=at, before=before, most=PAGE + 1)
    following = rows[PAGE - 1].pk if len(rows) > PAGE else None
    count = store.count_doubtful(company, actor.only, at=at)
    return Doubts(rows=rows[:PAGE], following=following, count=count)


def message_for(actor: Actor, pk: int) -> OutboxRow:
    """A message to a customer this actor may see, without its texts. Raises OtherCompany."""
    row = store.message_row(actor.company.pk, pk)
    if row is None:
        raise OtherCompany(actor.company, "message")
    customer_for(actor, row.customer_id)
    return row


def settle_doubt(actor: Actor, pk: int, verdict: Verdict, *, state: str, at: datetime) -> OutboxRow:
    """Write down what a person says of a message that was in ``state`` when they looked.

    Sent again, it waits as if it had just been approved; the last gate still looks whether it is
    due. Raises AlreadySettled when it is in another state by now, OtherCompany.
    """
    company, today = actor.company, day_of(actor.company, at)
    with transaction.atomic():
        lock_company(company)
        row = message_for(actor, pk)
        customer = row.customer
        known = OutboxState(row.state)
        if row.state != state or verdict not in MAY_BE.get(known, ()):
            raise AlreadySettled(pk)
        facts = {"subject_line": row.subject, "recipient": row.recipient}
        with recorded(actor, f"message_{verdict}", at=at, customer=customer, **facts) as entry:
            entry.subject = subject(row)
            if not store.settle_by_hand(row, [known], **_values(actor, row, verdict, at)):
                raise AlreadySettled(pk)
            if verdict is Verdict.GIVE_UP and row.purpose in _A_STEP:
                skip_message(row, on=today)
            touch(company.pk, [customer.pk])
        redraw(company, [customer.pk], today)
        if verdict is Verdict.ARRIVED:
            row.state = OutboxState.SENT.value
            announce(company, Event.REMINDER_SENT, told_reminder(row), at)
    return row


def _values(actor: Actor, row: OutboxRow, verdict: Verdict, at: datetime) -> dict[str, object]:
    settled: dict[str, object] = {"settled_by": actor.user}
    if verdict is Verdict.ARRIVED:
        left_at = row.sent_at or row.claimed_at or at
        on = row.sent_on or day_of(actor.company, left_at)
        return settled | {"state": OutboxState.SENT, "sent_at": left_at, "sent_on": on}
    settled |= {"sent_on": None, "sent_at": None}
    if verdict is Verdict.GIVE_UP:
        detail = f"{GIVEN_UP} {day_of(actor.company, at).isoformat()}"
        return settled | {"state": OutboxState.CANCELLED, "detail": detail}
    again = {"state": OutboxState.APPROVED, "detail": "", "attempts": 0, "not_before": None}
    # As if it were approved now: there is a minute to think better of it.
    return settled | again | {"approved_at": at, "approved_by": actor.user}


def doubt_lost(at: datetime) -> int:
    """Hand what dead senders had in hand to people: nobody knows how far they came; how many.

    A claim precedes the dialogue by an instant only. To know that it had not begun, one would
    have to write before each last step of it, and a wrong "not begun" sends a message twice.
    """
    return sum(_doubt_lost_of(company, at) for company in list_companies())


def _doubt_lost_of(company: Company, at: datetime) -> int:
    found = []
    for row in store.lost_rows(company.pk, at - store.STALE_AFTER):
        claimed_at = row.claimed_at or at
        with transaction.atomic():
            if store.doubt(row, day_of(company, claimed_at)):
                touch(company.pk, [row.customer_id])
                found.append(row.customer_id)
                _tell(company, row, at)
    if found:
        redraw(company, found, day_of(company, at))
    return len(found)


def _tell(company: Company, row: OutboxRow, at: datetime) -> None:
    row.state = OutboxState.AMBIGUOUS.value
    row.customer = Customer.objects.of(company.pk).get(pk=row.customer_id)
    announce(company, Event.REMINDER_FAILED, told_reminder(row), at)

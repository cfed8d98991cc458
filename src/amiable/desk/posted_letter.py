"""Posted letter: its tracking number, the day it was received, or the day it came back."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from amiable.channels.letter.tracking import checked_tracking
from amiable.desk.access import Actor, OtherCompany
from amiable.desk.audit import recorded, subject
from amiable.desk.plan import redraw
from amiable.store.customer import touch
from amiable.store.letter_batch import keep_facts, letter_row, mark_returned
from amiable.store.models import OutboxRow
from amiable.store.models.outbox import OutboxState


class NotPosted(ValueError):
    """A letter arrives, or comes back, after it was posted and not after today."""


def letter_for(actor: Actor, pk: int) -> OutboxRow:
    """A letter this actor may see. Raises OtherCompany."""
    row = letter_row(actor.company.pk, actor.only, pk)
    if row is None:
        raise OtherCompany(actor.company, "letter")
    return row


def set_tracking(actor: Actor, pk: int, number: str, *, at: datetime) -> bool:
    """Keep the number on a registered letter's slip; False when nothing differs.

    Raises TrackingWrong, OtherCompany.
    """
    row = letter_for(actor, pk)
    checked = checked_tracking(number)
    if checked == row.reference:
        return False
    with recorded(actor, "letter_tracked", at=at, customer=row.customer, number=checked) as entry:
        entry.subject = subject(row)
        keep_facts(row, reference=checked)
    return True


def record_receipt(actor: Actor, pk: int, on: date, *, today: date, at: datetime) -> OutboxRow:
    """The acknowledgement of receipt came back, signed on a day. Raises NotPosted, OtherCompany."""
    row = letter_for(actor, pk)
    _check_day(row, on, today)
    noon = datetime.combine(on, time(12), tzinfo=ZoneInfo(actor.company.timezone))
    facts = {"on": on.isoformat()}
    with recorded(actor, "letter_received", at=at, customer=row.customer, **facts) as entry:
        entry.subject = subject(row)
        keep_facts(row, delivered_at=noon)
    return row


def record_return(actor: Actor, pk: int, on: date, *, today: date, at: datetime) -> OutboxRow:
    """The letter came back: the address is no good, nothing more is posted to it.

    The plan takes another way. Raises NotPosted, OtherCompany.
    """
    row = letter_for(actor, pk)
    _check_day(row, on, today)
    facts = {"on": on.isoformat()}
    with recorded(actor, "letter_returned", at=at, customer=row.customer, **facts) as entry:
        entry.subject = subject(row)
        mark_returned(row, on)
        touch(actor.company.pk, [row.customer_id])
        redraw(actor.company, [row.customer_id], today)
    return row


def _check_day(row: OutboxRow, on: date, today: date) -> None:
    if row.state != OutboxState.SENT or row.sent_on is None or not row.sent_on <= on <= today:
        raise NotPosted(on)

"""Second thoughts about a suggestion: what a person decided is undone, the same day."""

from datetime import date, datetime

from django.db import transaction

from amiable.desk.access import Actor
from amiable.desk.audit import recorded, subject
from amiable.desk.calendar import day_of
from amiable.desk.dispute import close_dispute
from amiable.desk.hold import release_hold
from amiable.desk.payment_claim import close_claim
from amiable.desk.plan import redraw
from amiable.desk.promise import cancel_promise
from amiable.desk.reply import unread_reply
from amiable.desk.suggestion import incoming_for
from amiable.engine.dispute import Outcome
from amiable.engine.reply import Meaning
from amiable.store.conversation import set_state
from amiable.store.incoming import change_incoming, locked_incoming
from amiable.store.models import Company, Dispute, Hold, Incoming, PaymentClaim, Promise
from amiable.store.models.conversation import ConversationState
from amiable.store.portal import made_row

_CHANGES_CONTACTS = (Meaning.WRONG_PERSON.value, Meaning.STOP.value)
"""What one takes back on the page of the contacts."""


class TooLate(LookupError):
    """What was decided cannot be undone from here any more."""


def take_back(
    actor: Actor, incoming: Incoming, code: str, *, today: date, at: datetime
) -> Incoming:
    """Undo a decision of the same day: what it made true no longer counts, and one may decide anew.

    The answer is unread again, and pauses the reminders. Raises TooLate, OtherCompany.
    """
    meaning = Meaning(code)
    incoming_for(actor, incoming.pk)
    with transaction.atomic():
        row = locked_incoming(actor.company.pk, incoming.pk)
        if not may_take_back(actor.company, row, meaning.value, today):
            raise TooLate(code)
        told = row.decided[meaning.value]
        with recorded(actor, "answer_taken_back", at=at, customer=row.customer) as entry:
            entry.subject = subject(row)
            for name in filter(None, told["subject"].split(", ")):
                _end(actor.company, row, name, today=today, at=at)
            rest = {name: value for name, value in row.decided.items() if name != meaning.value}
            change_incoming(row, decided=rest)
            if told["done"] == "confirmed" and row.reply is not None:
                unread_reply(actor.company, row.reply)
            set_state(row.conversation, ConversationState.OURS)
        if row.customer_id is not None:
            redraw(actor.company, [row.customer_id], today)
    return row


def may_take_back(company: Company, row: Incoming, code: str, today: date) -> bool:
    """Whether a decision can be undone: a person took it today, and it changed no contact."""
    told = row.decided.get(code, {})
    if told.get("done") not in ("confirmed", "dismissed"):
        return False
    if told["done"] == "confirmed" and code in _CHANGES_CONTACTS:
        return False
    return day_of(company, datetime.fromisoformat(told["at"])) == today


def _end(company: Company, row: Incoming, name: str, *, today: date, at: datetime) -> None:
    """End one fact an answer became, unless somebody ended it before."""
    made = made_row(company.pk, row.customer_id or 0, name)
    match made:
        case Promise(cancelled_on=None):
            cancel_promise(company, made, on=today)
        case PaymentClaim(closed_on=None):
            close_claim(company, made, found=False, on=today)
        case Dispute(closed_on=None):
            close_dispute(company, made, on=today, outcome=Outcome.WITHDRAWN, at=at)
        case Hold():
            release_hold(company, made, on=today)

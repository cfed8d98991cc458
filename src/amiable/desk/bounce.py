"""Bounces: what becomes of a contact and a message when a mail server sends it back.

An address that failed for good is written to no more: the plan falls back to another way. Only
what answers a message of ours is believed: anybody can send something that looks like a bounce.
"""

from datetime import date, datetime

from amiable.channels.mailbox.bounce import Bounce
from amiable.desk.event import Event, told_reminder
from amiable.desk.webhook import announce
from amiable.store.customer import mark_bounced, touch
from amiable.store.incoming import mark_refused, note_detail, sent_to, sent_with
from amiable.store.models import Company, OutboxRow
from amiable.store.models.outbox import OutboxState


def answered_by(company: Company, bounce: Bounce, known: OutboxRow | None) -> OutboxRow | None:
    """The message of ours that came back: ``known`` from the thread, else by the bounce's words."""
    if known is None and bounce.message_id:
        known = sent_with(company.pk, (bounce.message_id,))
    if known is None:
        known = sent_to(company.pk, (*bounce.permanent, *bounce.passing))
    return known


def take_back(
    company: Company, bounce: Bounce, message: OutboxRow, *, on: date, at: datetime
) -> set[int]:
    """Believe a bounce of a message; the customers concerned. Call it inside a transaction."""
    if not bounce.permanent:
        note_detail(company.pk, message.pk, bounce.detail)
        return set()
    # A server may name the address a mail was forwarded to: ours is the one that does not work.
    concerned = set(mark_bounced(company.pk, message.recipient, on))
    if mark_refused(company.pk, message.pk, bounce.detail):
        message.state, message.detail = OutboxState.REFUSED.value, bounce.detail
        concerned.add(message.customer_id)
        announce(company, Event.REMINDER_FAILED, told_reminder(message), at)
    touch(company.pk, concerned)
    return concerned

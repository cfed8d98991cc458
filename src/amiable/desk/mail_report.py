"""Mail reports: what an e-mail service says became of a message, and what follows for its reader.

The same report again changes nothing, even where a person has decided otherwise since: an address
that was said to work after all stays one, and who is written to again at their own wish stays so.
"""

from datetime import datetime

from django.db import transaction

from amiable.channels.mailbox.bounce import Bounce
from amiable.channels.message import Fault
from amiable.channels.provider import MailReport, MailState
from amiable.desk.audit import recorded, subject
from amiable.desk.bounce import take_back
from amiable.desk.calendar import day_of
from amiable.desk.contact import refuse
from amiable.desk.event import Event, told_reminder
from amiable.desk.plan import redraw
from amiable.desk.sms_report import program
from amiable.desk.webhook import announce
from amiable.engine.parties import Channel
from amiable.store.company import lock_company
from amiable.store.customer import mark_bounced, touch
from amiable.store.delivery import (
    is_told,
    mark_delivered,
    mark_opened,
    mark_taken,
    note_delay,
    reported_message,
)
from amiable.store.incoming import contacts_with, mark_refused
from amiable.store.models import Company, Contact, OutboxRow
from amiable.store.models.outbox import OutboxState


def take_mail_report(company: Company, report: MailReport, at: datetime) -> bool:
    """Write down what became of a mail; False: no message of ours is meant."""
    with transaction.atomic():
        lock_company(company)
        row = reported_message(company.pk, Channel.EMAIL, report.mark, report.reference)
        if row is None:
            return False
        if concerned := _follow(company, row, report, at):
            redraw(company, sorted(concerned), day_of(company, at))
    return True


def _follow(company: Company, row: OutboxRow, report: MailReport, at: datetime) -> set[int]:
    """What a report changes; the customers to decide anew."""
    when = min(report.at or at, at)
    match report.state:
        case MailState.TAKEN:
            changed = mark_taken(company.pk, row.pk)
        case MailState.DELIVERED:
            changed = mark_delivered(company.pk, row.pk, when) and row.state != "sent"
        case MailState.OPENED:
            changed = mark_taken(company.pk, row.pk)
            if company.tracks_opens:
                mark_opened(company.pk, row.pk, when)
        case MailState.DELAYED:
            changed = mark_taken(company.pk, row.pk)
            note_delay(company.pk, row.pk, report.detail)
        case MailState.COMPLAINED:
            return _stop(company, row, report.detail, at)
        case MailState.LOST:
            return _lose(company, row, report, at)
    return {row.customer_id} if changed else set()


def _lose(company: Company, row: OutboxRow, report: MailReport, at: datetime) -> set[int]:
    """A message will not arrive: its address does not work, or something else was refused."""
    if row.state == OutboxState.REFUSED.value:
        return set()  # that is known
    if report.fault is Fault.NOBODY:
        bounce = Bounce(permanent=(row.recipient,), detail=report.detail)
        return take_back(company, bounce, row, on=day_of(company, at), at=at)
    if not mark_refused(company.pk, row.pk, report.detail):
        return set()
    row.state, row.detail = OutboxState.REFUSED.value, report.detail
    announce(company, Event.REMINDER_FAILED, told_reminder(row), at)
    touch(company.pk, [row.customer_id])
    if report.fault is Fault.STOPPED:
        _stop(company, row, report.detail, at)
    return {row.customer_id}


def _stop(company: Company, row: OutboxRow, detail: str, at: datetime) -> set[int]:
    """Whoever reads a message wants no more mail; all customers whose contact has the address."""
    if is_told(company.pk, row.customer_id, "mail_complained", row.pk):
        return set()
    concerned = set()
    for contact in _readers(company, row):
        if Channel.EMAIL.value not in contact.refuses:
            with recorded(
                program(company),
                "mail_complained",
                at=at,
                customer=contact.customer,
                address=row.recipient,
                message=row.pk,
                answer=detail,
            ) as entry:
                refuse(company, contact, Channel.EMAIL)
                entry.subject = subject(contact)
            concerned.add(contact.customer_id)
    return concerned


def _readers(company: Company, row: OutboxRow) -> list[Contact]:
    """Everybody with the address a message went to."""
    known = [row.contact] if row.contact is not None else []
    found = {one.pk: one for one in (*contacts_with(company.pk, row.recipient), *known)}
    return list(found.values())


def follow_mail_fault(company: Company, row: OutboxRow, fault: Fault, at: datetime) -> None:
    """Remember what a service knew of a recipient when it refused a message at once."""
    if fault is Fault.NOBODY:
        touch(company.pk, mark_bounced(company.pk, row.recipient, day_of(company, at)))
    elif fault is Fault.STOPPED:
        _stop(company, row, row.detail, at)

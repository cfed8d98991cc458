"""SMS reports: what a gateway says became of a message, and what follows for its recipient."""

from datetime import datetime

from django.db import transaction

from amiable.channels.message import Fault
from amiable.channels.sms.report import SmsReport, SmsState
from amiable.desk.access import Actor
from amiable.desk.audit import recorded, subject
from amiable.desk.calendar import day_of
from amiable.desk.contact import number_is_wrong, refuse
from amiable.desk.event import Event, told_reminder
from amiable.desk.plan import redraw
from amiable.desk.webhook import announce
from amiable.engine.parties import Channel
from amiable.store.company import lock_company
from amiable.store.delivery import mark_delivered, reported_message
from amiable.store.incoming import mark_refused
from amiable.store.models import Company, OutboxRow
from amiable.store.models.audit_entry import Door
from amiable.store.models.membership import Role
from amiable.store.models.outbox import OutboxState


def take_report(company: Company, report: SmsReport, at: datetime) -> bool:
    """Write down what became of a text message; False: no message of ours is meant.

    The same report again changes nothing.
    """
    with transaction.atomic():
        lock_company(company)
        row = reported_message(company.pk, Channel.SMS, report.mark, report.reference)
        if row is None:
            return False
        if report.state is SmsState.DELIVERED:
            mark_delivered(company.pk, row.pk, at)
        elif report.state is SmsState.LOST and mark_refused(company.pk, row.pk, report.detail):
            row.state, row.detail = OutboxState.REFUSED.value, report.detail
            announce(company, Event.REMINDER_FAILED, told_reminder(row), at)
            if report.fault is not None:
                follow_fault(company, row, report.fault, at)
            redraw(company, [row.customer_id], day_of(company, at))
    return True


def follow_fault(company: Company, row: OutboxRow, fault: Fault, at: datetime) -> None:
    """Remember what is wrong with whom a message went to, so that it falls back to another way."""
    contact = row.contact
    if contact is None:
        return
    actor = program(company)
    if fault is Fault.NOBODY:
        if contact.wrong_on is None:
            with recorded(
                actor, "sms_number_wrong", at=at, customer=row.customer, number=row.recipient
            ) as entry:
                number_is_wrong(company, contact, on=day_of(company, at))
                entry.subject = subject(contact)
        return
    code = "sms_stopped" if fault is Fault.STOPPED else "sms_unfit"
    if Channel.SMS.value not in contact.refuses:
        with recorded(actor, code, at=at, customer=row.customer, number=row.recipient) as entry:
            refuse(company, contact, Channel.SMS)
            entry.subject = subject(contact)


def program(company: Company) -> Actor:
    """Who does what no person does."""
    return Actor(company=company, role=Role.READER, door=Door.WORKER)

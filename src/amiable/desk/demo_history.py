"""Demo history: the reminders of the demo's past year, written down as sent and answered.

No import brings them: a company's past messages live in the program that sent them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction

from amiable.demo.creditor import CREDITOR
from amiable.demo.reminders import AnswerKind, DemoAnswer, DemoReminder, words_of
from amiable.engine.parties import Channel
from amiable.engine.timeline import ContactPurpose
from amiable.store.contact import contacts_of
from amiable.store.customer import customers_by_key, touch
from amiable.store.invoice import invoices_with_numbers
from amiable.store.models import (
    Company,
    Contact,
    Customer,
    Invoice,
    Note,
    OutboxRow,
    PaymentClaim,
    Promise,
    Reply,
)
from amiable.store.models.note import CallOutcome
from amiable.store.models.outbox import OutboxState

_ARRIVES = timedelta(seconds=20)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sent:
    """A reminder with the rows it concerns."""

    told: DemoReminder
    customer: Customer
    contact: Contact | None
    invoices: list[Invoice]
    at: datetime


def bring_past(company: Company, reminders: Sequence[DemoReminder]) -> int:
    """Write the demo's past reminders and their answers down; how many reminders. Once: call it
    for a company whose invoices were just brought in."""
    with transaction.atomic():
        sent = _sent(company, reminders)
        OutboxRow.objects.of(company.pk).bulk_create(_message(company, one) for one in sent)
        Note.objects.of(company.pk).bulk_create(
            _note(company, one) for one in sent if one.told.channel is Channel.CALL
        )
        _bring_answers(company, sent)
        touch(company.pk, sorted({one.customer.pk for one in sent}))
    return len(sent)


def _sent(company: Company, reminders: Sequence[DemoReminder]) -> list[_Sent]:
    zone = ZoneInfo(company.timezone)
    customers = customers_by_key(company.pk, {told.customer for told in reminders})
    pks = sorted(row.pk for row in customers.values())
    contacts = contacts_of(company.pk, pks)
    numbers = {number for told in reminders for number in told.invoices}
    known = invoices_with_numbers(company.pk, pks, numbers)
    found = []
    for told in reminders:
        customer = customers[told.customer]
        rows = [known[customer.pk, number] for number in told.invoices]
        at = datetime.combine(told.sent_on, told.clock, zone)
        contact = _contact(contacts.get(customer.pk, ()), told.channel)
        found.append(_Sent(told=told, customer=customer, contact=contact, invoices=rows, at=at))
    return found


def _contact(contacts: Iterable[Contact], channel: Channel) -> Contact | None:
    """The first one that can be reached so; of who has no such address, the first at all."""
    ordered = sorted(contacts, key=lambda row: not _place(row, channel))
    return ordered[0] if ordered else None


def _place(contact: Contact, channel: Channel) -> str:
    if channel is Channel.EMAIL:
        return contact.email
    return contact.phone if channel in (Channel.SMS, Channel.CALL) else contact.address


def _message(company: Company, one: _Sent) -> OutboxRow:
    told = one.told
    subject, text = words_of(told, CREDITOR.name)
    keys = [row.key for row in one.invoices]
    arrives = told.channel in (Channel.EMAIL, Channel.SMS)
    return OutboxRow(
        company_id=company.pk,
        customer=one.customer,
        cycle=keys[0],
        step=told.step,
        purpose=ContactPurpose.REMINDER.value,
        state=OutboxState.SENT.value,
        channel=told.channel.value,
        tone=told.tone.value,
        contact=one.contact,
        recipient=_place(one.contact, told.channel) if one.contact else "",
        subject=subject,
        text=text,
        invoices=keys,
        listed=keys,
        amounts={company.currency: told.cents},
        approved_on=told.sent_on,
        approved_at=one.at,
        sent_on=told.sent_on,
        sent_at=one.at,
        attempts=1,
        delivered_at=one.at + _ARRIVES if arrives else None,
        parts=1 if told.channel is Channel.SMS else None,
    )


def _key(kind: str, one: _Sent) -> str:
    return f"{kind}|demo|{one.told.lead}|{one.told.step}"


def _note(company: Company, one: _Sent) -> Note:
    answer = one.told.answer
    outcome = CallOutcome.SPOKE
    if answer is not None and answer.kind is AnswerKind.PROMISE:
        outcome = CallOutcome.PROMISE
    return Note(
        company_id=company.pk,
        customer=one.customer,
        key=_key("note", one),
        written_on=one.told.sent_on,
        written_at=one.at,
        outcome=outcome.value,
    )


def _bring_answers(company: Company, sent: Iterable[_Sent]) -> None:
    answered = [(one, one.told.answer) for one in sent if one.told.answer is not None]
    Reply.objects.of(company.pk).bulk_create(
        Reply(
            company_id=company.pk,
            customer=one.customer,
            key=_key("reply", one),
            received_on=answer.on,
            read_on=answer.on,
            text=answer.text,
        )
        for one, answer in answered
        if one.told.channel is not Channel.CALL
    )
    Promise.objects.of(company.pk).bulk_create(
        _promise(company, one, answer)
        for one, answer in answered
        if answer.kind is AnswerKind.PROMISE
    )
    PaymentClaim.objects.of(company.pk).bulk_create(
        _claim(company, one, answer) for one, answer in answered if answer.kind is AnswerKind.CLAIM
    )


def _promise(company: Company, one: _Sent, answer: DemoAnswer) -> Promise:
    return Promise(
        company_id=company.pk,
        customer=one.customer,
        key=_key("promise", one),
        made_on=answer.on,
        due_on=answer.day,
        amount_minor=one.told.cents,
        currency=company.currency,
        invoices=[row.key for row in one.invoices],
    )


def _claim(company: Company, one: _Sent, answer: DemoAnswer) -> PaymentClaim:
    paid_on = max(row.settled_on or answer.day for row in one.invoices)
    return PaymentClaim(
        company_id=company.pk,
        customer=one.customer,
        key=_key("claim", one),
        said_on=answer.on,
        paid_on=answer.day,
        currency=company.currency,
        invoices=[row.key for row in one.invoices],
        closed_on=paid_on,
        found=True,
    )

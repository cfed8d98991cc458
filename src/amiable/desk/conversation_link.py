"""Whose conversation it is: a person says it of a writer nobody knew, or takes it back."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction

from amiable.desk.access import Actor, own
from amiable.desk.audit import recorded, subject
from amiable.desk.contact import add_contact
from amiable.desk.conversation import conversation_for
from amiable.desk.incoming import stored_suggestion
from amiable.desk.plan import redraw
from amiable.desk.reply import record_reply
from amiable.engine.parties import ContactRole
from amiable.engine.reply import understand
from amiable.store import conversation as store
from amiable.store.customer import touch
from amiable.store.incoming import change_incoming, contacts_with, open_numbers
from amiable.store.models import Contact, Conversation, Customer, Incoming
from amiable.store.models.incoming import IncomingKind, IncomingSource


class LinkedBefore(ValueError):
    """Somebody said meanwhile whose conversation it is."""


class TooLate(ValueError):
    """Something was done with the conversation since: it stays where it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Writer:
    """Who wrote first in a conversation of nobody known; ``candidates``: whose it may be."""

    name: str
    address: str
    by_phone: bool
    candidates: tuple[int, ...]


def writer_of(conversation: Conversation) -> Writer | None:
    """Who writes; None when nothing came in by mail or text message."""
    row = store.answerable(conversation)
    if row is None or not row.sender:
        return None
    return Writer(
        name=row.sender_name,
        address=row.sender,
        by_phone=row.source == IncomingSource.SMS.value,
        candidates=tuple(row.facts.get("candidates", ())),
    )


def link(
    actor: Actor,
    conversation: Conversation,
    customer: Customer,
    *,
    always: ContactRole | None = None,
    today: date,
    at: datetime,
) -> Contact | None:
    """Say whose conversation it is: what came in pauses its reminders until somebody reads it.

    ``always``: who writes becomes a contact in this role, so that the next mail finds its place by
    itself; that contact is returned. Raises LinkedBefore, OtherCompany.
    """
    company = actor.company
    own(company, customer)
    conversation_for(actor, conversation.pk)
    with transaction.atomic():
        row = store.locked_conversation(company.pk, conversation.pk)
        if row.customer_id is not None:
            raise LinkedBefore(row.pk)
        facts = {"about": row.subject}
        with recorded(actor, "conversation_linked", at=at, customer=customer, **facts) as entry:
            entry.subject = subject(row)
            store.set_customer(row, customer)
            contact = _contact(actor, row, customer, always)
            for one in store.all_incoming(row):
                _read_again(actor, one, customer, contact)
        redraw(company, [customer.pk], today)
    return contact


def _contact(
    actor: Actor, row: Conversation, customer: Customer, always: ContactRole | None
) -> Contact | None:
    """The contact with the writer's address, made if wanted."""
    writer = writer_of(row)
    if writer is None:
        return None
    if not writer.by_phone:
        for known in contacts_with(actor.company.pk, writer.address):
            if known.customer_id == customer.pk and known.removed_on is None:
                return known
    if always is None:
        return None
    values = {"phone" if writer.by_phone else "email": writer.address}
    values |= {"name": writer.name[:200], "role": always.value}
    return add_contact(actor.company, customer, values)


def _read_again(actor: Actor, row: Incoming, customer: Customer, contact: Contact | None) -> None:
    """What a message means can be said better once it is known whose it is: it names invoices."""
    changes: dict[str, Any] = {"customer": customer, "contact": contact}
    if row.kind == IncomingKind.ANSWER.value:
        changes["reply"] = record_reply(
            actor.company, customer, on=row.received_on, text=row.answer
        )
        if not row.decided:
            found = understand(
                row.answer,
                today=row.received_on,
                subject=row.subject,
                numbers=open_numbers(actor.company.pk, customer.pk),
                strangers_to={row.sender, actor.company.email.lower()},
            )
            changes["suggestions"] = [stored_suggestion(one) for one in found]
    change_incoming(row, **changes)


def may_unlink(conversation: Conversation) -> bool:
    """Whether it can still be said to be nobody's: nothing was answered nor decided in it."""
    return (
        conversation.customer_id is not None
        and not store.has_own_messages(conversation)
        and not any(row.decided or row.outbox_id for row in store.all_incoming(conversation))
    )


def unlink(actor: Actor, conversation: Conversation, *, today: date, at: datetime) -> None:
    """It is not theirs after all: what came in is nobody's again and pauses nothing.

    A contact that was added stays: it is removed on its own page. Raises TooLate, OtherCompany.
    """
    company = actor.company
    conversation_for(actor, conversation.pk)
    with transaction.atomic():
        row = store.locked_conversation(company.pk, conversation.pk)
        customer = row.customer
        if customer is None or not may_unlink(row):
            raise TooLate(row.pk)
        facts = {"about": row.subject}
        with recorded(actor, "conversation_unlinked", at=at, customer=customer, **facts) as entry:
            entry.subject = subject(row)
            came = store.all_incoming(row)
            replies = [one.reply_id for one in came if one.reply_id is not None]
            for one in came:
                change_incoming(one, contact=None, reply=None)
            store.drop_replies(company.pk, replies)
            store.set_customer(row, None)
            touch(company.pk, [customer.pk])
        redraw(company, [customer.pk], today)

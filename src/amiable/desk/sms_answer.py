"""SMS answers: a text message that came in: a STOP is obeyed, anything else is for a person.

Nothing is answered by itself, not even a STOP: operators and gateways confirm it on their own.
"""

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256

from django.db import IntegrityError, transaction

from amiable.channels.sms.report import SmsText
from amiable.desk.audit import recorded, subject
from amiable.desk.calendar import day_of
from amiable.desk.contact import refuse
from amiable.desk.event import Event, told_reply
from amiable.desk.incoming import stored_suggestion
from amiable.desk.plan import redraw
from amiable.desk.reply import record_reply
from amiable.desk.sms_report import program
from amiable.desk.webhook import announce
from amiable.engine.parties import Channel
from amiable.engine.reply import understand
from amiable.engine.sms import asks_to_stop
from amiable.store.company import lock_company
from amiable.store.conversation import open_conversation, set_state
from amiable.store.incoming import add_incoming, incoming_with, kept_customer, open_numbers
from amiable.store.models import Company, Contact, Conversation, Customer, Incoming, OutboxRow
from amiable.store.models.conversation import ConversationState
from amiable.store.models.incoming import IncomingKind, IncomingSource
from amiable.store.sms import contacts_called, last_text_to
from amiable.words.phone import spellings

_LONGEST = 10_000


def take_text(company: Company, kind: str, text: SmsText, at: datetime) -> Incoming:
    """Keep a text message that came in by a gateway (of a ``kind``), and do what follows from it.

    The same message again gives the row there is.
    """
    told = f"{text.sender}|{text.text}|{at:%Y-%m-%dT%H:%M}"
    mark = text.key or sha256(told.encode()).hexdigest()[:32]
    key = f"sms|{kind}|{mark}"[:300]
    known = incoming_with(company.pk, key)
    if known is not None:
        return known
    try:
        with transaction.atomic():
            lock_company(company)
            return _keep(company, key, text, at)
    except IntegrityError:  # another took it in meanwhile
        known = incoming_with(company.pk, key)
        if known is None:
            raise
        return known


def _keep(company: Company, key: str, text: SmsText, at: datetime) -> Incoming:
    today, words = day_of(company, at), text.text.replace("\x00", "")[:_LONGEST].strip()
    stops = text.stops or asks_to_stop(words)
    contacts = contacts_called(company.pk, spellings(text.sender, company.country))
    sent = last_text_to(company.pk, text.sender)
    customer = _customer(contacts, sent)
    contact = next((one for one in contacts if customer and one.customer_id == customer.pk), None)
    if stops:
        _obey(company, _all_of(contacts, sent), text.sender, at)
    row = Incoming(
        company=company,
        conversation=_conversation(company, customer, sent, words, at, done=stops),
        customer=customer,
        contact=contact,
        outbox=sent,
        key=key,
        source=IncomingSource.SMS.value,
        kind=(IncomingKind.AUTOMATIC if stops else IncomingKind.ANSWER).value,
        sender_name=contact.name if contact else "",
        sender=text.sender[:254],
        text=words,
        answer=words,
        received_at=at,
        received_on=today,
        facts=_facts(contacts, customer),
    )
    if not stops:
        numbers = open_numbers(company.pk, customer.pk) if customer else ()
        found = understand(words, today=today, numbers=numbers)
        row.suggestions = [stored_suggestion(one) for one in found]
        if customer is not None:
            row.reply = record_reply(company, customer, on=today, text=words)
    add_incoming(row, ())
    if not stops:
        announce(company, Event.REPLY_RECEIVED, told_reply(row), at)
    concerned = {one.customer_id for one in _all_of(contacts, sent)} if stops else set()
    if customer is not None:
        concerned.add(customer.pk)
    if concerned:
        redraw(company, sorted(concerned), today)
    return row


def _customer(contacts: Sequence[Contact], sent: OutboxRow | None) -> Customer | None:
    """Whose number it is: the one customer that has it, or the one we wrote to last."""
    customers = {row.customer_id: row.customer for row in contacts}
    if sent is not None and (not customers or sent.customer_id in customers):
        return kept_customer(sent.customer)
    return next(iter(customers.values())) if len(customers) == 1 else None


def _facts(contacts: Sequence[Contact], customer: Customer | None) -> dict[str, list[int]]:
    """The customers it may be of, when that is more than one."""
    if customer is not None or not contacts:
        return {}
    return {"candidates": list(dict.fromkeys(row.customer_id for row in contacts))}


def _all_of(contacts: Sequence[Contact], sent: OutboxRow | None) -> list[Contact]:
    """Everybody with the number, and whom we wrote to by it."""
    known = [sent.contact] if sent is not None and sent.contact is not None else []
    return list({row.pk: row for row in (*contacts, *known)}.values())


def _obey(company: Company, contacts: Sequence[Contact], number: str, at: datetime) -> None:
    """No more text messages to a number, whoever has it."""
    for contact in contacts:
        if Channel.SMS.value not in contact.refuses:
            with recorded(
                program(company), "sms_stopped", at=at, customer=contact.customer, number=number
            ) as entry:
                refuse(company, contact, Channel.SMS)
                entry.subject = subject(contact)


def _conversation(
    company: Company,
    customer: Customer | None,
    sent: OutboxRow | None,
    words: str,
    at: datetime,
    *,
    done: bool,
) -> Conversation:
    """The conversation our message began, else a new one; a STOP waits for nobody."""
    row = sent.conversation if sent is not None else None
    if row is None:
        state = ConversationState.DONE if done else ConversationState.NEW
        row = open_conversation(company.pk, customer, subject=words[:80], at=at, state=state.value)
        if sent is not None:
            sent.conversation = row
            sent.save(update_fields=["conversation"])
    elif not done:
        new = row.state == ConversationState.NEW.value
        set_state(row, ConversationState.NEW if new else ConversationState.OURS, at=at)
    return row

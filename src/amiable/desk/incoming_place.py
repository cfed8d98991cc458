"""Place of an incoming mail: which message it answers, whose it is, in which conversation.

By its In-Reply-To and References, which name our message or an earlier answer; then by the signed
reply address it was sent to; then by its sender. What is doubtful stays for a person to say.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from amiable.channels.mailbox.mail import ReadMail
from amiable.desk.reply_address import answered_message
from amiable.store.conversation import conversation_about, open_conversation
from amiable.store.incoming import (
    contacts_with,
    earlier_incoming,
    kept_customer,
    last_sent_to,
    sent_row,
    sent_with,
)
from amiable.store.models import Company, Contact, Conversation, Customer, OutboxRow
from amiable.store.models.conversation import ConversationState

_PREFIX = re.compile(
    r"^\s*(?:(?:re|ré|réf|fw|fwd|tr|aw|rv|sv|vs|réponse automatique|automatic reply|auto)\s*"
    r"(?:\[\d+\])?\s*:\s*)+",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """``candidates``: customers it may be of, when that is more than one."""

    customer: Customer | None = None
    contact: Contact | None = None
    outbox: OutboxRow | None = None
    conversation: Conversation | None = None
    candidates: tuple[int, ...] = ()


def place_of(company: Company, mail: ReadMail) -> Place:
    """Where a mail belongs, as far as it can be said; writes nothing."""
    named = tuple(dict.fromkeys((mail.in_reply_to, *reversed(mail.references))))
    named = tuple(one for one in named if one)
    sent = sent_with(company.pk, named) if named else None
    earlier = earlier_incoming(company.pk, named) if named else None
    if sent is None and (message := answered_message(company.pk, mail.to)) is not None:
        sent = sent_row(company.pk, message)
    contacts = contacts_with(company.pk, mail.sender) if mail.sender else []
    if sent is not None:
        customer = kept_customer(sent.customer)
        conversation = sent.conversation or (earlier.conversation if earlier else None)
        return Place(
            customer=customer,
            contact=_contact(contacts, customer) or _written_to(sent, mail.sender),
            outbox=sent,
            conversation=conversation,
        )
    if earlier is not None:
        customer = kept_customer(earlier.customer)
        return Place(
            customer=customer,
            contact=_contact(contacts, customer),
            outbox=earlier.outbox,
            conversation=earlier.conversation,
        )
    return _by_sender(company, mail, contacts)


def _by_sender(company: Company, mail: ReadMail, contacts: Sequence[Contact]) -> Place:
    customers = {row.customer_id: row.customer for row in contacts}
    if len(customers) != 1:
        return Place(candidates=tuple(customers))
    customer = next(iter(customers.values()))
    subject = bare_subject(mail.subject)
    found = conversation_about(company.pk, customer.pk, (subject, mail.subject))
    return Place(
        customer=customer,
        contact=contacts[0],
        outbox=last_sent_to(company.pk, customer.pk, mail.sender),
        conversation=found,
    )


def _contact(contacts: Sequence[Contact], customer: Customer | None) -> Contact | None:
    of_it = (row for row in contacts if customer is not None and row.customer_id == customer.pk)
    return next(of_it, None)


def _written_to(sent: OutboxRow, sender: str) -> Contact | None:
    """The contact our message went to, when it is the one who answers."""
    known = sent.contact
    return known if known is not None and known.email.lower() == sender else None


def bare_subject(subject: str) -> str:
    """A subject without "Re:", "TR:" and their kin."""
    return _PREFIX.sub("", subject).strip() or subject.strip()


def conversation_for(
    company: Company, place: Place, mail: ReadMail, *, at: datetime, calls_us: bool
) -> Conversation:
    """The conversation a mail goes into, opened if there is none; ``calls_us``: somebody waits.

    A machine's mail wakes nobody: it leaves a conversation as it is, and opens one that is done.
    """
    row = place.conversation
    if row is None:
        state = ConversationState.NEW if calls_us else ConversationState.DONE
        row = open_conversation(
            company.pk, place.customer, subject=bare_subject(mail.subject), at=at, state=state.value
        )
    elif calls_us:
        if row.state != ConversationState.NEW.value:
            row.state = ConversationState.OURS.value
        row.last_at = max(at, row.last_at)
        row.save(update_fields=["state", "last_at"])
    if place.outbox is not None and place.outbox.conversation_id is None:
        place.outbox.conversation = row
        place.outbox.save(update_fields=["conversation"])
    return row

"""Message: a person writes to a customer now, outside the ladder; it counts as a contact."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256

from django.db import transaction

from amiable.desk.access import Actor, OtherCompany, own
from amiable.desk.approve import Words
from amiable.desk.audit import recorded, subject
from amiable.desk.letter import audience_of, letter_facts, load_templates
from amiable.desk.portal_link import links_for
from amiable.desk.sight import Sight
from amiable.desk.sms import price_of, weighed
from amiable.desk.statement import File
from amiable.engine.compose import compose
from amiable.engine.letter import Letter, LetterRefused, Paragraph
from amiable.engine.parties import Channel, Contact, Language
from amiable.engine.reach import address, refusal
from amiable.engine.template import LetterTone
from amiable.engine.timeline import ContactPurpose
from amiable.store.company import load_company, lock_company
from amiable.store.customer import touch
from amiable.store.invoice import invoice_numbers
from amiable.store.models import Company, Customer, Dispute, OutboxRow
from amiable.store.models.outbox import OutboxState
from amiable.store.outbox import (
    TAKEN_BACK,
    NewMessage,
    add_messages,
    attach,
    last_message_ids,
    release,
)
from amiable.words import CatalogueVoice, Mail, lay_out_again

STEP = -1
"""No step of any ladder; a reminder's are 1, 2, 3, a notice's is 0."""
TONES = (LetterTone.FRIENDLY, LetterTone.FIRM, LetterTone.STERN, LetterTone.NOTICE)
"""The texts a message may start from."""


class MessageRefused(ValueError):
    """This message must not leave: ``code`` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True, kw_only=True)
class Thread:
    """The conversation a message belongs to, and the message (its Message-ID) it answers."""

    conversation: int
    in_reply_to: str


def reachable(sight: Sight, channel: Channel = Channel.EMAIL) -> list[Contact]:
    """The contacts a message may go to."""
    contacts = sight.account.customer.contacts
    return [one for one in contacts if address(one, channel)]


def language_of(sight: Sight, contact: Contact) -> Language:
    """The language a contact reads."""
    return contact.language or sight.account.customer.language


def start_letter(
    company: Company, sight: Sight, contact: Contact, tone: LetterTone | None, at: datetime
) -> Letter:
    """What a message starts from: a text of the company's, or nothing but greetings.

    Raises LetterRefused when such a text would say something false.
    """
    language = language_of(sight, contact)
    value = load_company(company)
    if tone is None:
        voice = CatalogueVoice(language)
        lines = voice.say("message.blank", sender=value.sender or value.name)
        blocks = tuple(Paragraph((line,)) for line in lines.splitlines() if line)
        return Letter(language=language, subject="", blocks=blocks)
    audience = audience_of(sight.account, sight.today)
    template = load_templates(company).get((tone, audience, language))
    if template is None:
        raise LetterRefused(f"there is no text for the tone {tone.value}")
    situation = sight.situation
    if tone is LetterTone.NOTICE:
        listed = [item.invoice.key for _, item in situation.to_come]
    else:
        listed = [claim.key for claim in situation.claims]
    grace = sight.policy.promise_grace
    portal = links_for(company, [contact.key], at).get(contact.key, "")
    facts = letter_facts(
        value, sight.account, listed, contact, language, sight.today, grace, portal
    )
    return compose(template, facts, CatalogueVoice(language))


def rejection_letter(company: Company, sight: Sight, contact: Contact, dispute: Dispute) -> Letter:
    """What a message starts from that says a dispute was looked into and the invoice stands.

    Raises OtherCompany when the dispute is not the customer's.
    """
    own(company, dispute)
    if dispute.customer_id != sight.row.pk:
        raise OtherCompany(company, "dispute")
    voice = CatalogueVoice(language_of(sight, contact))
    value = load_company(company)
    number = invoice_numbers(company.pk, [dispute.invoice]).get(dispute.invoice, dispute.invoice)
    text = voice.say(
        "message.rejected",
        number=number,
        opened_on=dispute.opened_on,
        sender=value.sender or value.name,
    )
    blocks = tuple(Paragraph(tuple(part.splitlines())) for part in text.split("\n\n"))
    subject = voice.say("message.rejected_subject", number=number)
    return Letter(language=voice.language, subject=subject, blocks=blocks)


def lay_out_message(letter: Letter, words: Words) -> Mail:
    """A person's words as they leave; tables that still stand in the text keep their form."""
    return lay_out_again(letter, words.subject, words.text)


def write_message(
    actor: Actor,
    sight: Sight,
    contact: Contact,
    mail: Mail,
    *,
    token: str,
    tone: LetterTone | None,
    files: Sequence[File] = (),
    thread: Thread | None = None,
    channel: Channel = Channel.EMAIL,
    at: datetime,
) -> OutboxRow:
    """Approve a message for sending, once for a ``token``; as an answer in a ``thread``, if given.

    Raises MessageRefused when the customer or the contact wants nothing by the ``channel``, or
    when the token was used already (a second click); OtherCompany.
    """
    company, customer = actor.company, sight.row
    own(company, customer)
    _refuse_unwanted(sight, contact, channel)
    with transaction.atomic():
        lock_company(company)
        message = _message(actor, sight, contact, mail, token, tone, thread, channel, at)
        if channel is Channel.SMS:
            message = weighed(message, price_of(company))
        with recorded(
            actor, "message_written", at=at, customer=customer, recipient=message.recipient
        ) as entry:
            (row,) = add_messages(company.pk, [message])
            if row is None:
                raise MessageRefused("again")
            entry.subject = subject(row)
            attach(row, ((one.name, one.media_type, one.content) for one in files))
        touch(company.pk, [customer.pk])
    return row


def _refuse_unwanted(sight: Sight, contact: Contact, channel: Channel) -> None:
    """Nobody who wants nothing is written to, whatever page asks for it."""
    if sight.row.do_not_contact:
        raise MessageRefused("silent")
    to = address(contact, channel)
    if not to or refusal(sight.account.customer, channel, to):
        raise MessageRefused("unreachable")


def _message(
    actor: Actor,
    sight: Sight,
    contact: Contact,
    mail: Mail,
    token: str,
    tone: LetterTone | None,
    thread: Thread | None,
    channel: Channel,
    at: datetime,
) -> NewMessage:
    company, customer = actor.company, sight.row
    domain = company.email.rpartition("@")[2] or "amiable.invalid"
    mark = sha256(f"{company.key}|{customer.pk}|manual|{token}".encode()).hexdigest()[:32]
    if thread is None:
        answered = last_message_ids(company.pk, [customer.pk]).get(customer.pk, "")
    else:
        answered = thread.in_reply_to
    return NewMessage(
        company=company.pk,
        customer=customer.pk,
        cycle=cycle_of(token),
        step=STEP,
        purpose=ContactPurpose.OTHER.value,
        channel=channel.value,
        tone=tone.value if tone else "",
        recipient=address(contact, channel),
        subject=mail.subject,
        text=mail.text,
        html=mail.html,
        message_id=f"<{mark}@{domain}>",
        in_reply_to=answered,
        invoices=(),
        listed=(),
        amounts={},
        approved_on=sight.today,
        approved_at=at,
        approved_by=actor.user.pk if actor.user else None,
        edited=True,
        contact=contact.key,
        conversation=thread.conversation if thread else None,
    )


def cycle_of(token: str) -> str:
    """The place in the outbox of the message that is written once for a token."""
    return f"manual|{token}"


def take_message_back(
    actor: Actor, customer: Customer, row: OutboxRow, *, on: date, at: datetime
) -> bool:
    """Undo a message that nobody has begun to send; False when it is too late."""
    company = actor.company
    own(company, customer, row)
    with transaction.atomic():
        detail = f"{TAKEN_BACK} {on.isoformat()}"
        taken = release(company.pk, row.pk, OutboxState.CANCELLED, detail)
        if taken:
            with recorded(actor, "message_taken_back", at=at, customer=customer) as entry:
                entry.subject = subject(row)
            touch(company.pk, [customer.pk])
    return taken

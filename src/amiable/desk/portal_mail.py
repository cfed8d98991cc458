"""Portal mail: what a customer asked for on the portal, by e-mail. It names no amount."""

from datetime import datetime
from hashlib import sha256
from urllib.parse import urlsplit

from amiable.desk.calendar import day_of
from amiable.engine.letter import Letter, Link, Paragraph
from amiable.engine.parties import Channel, Language
from amiable.engine.reach import refusal
from amiable.engine.timeline import ContactPurpose
from amiable.store.customer import load_customers
from amiable.store.models import Company, Contact, Customer, PortalLink
from amiable.store.outbox import NewMessage, add_messages
from amiable.words import Mail, lay_out, say

STEP = -1
"""No step of any ladder."""


def mail_new_link(link: PortalLink, address: str, at: datetime) -> bool:
    """The new address, to the contact's own mailbox; once a day. False: it was sent today, or
    the contact wants no mail."""
    contact = link.contact
    language = language_of(contact)
    mail = _mail(link.company, language, "new_link", address)
    cycle = f"portal|{contact.pk}|{day_of(link.company, at).isoformat()}"
    return _file(link.company, contact.customer, contact.email, mail, cycle, at, contact.key)


def mail_confirmation(
    company: Company, customer: Customer, to: str, language: Language, address: str, at: datetime
) -> bool:
    """Ask whoever reads at an address whether it is right, before anything else goes there."""
    mail = _mail(company, language, "confirm", address, customer=customer.name)
    digest = sha256(to.lower().encode()).hexdigest()[:16]
    cycle = f"portal|confirm|{digest}|{day_of(company, at).isoformat()}"
    return _file(company, customer, to, mail, cycle, at)


def language_of(contact: Contact) -> Language:
    """The language a contact reads."""
    return Language(contact.language or contact.customer.language)


def _mail(company: Company, language: Language, kind: str, address: str, **facts: str) -> Mail:
    def text(part: str) -> str:
        return say(language, f"portal.mail.{kind}.{part}", company=company.name, **facts)

    host = urlsplit(address).hostname or ""
    letter = Letter(
        language=language,
        subject=text("subject"),
        blocks=(
            Paragraph((text("greeting"),)),
            Paragraph((text("text"),)),
            Link(text=text("link"), address=address),
            Paragraph((say(language, f"portal.mail.{kind}.care", host=host),)),
            Paragraph((company.sender or company.name, company.name)[not company.sender :]),
        ),
    )
    return lay_out(letter)


def _file(
    company: Company,
    customer: Customer,
    to: str,
    mail: Mail,
    cycle: str,
    at: datetime,
    contact: str = "",
) -> bool:
    value = load_customers(company.pk, [customer.pk])[customer.pk]
    if refusal(value, Channel.EMAIL, to):
        return False
    domain = company.email.rpartition("@")[2] or "amiable.invalid"
    mark = sha256(f"{company.key}|{customer.pk}|{cycle}".encode()).hexdigest()[:32]
    (row,) = add_messages(
        company.pk,
        [
            NewMessage(
                company=company.pk,
                customer=customer.pk,
                cycle=cycle,
                step=STEP,
                purpose=ContactPurpose.SERVICE.value,
                channel=Channel.EMAIL.value,
                tone="",
                recipient=to,
                subject=mail.subject,
                text=mail.text,
                html=mail.html,
                message_id=f"<{mark}@{domain}>",
                in_reply_to="",
                invoices=(),
                listed=(),
                amounts={},
                approved_on=day_of(company, at),
                approved_at=at,
                contact=contact,
            )
        ],
    )
    return row is not None

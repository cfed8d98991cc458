"""Stop links: by which a contact says, without signing in, that it wants no more e-mails.

They stand in the head of messages nobody is owed (a notice before the due date, thanks), where mail
programs show a button for them (RFC 2369, RFC 8058). A reminder of what is due carries none: it is
no mailing list, see docs/discussions/who-may-refuse-a-message.md.
"""

import re
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.http import base36_to_int, int_to_base36

from amiable.desk.access import Actor
from amiable.desk.audit import recorded, subject
from amiable.desk.calendar import day_of
from amiable.desk.contact import accept, refuse
from amiable.desk.plan import redraw
from amiable.desk.portal_link import LinkGone
from amiable.engine.parties import Channel
from amiable.engine.timeline import ContactPurpose
from amiable.store.company import lock_company
from amiable.store.contact import contact_anywhere, contacts_written_to
from amiable.store.mailbox import answer_address
from amiable.store.models import Company, Contact, OutboxRow
from amiable.store.models.audit_entry import Door
from amiable.store.models.membership import Role

REFUSABLE = (ContactPurpose.NOTICE.value, ContactPurpose.THANKS.value)
_WORD = "unsubscribe"
_SUBJECT = re.compile(rf"\b{_WORD} (?P<token>[0-9a-z]{{1,13}}-[0-9a-f]{{32}})\b", re.IGNORECASE)


def headers_of(company: Company, row: OutboxRow) -> tuple[tuple[str, str], ...]:
    """What the head of a message says of its kind: whether a program wrote it (RFC 3834), and how
    to want no more of them."""
    return (*_authorship(row), *_ways_to_stop(company, row))


def _authorship(row: OutboxRow) -> tuple[tuple[str, str], ...]:
    """A person's own words are no program's: an absent reader's program may answer them."""
    by_hand = not row.automatic and (row.edited or row.purpose == ContactPurpose.OTHER.value)
    return (("Auto-Submitted", "no" if by_hand else "auto-generated"),)


def _ways_to_stop(company: Company, row: OutboxRow) -> tuple[tuple[str, str], ...]:
    if row.purpose not in REFUSABLE or row.contact_id is None:
        return ()
    token = token_of(row.contact_id)
    ways = []
    box = answer_address(company.pk)
    if box:  # somebody reads there: this program
        ways.append(f"<mailto:{box}?subject={_WORD}%20{token}>")
    if settings.URL.startswith("https://"):
        ways.append(f"<{address_of(token)}>")
        return (
            ("List-Unsubscribe", ", ".join(ways)),
            ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"),
        )
    return (("List-Unsubscribe", ways[0]),) if ways else ()


def token_of(contact: int) -> str:
    """What names a contact (its primary key), signed; it holds as long as the contact is kept."""
    return f"{int_to_base36(contact)}-{_signature(contact)}"


def address_of(token: str) -> str:
    """The address one stops and begins again at."""
    return f"{settings.URL}/p/stop/{token}/"


def _signature(contact: int) -> str:
    made = salted_hmac("amiable.stop_link", str(contact), algorithm="sha256")
    return made.digest()[:16].hex()


def contact_of(token: str) -> Contact:
    """Whom a token names. Raises LinkGone for one that is not ours, or of nobody by now."""
    number, _, signature = token.lower().partition("-")
    try:
        pk = base36_to_int(number)
    except ValueError as error:
        raise LinkGone(token[:8]) from error
    contact = contact_anywhere(pk) if _is_signed(pk, signature) else None
    if contact is None or not contact.email:
        raise LinkGone(token[:8])
    return contact


def _is_signed(pk: int, signature: str) -> bool:
    return constant_time_compare(signature, _signature(pk))


def wants_none(contact: Contact) -> bool:
    """Whether a contact gets no e-mails by its own wish."""
    return contact.opted_out or Channel.EMAIL.value in contact.refuses


def stop(contact: Contact, at: datetime) -> None:
    """No more e-mails to the contact's address; what waits to leave is cancelled at the gate."""
    _decide_anew(contact.company, stop_mail(_guest(contact), contact, at), at)


def resume(contact: Contact, at: datetime) -> None:
    """E-mails to the contact's address again, for whoever thought better of it."""
    company = contact.company
    with transaction.atomic():
        lock_company(company)
        concerned = set()
        for one in contacts_written_to(company.pk, contact.email):
            if Channel.EMAIL.value in one.refuses:
                _write_down(_guest(contact), "mail_resumed", one, at)
                accept(company, one, Channel.EMAIL)
                concerned.add(one.customer_id)
    _decide_anew(company, concerned, at)


def stop_mail(actor: Actor, contact: Contact, at: datetime) -> set[int]:
    """Whoever has the contact's address refuses e-mails; the customers to decide anew."""
    company = contact.company
    concerned = set()
    with transaction.atomic():
        lock_company(company)
        for one in contacts_written_to(company.pk, contact.email):
            if Channel.EMAIL.value not in one.refuses:
                _write_down(actor, "mail_stopped", one, at)
                refuse(company, one, Channel.EMAIL)
                concerned.add(one.customer_id)
    return concerned


def asked_to_stop(company: Company, subject_line: str) -> Contact | None:
    """Whom a mail that came in by such an address wants to be written to no more."""
    found = _SUBJECT.search(subject_line)
    if found is None:
        return None
    try:
        contact = contact_of(found["token"])
    except LinkGone:
        return None
    return contact if contact.company_id == company.pk else None


def _guest(contact: Contact) -> Actor:
    name = (contact.name or contact.email)[:200]
    return Actor(company=contact.company, role=Role.READER, name=name, door=Door.PORTAL)


def _write_down(actor: Actor, code: str, contact: Contact, at: datetime) -> None:
    with recorded(actor, code, at=at, customer=contact.customer, address=contact.email) as entry:
        entry.subject = subject(contact)


def _decide_anew(company: Company, concerned: set[int], at: datetime) -> None:
    if concerned:
        redraw(company, sorted(concerned), day_of(company, at))

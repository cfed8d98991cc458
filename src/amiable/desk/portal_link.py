"""Portal links: the address by which one contact opens the statement of its house.

The key is 128 random bits and the address carries it signed, so that a copy of the database alone
opens nothing. All messages to one contact carry the same address: each one lets it open longer.
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from secrets import token_urlsafe

from django.conf import settings
from django.core import signing
from django.db import transaction

from amiable.desk.access import Actor, OtherCompany, own
from amiable.desk.audit import recorded, subject
from amiable.desk.portal_mail import mail_new_link
from amiable.store.company import lock_company
from amiable.store.models import Company, Contact, Customer, PortalLink
from amiable.store.portal import (
    add_links,
    contacts_with_keys,
    end_link,
    link_row,
    link_with,
    links_in_force,
    prolong,
)

_SIGNER = signing.Signer(salt="amiable.portal", sep=".")
_LOOK = signing.TimestampSigner(salt="amiable.portal.look", sep=".")
LOOK_AGE = timedelta(hours=1)
"""How long a colleague's look at the portal "as a customer" stays open."""
_FRESH = timedelta(days=1)
"""Links are prolonged once a day at most: hundreds of reminders are written at once."""


class LinkGone(LookupError):
    """Nothing opens by this address: wrong, expired, revoked, or the portal is closed. Nobody is
    told which."""


def link_for(company: Company, contact: Contact, at: datetime) -> str:
    """The address of a contact's page; empty when the company's portal is closed.

    Raises OtherCompany.
    """
    own(company, contact)
    return _links(company, [contact], at).get(contact.pk, "")


def links_for(company: Company, contacts: Collection[str], at: datetime) -> dict[str, str]:
    """The addresses of some contacts, by the contacts' keys; none when the portal is closed."""
    rows = contacts_with_keys(company.pk, contacts) if company.portal_open and contacts else []
    made = _links(company, rows, at)
    return {row.key: made[row.pk] for row in rows}


def _links(company: Company, contacts: Sequence[Contact], at: datetime) -> dict[int, str]:
    if not company.portal_open or not contacts:
        return {}
    until = at + timedelta(days=company.portal_days)
    with transaction.atomic():
        known = links_in_force(company.pk, [row.pk for row in contacts], at)
        new = [_new(company, row, at, until) for row in contacts if row.pk not in known]
        if new:
            add_links(company.pk, new)
        stale = [row.pk for row in known.values() if row.expires_at < until - _FRESH]
        if stale:
            prolong(company.pk, stale, until)
    keys = {row.contact_id: row.key for row in (*known.values(), *new)}
    return {contact: address_of(key) for contact, key in keys.items()}


def _new(company: Company, contact: Contact, at: datetime, until: datetime) -> PortalLink:
    return PortalLink(
        company=company,
        customer_id=contact.customer_id,
        contact=contact,
        key=token_urlsafe(16),
        made_at=at,
        expires_at=until,
    )


def address_of(key: str) -> str:
    """The address that opens by a key."""
    return f"{settings.URL}/p/{_SIGNER.sign(key)}/"


# --- who comes by one -------------------------------------------------------------------------


def opened(token: str, at: datetime) -> PortalLink:
    """The link an address holds, if it opens. Raises LinkGone."""
    link = _known(token)
    if link.revoked_at is not None or link.expires_at <= at:
        raise LinkGone(token[:8])
    return link


def _known(token: str) -> PortalLink:
    """The link of an address that was ours, whatever became of it. Raises LinkGone."""
    try:
        key = _SIGNER.unsign(token)  # compares in constant time
    except signing.BadSignature as error:
        raise LinkGone(token[:8]) from error
    link = link_with(key)
    if link is None or not link.company.portal_open or link.contact.removed_on is not None:
        raise LinkGone(token[:8])
    return link


def renew(token: str, at: datetime) -> None:
    """Send the contact of an expired link a new one, to its own address; else do nothing.

    Nobody is told whether anything was sent. A link that was revoked stays so.
    """
    try:
        link = _known(token)
    except LinkGone:
        return
    if link.revoked_at is None and link.contact.email and not link.contact.opted_out:
        mail_new_link(link, link_for(link.company, link.contact, at), at)


# --- what the desk does with them -------------------------------------------------------------


def look_address(actor: Actor, contact: Contact, at: datetime) -> str:
    """An address by which a colleague sees the page of a contact, and can answer nothing."""
    own(actor.company, contact)
    with recorded(actor, "portal_looked", at=at, customer=contact.customer) as entry:
        entry.subject = subject(contact)
    return f"/p/look/{_LOOK.sign(str(contact.pk))}/"


def looked_at(token: str) -> int:
    """The contact (primary key) whose page a colleague looks at. Raises LinkGone."""
    try:
        return int(_LOOK.unsign(token, max_age=LOOK_AGE))
    except (signing.BadSignature, ValueError) as error:
        raise LinkGone(token[:8]) from error


def revoke(actor: Actor, customer: Customer, pk: int, *, at: datetime) -> bool:
    """A link opens no more; False when it was revoked before. Raises OtherCompany."""
    own(actor.company, customer)
    row = link_row(actor.company.pk, customer.pk, pk)
    if row is None:
        raise OtherCompany(actor.company, "portal link")
    who = str(row.contact)
    with recorded(actor, "portal_revoked", at=at, customer=customer, contact=who) as entry:
        entry.subject = subject(row)
        return end_link(actor.company.pk, row.pk, at)


def new_link(actor: Actor, customer: Customer, contact: Contact, *, at: datetime) -> str:
    """The address of a contact, made if there is none in force; empty when the portal is closed.

    Raises OtherCompany.
    """
    own(actor.company, customer, contact)
    with transaction.atomic():
        lock_company(actor.company)
        with recorded(
            actor, "portal_link_made", at=at, customer=customer, contact=str(contact)
        ) as entry:
            entry.subject = subject(contact)
            return link_for(actor.company, contact, at)

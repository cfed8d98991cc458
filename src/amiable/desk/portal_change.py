"""Portal changes: an answer taken back the same day, who is written to, in which language, how."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core import signing
from django.db import transaction

from amiable.desk.access import Actor, own
from amiable.desk.audit import recorded, subject
from amiable.desk.calendar import day_of
from amiable.desk.contact import add_contact, change_contact
from amiable.desk.customer import change_customer
from amiable.desk.dispute import close_dispute
from amiable.desk.instalment import accept
from amiable.desk.payment_claim import close_claim
from amiable.desk.plan import redraw
from amiable.desk.portal_link import LinkGone
from amiable.desk.portal_mail import mail_confirmation
from amiable.desk.portal_taking import AnswerRefused, Guest, Sent, note_told
from amiable.desk.promise import cancel_promise
from amiable.desk.reply import read_reply
from amiable.engine.dispute import Outcome
from amiable.engine.parties import Channel, ContactRole, Language
from amiable.store.company import lock_company
from amiable.store.contact import list_contacts
from amiable.store.incoming import change_incoming, locked_incoming
from amiable.store.models import Dispute, Incoming, InstalmentPlan, PaymentClaim, Promise
from amiable.store.models.audit_entry import Door
from amiable.store.models.membership import Role
from amiable.store.portal import answer_anywhere, answers_of, made_row

CONFIRM_AGE = timedelta(days=14)
"""How long a new address may be confirmed."""
MOST_ADDRESSES = 3
"""New addresses a link may name in a day: each is written to."""
_SIGNER = signing.TimestampSigner(salt="amiable.portal.address", sep=".")
_DAY = timedelta(days=1)


# --- taken back -------------------------------------------------------------------------------


def answers_today(guest: Guest) -> list[Incoming]:
    """What was answered by this link on the day, newest first."""
    found = answers_of(guest.link, guest.at - _DAY)
    return [row for row in found if row.received_on == guest.today]


def answer_for(guest: Guest, pk: int) -> Incoming:
    """An answer given by this link. Raises LinkGone for any other."""
    for row in answers_of(guest.link, guest.at - guest.company.portal_days * _DAY):
        if row.pk == pk:
            return row
    raise LinkGone(str(pk))


def may_withdraw(guest: Guest, row: Incoming) -> bool:
    """Whether an answer can still be taken back: the day it was given, while nobody acted on it."""
    facts = row.facts
    some = bool(facts.get("made")) or bool(facts.get("asks"))
    return some and row.received_on == guest.today and not facts.get("withdrawn")


def withdraw(guest: Guest, pk: int) -> bool:
    """Take an answer back: what it became no longer counts. False when it is too late.

    Raises LinkGone for an answer that was not given by this link.
    """
    company = guest.company
    answer_for(guest, pk)
    with transaction.atomic():
        lock_company(company)
        row = locked_incoming(company.pk, pk)
        if not may_withdraw(guest, row):
            return False
        with recorded(
            guest.actor, "portal_withdrawn", at=guest.at, customer=guest.customer
        ) as entry:
            entry.subject = subject(row)
            for name in row.facts["made"]:
                _undo(guest, name)
            if row.reply is not None:
                read_reply(company, row.reply, on=guest.today)
            told = {
                code: {"done": "withdrawn"} for code in (one["code"] for one in row.suggestions)
            }
            change_incoming(
                row,
                facts=row.facts | {"withdrawn": guest.at.isoformat()},
                decided=row.decided | told,
            )
    redraw(company, [guest.customer.pk], guest.today)
    return True


def _undo(guest: Guest, name: str) -> None:
    """End one fact an answer became, if nobody ended it before."""
    row = made_row(guest.company.pk, guest.customer.pk, name)
    match row:
        case Promise(cancelled_on=None):
            cancel_promise(guest.company, row, on=guest.today)
        case PaymentClaim(closed_on=None):
            close_claim(guest.company, row, found=False, on=guest.today)
        case Dispute(closed_on=None):
            close_dispute(
                guest.company, row, on=guest.today, outcome=Outcome.WITHDRAWN, at=guest.at
            )


def accept_plan(guest: Guest, plan: InstalmentPlan, name: str) -> bool:
    """Accept an instalment plan in writing; False when it was accepted before."""
    own(guest.company, plan)
    with transaction.atomic():
        lock_company(guest.company)
        if not accept(guest.company, plan, name, guest.at):
            return False
        sent = Sent(once=f"accepted|{plan.pk}")
        note_told(guest, sent, "plan", [("plan", {"name": name})])
    return True


# --- who is written to, and how ---------------------------------------------------------------


def change_me(guest: Guest, sent: Sent, values: Mapping[str, Any], channel: str) -> Incoming:
    """New name, telephone number, language of the contact; the ``channel`` the customer prefers
    (empty: as it was)."""

    def deed() -> list[str]:
        change_contact(guest.company, guest.contact, values)
        if channel and channel != guest.customer.preferred_channel:
            wanted = {"preferred_channel": Channel(channel).value}
            change_customer(guest.actor, guest.customer, wanted, today=guest.today, at=guest.at)
        return []

    names = [name for name, value in values.items() if getattr(guest.contact, name) != value]
    return note_told(guest, sent, "me", [("me", {"n": len(names)})], deed)


def name_accountant(guest: Guest, sent: Sent, *, name: str, email: str) -> Incoming:
    """Ask an address whether it is the accountant's: only its answer makes it a contact.

    Raises AnswerRefused when it is known already, or when too many were named today.
    """
    known = list_contacts(guest.company.pk, guest.customer.pk)
    if any(row.email.lower() == email.lower() for row in known):
        raise AnswerRefused("known_address", "email")
    named = [one for one in answers_today(guest) if one.facts["answer"] == "accountant"]
    if len(named) >= MOST_ADDRESSES:
        raise AnswerRefused("too_many_addresses", "email")
    told = [("accountant", {"email": email, "name": name or "–"})]
    with transaction.atomic():
        row = note_told(guest, sent, "accountant", told, address=email, name=name)
        language = Language(guest.contact.language or guest.customer.language)
        mail_confirmation(guest.company, guest.customer, email, language, _address(row), guest.at)
    return row


def _address(row: Incoming) -> str:
    return f"{settings.URL}/p/confirm/{_SIGNER.sign(str(row.pk))}/"


def asked_address(token: str) -> Incoming:
    """The answer that named an address, by the link that was sent there. Raises LinkGone."""
    try:
        pk = int(_SIGNER.unsign(token, max_age=CONFIRM_AGE))
    except (signing.BadSignature, ValueError) as error:
        raise LinkGone(token[:8]) from error
    row = answer_anywhere(pk)
    if row is None or row.customer is None or not row.company.portal_open:
        raise LinkGone(token[:8])
    return row


def confirm_address(token: str, at: datetime) -> Incoming:
    """Whoever reads there said yes: it becomes the accountant's contact, once. Raises LinkGone."""
    row = asked_address(token)
    company, customer, said = row.company, row.customer, row.facts["said"]
    assert customer is not None
    with transaction.atomic():
        lock_company(company)
        known = list_contacts(company.pk, customer.pk)
        if any(one.email.lower() == said["address"].lower() for one in known):
            return row
        actor = Actor(
            company=company, role=Role.READER, name=said["address"][:200], door=Door.PORTAL
        )
        values = {
            "role": ContactRole.ACCOUNTANT.value,
            "email": said["address"],
            "name": said["name"],
            "language": row.contact.language if row.contact else None,
        }
        with recorded(
            actor, "portal_confirmed", at=at, customer=customer, address=said["address"]
        ) as entry:
            entry.subject = subject(add_contact(company, customer, values))
    redraw(company, [customer.pk], day_of(company, at))
    return row

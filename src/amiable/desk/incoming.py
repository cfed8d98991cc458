"""Incoming mail: taken in once, put where it belongs, and read for what it seems to mean.

Nothing is ever answered by itself. An answer of a person pauses the reminders until somebody has
read it (gate reply.unread); what a machine wrote does not, but for the day of return it names.
"""

import logging
from datetime import date, datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction

from amiable.channels.mailbox.mail import ReadMail, read_mail
from amiable.desk.bounce import answered_by, take_back
from amiable.desk.calendar import day_of
from amiable.desk.event import Event, told_reply
from amiable.desk.hold import hold
from amiable.desk.incoming_place import Place, conversation_for, place_of
from amiable.desk.plan import redraw
from amiable.desk.reply import record_reply
from amiable.desk.sms_report import program
from amiable.desk.stop_link import asked_to_stop, stop_mail
from amiable.desk.suggestion import confirm, dismiss
from amiable.desk.webhook import announce
from amiable.engine.parties import Language
from amiable.engine.reply import Meaning, Suggestion, is_absence, understand
from amiable.store.company import lock_company
from amiable.store.incoming import add_incoming, holds_until, incoming_with, open_numbers
from amiable.store.mailbox import mailbox_of
from amiable.store.models import Company, Customer, Incoming, IncomingFile, Mailbox
from amiable.store.models.incoming import IncomingKind, IncomingSource
from amiable.words import say

__all__ = ["confirm", "dismiss", "take_in"]

LONGEST_ABSENCE = timedelta(days=60)
"""An absence that lasts longer postpones nothing by itself: a person says what to do."""
_TRUSTED_AGE = timedelta(days=30)
_CLOCKS = timedelta(hours=1)

log = logging.getLogger("amiable.incoming")


def take_in(
    company: Company,
    raw: bytes,
    source: IncomingSource,
    at: datetime,
    *,
    whole: bool = True,
    later: set[int] | None = None,
) -> Incoming | None:
    """Keep a mail that came in at an instant, and do what follows from it; the row.

    The same mail again (by its Message-ID, else its digest) gives the row there is. None: it is a
    copy of what the company itself wrote. ``whole`` False: its end was cut off for its size.
    ``later`` gathers the customers to decide anew, for a caller that takes in many mails and draws
    their plan once; without it that is done at once.
    """
    mail = read_mail(raw, whole=whole)
    known = incoming_with(company.pk, mail.key[:300])
    if known is not None:
        return known
    box = mailbox_of(company.pk)
    if _is_own(company, box, mail):
        return None
    try:
        with transaction.atomic():
            lock_company(company)
            row, concerned = _keep(company, box, mail, source, at)
            if later is not None:
                later |= concerned
            elif concerned:
                redraw(company, sorted(concerned), day_of(company, at))
            return row
    except IntegrityError:  # another took it in meanwhile
        known = incoming_with(company.pk, mail.key[:300])
        if known is None:
            raise
        return known


def _is_own(company: Company, box: Mailbox | None, mail: ReadMail) -> bool:
    own = {company.email.lower(), box.address.lower() if box else ""} - {""}
    return mail.sender in own and mail.bounce is None


def _keep(
    company: Company, box: Mailbox | None, mail: ReadMail, source: IncomingSource, at: datetime
) -> tuple[Incoming, set[int]]:
    today, written_at = day_of(company, at), _written_at(mail, at)
    place = place_of(company, mail)
    if mail.bounce is not None and place.outbox is None:
        found = answered_by(company, mail.bounce, None)
        place = Place(
            customer=found.customer if found else None,
            outbox=found,
            conversation=found.conversation if found else None,
        )
    suggestions = _suggestions(company, box, mail, place, day_of(company, written_at))
    stops = asked_to_stop(company, mail.subject)
    kind = IncomingKind.AUTOMATIC if stops else _kind(mail, suggestions)
    row = Incoming(
        company=company,
        conversation=conversation_for(
            company, place, mail, at=at, calls_us=kind is IncomingKind.ANSWER
        ),
        customer=place.customer,
        contact=place.contact,
        outbox=place.outbox,
        source=source.value,
        kind=kind.value,
        received_at=written_at,
        received_on=day_of(company, written_at),
        facts=_facts(mail, place),
        suggestions=[stored_suggestion(one) for one in _fitting(kind, suggestions)],
        **_columns(mail),
    )
    concerned = _follow(company, box, mail, row, today=today, at=at)
    if stops:
        concerned |= stop_mail(program(company), stops, at)
    add_incoming(row, (_file(company, one) for one in mail.files))
    if kind is IncomingKind.ANSWER:
        announce(company, Event.REPLY_RECEIVED, told_reply(row), at)
    return row, concerned


def _columns(mail: ReadMail) -> dict[str, Any]:
    return {
        "key": mail.key[:300],
        "message_id": mail.message_id,
        "in_reply_to": mail.in_reply_to,
        "references": list(mail.references),
        "sender_name": mail.sender_name,
        "sender": mail.sender,
        "subject": mail.subject,
        "text": mail.text,
        "answer": mail.answer,
    }


def _file(company: Company, one: Any) -> IncomingFile:
    return IncomingFile(
        company=company,
        name=one.name,
        media_type=one.media_type,
        size=one.size,
        content=one.content,
    )


def _written_at(mail: ReadMail, at: datetime) -> datetime:
    """When it was written, as it says itself; when it came in, if that cannot be."""
    said = mail.sent_at
    if said is None or not at - _TRUSTED_AGE <= said <= at + _CLOCKS:
        return at
    return min(said, at)


def _facts(mail: ReadMail, place: Place) -> dict[str, Any]:
    facts: dict[str, Any] = {"headers": mail.headers} if mail.headers else {}
    if place.candidates:
        facts["candidates"] = list(place.candidates)
    if mail.bounce is not None:
        facts["bounce"] = {
            "permanent": list(mail.bounce.permanent),
            "passing": list(mail.bounce.passing),
            "detail": mail.bounce.detail,
        }
    return facts


# --- what it is, what it means ----------------------------------------------------------------


def _suggestions(
    company: Company, box: Mailbox | None, mail: ReadMail, place: Place, on: date
) -> tuple[Suggestion, ...]:
    if mail.bounce is not None:
        return ()
    numbers = open_numbers(company.pk, place.customer.pk) if place.customer else ()
    known = {mail.sender, company.email.lower(), box.address.lower() if box else ""}
    return understand(
        mail.answer, today=on, subject=mail.subject, numbers=numbers, strangers_to=known
    )


def _kind(mail: ReadMail, suggestions: tuple[Suggestion, ...]) -> IncomingKind:
    if mail.bounce is not None:
        return IncomingKind.BOUNCE
    away = is_absence(mail.subject, mail.answer)
    if away or (mail.automatic and any(_is_away(one) for one in suggestions)):
        return IncomingKind.ABSENT
    return IncomingKind.AUTOMATIC if mail.automatic else IncomingKind.ANSWER


def _is_away(one: Suggestion) -> bool:
    return one.code is Meaning.OUT_OF_OFFICE


def _fitting(kind: IncomingKind, suggestions: tuple[Suggestion, ...]) -> tuple[Suggestion, ...]:
    """What a machine wrote promises nothing and disputes nothing."""
    if kind is IncomingKind.ANSWER:
        return suggestions
    return tuple(one for one in suggestions if kind is IncomingKind.ABSENT and _is_away(one))


def stored_suggestion(one: Suggestion) -> dict[str, Any]:
    """A suggestion as it is kept."""
    facts = {
        name: list(value) if isinstance(value, tuple) else value
        for name, value in one.facts.items()
    }
    return {"code": one.code.value, "facts": facts, "reasons": list(one.reasons)}


# --- what follows -----------------------------------------------------------------------------


def _follow(
    company: Company,
    box: Mailbox | None,
    mail: ReadMail,
    row: Incoming,
    *,
    today: date,
    at: datetime,
) -> set[int]:
    """Do what follows from a message by itself; the customers to decide anew."""
    customer = row.customer
    if mail.bounce is not None:
        if row.outbox is None:
            return set()
        return take_back(company, mail.bounce, row.outbox, on=today, at=at)
    if customer is None:
        return set()
    if row.kind == IncomingKind.ANSWER.value:
        row.reply = record_reply(company, customer, on=today, text=mail.answer)
        return {customer.pk}
    if row.kind == IncomingKind.ABSENT.value and (box is None or box.postpones_absent):
        return _postpone_absent(company, customer, row, today)
    return set()


def _postpone_absent(company: Company, customer: Customer, row: Incoming, today: date) -> set[int]:
    """Wait for the day of return an out-of-office answer names, once a day and not for months."""
    said = next((one["facts"].get("on") for one in row.suggestions), None)
    back = date.fromisoformat(said) if said else today
    if not today < back <= today + LONGEST_ABSENCE or holds_until(company.pk, customer.pk, back):
        return set()
    who = row.sender_name or row.sender
    note = say(Language(company.language), "incoming.absent_note", who=who)
    made = hold(company, customer, on=today, until=back, note=note[:500])
    row.decided = {Meaning.OUT_OF_OFFICE.value: {"done": "by_itself", "subject": f"hold:{made.pk}"}}
    return {customer.pk}

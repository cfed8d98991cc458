"""Portal taking: an answer from a customer's page as it is kept in the inbox, once, with its files,
and written down for the team and for the plan."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import transaction

from amiable.channels.mailbox.mail import clean_name
from amiable.desk.access import Actor
from amiable.desk.audit import recorded, subject
from amiable.desk.event import Event, told_reply
from amiable.desk.plan import redraw
from amiable.desk.portal import PortalLine
from amiable.desk.reply import record_reply
from amiable.desk.webhook import announce
from amiable.engine.money import Money
from amiable.engine.parties import Language
from amiable.engine.reply import Meaning
from amiable.store.company import lock_company
from amiable.store.conversation import conversation_about, open_conversation, set_state
from amiable.store.incoming import add_incoming, incoming_with
from amiable.store.models import (
    Company,
    Contact,
    Conversation,
    Customer,
    Incoming,
    IncomingFile,
    PortalLink,
)
from amiable.store.models.audit_entry import Door
from amiable.store.models.conversation import ConversationState
from amiable.store.models.incoming import IncomingKind, IncomingSource
from amiable.store.models.membership import Role
from amiable.words import say, write_date, write_money


class AnswerRefused(ValueError):
    """This cannot be said: ``code`` names why, ``field`` where."""

    def __init__(self, code: str, field: str = "") -> None:
        super().__init__(code)
        self.code, self.field = code, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Guest:
    """Who answers, by which link, on which day."""

    company: Company
    customer: Customer
    contact: Contact
    link: PortalLink
    today: date
    at: datetime

    @property
    def actor(self) -> Actor:
        """Who the deeds are written down for."""
        name = self.contact.name or self.contact.email
        return Actor(company=self.company, role=Role.READER, name=name[:200], door=Door.PORTAL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """What comes with every answer: a word of its own, files (name, media type, content), and a
    mark that is the same when the form is sent twice."""

    once: str
    message: str = ""
    files: Sequence[tuple[str, str, bytes]] = ()


@dataclass(slots=True)
class Made:
    """What an answer became: ``rows`` names its facts ("promise:12"); ``asks``: a person decides;
    ``told``: what the page of thanks says."""

    lines: list[str]
    rows: list[str] = field(default_factory=list)
    asks: bool = False
    told: dict[str, str] = field(default_factory=dict)
    meaning: Meaning | None = None
    facts: dict[str, Any] = field(default_factory=dict)


class TeamText:
    """What the team reads, in the company's language."""

    def __init__(self, guest: Guest) -> None:
        self.language = Language(guest.company.language)

    def __call__(self, key: str, **facts: Any) -> str:
        """A sentence about an answer, its days written as the team writes them."""
        told = {
            name: write_date(value, self.language) if isinstance(value, date) else value
            for name, value in facts.items()
        }
        return say(self.language, f"portal.told.{key}", **told)

    def money(self, amount: Money) -> str:
        """An amount as the team reads it."""
        return write_money(amount, self.language)

    def sum(self, amount: Money | None) -> str:
        """An amount, or that it is all of it."""
        return self.money(amount) if amount else say(self.language, "portal.told.all_of_it")

    def invoices(self, lines: Sequence[PortalLine]) -> str:
        """The numbers of invoices, or that it is all that is due."""
        numbers = ", ".join(line.number for line in lines)
        return numbers or say(self.language, "portal.told.everything")


def take_answer(
    guest: Guest, sent: Sent, code: str, do: Callable[[Incoming], Made], *, quiet: bool = False
) -> Incoming:
    """Keep an answer and do what follows; the same form again gives the answer there is.

    ``quiet``: nobody needs to look at it.
    """
    company = guest.company
    key = f"portal|{guest.link.pk}|{sent.once}"[:300]
    with transaction.atomic():
        lock_company(company)
        known = incoming_with(company.pk, key)
        if known is not None:
            return known
        row = _row(guest, key, code, quiet=quiet)
        add_incoming(row, [_file(company, one) for one in sent.files])
        _write_down(guest, sent, row, do(row))
        with recorded(guest.actor, f"portal_{code}", at=guest.at, customer=guest.customer) as entry:
            entry.subject = subject(row)
        if not quiet:
            announce(company, Event.REPLY_RECEIVED, told_reply(row), guest.at)
    redraw(company, [guest.customer.pk], guest.today)
    return row


def note_told(
    guest: Guest, sent: Sent, code: str, texts: Sequence[tuple[str, Mapping[str, str | int]]],
    deed: Callable[[], list[str]] = list, **facts: str,
) -> Incoming:  # fmt: skip
    """Something the team should know of, and that needs nothing of them: ``texts`` say it."""

    def do(_row: Incoming) -> Made:
        text = TeamText(guest)
        said = [text(key, **named) for key, named in texts]
        return Made(lines=said, rows=deed(), facts=dict(facts))

    return take_answer(guest, sent, code, do, quiet=True)


def _row(guest: Guest, key: str, code: str, *, quiet: bool) -> Incoming:
    about = TeamText(guest)(f"subject.{code}")
    return Incoming(
        company=guest.company,
        conversation=_conversation(guest, about, quiet=quiet),
        customer=guest.customer,
        contact=guest.contact,
        key=key,
        source=IncomingSource.PORTAL.value,
        kind=IncomingKind.ANSWER.value,
        sender_name=guest.contact.name[:200],
        sender=guest.contact.email,
        subject=about,
        received_at=guest.at,
        received_on=guest.today,
        facts={"answer": code, "link": guest.link.pk},
    )


def _conversation(guest: Guest, about: str, *, quiet: bool) -> Conversation:
    """The one about the same thing that is still open, else a new one."""
    company = guest.company.pk
    known = conversation_about(company, guest.customer.pk, [about])
    if known is None:
        state = ConversationState.DONE if quiet else ConversationState.NEW
        return open_conversation(
            company, guest.customer, subject=about, at=guest.at, state=state.value
        )
    if not quiet and known.state != ConversationState.NEW.value:
        set_state(known, ConversationState.OURS, at=guest.at)
    return known


def _file(company: Company, one: tuple[str, str, bytes]) -> IncomingFile:
    name, kind, content = one
    return IncomingFile(
        company=company,
        name=clean_name(name),
        media_type=kind[:100],
        size=len(content),
        content=content,
    )


def _write_down(guest: Guest, sent: Sent, row: Incoming, made: Made) -> None:
    """What it says and what became of it: for the team, and for the plan if a person decides."""
    said = [*made.lines, *(("", sent.message) if sent.message else ())]
    row.text = row.answer = "\n".join(said)
    row.facts |= {"made": made.rows, "asks": made.asks, "told": made.told, "said": made.facts}
    row.facts["message"] = sent.message
    if made.meaning is not None:
        code = made.meaning.value
        row.suggestions = [{"code": code, "facts": made.facts, "reasons": made.lines}]
        if not made.asks:
            row.decided = {code: {"done": "by_itself", "subject": ", ".join(made.rows)}}
    if made.asks:
        row.reply = record_reply(guest.company, guest.customer, on=guest.today, text=row.text)
    row.save()

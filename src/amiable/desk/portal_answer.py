"""Portal answers: what a customer says on its page becomes a fact, which the next plan reads.

Each answer is kept in the inbox, with its files, and pauses just what it is about: a promise its
invoices until the day, a claim of payment while the money may be on its way, a dispute the amount
contested. What only a person can decide pauses everything until somebody has read it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction

from amiable.channels.mailbox.mail import clean_name
from amiable.desk.access import Actor
from amiable.desk.audit import recorded, subject
from amiable.desk.dispute import open_dispute
from amiable.desk.event import Event, told_reply
from amiable.desk.payment_claim import record_claim
from amiable.desk.plan import redraw
from amiable.desk.portal import PortalLine
from amiable.desk.promise import record_promise
from amiable.desk.reply import record_reply
from amiable.desk.webhook import announce
from amiable.engine.dispute import Ground
from amiable.engine.instalment import Rhythm
from amiable.engine.money import Money, totals
from amiable.engine.parties import Language
from amiable.engine.reply import Meaning
from amiable.store.company import lock_company
from amiable.store.conversation import conversation_about, open_conversation, set_state
from amiable.store.incoming import add_incoming, incoming_with
from amiable.store.invoice import invoice_by_key
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
from amiable.store.portal import was_not_found
from amiable.words import say, term, write_date, write_money

_NOT_FOUND = timedelta(days=30)
"""Whose money was looked for in vain that lately is not taken at its word a second time."""


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
class _Made:
    """What an answer became: ``rows`` names its facts ("promise:12"); ``asks``: a person decides;
    ``told``: what the page of thanks says."""

    lines: list[str]
    rows: list[str] = field(default_factory=list)
    asks: bool = False
    told: dict[str, str] = field(default_factory=dict)
    meaning: Meaning | None = None
    facts: dict[str, Any] = field(default_factory=dict)


def say_paid(
    guest: Guest,
    sent: Sent,
    lines: Sequence[PortalLine],
    *,
    paid_on: date,
    amount: Money | None,
    reference: str,
) -> Incoming:
    """It is paid already, those invoices or (none) all that is due. Raises AnswerRefused.

    Who said so lately, of money that was then looked for in vain, is asked by a person.
    """
    if paid_on > guest.today:
        raise AnswerRefused("paid_ahead", "paid_on")

    def do(row: Incoming) -> _Made:
        text = _Text(guest)
        said = text("paid", on=paid_on, invoices=text.invoices(lines), amount=text.sum(amount))
        made = _Made(lines=[said], meaning=Meaning.PAID)
        made.lines += [text("reference", reference=reference)] if reference else []
        made.facts = {"on": paid_on.isoformat(), "reference": reference, **_about(lines, amount)}
        if was_not_found(guest.company.pk, guest.customer.pk, guest.today - _NOT_FOUND):
            made.asks = True
            return made
        claim = record_claim(
            guest.company,
            guest.customer,
            said_on=guest.today,
            paid_on=paid_on,
            amount=amount,
            reference=reference,
            invoices=[line.key for line in lines],
            incoming=row,
            at=guest.at,
        )
        made.rows = [subject(claim)]
        return made

    return _take(guest, sent, "paid", do)


def promise_to_pay(
    guest: Guest,
    sent: Sent,
    lines: Sequence[PortalLine],
    *,
    due_on: date,
    amount: Money | None,
    trusted: bool,
    ahead: int,
) -> Incoming:
    """It will pay those invoices, or ``amount`` of them, on a day. Raises AnswerRefused.

    A day more than ``ahead`` days away, or one who promised before (``trusted`` False), is a
    proposal that a person decides on.
    """
    if due_on < guest.today:
        raise AnswerRefused("day_past", "due_on")
    amounts = [amount] if amount else [one for one in totals(_asked(lines)) if one.minor > 0]
    if not amounts:
        raise AnswerRefused("nothing_owed", "invoices")

    def do(_row: Incoming) -> _Made:
        text = _Text(guest)
        sums = ", ".join(text.money(one) for one in amounts)
        made = _Made(
            lines=[text("promise", on=due_on, amount=sums, invoices=text.invoices(lines))],
            meaning=Meaning.WILL_PAY,
            told={"on": due_on.isoformat()},
        )
        made.facts = {"on": due_on.isoformat(), **_about(lines, amounts[0])}
        if not trusted or due_on > guest.today + timedelta(days=ahead):
            made.asks = True
            return made
        for one in amounts:
            keys = [line.key for line in lines if line.left.currency == one.currency]
            promise = record_promise(
                guest.company,
                guest.customer,
                made_on=guest.today,
                due_on=due_on,
                amount=one,
                invoices=keys,
                at=guest.at,
            )
            made.rows.append(subject(promise))
        return made

    return _take(guest, sent, "promise", do)


def propose_instalments(
    guest: Guest,
    sent: Sent,
    lines: Sequence[PortalLine],
    *,
    count: int,
    first_on: date,
    rhythm: Rhythm,
) -> Incoming:
    """It would pay in parts: a person agrees to that, or not. Raises AnswerRefused."""
    if first_on < guest.today:
        raise AnswerRefused("day_past", "first_on")

    def do(_row: Incoming) -> _Made:
        text = _Text(guest)
        often = say(text.language, f"customer.rhythm.{rhythm.value}")
        said = text("instalments", n=count, rhythm=often, on=first_on,
                    invoices=text.invoices(lines))  # fmt: skip
        return _Made(
            lines=[said],
            asks=True,
            meaning=Meaning.ASKS_INSTALMENTS,
            facts={
                "count": count,
                "on": first_on.isoformat(),
                "rhythm": rhythm.value,
                **_about(lines, None),
            },
        )

    return _take(guest, sent, "instalments", do)


def contest(
    guest: Guest,
    sent: Sent,
    lines: Sequence[PortalLine],
    *,
    ground: Ground,
    amount: Money | None,
) -> Incoming:
    """It contests invoices, or an amount of one of them. Raises AnswerRefused."""
    if not lines:
        raise AnswerRefused("choose_invoice", "invoices")
    if any(line.disputed and line.asked.minor <= 0 for line in lines):
        raise AnswerRefused("contested_already", "invoices")
    if amount is not None and (len(lines) > 1 or amount.minor > lines[0].asked.minor):
        raise AnswerRefused("amount_of_one", "amount")

    def do(_row: Incoming) -> _Made:
        text = _Text(guest)
        why = term(text.language, "ground", ground.value)
        made = _Made(
            lines=[text("dispute", ground=why, invoices=text.invoices(lines),
                        amount=text.sum(amount))],
            meaning=Meaning.DISPUTE,
            facts={"ground": ground.value, **_about(lines, amount)},
        )  # fmt: skip
        for line in lines:
            invoice = invoice_by_key(guest.company.pk, guest.customer.pk, line.key)
            assert invoice is not None
            row = open_dispute(
                guest.company,
                guest.customer,
                invoice,
                on=guest.today,
                reason=sent.message[:300],
                ground=ground,
                amount=amount,
                at=guest.at,
            )
            made.rows.append(subject(row))
        return made

    return _take(guest, sent, "dispute", do)


def ask_copy(guest: Guest, sent: Sent, lines: Sequence[PortalLine]) -> Incoming:
    """It wants a copy of invoices. Raises AnswerRefused."""
    if not lines:
        raise AnswerRefused("choose_invoice", "invoices")

    def do(_row: Incoming) -> _Made:
        text = _Text(guest)
        said = text("copy", invoices=text.invoices(lines))
        facts = _about(lines, None)
        return _Made(lines=[said], asks=True, meaning=Meaning.ASKS_COPY, facts=facts)

    return _take(guest, sent, "copy", do)


def name_other(guest: Guest, sent: Sent, *, name: str, email: str) -> Incoming:
    """Somebody else is to be written to; a person sees to it, nothing leaves until then."""

    def do(_row: Incoming) -> _Made:
        text = _Text(guest)
        who = " ".join(part for part in (name, email) if part)
        said = [text("wrong", contact=str(guest.contact))]
        said += [text("other", who=who)] if who else []
        return _Made(
            lines=said,
            asks=True,
            meaning=Meaning.WRONG_PERSON,
            facts={key: value for key, value in (("address", email), ("name", name)) if value},
        )

    return _take(guest, sent, "wrong", do)


def note_told(
    guest: Guest, sent: Sent, code: str, texts: Sequence[tuple[str, Mapping[str, str | int]]],
    deed: Callable[[], list[str]] = list, **facts: str,
) -> Incoming:  # fmt: skip
    """Something the team should know of, and that needs nothing of them: ``texts`` say it."""

    def do(_row: Incoming) -> _Made:
        text = _Text(guest)
        said = [text(key, **named) for key, named in texts]
        return _Made(lines=said, rows=deed(), facts=dict(facts))

    return _take(guest, sent, code, do, quiet=True)


# --- keeping it -------------------------------------------------------------------------------


class _Text:
    """What the team reads, in the company's language."""

    def __init__(self, guest: Guest) -> None:
        self.language = Language(guest.company.language)

    def __call__(self, key: str, **facts: Any) -> str:
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


def _asked(lines: Sequence[PortalLine]) -> list[Money]:
    return [line.asked for line in lines]


def _about(lines: Sequence[PortalLine], amount: Money | None) -> dict[str, Any]:
    facts: dict[str, Any] = {"invoices": [line.number for line in lines]}
    return facts | ({"minor": amount.minor, "currency": amount.currency} if amount else {})


def _take(
    guest: Guest, sent: Sent, code: str, do: Callable[[Incoming], _Made], *, quiet: bool = False
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


def _row(guest: Guest, key: str, code: str, *, quiet: bool) -> Incoming:
    about = _Text(guest)(f"subject.{code}")
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


def _write_down(guest: Guest, sent: Sent, row: Incoming, made: _Made) -> None:
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

"""History: everything that happened with one customer, newest first, in sentences."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from amiable.desk.access import own
from amiable.desk.audit import subject
from amiable.desk.not_sent import not_sent
from amiable.engine.money import Money
from amiable.engine.parties import POSTAL, Language
from amiable.engine.reasons import Fact
from amiable.store.audit import authors
from amiable.store.conversation import replies_in
from amiable.store.history import KINDS, Happened, Place, closers, load_history, plan_parts
from amiable.store.invoice import invoice_numbers
from amiable.store.models import (
    AuditEntry,
    Company,
    Credit,
    Customer,
    Dispute,
    Hold,
    Incoming,
    InstalmentPlan,
    Invoice,
    Note,
    OutboxRow,
    PaymentClaim,
    Promise,
    Reply,
    Skip,
)
from amiable.store.models.outbox import OutboxState
from amiable.words import MissingFact, MissingText, say, short_date, term, write_money
from amiable.words.changes import write_changes

PAGE = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened on a day; ``at`` when the time is known, ``by`` whoever did it.

    ``detail`` is a text in full; ``row`` the primary key behind it, ``state`` that of a message,
    ``news`` what was reported of it since; ``conversation``: the one it came in by.
    """

    on: date
    code: str
    text: str
    at: datetime | None = None
    by: str = ""
    detail: str = ""
    row: int = 0
    state: str = ""
    conversation: int = 0
    news: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryPage:
    """Events newest first; ``older`` is what `history_page` goes on after, empty at the end."""

    events: list[Event]
    older: str = ""


def history_of(
    company: Company, customer: Customer, today: date, language: Language, limit: int = 30
) -> list[Event]:
    """The newest events up to ``today``, newest first. Raises OtherCompany.

    Without what people changed in the desk, which has its own order of time.
    """
    told = [kind for kind in KINDS if kind != "changes"]
    return history_page(company, customer, today, language, limit=limit, kinds=told).events


def history_page(
    company: Company,
    customer: Customer,
    today: date,
    language: Language,
    *,
    limit: int = PAGE,
    kinds: Collection[str] = KINDS,
    after: str = "",
) -> HistoryPage:
    """A page of the history, the first or the one ``after`` another. Raises OtherCompany."""
    own(company, customer)
    found = load_history(
        company.pk,
        customer.pk,
        until=today,
        zone=ZoneInfo(company.timezone),
        limit=limit,
        kinds=kinds,
        after=_read_place(after),
    )
    shown = found[:limit]
    teller = _Teller(company, customer, language, shown)
    return HistoryPage(
        events=[teller.tell(one) for one in shown],
        older=_write_place(shown[-1].place) if len(found) > limit else "",
    )


def _write_place(place: Place) -> str:
    at = place.at.astimezone(UTC).isoformat() if place.at else ""
    return f"{place.on.isoformat()}_{at}_{place.rank}_{place.pk}"


def _read_place(text: str) -> Place | None:
    """A place as it was written; None for the start, and for what is none."""
    try:
        on, at, rank, pk = text.split("_")
        instant = datetime.fromisoformat(at) if at else None
        if instant is not None and instant.utcoffset() is None:
            return None
        return Place(date.fromisoformat(on), instant, int(rank), int(pk))
    except ValueError:
        return None


class _Teller:
    """Puts the events of one page in words; who did what is asked for all of them at once."""

    def __init__(
        self, company: Company, customer: Customer, language: Language, shown: Sequence[Happened]
    ) -> None:
        self.language, self.zone = language, ZoneInfo(company.timezone)
        rows = [one.row for one in shown if one.name not in ("invoice", "credit", "change")]
        self.authors = authors(company.pk, customer.pk, {subject(row) for row in rows})
        closed = [one.row.pk for one in shown if one.name == "dispute_closed"]
        self.closers = closers(company.pk, customer.pk, closed) if closed else {}
        contested = [one.row.invoice for one in shown if one.name.startswith("dispute")]
        self.numbers = invoice_numbers(company.pk, contested) if contested else {}
        plans = [one.row.pk for one in shown if one.name == "plan"]
        self.parts = plan_parts(company.pk, plans) if plans else {}
        replies = [one.row.pk for one in shown if one.name == "reply"]
        self.talks = replies_in(company.pk, replies) if replies else {}

    def tell(self, one: Happened) -> Event:
        """An event in the reader's language."""
        told = _TELL[one.name](self, one.row)
        code = told.pop("code", one.name)
        by = told.pop("by", "") or self.authors.get(subject(one.row), "")
        text = told.pop("text")
        text = text[:1].upper() + text[1:]
        return Event(
            text=text, on=one.place.on, at=one.place.at, code=code, row=one.row.pk, by=by, **told
        )

    def event(self, code: str, **facts: Fact) -> str:
        """A text of the catalogue."""
        return say(self.language, f"event.{code}", **facts)

    def invoice(self, row: Invoice) -> dict[str, Any]:
        """It was issued."""
        kind = term(self.language, "invoice", row.kind)
        amount = Money(minor=row.amount_minor, currency=row.currency)
        text = self.event("invoice", kind=kind, number=row.number or row.label, amount=amount)
        return {"text": text}

    def credit(self, row: Credit) -> dict[str, Any]:
        """It came in."""
        kind = term(self.language, "credit", row.kind)
        amount = Money(minor=row.amount_minor, currency=row.currency)
        return {"text": self.event("credit", kind=kind, number=row.number, amount=amount)}

    def promise(self, row: Promise) -> dict[str, Any]:
        """It was made."""
        amount = Money(minor=row.amount_minor, currency=row.currency)
        code = "promise_cancelled" if row.cancelled_on else "promise"
        return {"text": self.event(code, amount=amount, due_on=row.due_on)}

    def plan(self, row: InstalmentPlan) -> dict[str, Any]:
        """It was agreed; the parts in full."""
        parts = self.parts[row.pk]
        lines = [
            f"{short_date(part.due_on, self.language)}  "
            + write_money(Money(minor=part.amount_minor, currency=part.currency), self.language)
            for part in parts
        ]
        code = "plan_cancelled" if row.cancelled_on else "plan"
        return {"text": self.event(code, n=len(parts)), "detail": "\n".join(lines)}

    def claim(self, row: PaymentClaim) -> dict[str, Any]:
        """It said it has paid."""
        text = self.event("claim")
        if row.amount_minor is not None:
            amount = Money(minor=row.amount_minor, currency=row.currency)
            text = self.event("claim_amount", amount=amount)
        if row.paid_on is not None:
            text = f"{text} {self.event('claim_on', on=row.paid_on)}"
        return {"text": text, "detail": row.reference}

    def claim_closed(self, row: PaymentClaim) -> dict[str, Any]:
        """Its money was found, or is no longer waited for."""
        return {"text": self.event("claim_found" if row.found else "claim_given_up"), "by": "–"}

    def _contested(self, row: Dispute) -> dict[str, Fact]:
        ground = term(self.language, "ground", row.ground) if row.ground else ""
        reason = " – ".join(part for part in (ground, row.reason) if part)
        return {"number": self.numbers.get(row.invoice, row.invoice), "reason": reason}

    def dispute(self, row: Dispute) -> dict[str, Any]:
        """It was opened."""
        if row.amount_minor is None:
            return {"text": self.event("dispute", **self._contested(row)).rstrip()}
        amount = Money(minor=row.amount_minor, currency=row.currency)
        return {"text": self.event("dispute_part", amount=amount, **self._contested(row)).rstrip()}

    def dispute_closed(self, row: Dispute) -> dict[str, Any]:
        """It was closed."""
        outcome = term(self.language, "outcome", row.outcome) if row.outcome else ""
        code = "dispute_closed_so" if outcome else "dispute_closed"
        text = self.event(code, outcome=outcome, **self._contested(row))
        return {"text": text, "by": self.closers.get(row.pk, "–")}

    def hold(self, row: Hold) -> dict[str, Any]:
        """It began; with its end, if it has one."""
        if row.until_on is None:
            text = self.event("hold_open")
        else:
            text = self.event("postponed" if row.postponed else "hold", until=row.until_on)
        if row.invoices:
            text = f"{text} {self.event('hold_some', n=len(row.invoices))}"
        return {"text": text, "detail": row.note, "code": "hold"}

    def skip(self, row: Skip) -> dict[str, Any]:
        """A step was left out."""
        return {"text": self.event("skip", step=row.step), "detail": row.note}

    def reply(self, row: Reply) -> dict[str, Any]:
        """The customer answered."""
        text = self.event("reply" if row.read_on else "reply_unread")
        return {"text": text, "detail": row.text, "conversation": self.talks.get(row.pk, 0)}

    def mail(self, row: Incoming) -> dict[str, Any]:
        """A machine wrote: it is away, it could not deliver, it took note."""
        kind = term(self.language, "incoming", row.kind)
        text = self.event("mail", kind=kind, subject=row.subject or "–")
        by = row.sender_name or row.sender
        return {"text": text, "detail": row.answer, "by": by, "conversation": row.conversation_id}

    def message(self, row: OutboxRow) -> dict[str, Any]:
        """Something went out, or waits to."""
        text = self.event(
            "message",
            channel=term(self.language, "channel", row.channel),
            recipient=row.recipient or "–",
            subject=row.subject or term(self.language, "purpose", row.purpose),
        )
        if row.state == OutboxState.CANCELLED:
            text = self.event(
                "message_not_sent", text=text, why=not_sent(row.detail, self.language)
            )
        by = str(row.approved_by) if row.approved_by else ""
        news = message_news(row, self.language, self.zone)
        return {"text": text, "detail": row.text, "state": row.state, "by": by, "news": news}

    def note(self, row: Note) -> dict[str, Any]:
        """Somebody wrote something down, or called."""
        outcome = term(self.language, "call", row.outcome) if row.outcome else ""
        text = self.event("call", outcome=outcome) if outcome else self.event("note")
        by = str(row.by) if row.by else ""
        return {"text": text, "detail": row.text, "by": by, "code": "call" if outcome else "note"}

    def change(self, row: AuditEntry) -> dict[str, Any]:
        """Somebody did something that no other row tells."""
        facts = {name: value for name, value in row.facts.items() if isinstance(value, int | str)}
        try:
            text = say(self.language, f"audit.{row.code}", **facts)
        except (MissingText, MissingFact):  # an entry is for ever, a text may be reworded
            text = row.code
        detail = write_changes(row.facts.get("changes", {}), self.language)
        return {"text": text, "detail": detail, "by": row.name or "–"}


def message_news(row: OutboxRow, language: Language, zone: ZoneInfo) -> str:
    """What was reported of a message since it left: it arrived, was opened, came back."""
    told = []
    for code, at in (("delivered", row.delivered_at), ("opened", row.opened_at)):
        if at is not None:
            here = at.astimezone(zone)
            clock = "" if row.channel in POSTAL else here.strftime(" %H:%M")
            when = f"{short_date(here.date(), language)}{clock}"
            told.append(say(language, f"event.{code}", at=when))
    if row.state == OutboxState.REFUSED and row.sent_on is not None:
        told.append(say(language, "event.came_back", answer=row.detail or "–"))
    return ", ".join(told)


_TELL: dict[str, Callable[[_Teller, Any], dict[str, Any]]] = {
    "invoice": _Teller.invoice,
    "credit": _Teller.credit,
    "promise": _Teller.promise,
    "plan": _Teller.plan,
    "claim": _Teller.claim,
    "claim_closed": _Teller.claim_closed,
    "dispute": _Teller.dispute,
    "dispute_closed": _Teller.dispute_closed,
    "hold": _Teller.hold,
    "skip": _Teller.skip,
    "reply": _Teller.reply,
    "message": _Teller.message,
    "note": _Teller.note,
    "change": _Teller.change,
    "mail": _Teller.mail,
}

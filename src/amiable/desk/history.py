"""History: what happened with one customer, newest first, in sentences."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from amiable.desk.access import own
from amiable.engine.money import Money
from amiable.engine.parties import Language
from amiable.engine.reasons import Fact
from amiable.store.models import (
    Company,
    Credit,
    Customer,
    Dispute,
    Hold,
    Invoice,
    OutboxRow,
    Promise,
    Reply,
    Skip,
)
from amiable.words import say, term

_EACH = 40  # of each kind, the newest: a page does not grow with the ledger


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened on a day."""

    on: date
    code: str
    text: str


def history_of(
    company: Company, customer: Customer, today: date, language: Language, limit: int = 30
) -> list[Event]:
    """The newest events up to ``today``, newest first. Raises OtherCompany."""
    own(company, customer)
    book = _Book(company.pk, customer.pk, language)
    events = [event for event in book.events() if event.on <= today]
    events.sort(key=lambda event: event.on, reverse=True)
    return events[:limit]


class _Book:
    def __init__(self, company: int, customer: int, language: Language) -> None:
        self.company, self.customer, self.language = company, customer, language

    def events(self) -> Iterator[Event]:
        yield from self._ledger()
        yield from self._messages()
        yield from self._words()
        yield from self._brakes()

    def _event(self, on: date, code: str, **facts: Fact) -> Event:
        return Event(on=on, code=code, text=say(self.language, f"event.{code}", **facts))

    def _ledger(self) -> Iterator[Event]:
        invoices = Invoice.objects.of(self.company).filter(customer=self.customer)
        for invoice in invoices.order_by("-issued_on", "-pk")[:_EACH]:
            kind = term(self.language, "invoice", invoice.kind)
            amount = Money(minor=invoice.amount_minor, currency=invoice.currency)
            yield self._event(
                invoice.issued_on, "invoice", kind=kind, number=invoice.number, amount=amount
            )
        credits = Credit.objects.of(self.company).filter(customer=self.customer)
        for credit in credits.order_by("-received_on", "-pk")[:_EACH]:
            kind = term(self.language, "credit", credit.kind)
            amount = Money(minor=credit.amount_minor, currency=credit.currency)
            yield self._event(
                credit.received_on, "credit", kind=kind, number=credit.number, amount=amount
            )

    def _messages(self) -> Iterator[Event]:
        rows = OutboxRow.objects.of(self.company).filter(customer=self.customer)
        for row in rows.defer("text", "html").order_by("-pk")[:_EACH]:
            yield self._event(
                row.sent_on or row.approved_on,
                "message",
                channel=term(self.language, "channel", row.channel),
                state=term(self.language, "outbox", row.state),
                recipient=row.recipient,
                subject=row.subject or term(self.language, "purpose", row.purpose),
            )

    def _words(self) -> Iterator[Event]:
        promises = Promise.objects.of(self.company).filter(customer=self.customer)
        for promise in promises.order_by("-pk")[:_EACH]:
            amount = Money(minor=promise.amount_minor, currency=promise.currency)
            yield self._event(promise.made_on, "promise", amount=amount, due_on=promise.due_on)
        disputes = Dispute.objects.of(self.company).filter(customer=self.customer)
        for dispute in disputes.order_by("-pk")[:_EACH]:
            number = dispute.invoice.rpartition("|")[2]
            yield self._event(dispute.opened_on, "dispute", number=number, reason=dispute.reason)
        replies = Reply.objects.of(self.company).filter(customer=self.customer)
        for reply in replies.order_by("-pk")[:_EACH]:
            yield self._event(reply.received_on, "reply", text=reply.text[:120])

    def _brakes(self) -> Iterator[Event]:
        holds = Hold.objects.of(self.company).filter(customer=self.customer)
        for hold in holds.order_by("-pk")[:_EACH]:
            code = "postponed" if hold.postponed else "hold"
            yield self._event(
                hold.from_on, code, until=hold.until_on or date.max, note=hold.note or "–"
            )
        skips = Skip.objects.of(self.company).filter(customer=self.customer)
        for skip in skips.order_by("-pk")[:_EACH]:
            yield self._event(skip.skipped_on, "skip", step=skip.step, note=skip.note or "–")

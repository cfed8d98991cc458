"""The walk over a ledger that its daily measures are counted from."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date

from amiable.desk.calendar import due_calendar
from amiable.engine.days import week_start
from amiable.engine.habit import CompanyHabit, due_for_habit, habit_of
from amiable.engine.ledger import MONEY_RECEIVED, CreditKind, InvoiceKind
from amiable.engine.measure import Contested, DayBook, held_changes
from amiable.engine.metrics import calendar_reminders, waiting
from amiable.engine.plan import PolicyBook
from amiable.engine.policy import FixedCalendar, trigger_day
from amiable.store.company import load_policies
from amiable.store.habit import load_histories
from amiable.store.measuring import (
    CreditFact,
    DayKey,
    DayRow,
    DisputeFact,
    InvoiceFact,
    Place,
    TieFact,
    customers_by_place,
    load_credits,
    load_disputes,
    load_invoices,
    load_ties,
    unasked_customers,
)
from amiable.store.models import Company

_CHUNK = 2_000

Books = Callable[[str], DayBook]
"""The book of a currency."""
_MONEY = frozenset(kind.value for kind in MONEY_RECEIVED)


def place_values(place: Place, book: PolicyBook) -> dict[str, str]:
    """By dimension, the value under which customers of a place count."""
    by_segment = {segment.value: name for segment, name in book.by_segment.items()}
    return {
        "company": "",
        "segment": place.segment,
        "collector": "" if place.collector is None else str(place.collector),
        "policy": place.policy or by_segment.get(place.segment, book.default),
    }


class LedgerWalk:
    """One walk over a company's ledger, some customers of one place at a time.

    What a customer is looked for by (segment, collector, policy) is what it is today, on all days.
    """

    def __init__(self, company: Company, today: date, since: date, learned: CompanyHabit) -> None:
        self.company, self.today = company, today
        self.since, self.until = since.toordinal(), today.toordinal() + 1
        self.places = customers_by_place(company.pk)
        self.customers = sum(map(len, self.places.values()))
        self.policies = load_policies(company)
        self.learned = learned
        self.rolls = due_calendar(company)
        self.rolled: dict[int, int] = {}
        self.books: dict[tuple[str, str, str], DayBook] = {}

    def steps(self) -> Iterator[tuple[int, int]]:
        """Walk; (customers done, customers in all) after each step."""
        done = 0
        for place, pks in self.places.items():
            books: dict[str, DayBook] = {}
            policy = place_values(place, self.policies)["policy"]
            for at in range(0, len(pks), _CHUNK):
                part = pks[at : at + _CHUNK]
                self._add(part, policy, books)
                done += len(part)
                yield done, self.customers
            self._take_in(place, books)

    def rows(self) -> dict[DayKey, DayRow]:
        """Every day of every value, as it is kept."""
        return {
            (dimension, value, date.fromordinal(on), currency): (
                figures,
                {str(late): counts[late] for late in sorted(counts)},
            )
            for (dimension, value, currency), book in self.books.items()
            for on, figures, counts in book.days()
        }

    def _take_in(self, place: Place, books: dict[str, DayBook]) -> None:
        values = place_values(place, self.policies)
        for currency, book in books.items():
            for dimension, value in values.items():
                key = (dimension, value, currency)
                if key not in self.books:
                    self.books[key] = DayBook(self.since, self.until)
                self.books[key].add(book)

    def _add(self, pks: Sequence[int], policy: str, books: dict[str, DayBook]) -> None:
        def book_of(currency: str) -> DayBook:
            if currency not in books:
                books[currency] = DayBook(self.since, self.until)
            return books[currency]

        unasked = unasked_customers(self.company.pk, pks)
        triggers = self._triggers(pks, policy, unasked)
        for invoice in load_invoices(self.company.pk, pks):
            book = book_of(invoice.currency)
            _add_invoice(book, invoice)
            if invoice.kind == InvoiceKind.INVOICE and invoice.customer not in unasked:
                self._add_calendar(book, invoice, triggers.get(invoice.customer))
        for credit in load_credits(self.company.pk, pks):
            _add_credit(book_of(credit.currency), credit)
        disputes = load_disputes(self.company.pk, pks)
        ties = load_ties(self.company.pk, pks)
        paid = self._add_ties(ties, book_of, {one.invoice for one in disputes}, triggers)
        _add_disputes(disputes, paid, book_of)

    def _triggers(self, pks: Sequence[int], name: str, unasked: set[int]) -> dict[int, int]:
        """The lateness at which each customer's habit reminds; empty when its policy follows a
        fixed calendar. Without those that nobody reminds: nothing is spared them."""
        policy = self.policies.policies.get(name)
        if policy is None or isinstance(policy.trigger, FixedCalendar):
            return {}
        week, histories = (
            week_start(self.today),
            dict(load_histories(self.company.pk, self.today, pks)),
        )
        return {
            pk: trigger_day(policy.trigger, habit_of(histories.get(pk, ()), self.learned, week))
            for pk in pks
            if pk not in unasked
        }

    def _add_calendar(self, book: DayBook, invoice: InvoiceFact, trigger: int | None) -> None:
        due, rolled = invoice.due, self._rolled(invoice.due)
        for on, spared in calendar_reminders(due, rolled, invoice.settled, trigger):
            book.happen("calendar", on, 1)
            if spared:
                book.happen("avoided", on, 1)

    def _rolled(self, due: int) -> int:
        if due not in self.rolled:
            rolled = due_for_habit(date.fromordinal(due), self.rolls)
            self.rolled[due] = rolled.toordinal()
        return self.rolled[due]

    def _add_ties(
        self,
        ties: Iterator[TieFact],
        book_of: Books,
        contested: set[int],
        triggers: Mapping[int, int],
    ) -> dict[int, list[tuple[int, int]]]:
        """Take allocations in; of the invoices named, (day, change) of what is open of each."""
        seen: set[int] = set()
        paid: dict[int, list[tuple[int, int]]] = defaultdict(list)
        for one in ties:
            book, start = book_of(one.currency), max(one.allocated, one.issued)
            book.stand(start, one.due, -one.minor)
            book.hold("unmatched", max(one.allocated, one.received), -one.minor)
            if one.invoice in contested:
                paid[one.invoice].append((start, -one.minor))
            if one.credit_kind in _MONEY and one.invoice_kind == InvoiceKind.INVOICE:
                _add_payment(book, one, start)
                if one.settled == one.allocated and one.invoice not in seen:
                    seen.add(one.invoice)
                    book.settle(start, start - one.due)
                    self._add_wait(book, one, start, triggers.get(one.customer))
        return paid

    def _add_wait(self, book: DayBook, one: TieFact, on: int, trigger: int | None) -> None:
        found = waiting(one.due, self._rolled(one.due), on, trigger)
        if found is not None:
            book.happen("spared_paid", on, 1)
            book.happen("spared_alone", on, found.alone)
            book.happen("spared_minor", on, one.invoice_minor)
            book.happen("waited_days_minor", on, one.invoice_minor * found.days)


def _add_invoice(book: DayBook, one: InvoiceFact) -> None:
    book.stand(one.issued, one.due, one.minor)
    book.hold("invoices_open", one.issued, 1)
    if one.settled is not None:
        book.hold("invoices_open", max(one.settled, one.issued), -1)
    if one.kind == InvoiceKind.INVOICE:
        book.happen("sales", one.issued, one.minor)


def _add_credit(book: DayBook, one: CreditFact) -> None:
    book.hold("unmatched", one.received, one.minor)
    if one.kind in _MONEY:
        book.happen("received", one.received, one.minor)
    elif one.kind == CreditKind.CREDIT_NOTE:
        book.happen("credited", one.received, one.minor)


def _add_payment(book: DayBook, one: TieFact, on: int) -> None:
    late = on - one.due
    book.happen("paid_minor", on, one.minor)
    book.happen("paid_days_minor", on, one.minor * late)
    if late <= 0:
        book.happen("paid_on_time_minor", on, one.minor)


def _add_disputes(
    disputes: Sequence[DisputeFact], paid: dict[int, list[tuple[int, int]]], book_of: Books
) -> None:
    by_invoice: dict[int, list[DisputeFact]] = defaultdict(list)
    for one in disputes:
        by_invoice[one.invoice].append(one)
    for pk, ones in by_invoice.items():
        opened = [(ones[0].issued, ones[0].invoice_minor), *paid.get(pk, ())]
        contested = [part for one in ones for part in _contested(one)]
        for day, change in held_changes(opened, contested):
            book_of(ones[0].currency).hold("disputed", day, change)


def _contested(one: DisputeFact) -> Iterator[Contested]:
    """As contested until a credit note was agreed to; from then on what was granted is held."""
    if one.granted is None:
        yield Contested(since=one.opened, until=one.closed, minor=one.minor)
        return
    granted = max(one.granted, one.opened)
    minor = one.minor if one.granted_minor is None else one.granted_minor
    yield Contested(since=one.opened, until=granted, minor=one.minor)
    yield Contested(since=granted, until=one.closed, minor=minor)

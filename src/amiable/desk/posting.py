"""Posting: invoices, payments and customers that another system hands over, item by item.

They take the way of a file: matched alike, told from what is known by the same keys, and undone
as one import. What cannot be taken is refused, item by item, with the reason.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TypeVar

from django.db import transaction

from amiable.desk.access import Actor
from amiable.desk.audit import recorded
from amiable.desk.import_reading import import_reading
from amiable.desk.join import plain_number
from amiable.desk.plan import redraw
from amiable.engine.days import due_date, parse_terms
from amiable.engine.ledger import Credit, CreditKind, DueBasis, Invoice, InvoiceKind
from amiable.engine.money import Money
from amiable.sources.reading import (
    CustomerFacts,
    CustomerRecord,
    Refusal,
    Totals,
    Understood,
)
from amiable.sources.table.context import key_of
from amiable.store.company import lock_company
from amiable.store.ledger import StoredLedger, load_ledgers
from amiable.store.models import Company, Customer
from amiable.store.posting import credit_ids, customers_named, invoice_ids

FORMAT = "api"
POSTED = (
    CreditKind.PAYMENT,
    CreditKind.DEPOSIT,
    CreditKind.CREDIT_NOTE,
    CreditKind.WRITE_OFF,
    CreditKind.DISCOUNT,
)
"""What lowers a debt and may be posted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoicePost:
    """An invoice; ``due_on`` None: by the payment terms known of the customer."""

    customer: str
    number: str
    issued_on: date
    due_on: date | None
    amount: Money
    label: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditPost:
    """Money received or a credit note. ``key`` is the sender's own name for it; ``number``: of
    the credit note, or of the invoice that the money pays."""

    customer: str
    key: str
    kind: CreditKind
    received_on: date
    amount: Money
    number: str = ""
    label: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PostOutcome:
    """What became of one item; ``refused`` is a code (its text: ``posting.<code>``), else empty."""

    index: int
    pk: int | None = None
    known: bool = False
    refused: str = ""


@dataclass(slots=True, kw_only=True)
class PostReport:
    """What became of a posting, in the order of its items; ``run`` None when nothing was new."""

    run: int | None = None
    outcomes: list[PostOutcome] = field(default_factory=list)


class PostedReading:
    """Posted facts as any reader hands them over."""

    def __init__(self, facts: Sequence[CustomerFacts], sender: str) -> None:
        self.understood = Understood(format=FORMAT, files=(sender,))
        self.totals = Totals()
        self.refusals: list[Refusal] = []
        self.warnings: list[Refusal] = []
        self._facts = facts

    def facts(self) -> Iterator[CustomerFacts]:
        """The facts, customer by customer; no balances: a posting is never the whole truth."""
        yield from self._facts


def post_invoices(
    actor: Actor, posts: Sequence[InvoicePost], *, on: date, at: datetime
) -> PostReport:
    """Take invoices over, all that can be taken in one import."""
    return _post(actor, posts, _Book.invoice, on, at)


def post_credits(
    actor: Actor, posts: Sequence[CreditPost], *, on: date, at: datetime
) -> PostReport:
    """Take payments, credit notes and the like over, all that can be taken in one import."""
    return _post(actor, posts, _Book.credit, on, at)


Item = Invoice | Credit
Sorted = tuple[PostOutcome, Item | None]


class _Book:
    """The customers named by a posting with what is known of each; tells new items from known."""

    def __init__(self, company: Company, keys: Sequence[str]) -> None:
        self.customers = customers_named(company.pk, set(keys))
        pks = sorted({row.pk for row in self.customers.values()})
        self.ledgers = load_ledgers(company.pk, pks)
        self.seen: set[str] = set()

    def invoice(self, index: int, post: InvoicePost) -> Sorted:
        """An invoice made of a post, or why not."""
        row = self.customers.get(post.customer)
        if row is None:
            return _refused(index, "customer_unknown")
        due_on, basis = _due(row, post)
        if due_on is None:
            return _refused(index, "due_missing")
        if due_on < post.issued_on:
            return _refused(index, "due_before_issue")
        item = Invoice(
            key=key_of(row.key, post.number),
            customer=row.key,
            number=post.number,
            issued_on=post.issued_on,
            due_on=due_on,
            due_basis=basis,
            amount=post.amount,
            label=post.label,
        )
        known = _known_invoice(self.ledgers[row.pk], item)
        better = known is not None and known.due_basis not in _SURE and basis is DueBasis.STATED
        return self._sorted(index, item, known, better=better)

    def credit(self, index: int, post: CreditPost) -> Sorted:
        """A credit made of a post, or why not."""
        row = self.customers.get(post.customer)
        if row is None:
            return _refused(index, "customer_unknown")
        if post.kind not in POSTED:
            return _refused(index, "kind_not_posted")
        note = post.kind is CreditKind.CREDIT_NOTE
        if note and not post.number:
            return _refused(index, "number_missing")
        parts = (post.number, "credit note") if note else ("posted", post.key)
        item = Credit(
            key=key_of(row.key, *parts),
            customer=row.key,
            number=post.number,
            received_on=post.received_on,
            amount=post.amount,
            kind=post.kind,
            label=post.label,
        )
        ledger = self.ledgers[row.pk].ledger
        known = next((one for one in ledger.credits if one.key == item.key), None)
        return self._sorted(index, item, known)

    def _sorted(
        self, index: int, item: Item, known: Item | None, *, better: bool = False
    ) -> Sorted:
        if item.key in self.seen:
            return _refused(index, "twice")
        if len(item.key) > _LONGEST_KEY:
            return _refused(index, "too_long")
        self.seen.add(item.key)
        if known is None:
            return PostOutcome(index=index), item
        if known.amount != item.amount:
            return _refused(index, "differs")
        pk = self._pk(known)
        return PostOutcome(index=index, pk=pk, known=True), item if better else None

    def _pk(self, known: Item) -> int:
        row = next(row for row in self.customers.values() if row.key == known.customer)
        stored = self.ledgers[row.pk]
        ids = stored.invoice_ids if isinstance(known, Invoice) else stored.credit_ids
        return ids[known.key]


_LONGEST_KEY = 300  # the column's
_SURE = (DueBasis.STATED, DueBasis.JOINED)


def _due(row: Customer, post: InvoicePost) -> tuple[date | None, DueBasis]:
    if post.due_on is not None:
        return post.due_on, DueBasis.STATED
    terms = parse_terms(row.terms) if row.terms else None
    return (due_date(post.issued_on, terms) if terms else None), DueBasis.TERMS


def _known_invoice(stored: StoredLedger, item: Invoice) -> Invoice | None:
    """The same invoice as it is stored, whatever source brought it."""
    number = plain_number(item.number)
    for known in stored.ledger.invoices:
        same_number = known.kind is InvoiceKind.INVOICE and plain_number(known.number) == number
        if known.key == item.key or (number and same_number):
            return known
    return None


def _refused(index: int, code: str) -> Sorted:
    return PostOutcome(index=index, refused=code), None


Post = TypeVar("Post", InvoicePost, CreditPost)


def _post(
    actor: Actor,
    posts: Sequence[Post],
    sort: Callable[[_Book, int, Post], Sorted],
    on: date,
    at: datetime,
) -> PostReport:
    with transaction.atomic():
        lock_company(actor.company)
        book = _Book(actor.company, [post.customer for post in posts])
        sorted_out = [sort(book, index, post) for index, post in enumerate(posts)]
        return _take(actor, sorted_out, on, at)


def _take(actor: Actor, sorted_out: Sequence[Sorted], on: date, at: datetime) -> PostReport:
    """Bring in what is new, and put the primary keys into the outcomes."""
    company = actor.company
    items = [item for _, item in sorted_out if item is not None]
    report = PostReport()
    if items:
        facts = [_facts(key, items) for key in dict.fromkeys(item.customer for item in items)]
        report.run = bring_in(actor, facts, "posted_items", len(items), on, at)
    ids = invoice_ids(company.pk, [item.key for item in items if isinstance(item, Invoice)])
    ids |= credit_ids(company.pk, [item.key for item in items if isinstance(item, Credit)])
    report.outcomes = [
        outcome
        if item is None or outcome.pk is not None
        else PostOutcome(index=outcome.index, pk=ids[item.key])
        for outcome, item in sorted_out
    ]
    return report


def bring_in(
    actor: Actor, facts: Sequence[CustomerFacts], code: str, n: int, on: date, at: datetime
) -> int:
    """Import posted facts in the actor's name and decide the customers anew; the import's key."""
    with recorded(actor, code, at=at, n=n) as entry:
        reading = PostedReading(facts, actor.name)
        report = import_reading(actor.company, reading, on=on, at=at)
        entry.subject = f"importrun:{report.run}"
        rows = customers_named(actor.company.pk, [one.customer.key for one in facts])
        redraw(actor.company, [row.pk for row in rows.values()], on)
    return report.run


def _facts(key: str, items: Sequence[Item]) -> CustomerFacts:
    mine = [item for item in items if item.customer == key]
    return CustomerFacts(
        customer=CustomerRecord(key=key),
        invoices=tuple(item for item in mine if isinstance(item, Invoice)),
        credits=tuple(item for item in mine if isinstance(item, Credit)),
    )

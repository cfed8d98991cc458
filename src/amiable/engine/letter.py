"""Letter: one message to a customer about all its invoices: its facts, and its finished blocks.

A letter is blocks of finished text in the reader's language. How they are laid out, as plain
text or HTML, is the business of `words`; so are amounts and dates, through a `Voice`.
`amiable.engine.compose` makes one from a template.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from amiable.engine.ledger import Credit, DueBasis, InvoiceKind, OpenInvoice
from amiable.engine.money import Money, totals
from amiable.engine.parties import Company, Contact, Customer, Language
from amiable.engine.promise import Promise
from amiable.engine.reasons import Fact


class LetterRefused(ValueError):
    """A letter must not be written from these facts: it would claim or say something false."""


class Voice(Protocol):
    """How amounts, dates and fixed texts are put in one language."""

    @property
    def language(self) -> Language:
        """The language it speaks."""
        ...

    def money(self, amount: Money) -> str:
        """An amount as a reader writes it."""
        ...

    def long_date(self, day: date) -> str:
        """A day in a sentence."""
        ...

    def short_date(self, day: date) -> str:
        """A day in a table."""
        ...

    def say(self, key: str, **facts: Fact) -> str:
        """A text of the catalogue by key."""
        ...

    def enumerate(self, items: Iterable[str]) -> str:
        """The items in one sentence: "a, b and c"."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterLine:
    """An invoice in a letter. ``left`` is what is asked for, any ``disputed`` part left out.

    ``due_inferred``: the due date was worked out, not stated; the letter says so.
    """

    number: str
    issued_on: date
    due_on: date
    amount: Money
    left: Money
    disputed: Money | None = None
    due_inferred: bool = False


_SURE = frozenset({DueBasis.STATED, DueBasis.JOINED})


def letter_line(item: OpenInvoice, disputed: Money | None = None) -> LetterLine:
    """An open invoice as a letter shows it, less what is disputed of it."""
    invoice = item.invoice
    return LetterLine(
        number=invoice.number or invoice.label or invoice.key,
        issued_on=invoice.issued_on,
        due_on=invoice.due_on,
        amount=invoice.amount,
        left=item.left - disputed if disputed else item.left,
        disputed=disputed or None,
        due_inferred=invoice.kind is InvoiceKind.INVOICE and invoice.due_basis not in _SURE,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Correspondent:
    """Who to answer."""

    name: str = ""
    email: str = ""
    phone: str = ""


def correspondent(company: Company) -> Correspondent:
    """Who answers for a company when no person is named for the customer."""
    return Correspondent(name=company.sender, email=company.email, phone=company.phone)


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterFacts:
    """All a letter may say, on the day ``on`` it is written for.

    ``credits``: money received and credit notes not tied to an invoice, one amount above zero a
    currency; they are taken off. ``last_reminder_on``: None when unknown. ``indemnity``: the
    fixed sum the law adds per late invoice on that day, None where it adds none; it is only
    mentioned, and only to businesses (L441-10 C. com.; consumers owe none). ``portal``: the
    address where this contact sees its statement and answers, empty without one. ``payments``:
    the money one gives thanks for, ``paid`` the numbers of the invoices that it surely pays, and
    ``still_open`` what the account still shows, where that is to be said.
    """

    company: Company
    customer: Customer
    language: Language
    on: date
    lines: tuple[LetterLine, ...]
    answer_to: Correspondent
    contact: Contact | None = None
    credits: tuple[Money, ...] = ()
    reference: str = ""
    last_reminder_on: date | None = None
    promise: Promise | None = None
    payments: tuple[Credit, ...] = ()
    paid: tuple[str, ...] = ()
    still_open: tuple[Money, ...] = ()
    indemnity: Money | None = None
    portal: str = ""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Text; its lines break where they do."""

    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceRow:
    """An invoice in the table, each cell as text; also the heads of the table."""

    number: str
    issued: str
    due: str
    late: str
    amount: str
    left: str


@dataclass(frozen=True, slots=True)
class Sum:
    """A line below the invoices; ``to_pay`` marks the one that is asked for, once a currency."""

    label: str
    amount: str
    to_pay: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceTable:
    """The invoices, then the sums, then what a reader must know of them."""

    heads: InvoiceRow
    rows: tuple[InvoiceRow, ...]
    sums: tuple[Sum, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Details:
    """Labels and values: how to pay."""

    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """An address to open, after what one finds there."""

    text: str
    address: str


Block = Paragraph | InvoiceTable | Details | Link


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A finished letter: a subject on one line, and its blocks in order."""

    language: Language
    subject: str
    blocks: tuple[Block, ...]


def claim(facts: LetterFacts) -> tuple[Money, ...]:
    """What the letter asks for: one amount a currency, credits taken off, never below zero.

    A credit in a currency nothing is owed in changes nothing: currencies never meet.
    """
    return tuple(
        Money(minor=max(asked.minor - _credit(facts, asked.currency), 0), currency=asked.currency)
        for asked in totals(line.left for line in facts.lines)
    )


def _credit(facts: LetterFacts, currency: str) -> int:
    return sum(credit.minor for credit in facts.credits if credit.currency == currency)

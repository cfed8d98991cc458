"""Reading: what every reader hands over, whatever the format.

A reader opens files, understands them, and yields facts customer by customer. What it cannot
read it refuses, line by line; it never guesses and never drops: the sums of what was read plus
what was refused are the sums of the file. Words for people are made in `words` from the codes.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

from amiable.engine.dispute import Dispute
from amiable.engine.ledger import Credit, Invoice
from amiable.engine.parties import Contact, CustomerKind, Language, Segment

Progress = Callable[[int, int], None]
"""Called now and then with (bytes read so far, bytes in all)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """One line that could not be taken: where, what, why (a code), and the money it held.

    ``code`` names the cause; `words` holds its sentence and its remedy (``refusal.<code>``),
    which may use ``facts``. ``minor`` is the signed amount (debit positive) when it could be read.
    """

    file: str
    line: int
    column: str
    value: str
    code: str
    facts: dict[str, str] = field(default_factory=dict)
    minor: int = 0


class SourceRefused(Exception):
    """A whole file cannot be read: it is something else, or lacks what is needed."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(f"{refusal.file}:{refusal.line}: {refusal.code} {refusal.facts or ''}")
        self.refusal = refusal


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerRecord:
    """A customer as a source names it; empty and None mean that the source does not say."""

    key: str
    name: str = ""
    kind: CustomerKind | None = None
    siren: str = ""
    country: str = ""
    language: Language | None = None
    terms: str = ""
    vat: str = ""
    autopay: bool | None = None
    segment: Segment | None = None
    insolvent_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerFacts:
    """All that a source says of one customer."""

    customer: CustomerRecord
    invoices: tuple[Invoice, ...] = ()
    credits: tuple[Credit, ...] = ()
    disputes: tuple[Dispute, ...] = ()
    contacts: tuple[Contact, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Understood:
    """What the reader made of the file before reading it: shown to the user first.

    ``details`` are (code, value) pairs, such as ("encoding", "utf-8"), ("separator", "tab").
    """

    format: str
    files: tuple[str, ...]
    details: tuple[tuple[str, str], ...] = ()


@dataclass(slots=True, kw_only=True)
class Totals:
    """Control totals of a reading, filled while it is read.

    ``balances``: what each customer owes by the file, (customer, currency) -> minor units.
    ``file_debit`` / ``file_credit``: the file's own sums, all accounts, in minor units.
    """

    lines: int = 0
    file_debit: int = 0
    file_credit: int = 0
    debit: int = 0
    credit: int = 0
    refused: int = 0
    balances: dict[tuple[str, str], int] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)


class Reading(Protocol):
    """An opened source. ``totals``, ``refusals`` and ``warnings`` are complete after `facts`."""

    understood: Understood
    totals: Totals
    refusals: list[Refusal]
    warnings: list[Refusal]

    def facts(self) -> Iterator[CustomerFacts]:
        """The facts, customer by customer; each customer once."""
        ...

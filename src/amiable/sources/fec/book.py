"""Second pass: one customer's items made into invoices and credits, and added up."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from amiable.engine.ledger import Credit, CreditKind, Invoice, InvoiceKind
from amiable.engine.money import Money
from amiable.sources.fec.cells import Days
from amiable.sources.fec.due import DueDates
from amiable.sources.fec.page import Draft, FileNotes, Ground, Page
from amiable.sources.fec.scan import has_number
from amiable.sources.fec.spool import Spool
from amiable.sources.reading import CustomerFacts, CustomerRecord

_NUMBER_IN_LABEL = re.compile(
    r"\b(?:fact(?:ure)?|fac|fa|fv|avoir|av|inv(?:oice)?|n[°o])[\s.:°n-]*"
    r"([A-Z]{0,4}[-/]?\d[\w/-]{2,})",
    re.I,
)


@dataclass(slots=True)
class Sums:
    """What the book of all customers adds up to; filled customer by customer."""

    debit: int = 0
    credit: int = 0
    carried: dict[str, int] = field(default_factory=dict)
    """Opening entries left out because they repeat a known year, by customer."""
    brought: dict[str, int] = field(default_factory=dict)
    """Of these, those that repeat a year read before, and not one of these files."""
    balances: dict[str, int] = field(default_factory=dict)
    gaps: list[tuple[str, int, int]] = field(default_factory=list)
    """Customer, amount carried over, and closing balance of the year before, where they differ."""


class Book:
    """Makes facts of customers' lines, and adds them up in ``sums``."""

    def __init__(
        self,
        *,
        spool: Spool,
        files: Mapping[int, FileNotes],
        days: Days,
        due: DueDates,
        currency: str,
    ) -> None:
        self.files = files
        self.days = days
        self.due = due
        self.currency = currency
        self.ground = Ground(spool=spool, days=days, several=len(files) > 1)
        self.sums = Sums()

    def facts(self, customer: str, name: str, lines: dict[int, list[str]]) -> CustomerFacts:
        """One customer's items; ``lines`` are blocks of spooled lines by file, fullest first."""
        page = Page(customer, self.ground)
        for place, blocks in lines.items():
            page.read(self.files[place], blocks)
        self._compare_opening(page)
        self.sums.balances[customer] = sum(page.balances.values())
        invoices: list[Invoice] = []
        credits: list[Credit] = []
        letterings = page.letterings()
        for draft in page.drafts:
            lettering = letterings[draft.bucket] if draft.bucket else ""
            if isinstance(draft.kind, InvoiceKind):
                invoices.append(self._invoice(customer, draft, draft.kind, lettering))
            else:
                credits.append(self._credit(customer, draft, draft.kind, lettering))
        record = CustomerRecord(key=customer, name=name)
        return CustomerFacts(customer=record, invoices=tuple(invoices), credits=tuple(credits))

    def _invoice(self, customer: str, draft: Draft, kind: InvoiceKind, lettering: str) -> Invoice:
        self.sums.debit += draft.minor
        issued_on = self._issued_on(draft, kind)
        due_on, basis = self.due.of(customer, kind, issued_on, draft.label)
        if kind is InvoiceKind.OPENING:
            issued_on = self._carried_on(draft)
        return Invoice(
            key=draft.key,
            customer=customer,
            number=self._number(draft),
            issued_on=issued_on,
            due_on=due_on,
            amount=Money(minor=draft.minor, currency=self.currency),
            kind=kind,
            due_basis=basis,
            label=draft.label,
            lettering=lettering,
        )

    def _credit(self, customer: str, draft: Draft, kind: CreditKind, lettering: str) -> Credit:
        self.sums.credit -= draft.minor
        return Credit(
            key=draft.key,
            customer=customer,
            number=self._number(draft) if kind is CreditKind.CREDIT_NOTE else draft.piece,
            received_on=self._carried_on(draft) if kind is CreditKind.OPENING else draft.day,
            amount=Money(minor=-draft.minor, currency=self.currency),
            kind=kind,
            label=draft.label,
            lettering=lettering,
        )

    def _carried_on(self, draft: Draft) -> date:
        """An opening item enters the books on the first day of the year it opens.

        Some files date each one by the document it carries over: that day is when it was due. The
        first day of the year tells which year's opening an item is of, once it is stored.
        """
        return self.files[draft.place].year[0]

    def _issued_on(self, draft: Draft, kind: InvoiceKind) -> date:
        """An invoice is of its PieceDate, unless that is blank or later than its booking."""
        if kind is InvoiceKind.INVOICE:
            issued_on = self.days.maybe(draft.piece_date)
            if issued_on is not None and 0 <= (draft.day - issued_on).days <= 366:
                return issued_on
        return draft.day

    def _number(self, draft: Draft) -> str:
        """PieceRef where it tells documents apart, else a number in the text, else the entry's."""
        journal = self.files[draft.place].journals[draft.journal]
        if draft.piece and journal.numbers_documents:
            return draft.piece
        found = _NUMBER_IN_LABEL.search(draft.label)
        if found:
            return found[1]
        return draft.number if has_number(draft.number) else draft.piece

    def _compare_opening(self, page: Page) -> None:
        """Note whether what a year carries over is what the year before closed with."""
        for place, notes in self.files.items():
            if not notes.opening_known:
                continue
            carried = page.carried.get(place, 0)
            before = [other for other, its in self.files.items() if its.year[0] < notes.year[0]]
            closing = sum(page.balances.get(other, 0) for other in before)
            if not before and carried:
                brought = self.sums.brought.get(page.customer, 0)
                self.sums.brought[page.customer] = brought + carried
            if before and carried != closing:
                self.sums.gaps.append((page.customer, carried, closing))
        if page.carried:
            self.sums.carried[page.customer] = sum(page.carried.values())

"""Invoices: the rows of an invoices table, as invoices, credits and disputes.

What a row says of its settlement becomes a credit that shares the invoice's lettering:

- a settlement date: a payment of that day;
- less remaining than the amount, and no date: an adjustment on the invoice's own date. The
  balance is right, and no habit is learned from a day that nobody knows.

A negative amount is a credit note; what of it is used up is balanced by an adjustment.
"""

from collections.abc import Iterator
from datetime import date

from amiable.engine.days import PaymentTerms, due_date, parse_terms
from amiable.engine.ledger import DueBasis
from amiable.engine.money import Money
from amiable.sources.reading import CustomerFacts, CustomerRecord
from amiable.sources.table.cells import Cell, CellRefused, text_of
from amiable.sources.table.choices import DISPUTED, DOCUMENTS, choice
from amiable.sources.table.context import Context
from amiable.sources.table.fields import Field
from amiable.sources.table.footers import Footers
from amiable.sources.table.invoice_facts import FactsMade, InvoiceRow

_LEGAL = PaymentTerms(days=30)  # L441-10 C. com.: 30 days where nothing is agreed


class _Customer:
    __slots__ = ("conflicts", "name", "rows")

    def __init__(self, name: str) -> None:
        self.name = name
        self.rows: dict[str, InvoiceRow] = {}
        self.conflicts: set[str] = set()


class InvoiceTable:
    """Takes rows one by one, then gives the facts customer by customer."""

    def __init__(self, context: Context, terms: PaymentTerms | None) -> None:
        self.context, self._default_terms = context, terms
        self._amount_field = Field.AMOUNT if context.has(Field.AMOUNT) else Field.REMAINING
        self._amount = context.column(self._amount_field)
        self._number = context.column(Field.NUMBER)
        self._issued_on = context.column(Field.ISSUED_ON)
        self._due_on = context.column(Field.DUE_ON)
        self._settled_on = context.column(Field.SETTLED_ON)
        self._disputed = context.column(Field.DISPUTED)
        self._reason = context.column(Field.DISPUTE_REASON)
        self._marked = context.has(Field.DISPUTED)
        self._document = context.column(Field.DOCUMENT)
        self._label = context.column(Field.LABEL)
        self._order = context.column(Field.ORDER)
        self._labelled = context.has(Field.LABEL) or context.has(Field.ORDER)
        self._only_remaining = self._amount_field is Field.REMAINING
        self._parted = context.has(Field.AMOUNT) and (
            context.has(Field.REMAINING) or context.has(Field.PAID)
        )
        self._terms: dict[Cell, PaymentTerms | None] = {"": None}
        self._customers: dict[str, _Customer] = {}
        self._minor = 0
        self._footers = Footers(
            context,
            self._amount_field,
            Field.ISSUED_ON,
            (
                ((Field.CUSTOMER_CODE, Field.CUSTOMER_NAME), "table.customer_missing"),
                ((Field.NUMBER,), "table.number_missing"),
                ((Field.ISSUED_ON,), "table.date_missing"),
            ),
        )

    def take(self, line: int, cells: list[Cell]) -> None:
        """Read one row, or refuse it."""
        self._minor = 0
        try:
            self._take(line, cells)
        except CellRefused as refused:
            if not self.context.is_header(cells):
                self.context.refuse(line, refused, self._minor)

    def _take(self, line: int, cells: list[Cell]) -> None:
        customer, name = self.context.customer(cells)
        number = text_of(cells[self._number])
        issued_cell = cells[self._issued_on]
        if not (customer and number and issued_cell != ""):
            self._footers.odd(line, cells)
            return
        currency = self.context.row_currency(cells)
        minor = self._read_amount(cells, currency)
        issued_on = self.context.dates.read(issued_cell, Field.ISSUED_ON)
        if issued_on is None:
            raise CellRefused("table.date_missing", Field.ISSUED_ON, "")
        if not minor:
            shown = text_of(cells[self._amount])
            self.context.warn(line, CellRefused("table.amount_zero", self._amount_field, shown))
            return
        settled_on = self.context.dates.read(cells[self._settled_on], Field.SETTLED_ON)
        paid = self._paid(cells, minor, currency, settled_on)
        due_on, basis = self._due(line, cells, issued_on)
        row = InvoiceRow(
            line,
            number,
            issued_on,
            due_on,
            basis,
            minor,
            paid,
            settled_on if paid else None,
            currency,
            self._dispute(cells),
            self._text(cells),
        )
        self._keep(customer, name, row)

    def _read_amount(self, cells: list[Cell], currency: str) -> int:
        minor = self.context.amounts.read(cells[self._amount], currency, self._amount_field)
        if minor is None:
            raise CellRefused("table.amount_missing", self._amount_field, "")
        if minor > 0 and choice(DOCUMENTS, text_of(cells[self._document])):
            minor = -minor
        self._minor = minor
        self.context.counted(minor)
        self._footers.add(minor, currency)
        return minor

    def _paid(self, cells: list[Cell], minor: int, currency: str, settled_on: date | None) -> int:
        """How much of the amount is settled, above zero. Raises CellRefused."""
        if self._only_remaining:
            return 0
        if not self._parted:
            return abs(minor) if settled_on else 0
        paid, remaining = self._parts(cells, minor, currency, settled_on)
        sign = 1 if minor > 0 else -1
        if paid + remaining != minor or not 0 <= sign * paid <= abs(minor):
            amounts = {"amount": minor, "paid": paid, "remaining": remaining}
            shown = {
                name: str(Money(minor=value, currency=currency)) for name, value in amounts.items()
            }
            raise CellRefused("table.amounts_disagree", self._amount_field, "", **shown)
        if settled_on and not paid:
            raise CellRefused("table.settled_but_unpaid", Field.SETTLED_ON, settled_on.isoformat())
        return sign * paid

    def _parts(
        self, cells: list[Cell], minor: int, currency: str, settled_on: date | None
    ) -> tuple[int, int]:
        """What is paid and what remains, as signed as the amount."""
        context = self.context
        read = context.amounts.read
        paid = read(cells[context.column(Field.PAID)], currency, Field.PAID)
        remaining = read(cells[context.column(Field.REMAINING)], currency, Field.REMAINING)
        if paid is None and remaining is None:
            if not context.has(Field.PAID) and not settled_on:
                raise CellRefused("table.remaining_missing", Field.REMAINING, "")
            paid = minor if settled_on and context.has(Field.REMAINING) else 0
        if remaining is None:
            return paid or 0, minor - (paid or 0)
        return minor - remaining if paid is None else paid, remaining

    def _due(self, line: int, cells: list[Cell], issued_on: date) -> tuple[date, DueBasis]:
        due_on = self.context.dates.read(cells[self._due_on], Field.DUE_ON)
        if due_on is not None:
            if due_on < issued_on and self._minor > 0:
                value, issued = due_on.isoformat(), issued_on.isoformat()
                doubt = CellRefused("table.due_before_issue", Field.DUE_ON, value, issued=issued)
                self.context.warn(line, doubt)
            return due_on, DueBasis.STATED
        terms = self._row_terms(line, cells[self.context.column(Field.TERMS)])
        if terms is not None:
            return due_date(issued_on, terms), DueBasis.TERMS
        return due_date(issued_on, _LEGAL), DueBasis.LEGAL

    def _row_terms(self, line: int, cell: Cell) -> PaymentTerms | None:
        if cell not in self._terms:
            self._terms[cell] = parse_terms(text_of(cell))
        terms = self._terms[cell]
        if terms is None and (text := text_of(cell)):
            self.context.warn(line, CellRefused("table.terms_unreadable", Field.TERMS, text))
        return terms or self._default_terms

    def _dispute(self, cells: list[Cell]) -> str | None:
        """None where nothing is disputed, else the reason, which may be empty.

        Words that are neither yes nor no are the reason itself: an invoice that may be disputed
        is better held than chased. A reason of its own column says that there is a dispute only
        where no other column does.
        """
        reason = text_of(cells[self._reason])
        if choice(DISPUTED, reason) is False:
            reason = ""
        mark = text_of(cells[self._disputed]) if self._marked else reason
        if not mark:
            return None
        known = choice(DISPUTED, mark)
        if known is None:
            return reason or mark
        return reason if known else None

    def _text(self, cells: list[Cell]) -> str:
        if not self._labelled:
            return ""
        label, order = text_of(cells[self._label]), text_of(cells[self._order])
        return f"{label} ({order})" if label and order else label or order

    def _keep(self, key: str, name: str, row: InvoiceRow) -> None:
        """Keep the row; refuse a number that the customer already has in this file."""
        customer = self._customers.get(key)
        if customer is None:
            customer = self._customers[key] = _Customer(name)
        customer.name = customer.name or name
        slot = row.number if row.minor > 0 else f"-{row.number}"
        first = customer.rows.setdefault(slot, row)
        if first is row:
            return
        facts = {"number": row.number, "first_line": str(first.line), "line": str(row.line)}
        if first[1:] == row[1:] and slot not in customer.conflicts:
            raise CellRefused("table.duplicate_line", Field.NUMBER, row.number, **facts)
        refused = CellRefused("table.duplicate_number", Field.NUMBER, row.number, **facts)
        if slot not in customer.conflicts:
            customer.conflicts.add(slot)
            self.context.refuse(first.line, refused, first.minor)
        raise refused

    def facts(self) -> Iterator[CustomerFacts]:
        """The facts of each customer, in the order of the file."""
        for key, customer in self._customers.items():
            yield self._customer_facts(key, customer)

    def _customer_facts(self, key: str, customer: _Customer) -> CustomerFacts:
        made = FactsMade(key, self.context)
        for slot, row in customer.rows.items():
            if slot not in customer.conflicts:
                made.add(row)
        if customer.name:
            self.context.totals.names[key] = customer.name
        return CustomerFacts(
            customer=CustomerRecord(key=key, name=customer.name),
            invoices=tuple(made.invoices),
            credits=tuple(made.credits),
            disputes=tuple(made.disputes),
        )

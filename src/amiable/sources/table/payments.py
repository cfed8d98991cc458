"""Payments: the rows of a payments table, as credits; a negative one is a returned payment."""

from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from amiable.engine.ledger import Credit, DueBasis, Invoice, InvoiceKind
from amiable.engine.money import Money
from amiable.sources.reading import CustomerFacts, CustomerRecord
from amiable.sources.table.cells import Cell, CellRefused, text_of
from amiable.sources.table.context import Context, key_of
from amiable.sources.table.fields import Field
from amiable.sources.table.footers import Footers


class _Row(NamedTuple):
    """A payment as read. ``number`` is the invoice it names, else its own reference."""

    paid_on: date
    minor: int
    currency: str
    number: str
    reference: str
    label: str


class PaymentTable:
    """Takes rows one by one, then gives the facts customer by customer."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self._paid_on = context.column(Field.PAID_ON)
        self._amount = context.column(Field.AMOUNT)
        self._texts = [context.column(at) for at in (Field.NUMBER, Field.REFERENCE, Field.METHOD)]
        self._customers: dict[str, list[_Row]] = {}
        self._minor = 0
        self._footers = Footers(
            context,
            Field.AMOUNT,
            Field.PAID_ON,
            (
                ((Field.CUSTOMER_CODE, Field.CUSTOMER_NAME), "table.customer_missing"),
                ((Field.PAID_ON,), "table.date_missing"),
            ),
        )

    def take(self, line: int, cells: list[Cell]) -> None:
        """Read one row, or refuse it."""
        self._minor = 0
        try:
            self._take(line, cells)
        except CellRefused as refused:
            if not self.context.is_header(cells):
                self.context.refuse(line, refused, -self._minor)

    def _take(self, line: int, cells: list[Cell]) -> None:
        context = self.context
        customer, name = context.customer(cells)
        if not customer or cells[self._paid_on] == "":
            self._footers.odd(line, cells)
            return
        currency = context.row_currency(cells)
        minor = context.amounts.read(cells[self._amount], currency, Field.AMOUNT)
        if minor is None:
            raise CellRefused("table.amount_missing", Field.AMOUNT, "")
        self._minor = minor
        context.counted(-minor)
        self._footers.add(minor, currency)
        paid_on = context.dates.read(cells[self._paid_on], Field.PAID_ON)
        if paid_on is None:
            raise CellRefused("table.date_missing", Field.PAID_ON, "")
        if not minor:
            context.warn(line, CellRefused("table.amount_zero", Field.AMOUNT, "0"))
            return
        number, reference, method = (text_of(cells[at]) for at in self._texts)
        label = " ".join(text for text in (reference, method) if text)
        row = _Row(paid_on, minor, currency, number or reference, reference or number, label)
        self._customers.setdefault(customer, []).append(row)
        if name:
            context.totals.names.setdefault(customer, name)

    def facts(self) -> Iterator[CustomerFacts]:
        """The facts of each customer, in the order of the file."""
        for key, rows in self._customers.items():
            seen: Counter[str] = Counter()
            invoices: list[Invoice] = []
            credits: list[Credit] = []
            for row in rows:
                content = key_of(
                    key, row.paid_on.isoformat(), str(row.minor), row.currency, row.reference
                )
                seen[content] += 1
                own = f"{content}|{seen[content]}"
                self.context.booked(key, row.currency, -row.minor)
                if row.minor > 0:
                    credits.append(_payment(own, key, row))
                else:
                    invoices.append(_returned(own, key, row))
            name = self.context.totals.names.get(key, "")
            yield CustomerFacts(
                customer=CustomerRecord(key=key, name=name),
                invoices=tuple(invoices),
                credits=tuple(credits),
            )


def _payment(key: str, customer: str, row: _Row) -> Credit:
    return Credit(
        key=key,
        customer=customer,
        number=row.number,
        received_on=row.paid_on,
        amount=Money(minor=row.minor, currency=row.currency),
        label=row.label,
    )


def _returned(key: str, customer: str, row: _Row) -> Invoice:
    return Invoice(
        key=key,
        customer=customer,
        number=row.number,
        issued_on=row.paid_on,
        due_on=row.paid_on,
        amount=Money(minor=-row.minor, currency=row.currency),
        kind=InvoiceKind.RETURNED,
        due_basis=DueBasis.ISSUE,
        label=row.label,
    )

"""Rows made into facts: an invoice, its settlement and its dispute; a credit note and its use."""

from datetime import date
from typing import NamedTuple

from amiable.engine.dispute import Dispute
from amiable.engine.ledger import Credit, CreditKind, DueBasis, Invoice, InvoiceKind
from amiable.engine.money import Money
from amiable.sources.table.context import Context, key_of


class InvoiceRow(NamedTuple):
    """A row as read, kept until its customer is complete. ``minor`` keeps its sign."""

    line: int
    number: str
    issued_on: date
    due_on: date
    basis: DueBasis
    minor: int
    paid: int
    settled_on: date | None
    currency: str
    dispute: str | None
    label: str


class FactsMade:
    """The facts of one customer, as they are made."""

    def __init__(self, customer: str, context: Context) -> None:
        self.customer, self.context = customer, context
        self.invoices: list[Invoice] = []
        self.credits: list[Credit] = []
        self.disputes: list[Dispute] = []

    def add(self, row: InvoiceRow) -> None:
        """Make the facts of one row and count them."""
        self.context.booked(self.customer, row.currency, row.minor)
        if row.minor > 0:
            self._invoice(row)
        else:
            self._credit_note(row)

    def _settled(self, row: InvoiceRow, minor: int) -> None:
        self.context.counted(minor)
        self.context.booked(self.customer, row.currency, minor)

    def _invoice(self, row: InvoiceRow) -> None:
        key = key_of(self.customer, row.number)
        invoice = Invoice(
            key=key,
            customer=self.customer,
            number=row.number,
            issued_on=row.issued_on,
            due_on=row.due_on,
            amount=Money(minor=row.minor, currency=row.currency),
            due_basis=row.basis,
            label=row.label,
            lettering=key if row.paid else "",
        )
        self.invoices.append(invoice)
        if row.paid:
            self._settled(row, -row.paid)
            credit = Credit(
                key=f"{key}|settled",
                customer=self.customer,
                number=row.number,
                received_on=row.settled_on or row.issued_on,
                amount=Money(minor=row.paid, currency=row.currency),
                kind=CreditKind.PAYMENT if row.settled_on else CreditKind.ADJUSTMENT,
                lettering=key,
            )
            self.credits.append(credit)
        if row.dispute is not None:
            self.disputes.append(self._dispute(key, row))

    def _dispute(self, invoice: str, row: InvoiceRow) -> Dispute:
        whole = row.paid == row.minor
        return Dispute(
            key=f"{invoice}|dispute",
            customer=self.customer,
            invoice=invoice,
            opened_on=row.issued_on,
            reason=row.dispute or "",
            closed_on=(row.settled_on or row.issued_on) if whole else None,
        )

    def _credit_note(self, row: InvoiceRow) -> None:
        key = key_of(self.customer, row.number, "credit note")
        credit = Credit(
            key=key,
            customer=self.customer,
            number=row.number,
            received_on=row.issued_on,
            amount=Money(minor=-row.minor, currency=row.currency),
            kind=CreditKind.CREDIT_NOTE,
            label=row.label,
            lettering=key if row.paid else "",
        )
        self.credits.append(credit)
        if row.paid:
            self._settled(row, row.paid)
            used_on = row.settled_on or row.issued_on
            used = Invoice(
                key=f"{key}|used",
                customer=self.customer,
                number=row.number,
                issued_on=used_on,
                due_on=used_on,
                amount=Money(minor=row.paid, currency=row.currency),
                kind=InvoiceKind.ADJUSTMENT,
                due_basis=DueBasis.ISSUE,
                lettering=key,
            )
            self.invoices.append(used)

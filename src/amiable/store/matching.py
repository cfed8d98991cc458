"""Matching by hand in the database: one credit, one invoice, and what ties them."""

from datetime import date

from django.db.models import Sum

from amiable.engine import ledger as values
from amiable.engine.ledger import AllocationBasis
from amiable.engine.money import Money
from amiable.store.models import Allocation, Credit, Invoice


def credit_by_pk(company: int, pk: int) -> Credit | None:
    """A credit with its customer."""
    return Credit.objects.of(company).filter(pk=pk).select_related("customer").first()


def invoice_by_pk(company: int, pk: int) -> Invoice | None:
    """An invoice with its customer."""
    return Invoice.objects.of(company).filter(pk=pk).select_related("customer").first()


def allocation_by_pk(company: int, pk: int) -> Allocation | None:
    """A match with both its sides."""
    rows = Allocation.objects.of(company).filter(pk=pk)
    return rows.select_related("invoice", "credit", "customer").first()


def left_of_credit(credit: Credit) -> int:
    """What people have not tied: what a matching made may be tied otherwise."""
    return credit.amount_minor - _tied(credit.company_id, credit=credit)


def left_of_invoice(invoice: Invoice) -> int:
    """What people have not paid by hand."""
    return invoice.amount_minor - _tied(invoice.company_id, invoice=invoice)


def _tied(company: int, **side: Credit | Invoice) -> int:
    rows = Allocation.objects.of(company).filter(basis=AllocationBasis.PERSON.value, **side)
    return rows.aggregate(sum=Sum("amount_minor"))["sum"] or 0


def tie(credit: Credit, invoice: Invoice, minor: int, on: date) -> Allocation:
    """Keep a person's match: on top of one there is, or a new one."""
    rows = Allocation.objects.of(credit.company_id).filter(
        credit=credit, invoice=invoice, basis=AllocationBasis.PERSON.value
    )
    row = rows.first()
    if row is None:
        return Allocation.objects.of(credit.company_id).create(
            company_id=credit.company_id,
            customer_id=credit.customer_id,
            invoice=invoice,
            credit=credit,
            amount_minor=minor,
            allocated_on=on,
            basis=AllocationBasis.PERSON.value,
        )
    row.amount_minor += minor
    row.save(update_fields=["amount_minor"])
    return row


def credit_fact(row: Credit) -> values.Credit:
    """A credit's row as the engine's value."""
    return values.Credit(
        key=row.key,
        customer=row.customer.key,
        number=row.number,
        received_on=row.received_on,
        amount=Money(minor=row.amount_minor, currency=row.currency),
        kind=values.CreditKind(row.kind),
        label=row.label,
        lettering=row.lettering,
    )


def invoice_fact(row: Invoice) -> values.Invoice:
    """An invoice's row as the engine's value."""
    return values.Invoice(
        key=row.key,
        customer=row.customer.key,
        number=row.number,
        issued_on=row.issued_on,
        due_on=row.due_on,
        amount=Money(minor=row.amount_minor, currency=row.currency),
        kind=values.InvoiceKind(row.kind),
    )

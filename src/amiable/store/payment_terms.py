"""Payment terms in the database: what was invoiced, and after how many days it was paid.

SQL sums integers by term and days; `amiable.engine.payment_terms` does the rest.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import Min, QuerySet, Sum

from amiable.engine.ledger import CreditKind, InvoiceKind
from amiable.store.customer import visible_customers
from amiable.store.models import Credit, Invoice
from amiable.store.risk import TERM

_ISSUED = {
    "sqlite": "CAST(julianday(i.issued_on) - 1721424.5 AS INTEGER)",
    "postgresql": "(i.issued_on - DATE '0001-01-01' + 1)",
}
"""The day of an invoice as a number, as ``paid_on`` is."""

_PAID = """
    SELECT {term}, i.paid_on - {issued}, COUNT(*), SUM(i.amount_minor)
    FROM store_invoice i
    WHERE i.company_id = %s AND i.delay IS NOT NULL AND i.currency = %s
      AND i.paid_on >= %s AND i.paid_on < %s {who}
    GROUP BY 1, 2
    ORDER BY 1, 2
"""
_WHO = {
    "customer": "AND i.customer_id = %s",
    "segment": """AND i.customer_id IN (SELECT c.id FROM store_customer c
        WHERE c.company_id = i.company_id AND c.current_segment = %s AND c.merged_into_id IS NULL)
    """,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Whose:
    """One customer (its primary key), one segment, or, neither given, the whole company."""

    customer: int | None = None
    segment: str = ""

    @property
    def condition(self) -> tuple[str, list[Any]]:
        """The restriction of a query written by hand, and its parameters."""
        if self.customer is not None:
            return _WHO["customer"], [self.customer]
        return (_WHO["segment"], [self.segment]) if self.segment else ("", [])


@dataclass(frozen=True, slots=True, kw_only=True)
class PaidAfter:
    """``invoices`` of ``minor`` units together, due ``term`` days and paid ``taken`` days after
    their date."""

    term: int
    taken: int
    invoices: int
    minor: int


def paid_after(
    company: int, whose: Whose, currency: str, since: date, until: date
) -> list[PaidAfter]:
    """What was paid in ``[since, until)``, by term and days taken: one grouped query.

    Invoices that teach no habit (disputed, credited, of a doubtful match) are left out.
    """
    who, keys = whose.condition
    vendor = connection.vendor
    statement = _PAID.format(term=TERM[vendor], issued=_ISSUED[vendor], who=who)
    with connection.cursor() as cursor:
        cursor.execute(statement, [company, currency, since.toordinal(), until.toordinal(), *keys])
        return [
            PaidAfter(term=term, taken=taken, invoices=count, minor=int(minor))
            for term, taken, count, minor in cursor.fetchall()
        ]


def sales_of(company: int, whose: Whose, currency: str, since: date, until: date) -> int:
    """Invoices less credit notes of ``[since, until)``, in minor units incl. VAT."""
    invoices = _of(Invoice.objects.of(company), company, whose).filter(
        kind=InvoiceKind.INVOICE, currency=currency, issued_on__gte=since, issued_on__lt=until
    )
    notes = _of(Credit.objects.of(company), company, whose).filter(
        kind=CreditKind.CREDIT_NOTE, currency=currency, received_on__gte=since,
        received_on__lt=until,
    )  # fmt: skip
    sold = invoices.aggregate(sum=Sum("amount_minor", default=0))["sum"]
    return int(sold - notes.aggregate(sum=Sum("amount_minor", default=0))["sum"])


def first_sale(company: int, whose: Whose, currency: str) -> date | None:
    """The day of the oldest invoice in a currency; opening balances are none."""
    rows = _of(Invoice.objects.of(company), company, whose).filter(
        kind=InvoiceKind.INVOICE, currency=currency
    )
    found: date | None = rows.aggregate(day=Min("issued_on"))["day"]
    return found


def currencies_of(company: int, whose: Whose) -> Sequence[str]:
    """The currencies that were invoiced."""
    rows = _of(Invoice.objects.of(company), company, whose)
    return list(rows.order_by("currency").values_list("currency", flat=True).distinct())


def _of(rows: QuerySet[Any], company: int, whose: Whose) -> QuerySet[Any]:
    if whose.customer is not None:
        return rows.filter(customer_id=whose.customer)
    if whose.segment:
        customers = visible_customers(company, None).filter(current_segment=whose.segment)
        return rows.filter(customer_id__in=customers.values("pk"))
    return rows

"""Invoices in the database: one, some or all that a question is about."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date

from django.db.models import Count, F, Sum

from amiable.engine import ledger as values
from amiable.engine.ledger import DueBasis, InvoiceKind
from amiable.engine.money import Money
from amiable.store.bulk import update_rows
from amiable.store.models import Allocation, Invoice
from amiable.store.models.columns import as_day


def invoice_value(row: Sequence) -> values.Invoice:  # type: ignore[type-arg]
    """(key, customer key, number, issued_on, due_on, minor, currency, kind, due basis, label,
    lettering) as the engine's value."""
    key, customer, number, issued_on, due_on, minor, currency, kind, basis, label, lettering = row
    return values.Invoice(
        key=key,
        customer=customer,
        number=number,
        issued_on=issued_on,
        due_on=due_on,
        amount=Money(minor=minor, currency=currency),
        kind=InvoiceKind(kind),
        due_basis=DueBasis(basis),
        label=label,
        lettering=lettering,
    )


def invoice_of(company: int, customer: int, number: str) -> Invoice | None:
    """An invoice of a customer by its number (the open one first, then the newest)."""
    rows = Invoice.objects.of(company).filter(customer_id=customer, number__iexact=number)
    return rows.order_by(F("settled_on").asc(nulls_first=True), "-issued_on").first()


def invoice_by_key(company: int, customer: int, key: str) -> Invoice | None:
    """An invoice of a customer by its natural key."""
    return Invoice.objects.of(company).filter(customer_id=customer, key=key).first()


def invoices_by_key(company: int, keys: Iterable[str]) -> dict[str, Invoice]:
    """Some invoices by natural key, those that are known."""
    wanted = sorted(set(keys))
    rows = Invoice.objects.of(company)
    return {
        row.key: row
        for at in range(0, len(wanted), 500)
        for row in rows.filter(key__in=wanted[at : at + 500])
    }


def invoices_with_numbers(
    company: int, customers: Sequence[int], numbers: Iterable[str]
) -> dict[tuple[int, str], Invoice]:
    """Of some customers, the invoices with some numbers, by (customer, number)."""
    wanted = set(numbers)
    rows = Invoice.objects.of(company).filter(customer_id__among=customers).order_by("-pk")
    return {(row.customer_id, row.number): row for row in rows if row.number in wanted}


def invoice_numbers(company: int, keys: Iterable[str]) -> dict[str, str]:
    """The numbers of some invoices by natural key."""
    wanted = sorted(set(keys))
    return {
        key: number or label or key
        for at in range(0, len(wanted), 500)
        for key, number, label in Invoice.objects.of(company)
        .filter(key__in=wanted[at : at + 500])
        .values_list("key", "number", "label")
    }


def overdue_sums(company: int, on: date) -> dict[str, int]:
    """What is open of invoices due before a day, minor units by currency."""
    rows = Invoice.objects.of(company).filter(settled_on=None, due_on__lt=on)
    sums = {
        row["currency"]: row["sum"]
        for row in rows.values("currency").annotate(sum=Sum("amount_minor"))
    }
    paid = Allocation.objects.of(company).filter(
        invoice__settled_on=None, invoice__due_on__lt=on, allocated_on__lte=on
    )
    for row in paid.values("invoice__currency").annotate(sum=Sum("amount_minor")):
        sums[row["invoice__currency"]] -= row["sum"]
    return sums


def inferred_invoices(company: int, pks: Sequence[int]) -> list[tuple[int, int, date, date, str]]:
    """(primary key, customer, issued_on, due_on, basis) of invoices due by terms or by law."""
    rows = Invoice.objects.of(company).filter(
        customer_id__among=pks,
        kind=InvoiceKind.INVOICE.value,
        due_basis__in=[DueBasis.LEGAL.value, DueBasis.TERMS.value, DueBasis.LEARNED.value],
    )
    return list(rows.values_list("pk", "customer_id", "issued_on", "due_on", "due_basis"))


def save_due_dates(dates: Iterable[tuple[date, str, int]]) -> None:
    """Write (due date, basis, primary key)."""
    update_rows(Invoice, ("due_on", "due_basis"), dates)


def count_inferred(company: int, basis: DueBasis) -> dict[int, int]:
    """By customer, how many invoices rest on a due date of this basis."""
    rows = Invoice.objects.of(company).filter(kind=InvoiceKind.INVOICE.value, due_basis=basis.value)
    found = rows.values("customer_id").annotate(n=Count("pk")).order_by("customer_id")
    return {row["customer_id"]: row["n"] for row in found}


def paid_invoices(company: int, pks: Sequence[int]) -> dict[int, list[tuple[date, date]]]:
    """By customer, (issue date, payment date) of the invoices that teach."""
    found: dict[int, list[tuple[date, date]]] = defaultdict(list)
    rows = Invoice.objects.of(company).filter(customer_id__among=pks, delay__isnull=False)
    for customer, issued_on, paid_on in rows.values_list("customer_id", "issued_on", "paid_on"):
        found[customer].append((issued_on, as_day(paid_on)))
    return found

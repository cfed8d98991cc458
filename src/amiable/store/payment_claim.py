"""Claims of payment in the database: the open ones, and what is left open of their invoices."""

from collections.abc import Sequence
from datetime import date

from django.db.models import F

from amiable.store.bulk import chunks
from amiable.store.models import Invoice, PaymentClaim

_NEWEST = 100  # a page does not grow with the years


def open_claims(company: int, on: date) -> list[PaymentClaim]:
    """The claims of a company that nobody and no money has closed, made up to a day."""
    rows = PaymentClaim.objects.of(company).filter(closed_on=None, said_on__lte=on)
    return list(rows.select_related("customer").order_by("pk"))


def list_claims(company: int, customer: int) -> list[PaymentClaim]:
    """A customer's claims of payment, the open ones first, then the newest."""
    rows = PaymentClaim.objects.of(company).filter(customer_id=customer)
    ordered = rows.order_by(F("closed_on").desc(nulls_first=True), "-said_on", "-pk")
    return list(ordered[:_NEWEST])


def same_claim(row: PaymentClaim) -> PaymentClaim | None:
    """An open claim that says the same as one about to be stored."""
    rows = PaymentClaim.objects.of(row.company_id).filter(customer=row.customer_id, closed_on=None)
    said = ("said_on", "paid_on", "amount_minor", "currency", "reference")
    alike = rows.filter(**{name: getattr(row, name) for name in said})
    return next((one for one in alike if one.invoices == row.invoices), None)


def due_and_open(company: int, pks: Sequence[int]) -> dict[int, list[tuple[str, date]]]:
    """By customer, key and due date of each invoice that is not settled."""
    found: dict[int, list[tuple[str, date]]] = {}
    rows = Invoice.objects.of(company).filter(customer_id__among=pks, settled_on=None)
    for customer, key, due_on in rows.values_list("customer_id", "key", "due_on"):
        found.setdefault(customer, []).append((key, due_on))
    return found


def keys_unknown(company: int, customer: int, keys: Sequence[str]) -> set[str]:
    """Those of some keys that name no invoice of a customer."""
    mine = Invoice.objects.of(company).filter(customer_id=customer)
    known = {
        key
        for part in chunks(keys)
        for key in mine.filter(key__in=part).values_list("key", flat=True)
    }
    return set(keys) - known

"""Figures of a day in the database: what they are counted from, and the rows that keep them."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Min, Q, Sum

from amiable.engine.ledger import CreditKind, InvoiceKind
from amiable.store.models import Credit, Customer, DayFigures, ImportRun, Invoice
from amiable.store.models.columns import as_day

_SLACK = timedelta(days=10)  # figures of "30 days ago" may be some days older


def customers_to_count(company: int, on: date, due_from: date) -> list[int]:
    """The customers with an invoice open on a day, or that was due since ``due_from``."""
    rows = Invoice.objects.of(company).filter(issued_on__lte=on)
    open_now = rows.filter(Q(settled_on=None) | Q(settled_on__gt=on))
    lately = rows.filter(due_on__gte=due_from, due_on__lt=on)
    found = set(open_now.values_list("customer_id", flat=True).distinct())
    return sorted(found | set(lately.values_list("customer_id", flat=True).distinct()))


def dues_since(
    company: int, customers: Sequence[int], due_from: date, until: date
) -> dict[int, list[tuple[date, date | None]]]:
    """By customer: (due on, settled on) of the invoices due in ``[due_from, until)``; what is asked
    for without an invoice (an opening balance, a payment sent back) is left out."""
    found: dict[int, list[tuple[date, date | None]]] = defaultdict(list)
    rows = Invoice.objects.of(company).filter(
        customer_id__among=customers, due_on__gte=due_from, due_on__lt=until,
        kind=InvoiceKind.INVOICE,
    )  # fmt: skip
    for customer, due_on, settled_on in rows.values_list("customer_id", "due_on", "settled_on"):
        found[customer].append((due_on, as_day(settled_on) if settled_on else None))
    return found


def sales_between(company: int, currency: str, after: date, until: date) -> int:
    """Invoices less credit notes of the days ``(after, until]``, minor units of one currency."""
    invoices = Invoice.objects.of(company).filter(
        kind=InvoiceKind.INVOICE, currency=currency, issued_on__gt=after, issued_on__lte=until
    )
    notes = Credit.objects.of(company).filter(
        kind=CreditKind.CREDIT_NOTE, currency=currency, received_on__gt=after,
        received_on__lte=until,
    )  # fmt: skip
    sold = invoices.aggregate(sum=Sum("amount_minor"))["sum"] or 0
    return int(sold - (notes.aggregate(sum=Sum("amount_minor"))["sum"] or 0))


def first_issue(company: int) -> date | None:
    """The day of the oldest invoice."""
    first: date | None = Invoice.objects.of(company).aggregate(day=Min("issued_on"))["day"]
    return first


def save_figures(company: int, on: date, at: datetime, **figures: Any) -> DayFigures:
    """Keep the figures of a day, in place of those counted earlier."""
    row, _ = DayFigures.objects.of(company).update_or_create(
        company_id=company, on=on, defaults={**figures, "counted_at": at}
    )
    return row


def figures_of(company: int, on: date) -> DayFigures | None:
    """The figures of a day, if they were counted."""
    return DayFigures.objects.of(company).filter(on=on).first()


def figures_before(company: int, on: date) -> DayFigures | None:
    """The newest figures of ``on`` or the ten days before it."""
    rows = DayFigures.objects.of(company).filter(on__lte=on, on__gt=on - _SLACK)
    return rows.order_by("-on").first()


def imported_since(company: int, at: datetime) -> bool:
    """Whether an import was finished or undone after an instant."""
    rows = ImportRun.objects.of(company)
    return rows.filter(Q(finished_at__gt=at) | Q(undone_at__gt=at)).exists()


def is_small(company: int, most: int) -> bool:
    """Whether a company has at most so many customers."""
    return Customer.objects.of(company).order_by("pk").values("pk")[most : most + 1].first() is None

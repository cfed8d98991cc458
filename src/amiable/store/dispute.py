"""Disputes in the database."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db.models import QuerySet

from amiable.engine import dispute as values
from amiable.engine.ledger import AllocationBasis, CreditKind
from amiable.store.bulk import chunks, known_keys
from amiable.store.models import Allocation, Credit, Dispute, Invoice


def contested_invoices(company: int, pks: Sequence[int]) -> dict[int, set[str]]:
    """By customer, the keys of invoices that are or were disputed: they teach no habit."""
    found: dict[int, set[str]] = defaultdict(set)
    for part in chunks(pks):
        rows = Dispute.objects.of(company).filter(customer_id__in=part)
        for customer, invoice in rows.values_list("customer_id", "invoice"):
            found[customer].add(invoice)
    return found


def add_disputes(
    company: int, run: int | None, disputes: Sequence[tuple[int, values.Dispute]]
) -> set[int]:
    """Insert disputes that are not known (by key); returns the customers concerned."""
    known = known_keys(Dispute, company, [item.key for _, item in disputes])
    new = [(customer, item) for customer, item in disputes if item.key not in known]
    Dispute.objects.of(company).bulk_create(
        Dispute(
            company_id=company,
            customer_id=customer,
            key=item.key,
            invoice=item.invoice,
            opened_on=item.opened_on,
            reason=item.reason[:300],
            amount_minor=item.amount.minor if item.amount else None,
            currency=item.amount.currency if item.amount else "",
            closed_on=item.closed_on,
            import_run_id=run,
        )
        for customer, item in new
    )
    return {customer for customer, _ in new}


@dataclass(slots=True, kw_only=True)
class CreditNotes:
    """Credit notes of some customers, in minor units: ``tied`` to invoices by day and invoice key,
    ``untied`` by customer and day."""

    tied: dict[str, list[tuple[date, int]]] = field(default_factory=lambda: defaultdict(list))
    untied: dict[int, list[tuple[date, int]]] = field(default_factory=lambda: defaultdict(list))


def awaiting_credit(company: int) -> list[Dispute]:
    """The disputes whose credit note was agreed to and has not come, the oldest first."""
    rows = Dispute.objects.of(company).filter(closed_on=None, granted_on__isnull=False)
    return list(rows.select_related("customer").order_by("granted_on", "pk"))


def settled_among(company: int, keys: Sequence[str]) -> set[str]:
    """Those of some invoices (keys) of which nothing is left to pay."""
    rows = Invoice.objects.of(company).filter(settled_on__isnull=False)
    return {
        key
        for part in chunks(keys)
        for key in rows.filter(key__in=part).values_list("key", flat=True)
    }


def credit_notes_since(company: int, pks: Sequence[int], since: date) -> CreditNotes:
    """The credit notes of some customers dated from a day on. What only a guess ties to an
    invoice counts as untied."""
    found = CreditNotes()
    credits = Credit.objects.of(company).filter(
        customer_id__among=pks, received_on__gte=since, kind=CreditKind.CREDIT_NOTE.value
    )
    ties = Allocation.objects.of(company).filter(customer_id__among=pks)
    ties = _sure(ties).filter(credit__in=credits.values("pk"))
    taken = set()
    for pk, key, on, minor in ties.values_list(
        "credit_id", "invoice__key", "credit__received_on", "amount_minor"
    ):
        found.tied[key].append((on, minor))
        taken.add(pk)
    rows = credits.order_by("received_on", "pk")
    for pk, customer, on, minor in rows.values_list(
        "pk", "customer_id", "received_on", "amount_minor"
    ):
        if pk not in taken:
            found.untied[customer].append((on, minor))
    return found


def _sure(rows: QuerySet[Allocation]) -> QuerySet[Allocation]:
    return rows.exclude(basis=AllocationBasis.PRESUMED.value)

"""Disputes in the database."""

from collections import defaultdict
from collections.abc import Sequence

from amiable.engine import dispute as values
from amiable.store.bulk import chunks, known_keys
from amiable.store.models import Dispute


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

"""Posting in the database: the customers meant, the primary keys of what was taken over."""

from collections.abc import Iterable, Sequence

from amiable.store.customer import customers_by_key, merged_away
from amiable.store.models import Credit, Customer, Invoice


def customers_named(company: int, keys: Iterable[str]) -> dict[str, Customer]:
    """Customers by the keys they are called by; one merged away stands for the one it became."""
    found = customers_by_key(company, keys)
    away = merged_away(company)
    moved = {key: away[row.pk] for key, row in found.items() if row.pk in away}
    if moved:
        rows = Customer.objects.of(company).filter(pk__among=list(moved.values()))
        kept = {row.pk: row for row in rows}
        found |= {key: kept[pk] for key, pk in moved.items()}
    return found


def invoice_ids(company: int, keys: Sequence[str]) -> dict[str, int]:
    """Primary keys of invoices by natural key."""
    return dict(
        Invoice.objects.of(company).filter(key__in=keys).values_list("key", "pk") if keys else ()
    )


def credit_ids(company: int, keys: Sequence[str]) -> dict[str, int]:
    """Primary keys of credits by natural key."""
    return dict(
        Credit.objects.of(company).filter(key__in=keys).values_list("key", "pk") if keys else ()
    )

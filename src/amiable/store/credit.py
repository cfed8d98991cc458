"""Credits in the database: payments, credit notes and whatever else lowers what is owed."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime

from amiable.engine import ledger as values
from amiable.engine.ledger import CreditKind
from amiable.engine.money import Money
from amiable.store.models import Credit


def credit_value(row: Sequence) -> values.Credit:  # type: ignore[type-arg]
    """(key, customer key, number, received_on, minor, currency, kind, label, lettering)."""
    key, customer, number, received_on, minor, currency, kind, label, lettering = row
    return values.Credit(
        key=key,
        customer=customer,
        number=number,
        received_on=received_on,
        amount=Money(minor=minor, currency=currency),
        kind=CreditKind(kind),
        label=label,
        lettering=lettering,
    )


def credit_rows(company: int, keys: Sequence[str]) -> list[Credit]:
    """Credits by natural key."""
    return list(Credit.objects.of(company).filter(key__in=keys))


def adjustments_of(company: int, mark: str) -> list[Credit]:
    """Credits made by an import to set one item against another: their key holds ``mark``."""
    rows = Credit.objects.of(company).filter(kind=CreditKind.ADJUSTMENT.value, key__contains=mark)
    return list(rows)


def last_payment(company: int, customer: int) -> values.Credit | None:
    """The newest money received from a customer."""
    rows = Credit.objects.of(company).filter(
        customer_id=customer, kind__in=[kind.value for kind in values.MONEY_RECEIVED]
    )
    row = rows.order_by("-received_on", "-pk").values_list(
        "key", "customer__key", "number", "received_on", "amount_minor", "currency", "kind",
        "label", "lettering",
    ).first()  # fmt: skip
    return credit_value(row) if row else None


def money_seen_since(
    company: int, customers: Iterable[int], since: datetime
) -> dict[int, list[tuple[date, datetime]]]:
    """By customer: (received on, seen at) of the money that imports brought after an instant."""
    rows = Credit.objects.of(company).filter(
        customer_id__among=sorted(customers),
        kind__in=[kind.value for kind in values.MONEY_RECEIVED],
        import_run__finished_at__gt=since,
    )
    found: dict[int, list[tuple[date, datetime]]] = defaultdict(list)
    for customer, on, at in rows.values_list(
        "customer_id", "received_on", "import_run__finished_at"
    ):
        assert at is not None  # or the filter would have left it out
        found[customer].append((on, at))
    return found

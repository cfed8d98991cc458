"""Credits in the database: payments, credit notes and whatever else lowers what is owed."""

from collections.abc import Sequence

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

"""Promises in the database: those whose day went by, with the money that came meanwhile."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from amiable.engine.ledger import MONEY_RECEIVED, Credit
from amiable.store.credit import credit_value
from amiable.store.models import Credit as CreditRow
from amiable.store.models import PlanEntry, Promise


def promises_gone_by(company: int, after: date, before: date) -> list[Promise]:
    """The promises not cancelled whose day lies between two days, both excluded."""
    rows = Promise.objects.of(company).filter(
        cancelled_on=None, due_on__gt=after, due_on__lt=before
    )
    return list(rows.select_related("customer").order_by("pk"))


def promises_of(company: int, pks: Sequence[int]) -> dict[int, list[Promise]]:
    """By customer, every promise."""
    found: dict[int, list[Promise]] = defaultdict(list)
    for row in Promise.objects.of(company).filter(customer_id__among=pks).order_by("pk"):
        found[row.customer_id].append(row)
    return found


def money_received(company: int, pks: Sequence[int], since: date) -> dict[int, list[Credit]]:
    """By customer, the money received since a day."""
    found: dict[int, list[Credit]] = defaultdict(list)
    rows = CreditRow.objects.of(company).filter(
        customer_id__among=pks,
        received_on__gte=since,
        kind__in=[kind.value for kind in MONEY_RECEIVED],
    )
    for row in rows.values_list(
        "customer_id", "key", "customer__key", "number", "received_on", "amount_minor",
        "currency", "kind", "label", "lettering",
    ):  # fmt: skip
        found[row[0]].append(credit_value(row[1:]))
    return found


def policies_in_force(company: int, pks: Sequence[int]) -> dict[int, str]:
    """By customer, the name of the policy its entry of the plan follows."""
    rows = PlanEntry.objects.of(company).filter(ended_on=None, customer_id__among=pks)
    return dict(rows.values_list("customer_id", "policy"))

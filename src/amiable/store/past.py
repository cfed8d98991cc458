"""The past of a ledger: what a backtest replays, out of the database, by the set."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from amiable.engine import parties
from amiable.engine.dispute import Dispute
from amiable.engine.ledger import Ledger
from amiable.engine.promise import Promise
from amiable.store import models
from amiable.store.customer import load_customers, visible_customers
from amiable.store.ledger import load_ledgers
from amiable.store.timeline import dispute_value, promise_value

SIZE = 500
"""Customers read together: eight queries for so many, whatever they owed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PastRows:
    """All that is known of one customer whose past is replayed."""

    customer: parties.Customer
    ledger: Ledger
    disputes: tuple[Dispute, ...]
    promises: tuple[Promise, ...]


def customers_with_a_past(company: int) -> list[int]:
    """The customers of a company (those merged away live on in another), by primary key."""
    return list(visible_customers(company, None).order_by("pk").values_list("pk", flat=True))


def load_pasts(company: int, pks: Sequence[int]) -> Iterator[PastRows]:
    """Whole ledgers with what was said of them, `SIZE` customers at a time."""
    for at in range(0, len(pks), SIZE):
        yield from _pasts(company, pks[at : at + SIZE])


def _pasts(company: int, pks: Sequence[int]) -> Iterator[PastRows]:
    customers = load_customers(company, pks)
    keys = {pk: customer.key for pk, customer in customers.items()}
    ledgers = load_ledgers(company, pks)
    disputes: dict[int, list[Dispute]] = defaultdict(list)
    promises: dict[int, list[Promise]] = defaultdict(list)
    for row in models.Dispute.objects.of(company).filter(customer_id__among=pks).order_by("pk"):
        disputes[row.customer_id].append(dispute_value(row, keys))
    for said in models.Promise.objects.of(company).filter(customer_id__among=pks).order_by("pk"):
        promises[said.customer_id].append(promise_value(said, keys))
    for pk, customer in customers.items():
        yield PastRows(
            customer=customer,
            ledger=ledgers[pk].ledger,
            disputes=tuple(disputes[pk]),
            promises=tuple(promises[pk]),
        )

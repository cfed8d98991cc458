"""Balance: what customers owe by how late it is, on a day, a page of customers at a time."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from amiable.desk.access import Actor
from amiable.store.customer import visible_customers
from amiable.store.lists.balance import AgedSum, aged_sums, customers_owing
from amiable.store.lists.keyset import Mark, Order, Slice, every, page_of
from amiable.store.models import Customer

ORDER = Order(column="plain", text=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class BalanceLine:
    """One customer with one sum a currency."""

    row: Customer
    sums: list[AgedSum]


@dataclass(frozen=True, slots=True, kw_only=True)
class AgedBalance:
    """A page of customers and the totals of all, one a currency."""

    slice: Slice[Customer]
    lines: list[BalanceLine]
    totals: list[AgedSum]


def aged_balance(actor: Actor, on: date, mark: Mark | None) -> AgedBalance:
    """The aged balance of the customers an actor may see."""
    rows = customers_owing(visible_customers(actor.company.pk, actor.only), on)
    found = page_of(rows, ORDER, mark)
    return AgedBalance(
        slice=found,
        lines=_lines(actor, found.rows, on),
        totals=_sorted(actor, aged_sums(actor.company.pk, on, actor.only)),
    )


def every_balance(actor: Actor, on: date) -> Iterator[BalanceLine]:
    """All of it, for a file."""
    rows = customers_owing(visible_customers(actor.company.pk, actor.only), on)
    for part in every(rows, ORDER):
        yield from _lines(actor, part, on)


def _lines(actor: Actor, rows: Sequence[Customer], on: date) -> list[BalanceLine]:
    sums: dict[int, list[AgedSum]] = defaultdict(list)
    for one in aged_sums(actor.company.pk, on, customers=[row.pk for row in rows]):
        sums[one.customer].append(one)
    return [BalanceLine(row=row, sums=_sorted(actor, sums[row.pk])) for row in rows]


def _sorted(actor: Actor, sums: list[AgedSum]) -> list[AgedSum]:
    """The company's own currency first."""
    first = actor.company.currency
    return sorted(sums, key=lambda one: (one.currency != first, one.currency))

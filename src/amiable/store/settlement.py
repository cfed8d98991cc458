"""Settlements: what the matching derives from ledgers, written beside their facts."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from amiable.engine import ledger as values
from amiable.engine.ledger import AllocationBasis
from amiable.store.bulk import chunks, insert_rows, update_rows
from amiable.store.ledger import StoredLedger
from amiable.store.models import Allocation, Credit, Invoice
from amiable.store.standing import currency_of, save_balances


@dataclass(frozen=True, slots=True, kw_only=True)
class Derived:
    """What the matching of one customer gives, ready to be stored.

    ``paid``: of the invoices that teach, by key, the day money brought what was left to 1 % or
    less, and that day's distance from the (rolled) due date.
    """

    stored: StoredLedger
    allocations: tuple[values.Allocation, ...]
    paid: dict[str, tuple[date, int]]


def save_derived(company: int, derived: Sequence[Derived]) -> None:
    """Replace the allocations of these customers (a person's stay) and write what they settle."""
    pks = [one.stored.customer for one in derived]
    for part in chunks(pks):
        rows = Allocation.objects.of(company).filter(customer_id__among=part)
        rows.exclude(basis=AllocationBasis.PERSON.value).delete()
    insert_rows(
        Allocation,
        ("company", "customer", "invoice", "credit", "amount_minor", "allocated_on", "basis"),
        (
            (
                company, one.stored.customer, one.stored.invoice_ids[item.invoice],
                one.stored.credit_ids[item.credit], item.amount.minor, item.allocated_on,
                item.basis.value,
            )
            for one in derived
            for item in one.allocations
            if item.basis is not AllocationBasis.PERSON
        ),
    )  # fmt: skip
    update_rows(Invoice, ("settled_on", "paid_on", "delay"), _settled_invoices(derived))
    update_rows(Credit, ("settled_on",), _settled_credits(derived))
    currency = currency_of(company)
    save_balances(_balance(one, currency) for one in derived)


def _balance(one: Derived, currency: str) -> tuple[int, date | None, int]:
    """(balance in the company's currency, due date of the oldest open invoice, customer)."""
    ledger = one.stored.ledger
    closed = _closed_on(one.allocations, ledger.invoices, "invoice")
    due = (item.due_on for item in ledger.invoices if item.key not in closed)
    owed = sum(item.amount.minor for item in ledger.invoices if item.amount.currency == currency)
    paid = sum(item.amount.minor for item in ledger.credits if item.amount.currency == currency)
    return owed - paid, min(due, default=None), one.stored.customer


_NOT_PAID: tuple[date | None, int | None] = (None, None)


def _settled_invoices(
    derived: Sequence[Derived],
) -> Iterable[tuple[int | None, int | None, int | None, int]]:
    """Rows whose day of reaching zero, or whose delay, is no longer what is stored."""
    for one in derived:
        closed = _closed_on(one.allocations, one.stored.ledger.invoices, "invoice")
        for key, pk in one.stored.invoice_ids.items():
            settled_on = closed.get(key)
            paid_on, delay = one.paid.get(key, _NOT_PAID)
            if one.stored.derived[key] != (settled_on, paid_on, delay):
                yield (_ordinal(settled_on), _ordinal(paid_on), delay, pk)


def _settled_credits(derived: Sequence[Derived]) -> Iterable[tuple[int | None, int]]:
    for one in derived:
        closed = _closed_on(one.allocations, one.stored.ledger.credits, "credit")
        for key, pk in one.stored.credit_ids.items():
            if one.stored.derived[key][0] != closed.get(key):
                yield (_ordinal(closed.get(key)), pk)


def _closed_on(
    allocations: Iterable[values.Allocation],
    items: Iterable[values.Invoice] | Iterable[values.Credit],
    side: str,
) -> dict[str, date]:
    """The day each wholly allocated item reached zero, by key."""
    used: dict[str, int] = defaultdict(int)
    last: dict[str, date] = {}
    for allocation in allocations:
        key = getattr(allocation, side)
        used[key] += allocation.amount.minor
        last[key] = max(allocation.allocated_on, last.get(key, allocation.allocated_on))
    return {item.key: last[item.key] for item in items if used.get(item.key) == item.amount.minor}


def _ordinal(day: date | None) -> int | None:
    return day.toordinal() if day else None

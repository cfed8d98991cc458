"""Accounts: everything the decision wants to know of some customers on a morning, by the set.

A dozen queries for some hundred customers, whatever they owe; what is open is computed as of
the day, so the same code answers for today and for any day of the past.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from amiable.engine.habit import CompanyHabit, habit_of
from amiable.engine.ledger import Credit, OpenCredit, OpenInvoice, OpenItems
from amiable.engine.money import Money
from amiable.engine.situation import Account
from amiable.store import timeline
from amiable.store.customer import load_customers
from amiable.store.habit import load_histories
from amiable.store.ledger import credit_value, invoice_value
from amiable.store.models import Credit as CreditRow

_SIZE = 1_000

_INVOICES = """
    SELECT i.customer_id, i.key, i.number, i.issued_on, i.due_on, i.amount_minor, i.currency,
           i.kind, i.due_basis, i.label, i.lettering,
           (SELECT SUM(a.amount_minor) FROM store_allocation a
            WHERE a.invoice_id = i.id AND a.allocated_on <= %s),
           (SELECT MAX(a.allocated_on) FROM store_allocation a
            WHERE a.invoice_id = i.id AND a.allocated_on <= %s)
    FROM store_invoice i
    WHERE i.company_id = %s AND i.customer_id IN ({marks}) AND i.issued_on <= %s AND {open}
"""
_CREDITS = """
    SELECT c.customer_id, c.key, c.number, c.received_on, c.amount_minor, c.currency, c.kind,
           c.label, c.lettering,
           (SELECT SUM(a.amount_minor) FROM store_allocation a
            WHERE a.credit_id = c.id AND a.allocated_on <= %s)
    FROM store_credit c
    WHERE c.company_id = %s AND c.customer_id IN ({marks}) AND c.received_on <= %s AND {open}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerAccount:
    """An account with the primary key and version of its customer."""

    pk: int
    account: Account


def load_accounts(
    company: int, pks: Sequence[int], on: date, learned: CompanyHabit, weighed_on: date
) -> Iterator[CustomerAccount]:
    """The accounts of some customers as known on the morning of ``on``.

    ``learned`` is what the company's customers teach, ``weighed_on`` the day from which the age
    of payments is counted (the Monday of the week).
    """
    for at in range(0, len(pks), _SIZE):
        part = pks[at : at + _SIZE]
        yield from _accounts(company, part, on, learned, weighed_on)


def _accounts(
    company: int, pks: Sequence[int], on: date, learned: CompanyHabit, weighed_on: date
) -> Iterator[CustomerAccount]:
    customers = load_customers(company, pks)
    invoices = _open_invoices(company, pks, on, {pk: c.key for pk, c in customers.items()})
    credits = _open_credits(company, pks, on, {pk: c.key for pk, c in customers.items()})
    histories = dict(load_histories(company, on, pks))
    exchanged = timeline.load_exchanges(company, pks, on, {p: c.key for p, c in customers.items()})
    received = _received(company, [pk for pk in pks if exchanged[pk].promises], on)
    for pk in pks:
        facts = exchanged[pk]
        yield CustomerAccount(
            pk=pk,
            account=Account(
                customer=customers[pk],
                open=OpenItems(
                    invoices=tuple(invoices.get(pk, ())), credits=tuple(credits.get(pk, ()))
                ),
                habit=habit_of(histories.get(pk, ()), learned, weighed_on),
                contacted=facts.contacted,
                skipped=facts.skipped,
                promises=facts.promises,
                received=received.get(pk, ()),
                disputes=facts.disputes,
                holds=facts.holds,
                replies=facts.replies,
            ),
        )


def _open_invoices(
    company: int, pks: Sequence[int], on: date, keys: Mapping[int, str]
) -> dict[int, list[OpenInvoice]]:
    found: dict[int, list[OpenInvoice]] = defaultdict(list)
    for row in _as_of(_INVOICES, "i", [on, on, company, *pks, on], on, pks):
        customer, key, number, issued_on, due_on, minor, currency, *rest, used, paid_on = row
        if minor != (used or 0):
            value = (key, keys[customer], number, _day(issued_on), _day(due_on), minor, currency)
            found[customer].append(
                OpenInvoice(
                    invoice=invoice_value((*value, *rest)),
                    left=Money(minor=minor - (used or 0), currency=currency),
                    paid_on=_day(paid_on) if paid_on else None,
                )
            )
    for items in found.values():
        items.sort(key=lambda item: (item.invoice.due_on, item.invoice.key))
    return found


def _open_credits(
    company: int, pks: Sequence[int], on: date, keys: Mapping[int, str]
) -> dict[int, list[OpenCredit]]:
    found: dict[int, list[OpenCredit]] = defaultdict(list)
    for row in _as_of(_CREDITS, "c", [on, company, *pks, on], on, pks):
        customer, key, number, received_on, minor, currency, *rest, used = row
        if minor != (used or 0):
            value = (key, keys[customer], number, _day(received_on), minor, currency, *rest)
            left = Money(minor=minor - (used or 0), currency=currency)
            found[customer].append(OpenCredit(credit=credit_value(value), left=left))
    for items in found.values():
        items.sort(key=lambda item: (item.credit.received_on, item.credit.key))
    return found


def _as_of(
    statement: str, alias: str, parameters: list[Any], on: date, pks: Sequence[int]
) -> Iterator[tuple[Any, ...]]:
    """Rows open on a day: not settled at all (a small partial index), or settled later."""
    marks = ", ".join(["%s"] * len(pks))
    with connection.cursor() as cursor:
        cursor.execute(
            statement.format(marks=marks, open=f"{alias}.settled_on IS NULL"), parameters
        )
        yield from cursor.fetchall()
        later = statement.format(marks=marks, open=f"{alias}.settled_on > %s")
        cursor.execute(later, [*parameters, on.toordinal()])
        yield from cursor.fetchall()


def _received(company: int, pks: Sequence[int], on: date) -> dict[int, tuple[Credit, ...]]:
    """All credits up to a day, of the few customers who promised something."""
    found: dict[int, list[Credit]] = defaultdict(list)
    rows = CreditRow.objects.of(company).filter(customer_id__in=pks, received_on__lte=on)
    for row in rows.values_list(
        "customer_id", "key", "customer__key", "number", "received_on", "amount_minor",
        "currency", "kind", "label", "lettering",
    ):  # fmt: skip
        found[row[0]].append(credit_value(row[1:]))
    return {pk: tuple(credits) for pk, credits in found.items()}


_known: dict[str, date] = {}


def _day(value: date | str) -> date:
    """A date as PostgreSQL gives it, or as SQLite's text (there are few different ones)."""
    if not isinstance(value, str):
        return value
    day = _known.get(value)
    if day is None:
        day = _known[value] = date.fromisoformat(value)
    return day

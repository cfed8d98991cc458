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
from amiable.engine.ledger import (
    Credit,
    DueBasis,
    Invoice,
    InvoiceKind,
    OpenCredit,
    OpenInvoice,
    OpenItems,
)
from amiable.engine.money import Money
from amiable.engine.situation import Account
from amiable.store import timeline
from amiable.store.among import among
from amiable.store.credit import credit_value
from amiable.store.customer import load_customers
from amiable.store.habit import load_histories
from amiable.store.models import Credit as CreditRow

_SIZE = 1_000

# Dates come as text: SQLite would parse each one anew, and there are few different ones.
# "NOT later than" rather than "up to": SQLite would walk the index of issue dates, all of it.
_INVOICES = """
    SELECT i.id, i.customer_id, i.key, i.number, i.issued_on || '', i.due_on || '', i.amount_minor,
           i.currency, i.kind, i.due_basis, i.label, i.lettering
    FROM store_invoice i
    WHERE i.company_id = %s AND {customer} {among} AND {open} AND NOT i.issued_on > %s
"""
_CREDITS = """
    SELECT c.id, c.customer_id, c.key, c.number, c.received_on || '', c.amount_minor, c.currency,
           c.kind, c.label, c.lettering
    FROM store_credit c
    WHERE c.company_id = %s AND {customer} {among} AND {open} AND NOT c.received_on > %s
"""
_USED = """
    SELECT a.{side}_id, SUM(a.amount_minor), MAX(a.allocated_on)
    FROM store_allocation a
    WHERE a.allocated_on <= %s AND a.{side}_id IN (
        SELECT i.id FROM store_{side} i
        WHERE i.company_id = %s AND {customer} {among} AND {open})
    GROUP BY a.{side}_id
"""
_NOTHING: tuple[int, date | None] = (0, None)
_KINDS = {kind.value: kind for kind in InvoiceKind}
_BASES = {basis.value: basis for basis in DueBasis}
_NEVER, _LATER = "{}.settled_on IS NULL", "{}.settled_on > %s"


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
    spoke = [pk for pk in pks if exchanged[pk].promises or exchanged[pk].payment_claims]
    received = _received(company, spoke, on)
    for pk in (pk for pk in pks if pk in customers):
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
                payment_claims=facts.payment_claims,
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
    used = _used(company, pks, on, "invoice")
    for row in _as_of(_INVOICES, "i", pks, on, before=[company], after=[on]):
        pk, customer, key, number, issued_on, due_on, minor, currency, *rest = row
        paid, paid_on = used.get(pk, _NOTHING)
        if minor == paid:
            continue
        amount = Money(minor=minor, currency=currency)
        kind, basis, label, lettering = rest
        invoice = Invoice(
            key=key,
            customer=keys[customer],
            number=number,
            issued_on=_day(issued_on),
            due_on=_day(due_on),
            amount=amount,
            kind=_KINDS[kind],
            due_basis=_BASES[basis],
            label=label,
            lettering=lettering,
        )
        left = Money(minor=minor - paid, currency=currency) if paid else amount
        found[customer].append(OpenInvoice(invoice=invoice, left=left, paid_on=paid_on))
    for items in found.values():
        items.sort(key=lambda item: (item.invoice.due_on, item.invoice.key))
    return found


def _open_credits(
    company: int, pks: Sequence[int], on: date, keys: Mapping[int, str]
) -> dict[int, list[OpenCredit]]:
    found: dict[int, list[OpenCredit]] = defaultdict(list)
    used = _used(company, pks, on, "credit")
    for row in _as_of(_CREDITS, "c", pks, on, before=[company], after=[on]):
        pk, customer, key, number, received_on, minor, currency, *rest = row
        spent, _ = used.get(pk, (0, None))
        if minor != spent:
            value = (key, keys[customer], number, _day(received_on), minor, currency, *rest)
            left = Money(minor=minor - spent, currency=currency)
            found[customer].append(OpenCredit(credit=credit_value(value), left=left))
    for items in found.values():
        items.sort(key=lambda item: (item.credit.received_on, item.credit.key))
    return found


def _used(
    company: int, pks: Sequence[int], on: date, side: str
) -> dict[int, tuple[int, date | None]]:
    """What of each item that is open on a day was allocated by then, and the last day."""
    statement = _USED.replace("{side}", side)
    rows = _as_of(statement, "i", pks, on, before=[on, company], after=[])
    return {pk: (int(minor), _day(last)) for pk, minor, last in rows}


def _as_of(
    statement: str,
    alias: str,
    pks: Sequence[int],
    on: date,
    *,
    before: list[Any],
    after: list[Any],
) -> Iterator[tuple[Any, ...]]:
    """Rows open on a day: not settled at all (a small partial index), or settled later."""
    condition, keys = among(connection.vendor, pks)
    customer = f"{alias}.customer_id"
    never = statement.format(among=condition, open=_NEVER.format(alias), customer=customer)
    # The plus keeps SQLite from walking all invoices of each customer: few were settled later.
    later = statement.format(among=condition, open=_LATER.format(alias), customer="+" + customer)
    with connection.cursor() as cursor:
        cursor.execute(never, [*before, keys, *after])
        yield from cursor.fetchall()
        cursor.execute(later, [*before, keys, on.toordinal(), *after])
        yield from cursor.fetchall()


def _received(company: int, pks: Sequence[int], on: date) -> dict[int, tuple[Credit, ...]]:
    """All credits up to a day, of the few customers who promised, or say they have paid."""
    found: dict[int, list[Credit]] = defaultdict(list)
    rows = CreditRow.objects.of(company).filter(customer_id__among=pks, received_on__lte=on)
    for row in rows.values_list(
        "customer_id", "key", "customer__key", "number", "received_on", "amount_minor",
        "currency", "kind", "label", "lettering",
    ):  # fmt: skip
        found[row[0]].append(credit_value(row[1:]))
    return {pk: tuple(credits) for pk, credits in found.items()}


_known: dict[str, date] = {}


def _day(value: date | str) -> date:
    """A date out of the text a query made of it, remembered."""
    if not isinstance(value, str):
        return value
    day = _known.get(value)
    if day is None:
        day = _known[value] = date.fromisoformat(value)
    return day

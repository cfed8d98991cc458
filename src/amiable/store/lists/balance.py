"""The aged balance: what is open as of a day, by how late it is, counted by the database.

What is not matched stands in a column of its own, so that the columns add up to the ledger:
invoices less credits up to that day.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet

from amiable.store.among import among
from amiable.store.models import Credit, Customer, Invoice

BUCKETS = ("not_due", "d30", "d60", "d90", "more")
"""Not due, then 1 to 30, 31 to 60, 61 to 90 and more than 90 days late."""

# An allocation counts from the day of the later of the two it ties: as known that day.
_SUMS = """
SELECT {group} t.currency,
  SUM(CASE WHEN t.late <= 0 THEN t.minor ELSE 0 END),
  SUM(CASE WHEN t.late BETWEEN 1 AND 30 THEN t.minor ELSE 0 END),
  SUM(CASE WHEN t.late BETWEEN 31 AND 60 THEN t.minor ELSE 0 END),
  SUM(CASE WHEN t.late BETWEEN 61 AND 90 THEN t.minor ELSE 0 END),
  SUM(CASE WHEN t.late > 90 THEN t.minor ELSE 0 END),
  SUM(t.unused)
FROM ({parts}) t {by}
"""
_ITEMS = {
    "invoice": (
        "SELECT i.customer_id, i.currency, {late} AS late, i.amount_minor AS minor, 0 AS unused"
        " FROM store_invoice i WHERE {open}",
        "SELECT i.customer_id, i.currency, {late}, -a.amount_minor, 0"
        " FROM store_invoice i JOIN store_allocation a ON a.invoice_id = i.id"
        " WHERE {open} AND a.allocated_on <= %s",
    ),
    "credit": (
        "SELECT i.customer_id, i.currency, 0, 0, i.amount_minor FROM store_credit i WHERE {open}",
        "SELECT i.customer_id, i.currency, 0, 0, -a.amount_minor"
        " FROM store_credit i JOIN store_allocation a ON a.credit_id = i.id"
        " WHERE {open} AND a.allocated_on <= %s",
    ),
}
_BEGAN = {"invoice": "issued_on", "credit": "received_on"}
# Two conditions in two parts, for each has an index; and "not later than" rather than "up to",
# for which SQLite would walk the index of all issue dates.
_OPEN = "i.company_id = %s AND {state} AND NOT i.{began} > %s {only}"
_MINE = (
    "AND i.customer_id IN"
    " (SELECT id FROM store_customer WHERE company_id = %s AND collector_id {among})"
)
_LATE = {
    "sqlite": "CAST(julianday(%s) - julianday(i.due_on) AS INTEGER)",
    "postgresql": "(CAST(%s AS date) - i.due_on)",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class AgedSum:
    """Minor units of one currency: five buckets, and what was paid and not matched."""

    currency: str
    buckets: tuple[int, ...]
    unused: int
    customer: int = 0

    @property
    def total(self) -> int:
        """What is owed in all."""
        return sum(self.buckets) - self.unused


def aged_sums(
    company: int,
    on: date,
    collectors: Sequence[int] | None = None,
    *,
    customers: Sequence[int] | None = None,
) -> list[AgedSum]:
    """What is open on a day, by currency: of each of some customers, or in all.

    ``collectors``: of their customers only.
    """
    statement, parameters = _statement(company, on, collectors, customers)
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        rows = cursor.fetchall()
    return [
        AgedSum(
            customer=row[0] if customers is not None else 0,
            currency=row[-7],
            buckets=tuple(int(minor) for minor in row[-6:-1]),
            unused=int(row[-1]),
        )
        for row in rows
        if any(row[-6:])
    ]


def _statement(
    company: int, on: date, collectors: Sequence[int] | None, customers: Sequence[int] | None
) -> tuple[str, list[Any]]:
    """The long settled are left aside by an index; what was settled since was open then."""
    only, keys = "", []
    if customers is not None:
        condition, given = among(connection.vendor, customers)
        only, keys = f"AND i.customer_id {condition}", [given]
    elif collectors is not None:
        condition, given = among(connection.vendor, collectors)
        only, keys = _MINE.format(among=condition), [company, given]
    parts, parameters = [], []
    for side, items in _ITEMS.items():
        for state, limit in (("i.settled_on IS NULL", []), ("i.settled_on > %s", [on.toordinal()])):
            condition = _OPEN.format(state=state, began=_BEGAN[side], only=only)
            filled = [company, *limit, on, *keys]
            for item, after in zip(items, ([], [on]), strict=True):
                late = [on] if "{late}" in item else []
                parts.append(item.format(late=_LATE[connection.vendor], open=condition))
                parameters += [*late, *filled, *after]
    each = customers is not None
    statement = _SUMS.format(
        group="t.customer_id," if each else "",
        by="GROUP BY t.customer_id, t.currency" if each else "GROUP BY t.currency",
        parts=" UNION ALL ".join(parts),
    )
    return statement, parameters


def customers_owing(rows: QuerySet[Customer], on: date) -> QuerySet[Customer]:
    """Those of some customers with an invoice or a credit that was open on a day."""
    opened = Q(settled_on=None) | Q(settled_on__gt=on)
    mine = {"company_id": OuterRef("company_id"), "customer_id": OuterRef("pk")}
    invoices = Invoice.everywhere.filter(opened, ~Q(issued_on__gt=on), **mine)
    credits = Credit.everywhere.filter(opened, ~Q(received_on__gt=on), **mine)
    return rows.filter(Exists(invoices) | Exists(credits))

"""Habits: settled invoices out of the database, by customer; what a company's customers teach.

SQL only collects integers (settlement day, delay) from one covering index; the mathematics is in
`amiable.engine.habit`.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import date
from operator import le
from typing import Any

from django.db import connection

from amiable.engine import habit
from amiable.engine.habit import Curve, History
from amiable.store.among import among
from amiable.store.models import CompanyHabit, Customer, Invoice

_SAMPLE = 20_000  # customers are plenty to learn what a company's customers share

_SQLITE = """
    SELECT customer_id, json_group_array(paid_on), json_group_array(delay)
    FROM store_invoice
    WHERE company_id = %s AND delay IS NOT NULL AND paid_on < %s {only}
    GROUP BY customer_id
"""
_POSTGRESQL = """
    SELECT customer_id, array_agg(paid_on), array_agg(delay)
    FROM store_invoice
    WHERE company_id = %s AND delay IS NOT NULL AND paid_on < %s {only}
    GROUP BY customer_id
"""


def load_histories(
    company: int, before: date, pks: Sequence[int] | None = None
) -> Iterator[tuple[int, History]]:
    """(customer, history) of what was settled before a morning; all customers, or ``pks``."""
    if pks is None:
        yield from _histories(company, before, "", [])
        return
    condition, keys = among(connection.vendor, pks)
    yield from _histories(company, before, f"AND customer_id {condition}", [keys])


def _histories(
    company: int, before: date, only: str, pks: list[Any]
) -> Iterator[tuple[int, History]]:
    sqlite = connection.vendor == "sqlite"
    statement = (_SQLITE if sqlite else _POSTGRESQL).format(only=only)
    with connection.cursor() as cursor:
        cursor.execute(statement, [company, before.toordinal(), *pks])
        while rows := cursor.fetchmany(1_000):
            for customer, days, delays in rows:
                if sqlite:
                    days, delays = json.loads(days), json.loads(delays)
                history = list(zip(days, delays, strict=True))
                if not (sqlite and all(map(le, days, days[1:]))):  # the index is in order
                    history.sort()
                yield customer, history


def sampled_histories(company: int, before: date) -> Iterator[History]:
    """The histories of all customers, or of every k-th where they are more than 20,000."""
    customers = Customer.objects.of(company)
    stride = max(1, -(-customers.count() // _SAMPLE))
    if stride == 1:
        pks = None
    else:
        pks = list(customers.order_by("pk").values_list("pk", flat=True))[::stride]
    for _, history in load_histories(company, before, pks):
        yield history


def count_settled(company: int) -> tuple[int, int]:
    """(settled invoices that teach, those settled on a Saturday or Sunday)."""
    # date.toordinal() % 7 is 0 on a Sunday and 6 on a Saturday
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT COUNT(*), COUNT(CASE WHEN paid_on %% 7 IN (0, 6) THEN 1 END)"
            " FROM store_invoice WHERE company_id = %s AND delay IS NOT NULL",
            [company],
        )
        count, weekend = cursor.fetchone()
    return int(count), int(weekend)


def load_company_habit(company: int) -> tuple[CompanyHabit, habit.CompanyHabit] | None:
    """The row and the value of the newest company habit, if any."""
    row = CompanyHabit.objects.of(company).first()
    if row is None:
        return None
    shapes = dict(row.shapes)
    for name in ("stranger", "scatter"):
        shapes[name] = Curve(shapes[name]["lowest"], tuple(shapes[name]["steps"]))
    return row, habit.CompanyHabit(**shapes)


def save_company_habit(
    company: int, learned: habit.CompanyHabit, weighed_on: date, *, invoices: int
) -> None:
    """Replace the company habit."""
    CompanyHabit.objects.of(company).update_or_create(
        company_id=company,
        defaults={
            "weighed_on": weighed_on,
            "invoices": invoices,
            "shapes": {name: shape for name, shape in asdict(learned).items() if name != "rule"},
        },
    )


def due_dates_of_settled(company: int) -> list[date]:
    """The distinct due dates of invoices that teach."""
    rows = Invoice.objects.of(company).filter(delay__isnull=False)
    return list(rows.order_by("due_on").values_list("due_on", flat=True).distinct())


def shift_delays(company: int, shifts: Mapping[date, int]) -> None:
    """Count the delays of some due dates from so many days later (earlier when negative)."""
    dates = list(shifts)
    for at in range(0, len(dates), 400):
        part = dates[at : at + 400]
        values = ", ".join(["(CAST(%s AS date), CAST(%s AS integer))"] * len(part))
        if connection.vendor == "sqlite":  # a cast to date would make a number there
            values = values.replace("CAST(%s AS date)", "%s")
        with connection.cursor() as cursor:
            cursor.execute(
                _SHIFT.format(values=values),
                [*(item for day in part for item in (day, shifts[day])), company],
            )


_SHIFT = """
    WITH shift (due_on, days) AS (VALUES {values})
    UPDATE store_invoice
    SET delay = delay - (SELECT days FROM shift WHERE shift.due_on = store_invoice.due_on)
    WHERE company_id = %s AND delay IS NOT NULL AND due_on IN (SELECT due_on FROM shift)
"""

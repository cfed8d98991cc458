"""Ahead: facts already stored whose day is still to come, and which a plan must not overlook."""

from collections.abc import Sequence
from datetime import date, timedelta

from django.db.models import Q

from amiable.store.models import Credit, Invoice
from amiable.store.models.columns import as_day


def next_facts(company: int, on: date, customers: Sequence[int] | None = None) -> dict[int, date]:
    """By customer (of some, if given), the first day on which stored facts alone change things.

    A payment or an invoice dated in the future counts from its day on; an invoice settled on
    ``on`` teaches the habit from the next morning on.
    """
    first: dict[int, date] = {}
    only = Q() if customers is None else Q(customer_id__among=customers)
    days = [*_dated(company, on, only), *_settled(company, on, only)]
    for customer, day in days:
        first[customer] = min(day, first.get(customer, day))
    return first


def _dated(company: int, on: date, only: Q) -> list[tuple[int, date]]:
    days: list[tuple[int, date]] = []
    # Two queries a table, for the two indexes: what is open, and what was settled later. The
    # least day is found here: grouping by customer would walk the whole table by that index.
    for still_open in (Q(settled_on=None), Q(settled_on__gt=on)):
        invoices = Invoice.objects.of(company).filter(only, still_open, issued_on__gt=on)
        credits = Credit.objects.of(company).filter(only, still_open, received_on__gt=on)
        days += invoices.values_list("customer_id", "issued_on")
        days += credits.values_list("customer_id", "received_on")
    return days


def _settled(company: int, on: date, only: Q) -> list[tuple[int, date]]:
    rows = Invoice.objects.of(company).filter(only, paid_on__gte=on, delay__isnull=False)
    days = rows.values_list("customer_id", "paid_on")
    return [(customer, as_day(day) + timedelta(days=1)) for customer, day in days]

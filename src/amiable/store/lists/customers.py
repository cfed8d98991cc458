"""The list of customers: filters, orders, and what a page shows beside the rows themselves."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Max, Q, QuerySet, Value

from amiable.store.customer import visible_customers
from amiable.store.lists.keyset import Order
from amiable.store.models import Customer, Hold, Note, OutboxRow, PlanEntry
from amiable.store.spelling import Holds, words_of
from amiable.store.timeline import LEFT_THE_HOUSE

ORDERS = {
    "name": Order(column="plain", text=True),
    "balance": Order(column="balance_minor"),
    "late": Order(column="oldest_due_on", empties=True),
    "usual": Order(column="habit_usual", empties=True),
}
"""By the name a person chooses; "late": the oldest due date first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerFilter:
    """``collectors``: primary keys of users, empty for nobody's; ``low`` and ``high`` in minor
    units of the company's currency, both included."""

    words: str = ""
    segment: str = ""
    collectors: tuple[int, ...] | None = None
    overdue: bool = False
    held: bool = False
    low: int | None = None
    high: int | None = None
    country: str = ""


def customers_that(
    company: int, wanted: CustomerFilter, only: Sequence[int] | None, today: date
) -> QuerySet[Customer]:
    """The customers a person may see, and wants to."""
    rows = visible_customers(company, only)
    for word in words_of(wanted.words):
        rows = rows.filter(Holds("plain", Value(word)))
    if wanted.collectors is not None:
        mine = Q(collector_id__in=wanted.collectors)
        rows = rows.filter(mine if wanted.collectors else Q(collector_id=None))
    if wanted.held:
        rows = rows.filter(pk__in=held_customers(company, today))
    columns = {
        "current_segment": wanted.segment or None,
        "country": wanted.country.upper() or None,
        "oldest_due_on__lt": today if wanted.overdue else None,
        "balance_minor__gte": wanted.low,
        "balance_minor__lte": wanted.high,
    }
    return rows.filter(**{name: value for name, value in columns.items() if value is not None})


def held_customers(company: int, today: date) -> QuerySet[Hold, int]:
    """The customers (primary keys) with a hold of the whole customer in force."""
    rows = Hold.objects.of(company).filter(from_on__lte=today, invoices=[])
    rows = rows.filter(Q(until_on=None) | Q(until_on__gt=today))
    return rows.values_list("customer_id", flat=True)


def entries_in_force(company: int, pks: Sequence[int]) -> dict[int, PlanEntry]:
    """What the plan says of some customers."""
    rows = PlanEntry.objects.of(company).filter(customer_id__among=pks, ended_on=None)
    return {row.customer_id: row for row in rows}


def last_contacts(company: int, pks: Sequence[int]) -> dict[int, date]:
    """The day each customer was last written to or spoken with."""
    sent = OutboxRow.objects.of(company).filter(
        customer_id__among=pks, state__in=LEFT_THE_HOUSE, sent_on__isnull=False
    )
    days = dict(sent.values_list("customer_id").annotate(day=Max("sent_on")))
    called = Note.objects.of(company).filter(customer_id__among=pks, outcome__isnull=False)
    for pk, day in called.values_list("customer_id").annotate(day=Max("written_on")):
        days[pk] = max(day, days.get(pk, day))
    return days

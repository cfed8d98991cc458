"""Measuring in the database: the facts the daily measures are counted from, and writing these.

Facts are read by some customers at a time, each table once, as plain tuples with days as ordinals.
Of the rows counted only those that differ from what is kept are written.
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django.db import connection, transaction
from django.db.models import Count, Max, Min, Q, Sum

from amiable.engine.measure import MEASURES
from amiable.store.among import among
from amiable.store.bulk import insert_rows
from amiable.store.models import (
    Credit,
    Customer,
    DayMeasure,
    Dispute,
    Invoice,
    MeasureCount,
    PolicyVersion,
)

# Days come as text: there are few different ones, and SQLite would parse each anew.
_INVOICES = """
    SELECT i.customer_id, i.kind, i.currency, i.issued_on || '', i.due_on || '', i.settled_on,
           i.amount_minor
    FROM store_invoice i WHERE i.company_id = %s AND i.customer_id {among}
"""
_CREDITS = """
    SELECT c.kind, c.currency, c.received_on || '', c.amount_minor
    FROM store_credit c WHERE c.company_id = %s AND c.customer_id {among}
"""
_TIES = """
    SELECT i.id, i.kind, c.kind, i.currency, a.allocated_on || '', i.issued_on || '',
           i.due_on || '', c.received_on || '', i.settled_on, a.amount_minor, i.customer_id,
           i.amount_minor
    FROM store_allocation a
    JOIN store_invoice i ON i.id = a.invoice_id JOIN store_credit c ON c.id = a.credit_id
    WHERE a.company_id = %s AND a.customer_id {among}
"""
_KEY = ("dimension", "value", "on", "currency")
DayKey = tuple[str, str, date, str]
"""Dimension, value, day and currency."""
DayRow = tuple[tuple[int, ...], Mapping[str, int]]
"""The figures in the order of `MEASURES`; how many settled invoices were how many days late."""
DayRows = Mapping[DayKey, DayRow]


@dataclass(frozen=True, slots=True)
class InvoiceFact:
    """An invoice; days are ordinals."""

    customer: int
    kind: str
    currency: str
    issued: int
    due: int
    settled: int | None
    minor: int


@dataclass(frozen=True, slots=True)
class CreditFact:
    """Money or a note; the day is an ordinal."""

    kind: str
    currency: str
    received: int
    minor: int


@dataclass(frozen=True, slots=True)
class TieFact:
    """An allocation with what it ties; days are ordinals."""

    invoice: int
    invoice_kind: str
    credit_kind: str
    currency: str
    allocated: int
    issued: int
    due: int
    received: int
    settled: int | None
    minor: int
    customer: int
    invoice_minor: int


@dataclass(frozen=True, slots=True)
class DisputeFact:
    """A dispute with its invoice; amounts None: all of it, or as contested."""

    invoice: int
    currency: str
    issued: int
    invoice_minor: int
    opened: int
    granted: int | None
    closed: int | None
    minor: int | None
    granted_minor: int | None


@dataclass(frozen=True, slots=True)
class Place:
    """Where customers are looked for: ``segment`` empty while not known, ``collector`` None for
    nobody, ``policy`` empty when it follows from the segment."""

    segment: str
    collector: int | None
    policy: str


def place_of(row: Customer) -> Place:
    """Where a customer is looked for."""
    return Place(row.current_segment or "", row.collector_id, row.policy)


def customers_by_place(company: int) -> dict[Place, list[int]]:
    """Primary keys of all customers, by where they are looked for."""
    found: dict[Place, list[int]] = defaultdict(list)
    rows = Customer.objects.of(company).order_by("pk")
    for pk, segment, collector, policy in rows.values_list(
        "pk", "current_segment", "collector_id", "policy"
    ):
        found[Place(segment or "", collector, policy)].append(pk)
    return found


def unasked_customers(company: int, pks: Sequence[int]) -> set[int]:
    """Of some customers those that no reminder goes to: they pay by direct debit, or may not be
    contacted."""
    rows = Customer.objects.of(company).filter(pk__among=pks)
    return set(rows.filter(Q(autopay=True) | Q(do_not_contact=True)).values_list("pk", flat=True))


@lru_cache(maxsize=65_536)
def _ordinal(text: str) -> int:
    return date.fromisoformat(text).toordinal()


def _rows(statement: str, company: int, pks: Sequence[int]) -> Iterator[tuple[Any, ...]]:
    condition, keys = among(connection.vendor, pks)
    with connection.cursor() as cursor:
        cursor.execute(statement.format(among=condition), [company, keys])
        while rows := cursor.fetchmany(2_000):
            yield from rows


def load_invoices(company: int, pks: Sequence[int]) -> Iterator[InvoiceFact]:
    """The invoices of some customers."""
    for who, kind, currency, issued, due, settled, minor in _rows(_INVOICES, company, pks):
        yield InvoiceFact(who, kind, currency, _ordinal(issued), _ordinal(due), settled, minor)


def load_credits(company: int, pks: Sequence[int]) -> Iterator[CreditFact]:
    """The credits of some customers."""
    for kind, currency, received, minor in _rows(_CREDITS, company, pks):
        yield CreditFact(kind, currency, _ordinal(received), minor)


def load_ties(company: int, pks: Sequence[int]) -> Iterator[TieFact]:
    """What ties the credits of some customers to their invoices."""
    for row in _rows(_TIES, company, pks):
        yield TieFact(*row[:4], *map(_ordinal, row[4:8]), *row[8:])


def load_disputes(company: int, pks: Sequence[int]) -> list[DisputeFact]:
    """The disputes of some customers whose invoice is known."""
    rows = list(Dispute.objects.of(company).filter(customer_id__among=pks).order_by("pk"))
    keys = sorted({row.invoice for row in rows})
    invoices: dict[str, Invoice] = {}
    for at in range(0, len(keys), 500):
        found = Invoice.objects.of(company).filter(key__in=keys[at : at + 500])
        invoices.update({item.key: item for item in found})
    return [
        DisputeFact(
            invoice=item.pk,
            currency=item.currency,
            issued=item.issued_on.toordinal(),
            invoice_minor=item.amount_minor,
            opened=row.opened_on.toordinal(),
            granted=row.granted_on.toordinal() if row.granted_on else None,
            closed=row.closed_on.toordinal() if row.closed_on else None,
            minor=row.amount_minor,
            granted_minor=row.granted_minor,
        )
        for row in rows
        if (item := invoices.get(row.invoice)) is not None
    ]


def first_fact(company: int) -> date | None:
    """The day of the oldest invoice or credit."""
    invoice = Invoice.objects.of(company).aggregate(day=Min("issued_on"))["day"]
    credit = Credit.objects.of(company).aggregate(day=Min("received_on"))["day"]
    return min((day for day in (invoice, credit) if day), default=None)


def has_facts_before(company: int, day: date) -> bool:
    """Whether there is an invoice or a credit older than a day."""
    invoices = Invoice.objects.of(company).filter(issued_on__lt=day)
    return invoices.exists() or Credit.objects.of(company).filter(received_on__lt=day).exists()


def facts_mark(company: int, *more: object) -> str:
    """A mark that is another one as soon as a fact, an assignment or a policy is.

    Every fact about a customer raises its version. ``more``: what else the count depends on.
    """
    rows = Customer.objects.of(company)
    places = rows.values("current_segment", "collector_id", "policy").annotate(
        n=Count("pk"), versions=Sum("version"), keys=Sum("pk")
    )
    seen = sorted(repr(tuple(place.values())) for place in places)
    policies = PolicyVersion.objects.of(company).aggregate(newest=Max("pk"))["newest"]
    return hashlib.sha256(repr((seen, policies, more)).encode()).hexdigest()


def count_of(company: int) -> MeasureCount:
    """How far a company's days are counted; made when there is no row yet."""
    row, _ = MeasureCount.objects.of(company).get_or_create(company_id=company)
    return row


def known_count(company: int) -> MeasureCount | None:
    """How far a company's days are counted, if they ever were."""
    return MeasureCount.objects.of(company).first()


def note_progress(company: int, done: int, total: int) -> None:
    """So many customers are in; ``total`` 0: nobody is counting any more."""
    MeasureCount.objects.of(company).update(done=done, total=total)


def save_days(
    company: int, days: DayRows, *, span: tuple[date, date], written_from: date | None,
    facts: str, at: datetime,
) -> int:  # fmt: skip
    """Keep the days of a span, those before ``written_from`` as they stand where they are kept.

    ``facts`` vouches for all of them: days left as they stand are vouched for only if they were
    already. All in one transaction; returns how many rows are other than before.
    """
    with transaction.atomic():
        count = MeasureCount.objects.of(company).select_for_update().get()
        begin = _begin(count, span[0], written_from)
        is_whole = begin == span[0] or (count.facts, count.until) == (facts, span[1])
        fresh = {key: row for key, row in days.items() if key[2] >= begin}
        kept = _kept(company, begin)
        gone = [pk for key, (pk, row) in kept.items() if fresh.get(key) != row]
        new = [key for key, row in fresh.items() if key not in kept or kept[key][1] != row]
        rows = DayMeasure.objects.of(company)
        rows.filter(pk__among=gone).delete()
        rows.exclude(on__gte=span[0], on__lt=span[1]).delete()
        insert_rows(
            DayMeasure,
            ("company", *_KEY, "lateness", *MEASURES),
            ((company, *key, json.dumps(fresh[key][1]), *fresh[key][0]) for key in new),
        )
        count.since, count.until = span
        count.facts, count.counted_at = facts if is_whole else "", at
        count.save(update_fields=["since", "until", "facts", "counted_at"])
    return len({*new, *(key for key, (pk, _) in kept.items() if key not in fresh)})


def _begin(count: MeasureCount, first: date, wanted: date | None) -> date:
    """The first day to write: the one ``wanted`` where all before it are kept, else all days."""
    if wanted is None or count.since is None or count.until is None or first < count.since:
        return first
    return max(min(wanted, count.until), first)


def _kept(company: int, since: date) -> dict[DayKey, tuple[int, DayRow]]:
    rows = DayMeasure.objects.of(company).filter(on__gte=since)
    found = rows.values_list("pk", *_KEY, "lateness", *MEASURES).iterator()
    return {row[1:5]: (row[0], (row[6:], row[5])) for row in found}

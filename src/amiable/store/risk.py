"""Risks in the database: who drifts, who owes most, who is habitually late, what was seen.

Whatever a person may see only in part is restricted by ``only``, the collectors whose customers
are theirs (None: every customer).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection
from django.db.models import Count, F, Q, QuerySet, Sum

from amiable.engine.risk import RiskKind
from amiable.engine.segment import SegmentRule
from amiable.engine.timeline import ContactPurpose
from amiable.store.among import among
from amiable.store.customer import visible_customers
from amiable.store.models import Customer, OutboxRow, RiskNotice, User
from amiable.store.models.outbox import OutboxState

Only = Sequence[int] | None


def may_drift(company: int, only: Only) -> list[int]:
    """The customers whose habit says at risk, and those whose segment a person chose over it."""
    rows = visible_customers(company, only).filter(
        Q(current_segment="at_risk") | Q(segment__isnull=False)
    )
    return list(rows.values_list("pk", flat=True))


def largest_debtors(company: int, count: int) -> tuple[list[tuple[int, int]], int, int]:
    """((customer, owed) of the largest, what all owe, how many owe), in the company's currency.

    Credits are taken off each customer's own debt; who is owed money counts for nothing.
    """
    rows = visible_customers(company, None).filter(balance_minor__gt=0)
    largest = rows.order_by("-balance_minor", "-pk").values_list("pk", "balance_minor")[:count]
    found = rows.aggregate(total=Sum("balance_minor", default=0), debtors=Count("pk"))
    return list(largest), int(found["total"]), int(found["debtors"])


def habitually_late(company: int, only: Only, rule: SegmentRule, cap: int) -> QuerySet[Customer]:
    """The customers that usually pay later than the company's rule bears (`SegmentRule.is_late`)"""
    rows = visible_customers(company, only).filter(habit_n__gte=rule.late_from)
    return rows.alias(hundred=100 * F("habit_usual")).filter(hundred__gt=rule.late_percent * cap)


@dataclass(frozen=True, slots=True, kw_only=True)
class PaidLate:
    """What a customer paid in a time, in one currency: sums of integers.

    ``paid`` and ``late`` count invoices; ``minor_days`` is the sum of amount x days late,
    ``term_days`` that of amount x days from the invoice to its due date.
    """

    customer: int
    currency: str
    paid: int
    late: int
    minor: int
    minor_days: int
    term_days: int


_SUMS = """
    SELECT i.customer_id, i.currency, COUNT(*), SUM(CASE WHEN i.delay > 0 THEN 1 ELSE 0 END),
           SUM(i.amount_minor),
           SUM(CASE WHEN i.delay > 0 THEN i.amount_minor * i.delay ELSE 0 END),
           SUM(i.amount_minor * {term})
    FROM store_invoice i
    WHERE i.company_id = %s AND i.customer_id {among} AND i.delay IS NOT NULL
      AND i.paid_on >= %s AND i.paid_on < %s
    GROUP BY i.customer_id, i.currency
"""
TERM = {
    "sqlite": "CAST(julianday(i.due_on) - julianday(i.issued_on) AS INTEGER)",
    "postgresql": "(i.due_on - i.issued_on)",
}
"""Days from an invoice (``i``) to its due date, by database."""


def paid_late(company: int, pks: Sequence[int], since: date, until: date) -> list[PaidLate]:
    """What some customers paid in ``[since, until)``, by customer and currency: one query.

    Invoices that teach no habit (disputed, credited, of a doubtful match) are left out.
    """
    condition, keys = among(connection.vendor, pks)
    statement = _SUMS.format(term=TERM[connection.vendor], among=condition)
    with connection.cursor() as cursor:
        cursor.execute(statement, [company, keys, since.toordinal(), until.toordinal()])
        rows = cursor.fetchall()
    return [
        PaidLate(
            customer=customer, currency=currency, paid=paid, late=late, minor=int(minor),
            minor_days=int(minor_days), term_days=int(term_days),
        )
        for customer, currency, paid, late, minor, minor_days, term_days in rows
    ]  # fmt: skip


def reminders_sent(company: int, pks: Sequence[int], since: date, until: date) -> dict[int, int]:
    """By customer, how many reminders left in ``[since, until)``."""
    rows = OutboxRow.objects.of(company).filter(
        customer_id__among=pks,
        state=OutboxState.SENT.value,
        purpose=ContactPurpose.REMINDER.value,
        sent_on__gte=since,
        sent_on__lt=until,
    )
    return dict(rows.values_list("customer_id").annotate(n=Count("pk")).order_by())


def customers_by_pk(company: int, pks: Sequence[int]) -> dict[int, Customer]:
    """Some customers, by primary key."""
    return {row.pk: row for row in Customer.objects.of(company).filter(pk__among=pks)}


def weighed_by_choice(company: int) -> list[tuple[int, str | None]]:
    """(customer, segment a person chose) of all customers, in the order of their keys."""
    rows = visible_customers(company, None).order_by("pk")
    return list(rows.values_list("pk", "segment"))


def seen_levels(company: int) -> dict[tuple[str, int | None], RiskNotice]:
    """The newest notice of each kind and customer."""
    rows = RiskNotice.objects.of(company).select_related("user").order_by("pk")
    return {(row.kind, row.customer_id): row for row in rows}


def add_notice(
    company: int, kind: RiskKind, customer: int | None, level: int, at: datetime, user: User | None
) -> RiskNotice:
    """Somebody has seen an alert."""
    return RiskNotice.objects.of(company).create(
        company_id=company, kind=kind.value, customer_id=customer, level=level, seen_at=at,
        user=user,
    )  # fmt: skip

"""Dashboard in the database: who gets later, who owes most, what became of reminders."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, F, Q, QuerySet

from amiable.store.customer import visible_customers
from amiable.store.forecast import compared_weeks
from amiable.store.models import Customer, ReminderEffect
from amiable.store.risk import customers_by_pk, largest_debtors

FOLLOWED_DAYS = 30
"""Days after a reminder in which an answer or money counts as following it."""


def drifting_customers(company: int, count: int) -> list[Customer]:
    """Those whose habit moved later by the most days, beyond what chance would do."""
    return list(_drifting(company).order_by("-drift_days", "-pk")[:count])


def count_drifting(company: int) -> int:
    """How many there are of them."""
    return _drifting(company).count()


def _drifting(company: int) -> QuerySet[Customer]:
    return visible_customers(company, None).filter(drift_days__isnull=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Debtors:
    """The largest debtors with what they owe, what all owe and how many they are."""

    largest: tuple[tuple[Customer, int], ...]
    total: int
    count: int


def top_debtors(company: int, count: int) -> Debtors:
    """Who owes most in the company's currency, credits taken off."""
    largest, total, debtors = largest_debtors(company, count)
    known = customers_by_pk(company, [pk for pk, _ in largest])
    found = tuple((known[pk], owed) for pk, owed in largest if pk in known)
    return Debtors(largest=found, total=total, count=debtors)


@dataclass(frozen=True, slots=True, kw_only=True)
class Foretold:
    """A week as it was foretold on its Monday morning, and what came of it; minor units."""

    starts_on: date
    low: int
    expected: int
    high: int
    received: int


def foretold_weeks(company: int, currency: str, since: date, until: date) -> list[Foretold]:
    """The weeks over by ``until`` that began in ``[since, until)``, each by its own forecast."""
    rows = compared_weeks(company, currency, until).filter(
        starts_on=F("run__made_on"), starts_on__gte=since
    )
    return [
        Foretold(
            starts_on=row.starts_on,
            low=row.low_minor,
            expected=row.expected_minor,
            high=row.high_minor,
            received=row.received_minor or 0,
        )
        for row in rows
        if row.ends_on - row.starts_on == timedelta(days=7)
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Funnel:
    """Reminders of a span, each number a part of the one before: left, arrived, followed within
    30 days by an answer or a payment, by the payment of an invoice, of all its invoices."""

    sent: int
    arrived: int
    followed: int
    paid: int
    settled: int
    answered: int
    """Of those that arrived: an answer, whatever else."""


_ARRIVED = Q(bounced=False)
_PAID = _ARRIVED & Q(paid_30__gt=0)


def reminder_funnel(company: int, since: date, until: date) -> Funnel:
    """What became of the reminders that left on ``[since, until)``, as counted at night."""
    rows = ReminderEffect.objects.of(company).filter(sent_on__gte=since, sent_on__lt=until)
    answered = _ARRIVED & Q(answered_after__lte=FOLLOWED_DAYS)
    return Funnel(
        **rows.aggregate(
            sent=Count("pk"),
            arrived=Count("pk", filter=_ARRIVED),
            followed=Count("pk", filter=answered | _PAID),
            paid=Count("pk", filter=_PAID),
            settled=Count("pk", filter=_PAID & Q(paid_30__gte=F("invoices"))),
            answered=Count("pk", filter=answered),
        )
    )

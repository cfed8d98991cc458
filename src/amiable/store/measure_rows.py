"""Rows behind the measures: disputes of a span, what is whose today, who did how much."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from django.db.models import Count, Q, Sum

from amiable.store.audit import AuditFilter, entries_of
from amiable.store.models import Allocation, Customer, Dispute
from amiable.store.worklist import Wanted, work


def disputes_between(company: int, since: date, until: date) -> list[Dispute]:
    """The disputes open on the last day of a span, or closed in it, with their customers."""
    rows = Dispute.objects.of(company).filter(opened_on__lt=until)
    rows = rows.filter(Q(closed_on=None) | Q(closed_on__gte=since))
    return list(rows.select_related("customer").order_by("pk"))


def paid_by(company: int, invoices: Iterable[int], on: date) -> dict[int, int]:
    """What of each invoice was paid on the evening of a day, in minor units."""
    rows = Allocation.objects.of(company).filter(
        invoice_id__among=list(invoices), allocated_on__lte=on
    )
    return dict(rows.values_list("invoice_id").annotate(sum=Sum("amount_minor")))


def owing_by_collector(company: int) -> dict[int | None, int]:
    """How many customers with an open invoice each collector has now; None: nobody."""
    rows = Customer.objects.of(company).filter(oldest_due_on__isnull=False)
    return dict(rows.values_list("collector_id").annotate(n=Count("pk")).order_by())


def due_by_collector(company: int, today: date) -> dict[int | None, int]:
    """How many entries of today's worklist wait for each collector; None: for nobody."""
    rows = work(company, today, Wanted()).values_list("customer__collector_id")
    return dict(rows.annotate(n=Count("pk")).order_by())


def deeds_by_person(
    company: int, since: datetime, until: datetime, people: Sequence[int]
) -> dict[int, int]:
    """How many deeds about a customer each of some people did between two instants."""
    rows = entries_of(company, AuditFilter(since=since, until=until))
    rows = rows.filter(user_id__in=people, customer__isnull=False)
    return dict(rows.order_by().values_list("user_id").annotate(n=Count("pk")))

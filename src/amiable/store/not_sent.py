"""Messages the last gate cancelled, in the database: a small index holds them alone."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Q, QuerySet

from amiable.store.models import OutboxRow
from amiable.store.models.outbox import OutboxState


def _cancelled(
    company: int, details: Sequence[str], since: datetime, only: Sequence[int] | None
) -> QuerySet[OutboxRow]:
    begins = Q()
    for word in details:
        begins |= Q(detail__startswith=f"{word} ")
    rows = OutboxRow.objects.of(company).filter(
        begins, cancelled_at__gte=since, state=OutboxState.CANCELLED
    )
    return rows if only is None else rows.filter(customer__collector_id__in=only)


def count_cancelled(
    company: int,
    details: Sequence[str],
    since: datetime,
    only: Sequence[int] | None,
    most: int = 10_000,
) -> int:
    """How many messages were cancelled since an instant with a detail that begins so."""
    return _cancelled(company, details, since, only).order_by()[:most].count()


def cancelled_since(
    company: int,
    details: Sequence[str],
    since: datetime,
    only: Sequence[int] | None,
    *,
    before: int | None,
    most: int,
) -> list[OutboxRow]:
    """Such messages with their customers, without the texts, the newest first; those with a
    primary key below ``before``."""
    rows = _cancelled(company, details, since, only)
    if before is not None:
        rows = rows.filter(pk__lt=before)
    shown = rows.select_related("customer").defer("text", "html", "page")
    return list(shown.order_by("-pk")[:most])

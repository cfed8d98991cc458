"""The list of disputes: filters, orders, how many wait for somebody."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q, QuerySet

from amiable.engine.dispute import CREDIT_DAYS, DisputeState
from amiable.store.customer import visible_customers
from amiable.store.lists.keyset import Order
from amiable.store.models import Dispute

ORDERS = {
    "opened": Order(column="opened_on"),
    "closed": Order(column="closed_on", empties=True, sorted_apart=True),
}
"""By the name a person chooses."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DisputeFilter:
    """``state`` None: all that are not closed. ``owners`` None: whoever's; empty: nobody's.

    ``aged``: opened that many days ago, or more.
    """

    state: DisputeState | None = None
    owners: tuple[int, ...] | None = None
    ground: str = ""
    aged: int | None = None
    customer: int | None = None


def disputes_that(
    company: int, wanted: DisputeFilter, only: Sequence[int] | None, today: date
) -> QuerySet[Dispute]:
    """The disputes a person may see, and wants to."""
    rows = _seen(company, only).select_related("customer", "owner")
    rows = rows.filter(_in_state(wanted.state, today))
    if wanted.owners is not None:
        rows = rows.filter(owner__in=wanted.owners) if wanted.owners else rows.filter(owner=None)
    if wanted.ground:
        rows = rows.filter(ground=wanted.ground)
    if wanted.aged is not None:
        rows = rows.filter(opened_on__lte=today - timedelta(days=wanted.aged))
    if wanted.customer is not None:
        rows = rows.filter(customer_id=wanted.customer)
    return rows


def waiting_disputes(company: int, only: Sequence[int] | None, today: date) -> QuerySet[Dispute]:
    """Those that wait for somebody: open, and not those whose credit note is on its way."""
    coming = _in_state(DisputeState.CREDIT_EXPECTED, today)
    return _seen(company, only).filter(_in_state(None, today)).exclude(coming)


def disputes_among(company: int, pks: Sequence[int], only: Sequence[int] | None) -> list[Dispute]:
    """Those of some disputes that a person may see, with their customers and owners."""
    rows = _seen(company, only).filter(pk__among=pks)
    return list(rows.select_related("customer", "owner").order_by("pk"))


def _seen(company: int, only: Sequence[int] | None) -> QuerySet[Dispute]:
    rows = Dispute.objects.of(company)
    if only is None:
        return rows
    return rows.filter(customer_id__in=visible_customers(company, only).values("pk"))


def _in_state(state: DisputeState | None, today: date) -> Q:
    if state is DisputeState.CLOSED:
        return Q(closed_on__isnull=False)
    open_ = Q(closed_on=None)
    late = today - timedelta(days=CREDIT_DAYS)
    return {
        None: open_,
        DisputeState.OPEN: open_ & Q(granted_on=None),
        DisputeState.CREDIT_EXPECTED: open_ & Q(granted_on__isnull=False, granted_on__gt=late),
        DisputeState.CREDIT_MISSING: open_ & Q(granted_on__isnull=False, granted_on__lte=late),
    }[state]

"""The list of credits, to be matched or of some days, and which invoices are open beside them."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from django.db.models import Q, QuerySet, Sum

from amiable.engine.ledger import AllocationBasis, CreditKind
from amiable.store.customer import visible_customers
from amiable.store.lists.keyset import Order
from amiable.store.models import Allocation, Credit, Invoice

NEWEST = Order(column="received_on", descending=True, sorted_apart=True)


class Matching(StrEnum):
    """Which credits are looked at."""

    LEFT = "left"  # something of them is not matched at all
    GUESSED = "guessed"  # matched with the oldest debts, for want of anything better
    ALL = "all"  # whether matched or not


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditFilter:
    """Which credits are wanted. ``which`` None: those to be matched; ``kinds`` empty: of any kind;
    days are included on both ends."""

    which: Matching | None = None
    kinds: frozenset[CreditKind] = frozenset()
    currency: str = ""
    received_from: date | None = None
    received_until: date | None = None


def credits_that(
    company: int, wanted: CreditFilter, only: Sequence[int] | None
) -> QuerySet[Credit]:
    """The credits that a person may see, and wants to."""
    rows = credits_to_match(company, only, which=wanted.which)
    if wanted.kinds:
        rows = rows.filter(kind__in=sorted(wanted.kinds))
    if wanted.currency:
        rows = rows.filter(currency=wanted.currency)
    if since := wanted.received_from:
        # Nothing is matched before it is there: of the days of matching there is an index.
        rows = rows.filter(Q(settled_on=None) | Q(settled_on__gte=since), received_on__gte=since)
    if wanted.received_until:
        rows = rows.filter(received_on__lte=wanted.received_until)
    return rows


def credits_to_match(
    company: int, only: Sequence[int] | None, *, which: Matching | None = None
) -> QuerySet[Credit]:
    """Credits that a person may want to match, of the customers the person may see."""
    left = Q(settled_on=None)
    guessed = Q(pk__in=_ties(company, AllocationBasis.PRESUMED).values("credit_id"))
    rows = Credit.objects.of(company).select_related("customer")
    wanted = {
        None: left | guessed, Matching.LEFT: left, Matching.GUESSED: guessed, Matching.ALL: Q(),
    }  # fmt: skip
    rows = rows.filter(wanted[which])
    if only is not None:
        rows = rows.filter(customer_id__in=visible_customers(company, only).values("pk"))
    return rows


def _ties(company: int, basis: AllocationBasis) -> QuerySet[Allocation]:
    return Allocation.objects.of(company).filter(basis=basis.value)


def spent_for_sure(company: int, pks: Sequence[int], side: str) -> dict[int, int]:
    """What of each credit (or invoice) is tied otherwise than by a guess, in minor units."""
    rows = Allocation.objects.of(company).filter(**{f"{side}_id__among": pks})
    rows = rows.exclude(basis=AllocationBasis.PRESUMED.value)
    return dict(rows.values_list(f"{side}_id").annotate(sum=Sum("amount_minor")))


def open_invoices_of(company: int, pks: Sequence[int]) -> dict[int, list[Invoice]]:
    """By customer, the invoices that are open or paid by a guess only, oldest due first."""
    rows = Invoice.objects.of(company).filter(customer_id__among=pks)
    guessed = _ties(company, AllocationBasis.PRESUMED).filter(customer_id__among=pks)
    rows = rows.filter(Q(settled_on=None) | Q(pk__in=guessed.values("invoice_id")))
    found: dict[int, list[Invoice]] = defaultdict(list)
    for row in rows.select_related("customer").order_by("due_on", "pk"):
        found[row.customer_id].append(row)
    return found


def matched_by_hand(
    company: int,
    only: Sequence[int] | None,
    *,
    credits: Sequence[int] | None = None,
    basis: AllocationBasis = AllocationBasis.PERSON,
) -> QuerySet[Allocation]:
    """The matches people made (or another basis), newest first; of some credits, if given."""
    rows = _ties(company, basis)
    if only is not None:
        rows = rows.filter(customer_id__in=visible_customers(company, only).values("pk"))
    if credits is not None:
        rows = rows.filter(credit_id__among=credits)
    return rows.select_related("invoice", "credit", "customer").order_by("-pk")

"""Merging in the database: every row of one customer goes to another, and may come back."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db.models import F

from amiable.store.bulk import chunks
from amiable.store.models import (
    Allocation,
    Contact,
    Conversation,
    Credit,
    Customer,
    Dispute,
    ExperimentAssignment,
    Hold,
    Incoming,
    InstalmentPlan,
    Invoice,
    Merge,
    Note,
    OutboxRow,
    PaymentClaim,
    PaymentThanks,
    PlanEntry,
    Promise,
    ReminderEffect,
    Reply,
    RiskNotice,
    Skip,
)

MOVED: dict[str, type[Any]] = {
    "invoice": Invoice,
    "credit": Credit,
    "allocation": Allocation,
    "contact": Contact,
    "promise": Promise,
    "plan": InstalmentPlan,
    "payment_claim": PaymentClaim,
    "payment_thanks": PaymentThanks,
    "dispute": Dispute,
    "hold": Hold,
    "skip": Skip,
    "reply": Reply,
    "note": Note,
    "risk_notice": RiskNotice,
    "conversation": Conversation,
    "incoming": Incoming,
    "experiment": ExperimentAssignment,
    "outbox": OutboxRow,
    "reminder_effect": ReminderEffect,
    "plan_entry": PlanEntry,
}
"""Every table whose rows belong to a customer and go with it."""
UNSEEN = ("allocation", "payment_thanks", "plan_entry", "risk_notice", "experiment")
"""Those a person who merges need not hear of."""


def count_rows(company: int, customer: int) -> dict[str, int]:
    """How many rows of each table a customer has."""
    return {
        name: model.objects.of(company).filter(customer_id=customer).count()
        for name, model in MOVED.items()
        if name not in UNSEEN
    }


def move_all(company: int, gone: Customer, kept: Customer, on: date) -> dict[str, list[int]]:
    """Every row of ``gone`` becomes one of ``kept``; the primary keys moved, by table.

    The plan's entry in force stays behind, ended: ``kept`` has its own.
    """
    entries = PlanEntry.objects.of(company).filter(customer=gone, ended_on=None)
    entries.update(ended_on=on)
    moved: dict[str, list[int]] = {}
    for name, model in MOVED.items():
        rows = model.objects.of(company).filter(customer=gone)
        if name == "outbox":
            rows = rows.exclude(pk__in=_rivals(company, gone, kept))
        if name == "experiment":  # one draw a customer: the one that is kept stays as it was drawn
            own = ExperimentAssignment.objects.of(company).filter(customer=kept)
            rows = rows.exclude(experiment__in=own.values("experiment"))
        moved[name] = list(rows.order_by("pk").values_list("pk", flat=True))
        rows.update(customer=kept)
    return moved


def _rivals(company: int, gone: Customer, kept: Customer) -> list[int]:
    """Messages of the same step and cycle as one of the customer kept: they stay where they are."""
    rows = OutboxRow.objects.of(company)
    known = set(rows.filter(customer=kept).values_list("cycle", "step"))
    return [
        pk
        for pk, cycle, step in rows.filter(customer=gone).values_list("pk", "cycle", "step")
        if (cycle, step) in known
    ]


def move_back(merge: Merge) -> None:
    """The rows that moved go back, as far as they still are the kept customer's.

    What a person matched across the two is matched no longer.
    """
    for name, keys in merge.moved.items():
        model: type[Any] = MOVED[name]
        for part in chunks(keys):
            rows = model.objects.of(merge.company_id).filter(pk__in=part, customer=merge.kept_id)
            rows.update(customer=merge.gone_id)
    both = (merge.kept_id, merge.gone_id)
    crossed = Allocation.objects.of(merge.company_id).filter(customer__in=both)
    crossed.exclude(invoice__customer=F("credit__customer")).delete()
    for side in both:
        rows = Allocation.objects.of(merge.company_id).filter(invoice__customer=side)
        rows.exclude(customer=side).update(customer=side)


def add_merge(
    company: int, kept: Customer, gone: Customer, moved: Mapping[str, list[int]], at: datetime
) -> Merge:
    """Keep what went where."""
    return Merge.objects.of(company).create(
        company_id=company, kept=kept, gone=gone, moved=dict(moved), merged_at=at
    )


def merges_into(company: int, kept: int) -> list[Merge]:
    """What was merged into a customer and not taken back, newest first."""
    rows = Merge.objects.of(company).filter(kept_id=kept, undone_at=None)
    return list(rows.select_related("gone").defer("moved").order_by("-pk"))


def merge_row(company: int, kept: int, pk: int) -> Merge | None:
    """One merge into a customer, with both."""
    rows = Merge.objects.of(company).filter(kept_id=kept, pk=pk)
    return rows.select_related("kept", "gone", "company").first()


def take_note(company: int, gone: int, kept: int, keys: Mapping[str, Sequence[str]]) -> None:
    """Rows that came to the customer ``kept`` under the name of one gone: they go back with it.

    ``keys``: natural keys by table.
    """
    came = {
        name: {
            pk
            for at in range(0, len(wanted), 500)
            for pk in MOVED[name]
            .objects.of(company)
            .filter(key__in=wanted[at : at + 500], customer_id=kept)
            .values_list("pk", flat=True)
        }
        for name, wanted in keys.items()
    }
    while gone != kept:
        merges = Merge.objects.of(company).filter(gone_id=gone, undone_at=None)
        merge = merges.order_by("-pk").first()
        if merge is None:
            return
        for name, pks in came.items():
            merge.moved[name] = sorted(pks.union(merge.moved.get(name, ())))
        merge.save(update_fields=["moved"])
        gone = merge.kept_id

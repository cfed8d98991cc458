"""Agreements in the database: promises and instalment plans of a customer."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import TypeVar

from django.db.models import F

from amiable.store.models import Dispute, Hold, InstalmentPlan, PaymentClaim, Promise, Reply


def replaced_agreements(
    company: int, customer: int, invoices: Sequence[str], on: date
) -> list[Promise]:
    """What is promised from a day on about any of some invoices (none named: about all)."""
    rows = Promise.objects.of(company).filter(customer_id=customer, cancelled_on=None)
    named = set(invoices)
    return [
        row
        for row in rows.filter(due_on__gte=on).select_related("plan").order_by("pk")
        if not named or not row.invoices or named & set(row.invoices)
    ]


def cancel_parts(promises: Iterable[Promise], on: date) -> None:
    """End promises without a breach, and the plans they are parts of as a whole."""
    plans = {}
    for row in promises:
        row.cancelled_on = on
        row.save(update_fields=["cancelled_on"])
        if row.plan is not None:
            plans[row.plan.pk] = row.plan
    for plan in plans.values():
        plan.cancelled_on = on
        plan.save(update_fields=["cancelled_on"])
        others = Promise.objects.of(plan.company_id).filter(plan=plan, cancelled_on=None)
        others.update(cancelled_on=on)


def list_plans(company: int, customer: int) -> list[InstalmentPlan]:
    """A customer's instalment plans, newest first."""
    rows = InstalmentPlan.objects.of(company).filter(customer_id=customer).defer("document")
    return list(rows.order_by("-agreed_on", "-pk"))


def parts_of(company: int, plan: int) -> list[Promise]:
    """The parts of a plan, in the order of their days."""
    return list(Promise.objects.of(company).filter(plan_id=plan).order_by("due_on", "pk"))


def accept_once(
    company: int, plan: InstalmentPlan, *, by: str, at: datetime, document: bytes
) -> bool:
    """Keep by whom and when a plan was accepted, and what; False when it was, or is over."""
    rows = InstalmentPlan.objects.of(company).filter(
        pk=plan.pk, accepted_at=None, cancelled_on=None
    )
    return bool(rows.update(accepted_at=at, accepted_by=by, document=document))


def list_promises(company: int, customer: int) -> list[Promise]:
    """Every promise of a customer, parts of plans included, in the order of their days."""
    rows = Promise.objects.of(company).filter(customer_id=customer)
    return list(rows.order_by("due_on", "pk"))


_NEWEST = 100  # a page does not grow with the years


def list_disputes(company: int, customer: int) -> list[Dispute]:
    """A customer's disputes, the open ones first, then the newest."""
    rows = Dispute.objects.of(company).filter(customer_id=customer).select_related("owner")
    ordered = rows.order_by(F("closed_on").desc(nulls_first=True), "-opened_on", "-pk")
    return list(ordered[:_NEWEST])


def list_holds(company: int, customer: int) -> list[Hold]:
    """A customer's holds and postponements, newest first."""
    rows = Hold.objects.of(company).filter(customer_id=customer)
    return list(rows.order_by("-from_on", "-pk")[:_NEWEST])


def count_unread(company: int, customer: int) -> int:
    """How many answers of a customer nobody has read yet."""
    return Reply.objects.of(company).filter(customer_id=customer, read_on=None).count()


A = TypeVar("A", Promise, InstalmentPlan, Dispute, Hold, PaymentClaim)


def agreement_row(model: type[A], company: int, customer: int, pk: int) -> A | None:
    """One of a customer's promises, plans, claims of payment, disputes or holds."""
    return model.objects.of(company).filter(customer_id=customer, pk=pk).first()

"""Instalment plans: a debt paid in parts; each part is a promise with a date of its own."""

from collections.abc import Sequence
from datetime import date, datetime
from itertools import pairwise
from uuid import uuid4

from django.db import transaction

from amiable.desk.access import own
from amiable.desk.agreement_paper import draw_agreement
from amiable.desk.calendar import working_days
from amiable.desk.hold import DateRefused
from amiable.engine.instalment import MOST_PARTS, Part, Rhythm, schedule
from amiable.engine.money import Money
from amiable.store.agreement import accept_once, cancel_parts, replaced_agreements
from amiable.store.customer import touch
from amiable.store.models import Company, Customer, InstalmentPlan, Promise

_LONGEST_NAME = 200


def propose_plan(
    customer: Customer, total: Money, count: int, first_on: date, rhythm: Rhythm
) -> tuple[Part, ...]:
    """Equal parts on working days of the customer's country. Raises ValueError."""
    return schedule(total, count, first_on, rhythm, working_days(customer.country))


def agree_plan(
    company: Company,
    customer: Customer,
    *,
    on: date,
    parts: Sequence[Part],
    invoices: Sequence[str] = (),
    note: str = "",
) -> InstalmentPlan:
    """The customer will pay in parts; chasing pauses as long as each comes in time.

    A promise or a plan about the same invoices that still runs is replaced: it ends without a
    breach. Raises DateRefused unless every part comes after the one before it, ValueError for no
    parts, too many or an amount of zero, OtherCompany.
    """
    own(company, customer)
    _check(parts, on)
    with transaction.atomic():
        cancel_parts(replaced_agreements(company.pk, customer.pk, invoices, on), on)
        plan = InstalmentPlan.objects.of(company.pk).create(
            company_id=company.pk,
            customer=customer,
            key=f"plan|{uuid4().hex}",
            agreed_on=on,
            invoices=list(invoices),
            note=note,
        )
        Promise.objects.of(company.pk).bulk_create(
            Promise(
                company_id=company.pk,
                customer=customer,
                key=f"{plan.key}|{number}",
                made_on=on,
                due_on=part.due_on,
                amount_minor=part.amount.minor,
                currency=part.amount.currency,
                invoices=list(invoices),
                plan=plan,
            )
            for number, part in enumerate(parts, 1)
        )
        touch(company.pk, [customer.pk])
    return plan


def _check(parts: Sequence[Part], on: date) -> None:
    if not 1 <= len(parts) <= MOST_PARTS or any(part.amount.minor <= 0 for part in parts):
        raise ValueError(f"a plan has 1 to {MOST_PARTS} parts, each above zero")
    if len({part.amount.currency for part in parts}) > 1:
        raise ValueError("the parts of a plan are of one currency")
    days = [part.due_on for part in parts]
    if days[0] < on or any(later <= day for day, later in pairwise(days)):
        raise DateRefused(f"{days}: each part comes after the one before, none before {on}")


def accept(company: Company, plan: InstalmentPlan, by_name: str, at: datetime) -> bool:
    """The customer agreed in writing: the document accepted is kept with the day and the name.

    Nothing else changes: the parts ran from the day the plan was agreed. False when it was
    accepted before, or is over. Raises ValueError without a name, OtherCompany.
    """
    own(company, plan)
    name = " ".join(by_name.split())[:_LONGEST_NAME]
    if not name:
        raise ValueError("an acceptance bears the name of whoever accepts")
    if plan.accepted_at is not None or plan.cancelled_on is not None:
        return False
    plan.accepted_at, plan.accepted_by = at, name
    document = draw_agreement(company, plan)
    plan.document = document
    return accept_once(company.pk, plan, by=name, at=at, document=document)


def cancel_plan(company: Company, plan: InstalmentPlan, *, on: date) -> None:
    """The plan no longer counts; no part of it is broken by that. Raises OtherCompany."""
    own(company, plan)
    with transaction.atomic():
        parts = Promise.objects.of(company.pk).filter(plan=plan, cancelled_on=None)
        cancel_parts(list(parts.select_related("plan")), on)
        touch(company.pk, [plan.customer_id])

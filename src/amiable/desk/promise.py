"""Promises: record what a customer said it would pay, and when."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import uuid4

from django.db import transaction

from amiable.desk.access import own
from amiable.desk.event import Event, customer_data, promise_data
from amiable.desk.hold import DateRefused
from amiable.desk.webhook import announce, start_of
from amiable.engine.money import Money
from amiable.store.customer import touch
from amiable.store.models import Company, Customer, Promise


def record_promise(
    company: Company,
    customer: Customer,
    *,
    made_on: date,
    due_on: date,
    amount: Money,
    invoices: Sequence[str] = (),
    at: datetime | None = None,
) -> Promise:
    """The customer said it will pay ``amount`` on ``due_on``; chasing pauses until then.

    ``at``: when it was recorded, if known. Raises DateRefused when ``due_on`` is before
    ``made_on``, ValueError for an amount of zero, OtherCompany when the customer is not the
    company's.
    """
    own(company, customer)
    if due_on < made_on:
        raise DateRefused(f"{due_on} is before {made_on}: a promise looks ahead")
    if amount.minor <= 0:
        raise ValueError(f"{amount}: a promise is of more than zero")
    with transaction.atomic():
        row = Promise.objects.of(company.pk).create(
            company_id=company.pk,
            customer=customer,
            key=f"promise|{uuid4().hex}",
            made_on=made_on,
            due_on=due_on,
            amount_minor=amount.minor,
            currency=amount.currency,
            invoices=list(invoices),
        )
        touch(company.pk, [customer.pk])
        told = {"customer": customer_data(customer), "promise": promise_data(row)}
        announce(company, Event.PROMISE_MADE, told, at or start_of(company, made_on))
    return row


def cancel_promise(company: Company, promise: Promise, *, on: date) -> None:
    """The promise no longer counts (replaced, or recorded by mistake); no breach.

    Raises OtherCompany.
    """
    own(company, promise)
    with transaction.atomic():
        promise.cancelled_on = on
        promise.save(update_fields=["cancelled_on"])
        touch(company.pk, [promise.customer_id])

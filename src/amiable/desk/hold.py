"""Hold and postpone: a person stops the reminders of a customer, or of some invoices."""

from collections.abc import Sequence
from datetime import date
from uuid import uuid4

from django.db import transaction

from amiable.desk.access import own
from amiable.store.customer import touch
from amiable.store.models import Company, Customer, Hold


class DateRefused(ValueError):
    """A day that must come later than another does not."""


def hold(
    company: Company,
    customer: Customer,
    *,
    on: date,
    until: date | None = None,
    invoices: Sequence[str] = (),
    note: str = "",
    postponed: bool = False,
) -> Hold:
    """Stop the reminders from ``on`` until before ``until`` (None: until further notice).

    ``invoices`` (keys) restricts it; empty means the whole customer. Raises DateRefused when
    ``until`` is not after ``on``, OtherCompany when the customer is not the company's.
    """
    own(company, customer)
    if until is not None and until <= on:
        raise DateRefused(f"{until} is not after {on}: choose a later day")
    with transaction.atomic():
        row = Hold.objects.of(company.pk).create(
            company_id=company.pk,
            customer=customer,
            key=f"hold|{uuid4().hex}",
            from_on=on,
            until_on=until,
            invoices=list(invoices),
            note=note,
            postponed=postponed,
        )
        touch(company.pk, [customer.pk])
    return row


def postpone(company: Company, customer: Customer, *, on: date, until: date) -> Hold:
    """Look at this customer again on ``until``, not before."""
    return hold(company, customer, on=on, until=until, postponed=True)


def release_hold(company: Company, row: Hold, *, on: date) -> bool:
    """End one hold on ``on``; False when it is over already. Raises OtherCompany."""
    own(company, row)
    with transaction.atomic():
        if row.until_on is not None and row.until_on <= on:
            return False
        row.until_on = max(on, row.from_on)
        row.save(update_fields=["until_on"])
        touch(company.pk, [row.customer_id])
    return True


def release(company: Company, customer: Customer, *, on: date) -> int:
    """End every hold in force on ``on``; returns how many there were. Raises OtherCompany."""
    own(company, customer)
    with transaction.atomic():
        rows = Hold.objects.of(company.pk).filter(customer=customer, from_on__lte=on)
        ended = 0
        for row in rows:
            if row.until_on is None or row.until_on > on:
                row.until_on = on
                row.save(update_fields=["until_on"])
                ended += 1
        touch(company.pk, [customer.pk])
    return ended

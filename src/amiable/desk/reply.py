"""Replies: a customer answered; nothing more leaves until somebody has read it."""

from datetime import date
from uuid import uuid4

from django.db import transaction

from amiable.desk.access import own
from amiable.store.customer import touch
from amiable.store.models import Company, Customer, Reply


def record_reply(
    company: Company, customer: Customer, *, on: date, text: str = "", read: bool = False
) -> Reply:
    """An answer came in; ``read`` by whoever writes it down. Raises OtherCompany."""
    own(company, customer)
    with transaction.atomic():
        row = Reply.objects.of(company.pk).create(
            company_id=company.pk,
            customer=customer,
            key=f"reply|{uuid4().hex}",
            received_on=on,
            read_on=on if read else None,
            text=text,
        )
        touch(company.pk, [customer.pk])
    return row


def read_reply(company: Company, row: Reply, *, on: date) -> bool:
    """Somebody read one answer; False when it was read already. Raises OtherCompany."""
    own(company, row)
    if row.read_on is not None:
        return False
    with transaction.atomic():
        row.read_on = on
        row.save(update_fields=["read_on"])
        touch(company.pk, [row.customer_id])
    return True


def unread_reply(company: Company, row: Reply) -> None:
    """Nobody has read it after all: it pauses the reminders again. Raises OtherCompany."""
    own(company, row)
    with transaction.atomic():
        row.read_on = None
        row.save(update_fields=["read_on"])
        touch(company.pk, [row.customer_id])


def read_replies(company: Company, customer: Customer, *, on: date) -> int:
    """Somebody read all this customer's answers; returns how many were unread.

    Raises OtherCompany.
    """
    own(company, customer)
    with transaction.atomic():
        unread = Reply.objects.of(company.pk).filter(customer=customer, read_on=None)
        count = unread.update(read_on=on)
        touch(company.pk, [customer.pk])
    return count

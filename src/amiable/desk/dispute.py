"""Disputes: open one on an invoice, for all of it or an amount; close it."""

from datetime import date, datetime
from uuid import uuid4

from django.db import transaction

from amiable.desk.access import own
from amiable.desk.calendar import due_calendar
from amiable.desk.derive import derive_again
from amiable.desk.event import Event, customer_data, dispute_data
from amiable.desk.webhook import announce, start_of
from amiable.engine.dispute import Ground, Outcome
from amiable.engine.money import Money
from amiable.store.customer import touch
from amiable.store.dispute import contested_invoices
from amiable.store.models import Company, Customer, Dispute, Invoice, User


def open_dispute(
    company: Company,
    customer: Customer,
    invoice: Invoice,
    *,
    on: date,
    reason: str = "",
    ground: Ground | None = None,
    amount: Money | None = None,
    owner: User | None = None,
    at: datetime | None = None,
) -> Dispute:
    """The customer contests an invoice (``amount`` None: all of it): that part is not chased.

    ``ground`` is why in a word, ``reason`` in the customer's own; ``owner`` looks after it;
    ``at``: when it was recorded, if known. Raises ValueError when the amount is not above zero or
    of another currency, or when the invoice is not the customer's; OtherCompany when they are not
    the company's.
    """
    own(company, customer, invoice)
    if invoice.customer_id != customer.pk:
        raise ValueError(f"invoice {invoice.number} is not one of {customer.name}")
    if amount is not None and (amount.minor <= 0 or amount.currency != invoice.currency):
        raise ValueError(f"{amount}: give an amount above zero in {invoice.currency}")
    with transaction.atomic():
        row = Dispute.objects.of(company.pk).create(
            company_id=company.pk,
            customer=customer,
            key=f"dispute|{uuid4().hex}",
            invoice=invoice.key,
            opened_on=on,
            ground=ground.value if ground else None,  # type: ignore[misc]
            reason=reason,
            amount_minor=amount.minor if amount else None,
            currency=amount.currency if amount else "",
            owner=owner,
        )
        _teach_otherwise(company, customer)
        _tell(company, Event.DISPUTE_OPENED, customer, row, at or start_of(company, on))
    return row


def close_dispute(
    company: Company,
    dispute: Dispute,
    *,
    on: date,
    outcome: Outcome | None = None,
    at: datetime | None = None,
) -> None:
    """The dispute is over from ``on``; the invoice still teaches no habit. Raises OtherCompany."""
    own(company, dispute)
    with transaction.atomic():
        dispute.closed_on = on
        dispute.outcome = outcome.value if outcome else None  # type: ignore[assignment]
        dispute.save(update_fields=["closed_on", "outcome"])
        touch(company.pk, [dispute.customer_id])
        instant = at or start_of(company, on)
        _tell(company, Event.DISPUTE_CLOSED, dispute.customer, dispute, instant)


def _tell(company: Company, event: Event, customer: Customer, row: Dispute, at: datetime) -> None:
    told = {"customer": customer_data(customer), "dispute": dispute_data(row)}
    announce(company, event, told, at)


def _teach_otherwise(company: Company, customer: Customer) -> None:
    contested = contested_invoices(company.pk, [customer.pk])
    derive_again(company.pk, [customer.pk], due_calendar(company), contested)
    touch(company.pk, [customer.pk])


def close_disputes(company: Company, customer: Customer, invoice: Invoice, *, on: date) -> int:
    """Close every open dispute of an invoice; returns how many there were. Raises OtherCompany."""
    own(company, customer, invoice)
    rows = Dispute.objects.of(company.pk).filter(
        customer=customer, invoice=invoice.key, closed_on=None
    )
    count = 0
    for row in rows:
        close_dispute(company, row, on=on)
        count += 1
    return count

"""Disputes: open one on an invoice, for all of it or an amount; close it."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import uuid4

from django.db import transaction

from amiable.desk.access import own
from amiable.desk.calendar import due_calendar
from amiable.desk.derive import derive_again
from amiable.desk.event import Event, customer_data, dispute_data
from amiable.desk.webhook import announce, start_of
from amiable.engine.dispute import Ground, Outcome, note_that_ends
from amiable.engine.money import Money
from amiable.store.customer import keys_of, touch
from amiable.store.dispute import (
    CreditNotes,
    awaiting_credit,
    contested_invoices,
    credit_notes_since,
    settled_among,
)
from amiable.store.models import Company, Customer, Dispute, Invoice, User
from amiable.store.timeline import dispute_value


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
) -> bool:
    """The dispute is over from ``on``; the invoice still teaches no habit. False when it was over
    already: the first to say how it ended is right. Raises OtherCompany."""
    own(company, dispute)
    with transaction.atomic():
        touch(company.pk, [dispute.customer_id])
        ended = outcome.value if outcome else None
        rows = Dispute.objects.of(company.pk).filter(pk=dispute.pk, closed_on=None)
        if not rows.update(closed_on=on, outcome=ended):
            return False
        dispute.closed_on, dispute.outcome = on, ended  # type: ignore[assignment]
        instant = at or start_of(company, on)
        _tell(company, Event.DISPUTE_CLOSED, dispute.customer, dispute, instant)
    return True


def expect_credit(
    company: Company, dispute: Dispute, *, on: date, amount: Money | None = None
) -> bool:
    """The customer is right: a credit note of ``amount`` (None: of all that is contested) follows.

    That part is not chased until the credit note is in the ledger (`close_credited`); after
    `CREDIT_DAYS` the dispute comes back to its owner as one whose credit note is missing. False
    when it was closed or granted meanwhile. Raises ValueError for an amount that is not above zero
    or is more than is contested; OtherCompany.
    """
    own(company, dispute)
    if amount is not None:
        contested = dispute.amount_minor
        if amount.minor <= 0 or (contested is not None and amount.minor > contested):
            raise ValueError(f"{amount}: give a part of what is contested")
        if contested is not None and amount.currency != dispute.currency:
            raise ValueError(f"{amount}: the dispute is in {dispute.currency}")
    with transaction.atomic():
        touch(company.pk, [dispute.customer_id])
        rows = Dispute.objects.of(company.pk).filter(pk=dispute.pk, closed_on=None, granted_on=None)
        minor = amount.minor if amount else None
        currency = amount.currency if amount else dispute.currency
        if not rows.update(granted_on=on, granted_minor=minor, currency=currency):
            return False
        dispute.granted_on, dispute.granted_minor, dispute.currency = on, minor, currency
    return True


def give_owner(company: Company, disputes: Sequence[Dispute], owner: User | None) -> int:
    """Somebody (None: nobody) looks after some disputes from now on; how many changed hands.

    Raises OtherCompany.
    """
    own(company, *disputes)
    moved = [row for row in disputes if row.owner_id != (owner.pk if owner else None)]
    rows = Dispute.objects.of(company.pk).filter(pk__among=[row.pk for row in moved])
    return rows.update(owner=owner)


def close_credited(company: Company, today: date) -> int:
    """Close the disputes whose credit note has come, or of whose invoice nothing is left; how
    many. A credit note nobody tied to an invoice ends one dispute of its very amount."""
    rows = awaiting_credit(company.pk)
    if not rows:
        return 0
    pks = sorted({row.customer_id for row in rows})
    settled = settled_among(company.pk, sorted({row.invoice for row in rows}))
    notes = credit_notes_since(company.pk, pks, min(row.opened_on for row in rows))
    keys = keys_of(company.pk, pks)
    closed = 0
    for row in rows:
        outcome = _credited(row, keys, notes, settled)
        if outcome is not None:
            closed += close_dispute(company, row, on=today, outcome=outcome)
    return closed


def _credited(
    row: Dispute, keys: dict[int, str], notes: CreditNotes, settled: set[str]
) -> Outcome | None:
    """How a granted dispute ended; None: its credit note has not come. A note is used once."""
    value = dispute_value(row, keys)
    tied = sum(minor for on, minor in notes.tied[row.invoice] if on >= row.opened_on)
    loose = [one for one in notes.untied[row.customer_id] if one[0] >= row.opened_on]
    place = note_that_ends(value, tied, [minor for _, minor in loose])
    if place is not None and place >= 0:
        notes.untied[row.customer_id].remove(loose[place])
    if place is None and row.invoice not in settled:
        return None
    if place is None and not tied:
        return Outcome.PAID
    return Outcome.PART if row.granted_minor is not None else Outcome.GRANTED


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
    return sum(close_dispute(company, row, on=on) for row in rows)

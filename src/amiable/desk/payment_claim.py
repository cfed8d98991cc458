"""Claims of payment: the customer says it has paid; the money is looked for, not asked for."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import uuid4

from django.db import transaction

from amiable.desk.access import own
from amiable.desk.event import Event, claim_data, customer_data
from amiable.desk.hold import DateRefused
from amiable.desk.webhook import announce
from amiable.engine.money import Money
from amiable.engine.payment_claim import has_come
from amiable.store.customer import keys_of, touch
from amiable.store.models import Company, Customer, Incoming, PaymentClaim
from amiable.store.payment_claim import due_and_open, keys_unknown, open_claims, same_claim
from amiable.store.promise import money_received
from amiable.store.timeline import payment_claim_value

_LONGEST = 140


def record_claim(
    company: Company,
    customer: Customer,
    *,
    said_on: date,
    paid_on: date | None = None,
    amount: Money | None = None,
    reference: str = "",
    invoices: Sequence[str] = (),
    incoming: Incoming | None = None,
    at: datetime,
) -> PaymentClaim:
    """On ``said_on`` the customer said it has paid: those ``invoices`` (keys; none named: all that
    is due by then) are not chased while the money may be on its way.

    ``paid_on``: when, if it said so; ``amount`` None: all of them; ``reference``: of its transfer;
    ``incoming``: the message it said so in; ``at``: when it was recorded. Said twice while the
    first is open, it is recorded once. Raises DateRefused when ``paid_on`` is after ``said_on``
    (that would be a promise), ValueError for an amount of zero or an invoice that is not the
    customer's, OtherCompany.
    """
    own(company, customer)
    if paid_on is not None and paid_on > said_on:
        raise DateRefused(f"{paid_on} is after {said_on}: what will be paid is a promise")
    if amount is not None and amount.minor <= 0:
        raise ValueError(f"{amount}: a payment is of more than zero")
    if invoices and (unknown := keys_unknown(company.pk, customer.pk, invoices)):
        raise ValueError(f"{', '.join(sorted(unknown))}: no invoice of {customer.name}")
    row = PaymentClaim(
        company_id=company.pk,
        customer=customer,
        key=f"claim|{uuid4().hex}",
        said_on=said_on,
        paid_on=paid_on,
        reference=reference.strip()[:_LONGEST],
        amount_minor=amount.minor if amount else None,
        currency=amount.currency if amount else "",
        invoices=list(invoices),
        incoming=incoming,
    )
    with transaction.atomic():
        touch(company.pk, [customer.pk])  # whoever says it twice at once waits here
        known = same_claim(row)
        if known is not None:
            return known
        row.save()
        told = {"customer": customer_data(customer), "claim": claim_data(row)}
        announce(company, Event.PAYMENT_CLAIMED, told, at)
    return row


def close_claim(company: Company, claim: PaymentClaim, *, found: bool, on: date) -> bool:
    """Somebody looked: the money was ``found``, or is no longer waited for and the reminders go
    on. False when it is closed already. Raises OtherCompany."""
    own(company, claim)
    with transaction.atomic():
        touch(company.pk, [claim.customer_id])
        rows = PaymentClaim.objects.of(company.pk).filter(pk=claim.pk, closed_on=None)
        if not rows.update(closed_on=on, found=found):
            return False
        claim.closed_on, claim.found = on, found
    return True


def close_come(company: Company, today: date) -> int:
    """Close the claims whose money has come, or of which nothing is left to pay; how many."""
    rows = open_claims(company.pk, today)
    if not rows:
        return 0
    pks = sorted({row.customer_id for row in rows})
    keys = keys_of(company.pk, pks)
    values = {row.pk: payment_claim_value(row, keys) for row in rows}
    received = money_received(company.pk, pks, min(one.from_on for one in values.values()))
    left = due_and_open(company.pk, pks)
    closed = 0
    for row in rows:
        claim = values[row.pk]
        still_open = any(claim.covers(key, due) for key, due in left.get(row.customer_id, ()))
        if not still_open or has_come(claim, received.get(row.customer_id, ()), today):
            closed += close_claim(company, row, found=True, on=today)
    return closed

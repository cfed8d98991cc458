"""Customer: a person says what a customer is like; no import says otherwise afterwards."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction

from amiable.desk.access import Actor, OtherCompany, own
from amiable.desk.audit import recorded, subject
from amiable.desk.due import apply_terms
from amiable.desk.event import Event, customer_data
from amiable.desk.plan import redraw
from amiable.desk.webhook import announce
from amiable.store.company import lock_company
from amiable.store.customer import touch, with_columns, without_column
from amiable.store.models import Customer

FIELDS = (
    "name", "kind", "siren", "country", "language", "preferred_channel", "terms", "segment",
    "policy", "autopay", "do_not_contact", "insolvent_on",
)  # fmt: skip
"""What a person may decide of a customer, by column."""

IMPORTED = (
    "name", "kind", "siren", "country", "language", "terms", "segment", "autopay", "insolvent_on",
)  # fmt: skip
"""Those of `FIELDS` that an import decides too, as long as no person did."""


def change_customer(
    actor: Actor, customer: Customer, values: Mapping[str, Any], *, today: date, at: datetime
) -> tuple[str, ...]:
    """Write what a person decided; the columns that differ from before.

    They are remembered as decided by hand: an import leaves them alone. The audit entry keeps
    what was before and what is now. Raises OtherCompany.
    """
    company = actor.company
    own(company, customer)
    with transaction.atomic():
        lock_company(company)
        changes = {
            name: [_plain(getattr(customer, name)), _plain(values[name])]
            for name in FIELDS
            if name in values and getattr(customer, name) != values[name]
        }
        if not changes:
            return ()
        with recorded(
            actor, "customer_changed", at=at, customer=customer, n=len(changes), changes=changes
        ) as entry:
            _write(customer, {name: values[name] for name in changes})
            entry.subject = subject(customer)
            announce(company, Event.CUSTOMER_CHANGED, {"customer": customer_data(customer)}, at)
        if "terms" in changes and customer.terms:
            apply_terms(company, None, [customer])
        touch(company.pk, [customer.pk])
        redraw(company, [customer.pk], today)
    return tuple(changes)


def give_back(actor: Actor, customer: Customer, name: str, *, at: datetime) -> bool:
    """Let imports decide a column of `IMPORTED` again; False when they do already.

    Its value stays until one says otherwise, so no plan changes now. Raises OtherCompany, also
    for a column that no import decides.
    """
    company = actor.company
    own(company, customer)
    if name not in IMPORTED:
        raise OtherCompany(company, "field")
    with transaction.atomic():
        lock_company(company)
        customer.refresh_from_db(fields=["by_hand"])
        if name not in customer.by_hand.split():
            return False
        with recorded(actor, "customer_given_back", at=at, customer=customer, field=name) as entry:
            customer.by_hand = without_column(customer.by_hand, name)
            customer.save(update_fields=["by_hand"])
            entry.subject = subject(customer)
        touch(company.pk, [customer.pk])
    return True


def _write(customer: Customer, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        setattr(customer, name, value)
    if "segment" in values:
        customer.current_segment = values["segment"] or customer.current_segment
    customer.by_hand = with_columns(customer.by_hand, values)
    customer.save(update_fields=[*values, "by_hand", "current_segment"])


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value

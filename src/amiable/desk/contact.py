"""Contacts: the people and mailboxes at a customer, kept up by hand.

One that is removed stays as a row that nobody sees: an import that names it again does not bring
it back, and the person who removed it may think better of it.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import uuid4

from django.db import transaction

from amiable.desk.access import OtherCompany, own
from amiable.engine.parties import Channel
from amiable.store.contact import contact_row
from amiable.store.customer import touch
from amiable.store.models import Company, Contact, Customer

FIELDS = ("role", "name", "email", "phone", "address", "language", "opted_out", "refuses")


def contact_for(company: Company, customer: Customer, pk: int) -> Contact:
    """A contact of a customer, removed ones too. Raises OtherCompany."""
    own(company, customer)
    row = contact_row(company.pk, customer.pk, pk)
    if row is None:
        raise OtherCompany(company, "contact")
    return row


def add_contact(company: Company, customer: Customer, values: Mapping[str, Any]) -> Contact:
    """A new contact, of the columns in FIELDS. Raises OtherCompany."""
    own(company, customer)
    with transaction.atomic():
        row = Contact.objects.of(company.pk).create(
            company_id=company.pk,
            customer=customer,
            key=f"contact|{uuid4().hex}",
            **{name: values[name] for name in FIELDS if name in values},
        )
        touch(company.pk, [customer.pk])
    return row


def change_contact(company: Company, row: Contact, values: Mapping[str, Any]) -> dict[str, Any]:
    """Write new values; what changed, as column -> [before, after].

    Another e-mail address is no longer one that bounced, another number none that proved wrong,
    another postal address none a letter came back from.
    Raises OtherCompany.
    """
    own(company, row)
    changes = {
        name: [getattr(row, name), values[name]]
        for name in FIELDS
        if name in values and getattr(row, name) != values[name]
    }
    with transaction.atomic():
        for name, (_, after) in changes.items():
            setattr(row, name, after)
        if "email" in changes:
            row.bounced_on = None
        if "phone" in changes:
            row.wrong_on = None
        if "address" in changes:
            row.returned_on = None
        row.save(update_fields=[*changes, "bounced_on", "wrong_on", "returned_on"])
        touch(company.pk, [row.customer_id])
    return changes


def remove_contact(company: Company, row: Contact, *, on: date | None) -> None:
    """Take a contact away on a day; None brings it back. Raises OtherCompany."""
    own(company, row)
    with transaction.atomic():
        row.removed_on = on
        row.save(update_fields=["removed_on"])
        touch(company.pk, [row.customer_id])


def clear_bounce(company: Company, row: Contact) -> None:
    """The address works again: it may be written to. Raises OtherCompany."""
    own(company, row)
    with transaction.atomic():
        row.bounced_on = None
        row.save(update_fields=["bounced_on"])
        touch(company.pk, [row.customer_id])


def post_reaches(company: Company, row: Contact) -> None:
    """Letters arrive at the postal address after all. Raises OtherCompany."""
    own(company, row)
    with transaction.atomic():
        row.returned_on = None
        row.save(update_fields=["returned_on"])
        touch(company.pk, [row.customer_id])


def number_is_wrong(company: Company, row: Contact, *, on: date | None) -> None:
    """The telephone number proved wrong on a day; None: it works after all. Raises OtherCompany."""
    own(company, row)
    with transaction.atomic():
        row.wrong_on = on
        row.save(update_fields=["wrong_on"])
        touch(company.pk, [row.customer_id])


def refuse(company: Company, row: Contact, channel: Channel) -> bool:
    """The contact wants nothing more by a channel; False: it had said so. Raises OtherCompany."""
    own(company, row)
    with transaction.atomic():
        if channel.value in row.refuses:
            return False
        row.refuses = [*row.refuses, channel.value]
        row.save(update_fields=["refuses"])
        touch(company.pk, [row.customer_id])
    return True


def accept(company: Company, row: Contact, channel: Channel) -> bool:
    """The contact may be written to by a channel again; False: it refused nothing. Raises
    OtherCompany."""
    own(company, row)
    with transaction.atomic():
        if channel.value not in row.refuses:
            return False
        row.refuses = [one for one in row.refuses if one != channel.value]
        row.save(update_fields=["refuses"])
        touch(company.pk, [row.customer_id])
    return True

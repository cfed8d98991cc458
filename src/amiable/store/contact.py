"""Contacts in the database, for who keeps them up by hand."""

from amiable.store.models import Contact


def contact_row(company: int, customer: int, pk: int) -> Contact | None:
    """A contact of a customer, removed ones too."""
    return Contact.objects.of(company).filter(customer_id=customer, pk=pk).first()


def contact_with_key(company: int, customer: int, key: str) -> Contact | None:
    """A contact of a customer by its key."""
    return Contact.objects.of(company).filter(customer_id=customer, key=key).first()


def list_contacts(company: int, customer: int) -> list[Contact]:
    """The contacts of a customer that nobody removed, in the order they came."""
    rows = Contact.objects.of(company).filter(customer_id=customer, removed_on=None)
    return list(rows.order_by("pk"))


def refuse_channel(row: Contact, channel: str) -> None:
    """A contact wants nothing by a channel any more."""
    row.refuses = sorted({*row.refuses, channel})
    row.save(update_fields=["refuses"])

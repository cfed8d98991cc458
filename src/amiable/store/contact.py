"""Contacts in the database, for who keeps them up by hand."""

from collections import defaultdict
from collections.abc import Sequence

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


def contacts_of(company: int, pks: Sequence[int]) -> dict[int, list[Contact]]:
    """By customer, the contacts that nobody removed, in the order they came."""
    found: dict[int, list[Contact]] = defaultdict(list)
    rows = Contact.objects.of(company).filter(customer_id__among=pks, removed_on=None)
    for row in rows.order_by("pk"):
        found[row.customer_id].append(row)
    return found


def refuse_channel(row: Contact, channel: str) -> None:
    """A contact wants nothing by a channel any more."""
    row.refuses = sorted({*row.refuses, channel})
    row.save(update_fields=["refuses"])


def contact_anywhere(pk: int) -> Contact | None:
    """A contact that nobody removed, of whatever company: who asks has its signed address."""
    # Everywhere: the signature names the contact, and stood in a message to it alone.
    rows = Contact.everywhere.filter(pk=pk, removed_on=None)
    found: Contact | None = rows.select_related("company", "customer").first()
    return found


def contacts_written_to(company: int, email: str) -> list[Contact]:
    """The contacts with an e-mail address, however its letters are written."""
    rows = Contact.objects.of(company).filter(
        email__iexact=email, removed_on=None, customer__merged_into=None
    )
    return list(rows.select_related("customer").order_by("pk"))

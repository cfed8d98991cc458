"""Customers and their contacts: rows to values and back."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date

from django.db.models import F

from amiable.engine import parties
from amiable.engine.days import parse_terms
from amiable.engine.parties import Channel, ContactRole, CustomerKind, Language, Segment
from amiable.store.bulk import chunks
from amiable.store.models import Contact, Customer


class CustomerUnknown(LookupError):
    """No customer of this company has this key."""


def customer_row(company: int, key: str) -> Customer:
    """The row of a customer's key; raises CustomerUnknown."""
    row = Customer.objects.of(company).filter(key=key).first()
    if row is None:
        raise CustomerUnknown(key)
    return row


def find_customers(company: int, words: str) -> list[Customer]:
    """Customers whose key is ``words``, else whose name holds them; by name, 20 at most."""
    exact = list(Customer.objects.of(company).filter(key__iexact=words)[:1])
    named = Customer.objects.of(company).filter(name__icontains=words)
    return exact or list(named.order_by("name", "pk")[:20])


def load_customers(company: int, pks: Sequence[int]) -> dict[int, parties.Customer]:
    """Customers with their contacts, by primary key."""
    contacts = _contacts(company, pks)
    rows = (
        row
        for part in chunks(pks)
        for row in Customer.objects.of(company)
        .filter(pk__in=part)
        .values_list(
            "pk", "key", "name", "kind", "country", "language", "preferred_channel", "terms",
            "segment", "policy", "siren", "autopay", "do_not_contact", "insolvent_on",
        )
    )  # fmt: skip
    return {row[0]: _customer(row, contacts.get(row[0], [])) for row in rows}


def _customer(row: tuple, contacts: list[parties.Contact]) -> parties.Customer:  # type: ignore[type-arg]
    (_, key, name, kind, country, language, channel, terms, segment, policy, siren, *flags) = row
    autopay, do_not_contact, insolvent_on = flags
    return parties.Customer(
        key=key,
        name=name,
        kind=CustomerKind(kind),
        country=country,
        language=Language(language),
        preferred_channel=Channel(channel) if channel else None,
        terms=parse_terms(terms) if terms else None,
        segment=Segment(segment) if segment else None,
        policy=policy,
        siren=siren,
        autopay=autopay,
        do_not_contact=do_not_contact,
        insolvent_on=insolvent_on,
        contacts=tuple(contacts),
    )


def _contacts(company: int, pks: Sequence[int]) -> dict[int, list[parties.Contact]]:
    by_customer: dict[int, list[parties.Contact]] = defaultdict(list)
    for part in chunks(pks):
        rows = Contact.objects.of(company).filter(customer_id__in=part).order_by("pk")
        for row in rows.values_list(
            "customer_id", "key", "role", "name", "email", "phone", "address", "language",
            "bounced_on", "opted_out", "customer__key",
        ):  # fmt: skip
            by_customer[row[0]].append(
                parties.Contact(
                    key=row[1],
                    customer=row[10],
                    role=ContactRole(row[2]),
                    name=row[3],
                    email=row[4],
                    phone=row[5],
                    address=row[6],
                    language=Language(row[7]) if row[7] else None,
                    bounced_on=row[8],
                    opted_out=row[9],
                )
            )
    return by_customer


def customers_by_key(company: int, keys: Iterable[str]) -> dict[str, Customer]:
    """Rows of those keys that exist."""
    wanted = list(keys)
    return {
        row.key: row
        for at in range(0, len(wanted), 500)
        for row in Customer.objects.of(company).filter(key__in=wanted[at : at + 500])
    }


def touch(company: int, pks: Iterable[int]) -> None:
    """Facts of these customers changed: the plan decides them anew."""
    for part in chunks(sorted(set(pks))):
        rows = Customer.objects.of(company).filter(pk__in=part)
        rows.update(version=F("version") + 1)


def touch_all(company: int) -> None:
    """Something that concerns every customer changed: policy, habits, calendar."""
    Customer.objects.of(company).update(version=F("version") + 1)


def keys_of(company: int, pks: Sequence[int]) -> dict[int, str]:
    """Customer keys by primary key."""
    return {
        pk: key
        for part in chunks(pks)
        for pk, key in Customer.objects.of(company).filter(pk__in=part).values_list("pk", "key")
    }


def mark_bounced(company: int, address: str, on: date) -> list[int]:
    """An address failed for good; returns the customers concerned."""
    rows = Contact.objects.of(company).filter(email__iexact=address, bounced_on=None)
    pks = list(rows.values_list("customer_id", flat=True))
    rows.update(bounced_on=on)
    return pks

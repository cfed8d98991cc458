"""Customers and their contacts: rows to values and back."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.db.models import F, Q, QuerySet, Sum

from amiable.engine import parties
from amiable.engine.days import parse_terms
from amiable.engine.parties import Channel, ContactRole, CustomerKind, Language, Segment
from amiable.store.bulk import chunks, insert_rows, known_keys, reserve_ids
from amiable.store.models import Company, Contact, Credit, Customer, Invoice, User
from amiable.store.spelling import plain
from amiable.words.phone import mobile


class CustomerUnknown(LookupError):
    """No customer of this company has this key."""


def customer_row(company: int, key: str) -> Customer:
    """The row of a customer's key; raises CustomerUnknown."""
    row = Customer.objects.of(company).filter(key=key).first()
    if row is None:
        raise CustomerUnknown(key)
    return row


def visible_customers(company: int, collectors: Sequence[int] | None) -> QuerySet[Customer]:
    """The customers of a company that are not merged away; of some collectors only, if given."""
    rows = Customer.objects.of(company).filter(merged_into=None)
    return rows if collectors is None else rows.filter(collector_id__in=collectors)


def collector_of(row: Customer) -> User | None:
    """Whose customer it is."""
    return User.objects.filter(pk=row.collector_id).first() if row.collector_id else None


def find_customers(company: int, words: str) -> list[Customer]:
    """Customers whose key is ``words``, else whose name holds them; by name, 20 at most."""
    rows = visible_customers(company, None)
    exact = list(rows.filter(key__iexact=words)[:1])
    named = rows.filter(name__icontains=words)
    return exact or list(named.order_by("name", "pk")[:20])


def search_customers(company: int, collectors: Sequence[int] | None, words: str) -> list[Customer]:
    """Customers a person may see whose name, code or SIREN holds ``words``; 20 at most."""
    rows = visible_customers(company, collectors).filter(plain__contains=plain(words))
    return list(rows.order_by("name", "pk")[:20])


def load_customers(company: int, pks: Sequence[int]) -> dict[int, parties.Customer]:
    """Customers with their contacts, by primary key."""
    contacts = _contacts(company, pks)
    rows = (
        row
        for row in Customer.objects.of(company)
        .filter(pk__among=pks)
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
    rows = Contact.objects.of(company).filter(customer_id__among=pks, removed_on=None)
    rows = rows.order_by("pk")
    for row in rows.values_list(
        "customer_id", "key", "role", "name", "email", "phone", "address", "language",
        "bounced_on", "opted_out", "customer__key", "wrong_on", "refuses", "customer__country",
        "returned_on",
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
                returned_on=row[14],
                opted_out=row[9],
                mobile=mobile(row[5], row[13]),
                wrong_on=row[11],
                refuses=tuple(Channel(one) for one in row[12]),
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


def with_columns(by_hand: str, names: Iterable[str]) -> str:
    """``Customer.by_hand`` with some more columns in it."""
    return " ".join(sorted({*by_hand.split(), *names}))


def without_column(by_hand: str, name: str) -> str:
    """``Customer.by_hand`` without one of its columns."""
    return " ".join(sorted({*by_hand.split()} - {name}))


def merged_away(company: int) -> dict[int, int]:
    """Customers that turned out to be another: primary key -> that of the one kept in the end."""
    rows = Customer.objects.of(company).filter(merged_into__isnull=False)
    into = dict(rows.values_list("pk", "merged_into_id"))
    found = {}
    for gone in into:
        kept = gone
        while kept in into:
            kept = into[kept]
        found[gone] = kept
    return found


def touch(company: int, pks: Iterable[int]) -> None:
    """Facts of these customers changed: the plan decides them anew."""
    for part in chunks(sorted(set(pks))):
        rows = Customer.objects.of(company).filter(pk__in=part)
        rows.update(version=F("version") + 1)


def touch_unmoved(company: int, pk: int, version: int) -> bool:
    """Touch a customer, if no fact of it changed since it had this version; whether it is so."""
    rows = Customer.objects.of(company).filter(pk=pk, version=version)
    return bool(rows.update(version=F("version") + 1))


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


def versions_of(company: int, pks: Sequence[int]) -> dict[int, int]:
    """Primary key -> version, which rises with every fact that may change a decision."""
    rows = Customer.objects.of(company).filter(pk__among=pks)
    return dict(rows.values_list("pk", "version"))


def mark_bounced(company: int, address: str, on: date) -> list[int]:
    """An address failed for good; returns the customers concerned."""
    rows = Contact.objects.of(company).filter(email__iexact=address, bounced_on=None)
    pks = list(rows.values_list("customer_id", flat=True))
    rows.update(bounced_on=on)
    return pks


def add_customers(
    company: Company, run: int | None, records: Sequence[Mapping[str, Any]]
) -> dict[str, int]:
    """Insert customers from their columns by name (``key`` at least); key -> primary key.

    What is left out takes its default; language and country the company's.
    """
    ids = reserve_ids(Customer, len(records))
    defaults = {
        "kind": CustomerKind.BUSINESS.value,
        "country": company.country,
        "language": company.language,
        "terms": "",
        "segment": None,
        "policy": "",
        "siren": "",
        "autopay": False,
        "do_not_contact": False,
        "insolvent_on": None,
    }
    fields = ("key", "name", *defaults)
    rows = ({"name": record["key"], **defaults, **record} for record in records)
    insert_rows(
        Customer,
        ("id", "company", "version", "import_run", *fields),
        (
            (pk, company.pk, 1, run, *(row[name] for name in fields))
            for pk, row in zip(ids, rows, strict=True)
        ),
    )
    return {record["key"]: pk for pk, record in zip(ids, records, strict=True)}


def all_names(company: int) -> list[tuple[int, str]]:
    """(primary key, name) of all customers."""
    return list(Customer.objects.of(company).values_list("pk", "name"))


def change_customers(changes: Iterable[tuple[Customer, dict[str, Any]]]) -> None:
    """Write new column values of some customers."""
    for row, values in changes:
        for name, value in values.items():
            setattr(row, name, value)
        row.save(update_fields=list(values))


def add_contacts(
    company: int, run: int | None, contacts: Sequence[tuple[int, parties.Contact]]
) -> list[int]:
    """Insert contacts that are not known (by key); returns the customer of each new one."""
    known = known_keys(Contact, company, [contact.key for _, contact in contacts])
    new = [(pk, contact) for pk, contact in contacts if contact.key not in known]
    Contact.objects.of(company).bulk_create(
        Contact(
            company_id=company,
            customer_id=pk,
            key=contact.key,
            role=contact.role.value,
            name=contact.name,
            email=contact.email,
            phone=contact.phone,
            address=contact.address,
            language=contact.language.value if contact.language else None,  # type: ignore[misc]
            import_run_id=run,
        )
        for pk, contact in new
    )
    return [pk for pk, _ in new]


def known_terms(company: int) -> list[tuple[str, str]]:
    """(customer key, payment terms in words) of the customers whose terms a person gave."""
    rows = Customer.objects.of(company).exclude(terms="")
    return list(rows.values_list("key", "terms"))


def list_customers(company: int, words: str = "") -> list[Customer]:
    """Customers by name; those whose key or name holds ``words``, if given."""
    rows = Customer.objects.of(company)
    if words:
        rows = rows.filter(Q(key__iexact=words) | Q(name__icontains=words))
    return list(rows.order_by("name", "pk"))


def open_sums(company: int) -> dict[int, dict[str, int]]:
    """What each customer owes in all: customer -> currency -> minor units, credits taken off."""
    sums: dict[int, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for model, sign in ((Invoice, 1), (Credit, -1)):
        rows = model.objects.of(company).values("customer_id", "currency")
        for row in rows.annotate(sum=Sum("amount_minor")):
            sums[row["customer_id"]][row["currency"]] += sign * row["sum"]
    return sums

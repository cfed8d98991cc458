"""A company in the database with customers that owe, made through the desk's own verbs."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

from amiable.desk.company import create_company
from amiable.desk.import_reading import ImportReport, import_reading
from amiable.engine import parties
from amiable.engine.ledger import Credit, CreditKind, Invoice
from amiable.engine.money import Money
from amiable.engine.parties import Contact, ContactRole
from amiable.sources.reading import CustomerFacts, CustomerRecord
from amiable.store.customer import customer_row
from amiable.store.models import Company, Customer, PlanEntry
from tests.stories.desk_house import Page
from tests.stories.past import past

TODAY = date(2026, 3, 10)  # a Tuesday
DAY = timedelta(days=1)


def at(on: date) -> datetime:
    return datetime.combine(on, time(8), tzinfo=UTC)


def eur(minor: int) -> Money:
    return Money(minor=minor, currency="EUR")


def new_company(key: str = "fournil", on: date = TODAY) -> Company:
    identity = parties.Company(
        key=key,
        name=key.title(),
        iban="FR7630006000011234567890189",
        email=f"{key}@example.test",
    )
    return create_company(identity, at=at(on))


def invoice(who: str, number: str, due_on: date, minor: int = 100_000, **more: object) -> Invoice:
    """An invoice of 30 days, unless told otherwise."""
    plain = Invoice(
        key=number,
        customer=who,
        number=number,
        issued_on=due_on - timedelta(days=30),
        due_on=due_on,
        amount=eur(minor),
    )
    return replace(plain, **more)


def payment(who: str, key: str, on: date, minor: int = 100_000, **more: object) -> Credit:
    plain = Credit(key=key, customer=who, number="", received_on=on, amount=eur(minor))
    return replace(plain, **more)


def credit_note(who: str, key: str, on: date, minor: int) -> Credit:
    return payment(who, key, on, minor, kind=CreditKind.CREDIT_NOTE)


def mailbox(who: str, role: ContactRole = ContactRole.ACCOUNTANT, phone: str = "") -> Contact:
    name = who.lower()
    return Contact(
        key=f"contact|{name}|{role.value}",
        customer=who,
        role=role,
        name=f"Contact {who}",
        email=f"{role.value}@{name}.test",
        phone=phone,
    )


def facts(
    who: str,
    invoices: Sequence[Invoice] = (),
    credits: Sequence[Credit] = (),
    contacts: Sequence[Contact] = (),
    **record: object,
) -> CustomerFacts:
    known = CustomerRecord(**({"key": who, "name": f"{who} SARL"} | record))
    return CustomerFacts(
        customer=known, invoices=tuple(invoices), credits=tuple(credits), contacts=tuple(contacts)
    )


def bring_in(company: Company, *pages: CustomerFacts, on: date = TODAY) -> ImportReport:
    return import_reading(company, Page(pages), on=on, at=at(on))


def payer(who: str, delay: int, until: date, count: int = 12, **record: object) -> CustomerFacts:
    """A customer with an accountant's mailbox that paid ``count`` invoices ``delay`` days late."""
    invoices, credits = past(who, count, [delay], 20, until)
    return facts(who, invoices, credits, [mailbox(who)], **record)


def company_with_debtors(
    names: Iterable[str] = ("A", "B"), key: str = "fournil", on: date = TODAY
) -> Company:
    """Customers that usually pay 5 days late and are 25 days late with one invoice each."""
    company = new_company(key, on)
    pages = []
    for name in names:
        page = payer(name, 5, on - timedelta(days=40))
        owed = invoice(name, f"F-{name}", on - timedelta(days=25))
        pages.append(replace(page, invoices=(*page.invoices, owed)))
    bring_in(company, *pages, on=on)
    return company


def customer(company: Company, key: str) -> Customer:
    return customer_row(company.pk, key)


def entry_of(company: Company, key: str) -> PlanEntry:
    """The entry in force of one customer."""
    rows = PlanEntry.objects.of(company.pk)
    return rows.get(customer__key=key, ended_on=None)

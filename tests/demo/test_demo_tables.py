"""The demo's spreadsheets, read by the table reader as a user's own would be."""

from datetime import date
from pathlib import Path

import pytest

from amiable.demo.roster import CUSTOMERS
from amiable.demo.stories import Story
from amiable.demo.write import DemoFiles, write_demo
from amiable.engine.ledger import DueBasis
from amiable.engine.parties import ContactRole, CustomerKind, Language
from amiable.sources.reading import CustomerFacts
from amiable.sources.table import open_table

TODAY = date(2026, 11, 22)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> DemoFiles:
    return write_demo(tmp_path_factory.mktemp("demo"), TODAY)


def read(path: Path) -> dict[str, CustomerFacts]:
    reading = open_table(path)
    facts = {item.customer.key: item for item in reading.facts()}
    assert reading.refusals == []
    assert reading.warnings == []
    return facts


def test_customers_come_with_their_kind_language_terms_and_direct_debit(files: DemoFiles) -> None:
    read_back = {code: facts.customer for code, facts in read(files.customers).items()}
    for item in CUSTOMERS:
        record = read_back[item.code]
        assert (record.name, record.kind, record.country) == (item.name, item.kind, item.country)
        assert (record.language, record.terms) == (item.language, item.terms)
        assert record.autopay is (item.story is Story.AUTOPAY)
    assert {record.kind for record in read_back.values()} == set(CustomerKind)
    assert {record.language for record in read_back.values()} == set(Language)


def test_contacts_come_with_their_roles(files: DemoFiles) -> None:
    contacts = [contact for facts in read(files.contacts).values() for contact in facts.contacts]
    assert {contact.customer for contact in contacts} == {item.code for item in CUSTOMERS}
    assert {contact.role for contact in contacts} >= {
        ContactRole.ACCOUNTANT,
        ContactRole.BUYER,
        ContactRole.MANAGER,
    }


def test_open_invoices_come_with_stated_due_dates_and_disputes(files: DemoFiles) -> None:
    facts = read(files.open_invoices)
    invoices = [invoice for item in facts.values() for invoice in item.invoices]
    assert {(item.customer, item.number, item.due_on) for item in invoices} == {
        (item.customer, item.number, item.due_on) for item in files.invoices
    }
    assert {invoice.due_basis for invoice in invoices} == {DueBasis.STATED}
    disputes = [dispute for item in facts.values() for dispute in item.disputes]
    disputed = {dispute.customer for dispute in disputes}
    assert all(dispute.reason for dispute in disputes)
    assert disputed == {code for code, told in files.stories.items() if told is Story.DISPUTED}

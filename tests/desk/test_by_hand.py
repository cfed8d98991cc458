"""What a person decided of a customer or a contact: no import says otherwise afterwards."""

from dataclasses import replace

import pytest

from amiable.desk.access import Actor, OtherCompany
from amiable.desk.contact import add_contact, change_contact, contact_for, remove_contact
from amiable.desk.customer import change_customer, give_back
from amiable.desk.terms import set_terms
from amiable.desk.undo_import import undo_import
from amiable.store.models import AuditEntry, Contact, Customer
from amiable.store.models.membership import Role
from tests.desk.books import TODAY, at, bring_in, customer, facts, invoice, mailbox, new_company

pytestmark = pytest.mark.django_db


@pytest.fixture
def company():
    made = new_company()
    bring_in(made, facts("A", [invoice("A", "F-1", TODAY)], contacts=[mailbox("A")]))
    return made


def change(company, **values):
    actor = Actor(company=company, role=Role.COLLECTOR, name="Léa")
    return change_customer(actor, customer(company, "A"), values, today=TODAY, at=at(TODAY))


def test_an_import_changes_what_nobody_decided_and_leaves_the_rest(company):
    assert change(company, name="A & Fils", autopay=False) == ("name",)
    bring_in(company, facts("A", name="A (ancien nom)", terms="45 jours", autopay=True))
    row = customer(company, "A")
    assert (row.name, row.terms, row.autopay) == ("A & Fils", "45 jours", True)


def test_what_is_given_back_is_the_next_import_s_to_decide(company):
    change(company, name="A & Fils", kind="consumer")
    actor = Actor(company=company, role=Role.COLLECTOR, name="Léa")
    assert give_back(actor, customer(company, "A"), "name", at=at(TODAY))
    assert customer(company, "A").name == "A & Fils", "until an import says otherwise"
    assert not give_back(actor, customer(company, "A"), "name", at=at(TODAY))
    bring_in(company, facts("A", name="A of the file"))
    row = customer(company, "A")
    assert (row.name, row.kind, row.by_hand) == ("A of the file", "consumer", "kind")


@pytest.mark.parametrize("name", ["policy", "by_hand", ""])
def test_what_no_import_decides_is_not_given_back(company, name):
    actor = Actor(company=company, role=Role.COLLECTOR, name="Léa")
    with pytest.raises(OtherCompany):
        give_back(actor, customer(company, "A"), name, at=at(TODAY))


def test_terms_that_a_person_gave_stay(company):
    set_terms(company, customer(company, "A"), "60 jours")
    bring_in(company, facts("A", terms="30 jours"))
    assert customer(company, "A").terms == "60 jours"


def test_undoing_an_import_leaves_what_a_person_decided_after_it(company):
    bring_in(company, facts("A", name="A of the file", terms="45 jours"))
    change(company, name="A & Fils")
    undo_import(company, at=at(TODAY))
    row = customer(company, "A")
    assert (row.name, row.terms) == ("A & Fils", "")


def test_the_change_is_written_down_with_what_was_before(company):
    change(company, name="A & Fils", segment="at_risk")
    entry = AuditEntry.objects.of(company.pk).get()
    assert entry.facts["changes"] == {"name": ["A SARL", "A & Fils"], "segment": [None, "at_risk"]}
    assert change(company, name="A & Fils") == ()
    assert AuditEntry.objects.of(company.pk).count() == 1


def test_a_contact_taken_away_is_not_brought_back_by_an_import(company):
    a = customer(company, "A")
    row = contact_for(company, a, Contact.objects.of(company.pk).get().pk)
    remove_contact(company, row, on=TODAY)
    bring_in(company, facts("A", contacts=[mailbox("A")]))
    assert Contact.objects.of(company.pk).get().removed_on == TODAY
    remove_contact(company, row, on=None)
    assert Contact.objects.of(company.pk).get().removed_on is None


def test_a_contact_changed_by_hand_stays_so(company):
    row = Contact.objects.of(company.pk).get()
    changes = change_contact(company, row, {"email": "new@a.test"})
    assert changes == {"email": ["accountant@a.test", "new@a.test"]}
    bring_in(company, facts("A", contacts=[mailbox("A")]))
    assert Contact.objects.of(company.pk).get().email == "new@a.test"


def test_another_address_is_no_longer_the_one_that_bounced(company):
    row = Contact.objects.of(company.pk).get()
    row.bounced_on = TODAY
    row.save()
    change_contact(company, row, {"name": "Zoé"})
    assert row.bounced_on == TODAY
    change_contact(company, row, {"email": "new@a.test"})
    assert row.bounced_on is None


def test_every_change_of_a_contact_has_the_customer_decided_anew(company):
    version = customer(company, "A").version
    row = add_contact(company, customer(company, "A"), {"role": "main", "phone": "+33240000012"})
    change_contact(company, row, {"role": "legal"})
    remove_contact(company, row, on=TODAY)
    assert customer(company, "A").version == version + 3
    assert Customer.objects.of(company.pk).count() == 1


def test_two_records_of_a_file_about_one_customer_still_agree(company):
    change(company, name="A & Fils")
    page = facts("A", [invoice("A", "F-2", TODAY)])
    bring_in(company, page, replace(page, invoices=(invoice("A", "F-3", TODAY),)))
    assert customer(company, "A").name == "A & Fils"

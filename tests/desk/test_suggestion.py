"""What an answer seems to mean, made true by a person: once, with its facts, and recorded."""

from datetime import date
from typing import Any

import pytest

from amiable.desk.access import Actor, OtherCompany
from amiable.desk.incoming import confirm, dismiss, take_in
from amiable.desk.suggestion import AlreadyDecided, FactMissing, mark_read
from amiable.store.models import (
    AuditEntry,
    Company,
    Contact,
    Customer,
    Dispute,
    Incoming,
    PaymentClaim,
    Promise,
    Reply,
    User,
)
from amiable.store.models.incoming import IncomingSource
from amiable.store.models.membership import Role
from tests.desk.books import DAY, TODAY, customer, entry_of
from tests.desk.mails import NOW, debtors, mail

pytestmark = pytest.mark.django_db


@pytest.fixture
def company() -> Company:
    return debtors()


@pytest.fixture
def actor(company: Company) -> Actor:
    return Actor(company=company, role=Role.COLLECTOR, name="Anne")


def taken(company: Company, text: str, **more: Any) -> Incoming:
    row = take_in(company, mail(text, **more), IncomingSource.MAILBOX, NOW)
    assert row is not None
    return row


def made_true(actor: Actor, row: Incoming, code: str, **facts: Any) -> Incoming:
    """Confirm with the facts that were read, or those given."""
    said = next(one for one in row.suggestions if one["code"] == code)
    return confirm(actor, row, code, {**said["facts"], **facts}, today=TODAY, at=NOW)


def test_a_promise_is_recorded_of_what_is_overdue(company: Company, actor: Actor) -> None:
    row = taken(company, "Nous paierons le 20 mars.")
    row = made_true(actor, row, "will_pay")
    promise = Promise.objects.of(company.pk).get()
    assert (promise.due_on, promise.amount_minor, promise.currency) == (
        date(2026, 3, 20), 100_000, "EUR",
    )  # fmt: skip
    assert row.decided["will_pay"]["subject"] == f"promise:{promise.pk}"
    assert Reply.objects.of(company.pk).get().read_on == TODAY
    assert (entry_of(company, "A").kind, entry_of(company, "A").code) == ("wait", "promise.running")
    entry = AuditEntry.objects.of(company.pk).get(code="answer_will_pay")
    assert entry.facts["due_on"] == "2026-03-20"


def test_a_person_may_correct_what_was_read(company: Company, actor: Actor) -> None:
    row = taken(company, "Nous paierons 500 € le 20 mars pour la facture F-A.")
    made_true(actor, row, "will_pay", on="2026-03-25", minor=40_000)
    promise = Promise.objects.of(company.pk).get()
    assert (promise.due_on, promise.amount_minor) == (date(2026, 3, 25), 40_000)
    assert promise.invoices == ["F-A"]


def test_a_suggestion_is_decided_once(company: Company, actor: Actor) -> None:
    row = taken(company, "Nous paierons le 20 mars.")
    made_true(actor, row, "will_pay")
    with pytest.raises(AlreadyDecided):
        made_true(actor, row, "will_pay")
    with pytest.raises(AlreadyDecided):
        dismiss(actor, row, "will_pay", at=NOW)
    assert Promise.objects.of(company.pk).count() == 1


def test_what_was_not_suggested_cannot_be_confirmed(company: Company, actor: Actor) -> None:
    row = taken(company, "Bonjour")
    with pytest.raises(OtherCompany):
        confirm(actor, row, "will_pay", {"on": "2026-03-20"}, today=TODAY, at=NOW)


def test_what_is_put_aside_does_nothing(company: Company, actor: Actor) -> None:
    row = taken(company, "Nous paierons le 20 mars.")
    row = dismiss(actor, row, "will_pay", at=NOW)
    assert row.decided["will_pay"]["done"] == "dismissed"
    assert not Promise.objects.of(company.pk).exists()
    assert Reply.objects.of(company.pk).get().read_on is None


def test_a_dispute_is_opened_with_the_writers_words(company: Company, actor: Actor) -> None:
    row = taken(company, "La marchandise de la facture F-A était cassée.")
    made_true(actor, row, "dispute")
    dispute = Dispute.objects.of(company.pk).get()
    assert (dispute.invoice, dispute.ground) == ("F-A", "quality")
    assert "cassée" in dispute.reason


def test_a_dispute_needs_to_be_told_of_which_invoice(company: Company, actor: Actor) -> None:
    row = taken(company, "La marchandise était cassée.")
    with pytest.raises(FactMissing, match="invoices"):
        made_true(actor, row, "dispute")
    with pytest.raises(FactMissing, match="invoices"):
        made_true(actor, row, "dispute", invoices=["F-B"])
    made_true(actor, row, "dispute", invoices=["F-A"])
    assert Dispute.objects.of(company.pk).count() == 1


def test_the_right_person_takes_the_place_of_the_wrong_one(company: Company, actor: Actor) -> None:
    text = "Je ne suis pas la bonne personne, merci d'écrire à compta@a.test."
    row = taken(company, text)
    made_true(actor, row, "wrong_person", name="Léa Roy")
    there = Contact.objects.of(company.pk).filter(customer=row.customer)
    assert there.get(email="accountant@a.test").removed_on == TODAY
    new = there.get(email="compta@a.test")
    assert (new.name, new.role, new.removed_on) == ("Léa Roy", "accountant", None)


def test_who_is_no_contact_and_names_nobody_leaves_all_as_it_is(
    company: Company, actor: Actor
) -> None:
    first = taken(company, "Bonjour")
    text = "Je ne suis pas la bonne personne."
    row = taken(
        company, text, sender="x@ailleurs.test", in_reply_to="<answer-1@a.test>", message_id="<2@x>"
    )
    assert row.customer == first.customer
    with pytest.raises(FactMissing, match="address"):
        made_true(actor, row, "wrong_person")


def test_an_absence_told_by_a_person_postpones(company: Company, actor: Actor) -> None:
    row = taken(company, "Notre comptable est absente jusqu'au 20 mars, merci de patienter.")
    made_true(actor, row, "out_of_office")
    assert entry_of(company, "A").code == "postponed"


def test_who_says_stop_gets_no_more_mail(company: Company, actor: Actor) -> None:
    row = taken(company, "STOP")
    made_true(actor, row, "stop")
    assert Contact.objects.of(company.pk).get(email="accountant@a.test").refuses == ["email"]


def test_who_says_it_is_paid_is_left_in_peace_meanwhile(company: Company, actor: Actor) -> None:
    row = taken(company, "Le virement est parti hier.")
    made_true(actor, row, "paid")
    claim = PaymentClaim.objects.of(company.pk).get()
    assert (claim.paid_on, claim.incoming) == (TODAY - DAY, row)
    assert entry_of(company, "A").kind == "wait"


def test_to_have_read_it_lets_the_reminders_go_on(company: Company, actor: Actor) -> None:
    row = taken(company, "Bonjour")
    assert mark_read(actor, row, today=TODAY, at=NOW)
    assert not mark_read(actor, row, today=TODAY, at=NOW)
    assert entry_of(company, "A").kind == "remind"


def test_an_outside_collector_decides_for_their_customers_only(company: Company) -> None:
    user = User.objects.create_user("out@fournil.test", name="Out")
    Customer.objects.of(company.pk).filter(key="B").update(collector=user)
    outside = Actor(company=company, role=Role.OUTSIDE, user=user, name="Out")
    row = taken(company, "Nous paierons le 20 mars.")
    assert row.customer == customer(company, "A")
    for deed in (lambda: dismiss(outside, row, "will_pay", at=NOW),
                 lambda: made_true(outside, row, "will_pay"),
                 lambda: mark_read(outside, row, today=TODAY, at=NOW)):  # fmt: skip
        with pytest.raises(OtherCompany):
            deed()
    assert not Promise.objects.of(company.pk).exists()


def test_a_strangers_message_must_first_be_somebodys(company: Company, actor: Actor) -> None:
    row = taken(company, "Nous paierons le 20 mars.", sender="x@ailleurs.test")
    with pytest.raises(FactMissing, match="customer"):
        made_true(actor, row, "will_pay")

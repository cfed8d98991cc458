"""Forgetting people: only where nothing is owed and nothing happened for long; facts stay."""

from datetime import date, timedelta

import pytest

from amiable.desk.access import Actor
from amiable.desk.incoming import take_in
from amiable.desk.retention import forget, look_at_forgettable
from amiable.store.models import (
    AuditEntry,
    Company,
    Contact,
    Customer,
    IncomingFile,
    Invoice,
    Note,
    OutboxRow,
)
from amiable.store.models.incoming import IncomingSource
from amiable.store.models.membership import Role
from tests.desk.books import (
    DAY,
    TODAY,
    at,
    bring_in,
    customer,
    facts,
    invoice,
    mailbox,
    new_company,
    payment,
)
from tests.desk.mails import mail

pytestmark = [pytest.mark.django_db, pytest.mark.database]

LONG_AGO = TODAY - timedelta(days=4 * 365)


def traded(who: str, paid_on: date) -> object:
    """A customer with a mailbox and one invoice, paid."""
    owed = invoice(who, f"F-{who}", paid_on - 10 * DAY)
    return facts(who, [owed], [payment(who, f"P-{who}", paid_on)], [mailbox(who)])


@pytest.fixture
def company() -> Company:
    """OLD paid four years ago; NEW last month; OWES did not; LIST was imported long ago."""
    made = new_company()
    owes = facts("OWES", [invoice("OWES", "F-OWES", LONG_AGO)], [], [mailbox("OWES")])
    bring_in(made, facts("LIST", contacts=[mailbox("LIST")]), on=LONG_AGO)
    bring_in(made, traded("OLD", LONG_AGO), traded("NEW", TODAY - 30 * DAY), owes)
    return made


@pytest.fixture
def actor(company: Company) -> Actor:
    return Actor(company=company, role=Role.ADMINISTRATOR, name="Anne")


def names(company: Company) -> tuple[str, ...]:
    return look_at_forgettable(company, TODAY).names


def test_only_whose_business_ended_long_ago_is_found(company: Company) -> None:
    assert names(company) == ("LIST SARL", "OLD SARL")
    assert look_at_forgettable(company, TODAY).since == date(2023, 3, 10)


def test_a_longer_time_keeps_them(company: Company) -> None:
    company.retention_months = 60
    assert names(company) == ()


def test_a_note_or_a_message_is_a_movement(company: Company) -> None:
    Note.objects.of(company.pk).create(
        company=company,
        customer=customer(company, "OLD"),
        written_on=TODAY - DAY,
        written_at=at(TODAY),
        text="called",
    )
    assert names(company) == ("LIST SARL",)


def message(company: Company, who: str, on: date) -> OutboxRow:
    return OutboxRow.objects.of(company.pk).create(
        company=company,
        customer=customer(company, who),
        cycle="F",
        step=1,
        state="sent",
        channel="email",
        recipient="a@b.test",
        subject="s",
        text="t",
        html="h",
        approved_on=on,
        approved_at=at(on),
        sent_on=on,
    )


def test_people_and_words_go_and_the_ledger_stays(company: Company, actor: Actor) -> None:
    sent = message(company, "OLD", LONG_AGO)
    assert forget(actor, today=TODAY, at=at(TODAY)) == 2
    kept = Contact.objects.of(company.pk).values_list("customer__key", flat=True)
    assert sorted(kept) == ["NEW", "OWES"]
    sent.refresh_from_db()
    assert (sent.recipient, sent.subject, sent.text, sent.html) == ("", "", "", "")
    assert Invoice.objects.of(company.pk).filter(customer__key="OLD").exists()
    assert Customer.objects.of(company.pk).count() == 4


def test_it_is_written_down_once(company: Company, actor: Actor) -> None:
    forget(actor, today=TODAY, at=at(TODAY))
    assert forget(actor, today=TODAY, at=at(TODAY)) == 0
    entry = AuditEntry.objects.of(company.pk).get(code="persons_forgotten")
    assert entry.facts == {"n": 2, "since": "2023-03-10"}


def test_another_company_is_left_alone(company: Company) -> None:
    other = new_company("minoterie")
    bring_in(other, traded("OLD", LONG_AGO))
    forget(Actor(company=company, role=Role.ADMINISTRATOR), today=TODAY, at=at(TODAY))
    assert Contact.objects.of(other.pk).count() == 1


def test_what_came_in_is_emptied_too(company: Company, actor: Actor) -> None:
    raw = mail("Bonjour", sender="accountant@old.test", files=(("a.pdf", "application/pdf", b"%"),))
    row = take_in(company, raw, IncomingSource.MAILBOX, at(LONG_AGO))
    assert row is not None
    assert row.customer == customer(company, "OLD")
    assert forget(actor, today=TODAY, at=at(TODAY)) == 2
    row.refresh_from_db()
    assert (row.sender, row.subject, row.text, row.answer, row.suggestions) == ("", "", "", "", [])
    assert not IncomingFile.objects.of(company.pk).exists()
    assert names(company) == ()

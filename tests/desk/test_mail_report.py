"""What an e-mail service reports of a message: written down once, and followed for its reader."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from amiable.channels.message import Delivery, Fault, Outcome, OutgoingMessage
from amiable.channels.provider import MailReport, MailState
from amiable.desk.approve import approve
from amiable.desk.contact import clear_bounce
from amiable.desk.incoming import take_in
from amiable.desk.mail_report import take_mail_report
from amiable.desk.plan import draw_plan
from amiable.desk.send import send_approved
from amiable.store.models import AuditEntry, Company, Contact, OutboxRow
from amiable.store.models.incoming import IncomingSource
from amiable.store.models.outbox import OutboxState
from amiable.store.outbox import last_message_ids
from tests.desk.books import (
    DAY,
    TODAY,
    at,
    bring_in,
    customer,
    entry_of,
    facts,
    invoice,
    mailbox,
    new_company,
)
from tests.desk.mails import mail
from tests.stories.past import past

pytestmark = pytest.mark.django_db

NOW = at(TODAY)
LATER = NOW + timedelta(minutes=5)
OWN_ID = "<202603100900.00000001@smtp-relay.mailin.fr>"


class Service:
    """An e-mail service that answers as told and remembers what it was handed."""

    def __init__(self, delivery: Delivery) -> None:
        self.delivery, self.taken = delivery, list[OutgoingMessage]()

    def send(self, message: OutgoingMessage) -> Delivery:
        self.taken.append(message)
        return self.delivery

    def close(self) -> None:
        return


@pytest.fixture
def company() -> Company:
    """M is 25 days late with one invoice, usually 5; it has an address and a telephone."""
    made = new_company()
    invoices, credits = past("M", 12, [5], 20, TODAY - 40 * DAY)
    owed = invoice("M", "F-M", TODAY - 25 * DAY)
    bring_in(made, facts("M", [*invoices, owed], credits, [mailbox("M", phone="06 12 34 56 78")]))
    draw_plan(made, TODAY)
    return made


def sent(company: Company, outcome: Outcome = Outcome.ACCEPTED, **more: Any) -> OutboxRow:
    """The reminder to M, as far as a service took it."""
    (made,) = approve(company, [customer(company, "M").pk], today=TODAY, at=NOW)
    assert made.row is not None, made
    delivery = Delivery(outcome=outcome, **more)
    send_approved(company, Service(delivery), today=TODAY, clock=lambda: NOW)
    made.row.refresh_from_db()
    return made.row


def told(company: Company, row: OutboxRow, state: MailState, **more: Any) -> OutboxRow:
    """The row after the service reported; twice, as services do."""
    report = MailReport(state=state, mark=row.message_id.strip("<>"), **more)
    assert take_mail_report(company, report, LATER)
    row.refresh_from_db()
    once = (row.state, row.detail, row.delivered_at, row.opened_at)
    assert take_mail_report(company, report, LATER + timedelta(hours=1))
    row.refresh_from_db()
    assert (row.state, row.detail, row.delivered_at, row.opened_at) == once
    return row


def reader(row: OutboxRow) -> Contact:
    assert row.contact is not None
    row.contact.refresh_from_db()
    return row.contact


def test_a_delivery_is_kept_with_its_time(company: Company) -> None:
    when = NOW + timedelta(minutes=1)
    assert told(company, sent(company), MailState.DELIVERED, at=when).delivered_at == when


def test_a_time_to_come_is_not_believed(company: Company) -> None:
    row = told(company, sent(company), MailState.DELIVERED, at=LATER + timedelta(days=400))
    assert row.delivered_at == LATER


@pytest.mark.parametrize(
    "state", [MailState.TAKEN, MailState.DELIVERED, MailState.DELAYED, MailState.OPENED]
)
def test_a_report_ends_the_doubt_whether_it_left(company: Company, state: MailState) -> None:
    row = sent(company, Outcome.AMBIGUOUS, detail="connection cut")
    assert row.state == OutboxState.AMBIGUOUS.value
    assert told(company, row, state, detail="451 later").state == OutboxState.SENT.value


@pytest.mark.parametrize("tracks", [False, True])
def test_an_opening_is_kept_only_if_the_company_wants_to_know(
    company: Company, tracks: bool
) -> None:
    company.tracks_opens = tracks
    company.save()
    row = told(company, sent(company), MailState.OPENED, at=LATER)
    assert row.opened_at == (LATER if tracks else None)


def test_a_delay_is_noted_and_nothing_else_changes(company: Company) -> None:
    row = told(company, sent(company), MailState.DELAYED, detail="452 mailbox full")
    assert (row.state, row.detail) == ("sent", "452 mailbox full")
    assert (reader(row).bounced_on, reader(row).refuses) == (None, [])


def test_a_delay_told_after_the_delivery_is_not_noted(company: Company) -> None:
    row = told(company, sent(company), MailState.DELIVERED)
    assert told(company, row, MailState.DELAYED, detail="452 mailbox full").detail == row.detail


def test_after_a_hard_bounce_the_plan_falls_back_to_another_way(company: Company) -> None:
    row = told(
        company, sent(company), MailState.LOST, fault=Fault.NOBODY, detail="550 no such user"
    )
    assert (row.state, row.detail) == ("refused", "550 no such user")
    assert reader(row).bounced_on == TODAY
    entry = entry_of(company, "M")
    assert entry is not None
    assert entry.channel != "email"


def test_a_bounce_told_again_leaves_an_address_that_works_after_all(company: Company) -> None:
    row = told(company, sent(company), MailState.LOST, fault=Fault.NOBODY, detail="550")
    clear_bounce(company, reader(row))
    told(company, row, MailState.LOST, fault=Fault.NOBODY, detail="550")
    assert reader(row).bounced_on is None


def test_a_message_refused_for_what_it_holds_says_nothing_of_its_reader(company: Company) -> None:
    row = told(company, sent(company), MailState.LOST, detail="554 content blocked")
    assert row.state == OutboxState.REFUSED.value
    assert (reader(row).bounced_on, reader(row).refuses) == (None, [])


@pytest.mark.parametrize("state", [MailState.COMPLAINED, MailState.LOST])
def test_whoever_complained_gets_no_more_mail_and_it_is_written_down(
    company: Company, state: MailState
) -> None:
    row = told(company, sent(company), state, fault=Fault.STOPPED, detail="complaint")
    assert reader(row).refuses == ["email"]
    (entry,) = AuditEntry.objects.of(company.pk).filter(code="mail_complained")
    assert entry.facts["address"] == row.recipient
    assert entry.door == "worker"


def test_a_complaint_told_again_is_no_new_one(company: Company) -> None:
    row = told(company, sent(company), MailState.COMPLAINED, fault=Fault.STOPPED)
    Contact.objects.of(company.pk).update(refuses=[])  # a person: at their own wish
    told(company, row, MailState.COMPLAINED, fault=Fault.STOPPED)
    assert reader(row).refuses == []


def test_a_report_about_nothing_of_ours_is_left(company: Company) -> None:
    sent(company)
    report = MailReport(state=MailState.DELIVERED, mark="x@fournil.example", reference="unknown")
    assert not take_mail_report(company, report, LATER)


def test_a_message_is_found_by_the_services_own_name_too(company: Company) -> None:
    row = sent(company, reference="ref-1")
    report = MailReport(state=MailState.DELIVERED, mark="lost on the way", reference="ref-1")
    assert take_mail_report(company, report, LATER)
    row.refresh_from_db()
    assert row.delivered_at == LATER


def test_a_recipient_the_service_knows_to_be_dead_is_written_to_no_more(company: Company) -> None:
    row = sent(company, Outcome.REFUSED, detail="422 inactive", fault=Fault.NOBODY)
    assert row.state == OutboxState.REFUSED.value
    assert reader(row).bounced_on == TODAY


def test_an_answer_to_the_services_own_message_id_finds_its_message(company: Company) -> None:
    row = sent(company, reference=OWN_ID)
    assert last_message_ids(company.pk, [row.customer_id]) == {row.customer_id: OWN_ID}
    answer = mail("Nous payons vendredi.", sender=row.recipient, in_reply_to=OWN_ID)
    incoming = take_in(company, answer, IncomingSource.MAILBOX, LATER)
    assert incoming is not None
    assert incoming.outbox == row


def test_what_names_a_message_otherwise_is_no_thread(company: Company) -> None:
    row = sent(company, reference="b7bc2f4a-e38e-4336-af7d-1")
    assert last_message_ids(company.pk, [row.customer_id]) == {row.customer_id: row.message_id}
    report = replace(MailReport(state=MailState.TAKEN), reference=row.reference)
    assert take_mail_report(company, report, LATER)

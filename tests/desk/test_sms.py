"""Text messages: approved like mails, priced, sent once by the gateway, refused for good or not."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from amiable.channels.message import Delivery, Fault, Outcome, OutgoingMessage
from amiable.desk.approve import ApprovalOutcome, Words, approve
from amiable.desk.channel import channel_for
from amiable.desk.plan import draw_plan, redraw
from amiable.desk.send import send_approved
from amiable.desk.sms import price_of, sms_channel, weight_of
from amiable.engine.money import Money
from amiable.engine.parties import Channel
from amiable.store.models import Company, Contact, Customer, Gateway, OutboxRow
from amiable.store.models.outbox import OutboxState
from amiable.store.sealed import seal
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
from tests.stories.past import past

pytestmark = pytest.mark.django_db

NOW = at(TODAY)


@pytest.fixture
def company(settings: Any, tmp_path: Path) -> Company:
    """S prefers text messages: 25 days late with one invoice, usually 5."""
    settings.VAR = tmp_path
    made = new_company()
    invoices, credits = past("S", 12, [5], 20, TODAY - 40 * DAY)
    owed = invoice("S", "F-S", TODAY - 25 * DAY)
    contact = replace(mailbox("S", phone="06 12 34 56 78"), address="1 quai du Port\n44000 Nantes")
    bring_in(made, facts("S", [*invoices, owed], credits, [contact]))
    Customer.objects.of(made.pk).update(preferred_channel="sms")
    draw_plan(made, TODAY)
    return made


@pytest.fixture
def who(company: Company) -> int:
    return customer(company, "S").pk


def gateway(company: Company, **settings: str) -> Gateway:
    return Gateway.objects.of(company.pk).create(
        company=company,
        channel="sms",
        kind="kannel",
        settings={"address": "https://sms.example.org:13013", **settings},
        sealed_secrets=seal(json.dumps({"password": "x"})),
        report_key="k",
    )


class Scripted:
    """A channel that answers as told and remembers what it was handed."""

    def __init__(self, delivery: Delivery) -> None:
        self.delivery, self.taken = delivery, list[OutgoingMessage]()

    def send(self, message: OutgoingMessage) -> Delivery:
        self.taken.append(message)
        return self.delivery

    def close(self) -> None:
        return


def approved(company: Company, who: int, words: str = "") -> OutboxRow:
    own = {who: Words(subject="", text=words)} if words else None
    (made,) = approve(company, [who], today=TODAY, at=NOW, words=own)
    assert made.outcome is ApprovalOutcome.APPROVED, made
    assert made.row is not None
    made.row.refresh_from_db()
    return made.row


def send(company: Company, delivery: Delivery) -> Scripted:
    channel = Scripted(delivery)
    send_approved(company, channel, today=TODAY, clock=lambda: NOW, channels=(Channel.SMS,))
    return channel


def test_a_text_message_is_approved_with_what_it_weighs_and_costs(
    company: Company, who: int
) -> None:
    gateway(company, price="0.045")
    row = approved(company, who)
    assert (row.channel, row.recipient, row.subject, row.html) == ("sms", "+33612345678", "", "")
    assert "1 000,00 €" in row.text
    assert "Fournil" in row.text
    assert (row.parts, row.cost_minor) == (2, 9)


def test_without_a_price_the_parts_are_known_and_the_cost_is_not(
    company: Company, who: int
) -> None:
    row = approved(company, who)
    assert (row.parts, row.cost_minor) == (2, None)
    assert price_of(company).of(1) is None


def test_words_of_ones_own_are_sent_as_typed_and_weighed_anew(company: Company, who: int) -> None:
    gateway(company, price="0.05")
    row = approved(company, who, words="Bonjour, 1 000,00 € sont dus. Reçu ?")
    assert row.text == "Bonjour, 1 000,00 € sont dus. Reçu ?"
    assert (row.edited, row.parts, row.cost_minor) == (True, 1, 5)


def test_it_leaves_by_the_sms_channel_and_its_reference_is_kept(company: Company, who: int) -> None:
    row = approved(company, who)
    channel = send(company, Delivery(outcome=Outcome.ACCEPTED, reference="SM1"))
    (message,) = channel.taken
    assert (message.to, message.text, message.subject) == (("+33612345678",), row.text, "")
    assert message.message_id == row.message_id
    row.refresh_from_db()
    assert (row.state, row.reference) == (OutboxState.SENT.value, "SM1")


@pytest.mark.parametrize(
    ("fault", "used", "marked"),
    [
        (Fault.NOBODY, "email", ("wrong_on", TODAY)),
        (Fault.UNFIT, "email", ("refuses", ["sms"])),
        (Fault.STOPPED, "email", ("refuses", ["sms"])),
        (None, "sms", ("refuses", [])),
    ],
)
def test_a_refusal_about_the_number_makes_the_next_plan_go_another_way(
    company: Company, who: int, fault: Fault | None, used: str, marked: tuple[str, object]
) -> None:
    approved(company, who)
    send(company, Delivery(outcome=Outcome.REFUSED, detail="21211 no number", fault=fault))
    redraw(company, [who], TODAY)
    assert entry_of(company, "S").channel == used
    contact = Contact.objects.of(company.pk).get()
    assert getattr(contact, marked[0]) == marked[1]


def test_whoever_must_not_be_contacted_gets_no_text_message(company: Company, who: int) -> None:
    Customer.objects.of(company.pk).update(do_not_contact=True)
    (made,) = approve(company, [who], today=TODAY, at=NOW)
    assert (made.outcome, made.detail) == (ApprovalOutcome.NOT_DUE, "hold.do_not_contact")


@pytest.mark.parametrize(
    ("rows", "change"),
    [
        ("customer", {"do_not_contact": True}),
        ("contact", {"refuses": ["sms"]}),
        ("contact", {"opted_out": True}),
        ("contact", {"wrong_on": TODAY}),
        ("contact", {"phone": "01 42 34 56 78"}),
    ],
)
def test_what_changed_after_the_approval_stops_it_at_the_last_gate(
    company: Company, who: int, rows: str, change: dict[str, object]
) -> None:
    row = approved(company, who)
    model = Customer if rows == "customer" else Contact
    model.objects.of(company.pk).update(**change)
    channel = send(company, Delivery(outcome=Outcome.ACCEPTED))
    row.refresh_from_db()
    assert channel.taken == []
    assert row.state == OutboxState.CANCELLED.value


def test_without_a_gateway_a_text_message_is_written_as_a_file(
    company: Company, who: int, tmp_path: Path
) -> None:
    row = approved(company, who)
    channel = channel_for(company, Channel.SMS)
    send_approved(company, channel, today=TODAY, clock=lambda: NOW, channels=(Channel.SMS,))
    (file,) = (tmp_path / "outbox").glob("*.txt")
    assert file.read_text(encoding="utf-8") == f"+33612345678\n\n{row.text}"
    row.refresh_from_db()
    assert row.state == OutboxState.SENT.value


def test_a_gateway_that_is_put_aside_carries_nothing(company: Company) -> None:
    row = gateway(company)
    assert sms_channel(company) is not None
    Gateway.objects.of(company.pk).filter(pk=row.pk).update(active=False)
    assert sms_channel(company) is None


def test_a_text_is_weighed_at_the_company_s_price(company: Company) -> None:
    gateway(company, price="0.0451")
    found = weight_of(company, "a" * 200)
    assert (found.weight.parts, found.cost) == (2, Money(minor=9, currency="EUR"))
    Gateway.objects.of(company.pk).update(settings={"price": "much"})
    assert weight_of(company, "a").cost is None

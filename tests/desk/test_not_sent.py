"""Paid meanwhile: a reminder that was approved never leaves, and everybody is told why."""

from datetime import timedelta
from typing import Any

import pytest

from amiable.desk.access import Actor
from amiable.desk.approve import approve
from amiable.desk.dispatch import send_due
from amiable.desk.history import history_of
from amiable.desk.import_reading import import_reading
from amiable.desk.not_sent import avoided, count_avoided, not_sent
from amiable.desk.plan import draw_plan
from amiable.desk.reply import record_reply
from amiable.engine.parties import Language
from amiable.sources.reading import CustomerFacts
from amiable.store.models import Company, Customer, OutboxRow, User
from amiable.store.models.membership import Role
from tests.desk.books import (
    DAY,
    TODAY,
    at,
    bring_in,
    company_with_debtors,
    credit_note,
    customer,
    facts,
    invoice,
    payment,
)
from tests.desk.test_dispatch import Channel
from tests.stories.desk_house import Page

pytestmark = pytest.mark.django_db
NINE = at(TODAY)
SOON = NINE + timedelta(minutes=5)


@pytest.fixture
def channel(monkeypatch: pytest.MonkeyPatch, settings: Any) -> Channel:
    settings.PLAYED_DAY = None
    made = Channel()
    monkeypatch.setattr("amiable.desk.dispatch.channel_for", lambda *_: made)
    return made


@pytest.fixture
def company(channel: Channel) -> Company:
    made = company_with_debtors(("A", "B"))
    bring_in(made, facts("B", [invoice("B", "F-B2", TODAY - 25 * DAY, 50_000)]))
    draw_plan(made, TODAY)
    pks = [customer(made, key).pk for key in ("A", "B")]
    assert all(one.row for one in approve(made, pks, today=TODAY, at=NINE + timedelta(seconds=1)))
    return made


def comes(company: Company, page: CustomerFacts) -> None:
    """An import a moment after the approval."""
    import_reading(company, Page([page]), on=TODAY, at=NINE + timedelta(minutes=1))


def actor(company: Company) -> Actor:
    return Actor(company=company, role=Role.COLLECTOR)


def told(company: Company, key: str, language: Language = Language.EN) -> str:
    events = history_of(company, customer(company, key), TODAY, language)
    return next(one.text for one in events if one.code == "message")


def test_a_payment_seen_between_approval_and_sending_stops_the_reminder_and_is_told(
    company: Company, channel: Channel
) -> None:
    paid = payment("A", "P", TODAY - DAY, number="F-A")
    comes(company, facts("A", (), [paid]))
    assert send_due(SOON) == 1, "the other one leaves"
    row = OutboxRow.objects.of(company.pk).get(customer__key="A")
    assert (row.state, row.detail) == ("cancelled", "paid 2026-03-09")
    assert row.cancelled_at is not None
    assert "Not sent: paid meanwhile, on 9 March 2026" in told(company, "A")
    assert "Non envoyé\u00a0: payé entre-temps, le 9 mars 2026" in told(company, "A", Language.FR)
    assert count_avoided(actor(company), SOON) == 1
    assert count_avoided(actor(company), SOON + DAY + DAY) == 0
    (one,), following = avoided(actor(company), Language.EN, at=SOON, before=None, most=10)
    assert (one.row.customer.key, str(one.amounts[0]), following) == ("A", "1000.00 EUR", 0)


def test_one_of_two_invoices_paid_is_paid_in_part(company: Company, channel: Channel) -> None:
    comes(company, facts("B", (), [payment("B", "P", TODAY, 50_000, number="F-B2")]))
    assert send_due(SOON) == 1
    assert "paid in part meanwhile" in told(company, "B")


def test_money_that_is_not_matched_yet_counts(company: Company, channel: Channel) -> None:
    comes(company, facts("A", (), [payment("A", "P", TODAY, 150_000)]))
    send_due(SOON)
    assert "paid meanwhile" in told(company, "A")


def test_a_credit_note_is_no_payment(company: Company, channel: Channel) -> None:
    comes(company, facts("A", (), [credit_note("A", "N", TODAY, 100_000)]))
    send_due(SOON)
    assert "Not sent: nothing was left to ask for" in told(company, "A")
    assert count_avoided(actor(company), SOON) == 0


def test_an_answer_stops_it_for_its_own_reason(company: Company, channel: Channel) -> None:
    record_reply(company, customer(company, "A"), on=TODAY)
    send_due(SOON)
    assert "Not sent: the customer wrote" in told(company, "A")


def test_an_outside_collector_counts_his_own(company: Company, channel: Channel) -> None:
    comes(company, facts("A", (), [payment("A", "P", TODAY, number="F-A")]))
    send_due(SOON)
    user = User.objects.create(email="outside@example.test")
    outside = Actor(company=company, role=Role.OUTSIDE, user=user)
    assert count_avoided(outside, SOON) == 0
    Customer.objects.of(company.pk).filter(key="A").update(collector=user)
    assert count_avoided(outside, SOON) == 1


@pytest.mark.parametrize(
    ("detail", "text"),
    [
        ("unapproved 2026-03-10", "Not sent: taken back by a person"),
        ("given up", "Not sent: given up by a person"),
        ("withdrawn", "Not sent: taken back to be written anew"),
        ("thanks.disputed", "Not sent: a dispute is open"),
        ("thanks.gone", "Not sent: the payment is no longer there"),
        ("paid in kind", "Not sent: it was no longer due"),
        ("", "Not sent: it was no longer due"),
    ],
)
def test_every_reason_is_a_sentence(detail: str, text: str) -> None:
    assert not_sent(detail, Language.EN) == text

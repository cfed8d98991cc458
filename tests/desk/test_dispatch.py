"""Dispatch: approved messages leave by themselves, within the hours, and are tried again."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from amiable.channels.message import ChannelClosed, Delivery, Outcome, OutgoingMessage
from amiable.desk.approve import approve
from amiable.desk.dispatch import send_due
from amiable.desk.plan import draw_plan
from amiable.store.models import Company, OutboxRow
from tests.desk.books import (
    DAY,
    TODAY,
    at,
    bring_in,
    company_with_debtors,
    customer,
    entry_of,
    facts,
    payment,
)

pytestmark = pytest.mark.django_db
MORNING = at(TODAY)  # eight o'clock in UTC: nine in Paris


@dataclass
class Channel:
    """Answers every message alike."""

    outcome: Outcome = Outcome.ACCEPTED
    taken: list[OutgoingMessage] = field(default_factory=list)

    def send(self, message: OutgoingMessage) -> Delivery:
        self.taken.append(message)
        return Delivery(outcome=self.outcome, detail="said so")

    def close(self) -> None:
        """Nothing is open."""


@pytest.fixture
def channel(monkeypatch: pytest.MonkeyPatch, settings: Any) -> Channel:
    settings.PLAYED_DAY = None
    made = Channel()
    monkeypatch.setattr("amiable.desk.dispatch.channel_for", lambda *_: made)
    return made


def approved(company: Company, *keys: str, when: datetime = MORNING) -> None:
    draw_plan(company, when.date())
    pks = [customer(company, key).pk for key in keys]
    made = approve(company, pks, today=when.date(), at=when)
    assert all(one.row for one in made)


def state(company: Company) -> str:
    return OutboxRow.objects.of(company.pk).get().state


@pytest.fixture
def company() -> Company:
    return company_with_debtors(("A",))


def test_every_companys_messages_leave(channel: Channel, company: Company) -> None:
    other = company_with_debtors(("A", "B"), key="other")
    approved(company, "A")
    approved(other, "A", "B")
    assert send_due(MORNING + timedelta(seconds=60)) == 3
    assert {message.sender for message in channel.taken} == {
        "fournil@example.test",
        "other@example.test",
    }
    assert entry_of(company, "A").code == "step.spacing"


@pytest.mark.parametrize(
    ("when", "sent"),
    [
        (MORNING.replace(hour=16, minute=59), 1),  # 17:59 in Paris
        (MORNING.replace(hour=17), 0),  # 18:00: closed
        (MORNING.replace(hour=6, minute=59) + DAY, 0),  # 7:59
        (MORNING.replace(hour=7) + DAY, 1),
        (MORNING + 4 * DAY, 0),  # a Saturday
    ],
)
def test_messages_leave_within_the_companys_hours(
    channel: Channel, company: Company, when: datetime, sent: int
) -> None:
    approved(company, "A")
    assert send_due(when) == sent
    assert len(channel.taken) == sent


def test_a_holiday_of_the_customers_keeps_a_message_back_and_cancels_nothing(
    channel: Channel, company: Company
) -> None:
    row = customer(company, "A")
    row.country = "BE"
    row.save()
    holiday = at(date(2026, 7, 21))  # Belgium's national day, a Tuesday
    approved(company, "A")
    company.imported_on = holiday.date()
    company.save()
    assert send_due(holiday) == 0
    assert state(company) == "approved"


def test_a_payment_that_came_cancels_the_message(channel: Channel, company: Company) -> None:
    approved(company, "A")
    bring_in(company, facts("A", credits=[payment("A", "pay", TODAY)]))
    assert send_due(MORNING + timedelta(minutes=5)) == 0
    assert state(company) == "cancelled"
    assert channel.taken == []


def test_a_passing_failure_is_tried_again_later_and_not_at_once(
    channel: Channel, company: Company
) -> None:
    channel.outcome = Outcome.FAILED
    approved(company, "A")
    for minutes, tried in ((1, 1), (2, 1), (15, 1), (17, 2)):
        send_due(MORNING + timedelta(minutes=minutes))
        assert len(channel.taken) == tried, minutes
    channel.outcome = Outcome.ACCEPTED
    assert send_due(MORNING + timedelta(minutes=40)) == 1
    assert state(company) == "sent"


def test_an_ambiguous_message_is_never_tried_again(channel: Channel, company: Company) -> None:
    channel.outcome = Outcome.AMBIGUOUS
    approved(company, "A")
    for hours in (1, 2, 5):
        send_due(MORNING + timedelta(hours=hours))
    assert len(channel.taken) == 1
    assert state(company) == "ambiguous"


def test_a_closed_channel_loses_nothing(
    channel: Channel, company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    def closed(*_: object) -> Channel:
        raise ChannelClosed("wrong password")

    approved(company, "A")
    monkeypatch.setattr("amiable.desk.dispatch.channel_for", closed)
    assert send_due(MORNING + timedelta(minutes=5)) == 0
    assert state(company) == "approved"
    monkeypatch.setattr("amiable.desk.dispatch.channel_for", lambda *_: channel)
    assert send_due(MORNING + timedelta(minutes=6)) == 1

"""Automatic steps: released by nobody in person, shown before they leave, kept back, stopped."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest

from amiable.channels.message import Delivery, Outcome
from amiable.desk.access import Actor
from amiable.desk.approve import approve, take_back
from amiable.desk.calendar import is_open, opens_next, place_of
from amiable.desk.dispatch import send_due
from amiable.desk.night import prepare_day
from amiable.desk.plan import draw_plan
from amiable.desk.policy import publish_policy, shipped_policy
from amiable.desk.release import TIME_TO_LOOK, release_automatic, release_due, stop_releasing
from amiable.desk.reply import record_reply
from amiable.engine.parties import Channel as Way
from amiable.engine.parties import ContactRole
from amiable.engine.policy import Approval, Policy
from amiable.store.models import AuditEntry, Company, Contact, Gateway, OutboxRow
from amiable.store.models.membership import Role
from amiable.store.release import automatic_steps
from tests.desk.books import (
    DAY,
    TODAY,
    at,
    bring_in,
    company_with_debtors,
    customer,
    entry_of,
    facts,
    invoice,
    mailbox,
    payment,
)
from tests.desk.chosen import choose_policy
from tests.desk.test_dispatch import Channel

pytestmark = pytest.mark.django_db
MORNING = at(TODAY) - timedelta(hours=2)  # seven o'clock in Paris
NINE = at(TODAY)


def by_itself(policy: Policy, *steps: int) -> Policy:
    """A policy whose steps (the first is 0) leave by themselves."""
    changed = tuple(
        replace(step, approval=Approval.AUTOMATIC) if number in steps else step
        for number, step in enumerate(policy.steps)
    )
    return replace(policy, name="automatic", steps=changed)


@pytest.fixture
def channel(monkeypatch: pytest.MonkeyPatch, settings: Any) -> Channel:
    settings.PLAYED_DAY = None
    made = Channel()
    monkeypatch.setattr("amiable.desk.dispatch.channel_for", lambda *_: made)
    return made


@pytest.fixture
def company(channel: Channel) -> Company:
    made = company_with_debtors(("A", "B"))
    made.per_minute = 0
    made.save()
    publish_policy(made, by_itself(shipped_policy("standard"), 0), at=at(TODAY))
    choose_policy(made, "automatic")
    prepare_day(made, TODAY, at(TODAY))  # after its import; what is said of hours is tried below
    return made


def rows(company: Company) -> dict[str, OutboxRow]:
    found = OutboxRow.objects.of(company.pk).select_related("customer")
    return {row.customer.key: row for row in found}


def states(company: Company) -> dict[str, str]:
    return {key: row.state for key, row in rows(company).items()}


def test_automatic_steps_are_approved_by_nobody_and_leave_at_the_companys_hour(
    company: Company, channel: Channel
) -> None:
    assert release_due(MORNING) == 2
    row = rows(company)["A"]
    assert (row.automatic, row.approved_by, row.state) == (True, None, "approved")
    assert row.not_before == NINE, "shown from the night on, leaving from nine"
    assert row.contact == Contact.objects.of(company.pk).get(customer__key="A")
    assert send_due(NINE - timedelta(minutes=1)) == 0
    assert send_due(NINE) == 2
    assert len(channel.taken) == 2
    assert release_due(NINE) == 0
    assert send_due(NINE + timedelta(hours=1)) == 0


def test_who_let_it_go_is_written_down(company: Company) -> None:
    release_due(MORNING)
    entries = AuditEntry.objects.of(company.pk).filter(code="reminder.released")
    found = {(one.user, one.door, one.customer.key if one.customer else "") for one in entries}
    assert found == {(None, "worker", "A"), (None, "worker", "B")}


def test_later_in_the_day_there_is_time_to_look(company: Company, channel: Channel) -> None:
    noon = NINE + timedelta(hours=3)
    release_due(noon)
    assert send_due(noon + timedelta(minutes=10)) == 0
    assert send_due(noon + TIME_TO_LOOK) == 2


def test_what_a_person_keeps_back_is_not_released_again(company: Company) -> None:
    release_due(MORNING)
    assert take_back(company, customer(company, "A").pk, on=TODAY) == 1
    assert release_due(MORNING + timedelta(minutes=1)) == 0
    assert states(company) == {"A": "cancelled", "B": "approved"}
    (made,) = approve(company, [customer(company, "A").pk], today=TODAY, at=MORNING)
    assert made.row is not None, "a person still may approve it"
    assert not made.row.automatic


def test_a_step_that_wants_a_person_waits_for_one(company: Company) -> None:
    publish_policy(company, by_itself(shipped_policy("standard"), 1), at=at(TODAY))
    draw_plan(company, TODAY)
    prepare_day(company, TODAY, MORNING)
    assert release_due(MORNING) == 0


def test_a_call_is_never_made_by_itself(company: Company) -> None:
    Contact.objects.of(company.pk).update(email="", phone="+33123456789")
    bring_in(company, facts("A", [invoice("A", "NEW", TODAY + DAY)]), on=TODAY)
    draw_plan(company, TODAY)
    prepare_day(company, TODAY, MORNING + timedelta(hours=3))
    release_due(MORNING + timedelta(hours=3))
    assert "A" not in rows(company)


def test_what_is_paid_or_answered_before_it_leaves_is_cancelled(
    company: Company, channel: Channel
) -> None:
    release_due(MORNING)
    bring_in(company, facts("A", (), [payment("A", "P", TODAY)]))
    record_reply(company, customer(company, "B"), on=TODAY)
    assert send_due(NINE) == 0
    assert channel.taken == []
    assert set(states(company).values()) == {"cancelled"}


def test_cancelled_for_a_payment_that_bounced_it_is_released_anew(
    company: Company, channel: Channel
) -> None:
    release_due(MORNING)
    OutboxRow.objects.of(company.pk).update(state="cancelled", detail="ledger.nothing_owed")
    assert release_due(MORNING + timedelta(minutes=1)) == 2


def test_the_brake_takes_back_what_waits_and_lets_nothing_more_go(
    company: Company, channel: Channel
) -> None:
    release_due(MORNING)
    actor = Actor(company=company, role=Role.COLLECTOR)
    assert stop_releasing(actor, at=MORNING) == 2
    company.refresh_from_db()
    assert company.automatic_from is None
    assert (release_due(NINE), send_due(NINE)) == (0, 0)
    company.automatic_from = time(10)
    company.save()
    assert release_automatic(company, NINE) == 2, "what was stopped is released when it may"
    assert rows(company)["A"].not_before == NINE + timedelta(hours=1)


def test_nothing_is_released_before_the_day_is_prepared(company: Company) -> None:
    assert release_automatic(company, MORNING + DAY) == 0


def test_after_days_without_a_worker_only_what_is_due_today_leaves_and_once(
    company: Company, channel: Channel
) -> None:
    release_due(MORNING)
    written = rows(company)["A"].text
    back = NINE + 3 * DAY  # Friday
    company.refresh_from_db()
    bring_in(company, facts("B", (), [payment("B", "P", TODAY + 2 * DAY)]), on=TODAY + 3 * DAY)
    prepare_day(company, TODAY + 3 * DAY, back)
    assert release_due(back) == 1
    assert rows(company)["A"].text != written, "in words of the day"
    for minutes in (0, 15, 30, 45):
        send_due(back + timedelta(minutes=minutes))
    assert [message.to for message in channel.taken] == [("accountant@a.test",)]
    assert states(company) == {"A": "sent", "B": "cancelled"}
    assert entry_of(company, "A").code == "step.spacing"


def test_two_workers_release_once(company: Company) -> None:
    assert release_automatic(company, MORNING) == 2
    assert release_automatic(Company.objects.get(pk=company.pk), MORNING) == 0
    assert OutboxRow.objects.of(company.pk).count() == 2


# --- where the recipient works ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "region"),
    [
        ("1 rue du Port, 67000 Strasbourg", "6AE"),
        ("68100 Mulhouse", "6AE"),
        ("BP 12\n57000 METZ", "57"),
        ("97400 Saint-Denis", "974"),
        ("75011 Paris", ""),
        ("n° 670001, Lyon", ""),
        ("", ""),
    ],
)
def test_the_postcode_tells_the_region(address: str, region: str) -> None:
    assert place_of("FR", [address]).region == region
    assert place_of("BE", [address]).region == ""


def test_a_customer_in_alsace_hears_nothing_on_its_own_holiday(
    company: Company, channel: Channel
) -> None:
    boxing_day = date(2025, 12, 26)  # a Friday; a holiday in Alsace and Moselle alone
    alsace = place_of("FR", ["67000 Strasbourg"])
    assert is_open(company, at(boxing_day))
    assert not is_open(company, at(boxing_day), alsace)
    assert opens_next(company, at(boxing_day), alsace).date() == date(2025, 12, 29)


@pytest.mark.parametrize(
    ("country", "hour", "open_"),
    [
        ("BE", 7, True),
        ("US", 8, False),  # night in the whole of America
        ("US", 15, True),
        ("JP", 7, True),  # four in the afternoon in Tokyo
        ("JP", 12, False),
        ("NZ", 12, True),  # never day here and there: the company's own hours count
    ],
)
def test_abroad_people_are_written_to_while_they_work(
    company: Company, country: str, hour: int, open_: bool
) -> None:
    when = datetime.combine(TODAY, time(hour), tzinfo=at(TODAY).tzinfo)
    place = place_of(country, [])
    assert is_open(company, when, place) is open_
    assert is_open(company, opens_next(company, when, place), place)


def test_a_message_to_another_time_zone_waits_for_its_morning(
    company: Company, channel: Channel
) -> None:
    row = customer(company, "A")
    row.country = "US"
    row.save()
    draw_plan(company, TODAY)
    approve(company, [row.pk], today=TODAY, at=NINE)
    assert send_due(NINE + timedelta(minutes=2)) == 0
    waits = rows(company)["A"]
    assert waits.state == "approved"
    assert waits.not_before is not None
    assert waits.not_before > NINE + timedelta(hours=2)
    assert send_due(waits.not_before) == 1


# --- companies without an address to write from ---------------------------------------------------


def sms_only(company: Company) -> Company:
    """Its first step goes by text message; it has no e-mail address."""
    policy = by_itself(shipped_policy("standard"), 0)
    first, *rest = policy.steps
    steps = (replace(first, channel=Way.SMS), *rest)
    publish_policy(company, replace(policy, steps=steps), at=at(TODAY))
    Contact.objects.of(company.pk).update(email="", phone="+33612345678")
    company.email = ""
    company.save()
    bring_in(company, facts("A", [invoice("A", "NEW", TODAY + DAY)]), on=TODAY)
    draw_plan(company, TODAY)
    prepare_day(company, TODAY, at(TODAY))
    return company


def test_a_company_with_nothing_but_text_messages_releases_and_sends_them(
    company: Company, channel: Channel
) -> None:
    sms_only(company)
    assert release_due(NINE) == 2
    assert {row.channel for row in rows(company).values()} == {"sms"}
    assert send_due(NINE + TIME_TO_LOOK) == 2
    assert {message.to for message in channel.taken} == {("+33612345678",)}


def test_without_an_address_mails_wait_and_nothing_is_lost(
    company: Company, channel: Channel
) -> None:
    release_due(MORNING)
    Company.objects.filter(pk=company.pk).update(email="")
    assert send_due(NINE) == 0
    assert set(states(company).values()) == {"approved"}
    Company.objects.filter(pk=company.pk).update(email="us@example.test")
    assert send_due(NINE) == 2


def test_letters_leave_by_themselves_where_a_service_posts_them(
    company: Company, channel: Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    policy = by_itself(shipped_policy("standard"), 0)
    first, *rest = policy.steps
    letters = replace(policy, steps=(replace(first, channel=Way.LETTER), *rest))
    publish_policy(company, letters, at=at(TODAY))
    Contact.objects.of(company.pk).update(address="1 rue du Four\n35000 Rennes")
    prepare_day(company, TODAY, at(TODAY))
    assert release_due(NINE) == 0, "somebody prints them"
    Gateway.objects.of(company.pk).create(
        company_id=company.pk, channel="letter", kind="folder", report_key="k", active=True
    )
    assert release_due(NINE) == 2
    assert {row.channel for row in rows(company).values()} == {"letter"}


def test_a_round_with_nothing_left_to_release_reads_no_entries(
    company: Company, django_assert_num_queries: Any
) -> None:
    assert automatic_steps(company.pk, [Way.EMAIL], most=10) != []
    release_due(MORNING)
    with django_assert_num_queries(1):
        assert automatic_steps(company.pk, [Way.EMAIL], most=10) == []


def test_pages_of_steps_follow_each_other_the_largest_first(company: Company) -> None:
    bring_in(company, facts("B", [invoice("B", "BIG", TODAY - 25 * DAY, 900_000)]), on=TODAY)
    draw_plan(company, TODAY)
    (first,) = automatic_steps(company.pk, [Way.EMAIL], most=1)
    (second,) = automatic_steps(company.pk, [Way.EMAIL], after=first, most=1)
    assert [first.customer, second.customer] == [customer(company, key).pk for key in ("B", "A")]
    assert automatic_steps(company.pk, [Way.EMAIL], after=second, most=1) == []


# --- a channel that fails for good ----------------------------------------------------------------


def with_colleague(company: Company) -> None:
    """A has a second mailbox."""
    colleague = mailbox("A", ContactRole.MAIN)
    bring_in(company, facts("A", (), (), [colleague]), on=TODAY)
    draw_plan(company, TODAY)
    prepare_day(company, TODAY, NINE)


def test_an_address_that_fails_for_good_is_followed_by_the_next_contact_by_itself(
    company: Company, channel: Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_colleague(company)
    monkeypatch.setattr(
        channel,
        "send",
        lambda message: (
            channel.taken.append(message),
            Delivery(outcome=Outcome.REFUSED, detail="550 5.1.1 no such user"),
        )[1],
    )
    release_due(MORNING)
    assert send_due(NINE) == 0
    assert states(company) == {"A": "refused", "B": "refused"}
    assert {row.customer.key for row in bounced_contacts(company)} == {"A", "B"}
    assert release_due(NINE + timedelta(minutes=1)) == 1, "B has nobody else: a person looks"
    again = rows(company)["A"]
    assert (again.state, again.recipient) == ("approved", "main@a.test")
    assert entry_of(company, "B").kind == "escalate"


def bounced_contacts(company: Company) -> list[Contact]:
    bounced = Contact.objects.of(company.pk).filter(bounced_on__isnull=False)
    return list(bounced.select_related("customer"))


def test_without_another_mailbox_the_step_becomes_a_call(
    company: Company, channel: Channel
) -> None:
    Contact.objects.of(company.pk).filter(customer__key="A").update(
        phone="+33240000012", bounced_on=TODAY
    )
    bring_in(company, facts("A", [invoice("A", "NEW", TODAY + DAY)]), on=TODAY)
    draw_plan(company, TODAY)
    prepare_day(company, TODAY, NINE)
    assert release_due(NINE) == 1, "only B's"
    entry = entry_of(company, "A")
    assert (entry.kind, entry.channel) == ("remind", "call")
    assert "reach.bounced" in [reason[0] for reason in entry.detail["reasons"]]


def test_a_number_that_takes_no_text_messages_goes_to_the_next_channel(
    company: Company, channel: Channel
) -> None:
    policy = by_itself(shipped_policy("standard"), 0)
    first, *rest = policy.steps
    publish_policy(
        company, replace(policy, steps=(replace(first, channel=Way.SMS), *rest)), at=NINE
    )
    Contact.objects.of(company.pk).filter(customer__key="A").update(phone="+33240000012")
    Contact.objects.of(company.pk).filter(customer__key="B").update(
        phone="+33612345678", refuses=["sms"]
    )
    prepare_day(company, TODAY, NINE)
    assert release_due(NINE) == 2
    assert {row.channel for row in rows(company).values()} == {"email"}
    codes = {
        key: {reason[0] for reason in entry_of(company, key).detail["reasons"]} for key in "AB"
    }
    assert {"reach.no_mobile", "reach.fallback"} <= codes["A"]
    assert {"reach.refused", "reach.fallback"} <= codes["B"]

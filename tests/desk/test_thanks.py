"""Thanks: for a payment seen, once, as the policy says, and never where it could hurt."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from amiable.desk.access import Actor
from amiable.desk.approve import take_back
from amiable.desk.dispatch import send_due
from amiable.desk.dispute import open_dispute
from amiable.desk.hold import hold
from amiable.desk.night import prepare_day
from amiable.desk.policy import publish_policy, shipped_policy
from amiable.desk.release import release_due, stop_releasing
from amiable.desk.reply import record_reply
from amiable.desk.thanks import approve_thanks, leave_out, ready_thanks, thank_due
from amiable.desk.undo_import import undo_import
from amiable.engine.parties import Channel as Way
from amiable.engine.policy import Approval, Thanks, ThanksWhen
from amiable.store.models import (
    Allocation,
    AuditEntry,
    Company,
    Contact,
    Invoice,
    OutboxRow,
    PaymentThanks,
    Reply,
)
from amiable.store.models.membership import Role
from tests.desk.books import (
    DAY,
    TODAY,
    at,
    bring_in,
    company_with_debtors,
    customer,
    facts,
    invoice,
    payment,
)
from tests.desk.test_dispatch import Channel

pytestmark = pytest.mark.django_db
NINE = at(TODAY)
NOON = NINE + timedelta(hours=3)
BY_ITSELF = Thanks(approval=Approval.AUTOMATIC)


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
    return made


def thanking(company: Company, thanks: Thanks) -> None:
    publish_policy(company, replace(shipped_policy("standard"), thanks=thanks), at=at(TODAY))


def pay(company: Company, who: str = "A", on: date = TODAY, **more: Any) -> None:
    paid = payment(who, f"P-{who}-{on}", on, number=f"F-{who}", **more)
    bring_in(company, facts(who, (), [paid]), on=TODAY)


def thanks_of(company: Company) -> list[OutboxRow]:
    rows = OutboxRow.objects.of(company.pk).filter(purpose="thanks")
    return list(rows.select_related("customer").order_by("pk"))


def left_out_for(company: Company) -> str:
    row = PaymentThanks.objects.of(company.pk).get()
    assert row.state == "left_out"
    return row.why


def someone(company: Company) -> Actor:
    return Actor(company=company, role=Role.COLLECTOR)


# --- by itself ------------------------------------------------------------------------------------


def test_a_payment_seen_is_thanked_for_once_and_names_what_it_pays(
    company: Company, channel: Channel
) -> None:
    thanking(company, BY_ITSELF)
    pay(company)
    assert thank_due(NINE) == 1
    assert thank_due(NINE + timedelta(minutes=1)) == 0
    (row,) = thanks_of(company)
    assert (row.automatic, row.recipient, row.amounts) == (True, "accountant@a.test", {})
    assert "1\u202f000,00\u00a0€" in row.text
    assert "pour la facture F-A" in " ".join(row.text.split())
    assert "10 mars 2026" in row.text
    assert send_due(NINE) == 0, "there is time to look"
    assert send_due(NINE + timedelta(minutes=15)) == 1
    assert channel.taken[0].subject == row.subject
    assert thank_due(NINE + DAY) == 0
    entry = AuditEntry.objects.of(company.pk).get(code="thanks.released")
    assert (entry.user, entry.door, entry.subject) == (None, "worker", f"outboxrow:{row.pk}")


def test_it_asks_for_nothing_and_speaks_of_no_debt_unless_the_policy_says_so(
    company: Company,
) -> None:
    bring_in(company, facts("A", [invoice("A", "F2", TODAY - DAY, 30_000)]))
    bring_in(company, facts("B", [invoice("B", "F3", TODAY - DAY, 30_000)]))
    thanking(company, BY_ITSELF)
    pay(company)
    thank_due(NINE)
    thanking(company, replace(BY_ITSELF, says_open=True))
    pay(company, "B")
    thank_due(NINE)
    silent, telling = thanks_of(company)
    assert "300,00" not in silent.text
    assert "Pour information, il reste 300,00\u00a0€ sur votre compte" in telling.text


def test_without_thanks_in_the_policy_nobody_is_thanked(company: Company) -> None:
    pay(company)
    assert thank_due(NINE) == 0
    assert not PaymentThanks.objects.of(company.pk).exists()


def test_several_payments_make_one_message_a_day(company: Company) -> None:
    bring_in(company, facts("A", [invoice("A", "F2", TODAY - 30 * DAY, 20_000)]))
    thanking(company, BY_ITSELF)
    both = [
        payment("A", "P1", TODAY, number="F-A"),
        payment("A", "P2", TODAY - DAY, 20_000, number="F2"),
    ]
    bring_in(company, facts("A", (), both))
    assert thank_due(NINE) == 1
    (row,) = thanks_of(company)
    assert "1\u202f200,00\u00a0€" in row.text
    assert "le 9 mars 2026 et le 10 mars 2026" in row.text
    assert "F2" in row.text
    assert "F-A" in row.text
    bring_in(company, facts("A", (), [payment("A", "P3", TODAY, 5_000)]))
    assert thank_due(NOON) == 0, "thanked today already"
    assert thank_due(NINE + DAY) == 1
    assert "50,00\u00a0€" in thanks_of(company)[1].text


@pytest.mark.parametrize(("days", "thanked"), [(0, 1), (7, 1), (8, 0), (40, 0)])
def test_old_payments_are_history(company: Company, days: int, thanked: int) -> None:
    thanking(company, BY_ITSELF)
    pay(company, on=TODAY - days * DAY)
    assert thank_due(NINE) == thanked


def test_the_first_import_of_a_company_is_its_past(channel: Channel) -> None:
    first = company_with_debtors(("A",), key="first")
    first.imported_on = None
    first.save()
    thanking(first, BY_ITSELF)
    pay(first)
    assert thank_due(NINE) == 0


def test_an_import_undone_thanks_for_nothing_and_made_again_thanks_once(
    company: Company, channel: Channel
) -> None:
    thanking(company, BY_ITSELF)
    pay(company)
    undo_import(company, at=NINE)
    assert thank_due(NINE) == 0
    pay(company)
    assert thank_due(NINE) == 1
    send_due(NOON)
    undo_import(company, at=NOON)
    pay(company)
    assert thank_due(NINE + DAY) == 0
    assert len(channel.taken) == 1


# --- where it could hurt ------------------------------------------------------------------------


def _silence(company: Company) -> None:
    row = customer(company, "A")
    row.do_not_contact = True
    row.save()


def _insolvent(company: Company) -> None:
    row = customer(company, "A")
    row.insolvent_on = TODAY
    row.save()


def _autopay(company: Company) -> None:
    row = customer(company, "A")
    row.autopay = True
    row.save()


def _dispute(company: Company) -> None:
    bring_in(company, facts("A", [invoice("A", "F9", TODAY + DAY)]))
    row = Invoice.objects.of(company.pk).get(key="F9")
    open_dispute(company, customer(company, "A"), row, on=TODAY, at=NINE)


def _refuse(company: Company) -> None:
    Contact.objects.of(company.pk).filter(customer__key="A").update(refuses=["email"])


def _opt_out(company: Company) -> None:
    Contact.objects.of(company.pk).filter(customer__key="A").update(opted_out=True)


@pytest.mark.parametrize(
    ("happens", "why"),
    [
        (_silence, "silent"),
        (_insolvent, "insolvent"),
        (_autopay, "debited"),
        (_dispute, "disputed"),
        (lambda company: hold(company, customer(company, "A"), on=TODAY), "on_hold"),
        (_refuse, "unreachable"),
        (_opt_out, "unreachable"),
    ],
)
def test_nobody_is_thanked_where_it_could_hurt(company: Company, happens: Any, why: str) -> None:
    thanking(company, BY_ITSELF)
    happens(company)
    pay(company)
    assert thank_due(NINE) == 0
    assert left_out_for(company) == why


@pytest.mark.parametrize(("minimum", "thanked"), [(100_000, 1), (100_001, 0)])
def test_the_least_amount_is_the_policys(company: Company, minimum: int, thanked: int) -> None:
    thanking(company, replace(BY_ITSELF, minimum=minimum))
    pay(company)
    assert thank_due(NINE) == thanked


@pytest.mark.parametrize("reminded", [False, True])
def test_a_policy_may_thank_only_after_a_reminder(company: Company, reminded: bool) -> None:
    thanking(company, replace(BY_ITSELF, when=ThanksWhen.REMINDER))
    if reminded:
        OutboxRow.objects.of(company.pk).create(
            company_id=company.pk, customer=customer(company, "A"), cycle="F-A", step=1,
            purpose="reminder", state="sent", channel="email", invoices=["F-A"],
            approved_on=TODAY - 3 * DAY, approved_at=NINE - 3 * DAY, sent_on=TODAY - 3 * DAY,
        )  # fmt: skip
    pay(company)
    assert thank_due(NINE) == int(reminded)
    assert reminded or left_out_for(company) == "not_reminded"


def test_whoever_wrote_and_was_not_read_waits(company: Company) -> None:
    thanking(company, BY_ITSELF)
    record_reply(company, customer(company, "A"), on=TODAY)
    pay(company)
    assert thank_due(NINE) == 0
    Reply.objects.of(company.pk).update(read_on=TODAY)
    assert thank_due(NINE) == 1


def test_a_customer_who_prefers_text_messages_is_thanked_by_one(company: Company) -> None:
    row = customer(company, "A")
    row.preferred_channel = Way.SMS.value
    row.save()
    Contact.objects.of(company.pk).filter(customer=row).update(phone="+33612345678")
    thanking(company, BY_ITSELF)
    pay(company)
    assert thank_due(NINE) == 1
    (made,) = thanks_of(company)
    assert (made.channel, made.recipient, made.parts) == ("sms", "+33612345678", 1)


# --- the last gate --------------------------------------------------------------------------------


@pytest.mark.parametrize("how", ["undone", "bounced"])
def test_a_payment_that_no_longer_stands_is_not_thanked_for(
    company: Company, channel: Channel, how: str
) -> None:
    thanking(company, BY_ITSELF)
    pay(company)
    thank_due(NINE)
    if how == "undone":
        undo_import(company, at=NINE)
    else:
        Allocation.objects.of(company.pk).filter(invoice__key="F-A").update(basis="return")
    assert send_due(NOON) == 0
    (row,) = thanks_of(company)
    assert (row.state, row.detail) == ("cancelled", "thanks.gone")


@pytest.mark.parametrize(
    ("happens", "detail"),
    [(_silence, "thanks.silent"), (_dispute, "thanks.disputed"), (_refuse, "thanks.unreachable")],
)
def test_what_happens_before_it_leaves_stops_it(
    company: Company, channel: Channel, happens: Any, detail: str
) -> None:
    thanking(company, BY_ITSELF)
    pay(company)
    assert thank_due(NINE) == 1
    happens(company)
    assert send_due(NOON) == 0
    assert thanks_of(company)[0].detail == detail
    assert channel.taken == []


# --- by a person ----------------------------------------------------------------------------------


def test_a_person_reads_it_and_agrees(company: Company, channel: Channel) -> None:
    thanking(company, Thanks())
    pay(company)
    pay(company, "B")
    assert thank_due(NINE) == 0
    ready, following = ready_thanks(someone(company), today=TODAY, at=NINE, most=1)
    assert (len(ready), following) == (1, customer(company, "A").pk)
    assert ready[0].mail is not None
    assert ready[0].payments[0].numbers == ("F-A",)
    actor, pk = someone(company), customer(company, "A").pk
    ((_, made),) = approve_thanks(actor, [pk], today=TODAY, at=NINE)
    assert made.row is not None
    assert not made.row.automatic
    assert approve_thanks(actor, [pk], today=TODAY, at=NINE) == [], "the second is told nothing"
    assert send_due(NINE + timedelta(minutes=2)) == 1
    assert leave_out(actor, [customer(company, "B").pk], today=TODAY, at=NINE) == 1
    assert ready_thanks(actor, today=TODAY, at=NINE, most=10) == ([], 0)


def test_thanks_taken_back_wait_again(company: Company) -> None:
    thanking(company, Thanks())
    pay(company)
    thank_due(NINE)
    pk = customer(company, "A").pk
    approve_thanks(someone(company), [pk], today=TODAY, at=NINE)
    assert take_back(company, pk, on=TODAY) == 1
    ready, _ = ready_thanks(someone(company), today=TODAY, at=NINE, most=10)
    assert [one.customer.pk for one in ready] == [pk]
    ((_, made),) = approve_thanks(someone(company), [pk], today=TODAY, at=NINE)
    assert made.row is not None


def test_the_brake_puts_them_before_a_person(company: Company) -> None:
    thanking(company, BY_ITSELF)
    pay(company)
    assert thank_due(NINE) == 1
    assert stop_releasing(someone(company), at=NINE) == 1
    assert thank_due(NINE + timedelta(minutes=1)) == 0
    ready, _ = ready_thanks(someone(company), today=TODAY, at=NINE, most=10)
    assert len(ready) == 1


def test_what_was_not_sent_yesterday_is_written_anew(company: Company, channel: Channel) -> None:
    thanking(company, BY_ITSELF)
    pay(company)
    assert thank_due(NINE + timedelta(hours=10)) == 1
    tomorrow = NINE + DAY
    company.refresh_from_db()
    prepare_day(company, TODAY + DAY, tomorrow)
    release_due(tomorrow)
    assert thank_due(tomorrow) == 1
    send_due(tomorrow + timedelta(minutes=20))
    assert len(channel.taken) == 1

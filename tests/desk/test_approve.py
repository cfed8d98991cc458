"""Approving: on the facts of the moment, each step once, the very message that was shown."""

import pytest

from amiable.desk.approve import Approval, ApprovalOutcome, approve, preview, record_done
from amiable.desk.dispute import open_dispute
from amiable.desk.hold import hold
from amiable.desk.plan import draw_plan
from amiable.desk.promise import record_promise
from amiable.desk.reply import record_reply
from amiable.desk.send import send_approved
from amiable.engine.parties import ContactRole
from amiable.store.customer import mark_bounced, touch
from amiable.store.models import Company, Contact, Invoice, OutboxRow
from amiable.store.models.outbox import OutboxState
from tests.desk.books import (
    DAY,
    TODAY,
    at,
    bring_in,
    company_with_debtors,
    customer,
    entry_of,
    eur,
    facts,
    mailbox,
    payment,
)
from tests.stories.desk_house import Postman

pytestmark = pytest.mark.django_db


@pytest.fixture
def company() -> Company:
    row = company_with_debtors()
    draw_plan(row, TODAY)
    return row


def approve_one(company: Company, key: str = "A", days: int = 0) -> Approval:
    today = TODAY + days * DAY
    (made,) = approve(company, [customer(company, key).pk], today=today, at=at(today))
    return made


def test_approving_keeps_a_row_with_the_message(company: Company) -> None:
    made = approve_one(company)
    assert made.outcome is ApprovalOutcome.APPROVED
    assert made.row is not None
    row = OutboxRow.objects.of(company.pk).get(pk=made.row.pk)
    assert (row.state, row.cycle, row.step) == (OutboxState.APPROVED, "F-A", 1)
    assert row.recipient == "accountant@a.test"
    assert row.amounts == {"EUR": 100_000}
    assert "F-A" in row.text
    assert "F-A" in row.html


def test_a_preview_is_what_is_approved(company: Company) -> None:
    shown = preview(company, customer(company, "A").pk, today=TODAY, at=at(TODAY))
    made = approve_one(company)
    assert shown is not None
    assert made.row is not None
    kept = OutboxRow.objects.of(company.pk).get(pk=made.row.pk)
    assert (kept.subject, kept.text, kept.html) == (shown.subject, shown.text, shown.html)


def test_what_was_kept_is_sent_byte_by_byte(company: Company) -> None:
    made = approve_one(company)
    assert made.row is not None
    company.name = company.sender = "Another Name"
    company.save()
    postman = Postman()
    send_approved(company, postman, today=TODAY, clock=lambda: at(TODAY))
    (message,) = postman.carried
    assert (message.subject, message.text, message.html) == (
        made.row.subject,
        made.row.text,
        made.row.html,
    )
    assert "Another Name" not in message.text


def test_the_same_step_twice_is_known_already(company: Company) -> None:
    approve_one(company)
    assert approve_one(company).outcome is ApprovalOutcome.ALREADY
    assert OutboxRow.objects.of(company.pk).count() == 1


def test_the_same_customer_twice_in_one_go_is_approved_once(company: Company) -> None:
    pk = customer(company, "A").pk
    made = approve(company, [pk, pk], today=TODAY, at=at(TODAY))
    assert [one.outcome for one in made] == [ApprovalOutcome.APPROVED, ApprovalOutcome.ALREADY]


def test_outcomes_come_in_the_order_asked(company: Company) -> None:
    pks = [customer(company, key).pk for key in ("B", "A")]
    assert [one.customer for one in approve(company, pks, today=TODAY, at=at(TODAY))] == pks


def test_nobody_is_approved_when_nobody_is_asked(company: Company) -> None:
    assert approve(company, [], today=TODAY, at=at(TODAY)) == []


@pytest.mark.parametrize(
    ("what", "code"),
    [
        ("paid", "ledger.nothing_owed"),
        ("promised", "promise.running"),
        ("answered", "reply.unread"),
        ("held", "hold.person"),
        ("disputed", "dispute.all"),
    ],
)
def test_facts_that_came_after_the_plan_make_it_not_due(
    company: Company, what: str, code: str
) -> None:
    happen(company, what)
    made = approve_one(company)
    assert (made.outcome, made.detail) == (ApprovalOutcome.NOT_DUE, code)
    assert not OutboxRow.objects.of(company.pk).exists()


def happen(company: Company, what: str, key: str = "A") -> None:
    who = customer(company, key)
    if what == "paid":
        bring_in(company, facts(key, (), [payment(key, f"P-{key}", TODAY, number=f"F-{key}")]))
    elif what == "promised":
        due_on = TODAY + 3 * DAY
        record_promise(company, who, made_on=TODAY, due_on=due_on, amount=eur(100_000))
    elif what == "answered":
        record_reply(company, who, on=TODAY)
    elif what == "held":
        hold(company, who, on=TODAY)
    else:
        invoice = Invoice.objects.of(company.pk).get(key=f"F-{key}")
        open_dispute(company, who, invoice, on=TODAY)


def without_mailbox(company: Company) -> None:
    rows = Contact.objects.of(company.pk).filter(customer__key="A")
    rows.update(email="", phone="+33123456789")
    touch(company.pk, [customer(company, "A").pk])


def test_a_call_is_done_by_hand(company: Company) -> None:
    without_mailbox(company)
    assert approve_one(company).outcome is ApprovalOutcome.BY_HAND
    assert not OutboxRow.objects.of(company.pk).exists()


def test_a_call_that_was_made_takes_the_step(company: Company) -> None:
    without_mailbox(company)
    pk = customer(company, "A").pk
    made = record_done(company, pk, today=TODAY, at=at(TODAY), note="rang")
    assert made.row is not None
    row = OutboxRow.objects.of(company.pk).get(pk=made.row.pk)
    assert (row.state, row.channel, row.text, row.sent_on) == ("sent", "call", "rang", TODAY)
    draw_plan(company, TODAY)
    assert entry_of(company, "A").code == "step.spacing"
    again = record_done(company, pk, today=TODAY, at=at(TODAY))
    assert again.outcome is ApprovalOutcome.NOT_DUE


@pytest.mark.parametrize("state", [OutboxState.REFUSED, OutboxState.CANCELLED])
def test_a_refused_or_cancelled_message_can_be_approved_again(
    company: Company, state: OutboxState
) -> None:
    first = approve_one(company).row
    assert first is not None
    rows = OutboxRow.objects.of(company.pk)
    rows.update(state=state, detail="550 gone", text="old", claim="x")
    made = approve_one(company, days=1)
    assert made.outcome is ApprovalOutcome.APPROVED
    row = rows.get()
    assert (row.pk, row.state, row.detail, row.claim) == (first.pk, "approved", "", "")
    assert row.text != "old"
    assert row.approved_on == TODAY + DAY


@pytest.mark.parametrize("state", ["claimed", "sent", "ambiguous", "failed"])
def test_what_may_have_left_is_never_approved_again(company: Company, state: str) -> None:
    approve_one(company)
    OutboxRow.objects.of(company.pk).update(state=state)
    outcome = approve_one(company).outcome
    assert outcome in (ApprovalOutcome.ALREADY, ApprovalOutcome.NOT_DUE)
    assert OutboxRow.objects.of(company.pk).get().state == state


def test_a_second_reminder_answers_to_the_first(company: Company) -> None:
    first = approve_one(company).row
    postman = Postman()
    send_approved(company, postman, today=TODAY, clock=lambda: at(TODAY))
    later = 8
    bring_in(company, facts("A"), on=TODAY + later * DAY)
    company.imported_on = TODAY + later * DAY
    company.save()
    second = approve_one(company, days=later).row
    assert first is not None
    assert second is not None
    assert second.step == 2
    assert second.in_reply_to == first.message_id
    assert second.message_id != first.message_id
    on = TODAY + later * DAY
    send_approved(company, postman, today=on, clock=lambda: at(on))
    assert postman.carried[1].references == (first.message_id,)


def test_a_bounced_mailbox_gives_way_to_another(company: Company) -> None:
    bring_in(company, facts("A", (), (), [mailbox("A", ContactRole.MANAGER)]))
    mark_bounced(company.pk, "accountant@a.test", TODAY)
    made = approve_one(company)
    assert made.row is not None
    assert made.row.recipient == "manager@a.test"

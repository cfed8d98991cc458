"""Calls: tasks whose outcome is kept with the step, the promise or the dispute."""

from dataclasses import replace

import pytest

from amiable.desk.access import Actor
from amiable.desk.call import CallResult, record_call
from amiable.desk.contact import change_contact, number_is_wrong
from amiable.desk.plan import draw_plan
from amiable.desk.skip import NothingToDo
from amiable.desk.worklist import worklist
from amiable.store.models import (
    AuditEntry,
    Company,
    Contact,
    Conversation,
    Dispute,
    Note,
    OutboxRow,
    Promise,
)
from amiable.store.models.note import CallOutcome
from amiable.store.plan import list_entries
from amiable.store.worklist import Wanted, invoices_by_key
from tests.desk.books import (
    DAY,
    TODAY,
    bring_in,
    entry_of,
    eur,
    facts,
    invoice,
    mailbox,
)
from tests.desk.day_work import NOW, actor_of, listed, pk, three_debtors
from tests.stories.past import past

pytestmark = pytest.mark.django_db


@pytest.fixture
def company() -> Company:
    return three_debtors()


@pytest.fixture
def actor(company: Company) -> Actor:
    return actor_of(company)


# --- calls ----------------------------------------------------------------------------------


@pytest.fixture
def by_phone(company: Company) -> int:
    """T can only be called."""
    invoices, credits = past("T", 12, [5], 20, TODAY - 60 * DAY)
    owed = invoice("T", "F-T", TODAY - 30 * DAY)
    contact = replace(mailbox("T", phone="+33 2 40 00 00 12"), email="")
    bring_in(company, facts("T", [*invoices, owed], credits, [contact]))
    draw_plan(company, TODAY)
    return pk(company, "T")


def test_a_call_is_listed_as_a_task(actor: Actor, by_phone: int) -> None:
    (line,) = worklist(actor, TODAY, Wanted(channel="call")).lines
    assert line.row.customer_id == by_phone
    assert line.contact is not None
    assert line.contact.phone == "+33 2 40 00 00 12"


def test_a_promise_on_the_phone_takes_the_step_and_is_kept_with_the_note(
    company: Company, actor: Actor, by_phone: int
) -> None:
    result = CallResult(
        outcome=CallOutcome.PROMISE,
        text="He pays on Friday.",
        promised_on=TODAY + 3 * DAY,
        promised=eur(100_000),
    )
    record_call(actor, by_phone, result, today=TODAY, at=NOW)
    note = Note.objects.of(company.pk).get()
    assert (note.outcome, note.text, note.by) == ("promise", "He pays on Friday.", actor.user)
    assert Promise.objects.of(company.pk).get().due_on == TODAY + 3 * DAY
    row = OutboxRow.objects.of(company.pk).get()
    assert (row.state, row.channel, row.approved_by) == ("sent", "call", actor.user)
    assert entry_of(company, "T").code == "promise.running"
    assert "T" not in listed(actor)


def test_a_call_recorded_twice_is_recorded_once(
    company: Company, actor: Actor, by_phone: int
) -> None:
    spoke = CallResult(outcome=CallOutcome.SPOKE)
    record_call(actor, by_phone, spoke, today=TODAY, at=NOW)
    with pytest.raises(NothingToDo):
        record_call(actor, by_phone, spoke, today=TODAY, at=NOW)
    assert Note.objects.of(company.pk).count() == 1
    assert AuditEntry.objects.of(company.pk).count() == 1


def test_what_cannot_be_promised_leaves_no_trace(
    company: Company, actor: Actor, by_phone: int
) -> None:
    wrong = CallResult(outcome=CallOutcome.PROMISE, promised_on=TODAY - DAY, promised=eur(100_000))
    with pytest.raises(ValueError, match="looks ahead"):
        record_call(actor, by_phone, wrong, today=TODAY, at=NOW)
    for model in (Note, Promise, OutboxRow, AuditEntry):
        assert not model.objects.of(company.pk).exists()


@pytest.mark.parametrize("outcome", [CallOutcome.NO_ANSWER, CallOutcome.VOICEMAIL])
def test_a_call_nobody_took_is_to_be_made_again(
    company: Company, actor: Actor, by_phone: int, outcome: CallOutcome
) -> None:
    result = CallResult(outcome=outcome, again_on=TODAY + DAY)
    record_call(actor, by_phone, result, today=TODAY, at=NOW)
    assert not OutboxRow.objects.of(company.pk).exists()
    assert entry_of(company, "T").code == "postponed"
    assert entry_of(company, "T").look_again_on == TODAY + DAY


def test_a_dispute_on_the_phone_holds_the_invoice(
    company: Company, actor: Actor, by_phone: int
) -> None:
    contested = invoices_by_key(company.pk, ["F-T"])["F-T"]
    result = CallResult(outcome=CallOutcome.DISPUTE, disputed=contested, reason="broken")
    record_call(actor, by_phone, result, today=TODAY, at=NOW)
    assert Dispute.objects.of(company.pk).get().reason == "broken"
    assert entry_of(company, "T").code == "dispute.all"


# --- what an outcome brings with it -----------------------------------------------------------


def test_a_wrong_number_is_called_no_more_and_the_plan_goes_another_way(
    company: Company, actor: Actor, by_phone: int
) -> None:
    Contact.objects.of(company.pk).filter(customer_id=by_phone).update(address="1 rue du Port")
    called = Contact.objects.of(company.pk).get(customer_id=by_phone)
    result = CallResult(outcome=CallOutcome.WRONG_NUMBER, called=called.key)
    record_call(actor, by_phone, result, today=TODAY, at=NOW)
    called.refresh_from_db()
    assert called.wrong_on == TODAY
    assert entry_of(company, "T").channel == "letter"
    (stored,) = list_entries(company.pk, TODAY, customers=[by_phone])
    assert "reach.wrong_number" in [reason.code for reason in stored.reasons]


def test_whoever_asks_for_a_copy_waits_in_the_inbox(
    company: Company, actor: Actor, by_phone: int
) -> None:
    result = CallResult(outcome=CallOutcome.COPY, copies=("F-T",))
    record_call(actor, by_phone, result, today=TODAY, at=NOW)
    (made,) = Conversation.objects.of(company.pk)
    assert (made.customer_id, made.state, made.assigned_to) == (by_phone, "ours", actor.user)
    assert "F-T" in made.subject
    assert OutboxRow.objects.of(company.pk).filter(customer_id=by_phone, state="sent").exists()


def test_a_number_that_is_changed_is_wrong_no_more(
    company: Company, actor: Actor, by_phone: int
) -> None:
    called = Contact.objects.of(company.pk).get(customer_id=by_phone)
    number_is_wrong(company, called, on=TODAY)
    change_contact(company, called, {"phone": "+33240000013"})
    assert called.wrong_on is None

"""Doubtful messages: shown with what is known, settled by a person, once."""

from datetime import timedelta

import pytest

from amiable.channels.message import Outcome
from amiable.desk.access import Actor, OtherCompany
from amiable.desk.plan import draw_plan
from amiable.desk.settle import AlreadySettled, Verdict, doubt_lost, doubts, settle_doubt
from amiable.store import outbox as store
from amiable.store.doubtful import LOST, STALE_AFTER
from amiable.store.models import AuditEntry, Company, Customer, OutboxRow, Skip
from amiable.store.models.membership import Role
from amiable.store.models.outbox import OutboxState
from tests.desk.books import TODAY, at, company_with_debtors, customer, entry_of
from tests.desk.test_send import Scripted, debtors, send, states
from tests.stories.desk_house import Postman

pytestmark = [pytest.mark.django_db, pytest.mark.database]
NOW = at(TODAY)
LATER = NOW + timedelta(hours=1)


def actor_of(company: Company) -> Actor:
    return Actor(company=company, role=Role.COLLECTOR, name="Anne")


def row_of(company: Company, key: str = "A") -> OutboxRow:
    return OutboxRow.objects.of(company.pk).get(customer__key=key)


def left_in(state: Outcome) -> Company:
    """A company whose message to A ended so."""
    company = debtors("A")
    send(company, Scripted(state))
    return company


def settle(company: Company, verdict: Verdict) -> None:
    row = row_of(company)
    settle_doubt(actor_of(company), row.pk, verdict, state=row.state, at=LATER)


def test_an_ambiguous_message_is_shown_with_what_is_known() -> None:
    company = left_in(Outcome.AMBIGUOUS)
    (row,) = doubts(actor_of(company), at=LATER).rows
    assert (row.detail, row.claimed_at) == ("ambiguous", NOW)
    assert row.message_id.startswith("<")


def test_it_arrived_counts_as_sent_on_the_day_it_left() -> None:
    company = left_in(Outcome.AMBIGUOUS)
    settle(company, Verdict.ARRIVED)
    row = row_of(company)
    assert (row.state, row.sent_on, row.sent_at) == ("sent", TODAY, NOW)
    assert doubts(actor_of(company), at=LATER).count == 0
    assert entry_of(company, "A").code == "step.spacing"
    (entry,) = AuditEntry.objects.of(company.pk).filter(code="message_arrived")
    assert (entry.name, entry.subject) == ("Anne", f"outboxrow:{row.pk}")


def test_it_did_not_arrive_leaves_again_once() -> None:
    company = left_in(Outcome.AMBIGUOUS)
    settle(company, Verdict.AGAIN)
    postman = Postman()
    assert len(send(company, postman).sent) == 1
    assert send(company, postman).sent == []
    assert len(postman.carried) == 1


def test_given_up_its_step_is_left_out() -> None:
    company = left_in(Outcome.AMBIGUOUS)
    settle(company, Verdict.GIVE_UP)
    assert states(company) == {"A": "cancelled"}
    assert Skip.objects.of(company.pk).get().step == 1
    draw_plan(company, TODAY)
    assert entry_of(company, "A").kind == "wait"


def test_two_people_at_once_the_second_is_told() -> None:
    company = left_in(Outcome.AMBIGUOUS)
    row = row_of(company)
    settle(company, Verdict.ARRIVED)
    with pytest.raises(AlreadySettled):
        settle_doubt(actor_of(company), row.pk, Verdict.AGAIN, state="ambiguous", at=LATER)
    assert states(company) == {"A": "sent"}


@pytest.mark.parametrize("state", [Outcome.REFUSED, Outcome.FAILED])
def test_what_surely_did_not_arrive_cannot_be_said_to_have(state: Outcome) -> None:
    company = left_in(state)
    with pytest.raises(AlreadySettled):
        settle(company, Verdict.ARRIVED)
    settle(company, Verdict.AGAIN)
    assert states(company) == {"A": "approved"}


def test_a_failure_is_shown_when_the_program_has_given_up() -> None:
    company = left_in(Outcome.FAILED)
    assert doubts(actor_of(company), at=LATER).count == 0
    OutboxRow.objects.of(company.pk).update(attempts=store.ATTEMPTS)
    assert doubts(actor_of(company), at=LATER).count == 1


def claimed() -> tuple[Company, OutboxRow]:
    company = debtors("A")
    row = store.claim(company.pk, row_of(company).pk, "token", NOW)
    assert row is not None
    return company, row


def test_what_a_dead_sender_had_in_hand_becomes_a_persons() -> None:
    company, row = claimed()
    assert doubts(actor_of(company), at=NOW).count == 0
    assert doubts(actor_of(company), at=NOW + timedelta(minutes=3)).count == 1
    with pytest.raises(AlreadySettled):  # somebody may be at it
        settle(company, Verdict.AGAIN)
    assert doubt_lost(NOW + STALE_AFTER) == 0
    assert doubt_lost(NOW + STALE_AFTER + timedelta(seconds=1)) == 1
    assert doubt_lost(LATER) == 0
    row.refresh_from_db()
    assert (row.state, row.detail, row.sent_on) == ("ambiguous", LOST, TODAY)
    assert entry_of(company, "A").code == "step.spacing"


def test_a_sender_that_was_only_slow_still_tells() -> None:
    company, row = claimed()
    doubt_lost(LATER)
    assert store.settle(row, "token", OutboxState.SENT, "250 ok", TODAY, LATER)
    assert states(company) == {"A": "sent"}


def test_a_slow_sender_does_not_overrule_a_person() -> None:
    company, row = claimed()
    doubt_lost(LATER)
    settle(company, Verdict.AGAIN)
    assert not store.settle(row, "token", OutboxState.SENT, "250 ok", TODAY, LATER)
    assert states(company) == {"A": "approved"}


def test_an_outside_collector_sees_and_settles_their_own() -> None:
    company = left_in(Outcome.AMBIGUOUS)
    outside = Actor(company=company, role=Role.OUTSIDE)
    assert doubts(outside, at=LATER).count == 0
    with pytest.raises(OtherCompany):
        settle_doubt(outside, row_of(company).pk, Verdict.AGAIN, state="ambiguous", at=LATER)


def test_another_companys_message_does_not_exist() -> None:
    company = left_in(Outcome.AMBIGUOUS)
    other = company_with_debtors("X", key="other")
    with pytest.raises(OtherCompany):
        settle_doubt(actor_of(other), row_of(company).pk, Verdict.AGAIN, state="ambiguous", at=NOW)
    assert doubts(actor_of(other), at=LATER).count == 0


def test_a_fact_between_the_gate_and_the_claim_makes_one_look_again() -> None:
    company = debtors("A")
    row, one = row_of(company), customer(company, "A")
    version = one.version
    Customer.objects.of(company.pk).filter(pk=one.pk).update(version=version + 1)
    with pytest.raises(store.CustomerMoved):
        store.claim(company.pk, row.pk, "token", NOW, version)
    assert states(company) == {"A": "approved"}

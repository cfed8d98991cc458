"""Deeds: a line is approved, skipped, postponed; the minute after; what leaves."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from amiable.desk.access import Actor, OtherCompany
from amiable.desk.approve import ApprovalOutcome, Words, names_amounts
from amiable.desk.deed import (
    TooLate,
    approve_work,
    postpone_work,
    skip_work,
    take_back_work,
    undo,
    undoable,
)
from amiable.desk.dispatch import send_due
from amiable.desk.plan import draw_plan
from amiable.desk.skip import NothingToDo
from amiable.store.models import (
    AuditEntry,
    Company,
    Customer,
    Hold,
    OutboxRow,
    Skip,
)
from amiable.store.models.membership import Role
from amiable.store.models.outbox import OutboxState
from tests.desk.books import (
    DAY,
    TODAY,
    bring_in,
    company_with_debtors,
    entry_of,
    facts,
    payment,
)
from tests.desk.day_work import NOW, actor_of, listed, pk, three_debtors

pytestmark = pytest.mark.django_db


@pytest.fixture
def company() -> Company:
    return three_debtors()


@pytest.fixture
def actor(company: Company) -> Actor:
    return actor_of(company)


# --- approving ------------------------------------------------------------------------------


def test_an_approved_line_leaves_the_list_in_the_persons_name(
    company: Company, actor: Actor
) -> None:
    made = approve_work(actor, [pk(company, "A")], today=TODAY, at=NOW)
    assert [one.approval.outcome for one in made] == [ApprovalOutcome.APPROVED]
    assert listed(actor) == ["B", "C"]
    row = OutboxRow.objects.of(company.pk).get()
    assert (row.approved_by, row.edited) == (actor.user, False)
    entry = AuditEntry.objects.of(company.pk).get()
    assert (entry.code, entry.name, entry.subject) == (
        "reminder.approved",
        "Anne",
        f"outboxrow:{row.pk}",
    )


def test_the_second_of_two_people_is_told_who_was_first(company: Company, actor: Actor) -> None:
    other = actor_of(company, name="Bob")
    approve_work(actor, [pk(company, "A")], today=TODAY, at=NOW)
    (made,) = approve_work(other, [pk(company, "A")], today=TODAY, at=NOW)
    assert (made.approval.outcome, made.approval.detail) == (ApprovalOutcome.ALREADY, "Anne")
    assert OutboxRow.objects.of(company.pk).count() == 1


def test_what_is_no_longer_due_is_told_with_its_reason(company: Company, actor: Actor) -> None:
    bring_in(company, facts("A", credits=[payment("A", "pay", TODAY)]))
    (made,) = approve_work(actor, [pk(company, "A")], today=TODAY, at=NOW)
    assert made.approval.outcome is ApprovalOutcome.NOT_DUE
    assert made.approval.reason is not None
    assert listed(actor) == ["B", "C"]


def test_an_outside_collector_approves_only_its_own(company: Company) -> None:
    outside = actor_of(company, Role.OUTSIDE, "Out")
    Customer.objects.of(company.pk).filter(key="C").update(collector=outside.user)
    both = [pk(company, "A"), pk(company, "C")]
    with pytest.raises(OtherCompany):
        approve_work(outside, both, today=TODAY, at=NOW)
    assert not OutboxRow.objects.of(company.pk).exists()
    (made,) = approve_work(outside, both[1:], today=TODAY, at=NOW)
    assert made.approval.outcome is ApprovalOutcome.APPROVED


def test_ones_own_words_are_kept_and_the_tables_stay_tables(company: Company, actor: Actor) -> None:
    who = pk(company, "A")
    approve_work(actor, [who], today=TODAY, at=NOW)
    row = OutboxRow.objects.of(company.pk).get()
    plain_text, tables = row.text, row.html.count("<table")
    take_back_work(actor, [who], today=TODAY, at=NOW)
    edited = "Bonjour & <bienvenue>,\r\n\r\n" + plain_text.replace("\n", "\r\n")
    words = {who: Words(subject="  Un autre\n objet ", text=edited)}
    (made,) = approve_work(actor, [who], today=TODAY, at=NOW, words=words)
    row.refresh_from_db()
    assert made.approval.asks
    assert (row.edited, row.subject, row.state) == (True, "Un autre objet", "approved")
    assert row.text.startswith("Bonjour & <bienvenue>,\n\n")
    assert "Bonjour &amp; &lt;bienvenue&gt;," in row.html
    assert row.html.count("<table") == tables
    assert "\r" not in row.text


def test_words_without_the_amount_are_sent_with_a_warning(company: Company, actor: Actor) -> None:
    who = pk(company, "A")
    words = {who: Words(subject="S", text="Please pay.")}
    (made,) = approve_work(actor, [who], today=TODAY, at=NOW, words=words)
    assert made.approval.outcome is ApprovalOutcome.APPROVED
    assert not made.approval.asks


@pytest.mark.parametrize(
    ("text", "named"),
    [("1\u202f000,00\u00a0€", True), ("€1,000.00", True), ("1 000 €", False), ("100,00 €", False)],
)
def test_an_amount_is_found_however_it_is_spaced(text: str, named: bool) -> None:
    assert names_amounts(f"Dû : {text}.", {"EUR": 100_000}) is named


# --- second thoughts ------------------------------------------------------------------------


def later(seconds: int) -> datetime:
    return NOW + timedelta(seconds=seconds)


def test_a_batch_is_undone_as_one_within_the_minute(company: Company, actor: Actor) -> None:
    both = [pk(company, "A"), pk(company, "B")]
    approve_work(actor, both, today=TODAY, at=NOW)
    (one,) = undoable(actor, later(20))
    assert (one.what, one.n, one.seconds) == ("approved", 2, 40)
    assert undoable(actor, later(61)) == []
    assert undoable(actor_of(company, name="Bob"), later(20)) == []
    assert len(undo(actor, one.key, today=TODAY, at=later(20))) == 2
    assert listed(actor) == ["B", "C", "A"]
    with pytest.raises(TooLate):
        undo(actor, one.key, today=TODAY, at=later(21))


def test_what_was_claimed_for_sending_cannot_be_undone(company: Company, actor: Actor) -> None:
    approve_work(actor, [pk(company, "A")], today=TODAY, at=NOW)
    (one,) = undoable(actor, later(1))
    OutboxRow.objects.of(company.pk).update(state=OutboxState.CLAIMED.value)
    with pytest.raises(TooLate):
        undo(actor, one.key, today=TODAY, at=later(2))


def test_a_skipped_step_is_undone(company: Company, actor: Actor) -> None:
    skip_work(actor, pk(company, "A"), today=TODAY, at=NOW, reason="seen with them")
    assert Skip.objects.of(company.pk).get().note == "seen with them"
    assert listed(actor) == ["B", "C"]
    (one,) = undoable(actor, later(5))
    assert (one.what, one.name) == ("skipped", "A SARL")
    undo(actor, one.key, today=TODAY, at=later(6))
    assert listed(actor) == ["B", "C", "A"]
    assert undoable(actor, later(7)) == []


def test_skipping_twice_skips_one_step(company: Company, actor: Actor) -> None:
    skip_work(actor, pk(company, "A"), today=TODAY, at=NOW)
    with pytest.raises(NothingToDo):
        skip_work(actor, pk(company, "A"), today=TODAY, at=NOW)
    assert Skip.objects.of(company.pk).count() == 1


def test_a_postponed_customer_is_undone_and_other_holds_stay(
    company: Company, actor: Actor
) -> None:
    postpone_work(actor, pk(company, "A"), TODAY + 7 * DAY, today=TODAY, at=NOW)
    assert listed(actor) == ["B", "C"]
    assert entry_of(company, "A").code == "postponed"
    (one,) = undoable(actor, later(5))
    undo(actor, one.key, today=TODAY, at=later(6))
    assert listed(actor) == ["B", "C", "A"]
    assert Hold.objects.of(company.pk).get().until_on == TODAY


@pytest.mark.parametrize("key", ["", "skip:", "skip:x", "hold:0x1", "approved:now", "customer:1"])
def test_a_key_that_names_no_deed_does_not_exist(actor: Actor, key: str) -> None:
    with pytest.raises(OtherCompany):
        undo(actor, key, today=TODAY, at=NOW)


def test_a_deed_of_another_company_does_not_exist(company: Company, actor: Actor) -> None:
    other = company_with_debtors(("A",), key="other")
    draw_plan(other, TODAY)
    stranger = actor_of(other)
    skip_work(stranger, pk(other, "A"), today=TODAY, at=NOW)
    (one,) = undoable(stranger, NOW)
    with pytest.raises(TooLate):
        undo(actor, one.key, today=TODAY, at=NOW)


# --- leaving --------------------------------------------------------------------------------


@pytest.fixture
def _folder(settings: Any, tmp_path: Any) -> None:
    settings.VAR, settings.SMTP, settings.PLAYED_DAY = tmp_path, "", TODAY


@pytest.mark.usefixtures("_folder")
@pytest.mark.parametrize(("seconds", "sent"), [(59, 0), (60, 1), (3600, 1)])
def test_what_was_approved_leaves_after_a_minute(
    company: Company, actor: Actor, seconds: int, sent: int
) -> None:
    approve_work(actor, [pk(company, "A")], today=TODAY, at=NOW)
    assert send_due(later(seconds)) == sent
    states = {1: "sent", 0: "approved"}
    assert OutboxRow.objects.of(company.pk).get().state == states[sent]
    assert send_due(later(seconds)) == 0
    if sent:
        assert entry_of(company, "A").code == "step.spacing"

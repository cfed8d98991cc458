"""Policies: versions, who gets which, and what a draft would do."""

from dataclasses import replace

import pytest

from amiable.desk.access import Actor
from amiable.desk.plan import draw_plan
from amiable.desk.policy import (
    PolicyMoved,
    PolicyNameTaken,
    PolicyUnknown,
    assign_policies,
    assign_policy,
    publish_version,
    segments_of_policies,
    shipped_policy,
    users_of_policies,
)
from amiable.desk.policy_effect import effect_of, ladder_of, stranger_trigger
from amiable.engine.parties import Segment
from amiable.engine.policy import FixedCalendar, HabitQuantile, PolicyRefused
from amiable.store.company import load_policies
from amiable.store.models import AuditEntry, Company, PlanEntry, PolicyVersion
from amiable.store.models.membership import Role
from tests.desk.books import TODAY, at, company_with_debtors, customer, entry_of

pytestmark = pytest.mark.django_db

NOW = at(TODAY)
STANDARD = shipped_policy("standard")
PATIENT = replace(STANDARD, trigger=FixedCalendar(days=60))


@pytest.fixture
def company() -> Company:
    made = company_with_debtors(("A", "B"))
    draw_plan(made, TODAY)
    return made


@pytest.fixture
def actor(company: Company) -> Actor:
    return Actor(company=company, role=Role.MANAGER, name="Anne")


def newest(company: Company, name: str = "standard") -> PolicyVersion:
    return PolicyVersion.objects.of(company.pk).filter(name=name).latest("version")


# --- publishing ---------------------------------------------------------------------------------


def test_a_version_says_who_published_it_and_why(actor: Actor) -> None:
    made = publish_version(actor, PATIENT, base=1, comment="calmer", at=NOW)
    assert (made.version, made.author, made.comment) == (2, "Anne", "calmer")
    entry = AuditEntry.objects.of(actor.company.pk).get(code="policy_published")
    assert entry.facts == {"policy": "standard", "comment": "calmer", "version": 2}


def test_who_publishes_on_an_older_version_is_told(actor: Actor) -> None:
    publish_version(actor, PATIENT, base=1, comment="calmer", at=NOW)
    with pytest.raises(PolicyMoved) as caught:
        publish_version(actor, replace(PATIENT, spacing=9), base=1, comment="mine", at=NOW)
    assert caught.value.newest.version == 2
    assert newest(actor.company).version == 2


def test_a_new_policy_needs_a_name_of_its_own(actor: Actor) -> None:
    with pytest.raises(PolicyNameTaken):
        publish_version(actor, PATIENT, base=None, comment="new", at=NOW)


def test_nothing_new_is_not_published(actor: Actor) -> None:
    made = publish_version(actor, STANDARD, base=1, comment="same", at=NOW)
    assert made.version == 1
    assert not AuditEntry.objects.of(actor.company.pk).filter(code="policy_published").exists()


def test_a_policy_with_errors_leaves_nothing_behind(actor: Actor) -> None:
    with pytest.raises(PolicyRefused):
        publish_version(actor, replace(PATIENT, steps=()), base=1, comment="x", at=NOW)
    assert newest(actor.company).version == 1
    assert not AuditEntry.objects.of(actor.company.pk).exists()


def test_only_the_newest_version_is_in_force(actor: Actor) -> None:
    publish_version(actor, PATIENT, base=1, comment="calmer", at=NOW)
    assert load_policies(actor.company).policies["standard"].trigger == PATIENT.trigger


# --- who gets which -------------------------------------------------------------------------------


def test_one_customer_may_have_a_policy_of_its_own_at_once(actor: Actor) -> None:
    publish_version(actor, replace(PATIENT, name="patient"), base=None, comment="x", at=NOW)
    row = customer(actor.company, "A")
    assign_policy(actor, row, "patient", at=NOW, today=TODAY)
    assert (entry_of(actor.company, "A").kind, entry_of(actor.company, "B").kind) == (
        "wait",
        "remind",
    )
    assert users_of_policies(actor) == {"patient": 1, "standard": 1}
    assign_policy(actor, row, "", at=NOW, today=TODAY)
    assert entry_of(actor.company, "A").kind == "remind"
    deeds = AuditEntry.objects.of(actor.company.pk).filter(customer=row)
    assert [deed.code for deed in deeds.order_by("pk")] == ["policy_chosen", "policy_unchosen"]


def test_a_segment_may_have_a_policy(actor: Actor) -> None:
    assert assign_policies(actor, "standard", {Segment.NEW: "prudent"}, at=NOW)
    assert not assign_policies(actor, "standard", {Segment.NEW: "prudent"}, at=NOW)
    assert segments_of_policies(actor.company) == {"prudent": [Segment.NEW]}
    assert load_policies(actor.company).by_segment == {Segment.NEW: "prudent"}


def test_a_policy_that_is_not_published_cannot_be_assigned(actor: Actor) -> None:
    with pytest.raises(PolicyUnknown):
        assign_policies(actor, "nope", {}, at=NOW)
    with pytest.raises(PolicyUnknown):
        assign_policy(actor, customer(actor.company, "A"), "nope", at=NOW, today=TODAY)


def test_an_outside_collector_counts_its_own_customers_only(company: Company) -> None:
    outside = Actor(company=company, role=Role.OUTSIDE)
    assert users_of_policies(outside) == {}


# --- the effect --------------------------------------------------------------------------------


def test_a_more_patient_policy_would_remind_nobody(company: Company) -> None:
    effect = effect_of(company, PATIENT, TODAY)
    assert (effect.before, effect.after, effect.concerned) == (2, 0, 2)
    assert (effect.fewer, effect.more) == (("A SARL", "B SARL"), ())
    assert not effect.sampled
    assert not effect.as_default


def test_a_policy_nobody_has_is_tried_as_the_default(company: Company) -> None:
    effect = effect_of(company, replace(PATIENT, name="patient"), TODAY)
    assert effect.as_default
    assert effect.after == 0


def test_the_effect_leaves_the_plan_alone(company: Company) -> None:
    before = list(PlanEntry.objects.of(company.pk).order_by("pk").values())
    effect_of(company, PATIENT, TODAY)
    assert list(PlanEntry.objects.of(company.pk).order_by("pk").values()) == before


def test_of_many_customers_some_are_looked_at(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("amiable.desk.policy_effect._SAMPLE", 1)
    effect = effect_of(company, PATIENT, TODAY)
    assert (effect.looked_at, effect.concerned, effect.sampled) == (1, 2, True)


def test_an_old_ledger_does_not_hide_the_effect(company: Company) -> None:
    company.imported_on = TODAY.replace(year=2025)
    assert effect_of(company, PATIENT, TODAY).before == 2


def test_a_customers_ladder_stands_on_its_own_habit(company: Company) -> None:
    ladder = ladder_of(company, STANDARD, customer(company, "A"), TODAY)
    assert (ladder.number, ladder.usual) == ("F-A", 5)
    assert ladder.due_on is not None
    first = ladder.days[0] - ladder.due_on
    assert ladder.trigger <= first.days <= ladder.trigger + 3  # rolled to a working day
    assert list(ladder.days) == sorted(ladder.days)


def test_a_strangers_first_reminder_lies_between_floor_and_cap(company: Company) -> None:
    floor, usual, last = stranger_trigger(company, HabitQuantile(share=0.7), TODAY)
    assert floor <= usual <= last
    assert stranger_trigger(company, FixedCalendar(days=8), TODAY) == (8, 8, 8)

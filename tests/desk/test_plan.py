"""The plan: one entry in force for everybody who owes, drawn again without a change."""

from dataclasses import replace
from datetime import date

import pytest

from amiable.desk.plan import draw_plan
from amiable.desk.policy import publish_policy, shipped_policy
from amiable.desk.skip import NothingToDo, skip
from amiable.desk.undo_import import undo_import
from amiable.store.models import PlanEntry
from amiable.store.plan import list_entries
from tests.desk.books import (
    DAY,
    TODAY,
    at,
    bring_in,
    company_with_debtors,
    entry_of,
    facts,
    invoice,
    mailbox,
    new_company,
    payer,
    payment,
)
from tests.desk.chosen import choose_policy

pytestmark = pytest.mark.django_db


def test_everybody_who_owes_has_one_entry_and_nobody_else() -> None:
    company = company_with_debtors(["A", "B"])
    bring_in(company, payer("P", 0, TODAY - 10 * DAY))
    draw_plan(company, TODAY)
    keys = [entry.row.customer.key for entry in list_entries(company.pk, TODAY)]
    assert keys == ["A", "B"]


def test_a_debt_that_a_dated_payment_will_settle_is_in_the_plan_until_then() -> None:
    company = new_company()
    owed = invoice("A", "F-2026-0001", TODAY - 30 * DAY)
    paid = payment("A", "P1", TODAY + DAY, number="F-2026-0001")
    bring_in(company, facts("A", [owed], [paid]))
    draw_plan(company, TODAY)
    assert entry_of(company, "A").kind != "wait"
    draw_plan(company, TODAY + DAY)
    assert entry_of(company, "A").code == "ledger.nothing_owed"


def test_drawing_twice_changes_nothing() -> None:
    company = company_with_debtors()
    first = draw_plan(company, TODAY)
    rows = list(PlanEntry.objects.of(company.pk).order_by("pk").values())
    second = draw_plan(company, TODAY)
    assert (first.decided, first.changed) == (2, 2)
    assert (second.decided, second.changed) == (0, 0)
    assert list(PlanEntry.objects.of(company.pk).order_by("pk").values()) == rows


def test_a_day_leaves_one_decision_however_often_it_changed() -> None:
    company = company_with_debtors(["A"])
    draw_plan(company, TODAY)
    bring_in(company, facts("A", (), [payment("A", "P1", TODAY, number="F-A")]))
    draw_plan(company, TODAY)
    (row,) = PlanEntry.objects.of(company.pk)
    assert row.code == "ledger.nothing_owed"


def test_an_entry_that_another_replaces_keeps_its_days() -> None:
    company = company_with_debtors(["A"])
    draw_plan(company, TODAY)
    bring_in(company, facts("A", (), [payment("A", "P1", TODAY, number="F-A")]))
    draw_plan(company, TODAY + DAY)
    rows = PlanEntry.objects.of(company.pk).order_by("pk")
    assert list(rows.values_list("kind", "decided_on", "ended_on")) == [
        ("remind", TODAY, TODAY + DAY),
        ("wait", TODAY + DAY, None),
    ]
    assert [entry.row.kind for entry in list_entries(company.pk, TODAY)] == ["remind"]


def test_lateness_is_told_as_of_the_day_one_looks() -> None:
    company = company_with_debtors(["A"])
    draw_plan(company, TODAY)
    (today,) = list_entries(company.pk, TODAY)
    (tomorrow,) = list_entries(company.pk, TODAY + DAY)
    assert today.reasons[0].named()["late"] == 25 - (TODAY - 25 * DAY).weekday() // 6
    assert tomorrow.reasons[0].named()["late"] == today.reasons[0].named()["late"] + 1


def test_a_skipped_step_counts_as_taken() -> None:
    company = company_with_debtors(["A"])
    draw_plan(company, TODAY)
    (entry,) = list_entries(company.pk, TODAY)
    skip(company, entry, on=TODAY, note="they rang")
    skip(company, entry, on=TODAY, note="twice")
    draw_plan(company, TODAY)
    (after,) = list_entries(company.pk, TODAY)
    assert (after.row.kind, after.row.code) == ("wait", "step.not_yet")
    assert after.reasons[0].named()["step"] == 2
    with pytest.raises(NothingToDo):
        skip(company, after, on=TODAY)


def test_a_ledger_that_grows_too_old_on_a_day_off_holds_the_reminder() -> None:
    saturday = TODAY + 4 * DAY
    company = company_with_debtors(["A"], on=saturday - DAY)
    one_day = replace(shipped_policy("standard"), fresh_days=1)
    publish_policy(company, one_day, at=at(saturday))
    draw_plan(company, saturday)
    assert entry_of(company, "A").code == "day.off"
    draw_plan(company, saturday + DAY)
    assert entry_of(company, "A").code == "ledger.stale"


def test_a_notice_kept_back_by_a_holiday_leaves_on_the_next_working_day() -> None:
    armistice = date(2026, 11, 11)  # a Wednesday
    company = new_company(on=armistice)
    choose_policy(company, "prudent")
    owed = invoice("A", "F1", armistice + 5 * DAY)
    bring_in(company, facts("A", [owed], (), [mailbox("A")]), on=armistice)
    draw_plan(company, armistice)
    assert entry_of(company, "A").kind == "wait"
    draw_plan(company, armistice + DAY)
    entry = entry_of(company, "A")
    assert (entry.kind, entry.detail["number"]) == ("remind", 0)


def test_an_undone_import_may_leave_the_ledger_too_old() -> None:
    company = company_with_debtors(["A"], on=TODAY - 20 * DAY)
    bring_in(company, facts("B", [invoice("B", "F-B", TODAY)]))
    draw_plan(company, TODAY)
    assert entry_of(company, "A").kind == "remind"
    undo_import(company, at=at(TODAY))
    draw_plan(company, TODAY)
    assert entry_of(company, "A").code == "ledger.stale"

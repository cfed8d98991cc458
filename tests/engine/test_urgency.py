"""Urgency: what orders a worklist, computed anew from its documented formula."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings

from amiable.engine.days import week_start
from amiable.engine.habit import habit_of, learn_company
from amiable.engine.ledger import OpenItems
from amiable.engine.money import Money
from amiable.engine.parties import Customer
from amiable.engine.policy import HabitQuantile, Policy, Step, Tone
from amiable.engine.promise import Promise
from amiable.engine.situation import Account, Morning, see
from amiable.engine.urgency import Urgency, urgency_of
from tests.engine.accounts import cases
from tests.engine.test_expectation import owed

TODAY = date(2026, 3, 2)
NOW = TODAY.toordinal()
POLICY = Policy(
    name="p", trigger=HabitQuantile(share=0.7), steps=(Step(after=0, tone=Tone.FRIENDLY),)
)
COMPANY = learn_company([[(NOW - 40, delay)] * 12 for delay in (2, 5, 9, 14)])


def account(*late: int, delays: tuple[int, ...] = (5,) * 20, **facts: object) -> Account:
    history = [(NOW - 300 + 10 * n, delay) for n, delay in enumerate(delays)]
    items = tuple(owed(f"i{n}", days) for n, days in enumerate(late))
    return Account(
        customer=Customer(key="c", name="C"),
        open=OpenItems(invoices=items, credits=()),
        habit=habit_of(history, COMPANY, week_start(TODAY)),
        **facts,  # type: ignore[arg-type]
    )


def urgency(one: Account) -> Urgency:
    return urgency_of(see(one, POLICY, Morning(today=TODAY)))


def test_it_counts_from_the_oldest_late_invoice():
    found = urgency(account(30, 2))
    assert found.late_from == TODAY - timedelta(days=30)
    assert found.beyond_on == found.late_from + timedelta(days=6)  # usually 5 days late
    assert found.overdue == (Money(minor=120_000, currency="EUR"),)
    assert found.in_peace == ("i1",)


def test_nothing_late_is_no_risk_and_what_is_due_next_sets_the_day():
    found = urgency(account(-10))
    assert (found.late_from, found.risk, found.overdue) == (None, 0, ())
    assert found.beyond_on == TODAY + timedelta(days=16)


@pytest.mark.parametrize("late", [1, 4, 6, 8, 12, 20, 45, 200])
def test_the_risk_is_the_sum_of_its_parts(late):
    one = account(late)
    habit = one.habit
    points = 40 * habit.chance_by(late - 1)
    if late > habit.usual:
        points += 30 * min(1, (late - habit.usual) / (3 * max(7, habit.spread)))
    assert urgency(one).risk == round(points)


def test_a_drift_and_a_broken_promise_add_15_each():
    calm = account(20, delays=(5,) * 10 + (5,) * 10)
    drifting = account(20, delays=(5,) * 10 + (40,) * 12)
    habit = drifting.habit
    assert habit.drifts(habit.drift(TODAY) or 0)
    promise = Promise(
        key="p",
        customer="c",
        made_on=TODAY - timedelta(days=30),
        due_on=TODAY - timedelta(days=20),
        amount=Money(minor=100, currency="EUR"),
    )
    broken = replace(calm, promises=[promise])
    assert urgency(broken).risk == urgency(calm).risk + 15
    plain = 40 * habit.chance_by(19)
    assert urgency(drifting).risk == round(plain + 15)  # 20 is within its new habit


@settings(max_examples=100)
@given(cases())
def test_the_risk_is_between_0_and_100_and_later_is_never_less(case):
    now = urgency_of(see(case.account, case.policy, case.morning))
    later_on = case.morning.today + timedelta(days=1)
    later = urgency_of(see(case.account, case.policy, replace(case.morning, today=later_on)))
    assert 0 <= now.risk <= 100
    if now.late_from is not None and now.late_from == later.late_from:
        same_week = week_start(case.morning.today) == week_start(later_on)
        assert later.risk >= now.risk or not same_week

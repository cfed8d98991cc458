"""Instalment plans: equal parts to the cent, on working days; what their parts make of them."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as some

from amiable.engine.days import BusinessCalendar
from amiable.engine.instalment import PlanState, Rhythm, plan_state, schedule
from amiable.engine.money import Money
from amiable.engine.promise import PromiseState

EVERY_DAY = BusinessCalendar(weekend=frozenset())


def euros(minor):
    return Money(minor=minor, currency="EUR")


def test_the_first_parts_bear_the_cents_that_cannot_be_divided():
    parts = schedule(euros(100_00), 3, date(2026, 3, 2), Rhythm.WEEK, EVERY_DAY)
    assert [part.amount.minor for part in parts] == [33_34, 33_33, 33_33]
    assert [part.due_on for part in parts] == [
        date(2026, 3, 2),
        date(2026, 3, 9),
        date(2026, 3, 16),
    ]


def test_months_are_counted_from_the_first_day_so_that_the_31st_comes_back():
    parts = schedule(euros(300), 3, date(2026, 1, 31), Rhythm.MONTH, EVERY_DAY)
    assert [part.due_on for part in parts] == [
        date(2026, 1, 31),
        date(2026, 2, 28),
        date(2026, 3, 31),
    ]


def test_a_part_on_a_day_off_moves_to_the_next_working_day():
    parts = schedule(euros(200), 2, date(2026, 3, 14), Rhythm.FORTNIGHT, BusinessCalendar())
    assert [part.due_on for part in parts] == [date(2026, 3, 16), date(2026, 3, 30)]


@given(some.integers(1, 10**9), some.integers(1, 60), some.sampled_from(Rhythm))
def test_no_cent_is_lost_and_days_ascend(minor, count, rhythm):
    if minor < count:
        with pytest.raises(ValueError, match="cannot be paid"):
            schedule(euros(minor), count, date(2026, 1, 1), rhythm, BusinessCalendar())
        return
    parts = schedule(euros(minor), count, date(2026, 1, 1), rhythm, BusinessCalendar())
    assert sum(part.amount.minor for part in parts) == minor
    assert max(p.amount.minor for p in parts) - min(p.amount.minor for p in parts) <= 1
    days = [part.due_on for part in parts]
    gaps = [later - day for day, later in pairwise(days)]
    assert all(gap > timedelta(0) for gap in gaps)


@pytest.mark.parametrize("count", [0, 61])
def test_too_many_parts_or_none_are_refused(count):
    with pytest.raises(ValueError, match="parts"):
        schedule(euros(10_000), count, date(2026, 1, 1), Rhythm.MONTH, EVERY_DAY)


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ([PromiseState.KEPT, PromiseState.RUNNING], PlanState.RUNNING),
        ([PromiseState.KEPT, PromiseState.KEPT], PlanState.KEPT),
        ([PromiseState.KEPT, PromiseState.BROKEN, PromiseState.LAPSED], PlanState.BROKEN),
        ([None, None], None),
        ([None, PromiseState.RUNNING], PlanState.RUNNING),
    ],
)
def test_a_plan_stands_where_its_parts_stand(parts, expected):
    assert plan_state(parts) is expected

"""Drift: the rule, the test behind it, and how often it cries wolf."""

from datetime import date
from itertools import combinations
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amiable.engine.drift import FALSE_ALARMS, chance_of_later, drift_alert
from amiable.engine.habit import CompanyHabit, History, curve, habit_of

TODAY = date(2026, 11, 23)
NOW = TODAY.toordinal()
STEADY = curve({0: 1.0, 5: 2.0, 10: 1.0})
COMPANY = CompanyHabit(
    stranger=STEADY, scatter=STEADY, kappa=1.0, mean=5.0, customers=9, invoices=90
)
DELAYS = st.lists(st.integers(-20, 60), min_size=4, max_size=12)


def history_of(before: list[int], recent: list[int]) -> History:
    old = [(NOW - 200 - 9 * n, delay) for n, delay in enumerate(before)]
    new = [(NOW - 2 - 9 * n, delay) for n, delay in enumerate(recent)]
    return sorted([*old, *new])


def exact_chance(before: list[int], recent: list[int]) -> float:
    """By counting all ways to choose which payments are the recent ones."""
    every = [*before, *recent]
    ranks = [
        sum(other < one for other in every) + (sum(other == one for other in every) + 1) / 2
        for one in every
    ]
    seen = sum(ranks[len(before) :])
    ways = [sum(chosen) for chosen in combinations(ranks, len(recent))]
    return sum(one >= seen - 1e-9 for one in ways) / len(ways)


@pytest.mark.parametrize(
    ("before", "recent"),
    [
        ([1, 2, 3, 4, 5, 6], [7, 8, 9, 10, 11, 12]),
        ([1, 5, 3, 9, 2, 2], [2, 8, 9, 6, 11, 4]),
        ([0, 0, 0, 0, 5, 0], [5, 5, 10, 5, 5, 20]),
    ],
)
def test_the_chance_is_near_the_one_counted_out(before: list[int], recent: list[int]) -> None:
    assert chance_of_later(before, recent) == pytest.approx(exact_chance(before, recent), abs=0.02)


@given(DELAYS, DELAYS)
def test_the_chance_of_later_and_of_sooner_cover_everything(
    one: list[int], other: list[int]
) -> None:
    later, sooner = chance_of_later(one, other), chance_of_later(other, one)
    assert 0 <= later <= 1
    assert later + sooner >= 1 - 1e-9


def test_nothing_differs_where_everybody_pays_on_the_same_day() -> None:
    assert chance_of_later([3] * 6, [3] * 6) == 1


def test_a_customer_who_pays_twenty_days_later_is_told_of() -> None:
    history = history_of([2, 4, 3, 5, 6, 4, 3, 5, 2, 4], [24, 22, 26, 23, 25, 24, 27, 21])
    found = drift_alert(habit_of(history, COMPANY, TODAY), TODAY)
    assert found is not None
    assert (found.days, found.before, found.recent) == (20, 10, 8)
    assert found.chance < FALSE_ALARMS


def test_one_late_payment_run_is_one_piece_of_evidence() -> None:
    """Eight invoices paid on one day, all late, are one day of payment: too little to tell."""
    before = [(NOW - 400 + 9 * n, 3) for n in range(10)]
    habit = habit_of([*before, *[(NOW - 5, 40)] * 8], COMPANY, TODAY)
    assert habit.drift(TODAY) == 37
    assert drift_alert(habit, TODAY) is None


def test_four_payments_against_four_prove_nothing() -> None:
    habit = habit_of(history_of([1, 2, 3, 4], [41, 42, 43, 44]), COMPANY, TODAY)
    assert drift_alert(habit, TODAY) is None


def drawn(random: Random, usual: float, spread: float) -> int:
    """A delay of a lopsided, long-tailed habit."""
    delay = usual + spread * random.gauss(0, 1)
    return round(delay + (random.expovariate(1 / (3 * spread)) if random.random() < 0.15 else 0))


def steady_customer(random: Random) -> History:
    """A customer whose habit never moves: its own delay, spread, rhythm and payment runs."""
    usual, spread = random.uniform(-5, 30), random.choice((1, 3, 6, 12, 20))
    paid: list[tuple[int, int]] = []
    for _ in range(random.randint(8, 60)):
        day = NOW - random.randint(1, 700)
        run = drawn(random, usual, spread)
        paid += [(day, run + random.randint(-2, 2)) for _ in range(random.choice((1, 1, 1, 2, 4)))]
    return sorted(paid)


def test_a_thousand_steady_customers_raise_five_false_alarms_at_most() -> None:
    random = Random(20261123)
    habits = [habit_of(steady_customer(random), COMPANY, TODAY) for _ in range(4_000)]
    alarms = sum(drift_alert(habit, TODAY) is not None for habit in habits)
    by_the_rule_alone = sum(habit.drifts(habit.drift(TODAY) or 0) for habit in habits)
    assert alarms <= FALSE_ALARMS * len(habits)
    assert by_the_rule_alone > 5 * max(alarms, 1)  # what the test is for


def test_most_customers_that_pay_fifteen_days_later_are_found() -> None:
    random = Random(7)
    found = 0
    for _ in range(300):
        before = [drawn(random, 5, 5) for _ in range(14)]
        recent = [drawn(random, 20, 5) for _ in range(10)]
        habit = habit_of(history_of(before, recent), COMPANY, TODAY)
        found += drift_alert(habit, TODAY) is not None
    assert found > 270

"""The effect of reminders: nothing is gained by who does as usual; intervals hold what they say."""

from datetime import date
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amiable.engine.effect import (
    ClusterSums,
    Rate,
    cluster_sums,
    days_gained,
    expected_wait,
    interval_of,
    mean_with_interval,
    student_t,
)
from amiable.engine.habit import Habit, habit_of, learn_company

ON = date(2026, 6, 1)
DELAYS = st.lists(st.integers(-10, 60), min_size=1, max_size=20)


def habit(*delays: int, seed: int = 1) -> Habit:
    rng = Random(seed)
    others = [[(ON.toordinal() - n, rng.randint(-5, 70)) for n in range(9, 1, -1)] for _ in "abcde"]
    own = [(ON.toordinal() - 10 * n, delay) for n, delay in enumerate(delays, 1)][::-1]
    return habit_of(own, learn_company([*others, own]), ON)


def drawn(of: Habit, late: int, rng: Random) -> int:
    """A delay of this habit, given that it is ``late`` or more."""
    return of.quantile(max(rng.random(), 1e-9), late)


@pytest.mark.parametrize("late", [-5, 3, 12, 30])
@pytest.mark.parametrize("horizon", [5, 30, 60])
def test_an_invoice_that_behaves_as_its_habit_says_gains_nothing_on_average(
    late: int, horizon: int
) -> None:
    of, rng = habit(9, 10, 10, 11, 25), Random(late * 100 + horizon)
    gains = []
    for _ in range(2_500):
        gain = days_gained(of, late, drawn(of, late, rng) - late, horizon)
        assert gain is not None
        gains.append([gain])
    found = interval_of(cluster_sums(gains))
    assert found is not None
    assert abs(found.mean) < 1.6 * (found.high - found.low) / 2


def test_young_reminders_gain_nothing_either_when_nothing_changed() -> None:
    of, rng = habit(9, 10, 10, 11, 25), Random(7)
    gains = []
    for _ in range(2_500):
        age = rng.randint(7, 90)
        waited = min(drawn(of, 12, rng) - 12, age)  # an open one has waited as long as it is old
        gain = days_gained(of, 12, waited, observed=age)
        assert gain is not None
        gains.append([gain])
    found = interval_of(cluster_sums(gains))
    assert found is not None
    assert abs(found.mean) < 1.6 * (found.high - found.low) / 2


def test_who_pays_five_days_sooner_than_usual_is_seen_to() -> None:
    of = habit(*[20] * 19)
    expected = expected_wait(of, 10)
    gain = days_gained(of, 10, 5)
    assert expected is not None
    assert gain == pytest.approx(expected - 5)
    assert 4 < gain < 8


@given(DELAYS, st.integers(-5, 60), st.integers(0, 60))
def test_a_wait_lies_between_nothing_and_its_horizon(
    delays: list[int], late: int, horizon: int
) -> None:
    expected = expected_wait(habit(*delays), late, horizon)
    assert expected is None or 0 <= expected <= horizon + 1e-9


@given(DELAYS, st.integers(-5, 40), st.integers(0, 59), st.integers(0, 80))
def test_paying_a_day_later_never_gains(
    delays: list[int], late: int, horizon: int, waited: int
) -> None:
    of = habit(*delays)
    sooner, later = (
        days_gained(of, late, waited, horizon),
        days_gained(of, late, waited + 1, horizon),
    )
    assert (sooner is None) == (later is None)
    assert sooner is None or later is None or later <= sooner


@given(DELAYS, st.integers(-5, 40), st.integers(0, 59))
def test_a_longer_horizon_waits_longer(delays: list[int], late: int, horizon: int) -> None:
    of = habit(*delays)
    short, long = expected_wait(of, late, horizon), expected_wait(of, late, horizon + 1)
    assert short is None or long is None or short <= long <= short + 1 + 1e-9


@given(DELAYS, st.integers(-5, 40))
def test_the_day_of_payment_announced_never_moves_forward_as_it_gets_later(
    delays: list[int], late: int
) -> None:
    of = habit(*delays)
    now, tomorrow = expected_wait(of, late, 2_000), expected_wait(of, late + 1, 2_000)
    assert now is None or tomorrow is None or late + now <= late + 1 + tomorrow + 1e-6


def test_of_a_lateness_nobody_ever_paid_at_nothing_is_announced() -> None:
    assert expected_wait(habit(5, 6, 7), 1_400) is None
    assert days_gained(habit(5, 6, 7), 1_400, 3) is None


def test_a_horizon_below_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="horizon"):
        expected_wait(habit(5), 0, -1)


@pytest.mark.parametrize("customers", [12, 40])
def test_the_interval_holds_the_truth_95_times_in_a_hundred_with_customers_of_all_sizes(
    customers: int,
) -> None:
    rng, held, rounds = Random(customers), 0, 1_200
    for _ in range(rounds):
        values = []
        for _ in range(customers):
            own = rng.gauss(3, 4)  # what a customer's reminders share
            values.append([own + rng.gauss(0, 6) for _ in range(rng.randint(1, 6))])
        found = interval_of(cluster_sums(values))
        assert found is not None
        held += found.low <= 3 <= found.high
    assert 0.93 <= held / rounds <= 0.97


def test_of_one_customer_no_interval_can_be_given() -> None:
    assert mean_with_interval({"one": [1.0, 2.0, 3.0]}) is None
    assert mean_with_interval({}) is None
    assert mean_with_interval({"one": [1.0], "none": []}) is None


def test_a_customer_whose_values_are_all_the_same_counts_once() -> None:
    few = mean_with_interval({n: [float(n)] for n in range(12)})
    many = mean_with_interval({n: [float(n)] * 50 for n in range(12)})
    assert few is not None
    assert many is not None
    assert (many.mean, many.low, many.high) == pytest.approx((few.mean, few.low, few.high))
    assert (many.n, many.customers, many.enough, few.enough) == (600, 12, True, False)


def test_an_effect_is_told_only_of_enough_and_away_from_nothing() -> None:
    sure = mean_with_interval({n: [3.0 + n % 3] * 3 for n in range(12)})
    unsure = mean_with_interval({n: [(-1.0) ** n] * 3 for n in range(12)})
    assert sure is not None
    assert unsure is not None
    assert (sure.tells, unsure.tells) == (True, False)


def test_sums_of_no_spread_give_no_width() -> None:
    same = ClusterSums(customers=3, n=3, total=0.3, squares=0.03, crossed=0.3, sizes=3)
    found = interval_of(same)
    assert found is not None
    assert found.high - found.low < 1e-6


@pytest.mark.parametrize(
    ("freedom", "table"),
    [(1, 12.706), (2, 4.303), (3, 3.182), (6, 2.447), (30, 2.042), (999, 1.962)],
)
def test_students_t_is_that_of_the_tables(freedom: int, table: float) -> None:
    assert student_t(freedom) == pytest.approx(table, abs=0.02 if freedom == 3 else 0.001)


def test_students_t_needs_a_degree_of_freedom() -> None:
    with pytest.raises(ValueError, match="degree"):
        student_t(0)


def test_a_rate_lies_where_wilson_says() -> None:
    assert Rate(hits=3, n=10).bounds == pytest.approx((0.1078, 0.6032), abs=1e-4)
    assert Rate(hits=0, n=10).bounds == pytest.approx((0, 0.2775), abs=1e-4)
    assert Rate(hits=10, n=10).bounds == pytest.approx((0.7225, 1), abs=1e-4)
    assert (Rate(hits=0, n=0).share, Rate(hits=0, n=0).bounds) == (None, None)

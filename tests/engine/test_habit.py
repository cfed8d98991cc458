"""The habit: the published formula by hand, by a slow twin, and what must always hold."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amiable.engine.days import BusinessCalendar
from amiable.engine.habit import (
    DEFAULT_CURVE,
    LONGEST_DELAY,
    NO_HISTORY,
    Basis,
    CompanyHabit,
    beyond,
    curve,
    due_for_habit,
    habit_of,
    learn_company,
    rolls_due_dates,
)
from amiable.engine.parties import Segment

TODAY = date(2026, 3, 2)
NOW = TODAY.toordinal()

HALVES = CompanyHabit(
    stranger=curve({0: 0.5, 10: 0.5}),
    scatter=curve({0: 1.0}),
    kappa=2.0,
    mean=5.0,
    customers=4,
    invoices=40,
)


def paid(*delays: int, ago: int = 0, every: int = 0) -> list[tuple[int, int]]:
    """Settled invoices: the last one ``ago`` days before today, one every ``every`` days."""
    last = len(delays) - 1
    return [(NOW - ago - every * (last - n), delay) for n, delay in enumerate(delays)]


DELAYS = st.lists(st.integers(-40, 120), max_size=25)
HISTORIES = st.lists(st.tuples(st.integers(0, 2_000), st.integers(-40, 120)), max_size=20).map(
    lambda rows: sorted((NOW - ago, delay) for ago, delay in rows)
)
COMPANIES = st.lists(HISTORIES, max_size=8).map(learn_company)
SHARES = st.sampled_from([0.05, 0.2, 0.5, 0.6, 0.7, 0.8, 0.9, 0.99])

# --- the formula ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("share", "day"), [(0.1, 0), (0.17, 4), (0.5, 4), (0.66, 4), (0.67, 6), (0.83, 6), (0.84, 10)]
)
def test_the_formula_computed_by_hand(share, day):
    """y = 4, 6 paid today; theta = 4 (median of 4, 6 and twice F0), a = 2/(2 + 2), so
    P = 0: 0.25, 4: 0.5, 10: 0.25 and F = (4, 6 and four times P) / 6 = 0: 1/6, 4: 3/6, 6, 10: 1/6.
    """
    assert habit_of(paid(4, 6), HALVES, TODAY).quantile(share) == day


def test_a_payment_of_a_half_life_ago_counts_half():
    habit = habit_of(paid(6, ago=180), HALVES, TODAY)
    assert habit.own_share == pytest.approx(0.5 / 4.5)


def slow_quantile(history, company, share, at_least=None):
    """The module's formula, term by term over whole distributions, without its shortcuts."""
    span = range(-200, 400)
    step0 = {d: company.stranger.at(d) - company.stranger.at(d - 1) for d in span}
    n, kappa = len(history), company.kappa
    mass = {d: kappa * step0[d] + sum(y == d for _, y in history) for d in span}
    theta = quantile(mass, 0.5)
    a = kappa / (n + kappa)
    weighed = {d: 4 * a * step0[d] for d in span}
    for d in span:
        step = company.scatter.at(d - theta) - company.scatter.at(d - theta - 1)
        weighed[d] += 4 * (1 - a) * step
    for day, y in history:
        weighed[y] += 2 ** (-(NOW - day) / 180)
    if at_least is not None:
        weighed = {d: w for d, w in weighed.items() if d >= at_least}
    return quantile(weighed, share)


def quantile(weights, share):
    goal, total = share * sum(weights.values()) - 1e-7, 0.0
    for day in sorted(weights):
        total += weights[day]
        if total >= goal:
            return day
    return max(weights)


@given(HISTORIES, COMPANIES, SHARES)
def test_the_habit_is_the_published_formula(history, company, share):
    fast = habit_of(history, company, TODAY).quantile(share)
    slow = slow_quantile(history, company, share)
    # where a share falls on the edge of a step, the last digit of a float may decide
    near = (
        slow_quantile(history, company, share - 1e-6),
        slow_quantile(history, company, share + 1e-6),
    )
    assert min(*near, slow) <= fast <= max(*near, slow)


# --- what must always hold ------------------------------------------------------------------


@given(HISTORIES, COMPANIES)
def test_a_larger_share_is_never_sooner(history, company):
    habit = habit_of(history, company, TODAY)
    days = [habit.quantile(share / 20) for share in range(1, 20)]
    assert days == sorted(days)


@given(HISTORIES, COMPANIES, SHARES, st.integers(-50, 200))
def test_still_open_at_a_lateness_is_never_foreseen_before_it(history, company, share, late):
    habit = habit_of(history, company, TODAY)
    assert habit.quantile(share, at_least=late) >= max(late, habit.quantile(share))


@given(HISTORIES, COMPANIES)
def test_the_cap_is_between_10_and_30_days(history, company):
    assert 10 <= company.cap <= 30


@given(st.lists(HISTORIES, max_size=8), st.randoms(use_true_random=False))
def test_a_company_learns_the_same_in_any_order(histories, chance):
    shuffled = chance.sample(histories, len(histories))
    one, other = learn_company(histories), learn_company(shuffled)
    assert one.stranger.steps == pytest.approx(other.stranger.steps)
    assert one.scatter.steps == pytest.approx(other.scatter.steps)
    assert (one.kappa, one.mean) == pytest.approx((other.kappa, other.mean))
    assert (one.cap, one.customers, one.invoices) == (other.cap, other.customers, other.invoices)


@given(HISTORIES, COMPANIES)
def test_shares_of_the_figures_are_shares(history, company):
    habit = habit_of(history, company, TODAY)
    assert 0 <= habit.own_share < 1
    assert 0 < company.habit_share <= 0.8


@given(COMPANIES)
def test_a_stranger_gets_the_companys_spread(company):
    habit = habit_of([], company, TODAY)
    assert habit.own_share == 0
    assert habit.quantile(0.7) in {company.stranger.quantile(s) for s in (0.6999, 0.7, 0.7001)}


@given(DELAYS.filter(bool), st.integers(-30, 60))
def test_many_payments_alike_overrule_the_company(delays, usual):
    company = learn_company([paid(*delays)])
    assert habit_of(paid(*[usual] * 60), company, TODAY).usual == usual


# --- the company ----------------------------------------------------------------------------


def test_a_company_without_history_waits_as_french_companies_do():
    assert learn_company([]) == learn_company([[], []]) == NO_HISTORY
    assert NO_HISTORY.stranger == DEFAULT_CURVE
    assert (DEFAULT_CURVE.at(0), DEFAULT_CURVE.at(30)) == pytest.approx((0.45, 0.91))
    assert habit_of([], NO_HISTORY, TODAY).basis is Basis.DEFAULT


def test_a_customer_weighs_at_most_ten_invoices():
    company = learn_company([paid(*[0] * 10), paid(*[20] * 1_000)])
    assert company.stranger.at(0) == pytest.approx(0.5)


def test_the_cap_follows_the_ledger():
    assert learn_company([paid(*[2] * 20)]).cap == 10
    assert learn_company([paid(*[17] * 20)]).cap == 17
    assert learn_company([paid(*[90] * 20)]).cap == 30


def test_a_mistyped_century_does_not_stretch_the_distribution():
    assert learn_company([paid(36_525)]).stranger.highest == LONGEST_DELAY


def test_kappa_compares_the_scatter_within_with_that_between():
    """Means 0 and 10 of four each, scatter +-1: within = 8/6, between = 50 - within/4."""
    company = learn_company([paid(-1, 1, -1, 1), paid(9, 11, 9, 11)])
    within = 8 / 6
    assert company.kappa == pytest.approx(max(within / (50 - within / 4), 0.25))


def test_customers_that_hardly_differ_share_one_habit():
    company = learn_company([paid(0, 20, 0, 20), paid(20, 0, 20, 0)])
    assert (company.kappa, company.habit_share) == (50.0, pytest.approx(1 / 51))


def test_the_scatter_is_that_around_the_earlier_median_from_the_fourth_invoice():
    few = learn_company([paid(5, 5, 5, 9)])
    assert few.scatter == few.stranger  # one residual: fewer than 30
    many = learn_company([paid(5, 5, 5, *[5, 7] * 20)])
    assert (many.scatter.lowest, many.scatter.highest) == (0, 2)


# --- what is read off it --------------------------------------------------------------------


@pytest.mark.parametrize(("n", "basis"), [(0, Basis.COMPANY), (2, Basis.COMPANY), (3, Basis.OWN)])
def test_three_invoices_make_an_own_history(n, basis):
    assert habit_of(paid(*[5] * n), HALVES, TODAY).basis is basis


def test_the_own_mean_is_plain_and_a_strangers_is_the_companys():
    assert habit_of(paid(3, 4, 8), HALVES, TODAY).own_mean == 5
    assert habit_of([], HALVES, TODAY).own_mean == HALVES.mean


def test_drift_is_the_recent_median_less_the_earlier():
    history = sorted(paid(1, 2, 1, 2, ago=200) + paid(9, 9, 12, 14))
    assert habit_of(history, HALVES, TODAY).drift(TODAY) == 9 - 1


@pytest.mark.parametrize(("older", "recent"), [(3, 9), (9, 3), (0, 9)])
def test_drift_needs_four_invoices_on_both_sides(older, recent):
    history = paid(*[1] * older, ago=200) + paid(*[20] * recent)
    assert habit_of(history, HALVES, TODAY).drift(TODAY) is None


def test_drift_counts_180_days_as_recent():
    history = paid(1, 1, 1, 1, ago=181) + paid(8, 8, 8, 8, ago=180)
    assert habit_of(history, HALVES, TODAY).drift(TODAY) == 7


@pytest.mark.parametrize(
    ("history", "segment"),
    [
        (paid(30, 30), Segment.NEW),
        (paid(*[1] * 30), Segment.REGULAR),
        (paid(*[9] * 30), Segment.OFTEN_LATE),
        (paid(*[0] * 20, ago=200) + paid(*[25] * 20), Segment.AT_RISK),
    ],
)
def test_segments_are_derived_from_the_habit(history, segment):
    company = learn_company([paid(*[0] * 30), paid(*[2] * 30)])
    assert habit_of(history, company, TODAY).segment(TODAY) is segment


def test_habitually_late_needs_five_invoices():
    company = learn_company([paid(*[1] * 30)])
    assert not habit_of(paid(*[29] * 4), company, TODAY).habitually_late
    assert habit_of(paid(*[29] * 40), company, TODAY).habitually_late


@pytest.mark.parametrize(("day", "first"), [(9.0, 10), (9.9, 10), (10, 11), (-0.5, 0)])
def test_beyond_a_delay_is_the_next_whole_day(day, first):
    assert beyond(day) == first


MONDAY = date(2026, 3, 2)


def test_due_dates_roll_where_under_three_payments_in_a_hundred_come_at_weekends():
    weekday, saturday = MONDAY, MONDAY + timedelta(days=5)
    assert rolls_due_dates([weekday] * 98 + [saturday] * 2)
    assert not rolls_due_dates([weekday] * 97 + [saturday] * 3)
    assert not rolls_due_dates([])


def test_lateness_counts_from_the_rolled_due_date():
    saturday = MONDAY + timedelta(days=5)
    assert due_for_habit(saturday, BusinessCalendar()) == MONDAY + timedelta(days=7)
    assert due_for_habit(saturday, None) == saturday

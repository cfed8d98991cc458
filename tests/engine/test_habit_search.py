"""The quantiles found by halving are those of the formulas, read day by day."""

from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from amiable.engine.habit import (
    HALF_LIFE_DAYS,
    PRIOR_WEIGHT,
    CompanyHabit,
    History,
    habit_of,
    learn_company,
)

ON = date(2026, 11, 23)
DAYS = range(-200, 201)
SHARES = (0.2, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95)

delays = st.integers(-20, 60)
histories = st.lists(
    st.lists(
        st.tuples(st.integers(ON.toordinal() - 900, ON.toordinal() - 1), delays), max_size=15
    ).map(sorted),
    min_size=1,
    max_size=12,
)


def _centre(history: History, company: CompanyHabit) -> int:
    goal = (len(history) + company.kappa) / 2 - 1e-9
    return next(
        day
        for day in DAYS
        if sum(delay <= day for _, delay in history) + company.kappa * company.stranger.at(day)
        >= goal
    )


def _masses(history: History, company: CompanyHabit) -> dict[int, float]:
    """F_c as the module's formula says it, up to the factor sum w_j + 4, for each day."""
    mix = company.kappa / (len(history) + company.kappa)
    centre = _centre(history, company)
    weights = [2 ** (-(ON.toordinal() - day) / HALF_LIFE_DAYS) for day, _ in history]
    return {
        day: sum(w for w, (_, delay) in zip(weights, history, strict=True) if delay <= day)
        + PRIOR_WEIGHT * mix * company.stranger.at(day)
        + PRIOR_WEIGHT * (1 - mix) * company.scatter.at(day - centre)
        for day in DAYS
    }


@settings(max_examples=60, deadline=None)
@given(histories)
def test_every_quantile_is_the_first_day_that_holds_its_share(told: list[History]) -> None:
    company = learn_company(told)
    for history in told[:3]:
        masses = _masses(history, company)
        total = masses[DAYS[-1]]
        habit = habit_of(history, company, ON)
        for share in SHARES:
            found = habit.quantile(share)
            assert masses[found] >= share * total - 1e-6
            assert masses[found - 1] < share * total + 1e-6


@settings(max_examples=60, deadline=None)
@given(histories, st.integers(-5, 60))
def test_a_quantile_given_that_it_is_still_open_is_of_what_is_left(
    told: list[History], late: int
) -> None:
    company = learn_company(told)
    history = told[0]
    masses = _masses(history, company)
    total, gone = masses[DAYS[-1]], masses[late - 1]
    found = habit_of(history, company, ON).quantile(0.5, late)
    assert found >= late
    if total - gone > 1e-3:
        assert masses[found] >= gone + 0.5 * (total - gone) - 1e-6
        assert found == late or masses[found - 1] < gone + 0.5 * (total - gone) + 1e-6

"""Risks of whole accounts: thresholds, concentration, what lateness costs, what to propose."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amiable.engine.habit import NO_HISTORY, habit_of
from amiable.engine.lateness import (
    LatePractice,
    Remedy,
    cost_of_waiting,
    proposals,
    worth_of_days,
)
from amiable.engine.parties import Segment
from amiable.engine.risk import RiskRule, concentrations
from amiable.engine.segment import DEFAULT_RULE, LIMITS, SegmentRule

TODAY = date(2026, 11, 23)
LATE = LatePractice(paid=20, late=20, minor_days=0, term=45, usual=20, spread=6, cap=30)


# --- thresholds of the segments ---------------------------------------------------------------


def paid(*delays: int) -> list[tuple[int, int]]:
    return [(TODAY.toordinal() - 30, delay) for delay in delays]


@pytest.mark.parametrize(
    ("rule", "segment"),
    [
        (DEFAULT_RULE, Segment.OFTEN_LATE),
        (replace(DEFAULT_RULE, known_from=13), Segment.NEW),
        (replace(DEFAULT_RULE, late_from=13), Segment.REGULAR),
        (replace(DEFAULT_RULE, late_percent=100), Segment.REGULAR),
    ],
)
def test_a_threshold_moves_a_customer(rule: SegmentRule, segment: Segment) -> None:
    habit = habit_of(paid(*[20] * 12), NO_HISTORY, TODAY)
    assert habit.segment(TODAY, rule) is segment
    ruled = habit_of(paid(*[20] * 12), replace(NO_HISTORY, rule=rule), TODAY)
    assert ruled.segment(TODAY) is segment


@pytest.mark.parametrize(
    ("drift", "spread", "drifts"), [(7, 0, False), (8, 0, True), (8, 16, False), (9, 17, True)]
)
def test_a_drift_is_beyond_seven_days_and_half_the_spread(
    drift: int, spread: int, drifts: bool
) -> None:
    assert DEFAULT_RULE.is_drift(drift, spread) is drifts


@pytest.mark.parametrize("name", LIMITS)
def test_a_threshold_outside_its_limits_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match=name):
        SegmentRule(**{name: LIMITS[name][1] + 1})


# --- concentration ----------------------------------------------------------------------------


def test_one_debtor_beyond_its_share_is_told_with_the_largest_together() -> None:
    owed = [3_000, 1_500, 1_000, 900, 800]
    found = concentrations(owed, 10_000, 12, RiskRule())
    assert [(one.place, one.count, one.percent) for one in found] == [(0, 1, 30), (None, 5, 72)]


def test_exactly_the_limit_is_no_alert() -> None:
    assert concentrations([2_000, 1_000, 700, 700, 600], 10_000, 12, RiskRule()) == []


def test_the_largest_of_few_debtors_say_nothing_together() -> None:
    assert concentrations([19, 19, 19, 19, 19], 100, 6, RiskRule()) == []


@given(st.lists(st.integers(1, 10**9), min_size=1, max_size=60))
def test_no_share_is_above_the_whole(owed: list[int]) -> None:
    largest = sorted(owed, reverse=True)
    for share in concentrations(largest[:5], sum(owed), len(owed), RiskRule()):
        assert 0 < share.percent <= 100


# --- what lateness costs ----------------------------------------------------------------------


def test_a_hundred_thousand_euros_a_month_late_cost_the_interest_of_a_month() -> None:
    # 100 000 EUR x 30 days / 365 x 5 % = 410.96 EUR
    assert cost_of_waiting(10_000_000 * 30, 500) == 41_096


@given(st.integers(0, 10**15), st.integers(0, 3_000), st.integers(0, 3_000))
def test_dearer_money_never_makes_waiting_cheaper(days: int, one: int, other: int) -> None:
    low, high = sorted((one, other))
    assert 0 <= cost_of_waiting(days, low) <= cost_of_waiting(days, high)


def test_fifty_days_are_worth_two_thirds_of_a_per_cent() -> None:
    # 5 % x 50 / (365 + 5 % x 50) = 0.680 %
    assert worth_of_days(50, 500) == 68
    assert worth_of_days(-3, 500) == 0


# --- what to propose --------------------------------------------------------------------------


def measures(practice: LatePractice) -> list[Remedy]:
    return [one.measure for one in proposals(practice, 500)]


def test_many_invoices_paid_steadily_late_ask_for_a_direct_debit_and_a_shorter_term() -> None:
    found = proposals(LATE, 500)
    assert [one.measure for one in found] == [
        Remedy.DIRECT_DEBIT, Remedy.SHORTER_TERM, Remedy.DISCOUNT,
    ]  # fmt: skip
    assert found[1].facts == {"term": 45, "offer": 15, "day": 65, "then": 35}
    assert found[2].facts == {"within": 10, "day": 65, "worth": 74}


def test_few_or_scattered_payments_are_not_debited() -> None:
    assert Remedy.DIRECT_DEBIT not in measures(replace(LATE, paid=11))
    assert Remedy.DIRECT_DEBIT not in measures(replace(LATE, spread=11))


@pytest.mark.parametrize("worse", [{"drift": 9}, {"broken": 1}, {"usual": 31}])
def test_who_gets_worse_is_asked_for_a_deposit(worse: dict[str, int]) -> None:
    assert Remedy.DEPOSIT not in measures(LATE)
    assert Remedy.DEPOSIT in measures(replace(LATE, **worse))


def test_a_term_without_room_is_not_shortened() -> None:
    assert Remedy.SHORTER_TERM not in measures(replace(LATE, term=20))


def test_who_is_debited_already_is_proposed_nothing() -> None:
    assert measures(replace(LATE, autopay=True, drift=9)) == []

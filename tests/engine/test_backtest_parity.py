"""The backtest of the IBM sample ledger gives the study's published figures, number for number.

The study's policies: steps 0, 7 and 15 days after the trigger, nothing put off (one day between
messages) and no days off. The product weighs habits as of the Monday and learns the company once
a week; the study did both every morning. The figures hold all the same.
"""

import pytest

from amiable.engine.backtest import backtest
from amiable.engine.backtest_past import Trial
from amiable.engine.backtest_report import BacktestReport, BacktestVerdict, Gain
from amiable.engine.policy import FixedCalendar, HabitQuantile, OwnMean
from tests.engine.pasts import EVERY_DAY, ibm, ladder, trial


@pytest.fixture(scope="module")
def default() -> BacktestReport:
    return backtest(ibm(), trial(HabitQuantile(share=0.7)))


@pytest.fixture(scope="module")
def plain_rule() -> BacktestReport:
    return backtest(ibm(), trial(OwnMean(cap=365)))


def test_1834_invoices_fell_due_and_688_were_open_on_their_due_date(default):
    assert (default.invoices, default.unpaid) == (1_834, 688)


def test_the_calendar_sends_1076_reminders_690_of_them_needless(default):
    assert default.calendar.reminders == 1_076
    assert default.calendar.needless.total == 690


def test_the_calendar_as_a_policy_sends_what_the_calendar_sends():
    policy = ladder(FixedCalendar(days=1), after=(0, 7, 14, 29))
    played = backtest(ibm(), Trial(book=policy, working=EVERY_DAY))
    assert played.policy == played.calendar
    assert played.policy.reminders == 1_076
    assert played.abnormal.lag_mean == 0


def test_the_plain_rule_sends_579(plain_rule):
    assert plain_rule.policy.reminders == 579
    assert plain_rule.policy.needless.total == 298


def test_the_plain_rule_finds_what_is_abnormal_1_8_days_earlier_and_what_is_bad_2_3_later(
    plain_rule,
):
    assert plain_rule.matched_day == 7
    assert _near(plain_rule.abnormal.gain, 1.8, 0.5, 3.1)
    assert _near(plain_rule.bad.gain, -2.3, -3.6, -0.6)


def test_the_default_sends_430_and_saves_60_percent(default):
    assert default.policy.reminders == pytest.approx(430, abs=5)
    assert default.saved_share == pytest.approx(0.60, abs=0.005)


def test_needless_reminders_fall_from_690_to_225(default):
    assert default.policy.needless.total == pytest.approx(225, abs=5)


def test_all_123_abnormal_invoices_are_reminded_before_they_are_paid(default):
    assert (default.abnormal.reminded, default.abnormal.invoices) == (123, 123)
    assert default.abnormal.lag_mean == pytest.approx(6.4, abs=0.05)
    assert default.abnormal.lag_median == 5


def test_198_invoices_are_12_days_late_or_more_and_92_percent_are_reminded(default):
    assert (default.bad.invoices, default.bad_from) == (198, 12)
    assert default.bad.share == pytest.approx(0.92, abs=0.005)
    assert default.bad.lag_mean == pytest.approx(9.8, abs=0.05)
    assert default.bad.lag_median == 12


def test_the_fair_control_is_d_plus_9(default):
    assert default.matched_day == 9
    assert _near(default.abnormal.gain, 1.1, 0.1, 2.2)
    assert _near(default.bad.gain, -1.8, -2.5, -0.6)


def test_habits_differ_a_lot_between_these_customers_and_the_verdict_says_so(default):
    assert default.habit_share == pytest.approx(0.64, abs=0.005)
    assert default.verdict is BacktestVerdict.HABITS


def test_the_quiet_policy_finds_nothing_surely_earlier_and_the_verdict_says_so():
    quiet = backtest(ibm(), trial(HabitQuantile(share=0.8)))
    assert quiet.policy.reminders == pytest.approx(361, abs=5)
    assert _near(quiet.abnormal.gain, 0.3, -0.6, 1.3)
    assert quiet.verdict is BacktestVerdict.NO_GAIN


def test_the_prudent_policy_sends_509():
    prudent = backtest(ibm(), trial(HabitQuantile(share=0.6)))
    assert prudent.policy.reminders == pytest.approx(509, abs=5)
    assert prudent.abnormal.reminded == prudent.abnormal.invoices


def test_the_habit_foretells_as_the_study_says(default):
    made = default.prediction
    assert made.invoices == 1_813
    assert made.mae_due == pytest.approx(10.61, abs=0.01)
    assert made.mae_habit == pytest.approx(6.15, abs=0.03)
    assert made.bias == pytest.approx(1.07, abs=0.05)
    assert made.p80 == pytest.approx(0.855, abs=0.01)


def test_a_week_between_messages_sends_fewer_still_and_the_report_counts_messages_beside():
    spaced = backtest(ibm(), trial(HabitQuantile(share=0.7), spacing=7))
    assert spaced.policy.messages <= spaced.policy.reminders < 430
    assert spaced.calendar.reminders == 1_076
    assert spaced.calendar.messages == 1_042


def _near(gain: Gain | None, mean: float, low: float, high: float) -> bool:
    """The study drew its customers with other dice: its bounds hold to about a third of a day."""
    assert gain is not None
    assert gain.mean == pytest.approx(mean, abs=0.05)
    assert gain.low == pytest.approx(low, abs=0.35)
    assert gain.high == pytest.approx(high, abs=0.35)
    return True

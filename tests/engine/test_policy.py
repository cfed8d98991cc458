"""Policies: when the first reminder is due, what may be published, how the ladder climbs."""

from dataclasses import replace
from datetime import date

import pytest

from amiable.engine.habit import habit_of, learn_company
from amiable.engine.parties import Channel
from amiable.engine.policy import (
    FixedCalendar,
    HabitQuantile,
    OwnMean,
    Policy,
    QuietPeriod,
    Step,
    Tone,
    check_policy,
    days_to_step,
    due_step,
    trigger_day,
)

TODAY = date(2026, 3, 2)
LADDER = (
    Step(after=0, tone=Tone.FRIENDLY),
    Step(after=7, tone=Tone.FIRM),
    Step(after=15, tone=Tone.STERN),
)
POLICY = Policy(name="p", trigger=FixedCalendar(days=3), steps=LADDER)


def habit(*delays: int, company_delays: tuple[int, ...] = (20,) * 20):
    company = learn_company([[(1, delay) for delay in company_delays]])
    return habit_of([(TODAY.toordinal(), delay) for delay in delays], company, TODAY)


TEN = habit(*[10] * 200)


@pytest.mark.parametrize(
    ("trigger", "day"),
    [
        (HabitQuantile(share=0.7), 11),
        (HabitQuantile(share=0.7, floor=15), 15),
        (HabitQuantile(share=0.7, cap=9), 9),
        (OwnMean(), 11),
        (OwnMean(plus=4), 15),
        (OwnMean(plus=60), 20),
        (OwnMean(plus=60, cap=40), 40),
        (FixedCalendar(days=2), 2),
        (FixedCalendar(days=90), 90),
    ],
)
def test_the_first_reminder_is_beyond_the_habit_between_floor_and_cap(trigger, day):
    assert trigger_day(trigger, TEN) == day


def test_an_early_payer_is_not_reminded_before_the_floor():
    early = habit(*[-20] * 200)
    assert trigger_day(HabitQuantile(share=0.7), early) == 3
    assert trigger_day(OwnMean(), early) == 1


def test_the_cap_is_the_companys_when_none_is_given():
    late = habit(*[80] * 200, company_delays=(12,) * 20)
    assert trigger_day(HabitQuantile(share=0.7), late) == 12


def test_a_prudent_share_is_never_later():
    scattered = habit(*range(40))
    days = [trigger_day(HabitQuantile(share=s / 20, cap=300), scattered) for s in range(10, 20)]
    assert days == sorted(days)


@pytest.mark.parametrize(
    ("taken", "after"), [(0, 0), (1, 7), (2, 8), (3, 0)], ids=["first", "second", "third", "over"]
)
def test_a_step_counts_from_the_one_before(taken, after):
    assert days_to_step(POLICY, taken) == after


def test_the_ladder_ends_unless_it_is_repeated():
    repeating = replace(POLICY, repeat_every=30)
    assert [due_step(POLICY, taken) for taken in (0, 2, 3)] == [LADDER[0], LADDER[2], None]
    assert (due_step(repeating, 3), days_to_step(repeating, 3)) == (LADDER[2], 30)


@pytest.mark.parametrize(
    ("on", "quiet"),
    [("07-31", False), ("08-01", True), ("08-20", True), ("08-21", False)],
)
def test_a_quiet_period_ends_before_its_last_day(on, quiet):
    period = QuietPeriod(from_day="08-01", until_day="08-21")
    assert period.covers(date.fromisoformat(f"2026-{on}")) is quiet


@pytest.mark.parametrize(
    ("on", "quiet"),
    [("2026-12-19", False), ("2026-12-20", True), ("2027-01-03", True), ("2027-01-04", False)],
)
def test_a_quiet_period_may_run_over_the_new_year(on, quiet):
    period = QuietPeriod(from_day="12-20", until_day="01-04")
    assert period.covers(date.fromisoformat(on)) is quiet


def test_a_good_policy_has_no_error():
    assert check_policy(POLICY) == ()


NOTICE = Step(after=5, tone=Tone.NOTICE)


@pytest.mark.parametrize(
    ("changes", "where", "remedy"),
    [
        ({"name": "  "}, "name", "give it a name"),
        ({"spacing": 0}, "spacing", "give 1 to 60"),
        ({"minimum": -1}, "minimum", "give 0 to 1000000000"),
        ({"part_paid_grace": 61}, "part_paid_grace", "give 0 to 60"),
        ({"promise_grace": 31}, "promise_grace", "give 0 to 30"),
        ({"fresh_days": 0}, "fresh_days", "give 1 to 90"),
        ({"repeat_every": 181}, "repeat_every", "give 0 to 180"),
        ({"trigger": FixedCalendar(days=-60)}, "trigger.days", "give 0 to 365"),
        ({"trigger": HabitQuantile(share=0.4)}, "trigger.share", "give 0.5 to 0.95"),
        ({"trigger": HabitQuantile(share=0.7, floor=0)}, "trigger.floor", "give 1 to 60"),
        ({"trigger": HabitQuantile(share=0.7, cap=2)}, "trigger.cap", "give 3 to 365"),
        ({"trigger": OwnMean(plus=61)}, "trigger.plus", "give 0 to 60"),
        ({"steps": ()}, "steps", "add one step"),
        ({"steps": LADDER[1:]}, "steps[1].after", "give 0"),
        ({"steps": (LADDER[0], Step(after=3, tone=Tone.FIRM))}, "steps[2].after", "leave 7 days"),
        (
            {"steps": (Step(after=0, tone=Tone.STERN), Step(after=9, tone=Tone.FIRM))},
            "steps[2].tone",
            "let the tone rise",
        ),
        ({"steps": (Step(after=0, tone=Tone.NOTICE),)}, "steps[1].tone", "under [notice]"),
        ({"notice": Step(after=5, tone=Tone.FIRM)}, "notice.tone", 'write "notice"'),
        ({"notice": replace(NOTICE, after=0)}, "notice.after", "give 1 to 60"),
        (
            {"quiet": (QuietPeriod(from_day="02-30", until_day="03-05"),)},
            "quiet[1].from_day",
            "month and day",
        ),
        (
            {"quiet": (QuietPeriod(from_day="08-01", until_day="8-21"),)},
            "quiet[1].until_day",
            "month and day",
        ),
    ],
)
def test_each_error_says_where_and_how_to_mend_it(changes, where, remedy):
    (error,) = check_policy(replace(POLICY, **changes))
    assert error.where == where
    assert remedy in error.remedy
    assert str(error) == f"{where}: {error.problem}; {error.remedy}"


def test_all_errors_are_named_at_once():
    errors = check_policy(replace(POLICY, name="", spacing=0, steps=(), fresh_days=0))
    assert [error.where for error in errors] == ["name", "spacing", "fresh_days", "steps"]


def test_channels_may_change_along_the_ladder():
    steps = (*LADDER[:2], replace(LADDER[2], channel=Channel.REGISTERED))
    assert check_policy(replace(POLICY, steps=steps, notice=NOTICE)) == ()

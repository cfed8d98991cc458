"""DSO against published examples; avoided reminders against a day-by-day count."""

import statistics
from collections import Counter
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amiable.engine.metrics import (
    CALENDAR,
    CountBack,
    DueInvoice,
    MonthSales,
    Waiting,
    avoided_reminders,
    collection_effectiveness,
    count_back,
    days_of_sales,
    dso,
    median_late,
    share,
    waiting,
)

MARCH = date(2026, 3, 1)
TODAY = date(2026, 3, 20)
TOMORROW = TODAY + timedelta(days=1)


@pytest.mark.parametrize(
    ("receivables", "sales", "days", "found"),
    [
        (1_500_000, 1_000_000, 30, 45),
        (2_500_000, 1_500_000, 30, 50),
        (300_000, 600_000, 90, 45),
        (1, 0, 90, None),
        (1, -500, 90, None),
        (-300, 600, 90, 0),
        (0, 600, 90, 0),
        (1, 180, 90, 1),  # 0.5: rounded up
        (99, 18_000, 90, 0),  # 0.495
    ],
)
def test_dso_is_receivables_over_sales_times_days(receivables, sales, days, found):
    assert dso(receivables, sales, days) == found


def due(day: int, settled: int | None = None, rolled: int = 0) -> DueInvoice:
    due_on = MARCH + timedelta(days=day - 1)
    settled_on = None if settled is None else MARCH + timedelta(days=settled - 1)
    return DueInvoice(
        due_on=due_on, rolled_on=due_on + timedelta(days=rolled), settled_on=settled_on
    )


@pytest.mark.parametrize(
    ("invoice", "trigger", "sent", "spared"),
    [
        (due(1), 10, 3, 2),  # the 2nd, 9th and 16th; the 16th is 15 days late
        (due(1), 16, 3, 3),
        (due(1), 1, 3, 0),
        (due(1), None, 3, 0),
        (due(1, settled=9), 10, 2, 2),  # a reminder leaves in the morning
        (due(1, settled=8), 10, 1, 1),
        (due(20), 10, 0, 0),  # would be reminded tomorrow
        (due(-13), 10, 2, 0),  # 15 days late on the 2nd, 30 on the 17th; the first two before
        (due(1, rolled=2), 8, 3, 2),  # on the 9th only 6 days after the rolled day
    ],
)
def test_avoided_are_the_calendars_reminders_before_the_habits_day(invoice, trigger, sent, spared):
    found = avoided_reminders([invoice], trigger, MARCH, TOMORROW)
    assert (found.calendar, found.avoided) == (sent, spared)


@pytest.mark.parametrize(
    ("paid", "trigger", "days", "alone"),
    [
        (5, 10, 3, True),  # one reminder spared on the 2nd; paid three days later
        (2, 10, 0, True),  # on the very day of the reminder
        (20, 10, 9, False),  # the habit itself reminds from the 11th on; the 16th is not spared
        (11, 10, 9, True),  # the habit may have reminded on the 11th, the calendar did not
    ],
)
def test_waiting_runs_from_the_first_reminder_spared_to_the_money(paid, trigger, days, alone):
    one = date(2026, 3, 1).toordinal()
    assert waiting(one, one, one + paid - 1, trigger) == Waiting(days=days, alone=alone)


def test_who_was_spared_nothing_waited_for_nothing():
    one = date(2026, 3, 1).toordinal()
    assert waiting(one, one, one, 10) is None  # paid on the due date
    assert waiting(one, one, one + 5, 1) is None  # the habit reminds as the calendar does
    assert waiting(one, one, one + 5, None) is None  # the policy follows a calendar


INVOICES = st.lists(
    st.tuples(st.integers(-60, 25), st.none() | st.integers(-60, 40), st.integers(0, 3)), max_size=6
)


@given(INVOICES, st.integers(1, 40))
def test_counting_day_by_day_finds_the_same(rows, trigger):
    invoices = [due(*row) for row in rows]
    sent = spared = 0
    day = MARCH
    while day <= TODAY:
        for one in invoices:
            is_open = one.settled_on is None or one.settled_on >= day
            if is_open and (day - one.due_on).days in CALENDAR:
                sent += 1
                spared += (day - one.rolled_on).days < trigger
        day += timedelta(days=1)
    found = avoided_reminders(invoices, trigger, MARCH, TOMORROW)
    assert (found.calendar, found.avoided) == (sent, spared)


# --- the measures of a span: published examples, and those published wrong ------------------------


def months(*pairs: tuple[int, int]) -> list[MonthSales]:
    return [MonthSales(sales=sales, days=days) for sales, days in pairs]


@pytest.mark.parametrize(
    ("receivables", "newest_first", "found"),
    [
        (212_000, months((100_000, 30), (80_000, 30), (70_000, 30)), 73.7),
        (2_100_000, months((900_000, 31), (800_000, 28), (700_000, 31)), 76.7),
        (2_500, months((1_200, 30), (800, 31), (700, 30)), 82.4),
    ],
)
def test_count_back_is_as_published(receivables, newest_first, found):
    counted = count_back(receivables, newest_first)
    assert round(counted.days, 1) == found
    assert not counted.more


def test_count_back_is_not_the_figure_that_was_published_wrong():
    # An example published as 74 days where its figures, counted back, give 53.25.
    wrong, right = 74, 53.25
    counted = count_back(1_900, months((1_000, 30), (1_200, 31)))
    assert counted.days == pytest.approx(right)
    assert counted.days != wrong


@pytest.mark.parametrize("receivables", [0, -1, -10_000])
def test_nothing_owed_counts_back_no_day(receivables):
    assert count_back(receivables, months((100, 30))) == CountBack(days=0.0)


def test_when_the_history_ends_first_count_back_says_more_than():
    assert count_back(500, months((100, 30), (200, 31))) == CountBack(days=61.0, more=True)
    assert count_back(500, []) == CountBack(days=0.0, more=True)
    assert count_back(300, months((100, 30), (200, 31))) == CountBack(days=61.0)


def test_a_month_without_sales_counts_whole():
    counted = count_back(150, months((100, 30), (0, 31), (-40, 28), (100, 30)))
    assert counted == CountBack(days=30 + 31 + 28 + 15)


@pytest.mark.parametrize(
    ("receivables", "sales", "days", "found"),
    [
        (150_000, 1_800_000, 365, 30.4),
        (5_700, 7_600, 91, 68.2),
        (30_000, 60_000, 90, 45.0),
        (-5, 100, 30, 0.0),
        (5, 0, 30, None),
        (5, -1, 30, None),
    ],
)
def test_classic_dso_is_as_published(receivables, sales, days, found):
    counted = days_of_sales(receivables, sales, days)
    assert (None if counted is None else round(counted, 1)) == found


def test_a_classic_dso_of_68_and_a_quarter_is_not_rounded_away():
    assert days_of_sales(5_700, 7_600, 91) == 68.25


@pytest.mark.parametrize(
    ("receivables", "current", "sales", "found"),
    [(15_000, 4_000, 10_000, (45, 12, 33)), (25_000, 6_000, 15_000, (50, 12, 38))],
)
def test_average_days_delinquent_is_what_the_best_possible_leaves(
    receivables, current, sales, found
):
    parts = (receivables, current, receivables - current)
    assert tuple(round(days_of_sales(part, sales, 30), 9) for part in parts) == found


def test_collection_effectiveness_takes_the_sales_of_the_whole_span():
    whole = collection_effectiveness(6_200, 10_890, 6_340, 3_590)
    assert round(100 * whole, 2) == 79.63
    # The other convention takes a month's average; it is not ours.
    monthly = collection_effectiveness(6_200, 10_890 // 3, 6_340, 3_590)
    assert round(100 * monthly, 2) == 55.93 != round(100 * whole, 2)


def test_collection_effectiveness_is_whole_when_only_what_is_not_due_is_left():
    assert collection_effectiveness(1_000, 500, 200, 200) == 1.0
    assert collection_effectiveness(0, 500, 500, 500) is None


def test_a_share_of_nothing_is_not_known():
    assert share(0, 0) is None
    assert share(1, 4) == 0.25


@given(st.lists(st.integers(-20, 90), min_size=1, max_size=30))
def test_the_median_of_a_count_is_that_of_the_values(values):
    assert median_late(Counter(values)) == statistics.median(values)
    assert median_late({}) is None

"""DSO against published examples; avoided reminders against a day-by-day count."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amiable.engine.metrics import CALENDAR, DueInvoice, avoided_reminders, dso

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

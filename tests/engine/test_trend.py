"""The trend: delays of the invoices paid in each month."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as some

from amiable.engine.trend import Month, trend


def paid(on, delay):
    return (on.toordinal(), delay)


def test_each_month_has_the_median_and_the_range_of_what_was_paid_in_it():
    history = [paid(date(2026, 1, day), delay) for day, delay in ((2, 3), (9, 5), (20, 9), (31, 4))]
    months = trend(history, date(2026, 2, 10), 2)
    assert months == (
        Month(starts_on=date(2026, 1, 1), n=4, median=4, low=3, high=9),
        Month(starts_on=date(2026, 2, 1), n=0),
    )


def test_the_months_end_with_that_of_the_day_and_pass_over_the_year():
    months = trend([], date(2026, 2, 28), 24)
    assert months[0].starts_on == date(2024, 3, 1)
    assert months[-1].starts_on == date(2026, 2, 1)
    assert len(months) == 24


def test_what_was_paid_before_the_first_month_is_left_out():
    (month,) = trend([paid(date(2025, 12, 31), 90), paid(date(2026, 1, 1), 1)], date(2026, 1, 5), 1)
    assert (month.n, month.median) == (1, 1)


@given(some.lists(some.tuples(some.integers(739_000, 739_700), some.integers(-30, 200))))
def test_no_payment_of_the_period_is_lost_and_the_median_lies_in_the_range(history):
    months = trend(history, date.fromordinal(739_700), 36)
    first = months[0].starts_on.toordinal()
    assert sum(month.n for month in months) == sum(day >= first for day, _ in history)
    for month in months:
        if month.n:
            assert month.low <= month.median <= month.high

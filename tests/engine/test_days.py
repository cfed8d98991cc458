"""Due dates as French practice counts them, business days, half-years.

The oracles are published examples, recomputed; those marked wrong below were printed with
"the 15th of the second month after" in place of 45 days from the end of the month.
"""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amiable.engine.days import (
    BusinessCalendar,
    EndOfMonth,
    HalfYear,
    PaymentTerms,
    add_months,
    due_date,
    end_of_month,
    half_year,
    parse_terms,
    week_start,
)

A = PaymentTerms(days=45, end_of_month=EndOfMonth.AFTER)
B = PaymentTerms(days=45, end_of_month=EndOfMonth.BEFORE)
DAYS = st.dates(date(2020, 1, 1), date(2035, 12, 31))


def day(text: str) -> date:
    return date.fromisoformat(text)


@pytest.mark.parametrize(
    ("issued", "way_a", "way_b"),
    [
        ("2025-04-10", "2025-05-31", "2025-06-14"),
        ("2025-03-10", "2025-04-30", "2025-05-15"),
        ("2025-03-12", "2025-04-30", "2025-05-15"),
        ("2025-02-15", "2025-04-30", "2025-04-14"),
        ("2023-01-15", "2023-03-31", "2023-03-17"),
        ("2011-10-05", "2011-11-30", "2011-12-15"),
        ("2011-10-22", "2011-12-31", "2011-12-15"),
        ("2025-04-15", "2025-05-31", "2025-06-14"),
        ("2025-04-17", "2025-06-30", "2025-06-14"),
        ("2009-01-12", "2009-02-28", "2009-03-17"),
        ("2024-01-31", "2024-03-31", "2024-03-16"),
        ("2024-01-15", "2024-02-29", "2024-03-16"),
        ("2026-12-31", "2027-02-28", "2027-02-14"),
    ],
)
def test_45_days_end_of_month_both_ways(issued, way_a, way_b):
    assert (due_date(day(issued), A), due_date(day(issued), B)) == (day(way_a), day(way_b))


@pytest.mark.parametrize(
    ("issued", "printed"), [("2025-04-15", "2025-06-15"), ("2009-01-12", "2009-03-15")]
)
def test_the_15th_of_the_second_month_is_not_45_days(issued, printed):
    assert due_date(day(issued), B) != day(printed)


@pytest.mark.parametrize("terms", [A, B], ids=["A", "B"])
def test_45_days_end_of_month_is_45_to_75_days_on_every_day(terms):
    issued = date(2020, 1, 1)
    while issued < date(2036, 1, 1):
        assert 45 <= (due_date(issued, terms) - issued).days <= 75, issued
        issued += timedelta(days=1)


@pytest.mark.parametrize(
    ("issued", "due"),
    [
        ("2023-01-05", "2023-02-28"),
        ("2023-03-15", "2023-04-30"),
        ("2023-06-28", "2023-07-31"),
        ("2025-04-01", "2025-05-31"),
        ("2025-04-25", "2025-05-31"),
    ],
)
def test_30_days_end_of_month(issued, due):
    terms = PaymentTerms(days=30, end_of_month=EndOfMonth.AFTER)
    assert due_date(day(issued), terms) == day(due)


def test_60_days_are_60_days():
    assert due_date(day("2025-04-10"), PaymentTerms(days=60)) == day("2025-06-09")


@pytest.mark.parametrize(
    ("issued", "due"), [("2025-01-05", "2025-03-10"), ("2025-01-30", "2025-04-10")]
)
def test_30_days_end_of_month_the_10th_is_the_10th_of_the_month_after(issued, due):
    terms = PaymentTerms(days=30, end_of_month=EndOfMonth.AFTER, extra_months=1, fixed_day=10)
    assert due_date(day(issued), terms) == day(due)


def test_a_fixed_day_that_a_month_lacks_is_its_last():
    assert due_date(day("2025-01-31"), PaymentTerms(days=5, fixed_day=31)) == day("2025-02-28")


@given(DAYS, st.integers(0, 120), st.sampled_from(EndOfMonth), st.integers(0, 31))
def test_no_invoice_falls_due_before_it_is_issued(issued, days, way, fixed):
    terms = PaymentTerms(days=days, end_of_month=way, fixed_day=fixed)
    assert due_date(issued, terms) >= issued


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"days": -1}, "-1 days"),
        ({"days": 367}, "367 days"),
        ({"days": 0, "fixed_day": 32}, "day 32"),
        ({"days": 0, "extra_months": 13}, "13 extra months"),
    ],
)
def test_impossible_terms_are_refused(fields, named):
    with pytest.raises(ValueError, match=named):
        PaymentTerms(**fields)


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("30 jours", PaymentTerms(days=30)),
        ("30 j", PaymentTerms(days=30)),
        ("60 days", PaymentTerms(days=60)),
        ("60 days net", PaymentTerms(days=60)),
        ("net 30", PaymentTerms(days=30)),
        ("Net 60 days", PaymentTerms(days=60)),
        ("30", PaymentTerms(days=30)),
        ("30 jours nets", PaymentTerms(days=30)),
        ("à réception", PaymentTerms(days=0)),
        ("A réception de facture", PaymentTerms(days=0)),
        ("due on receipt", PaymentTerms(days=0)),
        ("comptant", PaymentTerms(days=0)),
        ("45 j fdm", A),
        ("45 jours fin de mois", A),
        ("45 fin de mois", A),
        ("45 FDM", A),
        ("45 f.d.m", A),
        ("45jfdm", A),
        ("45FDM", A),
        ("45eom", A),
        ("45 end of month", A),
        ("45 days end of month", A),
        ("45 days EOM", A),
        ("fin de mois + 45 jours", B),
        ("fin de mois 45 jours", B),
        ("end of month + 45 days", B),
        ("EOM 45 days", B),
        ("fin de mois", PaymentTerms(days=0, end_of_month=EndOfMonth.AFTER)),
        (
            "30 jours fin de mois le 10",
            PaymentTerms(days=30, end_of_month=EndOfMonth.AFTER, extra_months=1, fixed_day=10),
        ),
        (
            "30 jours fin de mois, le 15",
            PaymentTerms(days=30, end_of_month=EndOfMonth.AFTER, extra_months=1, fixed_day=15),
        ),
        ("  30   jours  ", PaymentTerms(days=30)),
    ],
)
def test_terms_are_read_in_french_and_english(text, terms):
    assert parse_terms(text) == terms


@pytest.mark.parametrize("text", ["", "voir contrat", "999 jours", "to be agreed", "fdmx"])
def test_terms_that_cannot_be_read_are_not_guessed(text):
    assert parse_terms(text) is None


@pytest.mark.parametrize(
    ("on", "name"),
    [
        ("2026-01-01", "2026 S1"),
        ("2026-06-30", "2026 S1"),
        ("2026-07-01", "2026 S2"),
        ("2026-12-31", "2026 S2"),
    ],
)
def test_half_years_end_on_30_june_and_31_december(on, name):
    assert str(half_year(day(on))) == name


@given(DAYS)
def test_a_day_is_within_its_half_year(on):
    half = half_year(on)
    assert half.starts_on <= on < half.next.starts_on


def test_half_years_follow_each_other():
    assert HalfYear(2026, 2).next == HalfYear(2027, 1) > HalfYear(2026, 2)


@pytest.mark.parametrize(
    ("start", "months", "then"),
    [
        ("2024-02-29", 12, "2025-02-28"),
        ("2025-01-31", 1, "2025-02-28"),
        ("2025-12-15", 1, "2026-01-15"),
        ("2025-03-31", 0, "2025-03-31"),
        ("2026-01-31", 60, "2031-01-31"),
    ],
)
def test_months_later_is_the_same_day_or_the_months_last(start, months, then):
    assert add_months(day(start), months) == day(then)


def test_the_end_of_a_leap_february_is_the_29th():
    assert end_of_month(day("2024-02-03")) == day("2024-02-29")


EASTER = BusinessCalendar(holidays=frozenset({day("2026-04-06")}))


@pytest.mark.parametrize(
    ("on", "rolled"),
    [
        ("2026-04-03", "2026-04-03"),
        ("2026-04-04", "2026-04-07"),
        ("2026-04-06", "2026-04-07"),
    ],
)
def test_a_day_off_rolls_to_the_next_business_day(on, rolled):
    assert EASTER.roll(day(on)) == day(rolled)


@given(DAYS)
def test_rolling_ends_on_the_first_business_day(on):
    rolled = EASTER.roll(on)
    assert EASTER.is_business_day(rolled)
    days = ((on + timedelta(days=n)) for n in range((rolled - on).days))
    assert not any(EASTER.is_business_day(one) for one in days)


def test_a_friday_can_be_part_of_the_weekend():
    gulf = BusinessCalendar(weekend=frozenset({4, 5}))
    assert gulf.roll(day("2026-04-03")) == day("2026-04-05")


@given(DAYS)
def test_a_week_starts_on_monday(on):
    start = week_start(on)
    assert start.weekday() == 0
    assert 0 <= (on - start).days < 7

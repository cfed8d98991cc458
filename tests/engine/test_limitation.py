"""Limitation: the first day on which a claim is barred (C. civ. 2224, 2228-2229, 2240)."""

from datetime import date

import pytest

from amiable.engine.limitation import extinct_on


@pytest.mark.parametrize(
    ("due", "years", "barred"),
    [
        ("2021-02-03", 5, "2026-02-04"),
        ("2024-02-03", 2, "2026-02-04"),
        ("2024-02-29", 5, "2029-03-01"),
        ("2024-02-29", 2, "2026-03-01"),
        ("2020-12-31", 5, "2026-01-01"),
    ],
)
def test_the_last_day_is_wholly_enforceable(due, years, barred):
    assert extinct_on(date.fromisoformat(due), None, years) == date.fromisoformat(barred)


def test_a_part_payment_starts_the_time_anew():
    due, paid = date(2021, 2, 3), date(2023, 6, 1)
    assert extinct_on(due, paid, 5) == date(2028, 6, 2)


def test_a_payment_in_advance_does_not_shorten_it():
    due, paid = date(2021, 2, 3), date(2021, 1, 3)
    assert extinct_on(due, paid, 5) == date(2026, 2, 4)

"""When messages may leave: on the company's working days, in its hours, on a played day too."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from amiable.desk.calendar import is_open, opens_next
from amiable.store.models import Company

MONDAY, SUNDAY = date(2026, 11, 23), date(2026, 11, 22)


@pytest.fixture
def company(settings: Any) -> Company:
    settings.PLAYED_DAY = None
    return Company(key="fournil", name="Fournil")  # 8 to 18 h in Paris, an hour before UTC


def moment(on: date, hour: int) -> datetime:
    return datetime(on.year, on.month, on.day, hour, tzinfo=UTC)


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (moment(MONDAY, 7), True),
        (moment(MONDAY, 16), True),
        (moment(MONDAY, 6), False),
        (moment(MONDAY, 17), False),
        (moment(SUNDAY, 10), False),
    ],
)
def test_messages_leave_in_the_hours_of_working_days(
    company: Company, at: datetime, expected: bool
) -> None:
    assert is_open(company, at) is expected


def test_a_played_day_takes_the_place_of_the_real_one(company: Company, settings: Any) -> None:
    settings.PLAYED_DAY = MONDAY
    assert is_open(company, moment(SUNDAY, 10))
    settings.PLAYED_DAY = SUNDAY
    assert not is_open(company, moment(MONDAY, 10))


def test_what_waits_is_told_when_it_leaves(company: Company) -> None:
    assert opens_next(company, moment(SUNDAY, 10)) == moment(MONDAY, 7)
    assert opens_next(company, moment(MONDAY, 5)) == moment(MONDAY, 7)
    assert opens_next(company, moment(MONDAY, 17)) == moment(date(2026, 11, 24), 7)


def test_on_a_played_sunday_everything_waits_for_the_monday_after_it(
    company: Company, settings: Any
) -> None:
    settings.PLAYED_DAY = SUNDAY
    assert opens_next(company, moment(date(2026, 3, 4), 10)) == moment(MONDAY, 7)

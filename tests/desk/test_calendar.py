"""When messages may leave: working days of country and region, closed days, hours."""

from datetime import UTC, date, datetime

import pytest

from amiable.desk.calendar import (
    due_calendar,
    is_open,
    next_holidays,
    opens_next,
    regions,
    sending_days,
    working_days,
)
from amiable.desk.plan import draw_plan
from amiable.engine.parties import Language
from amiable.store.customer import touch_all
from amiable.store.models import Company
from tests.desk.books import TODAY, company_with_debtors, entry_of

BOXING_DAY = date(2025, 12, 26)  # a Friday; a holiday in Alsace and Moselle


def company(**more: object) -> Company:
    return Company(key="fournil", name="Fournil", closed=more.pop("closed", []), **more)


def utc(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 3, day, hour, minute, tzinfo=UTC)


def test_a_region_has_its_own_holidays() -> None:
    assert working_days("FR").is_business_day(BOXING_DAY)
    assert not working_days("FR", "6AE").is_business_day(BOXING_DAY)
    assert not sending_days(company(region="57"), "FR").is_business_day(BOXING_DAY)


def test_an_unknown_region_has_the_countrys_holidays() -> None:
    assert working_days("FR", "nowhere") == working_days("FR")


def test_regions_are_named() -> None:
    assert regions("FR")["6AE"] == "Alsace"
    assert regions("XX") == {}


def test_nothing_is_sent_while_the_company_is_closed() -> None:
    days = sending_days(company(closed=[["2026-08-03", "2026-08-24"]]), "FR")
    assert days.roll(date(2026, 8, 3)) == date(2026, 8, 24)
    assert days.is_business_day(date(2026, 7, 31))


def test_a_customer_abroad_is_spared_on_its_holidays_and_on_ours() -> None:
    days = sending_days(company(), "DE")
    assert not days.is_business_day(date(2025, 10, 3))  # German Unity Day, a Friday
    assert not days.is_business_day(date(2025, 11, 11))  # armistice, French


def test_closed_days_do_not_move_due_dates() -> None:
    closed = company(closed=[["2026-03-09", "2026-03-14"]], rolls=True, region="57")
    calendar = due_calendar(closed)
    assert calendar is not None
    assert calendar.is_business_day(date(2026, 3, 10))


@pytest.mark.parametrize(
    ("at", "open_"),
    [
        (utc(10, 6, 59), False),  # Paris is an hour ahead: 7:59
        (utc(10, 7), True),
        (utc(10, 16, 59), True),
        (utc(10, 17), False),
        (utc(14, 10), False),  # a Saturday
    ],
)
def test_messages_leave_in_working_hours_of_the_companys_time_zone(
    at: datetime, open_: bool
) -> None:
    fresh = company()
    assert is_open(fresh, at) is open_


@pytest.mark.parametrize(
    ("at", "next_at"),
    [
        (utc(10, 9), utc(10, 9)),
        (utc(10, 3), utc(10, 7)),
        (utc(10, 20), utc(11, 7)),
        (utc(13, 20), utc(16, 7)),  # Friday evening: Monday morning
    ],
)
def test_the_next_time_is_told(at: datetime, next_at: datetime) -> None:
    assert opens_next(company(), at) == next_at


def test_holidays_are_named_in_the_readers_language() -> None:
    names = dict(next_holidays(company(), TODAY, Language.FR))
    assert names[date(2026, 7, 14)] == "Fête nationale"
    assert dict(next_holidays(company(), TODAY, Language.EN))[date(2026, 5, 1)] == "Labor Day"
    assert next_holidays(company(country="XX"), TODAY, Language.FR) == []


@pytest.mark.django_db
def test_the_plan_waits_while_the_company_is_closed() -> None:
    made = company_with_debtors(("A",))
    draw_plan(made, TODAY)
    assert entry_of(made, "A").kind == "remind"
    made.closed = [["2026-03-10", "2026-03-16"]]
    made.save()
    touch_all(made.pk)
    draw_plan(made, TODAY)
    entry = entry_of(made, "A")
    assert (entry.kind, entry.code, entry.look_again_on) == ("wait", "day.off", date(2026, 3, 16))

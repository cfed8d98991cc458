"""The audit log is read by the page, whatever is asked of it, and never as a whole."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from amiable.store.audit import AuditFilter, codes_of, entries_of, page_of_entries
from amiable.store.models import AuditEntry, Company
from tests.desk.books import new_company

pytestmark = [pytest.mark.django_db, pytest.mark.database]

BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)


def entry(company: Company, hours: float, **more: Any) -> AuditEntry:
    values = {"door": "desk", "code": "hold_set"} | more
    return AuditEntry(company=company, at=BEGIN + hours * HOUR, **values)


@pytest.fixture
def company() -> Company:
    """An entry an hour, 2,000 of them, with few by the API; another company writes between."""
    made, other = new_company(), new_company("moulin")
    rows = []
    for hour in range(2_000):
        door = "api" if hour % 500 == 7 else "desk"
        rows.append(entry(made, hour, door=door, code=f"code_{hour % 5}"))
        rows.append(entry(other, hour, code="elsewhere"))
    AuditEntry.everywhere.bulk_create(rows)
    return made


def hours(company: Company, meant: AuditFilter, before: int | None = None) -> list[int]:
    rows = page_of_entries(company.pk, meant, before, 10)
    return [int((row.at - BEGIN) / HOUR) for row in rows]


def test_the_newest_of_a_door_come_first(company: Company) -> None:
    assert hours(company, AuditFilter(door="api")) == [1507, 1007, 507, 7]


def test_a_period_begins_and_ends_where_it_says(company: Company) -> None:
    meant = AuditFilter(since=BEGIN + 100 * HOUR, until=BEGIN + 104 * HOUR)
    assert hours(company, meant) == [103, 102, 101, 100]
    assert hours(company, AuditFilter(until=BEGIN + 2 * HOUR)) == [1, 0]
    assert hours(company, AuditFilter(since=BEGIN + 1998 * HOUR)) == [1999, 1998]
    assert hours(company, AuditFilter(until=BEGIN)) == []


def test_a_period_is_paged_like_everything_else(company: Company) -> None:
    meant = AuditFilter(since=BEGIN + 100 * HOUR, until=BEGIN + 115 * HOUR)
    first = page_of_entries(company.pk, meant, None, 10)
    assert hours(company, meant, before=first[-1].pk) == [104, 103, 102, 101, 100]


def test_a_deed_that_took_long_is_in_the_period_it_began_in(company: Company) -> None:
    late = entry(company, 50.5)
    late.save(force_insert=True)
    meant = AuditFilter(since=BEGIN + 50 * HOUR, until=BEGIN + 52 * HOUR)
    assert hours(company, meant) == [50, 51, 50], "as written: the late one last, so shown first"


def test_the_kinds_of_deeds_are_those_of_the_company(company: Company) -> None:
    assert codes_of(company.pk) == [f"code_{n}" for n in range(5)]
    assert codes_of(new_company("vide").pk) == []


@pytest.mark.parametrize(
    "meant",
    [
        AuditFilter(door="api"),
        AuditFilter(code="code_3"),
        AuditFilter(since=BEGIN, until=BEGIN + HOUR),
        AuditFilter(door="api", since=BEGIN, until=BEGIN + HOUR),
    ],
)
def test_no_filter_reads_the_whole_log(company: Company, meant: AuditFilter) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("the plan is read as SQLite words it")
    plan = entries_of(company.pk, meant)[:10].explain()
    assert "USING" in plan
    assert "SCAN" not in plan

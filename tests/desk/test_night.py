"""The night: the plan of a day and its figures, once, and again after an import."""

from datetime import timedelta
from typing import Any

import pytest

from amiable.desk.access import Actor
from amiable.desk.import_reading import import_reading
from amiable.desk.night import due_companies, is_prepared, prepare_day
from amiable.store.figures import figures_of
from amiable.store.models import (
    Company,
    Invoice,
)
from tests.desk.books import (
    DAY,
    TODAY,
    facts,
    invoice,
    mailbox,
)
from tests.desk.day_work import NOW, actor_of, three_debtors
from tests.stories.desk_house import Page

pytestmark = pytest.mark.django_db


@pytest.fixture
def company() -> Company:
    return three_debtors()


@pytest.fixture
def actor(company: Company) -> Actor:
    return actor_of(company)


# --- the day --------------------------------------------------------------------------------


def test_a_day_is_prepared_once_and_again_after_an_import(company: Company) -> None:
    assert not is_prepared(company, TODAY)
    prepare_day(company, TODAY, NOW)
    assert is_prepared(company, TODAY)
    assert not is_prepared(company, TODAY + DAY)
    page = facts("N", [invoice("N", "F-N", TODAY + DAY)], contacts=[mailbox("N")])
    import_reading(company, Page([page]), on=TODAY, at=NOW + timedelta(hours=1))
    assert not is_prepared(company, TODAY)


def test_companies_whose_day_is_not_prepared_are_due(company: Company, settings: Any) -> None:
    settings.PLAYED_DAY = None
    noon = NOW.replace(hour=12)
    assert due_companies(noon) == [(company, TODAY)]
    prepare_day(company, TODAY, noon)
    assert due_companies(noon) == []
    assert due_companies(noon + DAY) == [(company, TODAY + DAY)]


def test_the_figures_of_the_day_are_those_of_the_ledger(company: Company) -> None:
    prepare_day(company, TODAY, NOW)
    now = figures_of(company.pk, TODAY)
    assert now is not None
    assert now.overdue == {"EUR": 600_000}
    assert now.outstanding == {"EUR": 600_000}
    sold = sum(
        row.amount_minor for row in _invoices(company) if TODAY - 90 * DAY < row.issued_on <= TODAY
    )
    assert now.dso == round(600_000 / sold * 90)
    assert 0 <= now.expected.get("EUR", 0) <= 600_000
    assert 0 <= now.avoided <= now.calendar


def _invoices(company: Company) -> list[Invoice]:
    return list(Invoice.objects.of(company.pk))

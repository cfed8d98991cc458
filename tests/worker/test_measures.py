"""The round that counts the days: what is due, at its pace, one worker at a time."""

from datetime import UTC, datetime, timedelta

import pytest

from amiable.desk.measure_count import is_counted
from amiable.store.customer import touch_all
from amiable.store.lease import take
from amiable.store.models import Company, DayMeasure
from amiable.worker import measures
from amiable.worker.measures import MeasureRound
from tests.desk.books import TODAY, company_with_debtors

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 10, 8, tzinfo=UTC)


def never() -> bool:
    return False


@pytest.fixture
def company(db: None, settings: object) -> Company:
    settings.PLAYED_DAY = TODAY  # type: ignore[attr-defined]
    return company_with_debtors()


def test_a_day_that_is_not_counted_is_counted_once(company: Company) -> None:
    count = MeasureRound("me")
    assert count(NOW, never) == 1
    assert is_counted(company, TODAY)
    assert count(NOW, never) == 0


def test_new_facts_wait_a_while_and_a_new_day_does_not(company: Company, settings: object) -> None:
    count = MeasureRound("me")
    count(NOW, never)
    touch_all(company.pk)
    assert count(NOW, never) == 0
    assert MeasureRound("me")(NOW, never) == 1  # whoever has not counted yet need not wait
    settings.PLAYED_DAY = TODAY + timedelta(days=1)  # type: ignore[attr-defined]
    assert count(NOW + timedelta(days=1), never) == 1


def test_two_workers_do_not_count_the_same_days(company: Company) -> None:
    assert take(company.pk, "measures", "other", at=NOW, lasts=timedelta(minutes=5))
    assert MeasureRound("me")(NOW, never) == 0
    assert not DayMeasure.objects.of(company.pk).exists()


def test_a_worker_that_stops_leaves_the_days_to_the_next(company: Company) -> None:
    asked = iter([False, True])
    assert MeasureRound("me")(NOW, lambda: next(asked)) == 0
    assert not DayMeasure.objects.of(company.pk).exists()
    assert MeasureRound("me")(NOW, never) == 1


def test_one_companys_trouble_does_not_keep_the_others_waiting(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = company_with_debtors(("X",), "autre")
    count_alone = measures.count_alone

    def broken(one: Company, *more: object, **named: object) -> bool:
        if one.pk == company.pk:
            raise ValueError("a row that cannot be")
        return bool(count_alone(one, *more, **named))  # type: ignore[arg-type]

    monkeypatch.setattr(measures, "count_alone", broken)
    assert MeasureRound("me")(NOW, never) == 1
    assert is_counted(other, TODAY)
    assert not is_counted(company, TODAY)

"""Forecasts at the desk: what is kept, compared, tried on the past, and what outlives a day."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from amiable.desk.figures import count_figures
from amiable.desk.forecast import (
    Counted,
    compare,
    count_forecast,
    count_past,
    forecast_now,
    forecast_to_show,
    is_counted,
)
from amiable.desk.forecast_past import Verdict, accuracy, mondays_to_try, within
from amiable.desk.forecast_view import items_behind, outlooks
from amiable.desk.forecast_work import try_past, work_on_forecasts
from amiable.desk.import_reading import import_reading
from amiable.desk.night import prepare_day
from amiable.desk.plan import draw_plan
from amiable.desk.promise import record_promise
from amiable.engine.expectation import Source
from amiable.engine.forecast import Scenario, Wish
from amiable.store.models import Company, ForecastLine, ForecastRun
from amiable.store.models.customer import Customer as CustomerRow
from tests.desk.books import (
    DAY,
    TODAY,
    at,
    bring_in,
    customer,
    eur,
    facts,
    invoice,
    new_company,
    payer,
    payment,
)
from tests.faces.web.conftest import add_member
from tests.stories.desk_house import Page

pytestmark = pytest.mark.django_db
MONDAY = TODAY - DAY
WEEK = 7 * DAY


def trading(names: str = "ABC", count: int = 12) -> Company:
    """Customers that have paid an invoice every twenty days, and owe three invoices each."""
    made = new_company()
    pages = []
    for place, who in enumerate(names):
        page = payer(who, 3 + 2 * place, TODAY - 5 * DAY, count)
        owed = [
            invoice(who, f"F-{who}{number}", TODAY + (8 * number - 10 + place) * DAY, 40_000)
            for number in range(3)
        ]
        pages.append(replace(page, invoices=(*page.invoices, *owed)))
    bring_in(made, *pages)
    draw_plan(made, TODAY)
    return made


@pytest.fixture
def company() -> Company:
    return trading()


@pytest.fixture
def old() -> Company:
    """A company with ten months of past."""
    return trading("AB", 18)


def test_the_days_forecast_is_kept_in_three_scenarios_by_segment_and_collector(company):
    user = add_member(company, "collector")
    CustomerRow.objects.of(company.pk).filter(key="A").update(collector=user)
    run = count_forecast(company, TODAY, at(TODAY))
    assert set(run.totals) == {one.value for one in Scenario}
    slices = run.totals["habits"]
    assert f"collector:{user.pk}" in slices
    kept = Counted(run=run)
    for scenario in Scenario:
        (whole,) = outlooks(kept, scenario.value)
        parts = [
            outlooks(kept, scenario.value, name)[0] for name in slices if name.startswith("segment")
        ]
        assert sum(one.open.minor for one in parts) == whole.open.minor
        assert whole.open == eur(9 * 40_000)
        sum_ = whole.expected.minor + whole.beyond.minor + whole.not_counted.minor
        assert sum_ + whole.netted.minor == whole.open.minor


def test_what_is_kept_is_what_is_counted_now(company):
    kept = Counted(run=count_forecast(company, TODAY, at(TODAY)))
    (now,) = forecast_now(company, TODAY, Wish())
    (shown,) = outlooks(kept, "habits")
    assert [week.expected.minor for week in shown.weeks] == [week.expected for week in now.weeks]
    assert [week.low.minor for week in shown.weeks] == [week.low for week in now.weeks]


def test_the_figure_of_the_day_is_the_first_seven_days_of_the_forecast(company):
    figures = count_figures(company, TODAY, at(TODAY))
    (found,) = forecast_now(company, TODAY, Wish())
    days = sum(day.expected for day in found.days[:7])
    assert figures.expected["EUR"] == pytest.approx(days, abs=4)


def test_looking_counts_at_once_and_keeps_nothing_until_the_night_has_counted(company):
    before = ForecastRun.objects.of(company.pk).count()
    shown = forecast_to_show(company, TODAY, at(TODAY))
    assert shown is not None
    assert shown.lines
    assert ForecastRun.objects.of(company.pk).count() == before
    count_forecast(company, TODAY, at(TODAY))
    kept = forecast_to_show(company, TODAY, at(TODAY))
    assert kept is not None
    assert kept.lines is None
    assert [one.weeks for one in outlooks(shown, "habits")] == [
        one.weeks for one in outlooks(kept, "habits")
    ]


def test_a_promise_stands_behind_its_week(company):
    row = customer(company, "A")
    record_promise(company, row, made_on=TODAY, due_on=TODAY + 9 * DAY, amount=eur(120_000))
    run = count_forecast(company, TODAY, at(TODAY))
    (shown,) = outlooks(Counted(run=run), "habits")
    assert shown.weeks[1].said == eur(120_000)
    promised = [one for one in items_behind(run, "EUR", 1) if one.source is Source.PROMISE]
    assert {one.invoice.customer for one in promised} == {row}
    assert all(one.from_on == TODAY + 9 * DAY for one in promised)


def test_weeks_that_are_over_are_compared_with_what_came_of_the_invoices_open_then(company):
    count_forecast(company, MONDAY, at(MONDAY))
    money = payment("A", "P-A0", MONDAY + 2 * DAY, 40_000, label="F-A0")
    newer = invoice("B", "F-NEW", TODAY + 30 * DAY, 9_000, issued_on=TODAY)
    quick = payment("B", "P-NEW", TODAY + DAY, 9_000, label="F-NEW")
    later = MONDAY + WEEK
    bring_in(company, facts("A", credits=[money]), on=later)
    bring_in(company, facts("B", [newer], [quick]), on=later)
    count_forecast(company, later, at(later))
    lines = ForecastLine.objects.of(company.pk).filter(run__made_on=MONDAY)
    first = lines.order_by("starts_on").first()
    assert first is not None
    assert first.received_minor == 40_000  # not the 90.00 of an invoice that came after
    assert lines.filter(received_minor=None).count() == 12


def test_of_older_days_only_mondays_are_kept_and_of_these_the_weeks(company):
    for day in (MONDAY, TODAY, TODAY + DAY):
        count_forecast(company, day, at(day))
    assert list(
        ForecastRun.objects.of(company.pk).order_by("made_on").values_list("made_on", flat=True)
    ) == [MONDAY, TODAY + DAY]
    old = ForecastLine.objects.of(company.pk).filter(run__made_on=MONDAY)
    assert set(old.values_list("scenario", "slice", "daily")) == {("habits", "", False)}


def test_the_past_is_forecast_with_what_was_known_then(company):
    def expected(run: ForecastRun) -> list[int]:
        lines = ForecastLine.objects.of(company.pk).filter(run=run).order_by("starts_on")
        return list(lines.values_list("expected_minor", flat=True))

    monday = MONDAY - 10 * WEEK
    before = expected(count_past(company, monday, at(TODAY)))
    bring_in(company, payer("Z", 9, TODAY - 5 * DAY, 1))  # dated after that Monday
    assert expected(count_past(company, monday, at(TODAY))) == before
    assert ForecastRun.objects.of(company.pk).filter(made_on=monday).count() == 1


def test_past_weeks_are_tried_once_and_tell_how_good_the_band_was(old):
    ticks: list[tuple[int, int]] = []
    tried = len(mondays_to_try(old, TODAY))
    assert 20 <= tried <= 34
    assert try_past(old, TODAY, at(TODAY), progress=lambda *one: ticks.append(one)) == tried
    assert ticks[-1] == (tried, tried)
    assert try_past(old, TODAY, at(TODAY)) == 0
    known = accuracy(old, TODAY)
    assert known.weeks == min(tried, 26)
    assert known.held == sum(map(within, known.lines))
    assert known.verdict in Verdict
    assert known.error is not None
    assert known.error < 1
    assert known.lines[0].starts_on == MONDAY - WEEK
    assert try_past(old, TODAY, at(TODAY), anew=True) == tried


def test_without_a_past_nothing_is_tried_and_nothing_claimed():
    company = new_company("jeune")
    bring_in(company, facts("N", [invoice("N", "F-N", TODAY + 5 * DAY)]))
    assert mondays_to_try(company, TODAY) == []
    known = accuracy(company, TODAY)
    assert (known.weeks, known.coverage, known.verdict) == (0, None, Verdict.FEW)


def test_the_worker_counts_the_day_once_its_plan_is_drawn_and_stops_when_told(company, settings):
    settings.PLAYED_DAY = TODAY
    mondays = len(mondays_to_try(company, TODAY))
    assert work_on_forecasts(at(TODAY), lambda: True, "w") == 0
    assert mondays_to_try(company, TODAY)
    assert work_on_forecasts(at(TODAY), lambda: False, "w") == mondays
    assert not is_counted(company, TODAY)  # the night has not prepared the day
    prepare_day(company, TODAY, at(TODAY))
    assert work_on_forecasts(at(TODAY), lambda: False, "w") == 1
    assert is_counted(company, TODAY)
    assert work_on_forecasts(at(TODAY), lambda: False, "w") == 0


def test_an_import_makes_the_forecast_due_again(company, settings):
    settings.PLAYED_DAY = TODAY
    count_forecast(company, TODAY, at(TODAY))
    assert is_counted(company, TODAY)
    later = at(TODAY) + timedelta(hours=2)
    page = facts("N", [invoice("N", "F-N", TODAY + DAY)])
    import_reading(company, Page([page]), on=TODAY, at=later)
    assert not is_counted(company, TODAY)


def _queries(company: Company) -> int:
    with CaptureQueriesContext(
        connection,
    ) as counted:
        count_forecast(company, TODAY, at(TODAY))
    return len(counted)


def test_counting_costs_the_same_number_of_queries_however_many_customers():
    few = trading("AB", 4)
    small = _queries(few)
    Company.objects.filter(pk=few.pk).update(key="few")
    assert _queries(trading("ABCDEFGH", 4)) <= small + 2  # more lines to write, by the set


def test_of_a_promise_only_what_has_not_come_is_forecast() -> None:
    company = trading("A")
    row = customer(company, "A")
    record_promise(company, row, made_on=TODAY - DAY, due_on=TODAY + 10 * DAY, amount=eur(60_000))
    (before,) = forecast_now(company, TODAY, Wish())
    assert sum(week.said for week in before.weeks) == 60_000
    bring_in(company, facts("A", (), [payment("A", "PART", TODAY - DAY, 20_000, number="F-A0")]))
    (after,) = forecast_now(company, TODAY, Wish())
    assert sum(week.said for week in after.weeks) == 40_000


def test_money_known_when_the_forecast_was_made_is_not_compared_with_it() -> None:
    company = trading("A")
    bring_in(
        company, facts("A", (), [payment("A", "EARLY", MONDAY, 40_000, number="F-A0")]), on=MONDAY
    )
    draw_plan(company, MONDAY)
    run = count_forecast(company, MONDAY, at(MONDAY) + timedelta(hours=4))
    late = payment("A", "LATER", MONDAY, 30_000, number="F-A1")
    bring_in(company, facts("A", (), [late]), on=MONDAY + DAY)
    compare(company, MONDAY + WEEK)
    lines = ForecastLine.objects.of(company.pk).filter(run=run, scenario="habits", slice="")
    first = lines.filter(daily=False).order_by("starts_on").first()
    assert first is not None
    assert first.received_minor == 30_000

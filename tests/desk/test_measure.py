"""The scorecards of young ledgers, and of ledgers older than the days that are kept."""

from datetime import date, timedelta

import pytest

from amiable.desk import measure_count
from amiable.desk.dashboard import see_dashboard
from amiable.desk.measure import Chosen, scorecards
from amiable.desk.measure_count import count_days
from amiable.desk.measure_period import measure_period
from amiable.engine.parties import Language
from amiable.engine.period import PeriodKind, Span, period_of, so_far
from amiable.engine.scorecard import WHOLE_SPAN, Figure
from amiable.store.models import Company
from amiable.words.scorecard import explain
from tests.desk.books import TODAY, at, bring_in, facts, invoice, new_company, payment

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def figures(company: Company, span: Span) -> dict[str, Figure]:
    (card,) = scorecards(company, span, Chosen(), TODAY)
    return card.figures


@pytest.mark.parametrize("kind", PeriodKind)
def test_a_young_ledger_has_one_dso_whatever_the_period(kind: PeriodKind) -> None:
    company = new_company()
    one = invoice("A", "F1", TODAY + 10 * DAY, 10_000, issued_on=TODAY - 20 * DAY)
    bring_in(company, facts("A", [one]))
    count_days(company, TODAY, at(TODAY))
    found = figures(company, so_far(period_of(kind, TODAY), TODAY))
    assert (found["dso"].number, found["dso"].facts["days"]) == (21, 21)


def test_counting_back_the_dashboard_clips_the_first_month_as_the_measures_do() -> None:
    company = new_company()
    first = date(2025, 10, 20)
    sold = [(first, 120_000), (date(2026, 1, 1), 10_000)]
    rows = [invoice("A", f"F{on}", on + 30 * DAY, minor, issued_on=on) for on, minor in sold]
    bring_in(company, facts("A", rows, [payment("A", "P0", date(2026, 2, 1), 60_000)]))
    board = see_dashboard(company, 12, TODAY, at(TODAY))
    found = figures(company, period_of(PeriodKind.DAYS_90, TODAY))["count_back"].number
    assert board is not None
    assert board.now.back is not None
    assert board.now.back.days == found
    # All months since October, and half of its 12 days: 600.00 of 1,200.00.
    whole = (TODAY + DAY - date(2025, 11, 1)).days
    assert found == pytest.approx(whole + 12 * 60_000 / 120_000)


def test_a_period_that_begins_before_the_days_kept_claims_nothing_of_its_whole(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    company = new_company()
    old = invoice("A", "F1", TODAY - 700 * DAY, 12_000, issued_on=TODAY - 730 * DAY)
    new = invoice("A", "F2", TODAY - 100 * DAY, 5_000, issued_on=TODAY - 130 * DAY)
    bring_in(company, facts("A", [old, new], [payment("A", "P", TODAY - 90 * DAY, 12_000)]))
    monkeypatch.setattr(measure_count, "KEPT_YEARS", 1)
    kept = count_days(company, TODAY, at(TODAY)).since
    cut = figures(company, Span(kept - DAY, TODAY + DAY))
    assert [name for name in WHOLE_SPAN if cut[name].number is not None] == []
    assert cut["outstanding"].number == 5_000
    assert "older than the days that are kept" in explain(cut["cei"], Language.EN)
    whole = Span(kept, TODAY + DAY)
    assert figures(company, whole)["sales"].number == 5_000
    (beside,) = measure_period(company, Span(kept + DAY, TODAY + DAY), None, Chosen(), TODAY).cards
    assert beside.then is not None
    assert beside.then.figures["sales"].number is None


def test_a_period_that_begins_before_the_ledger_is_told_in_full() -> None:
    company = new_company()
    one = invoice("A", "F1", TODAY - 20 * DAY, 10_000, issued_on=TODAY - 50 * DAY)
    bring_in(company, facts("A", [one]))
    count_days(company, TODAY, at(TODAY))
    found = figures(company, Span(TODAY - 300 * DAY, TODAY + DAY))
    assert (found["sales"].number, found["calendar"].number) == (10_000, 3)

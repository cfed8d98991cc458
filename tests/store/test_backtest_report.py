"""Reports of trials on the past: what is saved loads equal, through the database too."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from amiable.engine.backtest_report import BacktestReport, Gain
from amiable.store.backtest_report import ReportUnreadable, report_from_json, report_to_json
from amiable.store.backtest_run import add_run, run_row
from tests.desk.books import TODAY, new_company
from tests.desk.past_report import a_report

NOTHING_TO_SAY: dict[str, Any] = {
    "prediction": None,
    "slowest": (),
    "most_spared": (),
    "segments": (),
    "amounts": (),
    "left_out": {},
}
REPORTS = [
    a_report(),
    a_report(**NOTHING_TO_SAY),
    a_report(abnormal=replace(a_report().abnormal, gain=None)),
    a_report(bad=replace(a_report().bad, gain=Gain(mean=2.0, low=None, high=None))),
    a_report(habit_share=1 / 3, matched_reminders=0),
]


@pytest.mark.parametrize("report", REPORTS)
@pytest.mark.django_db
@pytest.mark.database
def test_a_report_that_was_kept_is_the_one_that_was_made(report: BacktestReport) -> None:
    company = new_company()
    kept = {
        "asked_at": datetime(2026, 3, 10, 9, tzinfo=UTC),
        "asked_on": TODAY,
        "policy": "standard",
        "toml": "",
        "report": report_to_json(report),
    }
    pk = add_run(company, **kept).pk
    found = run_row(company.pk, pk)
    assert found is not None
    assert report_from_json(found.report or {}) == report


def test_a_kept_report_holds_plain_text_and_figures_only() -> None:
    kept = report_to_json(a_report())
    assert kept["since"] == "2012-07-02"
    assert kept["left_out"] == {"early": 412, "recent": 31, "disputed": 7, "unasked": 0}
    assert kept["slowest"][0]["amount"] == {"minor": 123_456, "currency": "EUR"}


@pytest.mark.parametrize(
    "change", [{"since": "yesterday"}, {"policies": 3}, {"unheard_of": 1}, {"abnormal": {"a": 1}}]
)
def test_a_report_of_another_shape_is_refused_and_not_guessed(change: dict[str, Any]) -> None:
    with pytest.raises(ReportUnreadable):
        report_from_json(report_to_json(a_report()) | change)


def test_a_report_that_lacks_something_is_refused() -> None:
    kept = report_to_json(a_report())
    del kept["matched_day"]
    with pytest.raises(ReportUnreadable):
        report_from_json(kept)

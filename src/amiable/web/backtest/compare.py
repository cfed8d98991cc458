"""Two trials side by side: two policies, or the same one on two days."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.http import Http404, HttpResponse

from amiable.desk.access import Power
from amiable.desk.backtest_run import backtest_for
from amiable.engine.backtest_report import BacktestReport, Detection
from amiable.store.backtest_report import ReportUnreadable, report_from_json
from amiable.store.models import BacktestRun
from amiable.store.models.backtest_run import BacktestState
from amiable.web.backtest.views import line_of
from amiable.web.visit import Visit, page
from amiable.words.backtest import BacktestWords, Cell, Share, write_cell


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedRow:
    """One thing that both trials found."""

    what: str
    cells: tuple[tuple[str, str], ...]  # (whose, what it found)


@page(Power.PROOF)
def compare(visit: Visit, pk: int, backtest: int) -> HttpResponse:
    """Two trials, figure by figure."""
    runs = [backtest_for(visit.actor, one) for one in (pk, backtest)]
    lines = [line_of(visit, run) for run in runs]
    one, other = reports = [_report(run) for run in runs]
    told = [BacktestWords(each, visit.language) for each in reports]
    verdicts = [" ".join(filter(None, (each.verdict(), each.but()))) for each in told]
    return visit.render(
        "backtest/compare.html",
        current="backtest",
        lines=lines,
        verdicts=list(zip(lines, verdicts, strict=True)),
        rows=list(_rows(visit, reports, [line.name for line in lines])),
        same=_past(one) == _past(other),
    )


def _past(report: BacktestReport) -> tuple[object, ...]:
    """What two reports must share to be about the same past."""
    return report.since, report.until, report.calendar_days, report.invoices


def _report(run: BacktestRun) -> BacktestReport:
    if run.state != BacktestState.DONE:
        raise Http404
    try:
        return report_from_json(run.report or {})
    except ReportUnreadable as error:
        raise Http404 from error


def _reminded(found: Detection) -> Cell:
    return None if found.share is None else Share(found.share)


def _lag(found: Detection) -> Cell:
    return found.lag_mean if found.invoices else None


def _gain(found: Detection) -> Cell:
    return found.gain.mean if found.gain else None


_ROWS: tuple[tuple[str, Callable[[BacktestReport], Cell]], ...] = (
    ("row.reminders", lambda one: one.policy.reminders),
    ("compare.share", lambda one: Share(one.saved_share)),
    ("row.messages", lambda one: one.policy.messages),
    ("row.needless", lambda one: one.policy.needless.total),
    ("row.soon", lambda one: one.policy.needless.soon),
    ("row.usual", lambda one: one.policy.needless.usual),
    ("compare.abnormal_reminded", lambda one: _reminded(one.abnormal)),
    ("compare.abnormal_lag", lambda one: _lag(one.abnormal)),
    ("compare.abnormal_gain", lambda one: _gain(one.abnormal)),
    ("compare.bad_reminded", lambda one: _reminded(one.bad)),
    ("compare.bad_lag", lambda one: _lag(one.bad)),
    ("compare.bad_gain", lambda one: _gain(one.bad)),
    ("compare.matched", lambda one: one.matched_day),
    ("scope.invoices", lambda one: one.invoices),
)


def _rows(visit: Visit, reports: list[BacktestReport], names: list[str]) -> Iterator[ComparedRow]:
    for key, found in _ROWS:
        texts = (_text(visit, key, found(each)) for each in reports)
        cells = tuple(zip(names, texts, strict=True))
        yield ComparedRow(what=visit.say(f"backtest.page.{key}"), cells=cells)


def _text(visit: Visit, key: str, cell: Cell) -> str:
    text = write_cell(cell, visit.language)
    return visit.say("backtest.page.day") + text if key == "compare.matched" else text

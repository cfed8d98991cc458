"""A report taken away: its tables for a spreadsheet, all of it on paper."""

from collections.abc import Iterator
from decimal import Decimal

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, HttpResponseBase

from amiable.desk.access import Power
from amiable.desk.backtest_paper import backtest_file
from amiable.desk.backtest_run import backtest_for, note_taken
from amiable.desk.export import Cell, Row
from amiable.engine.backtest_report import BacktestReport
from amiable.store.backtest_report import ReportUnreadable, report_from_json
from amiable.store.models import BacktestRun
from amiable.web.export import stream_csv
from amiable.web.visit import Visit, page
from amiable.words import backtest as words
from amiable.words.backtest_paper import tried_name


@page(Power.PROOF)
def tables(visit: Visit, pk: int) -> HttpResponseBase:
    """All tables below each other, or the one that is asked for."""
    run, report = _asked(visit, pk)
    found = words.BacktestWords(report, visit.language).tables()
    wanted = visit.request.GET.get("table", "")
    name = visit.say("backtest.page.file", pk=run.pk)
    if wanted and wanted not in {table.key for table in found}:
        raise Http404
    note_taken(visit.actor, run, "csv", at=visit.at)
    for table in found:
        if table.key == wanted:
            rows = (_row(row) for row in table.rows)
            return stream_csv(rows, table.heads, f"{name}-{wanted}", visit.language)
    title = visit.say("backtest.page.of", name=tried_name(run.policy, run.version, visit.language))
    return stream_csv(_all(found), [title], name, visit.language)


def _all(found: tuple[words.ReportTable, ...]) -> Iterator[Row]:
    for table in found:
        yield []
        yield [table.title]
        yield table.heads
        yield from map(_row, table.rows)


def _row(row: words.ReportRow) -> Row:
    return [_plain(cell) for cell in row.cells]


def _plain(cell: words.Cell) -> Cell:
    """A cell as a spreadsheet counts with it: a share of a quarter is 0.25."""
    match cell:
        case words.Share():
            return Decimal(str(round(cell.value, 4)))
        case words.Signed():
            return Decimal(str(round(cell.days, 2)))
        case float():
            return Decimal(str(round(cell, 2)))
    return cell


@page(Power.PROOF)
def paper(visit: Visit, pk: int) -> HttpResponse:
    """The report on two pages, in the reader's language."""
    run, report = _asked(visit, pk)
    file = backtest_file(visit.company, run, report, visit.language)
    note_taken(visit.actor, run, "pdf", at=visit.at)
    answer = HttpResponse(file.content, content_type=file.media_type)
    answer.headers["Content-Disposition"] = f'attachment; filename="{file.name}"'
    return answer


def _asked(visit: Visit, pk: int) -> tuple[BacktestRun, BacktestReport]:
    """A run that has a report, for who may take one away."""
    if not visit.may(Power.EXPORT):
        raise PermissionDenied(Power.EXPORT)
    run = backtest_for(visit.actor, pk)
    try:
        return run, report_from_json(run.report or {})
    except ReportUnreadable as error:  # none was made, or by another version
        raise Http404 from error

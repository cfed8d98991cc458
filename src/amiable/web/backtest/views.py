"""Try on the past: what to try, how far it is, what came out; cancel it, throw it away."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.http import HttpResponse

from amiable.desk.access import Power
from amiable.desk.backtest_run import (
    DEAD_AFTER,
    BacktestBusy,
    BacktestMoved,
    Candidate,
    ask_backtest,
    backtest_for,
    cancel_backtest,
    candidate_of_run,
    delete_backtest,
)
from amiable.store.backtest_report import ReportUnreadable, report_from_json
from amiable.store.backtest_run import OPEN, runs_of
from amiable.store.models import BacktestRun
from amiable.store.models.backtest_run import BacktestState
from amiable.store.policy import newest_versions
from amiable.web.backtest.forms import TODAYS, StartForm, written
from amiable.web.backtest.record import page_of, refusal_of
from amiable.web.visit import Visit, page
from amiable.words.backtest_paper import tried_name
from amiable.words.refusals import Told, tell_refusal

_NOT_TAKEN_UP = timedelta(seconds=60)


@dataclass(frozen=True, slots=True, kw_only=True)
class Going:
    """How far a run is; ``abandoned``: no worker seems to be at it."""

    pk: int
    percent: int | None
    waiting: bool
    abandoned: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RunLine:
    """A run in the list, with what was tried, against which calendar."""

    run: BacktestRun
    name: str
    calendar: str
    calendar_days: str


def line_of(visit: Visit, run: BacktestRun) -> RunLine:
    """A run with what was tried, in words."""
    return RunLine(
        run=run,
        name=tried_name(run.policy, run.version, visit.language),
        calendar=written(run.calendar),
        calendar_days=", ".join(f"{visit.say('backtest.page.day')}{day}" for day in run.calendar),
    )


@page(Power.PROOF)
def backtests(visit: Visit) -> HttpResponse:
    """What to try, and what was tried."""
    runs = runs_of(visit.company.pk)
    wanted = visit.request.GET.get("policy", "")
    form = _form(visit, runs)
    chosen = wanted if wanted in form.candidates else _in_force(visit, form)
    form.initial = {"policy": chosen, "calendar": written(_calendar(runs))}
    return _list(visit, runs, form)


def _form(visit: Visit, runs: list[BacktestRun], *given: object) -> StartForm:
    """What may be tried: what is in force, and the drafts of earlier runs, each once."""
    versions = list(newest_versions(visit.company.pk))
    drafts: dict[str, BacktestRun] = {}
    for run in runs:
        if run.version is None and run.toml:
            drafts.setdefault(run.toml, run)
    return StartForm(visit.language, versions, list(drafts.values()), *given)


def _in_force(visit: Visit, form: StartForm) -> str:
    """The company's own policy, chosen from the start."""
    names = {
        candidate.name: key
        for key, candidate in form.candidates.items()
        if candidate.version is not None
    }
    return names.get(visit.company.policy, "")


def _calendar(runs: list[BacktestRun]) -> tuple[int, ...]:
    """The calendar that was compared with last."""
    return tuple(runs[0].calendar) if runs else TODAYS


def _list(
    visit: Visit, runs: list[BacktestRun], form: StartForm, *, status: int = 200
) -> HttpResponse:
    return visit.render(
        "backtest/list.html",
        status=status,
        current="backtest",
        form=form,
        lines=[line_of(visit, run) for run in runs],
        may_start=visit.may(Power.SHAPE),
    )


@page(Power.SHAPE, methods=("POST",))
def start(visit: Visit) -> HttpResponse:
    """Have a policy tried; whoever is second is told, and sees the run under way."""
    runs = runs_of(visit.company.pk)
    form = _form(visit, runs, visit.request.POST)
    if not form.is_valid():
        return _list(visit, runs, form, status=422)
    return visit.go(f"backtest/{begin(visit, form.candidate, form.cleaned_data['calendar'])}/")


def begin(visit: Visit, candidate: Candidate, calendar: tuple[int, ...] = ()) -> int:
    """Have something tried, against the calendar of the last run unless told; the run's key."""
    days = calendar or _calendar(runs_of(visit.company.pk))
    try:
        return ask_backtest(visit.actor, candidate, days, today=visit.today, at=visit.at).pk
    except BacktestBusy as error:
        visit.warn("backtest.page.busy")
        return error.run.pk


@page(Power.PROOF)
def run(visit: Visit, pk: int) -> HttpResponse:
    """One run: how far it is, its report, or why there is none."""
    row = backtest_for(visit.actor, pk)
    return visit.render(
        "backtest/run.html",
        current="backtest",
        line=line_of(visit, row),
        run=row,
        going=going_of(visit, row),
        problem=_problem(visit, row),
        refused=refusal_of(visit, row) if row.state == BacktestState.REFUSED else None,
        others=_others(visit, row),
        may_start=visit.may(Power.SHAPE),
        may_export=visit.may(Power.EXPORT),
        **_report(visit, row),
    )


def _report(visit: Visit, row: BacktestRun) -> dict[str, Any]:
    if row.state != BacktestState.DONE:
        return {}
    try:
        return {"report": page_of(visit, report_from_json(row.report or {}))}
    except ReportUnreadable:
        return {"unreadable": True}


def _problem(visit: Visit, row: BacktestRun) -> Told | None:
    if row.state != BacktestState.FAILED:
        return None
    return tell_refusal(visit.language, row.facts["code"], row.facts["facts"])


def _others(visit: Visit, row: BacktestRun) -> list[RunLine]:
    """The other runs that have a report: to compare with."""
    if row.state != BacktestState.DONE:
        return []
    runs = runs_of(visit.company.pk)
    return [
        line_of(visit, one) for one in runs if one.state == BacktestState.DONE and one.pk != row.pk
    ]


def going_of(visit: Visit, row: BacktestRun) -> Going | None:
    """How far a run is; None when it is over."""
    if row.state not in OPEN:
        return None
    waiting = row.state == BacktestState.WAITING
    silent = visit.at - (row.asked_at if row.seen_at is None else max(row.seen_at, row.asked_at))
    return Going(
        pk=row.pk,
        percent=min(100, 100 * row.done // row.total) if row.total else None,
        waiting=waiting,
        abandoned=silent > (_NOT_TAKEN_UP if waiting else DEAD_AFTER),
    )


@page(Power.PROOF)
def progress(visit: Visit, pk: int) -> HttpResponse:
    """How far it is; the page that asks is told to load itself anew once it is over."""
    going = going_of(visit, backtest_for(visit.actor, pk))
    if going is None:
        answer = HttpResponse()
        answer.headers["HX-Refresh"] = "true"
        return answer
    return visit.render("backtest/progress.html", going=going)


@page(Power.SHAPE, methods=("POST",))
def cancel(visit: Visit, pk: int) -> HttpResponse:
    """Stop it."""
    row = backtest_for(visit.actor, pk)
    try:
        cancel_backtest(visit.actor, row, at=visit.at)
    except BacktestMoved:
        visit.warn("backtest.page.moved")
    else:
        visit.done("backtest.page.cancelled")
    return visit.go(f"backtest/{pk}/")


@page(Power.SHAPE, methods=("POST",))
def again(visit: Visit, pk: int) -> HttpResponse:
    """Try the same once more, on the ledger as it stands now."""
    row = backtest_for(visit.actor, pk)
    return visit.go(f"backtest/{begin(visit, candidate_of_run(row), tuple(row.calendar))}/")


@page(Power.SHAPE, methods=("POST",))
def delete(visit: Visit, pk: int) -> HttpResponse:
    """Throw it away."""
    row = backtest_for(visit.actor, pk)
    try:
        delete_backtest(visit.actor, row, at=visit.at)
    except BacktestMoved:
        visit.warn("backtest.page.moved")
        return visit.go(f"backtest/{pk}/")
    visit.done("backtest.page.deleted")
    return visit.go("backtest/")

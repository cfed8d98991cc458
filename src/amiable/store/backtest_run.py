"""Backtest runs in the database: what waits, who has it, how far it is, what came out."""

from datetime import datetime
from typing import Any
from uuid import uuid4

from django.db.models import F, QuerySet

from amiable.store.models import BacktestRun, Company
from amiable.store.models.backtest_run import BacktestState

OPEN = (BacktestState.WAITING, BacktestState.RUNNING)
"""States of a run that is not over."""
TRIES = 3
KEPT = 20
"""Runs of a company that are kept: the newest."""


def add_run(company: Company, **columns: Any) -> BacktestRun:
    """A new run that waits for a worker; the oldest beyond `KEPT` go. The company is locked."""
    made = BacktestRun.objects.of(company.pk).create(company=company, **columns)
    rows = BacktestRun.objects.of(company.pk).order_by("-pk")
    last = rows.values_list("pk", flat=True)[KEPT - 1 : KEPT].first()
    if last is not None:
        rows.filter(pk__lt=last).delete()
    return made


def open_run(company: int) -> BacktestRun | None:
    """The run under way, if any."""
    return _light(company).filter(state__in=_values(OPEN)).first()


def runs_of(company: int) -> list[BacktestRun]:
    """The runs of a company, newest first, without their reports."""
    return list(_light(company).order_by("-pk"))


def run_row(company: int, pk: int) -> BacktestRun | None:
    """A run of a company, with its report."""
    return BacktestRun.objects.of(company).filter(pk=pk).first()


def _light(company: int) -> QuerySet[BacktestRun]:
    return BacktestRun.objects.of(company).defer("report")


def _values(states: tuple[BacktestState, ...]) -> list[str]:
    return [state.value for state in states]


def cancel_run(run: BacktestRun, at: datetime) -> bool:
    """By one UPDATE; False when it was over already. Its worker finds out when it says how far
    it is."""
    rows = BacktestRun.objects.of(run.company_id).filter(pk=run.pk, state__in=_values(OPEN))
    return bool(rows.update(state=BacktestState.CANCELLED.value, holder="", ended_at=at))


def delete_run(run: BacktestRun) -> bool:
    """Take a run away that is over; False when it is not, or is gone."""
    rows = BacktestRun.objects.of(run.company_id).filter(pk=run.pk)
    return bool(rows.exclude(state__in=_values(OPEN)).delete()[0])


# --- for workers, which serve every company ---------------------------------------------------


def claim_run(at: datetime) -> BacktestRun | None:
    """The run that has waited longest, claimed by one UPDATE and counted as a try."""
    # A worker serves every company.
    waiting = BacktestRun.everywhere.filter(state=BacktestState.WAITING.value)
    for pk in waiting.order_by("pk").values_list("pk", flat=True)[:20]:
        holder = uuid4().hex
        if waiting.filter(pk=pk).update(
            state=BacktestState.RUNNING.value,
            holder=holder,
            claimed_at=at,
            seen_at=at,
            tries=F("tries") + 1,
            done=0,
            total=0,
        ):
            # Who takes it over, or a person who cancels it, gives it another holder.
            return _held(pk, holder).select_related("company").first()
    return None


def _held(pk: int, holder: str) -> QuerySet[BacktestRun]:
    # A worker serves every company.
    rows: QuerySet[BacktestRun] = BacktestRun.everywhere.filter(
        pk=pk, holder=holder, state=BacktestState.RUNNING.value
    )
    return rows


def tell_progress(run: BacktestRun, done: int, total: int, at: datetime) -> bool:
    """How far it is, and a sign of life; False: it was cancelled, or another worker has it."""
    return bool(_held(run.pk, run.holder).update(done=done, total=total, seen_at=at))


def tell_alive(run: BacktestRun, at: datetime) -> bool:
    """A sign of life."""
    return bool(_held(run.pk, run.holder).update(seen_at=at))


def end_run(run: BacktestRun, state: BacktestState, at: datetime, **columns: Any) -> bool:
    """What came of it; False: it was cancelled, or another worker has it."""
    ended = {"state": state.value, "holder": "", "ended_at": at, **columns}
    return bool(_held(run.pk, run.holder).update(**ended))


def give_back_run(run: BacktestRun, *, counted: bool) -> None:
    """Another worker may go on; ``counted``: the try was one."""
    tries = run.tries if counted else run.tries - 1
    waiting = BacktestState.WAITING.value
    _held(run.pk, run.holder).update(state=waiting, holder="", tries=tries)


def dead_runs(before: datetime) -> list[BacktestRun]:
    """What workers have that gave no sign of life since an instant."""
    # A worker serves every company.
    rows = BacktestRun.everywhere.filter(state=BacktestState.RUNNING.value, seen_at__lt=before)
    return list(rows.select_related("company").defer("report", "toml").order_by("pk"))

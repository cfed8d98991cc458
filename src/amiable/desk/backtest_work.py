"""Backtest work: what a worker does with a run, so that it may be killed at any moment.

A run is claimed, replayed outside any transaction, and ended by one UPDATE that fails when the
run was cancelled or taken over meanwhile: nothing else is ever written.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

from django.db import DatabaseError, connection

from amiable.desk.backtest import BacktestRefused, backtest_company
from amiable.desk.backtest_run import DEAD_AFTER
from amiable.engine.policy_toml import policy_from_toml
from amiable.store.backtest_report import report_to_json
from amiable.store.backtest_run import (
    TRIES,
    claim_run,
    dead_runs,
    end_run,
    give_back_run,
    tell_alive,
    tell_progress,
)
from amiable.store.models import BacktestRun
from amiable.store.models.backtest_run import BacktestState

_TOLD_EVERY = 1.0  # seconds
_ALIVE_EVERY = 15.0

log = logging.getLogger("amiable.desk.backtest")
Clock = Callable[[], datetime]


class Gone(Exception):
    """The run was cancelled, or another worker has it: what this one found is not written."""


class Stopped(Exception):
    """The worker is told to stop: the next one begins anew."""


def backtest_due(clock: Clock, stopping: Callable[[], bool]) -> int:
    """Free what dead workers had, then replay the run that has waited longest; how many."""
    _free_dead(clock())
    run = claim_run(clock())
    if run is None:
        return 0
    with _alive(run, clock):
        _guarded(run, clock, stopping)
    return 1


def _guarded(run: BacktestRun, clock: Clock, stopping: Callable[[], bool]) -> None:
    """Replay; whatever goes wrong, the run is left so that somebody can go on."""
    facts = {"company": run.company.key, "run": run.pk}
    try:
        _replay(run, clock, stopping)
        log.info("backtest done", extra=facts)
    except Gone:
        log.info("backtest was cancelled or taken over", extra=facts)
    except Stopped:
        give_back_run(run, counted=False)
    except DatabaseError as error:  # another writer held the database too long, or it is away
        log.warning("backtest postponed", exc_info=error, extra=facts)
        _give_back_or_up(run, "backtest.busy", clock())
    except Exception as error:
        log.error("backtest failed", exc_info=error, extra=facts)
        _fail(run, "backtest.fault", clock())


def _replay(run: BacktestRun, clock: Clock, stopping: Callable[[], bool]) -> None:
    teller = _Teller(run=run, clock=clock, stopping=stopping)
    try:
        report = backtest_company(
            run.company,
            policy_from_toml(run.toml) if run.toml else None,
            on=run.asked_on,
            calendar=tuple(run.calendar),
            progress=teller.tell,
        )
    except BacktestRefused as error:
        facts = {
            "ground": error.ground.value,
            "settled": error.settled,
            "customers": error.customers,
        }
        ended = end_run(run, BacktestState.REFUSED, clock(), facts=facts)
    else:
        ended = end_run(run, BacktestState.DONE, clock(), report=report_to_json(report))
    if not ended:
        raise Gone


@dataclass(kw_only=True)
class _Teller:
    """Writes how far it is, once a second at most, and asks whether to go on."""

    run: BacktestRun
    clock: Clock
    stopping: Callable[[], bool]
    told_at: float = field(default=float("-inf"))

    def tell(self, done: int, total: int) -> None:
        """``done`` of ``total``. Raises Gone or Stopped."""
        now = time.monotonic()
        if now - self.told_at < _TOLD_EVERY:
            return
        self.told_at = now
        if self.stopping():
            raise Stopped
        if not tell_progress(self.run, done, total, self.clock()):
            raise Gone


@contextmanager
def _alive(run: BacktestRun, clock: Clock) -> Iterator[None]:
    """Signs of life while the ledger is read, which takes long where it is big."""
    over = threading.Event()

    def live() -> None:
        while not over.wait(_ALIVE_EVERY):
            try:
                tell_alive(run, clock())
            except DatabaseError as error:
                log.warning("no sign of life could be written", exc_info=error)
            finally:
                connection.close()

    life = threading.Thread(target=live, daemon=True)
    life.start()
    try:
        yield
    finally:
        over.set()
        life.join(timeout=1)


def _free_dead(at: datetime) -> None:
    for run in dead_runs(at - DEAD_AFTER):
        _give_back_or_up(run, "backtest.killed", at)


def _give_back_or_up(run: BacktestRun, code: str, at: datetime) -> None:
    if run.tries >= TRIES:
        _fail(run, code, at)
    else:
        give_back_run(run, counted=True)


def _fail(run: BacktestRun, code: str, at: datetime) -> None:
    end_run(run, BacktestState.FAILED, at, facts={"code": code, "facts": {}})

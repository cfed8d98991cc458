"""Rounds: what is due by state, looked after every few seconds, by as many workers as one likes.

Nothing here relies on a clock striking: a round does what is due and not yet done, so a night
without power is caught up in the morning, and two workers do no more than one.
"""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from uuid import uuid4

from django.contrib.sessions.backends.db import SessionStore
from django.db import OperationalError, close_old_connections

from amiable.desk import kept_answer, webhook
from amiable.desk.backtest_work import backtest_due
from amiable.desk.dispatch import send_due
from amiable.desk.effect_count import judge_due
from amiable.desk.forecast_work import work_on_forecasts
from amiable.desk.mailbox import read_due
from amiable.desk.night import due_companies, prepare_alone
from amiable.desk.release import release_due
from amiable.desk.settle import doubt_lost
from amiable.desk.thanks import thank_due
from amiable.desk.upload_work import clear_old_uploads, clear_stray_folders
from amiable.desk.weekly_report import send_reports
from amiable.store.models import Company
from amiable.worker.measures import MeasureRound
from amiable.worker.tasks import clear_old_results, take_up_uploads

_TICK = 0.5  # seconds
_LONGEST_PAUSE = 300.0
_HOLDER = uuid4().hex  # this process, among the workers

log = logging.getLogger("amiable.worker")


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """``run`` does what is due at an instant and says how much that was.

    Rounds of one ``lane`` are made one after the other; lanes do not wait for each other. One that
    ``heeds`` is given a second thing: whether the worker is stopping, to ask before each piece.
    """

    name: str
    lane: str
    every: float
    run: Callable[..., int]
    heeds: bool = False


class SomeFailed(RuntimeError):
    """Some companies' part of a round failed, as told for each: try them again later."""


def prepare_days(at: datetime) -> int:
    """Draw the plan of every company whose day has begun, or that has new facts."""
    prepared = [_prepared(company, today, at) for company, today in due_companies(at)]
    if None in prepared:
        raise SomeFailed
    return prepared.count(True)


def _prepared(company: Company, today: date, at: datetime) -> bool | None:
    """Whether this worker did it; None when it failed: one company's trouble must not keep the
    others from their work."""
    try:
        return prepare_alone(company, today, at, _HOLDER)
    except Exception as error:
        facts = {"round": "plan", "company": company.key, "day": today.isoformat()}
        log.error("plan failed", exc_info=error, extra=facts)
        return None


def read_mailboxes(at: datetime) -> int:
    """Take in the answers that came by mail."""
    return read_due(at, _HOLDER)


def forecast_weeks(at: datetime, stopping: Callable[[], bool]) -> int:
    """Forecast the weeks to come, and try past ones."""
    return work_on_forecasts(at, stopping, _HOLDER)


def replay_past(_at: datetime, stopping: Callable[[], bool]) -> int:
    """Try the policies on the past that people asked for, one after the other."""
    return backtest_due(lambda: datetime.now(UTC), stopping)


def send_weekly_reports(at: datetime, stopping: Callable[[], bool]) -> int:
    """Send the reports of the week to who asked for them."""
    return send_reports(at, _HOLDER, stopping)


def clear_sessions(_at: datetime) -> int:
    """Forget the sessions that are over."""
    SessionStore.clear_expired()
    return 0


ROUNDS = (
    Round(name="uploads", lane="uploads", every=1, run=take_up_uploads),
    Round(name="plan", lane="plan", every=20, run=prepare_days),
    Round(name="release", lane="plan", every=20, run=release_due),
    Round(name="thanks", lane="plan", every=20, run=thank_due),
    Round(name="send", lane="send", every=1, run=send_due, heeds=True),
    Round(name="mailboxes", lane="mailboxes", every=15, run=read_mailboxes),
    Round(name="forecasts", lane="forecasts", every=30, run=forecast_weeks, heeds=True),
    Round(name="backtests", lane="backtests", every=1, run=replay_past, heeds=True),
    Round(name="measures", lane="measures", every=30, run=MeasureRound(_HOLDER), heeds=True),
    Round(name="effects", lane="measures", every=600, run=judge_due, heeds=True),
    Round(name="weekly reports", lane="reports", every=60, run=send_weekly_reports, heeds=True),
    Round(name="lost", lane="tidy", every=60, run=doubt_lost),
    Round(name="webhooks", lane="webhooks", every=5, run=webhook.deliver_due),
    Round(name="webhook log", lane="tidy", every=3600, run=webhook.forget_old),
    Round(name="kept answers", lane="tidy", every=3600, run=kept_answer.forget_old),
    Round(name="old uploads", lane="tidy", every=3600, run=clear_old_uploads),
    Round(name="stray folders", lane="tidy", every=3600, run=clear_stray_folders),
    Round(name="old tasks", lane="tidy", every=3600, run=clear_old_results),
    Round(name="sessions", lane="tidy", every=3600, run=clear_sessions),
)
"""In a lane in the order they are made."""


def lanes() -> list[tuple[Round, ...]]:
    """The rounds by lane."""
    names = dict.fromkeys(one.lane for one in ROUNDS)
    return [tuple(one for one in ROUNDS if one.lane == name) for name in names]


class Rounds:
    """Makes rounds in their time; one that fails is tried again after a growing pause."""

    def __init__(self, rounds: tuple[Round, ...]) -> None:
        self.rounds = rounds
        self.next = dict.fromkeys((one.name for one in rounds), 0.0)
        self.failures = dict.fromkeys((one.name for one in rounds), 0)

    def keep_making(self, stop: threading.Event) -> None:
        """Make the rounds until told to stop."""
        while not stop.wait(_TICK):
            self.make(time.monotonic(), stop)

    def make(self, now: float, stop: threading.Event | None = None) -> None:
        """Make the rounds that are due at a time of the monotonic clock."""
        for one in self.rounds:
            if stop is not None and stop.is_set():
                return
            if self.next[one.name] <= now:
                self.next[one.name] = now + self._make(one, stop or threading.Event())

    def _make(self, one: Round, stop: threading.Event) -> float:
        """Make one round; the seconds until the next."""
        close_old_connections()
        try:
            at = datetime.now(UTC)
            done = one.run(at, stop.is_set) if one.heeds else one.run(at)
        except SomeFailed as error:
            return self._failed(one, error, logging.WARNING)
        except OperationalError as error:
            # Another writer holds the database longer than one waits: go on as soon as it is done.
            log.warning("database busy", exc_info=error, extra={"round": one.name})
            return one.every
        except Exception as error:
            return self._failed(one, error, logging.ERROR)
        finally:
            close_old_connections()
        self.failures[one.name] = 0
        if done:
            log.info("round", extra={"round": one.name, "done": done})
        return one.every

    def _failed(self, one: Round, error: Exception, level: int) -> float:
        self.failures[one.name] += 1
        pause = min(_LONGEST_PAUSE, one.every * 2.0 ** min(20, self.failures[one.name]))
        facts = {"round": one.name, "retry_in": pause}
        log.log(level, "round failed", exc_info=error, extra=facts)
        return pause

"""Rounds: what is due by state, looked after every few seconds, by as many workers as one likes.

Nothing here relies on a clock striking: a round does what is due and not yet done, so a night
without power is caught up in the morning, and two workers do no more than one.
"""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import import_module

from django.db import OperationalError, close_old_connections

_TICK = 0.5  # seconds
_LONGEST_PAUSE = 300.0

log = logging.getLogger("amiable.worker")


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """``run`` does what is due at an instant and says how much that was."""

    name: str
    every: float
    run: Callable[[datetime], int]


def _verb(path: str) -> Callable[[datetime], int]:
    """A verb of the desk, imported on its first round."""
    module, _, name = path.partition(":")

    def run(at: datetime) -> int:
        return int(getattr(import_module(module), name)(at))

    return run


ROUNDS = (
    Round(name="send", every=5, run=_verb("amiable.desk.dispatch:send_due")),
    Round(name="webhooks", every=5, run=_verb("amiable.desk.webhook:deliver_due")),
    Round(name="webhook log", every=3600, run=_verb("amiable.desk.webhook:forget_old")),
    Round(name="kept answers", every=3600, run=_verb("amiable.desk.kept_answer:forget_old")),
)
"""In the order they are made."""


class Rounds:
    """Makes every round in its time; one that fails is tried again after a growing pause."""

    def __init__(self, rounds: tuple[Round, ...] = ROUNDS) -> None:
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
                self.next[one.name] = now + self._make(one)

    def _make(self, one: Round) -> float:
        """Make one round; the seconds until the next."""
        close_old_connections()
        try:
            done = one.run(datetime.now(UTC))
        except OperationalError as error:
            # Another writer holds the database longer than one waits: nothing is lost.
            return self._failed(one, error, logging.WARNING)
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
        pause = min(_LONGEST_PAUSE, one.every * 2 ** self.failures[one.name])
        facts = {"round": one.name, "retry_in": pause}
        log.log(level, "round failed", exc_info=error, extra=facts)
        return pause

"""Measures: the round that counts the days of companies, and leaves a big ledger in peace."""

import logging
import time
from collections.abc import Callable
from datetime import date, datetime

from amiable.desk.calendar import day_of
from amiable.desk.measure_count import CountStopped, count_alone, is_counted
from amiable.store.company import list_companies
from amiable.store.models import Company

_PACE = 20  # times as long as the last count took

log = logging.getLogger("amiable.worker")


class MeasureRound:
    """A new day is counted at once. New facts of the same day wait until twenty times as long has
    passed as the last count took: a busy morning costs a twentieth of one processor at most."""

    def __init__(self, holder: str) -> None:
        self.holder = holder
        self._rests: dict[int, tuple[date, float]] = {}

    def __call__(self, at: datetime, stopping: Callable[[], bool]) -> int:
        """Count what is due; how many companies were counted."""
        done = 0
        for company in list_companies():
            today = day_of(company, at)
            if not stopping() and self._is_due(company, today):
                done += self._count(company, today, at, stopping)
        return done

    def _is_due(self, company: Company, today: date) -> bool:
        day, until = self._rests.get(company.pk, (None, 0.0))
        if day == today and time.monotonic() < until:
            return False
        return not is_counted(company, today)

    def _count(
        self, company: Company, today: date, at: datetime, stopping: Callable[[], bool]
    ) -> bool:
        started = time.monotonic()
        try:
            done = count_alone(company, today, at, self.holder, stopped=stopping)
        except CountStopped:
            return False
        except Exception as error:  # one company's trouble must not keep the others waiting
            facts = {"round": "measures", "company": company.key, "day": today.isoformat()}
            log.error("measures failed", exc_info=error, extra=facts)
            done = False
        took = time.monotonic() - started
        self._rests[company.pk] = (today, started + took * (1 + _PACE))
        return done

"""The work behind forecasts: today's, once the plan is drawn, and the past, a week at a time."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

from amiable.desk.calendar import day_of
from amiable.desk.forecast import count_forecast, count_past, due_to_count
from amiable.desk.forecast_past import mondays_to_try
from amiable.desk.night import is_prepared
from amiable.desk.plan import Progress
from amiable.store.company import list_companies
from amiable.store.forecast import forget_past
from amiable.store.lease import leased
from amiable.store.models import Company

_WORK = "forecast"
_LEASE = timedelta(minutes=30)
Stopping = Callable[[], bool]


def work_on_forecasts(at: datetime, stopping: Stopping, holder: str) -> int:
    """Count what is due of every company; how many forecasts were counted.

    Each is stored by itself: a worker told to stop loses at most the one under way.
    """
    done = 0
    for company in list_companies():
        if not stopping():
            done += _work_on(company, day_of(company, at), at, stopping, holder)
    return done


def _work_on(company: Company, today: date, at: datetime, stopping: Stopping, holder: str) -> int:
    counts, mondays = due_to_count(company, today), mondays_to_try(company, today)
    if not counts and not mondays:
        return 0
    with leased(company.pk, _WORK, holder, at=at, lasts=_LEASE) as mine:
        if not mine:
            return 0
        if counts:
            count_forecast(company, today, at)
        tried = 0
        for monday in mondays:
            if stopping():
                return counts + tried
            count_past(company, monday, at)
            tried += 1
        if tried and is_prepared(company, today):  # the band of today learns from the past
            count_forecast(company, today, at)
    return counts + tried


def try_past(
    company: Company,
    today: date,
    at: datetime,
    *,
    anew: bool = False,
    progress: Progress | None = None,
) -> int:
    """Try the forecast on the Mondays of the past that were not tried; how many there were.

    ``anew``: forget earlier trials first, as after an import of old years. Each Monday is kept as
    soon as it is counted: whoever interrupts goes on later where it stopped.
    """
    if anew:
        forget_past(company.pk)
    mondays = mondays_to_try(company, today)
    for done, monday in enumerate(mondays, start=1):
        count_past(company, monday, at)
        if progress:
            progress(done, len(mondays))
    return len(mondays)

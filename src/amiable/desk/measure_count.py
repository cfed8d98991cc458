"""Counting the daily measures: all days at once from the ledger, and when that is due.

All days are counted anew, however few facts are new: an import, a payment matched by hand or a
customer given to somebody else changes days long past, and one walk over the ledger is quicker
than finding out which. Only rows that come out differently are written.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from amiable.desk.habit import known_habits
from amiable.desk.measure_walk import LedgerWalk
from amiable.desk.plan import no_collections
from amiable.store.figures import is_small
from amiable.store.lease import leased
from amiable.store.measuring import (
    count_of,
    facts_mark,
    first_fact,
    known_count,
    note_progress,
    save_days,
)
from amiable.store.models import Company

KEPT_YEARS = 5
"""How many years of days are kept at most."""
SMALL = 2_000
"""Customers up to which a page counts its days itself, in a second or two."""
_LEASE = timedelta(minutes=30)
"""After which another worker may count what one that died was counting."""
_DAY = timedelta(days=1)

Progress = Callable[[int, int], None]


class CountStopped(RuntimeError):
    """Somebody stopped the count; nothing of it was kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CountReport:
    """The days now kept, ``[since, until)``, and how many rows are other than before."""

    since: date
    until: date
    customers: int
    changed: int


def count_days(
    company: Company,
    today: date,
    at: datetime,
    *,
    written_from: date | None = None,
    progress: Progress | None = None,
    stopped: Callable[[], bool] = lambda: False,
) -> CountReport:
    """Count the measures of every day up to ``today`` and keep those that differ.

    Days before ``written_from`` are left as they stand, unless some of them were never counted;
    where they were counted from other facts, the days are still due to be counted afterwards.
    ``progress`` is called with (customers done, customers in all), ``stopped`` asked as often:
    `CountStopped` is raised when it says so, and nothing is written then, as when the count is
    interrupted.
    """
    count_of(company.pk)  # the row that progress is noted in
    learned = known_habits(company, today)  # may learn, which weighs customers: before the mark
    facts = _mark(company)
    since = _first_day(company, today)
    until = today + _DAY
    try:
        with no_collections():
            walk = LedgerWalk(company, today, since, learned)
            for done, total in walk.steps():
                note_progress(company.pk, done, total)
                if progress:
                    progress(done, total)
                if stopped():
                    raise CountStopped
        changed = save_days(
            company.pk,
            walk.rows(),
            span=(since, until),
            written_from=written_from,
            facts=facts,
            at=at,
        )
    finally:
        note_progress(company.pk, 0, 0)
    return CountReport(since=since, until=until, customers=walk.customers, changed=changed)


def _first_day(company: Company, today: date) -> date:
    first = first_fact(company.pk)
    oldest = today - timedelta(days=round(365.25 * KEPT_YEARS))
    return min(max(first or today, oldest), today)


def _mark(company: Company) -> str:
    return facts_mark(company.pk, company.policy, sorted(company.policies_by_segment.items()))


def is_counted(company: Company, today: date) -> bool:
    """Whether the days up to ``today`` are counted from the facts there are."""
    count = known_count(company.pk)
    return bool(count and count.until == today + _DAY and count.facts == _mark(company))


def count_if_small(company: Company, today: date, at: datetime) -> bool:
    """Count what is not counted, if that is quickly done; whether it is counted now."""
    if is_counted(company, today):
        return True
    if not is_small(company.pk, SMALL):
        return False
    count_days(company, today, at)
    return True


def count_alone(
    company: Company, today: date, at: datetime, holder: str, *, stopped: Callable[[], bool]
) -> bool:
    """Count the days, unless another worker is at it; whether this one did. Raises CountStopped."""
    with leased(company.pk, "measures", holder, at=at, lasts=_LEASE) as mine:
        if not mine:
            return False
        count_days(company, today, at, stopped=stopped)
    return True

"""Period: a span of days somebody looks at: a month, a quarter, a year, some days up to one."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from amiable.engine.days import ONE_DAY, add_months


@dataclass(frozen=True, slots=True)
class Span:
    """The days ``[since, until)``; at least one. Raises ValueError."""

    since: date
    until: date

    def __post_init__(self) -> None:
        if self.since >= self.until:
            raise ValueError(f"{self.since} to {self.until}: the end must come after the beginning")

    @property
    def days(self) -> int:
        """How many."""
        return (self.until - self.since).days

    @property
    def last(self) -> date:
        """The last day."""
        return self.until - ONE_DAY

    def covers(self, on: date) -> bool:
        """Whether a day is one of them."""
        return self.since <= on < self.until


class PeriodKind(StrEnum):
    """How a period is chosen."""

    DAYS_30 = "days_30"
    DAYS_90 = "days_90"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


_ROLLING = {PeriodKind.DAYS_30: 30, PeriodKind.DAYS_90: 90}
_MONTHS = {PeriodKind.MONTH: 1, PeriodKind.QUARTER: 3, PeriodKind.YEAR: 12}


def period_of(kind: PeriodKind, on: date) -> Span:
    """The days up to ``on``, or the whole calendar month, quarter or year ``on`` lies in."""
    if kind in _ROLLING:
        return Span(on + ONE_DAY - timedelta(days=_ROLLING[kind]), on + ONE_DAY)
    months = _MONTHS[kind]
    since = on.replace(day=1, month=(on.month - 1) // months * months + 1)
    return Span(since, add_months(since, months))


def so_far(span: Span, today: date) -> Span:
    """A span without the days to come; raises ValueError when all of it is to come."""
    return Span(span.since, min(span.until, today + ONE_DAY))


def before(span: Span, kind: PeriodKind | None = None) -> Span:
    """The span to compare with: the month, quarter or year before, of as many days as have passed
    where ``span`` is not over; else as many days just before."""
    if kind in _MONTHS:
        since = add_months(span.since, -_MONTHS[kind])
        whole = add_months(span.since, _MONTHS[kind]) == span.until
        length = span.until - span.since
        return Span(since, span.since if whole else min(since + length, span.since))
    return Span(span.since - (span.until - span.since), span.since)

"""How good past forecasts were: weeks as they were forecast beside what they brought."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from amiable.engine.days import week_start
from amiable.engine.forecast import WEEKS
from amiable.engine.forecast_band import ENOUGH_WEEKS, Miss, Past, miss_of
from amiable.store.figures import first_issue
from amiable.store.forecast import compared_weeks, mondays_made
from amiable.store.models import Company, ForecastLine

PAST_WEEKS = 26
_SPAN = PAST_WEEKS + ENOUGH_WEEKS  # the first ones only teach how far one is off
_HISTORY = timedelta(days=90)  # of invoices, before a forecast says anything
_WEEK = timedelta(days=7)
NARROW, WIDE = 0.70, 0.92
"""A band that should hold 80 % is called too narrow below, too wide above."""


class Verdict(StrEnum):
    """What the past says of the band."""

    FEW = "few"  # fewer than eight weeks
    NARROW = "narrow"
    FITS = "fits"
    WIDE = "wide"


@dataclass(frozen=True, slots=True, kw_only=True)
class Accuracy:
    """Weeks forecast from ``ahead`` weeks before (0: on their Monday), newest first.

    ``held``: how many were within the band. ``bias``: (expected - received) / received, and
    ``error``: the mean of what was missed / received; None when nothing came in.
    """

    ahead: int
    currency: str
    lines: list[ForecastLine]
    held: int
    bias: float | None
    error: float | None

    @property
    def weeks(self) -> int:
        """How many weeks were compared."""
        return len(self.lines)

    @property
    def coverage(self) -> float | None:
        """The share of weeks within the band."""
        return self.held / self.weeks if self.lines else None

    @property
    def verdict(self) -> Verdict:
        """What that says of the band."""
        if self.coverage is None or self.weeks < ENOUGH_WEEKS:
            return Verdict.FEW
        if self.coverage < NARROW:
            return Verdict.NARROW
        return Verdict.WIDE if self.coverage > WIDE else Verdict.FITS


def within(line: ForecastLine) -> bool:
    """Whether a week that is over brought what the band said."""
    received = line.received_minor
    return received is not None and line.low_minor <= received <= line.high_minor


def accuracy(company: Company, today: date, ahead: int = 0) -> Accuracy:
    """How good the forecasts of the last 26 weeks were, in the company's currency."""
    lines = _by_lead(company, today).get(ahead, [])[-PAST_WEEKS:]
    received = sum(line.received_minor or 0 for line in lines)
    off = [line.expected_minor - (line.received_minor or 0) for line in lines]
    return Accuracy(
        ahead=ahead,
        currency=company.currency,
        lines=lines[::-1],
        held=sum(map(within, lines)),
        bias=sum(off) / received if received else None,
        error=sum(map(abs, off)) / received if received else None,
    )


def misses_known(company: Company, on: date) -> list[Miss]:
    """What the weeks over by a day teach about forecasts of the first week, the second ...

    A week too far ahead to have been compared often enough takes that of the last one that was.
    """
    weeks = _by_lead(company, on)
    found: list[Miss] = []
    for ahead in range(WEEKS):
        lines = weeks.get(ahead, [])[-PAST_WEEKS:]
        if len(lines) < ENOUGH_WEEKS:
            break
        found.append(
            miss_of(
                Past(
                    expected=line.expected_minor,
                    variance=line.variance,
                    received=line.received_minor or 0,
                )
                for line in lines
            )
        )
    return found


def _by_lead(company: Company, until: date) -> dict[int, list[ForecastLine]]:
    """Compared weeks by how many weeks ahead they were forecast, of runs made on a Monday."""
    found: dict[int, list[ForecastLine]] = defaultdict(list)
    for line in compared_weeks(company.pk, company.currency, until):
        if line.run.made_on == week_start(line.run.made_on):
            found[(line.starts_on - line.run.made_on).days // 7].append(line)
    return found


def past_mondays(company: Company, today: date) -> list[date]:
    """The Mondays on which a forecast can be tried, the oldest first; their week is over."""
    first = first_issue(company.pk)
    if first is None:
        return []
    monday = week_start(today)
    days = [monday - number * _WEEK for number in range(_SPAN, 0, -1)]
    return [day for day in days if day >= first + _HISTORY]


def mondays_to_try(company: Company, today: date) -> list[date]:
    """Those of `past_mondays` for which there is no forecast yet."""
    days = past_mondays(company, today)
    made = mondays_made(company.pk, days[0]) if days else set()
    return [day for day in days if day not in made]

"""Fiscal years: which year a file covers, and which opening entries repeat another file."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date

from amiable.engine.days import ONE_DAY, add_months

Year = tuple[date, date]
"""A fiscal year as [start, end): the end is the first day of the next one."""

_FILE_NAME = re.compile(r"(\d{9})FEC(\d{4})(\d\d)(\d\d)", re.I)


def siren_in(file_name: str) -> str:
    """The SIREN that the file name bears, as the law wants it; empty when it bears none."""
    found = _FILE_NAME.search(file_name)
    return found[1] if found else ""


def closing_in(file_name: str) -> date | None:
    """The closing date that the file name bears, if any."""
    found = _FILE_NAME.search(file_name)
    if found is None:
        return None
    try:
        return date(int(found[2]), int(found[3]), int(found[4]))
    except ValueError:
        return None


def fiscal_year(file_name: str, days: Mapping[date, int], opening: Mapping[date, int]) -> Year:
    """The year a file covers, from its lines by day (``days``) and its opening lines by day.

    It starts with the opening entries where there are any, else with the twelve months that
    hold most lines, so that a few misdated lines do not move it. The file name only tells the
    end, and only where it agrees with the lines: people rename files.
    """
    booked = {day: lines - opening.get(day, 0) for day, lines in days.items()}
    start = _opening_day(opening) or _busiest_start(booked)
    closing = closing_in(file_name)
    if closing and start <= closing < add_months(start, 24):
        return start, closing + ONE_DAY
    return start, add_months(start, 12)


def _opening_day(opening: Mapping[date, int]) -> date | None:
    if not opening:
        return None
    day, lines = max(opening.items(), key=lambda item: (item[1], item[0]))
    return day if day.day == 1 and 2 * lines > sum(opening.values()) else None


def _busiest_start(days: Mapping[date, int]) -> date:
    months: Counter[date] = Counter()
    for day, lines in days.items():
        months[day.replace(day=1)] += lines

    def held(start: date) -> int:
        end = add_months(start, 12)
        return sum(lines for month, lines in months.items() if start <= month < end)

    return max(months, key=lambda start: (held(start), start))


def follows_known(year: Year, others: Iterable[Year]) -> bool:
    """Whether the year before is among ``others``, so that opening entries repeat it."""
    return any(start < year[0] <= end for start, end in others)

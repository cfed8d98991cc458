"""Days: payment terms and due dates, business days, half-years. Today is always an argument."""

import re
from calendar import monthrange
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

ONE_DAY = timedelta(days=1)
SATURDAY, SUNDAY = 5, 6


class EndOfMonth(StrEnum):
    """The two lawful ways to count "n days end of month" in France, and neither.

    AFTER is way A, end_of_month(date + n days), what most software does; BEFORE is way B,
    end_of_month(date) + n days. The contract says which (L441-10 C. com.; both are accepted).
    """

    NONE = "none"
    AFTER = "after"
    BEFORE = "before"


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentTerms:
    """When an invoice falls due, counted from its date.

    ``days`` are added first (end_of_month says how the end of month enters), then
    ``extra_months``, then the day of the month becomes ``fixed_day`` (0: unchanged), as in
    "30 jours fin de mois le 10": AFTER, 30 days, one extra month, fixed day 10.
    """

    days: int
    end_of_month: EndOfMonth = EndOfMonth.NONE
    extra_months: int = 0
    fixed_day: int = 0

    def __post_init__(self) -> None:
        if not 0 <= self.days <= 366:
            raise ValueError(f"payment terms of {self.days} days: give 0 to 366")
        if not 0 <= self.fixed_day <= 31:
            raise ValueError(f"day {self.fixed_day} of the month: give 1 to 31, or 0 for none")
        if not 0 <= self.extra_months <= 12:
            raise ValueError(f"{self.extra_months} extra months: give 0 to 12")


def end_of_month(day: date) -> date:
    """The last day of the month of ``day``."""
    return day.replace(day=monthrange(day.year, day.month)[1])


def add_months(day: date, months: int) -> date:
    """The same day number ``months`` later, or the month's last day where there is none."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def due_date(issued_on: date, terms: PaymentTerms) -> date:
    """The due date of an invoice of ``issued_on`` under ``terms`` (see PaymentTerms)."""
    if terms.end_of_month is EndOfMonth.BEFORE:
        due = end_of_month(issued_on) + timedelta(days=terms.days)
    else:
        due = issued_on + timedelta(days=terms.days)
        if terms.end_of_month is EndOfMonth.AFTER:
            due = end_of_month(due)
    due = add_months(due, terms.extra_months)
    if terms.fixed_day:
        last = monthrange(due.year, due.month)[1]
        due = due.replace(day=min(terms.fixed_day, last))
        if due < issued_on:
            due = add_months(due, 1)
    return due


_AT_ONCE = re.compile(
    r"^\W*(?:a|à|upon|on|due on)?\s*(?:reception|réception|receipt|comptant|cash|immediate)\b", re.I
)
_MONTH_END = (  # glued to what comes before, as in "45jfdm" and "45eom", too
    r"fin\s+de\s+mois|(?<![^\W\dj])f\.?d\.?m\b|end\s+of\s+(?:the\s+)?month|(?<![^\W\d])eom\b"
)
_DAYS = re.compile(
    rf"(?<!\d)(?:net\s*)?(\d{{1,3}})\s*(?:j(?:rs|ours?|\.)?|d(?:ays?)?|net\b|(?={_MONTH_END}|$))",
    re.I,
)
_NET = re.compile(r"\bnet\s*(\d{1,3})\b", re.I)
_EOM = re.compile(_MONTH_END, re.I)
_FIXED = re.compile(r"\b(?:le|on the)\s+(\d{1,2})\b", re.I)


def parse_terms(text: str) -> PaymentTerms | None:
    """Read payment terms written in French or English, or None where they cannot be read.

    "30 jours", "45 j fdm", "30 jours fin de mois le 10", "à réception", "net 30", "60 days".
    "45 fin de mois" is read as way A; "fin de mois + 45 jours" as way B.
    """
    text = " ".join(text.split())
    if _AT_ONCE.match(text):
        return PaymentTerms(days=0)
    days = _DAYS.search(text) or _NET.search(text)
    month_end = _EOM.search(text)
    if days is None and month_end is None:
        return None
    count = int(days.group(1)) if days else 0
    way = EndOfMonth.NONE
    if month_end:
        first_month = days is not None and month_end.start() < days.start()
        way = EndOfMonth.BEFORE if first_month else EndOfMonth.AFTER
    fixed = _FIXED.search(text)
    day = int(fixed.group(1)) if fixed else 0
    if count > 366 or day > 31:
        return None
    extra = 1 if fixed and month_end else 0
    return PaymentTerms(days=count, end_of_month=way, extra_months=extra, fixed_day=day)


@dataclass(frozen=True, slots=True)
class BusinessCalendar:
    """Which days people work: everyday but ``weekend`` (0 is Monday) and ``holidays``."""

    holidays: AbstractSet[date] = field(default_factory=frozenset)
    weekend: AbstractSet[int] = frozenset({SATURDAY, SUNDAY})

    def is_business_day(self, day: date) -> bool:
        """Whether people work on ``day``."""
        return day.weekday() not in self.weekend and day not in self.holidays

    def roll(self, day: date) -> date:
        """The first business day on or after ``day``."""
        while not self.is_business_day(day):
            day += ONE_DAY
        return day

    def after(self, day: date, count: int) -> date:
        """The ``count``-th business day after ``day``."""
        for _ in range(count):
            day = self.roll(day + ONE_DAY)
        return day


@dataclass(frozen=True, slots=True, order=True)
class HalfYear:
    """A semester, the unit of the legal rates: 1 January or 1 July to the next."""

    year: int
    half: int

    @property
    def starts_on(self) -> date:
        """Its first day."""
        return date(self.year, 1 if self.half == 1 else 7, 1)

    @property
    def next(self) -> "HalfYear":
        """The half-year after it."""
        return HalfYear(self.year, 2) if self.half == 1 else HalfYear(self.year + 1, 1)

    def __str__(self) -> str:
        return f"{self.year} S{self.half}"


def half_year(day: date) -> HalfYear:
    """The half-year of ``day``: 30 June is in the first, 1 July in the second."""
    return HalfYear(day.year, 1 if day.month <= 6 else 2)


def week_start(day: date) -> date:
    """The Monday of the week of ``day``."""
    return day - timedelta(days=day.weekday())

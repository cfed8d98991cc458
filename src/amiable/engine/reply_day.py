"""Days as people write them in a mail: "le 15 mars", "vendredi prochain", "by end of March".

All functions take plain text: lower case, without accents (`reply.plain`). A day is read as one to
come or as one gone by, as the sentence asks: "le 15 mars" said in December is another year's. What
can be read in two ways ("03/04" in an English sentence) or in none ("soon") is no day at all.
"""

import re
from calendar import monthrange
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum

from amiable.engine.days import ONE_DAY


class Side(Enum):
    """Whether a day is looked for before or after the day the mail came."""

    PAST = "past"
    AHEAD = "ahead"


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A day, and where the text names it."""

    at: int
    end: int
    day: date


_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "janvier january jan", "fevrier february feb fevr", "mars march", "avril april apr",
            "mai may", "juin june jun", "juillet july jul juil", "aout august aug",
            "septembre september sept sep", "octobre october oct", "novembre november nov",
            "decembre december dec",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
_DAYS = {
    name: number
    for number, names in enumerate(
        ("lundi monday", "mardi tuesday", "mercredi wednesday", "jeudi thursday",
         "vendredi friday", "samedi saturday", "dimanche sunday")
    )
    for name in names.split()
}  # fmt: skip
_COUNTS = {
    word: count
    for count, words in {
        1: "un une one a", 2: "deux two", 3: "trois three", 4: "quatre four", 5: "cinq five",
        6: "six", 7: "sept seven", 8: "huit eight", 10: "dix ten", 12: "douze twelve",
        15: "quinze fifteen", 20: "vingt twenty", 30: "trente thirty",
    }.items()
    for word in words.split()
}  # fmt: skip

_MONTH = rf"(?P<month>{'|'.join(sorted(_MONTHS, key=len, reverse=True))})\b\.?"
_YEAR = r"(?:,?\s+(?P<year>20\d\d)\b)?"
_WEEKDAY = rf"(?P<weekday>{'|'.join(_DAYS)})"
_LEAD = rf"(?:\b(?:{'|'.join(_DAYS)}),?\s+(?:le\s+|the\s+)?)?"
_COUNT = rf"(?P<count>\d{{1,3}}|{'|'.join(sorted(_COUNTS, key=len, reverse=True))})"
_THIS_MONTH = r"(?:du|de|de ce|of the|of this|of|ce|this|the)?\s*(?:mois|month)"
_OF_MONTH = r"(?:(?:du )?mois\s+(?:de\s+|d'))?"
_NEXT = r"(?:prochaine?|suivante?|a venir|qui vient|next|following|coming)"

Reader = Callable[[re.Match[str], date, Side], date | None]
_READERS: list[tuple[re.Pattern[str], Reader]] = []


def _reads(pattern: str) -> Callable[[Reader], Reader]:
    def keep(reader: Reader) -> Reader:
        _READERS.append((re.compile(pattern), reader))
        return reader

    return keep


def said_days(text: str, today: date, side: Side, *, english: bool = False) -> list[Said]:
    """The days a text names, in its order; ``english``: 03/04 could be two days, so it is none."""
    found: list[Said] = []
    taken: list[tuple[int, int]] = []
    for pattern, reader in _READERS:
        for match in pattern.finditer(text):
            at, end = match.span()
            if any(at < other_end and other_at < end for other_at, other_end in taken):
                continue
            taken.append((at, end))
            if english and _two_ways(match):
                continue
            day = reader(match, today, side)
            if day is not None and (day >= today if side is Side.AHEAD else day <= today):
                found.append(Said(at=at, end=end, day=day))
    return sorted(found, key=lambda one: one.at)


def _two_ways(match: re.Match[str]) -> bool:
    parts = match.groupdict()
    day, month = parts.get("first"), parts.get("second")
    return bool(day and month) and int(day) <= 12 and int(month) <= 12 and day != month  # type: ignore[arg-type]


# --- written in full --------------------------------------------------------------------------


@_reads(r"(?<![\d-])(?P<year>20\d\d)-(?P<second>\d\d)-(?P<first_day>\d\d)(?![\d-])")
def _iso(match: re.Match[str], today: date, side: Side) -> date | None:  # noqa: ARG001
    return _day(int(match["year"]), int(match["second"]), int(match["first_day"]))


@_reads(rf"{_LEAD}(?<![\d/.,-])(?P<first>\d{{1,2}})[/.](?P<second>\d{{1,2}})(?:[/.]"
rf"(?P<year>20\d\d|\d\d))?"
        r"(?![\d/-]|[.,]\d|\s?(?:€|eur|euros|%))")  # fmt: skip
def _digits(match: re.Match[str], today: date, side: Side) -> date | None:
    if "." in match[0] and match["year"] is None:
        return None  # 12.50 is an amount, or a number of something
    day, month = int(match["first"]), int(match["second"])
    if month > 12 >= day:
        day, month = month, day
    return _nearest(day, month, match["year"], today, side)


@_reads(rf"{_LEAD}\b(?P<from_day>\d{{1,2}})\s?(?:er|st|nd|rd|th)?(?:\s+of)?\s+{_MONTH}{_YEAR}")
@_reads(
    rf"{_LEAD}\b{_MONTH}\s+(?:the\s+)?(?P<from_day>\d{{1,2}})(?:st|nd|rd|th)?\b"
    rf"(?!\s*(?:€|eur|[.,]\d)){_YEAR}"
)
def _named(match: re.Match[str], today: date, side: Side) -> date | None:
    month = _MONTHS[match["month"]]
    return _nearest(int(match["from_day"]), month, match["year"], today, side)


@_reads(
    r"\ble\s+(?P<alone>\d{1,2})(?:er)?(?=\s*(?:[,.;:)!]|$)|\s+(?:au plus tard|par|de ce mois"
    r"|du mois|courant|prochain|dernier|a |dans la|maximum|et |ou ))"
)
@_reads(r"\bthe\s+(?P<alone>\d{1,2})(?:st|nd|rd|th)\b")
def _day_alone(match: re.Match[str], today: date, side: Side) -> date | None:
    wanted = int(match["alone"])
    step = ONE_DAY if side is Side.AHEAD else -ONE_DAY
    day = today
    for _ in range(31):
        if day.day == wanted:
            return day
        day += step
    return None


# --- parts of a month -------------------------------------------------------------------------


@_reads(rf"\b(?:fin|end|late)\s+(?:(?:du|de|of|in)\s+)?{_OF_MONTH}{_MONTH}{_YEAR}")
@_reads(
    rf"\b(?:courant|dans le courant de|au cours de|au cours|during)\s+{_OF_MONTH}{_MONTH}{_YEAR}"
)
def _end_of_month(match: re.Match[str], today: date, side: Side) -> date | None:
    return _in_month(match, 31, today, side)


@_reads(
    rf"\b(?:debut|au debut de|early(?: in)?|(?:beginning|start)\s+of)\s+{_OF_MONTH}{_MONTH}{_YEAR}"
)
def _start_of_month(match: re.Match[str], today: date, side: Side) -> date | None:
    return _in_month(match, 10, today, side)


@_reads(rf"\b(?:mi|mid|middle of|milieu)[\s-]+{_OF_MONTH}{_MONTH}{_YEAR}")
def _middle_of_month(match: re.Match[str], today: date, side: Side) -> date | None:
    return _in_month(match, 15, today, side)


@_reads(
    r"\b(?:(?P<part>fin|end|debut|beginning|start|early|mi|mid|courant|milieu)\b[\s-]*)?"
    rf"(?:(?:du|de|of|le|au|the)\s+)?(?:mois\s+{_NEXT}|{_NEXT}\s+month)\b"
)
def _next_month(match: re.Match[str], today: date, side: Side) -> date | None:
    if side is Side.PAST:
        return None
    first = today.replace(day=1) + timedelta(days=32)
    return _capped(first.year, first.month, _day_of_part(match["part"]))


@_reads(rf"\b(?P<part>fin|end|courant|mi|milieu|mid|middle)[\s-]+{_THIS_MONTH}\b")
@_reads(r"\b(?P<part>month)[\s-]end\b")
def _this_month(match: re.Match[str], today: date, side: Side) -> date | None:
    if side is Side.PAST:
        return None
    day = _capped(today.year, today.month, _day_of_part(match["part"]))
    return day if day is not None and day >= today else None


def _day_of_part(part: str | None) -> int:
    if part in ("debut", "beginning", "start", "early"):
        return 10
    return 15 if part in ("mi", "mid", "middle", "milieu") else 31


@_reads(r"\b(?:fin|end)[\s-]+(?:d'annee|de l'annee|of (?:the|this) year)\b|\byear[\s-]end\b")
def _end_of_year(match: re.Match[str], today: date, side: Side) -> date | None:  # noqa: ARG001
    return date(today.year, 12, 31) if side is Side.AHEAD else None


# --- weeks and days of the week ---------------------------------------------------------------


@_reads(
    r"\b(?:(?P<part>fin|debut|milieu|end|early|beginning|start|later|late)\b\s*)?"
    rf"(?:(?:de|la|of|the|in)\s+)*(?:semaine\s+{_NEXT}|{_NEXT}\s+week)\b"
)
def _next_week(match: re.Match[str], today: date, side: Side) -> date | None:
    if side is Side.PAST:
        return None
    monday = today + timedelta(days=7 - today.weekday())
    early = match["part"] in ("debut", "early", "beginning", "start")
    return monday + timedelta(days=2 if early else 4)


@_reads(r"\b(?:(?:en|la|d'ici la)\s+)?fin\s+de\s+(?:la\s+|cette\s+)?semaine\b|\bcette semaine\b"
        r"|\b(?:the\s+)?end of (?:the|this) week\b|\b(?:later )?this week\b")  # fmt: skip
def _this_week(match: re.Match[str], today: date, side: Side) -> date | None:  # noqa: ARG001
    if side is Side.PAST:
        return None
    return today + timedelta(days=(4 - today.weekday()) % 7)


_GONE = frozenset({"last", "past", "dernier", "passe"})
_COMING = frozenset({"next", "prochain"})


@_reads(
    rf"\b(?:(?P<before>next|last|this|ce|past)\s+)?{_WEEKDAY}\b"
    r"(?:\s+(?P<after>prochain|dernier|passe|next|last))?"
)
@_reads(rf"\b{_WEEKDAY}\s+en\s+(?P<eight>huit|quinze)\b")
def _weekday(match: re.Match[str], today: date, side: Side) -> date | None:
    parts = match.groupdict()
    said = {parts.get("before"), parts.get("after")}
    if side is Side.PAST:
        back = (today.weekday() - _DAYS[match["weekday"]] - 1) % 7 + 1
        return None if said & _COMING else today - timedelta(days=back)
    if said & _GONE:
        return None
    day = today + timedelta(days=(_DAYS[match["weekday"]] - today.weekday() - 1) % 7 + 1)
    # "next Friday" on a Tuesday: some mean this week's, some the week after; nobody is hurried.
    if "next" in said and day.isocalendar()[:2] == today.isocalendar()[:2]:
        day += timedelta(days=7)
    return day + timedelta(days={"huit": 7, "quinze": 14}.get(parts.get("eight") or "", 0))


# --- counted from today -----------------------------------------------------------------------


@_reads(r"\bavant[\s-]hier\b|\bthe day before yesterday\b")
def _before_yesterday(match: re.Match[str], today: date, side: Side) -> date | None:  # noqa: ARG001
    return today - 2 * ONE_DAY if side is Side.PAST else None


@_reads(r"\b(?:hier|yesterday)\b")
def _yesterday(match: re.Match[str], today: date, side: Side) -> date | None:  # noqa: ARG001
    return today - ONE_DAY if side is Side.PAST else None


@_reads(r"\b(?:aujourd'hui|ce jour|ce matin|cet apres-midi|today|this (?:morning|afternoon))\b")
def _today(match: re.Match[str], today: date, side: Side) -> date | None:  # noqa: ARG001
    return today


@_reads(r"\bapres[\s-]demain\b|\bthe day after tomorrow\b")
def _after_tomorrow(match: re.Match[str], today: date, side: Side) -> date | None:  # noqa: ARG001
    return today + 2 * ONE_DAY if side is Side.AHEAD else None


@_reads(r"\b(?:demain|tomorrow)\b")
def _tomorrow(match: re.Match[str], today: date, side: Side) -> date | None:  # noqa: ARG001
    return today + ONE_DAY if side is Side.AHEAD else None


@_reads(
    r"\b(?:sous|la)\s+(?P<span>huitaine|quinzaine)\b|\b(?P<fortnight>in|within)\s+a fortnight\b"
)
def _fortnight(match: re.Match[str], today: date, side: Side) -> date | None:
    if side is Side.PAST:
        return None
    return today + timedelta(days=8 if match["span"] == "huitaine" else 15 if match["span"] else 14)


_UNIT = (
    r"(?P<unit>heures?|h|hours?|working days|business days|jours?|j|days?|semaines?|weeks?|mois"
    r"|months?)\b(?:\s+(?P<open>ouvres?|ouvrables?))?"
)


@_reads(
    r"\b(?:sous|dans|d'ici|within|in|over)\s+(?:(?:un delai de|les|le|la|the|max(?:imum)?)\s+)*"
    r"(?:(?:next|prochains?)\s+)?(?:\d+\s*(?:a|to|ou|or|-)\s*)?"
    rf"{_COUNT}\s*(?:(?:prochaine?s|next)\s+)?{_UNIT}"
)
def _span(match: re.Match[str], today: date, side: Side) -> date | None:
    if side is Side.PAST:
        return None
    count, unit = _count(match["count"]), match["unit"]
    if unit.startswith(("mois", "month")):
        month = today.month - 1 + count
        return _capped(today.year + month // 12, month % 12 + 1, today.day)
    if unit.startswith("h"):
        return today + timedelta(days=-(-count // 24))
    if unit.startswith(("semaine", "week")):
        return today + timedelta(days=7 * count)
    if match["open"] or unit.startswith(("working", "business")):
        return _working(today, count)
    return today + timedelta(days=count)


def _working(today: date, count: int) -> date:
    day = today
    while count > 0:
        day += ONE_DAY
        count -= day.weekday() < 5
    return day


def _count(word: str) -> int:
    return int(word) if word.isdigit() else _COUNTS[word]


# --- which year -------------------------------------------------------------------------------

_AHEAD = timedelta(days=240)
_BACK = timedelta(days=300)
"""Beyond these, a day without a year is too far away to be sure which year is meant."""


def _nearest(day: int, month: int, year: str | None, today: date, side: Side) -> date | None:
    if year is not None:
        return _day(int(year) if len(year) == 4 else 2000 + int(year), month, day)
    candidates: Iterator[date | None] = (_day(today.year + step, month, day) for step in (-1, 0, 1))
    for one in candidates:
        if one is None:
            continue
        gap = one - today
        if side is Side.AHEAD and timedelta(0) <= gap <= _AHEAD:
            return one
        if side is Side.PAST and timedelta(0) <= -gap <= _BACK:
            return one
    return None


def _in_month(match: re.Match[str], day: int, today: date, side: Side) -> date | None:
    if side is Side.PAST:
        return None
    month = _MONTHS[match["month"]]
    year = int(match["year"]) if match["year"] else today.year + (month < today.month)
    found = _capped(year, month, day)
    return found if found is not None and timedelta(0) <= found - today <= _AHEAD else None


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _capped(year: int, month: int, day: int) -> date | None:
    return date(year, month, min(day, monthrange(year, month)[1]))

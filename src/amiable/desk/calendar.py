"""Calendars: the working days of a country, and when a company's messages may leave."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from types import ModuleType
from zoneinfo import ZoneInfo

from babel.core import get_global
from django.conf import settings

from amiable.engine.days import ONE_DAY, BusinessCalendar
from amiable.engine.parties import Language
from amiable.store.models import Company

_YEARS = range(1990, 2061)
_NAMES = {Language.FR: "fr", Language.EN: "en_US"}  # as the library calls its languages
_POSTCODE = re.compile(r"(?<!\d)(57|67|68|97[12346])\d{2,3}(?!\d)")
_REGIONS = {"67": "6AE", "68": "6AE"}  # Alsace; else the library calls a region by its number
_OVERSEAS = {
    "971": "America/Guadeloupe",
    "972": "America/Martinique",
    "973": "America/Cayenne",
    "974": "Indian/Reunion",
    "976": "Indian/Mayotte",
}
_LOOK_EVERY = timedelta(minutes=15)
_LOOK_AHEAD = timedelta(days=14)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a customer works: a country (ISO code), and its region where that is known."""

    country: str
    region: str = ""


def place_of(country: str, addresses: Iterable[str]) -> Place:
    """The place of a customer; the region from the first French postcode that tells one:
    Moselle (57), Alsace (67, 68) and the departments overseas have holidays of their own."""
    if country == "FR":
        for address in addresses:
            for found in _POSTCODE.finditer(address):
                if len(found[0]) == 5:
                    return Place(country=country, region=_REGIONS.get(found[1], found[1]))
    return Place(country=country)


def _library() -> ModuleType:
    """The library of public holidays: a tenth of a command's start, and few commands need it."""
    import holidays  # noqa: PLC0415

    return holidays


@lru_cache(maxsize=64)
def working_days(country: str, region: str = "") -> BusinessCalendar:
    """Monday to Friday but the public holidays of a country (ISO code), 1990 to 2060.

    ``region``: one of `regions`, whose further holidays count too. A country or region the
    library does not know has no public holidays rather than a wrong list.
    """
    try:
        days = _library().country_holidays(country, subdiv=region or None, years=_YEARS)
    except NotImplementedError:
        return working_days(country) if region else BusinessCalendar()
    return BusinessCalendar(holidays=frozenset(days))


@lru_cache(maxsize=64)
def regions(country: str) -> dict[str, str]:
    """The regions of a country with holidays of their own (Alsace and Moselle): code -> name."""
    known = _library().list_supported_countries().get(country, [])
    if not known:
        return {}
    own = working_days(country).holidays
    aliases = _library().country_holidays(country).get_subdivision_aliases()
    return {
        code: max(aliases.get(code, ()), key=len, default=code)
        for code in known
        if working_days(country, code).holidays != own
    }


def next_holidays(company: Company, today: date, language: Language) -> list[tuple[date, str]]:
    """The public holidays of the year to come where the company is, with their names."""
    years = (today.year, today.year + 1)
    region = company.region if company.region in regions(company.country) else ""
    try:
        known = _library().country_holidays(
            company.country, subdiv=region or None, years=years, language=_NAMES[language]
        )
    except NotImplementedError:
        return []
    end = today + timedelta(days=365)
    return sorted((day, name) for day, name in known.items() if today <= day < end)


def due_calendar(company: Company) -> BusinessCalendar | None:
    """The calendar that rolls due dates, where the ledger shows nobody pays at weekends.

    The country's alone: closed days of the company are none of its customers' business.
    """
    return working_days(company.country) if company.rolls else None


def sending_days(company: Company, country: str, region: str = "") -> BusinessCalendar:
    """The days on which a message may reach a customer in ``country``: people work there, and
    the company is not closed."""
    closed = tuple((str(first), str(until)) for first, until in company.closed)
    return _sending_days(Place(country=country, region=region), company.country, company.region,
                         closed)  # fmt: skip


@lru_cache(maxsize=256)
def _sending_days(
    place: Place, own: str, region: str, closed: tuple[tuple[str, str], ...]
) -> BusinessCalendar:
    theirs = working_days(place.country, place.region)
    if own == place.country and not region and not closed:
        return theirs
    days = theirs.holidays | working_days(own, region).holidays
    return BusinessCalendar(holidays=days | frozenset(_closed_days(closed)))


def _closed_days(closed: tuple[tuple[str, str], ...]) -> set[date]:
    days = set()
    for first, until in closed:
        day, end = date.fromisoformat(first), date.fromisoformat(until)
        while day < end:
            days.add(day)
            day += ONE_DAY
    return days


def day_of(company: Company, at: datetime) -> date:
    """The day it is for a company; the one being played, if any."""
    played: date | None = settings.PLAYED_DAY
    return played or at.astimezone(ZoneInfo(company.timezone)).date()


def is_open(company: Company, at: datetime, place: Place | None = None) -> bool:
    """Whether messages may leave now: on a working day of the company, within its hours.

    With a ``place``, also whether people work there: on that day, and by their own clocks within
    the same hours. A played day takes the place of the real one; the time of day is the clock's.
    """
    here = at.astimezone(ZoneInfo(company.timezone))
    where = place or Place(country=company.country)
    days = sending_days(company, where.country, where.region)
    if not days.is_business_day(day_of(company, at)) or not _within(company, here.time()):
        return False
    zones = _zones(where) if where.country != company.country or where.region else ()
    # Of a country with several zones nobody knows which one it is: one that is open will do.
    awake = any(_within(company, at.astimezone(zone).time()) for zone in zones)
    return awake or not zones or not _ever_both(company, zones)


def _within(company: Company, clock: time) -> bool:
    return company.opens_at <= clock < company.closes_at


@lru_cache(maxsize=64)
def _zones(place: Place) -> tuple[ZoneInfo, ...]:
    """The time zones of a place; none where they are not known."""
    if place.region in _OVERSEAS:
        return (ZoneInfo(_OVERSEAS[place.region]),)
    known = get_global("zone_territories").items()
    return tuple(ZoneInfo(zone) for zone, country in known if country == place.country)


def _ever_both(company: Company, zones: tuple[ZoneInfo, ...]) -> bool:
    """Whether there is an hour at which people work here and there. Where there is none (France
    and New Zealand), the company's own hours count alone: else nothing would ever leave."""
    zone = ZoneInfo(company.timezone)
    opens = datetime.combine(date(2026, 1, 6), company.opens_at, tzinfo=zone)
    closes = datetime.combine(date(2026, 1, 6), company.closes_at, tzinfo=zone)
    hours = range(int((closes - opens) / _LOOK_EVERY) + 1)
    looked = (opens + number * _LOOK_EVERY for number in hours)
    return any(_within(company, at.astimezone(one).time()) for at in looked for one in zones)


def opens_next(company: Company, at: datetime, place: Place | None = None) -> datetime:
    """When messages may leave next (to ``place``), ``at`` itself if they may now."""
    if is_open(company, at, place):
        return at
    zone = ZoneInfo(company.timezone)
    here = at.astimezone(zone)
    today = day_of(company, at)
    first = today if here.time() < company.opens_at else today + timedelta(days=1)
    where = place or Place(country=company.country)
    days = sending_days(company, where.country, where.region)
    if place is not None and days.is_business_day(today) and _within(company, here.time()):
        first = today  # open here, not yet there
    return _opening(company, days, first, at, place)


def _opening(
    company: Company, days: BusinessCalendar, first: date, at: datetime, place: Place | None
) -> datetime:
    """The first quarter of an hour, from a day on, at which a place can be written to."""
    zone = ZoneInfo(company.timezone)
    day = days.roll(first)
    opens = datetime.combine(day, company.opens_at, tzinfo=zone)
    zones = _zones(place) if place else ()
    if not zones or not _ever_both(company, zones):
        return opens
    while day < first + _LOOK_AHEAD:
        quarter = datetime.combine(day, company.opens_at, tzinfo=zone)
        while _within(company, quarter.time()) and quarter.date() == day:
            if quarter > at and any(_within(company, quarter.astimezone(z).time()) for z in zones):
                return quarter
            quarter += _LOOK_EVERY
        day = days.roll(day + ONE_DAY)
    return opens

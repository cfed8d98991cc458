"""Calendars: the working days of a country, and when a company's messages may leave."""

from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays
from django.conf import settings

from amiable.engine.days import ONE_DAY, BusinessCalendar
from amiable.engine.parties import Language
from amiable.store.models import Company

_YEARS = range(1990, 2061)
_NAMES = {Language.FR: "fr", Language.EN: "en_US"}  # as the library calls its languages


@lru_cache(maxsize=64)
def working_days(country: str, region: str = "") -> BusinessCalendar:
    """Monday to Friday but the public holidays of a country (ISO code), 1990 to 2060.

    ``region``: one of `regions`, whose further holidays count too. A country or region the
    library does not know has no public holidays rather than a wrong list.
    """
    try:
        days = holidays.country_holidays(country, subdiv=region or None, years=_YEARS)
    except NotImplementedError:
        return working_days(country) if region else BusinessCalendar()
    return BusinessCalendar(holidays=frozenset(days))


@lru_cache(maxsize=64)
def regions(country: str) -> dict[str, str]:
    """The regions of a country with holidays of their own (Alsace and Moselle): code -> name."""
    known = holidays.list_supported_countries().get(country, [])
    if not known:
        return {}
    own = working_days(country).holidays
    aliases = holidays.country_holidays(country).get_subdivision_aliases()
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
        known = holidays.country_holidays(
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


def sending_days(company: Company, country: str) -> BusinessCalendar:
    """The days on which a message may reach a customer in ``country``: people work there, and
    the company is not closed."""
    closed = tuple((str(first), str(until)) for first, until in company.closed)
    return _sending_days(country, company.country, company.region, closed)


@lru_cache(maxsize=256)
def _sending_days(
    country: str, own: str, region: str, closed: tuple[tuple[str, str], ...]
) -> BusinessCalendar:
    theirs = working_days(country)
    if own == country and not region and not closed:
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


def is_open(company: Company, at: datetime) -> bool:
    """Whether messages may leave now: on a working day of the company, within its hours.

    A played day takes the place of the real one; the time of day is the clock's.
    """
    here = at.astimezone(ZoneInfo(company.timezone))
    working = sending_days(company, company.country).is_business_day(day_of(company, at))
    return working and company.opens_at <= here.time().replace(tzinfo=None) < company.closes_at


def opens_next(company: Company, at: datetime) -> datetime:
    """When messages may leave next, ``at`` itself if they may now."""
    if is_open(company, at):
        return at
    zone = ZoneInfo(company.timezone)
    here = at.astimezone(zone)
    today = day_of(company, at)
    first = today if here.time() < company.opens_at else today + timedelta(days=1)
    day = sending_days(company, company.country).roll(first)
    return datetime.combine(day, company.opens_at, tzinfo=zone)

"""Calendars: the working days of a country, from the `holidays` library."""

from functools import lru_cache

import holidays

from amiable.engine.days import BusinessCalendar
from amiable.store.models import Company


@lru_cache(maxsize=64)
def working_days(country: str) -> BusinessCalendar:
    """Monday to Friday but the public holidays of a country (ISO code), 1990 to 2060.

    A country the library does not know has no public holidays rather than a wrong list.
    """
    try:
        days = holidays.country_holidays(country, years=range(1990, 2061))
    except NotImplementedError:
        return BusinessCalendar()
    return BusinessCalendar(holidays=frozenset(days))


def due_calendar(company: Company) -> BusinessCalendar | None:
    """The calendar that rolls due dates, where the ledger shows nobody pays at weekends."""
    return working_days(company.country) if company.rolls else None

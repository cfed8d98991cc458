"""Dates: a day as a reader writes it, never one that can be read in two ways."""

from datetime import date
from functools import lru_cache

from babel.dates import format_date

from amiable.engine.parties import Language
from amiable.words.language import locale

_LONG = {Language.FR: "d MMMM y", Language.EN: "d MMMM y"}
# 04/02/2026 is the fourth of February to every French reader; an English one is not sure.
_SHORT = {Language.FR: "dd/MM/y", Language.EN: "dd MMM y"}


@lru_cache(maxsize=8192)
def write_date(day: date, language: Language) -> str:
    """``4 février 2026``, ``1er février 2026``; ``4 February 2026`` in English."""
    text = format_date(day, _LONG[language], locale=locale(language))
    if language is Language.FR and day.day == 1:
        return f"1er{text[1:]}"
    return text


@lru_cache(maxsize=8192)
def short_date(day: date, language: Language) -> str:
    """``04/02/2026`` in French, ``04 Feb 2026`` in English: one width, for tables."""
    text = format_date(day, _SHORT[language], locale=locale(language))
    return text.replace("Sept", "Sep") if language is Language.EN else text


_BRIEF = {Language.FR: "dd/MM", Language.EN: "d MMM"}


def day_and_month(day: date, language: Language) -> str:
    """``04/02`` in French, ``4 Feb`` in English: where the year is plain, under a drawing."""
    text = format_date(day, _BRIEF[language], locale=locale(language))
    return text.replace("Sept", "Sep") if language is Language.EN else text


def write_weekday(day: date, language: Language) -> str:
    """``mercredi 4 février 2026``; ``Wednesday 4 February 2026`` in English."""
    name = format_date(day, "EEEE", locale=locale(language))
    return f"{name} {write_date(day, language)}"

"""Quantities that are neither money nor a plain count: days with a decimal, shares of a whole."""

from babel.numbers import format_decimal, format_percent

from amiable.engine.parties import Language
from amiable.words.amounts import MINUS
from amiable.words.language import locale


def write_decimal(value: float, language: Language) -> str:
    """``12,4`` in French, ``12.4`` in English: at most one decimal."""
    text = str(format_decimal(round(value, 1) + 0.0, format="#,##0.#", locale=locale(language)))
    return text.replace("-", MINUS)


def write_share(value: float, language: Language) -> str:
    """``37,5 %`` in French, ``37.5%`` in English; ``value`` is 0.375."""
    return str(format_percent(value, format=_PERCENT[language], locale=locale(language)))


_PERCENT = {Language.FR: "#,##0.#\u00a0%", Language.EN: "#,##0.#%"}

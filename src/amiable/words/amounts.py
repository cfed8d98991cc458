"""Amounts: money as a reader writes it, from Babel's own signs for the language."""

from dataclasses import dataclass
from functools import cache

from babel.numbers import get_currency_symbol, get_decimal_symbol, get_group_symbol

from amiable.engine.money import Money, exponent
from amiable.engine.parties import Language
from amiable.words.language import locale

_NO_BREAK_SPACE = "\u00a0"
_CURRENCY = "¤"
MINUS = "\u2212"
"""What a number below zero begins with: a hyphen is shorter and may end a line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _MoneyFormat:
    """How one language writes one currency; Babel is asked once, not for every amount."""

    before: tuple[str, str]  # above zero, below zero
    after: tuple[str, str]
    group: str
    mark: str
    decimals: int

    def whole(self, units: int) -> str:
        """So many whole units, without decimals."""
        digits = f"{abs(units):,}".replace(",", self.group)
        return f"{self.before[units < 0]}{digits}{self.after[units < 0]}"

    def write(self, minor: int) -> str:
        """The amount of ``minor`` units, every digit kept."""
        below = minor < 0
        whole, rest = divmod(abs(minor), 10**self.decimals)
        digits = f"{whole:,}".replace(",", self.group)
        if self.decimals:
            digits = f"{digits}{self.mark}{rest:0{self.decimals}d}"
        return f"{self.before[below]}{digits}{self.after[below]}"


@cache
def _format(language: Language, currency: str) -> _MoneyFormat:
    reader = locale(language)
    symbol = get_currency_symbol(currency, reader)
    pattern = reader.currency_formats["standard"]
    # CLDR spaces a symbol made of letters from the digits ("CHF 5.00"); Babel does not yet.
    before = symbol + _NO_BREAK_SPACE if symbol[-1].isalpha() else symbol
    return _MoneyFormat(
        before=_pair(pattern.prefix, before),
        after=_pair(pattern.suffix, symbol),
        group=get_group_symbol(reader),
        mark=get_decimal_symbol(reader),
        decimals=exponent(currency),
    )


def _pair(affixes: tuple[str, str], symbol: str) -> tuple[str, str]:
    first, second = (one.replace("-", MINUS).replace(_CURRENCY, symbol) for one in affixes)
    return first, second


def write_money(amount: Money, language: Language) -> str:
    """``1 200,00 €`` in French (no-break spaces), ``€1,200.00`` in English; never rounded."""
    return _format(language, amount.currency).write(amount.minor)


def write_whole(amount: Money, language: Language) -> str:
    """``1 200 €``: rounded to whole units, half away from zero, for figures on top of a page."""
    wording = _format(language, amount.currency)
    unit = 10**wording.decimals
    whole = (2 * abs(amount.minor) + unit) // (2 * unit)
    return wording.whole(-whole if amount.minor < 0 else whole)


def write_count(count: int, language: Language) -> str:
    """``1 339`` in French (narrow no-break space), ``1,339`` in English."""
    return f"{count:,}".replace(",", get_group_symbol(locale(language)))


def plain_amount(text: str) -> str:
    """Digits with a decimal point: of two kinds of marks, the last one is the decimal mark."""
    plain = "".join(text.split()).rstrip("€").replace(MINUS, "-")
    comma, point = plain.rfind(","), plain.rfind(".")
    if comma > point:
        return plain.replace(".", "").replace(",", ".")
    return plain.replace(",", "")

"""Money: an integer of minor units and a currency. Two currencies never meet in one sum."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import cache

# ISO 4217 currencies whose minor unit is not the hundredth.
_NO_DECIMALS = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"
_THREE_DECIMALS = "BHD IQD JOD KWD LYD OMR TND"


class CurrencyMismatch(ValueError):
    """Two amounts of different currencies were added or compared."""

    def __init__(self, one: str, other: str) -> None:
        super().__init__(f"{one} and {other} cannot be added or compared: keep one sum a currency")


class AmountUnreadable(ValueError):
    """A text is not an amount of the currency."""


@cache
def exponent(currency: str) -> int:
    """Decimals of a currency's minor unit (ISO 4217): 2 for EUR, 0 for JPY, 3 for TND."""
    if len(currency) != 3 or not currency.isalpha() or not currency.isupper():
        raise AmountUnreadable(f"{currency!r} is not a currency code: write three capitals, as EUR")
    if currency in _NO_DECIMALS:
        return 0
    return 3 if currency in _THREE_DECIMALS else 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Money:
    """An exact amount: ``minor`` units (cents for EUR) of ``currency`` (ISO 4217 code)."""

    minor: int
    currency: str

    def __add__(self, other: "Money") -> "Money":
        return Money(minor=self.minor + self._same(other), currency=self.currency)

    def __sub__(self, other: "Money") -> "Money":
        return Money(minor=self.minor - self._same(other), currency=self.currency)

    def __neg__(self) -> "Money":
        return Money(minor=-self.minor, currency=self.currency)

    def __lt__(self, other: "Money") -> bool:
        return self.minor < self._same(other)

    def __le__(self, other: "Money") -> bool:
        return self.minor <= self._same(other)

    def __bool__(self) -> bool:
        return self.minor != 0

    def decimal(self) -> Decimal:
        """The amount as an exact decimal, with the currency's number of decimals."""
        return Decimal(self.minor).scaleb(-exponent(self.currency))

    def __str__(self) -> str:
        return f"{self.decimal()} {self.currency}"

    def _same(self, other: "Money") -> int:
        if self.currency != other.currency:
            raise CurrencyMismatch(self.currency, other.currency)
        return other.minor


def money(text: str | int | Decimal, currency: str) -> Money:
    """Read an amount written with a decimal point and no thousands mark, as ``"1200.50"``.

    Raises AmountUnreadable when it is not a number or has more decimals than the currency.
    """
    try:
        value = Decimal(text)
    except InvalidOperation as error:
        raise AmountUnreadable(f"{text!r} is not an amount") from error
    if not value.is_finite():
        raise AmountUnreadable(f"{text!r} is not an amount")
    scaled = value.scaleb(exponent(currency))
    if scaled != scaled.to_integral_value():
        raise AmountUnreadable(f"{text!r} has more decimals than {currency} knows")
    return Money(minor=int(scaled), currency=currency)


def totals(amounts: Iterable[Money]) -> tuple[Money, ...]:
    """One sum a currency, in the order of the currency code; zero sums are kept."""
    sums: dict[str, int] = {}
    for amount in amounts:
        sums[amount.currency] = sums.get(amount.currency, 0) + amount.minor
    return tuple(Money(minor=sums[currency], currency=currency) for currency in sorted(sums))

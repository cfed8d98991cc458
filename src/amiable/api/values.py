"""Values: what requests and answers are made of: money, days, texts, names of things."""

import re
from datetime import date
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from amiable.engine.days import parse_terms
from amiable.engine.money import Money
from amiable.sources.table.choices import country_code, currency_code

_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_FIRST, _LAST = date(1970, 1, 1), date(2100, 12, 31)
_MOST_MINOR = 10**13
"""A hundred thousand million euros: sums of many stay within a database's integers."""


class Record(BaseModel):
    """Part of a request or an answer; a name it does not know is an error, not a silence."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def _day(value: Any) -> Any:
    if isinstance(value, str) and not _ISO_DAY.fullmatch(value):
        raise ValueError("write a day as YYYY-MM-DD")
    if not isinstance(value, str | date):
        raise ValueError("write a day as YYYY-MM-DD")
    return value


def _plausible(value: date) -> date:
    if not _FIRST <= value <= _LAST:
        raise ValueError(f"give a day between {_FIRST} and {_LAST}")
    return value


def _currency(value: str) -> str:
    if currency_code(value) != value:
        raise ValueError("give an ISO 4217 code in capitals, as EUR")
    return value


def _country(value: str) -> str:
    if country_code(value) != value:
        raise ValueError("give an ISO 3166 code of two capitals, as FR")
    return value


def _terms(value: str) -> str:
    if value and parse_terms(value) is None:
        raise ValueError("payment terms are not understood; write for example '45 jours fin de"
                         " mois' or '30 days'")  # fmt: skip
    return value


def _line(longest: int, shortest: int = 0) -> Any:
    """A text on one line: no control characters, which no database or mail header takes."""
    return Field(min_length=shortest, max_length=longest, pattern=r"^[^\x00-\x1f\x7f]*$")


Id = Annotated[int, Field(ge=1, le=2**53 - 1)]
Day = Annotated[date, BeforeValidator(_day), AfterValidator(_plausible)]
Currency = Annotated[str, Field(pattern="^[A-Z]{3}$"), AfterValidator(_currency)]
Country = Annotated[str, Field(pattern="^[A-Z]{2}$"), AfterValidator(_country)]
Terms = Annotated[str, _line(100), AfterValidator(_terms)]
Key = Annotated[str, _line(120, 1)]
Name = Annotated[str, _line(300, 1)]
Number = Annotated[str, _line(100)]
Line = Annotated[str, _line(300)]
Text = Annotated[str, Field(max_length=5_000, pattern=r"^[^\x00]*$")]
Words = Annotated[str, _line(100)]
Email = Annotated[
    str, Field(max_length=254, pattern=r"^([^@\s\x00-\x1f\x7f]+@[^@\s\x00-\x1f\x7f]+)?$")
]


class Amount(Record):
    """An amount of money: whole minor units (cents for EUR) and the currency."""

    minor: int
    currency: str


class AmountAboveZero(Record):
    """An amount of money above zero."""

    minor: Annotated[int, Field(strict=True, ge=1, le=_MOST_MINOR)]
    currency: Currency

    def money(self) -> Money:
        """As the engine's value."""
        return Money(minor=self.minor, currency=self.currency)


def amount(money: Money) -> Amount:
    """Money as it is answered."""
    return Amount(minor=money.minor, currency=money.currency)


class CustomerRef(Record):
    """Which customer: `id` in addresses, `key` as other systems know it."""

    id: int
    key: str
    name: str

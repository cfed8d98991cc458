"""Columns several tables share: choices from an engine enum, money, keys, a day as a number."""

from datetime import date
from enum import StrEnum

from django.db import models


def choice_column(
    default: StrEnum | None = None, *, null: bool = False
) -> "models.CharField[str, str]":
    """A short text that is one of an enum's values; `one_of` makes the database check it."""
    options: dict[str, object] = {"max_length": 20, "null": null}
    if default is not None:
        options["default"] = default.value
    return models.CharField(**options)  # type: ignore[arg-type]


def one_of(field: str, kinds: type[StrEnum], table: str) -> models.CheckConstraint:
    """The database refuses a value that is not in the enum."""
    return models.CheckConstraint(
        condition=models.Q(**{f"{field}__in": [kind.value for kind in kinds]}),
        name=f"{table}_{field}_known",
    )


def above_zero(field: str, table: str) -> models.CheckConstraint:
    """The database refuses an amount of zero or less."""
    return models.CheckConstraint(
        condition=models.Q(**{f"{field}__gt": 0}), name=f"{table}_{field}_above_zero"
    )


def key_column(length: int = 300) -> "models.CharField[str, str]":
    """A natural key, unique in the company."""
    return models.CharField(max_length=length)


def text_column(length: int = 300) -> "models.CharField[str, str]":
    """A short text that may be empty."""
    return models.CharField(max_length=length, blank=True, default="")


def currency_column() -> "models.CharField[str, str]":
    """An ISO 4217 code."""
    return models.CharField(max_length=3)


def as_day(value: object) -> date:
    """A `DayField` as its converter gives it; type checkers only know a column of integers."""
    assert isinstance(value, date)
    return value


class DayField(models.IntegerField):  # type: ignore[type-arg]
    """A date kept as its ordinal (days since 1 January of year 1): small, and SQL can subtract."""

    description = "A date, stored as a day number"

    def get_prep_value(self, value: object) -> object:
        """Date to number."""
        return value.toordinal() if isinstance(value, date) else value

    def from_db_value(self, value: int | None, *_: object) -> date | None:
        """Number to date."""
        return None if value is None else date.fromordinal(value)

    def to_python(self, value: object) -> object:
        """Number to date, for forms and fixtures."""
        return date.fromordinal(value) if isinstance(value, int) else value

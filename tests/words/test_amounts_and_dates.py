"""Money and dates as a reader writes them; the language asked for by the environment."""

from datetime import date

import pytest
from babel.numbers import format_currency
from hypothesis import given
from hypothesis import strategies as st

from amiable.engine.money import Money
from amiable.engine.parties import Language
from amiable.words import language_from, short_date, write_date, write_money
from amiable.words.amounts import MINUS
from amiable.words.language import locale


def _money(text: int, currency: str, language: Language) -> str:
    return write_money(Money(minor=text, currency=currency), language)


def test_euros_are_written_as_each_language_does() -> None:
    assert _money(120000, "EUR", Language.FR) == "1\u202f200,00\u00a0€"
    assert _money(120000, "EUR", Language.EN) == "€1,200.00"


def test_a_credit_keeps_its_sign() -> None:
    assert _money(-5, "EUR", Language.FR) == f"{MINUS}0,05\u00a0€"
    assert _money(-5, "EUR", Language.EN) == f"{MINUS}€0.05"


def test_each_currency_keeps_its_own_decimals() -> None:
    assert _money(5000, "JPY", Language.FR) == "5\u202f000\u00a0JPY"
    assert _money(1234567, "TND", Language.FR) == "1\u202f234,567\u00a0TND"


def test_two_kinds_of_dollars_are_told_apart() -> None:
    assert _money(100, "USD", Language.EN) != _money(100, "CAD", Language.EN)


def test_a_symbol_of_letters_is_spaced_from_the_digits() -> None:
    assert _money(500, "CHF", Language.EN) == "CHF\u00a05.00"


@given(st.integers(-(10**13), 10**13), st.sampled_from(["EUR", "USD", "GBP"]))
def test_money_is_written_as_babel_writes_it(minor: int, currency: str) -> None:
    amount = Money(minor=minor, currency=currency)
    for language in Language:
        told = format_currency(amount.decimal(), currency, locale=locale(language))
        expected = told.replace("-", MINUS)  # a true minus
        assert write_money(amount, language) == expected


def test_dates_in_prose() -> None:
    assert write_date(date(2026, 2, 4), Language.FR) == "4 février 2026"
    assert write_date(date(2026, 2, 4), Language.EN) == "4 February 2026"


def test_the_first_of_the_month_is_an_ordinal_in_french() -> None:
    assert write_date(date(2026, 2, 1), Language.FR) == "1er février 2026"
    assert write_date(date(2026, 2, 11), Language.FR) == "11 février 2026"
    assert write_date(date(2026, 2, 1), Language.EN) == "1 February 2026"


def test_short_dates_cannot_be_read_in_two_ways() -> None:
    assert short_date(date(2026, 2, 4), Language.FR) == "04/02/2026"
    assert short_date(date(2026, 2, 4), Language.EN) == "04 Feb 2026"


def test_short_dates_have_one_width() -> None:
    for language in Language:
        days = [date(2026, month, 9) for month in range(1, 13)]
        assert len({len(short_date(day, language)) for day in days}) == 1


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({}, Language.EN),
        ({"LANG": "fr_FR.UTF-8"}, Language.FR),
        ({"LANG": "fr_FR.UTF-8", "LC_ALL": "C.UTF-8"}, Language.EN),
        ({"LANG": "fr_FR.UTF-8", "LC_ALL": ""}, Language.FR),
        ({"LC_MESSAGES": "fr_CA", "LANG": "en_GB.UTF-8"}, Language.FR),
        ({"AMIABLE_LANGUAGE": "en", "LC_ALL": "fr_FR.UTF-8"}, Language.EN),
        ({"AMIABLE_LANGUAGE": "FR"}, Language.FR),
        ({"LANG": "de_DE.UTF-8"}, Language.EN),
    ],
)
def test_the_first_variable_that_is_set_decides_the_language(
    environment: dict[str, str], language: Language
) -> None:
    assert language_from(environment) is language

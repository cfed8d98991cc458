"""Money is exact, and two currencies never meet."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amiable.engine.money import (
    AmountUnreadable,
    CurrencyMismatch,
    Money,
    exponent,
    money,
    totals,
)

CURRENCIES = st.sampled_from(["EUR", "USD", "JPY", "TND"])
AMOUNTS = st.builds(
    lambda minor, currency: Money(minor=minor, currency=currency),
    st.integers(-(10**15), 10**15),
    CURRENCIES,
)
EURO, DOLLAR = Money(minor=100, currency="EUR"), Money(minor=100, currency="USD")


@pytest.mark.parametrize(
    "meet",
    [
        lambda: EURO + DOLLAR,
        lambda: EURO - DOLLAR,
        lambda: EURO < DOLLAR,
        lambda: EURO <= DOLLAR,
        lambda: EURO > DOLLAR,
    ],
)
def test_two_currencies_never_meet(meet):
    with pytest.raises(CurrencyMismatch, match=r"EUR and USD|USD and EUR"):
        meet()


def test_equal_figures_of_two_currencies_are_not_equal():
    assert EURO != DOLLAR


@pytest.mark.parametrize(("currency", "decimals"), [("EUR", 2), ("JPY", 0), ("TND", 3)])
def test_the_minor_unit_is_the_currencys_own(currency, decimals):
    assert exponent(currency) == decimals


@pytest.mark.parametrize("currency", ["eur", "EURO", "E1R", ""])
def test_what_is_no_currency_code_is_refused(currency):
    with pytest.raises(AmountUnreadable, match="three capitals"):
        exponent(currency)


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [
        ("1200.50", "EUR", 120_050),
        ("-0.01", "EUR", -1),
        ("1200", "JPY", 1_200),
        ("1.234", "TND", 1_234),
        ("1E+3", "EUR", 100_000),
    ],
)
def test_an_amount_is_read_exactly(text, currency, minor):
    assert money(text, currency) == Money(minor=minor, currency=currency)


@pytest.mark.parametrize(
    ("text", "currency"),
    [("0.001", "EUR"), ("0.5", "JPY"), ("1,5", "EUR"), ("", "EUR"), ("NaN", "EUR"), ("inf", "EUR")],
)
def test_an_amount_that_would_be_guessed_is_refused(text, currency):
    with pytest.raises(AmountUnreadable, match=r"not an amount|more decimals"):
        money(text, currency)


@given(AMOUNTS)
def test_what_is_written_reads_back_equal(amount):
    assert money(amount.decimal(), amount.currency) == amount


@given(AMOUNTS)
def test_an_amount_is_shown_with_all_its_decimals(amount):
    assert str(amount) == f"{amount.decimal():.{exponent(amount.currency)}f} {amount.currency}"


@given(st.lists(AMOUNTS))
def test_totals_keep_one_sum_a_currency_and_lose_no_cent(amounts):
    sums = totals(amounts)
    assert [one.currency for one in sums] == sorted({one.currency for one in amounts})
    for one in sums:
        assert one.minor == sum(x.minor for x in amounts if x.currency == one.currency)


@given(AMOUNTS, st.integers(-(10**15), 10**15))
def test_taking_off_what_was_added_gives_the_amount_back(amount, minor):
    other = Money(minor=minor, currency=amount.currency)
    assert amount + other - other == amount
    assert amount - other == amount + -other


def test_zero_is_false_and_a_debt_of_less_than_nothing_is_not():
    assert not Money(minor=0, currency="EUR")
    assert Money(minor=-1, currency="EUR")


def test_the_decimal_is_exact_beyond_what_a_float_holds():
    assert Money(minor=10**17 + 1, currency="EUR").decimal() == Decimal("1000000000000000.01")

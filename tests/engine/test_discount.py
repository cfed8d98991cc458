"""Early-payment discount: textbook figures, and what holds whatever the figures."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amiable.engine.discount import (
    Offer,
    break_even,
    compounded_cost,
    simple_cost,
    worth_of,
)

RATES = st.integers(1, 1_000)
GAINED = st.floats(1, 120)
PAID = st.dictionaries(st.integers(0, 150), st.integers(1, 10**9), min_size=1, max_size=20)
OFFERS = st.builds(Offer, rate=RATES, within=st.integers(0, 60), taken=st.integers(0, 100))


def test_two_per_cent_in_ten_days_instead_of_thirty_costs_37_per_cent_a_year() -> None:
    # 2/98 x 365/20 = 37.24 %; (1 + 2/98)^(365/20) - 1 = 44.59 %
    assert simple_cost(200, 20) == pytest.approx(2 / 98 * 365 / 20)
    assert round(100 * (simple_cost(200, 20) or 0), 2) == 37.24
    assert round(100 * (compounded_cost(200, 20) or 0), 2) == 44.59


def test_no_day_gained_is_worth_nothing_at_any_price() -> None:
    assert simple_cost(200, 0) is None
    assert compounded_cost(200, -3) is None
    assert break_even(500, 0) == 0


@pytest.mark.parametrize("rate", [-1, 10_000])
def test_a_discount_of_everything_or_below_nothing_is_refused(rate: int) -> None:
    with pytest.raises(ValueError, match="discount"):
        simple_cost(rate, 20)


@given(st.integers(1, 3_000), GAINED)
def test_at_the_break_even_the_discount_costs_what_money_costs(
    cost_of_money: int, gained: float
) -> None:
    even = break_even(cost_of_money, gained)
    assert even / (1 - even) * 365 / gained == pytest.approx(cost_of_money / 10_000)


@given(RATES, GAINED, GAINED)
def test_more_days_gained_make_a_discount_cheaper(rate: int, one: float, other: float) -> None:
    few, many = sorted((one, other))
    assert (simple_cost(rate, few) or 0) >= (simple_cost(rate, many) or 0)


@given(RATES, st.floats(1, 365))
def test_compounded_is_never_below_simple(rate: int, gained: float) -> None:
    assert (compounded_cost(rate, gained) or 0) >= (simple_cost(rate, gained) or 0) - 1e-12


# --- an offer to everybody --------------------------------------------------------------------


def test_an_offer_that_half_take_in_figures() -> None:
    """365 000 a year, half of it paid on day 5 anyway and half on day 40; 2 % within 10 days."""
    worth = worth_of({5: 50, 40: 50}, 36_500_000, Offer(rate=200, within=10, taken=50), 500)
    assert worth is not None
    assert (worth.already, worth.pays_on, worth.gained) == (0.5, 40, 30)
    assert worth.for_nothing == 365_000  # 2 % of 182 500 euros, for nothing
    assert worth.given == 547_500  # and of the quarter that takes it
    # 91 250 euros a year, less 2 %, 30 days sooner: 245 euros a day x 30
    assert worth.cash == 735_000
    assert worth.saved == 36_750
    assert worth.net == 36_750 - 547_500


def test_an_offer_to_who_pays_early_anyway_is_given_for_nothing() -> None:
    worth = worth_of({3: 100}, 1_000_000, Offer(rate=200, within=10, taken=80), 500)
    assert worth is not None
    assert (worth.given, worth.for_nothing, worth.cash) == (20_000, 20_000, 0)
    assert (worth.pays_on, worth.gained, worth.simple, worth.break_even) == (None,) * 3 + (0.0,)


def test_nothing_is_said_where_nothing_was_paid() -> None:
    assert worth_of({}, 1_000_000, Offer(rate=200, within=10, taken=50), 500) is None


@given(PAID, OFFERS, st.integers(0, 2_000))
def test_what_is_given_is_at_least_what_is_given_for_nothing(
    paid: dict[int, int], offer: Offer, cost_of_money: int
) -> None:
    worth = worth_of(paid, 100_000_000, offer, cost_of_money)
    assert worth is not None
    assert 0 <= worth.for_nothing <= worth.given <= 100_000_000
    assert worth.cash >= 0
    assert worth.saved >= 0


@given(PAID, OFFERS, st.integers(1, 2_000))
def test_an_offer_earns_below_its_break_even_and_loses_above(
    paid: dict[int, int], offer: Offer, cost_of_money: int
) -> None:
    worth = worth_of(paid, 10**12, offer, cost_of_money)
    assert worth is not None
    if offer.rate / 10_000 > worth.break_even + 1e-6 and worth.given > 10:
        assert worth.net <= 1
    if offer.rate / 10_000 < worth.break_even - 1e-6:
        assert worth.net >= -1

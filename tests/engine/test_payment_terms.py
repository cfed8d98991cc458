"""Payment terms: what the law allows, how many days they are, what they do to the cash."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amiable.engine.days import EndOfMonth, PaymentTerms
from amiable.engine.payment_terms import (
    Breach,
    Cap,
    Practice,
    average_days,
    breach_of,
    effect_of_term,
    longest_days,
    shortest_days,
)
from amiable.law.figures import series
from amiable.law.norms import KINDS, norms

GENERAL = Cap(days=60, month_end_days=45)
AFTER, BEFORE = EndOfMonth.AFTER, EndOfMonth.BEFORE

# 1.2 million a year, agreed at 45 days, paid 15 days late: 60 days of sales
SOLD = Practice(
    currency="EUR",
    sales=120_000_000,
    invoices=400,
    paid=100_000_000,
    term_days=45 * 100_000_000,
    beyond_days=15 * 100_000_000,
)
TERMS = st.builds(
    PaymentTerms, days=st.integers(0, 90), end_of_month=st.sampled_from(list(EndOfMonth))
)


@pytest.mark.parametrize(
    ("terms", "breach"),
    [
        (PaymentTerms(days=60), None),
        (PaymentTerms(days=61), Breach.TOO_LONG),
        (PaymentTerms(days=45, end_of_month=AFTER), None),
        (PaymentTerms(days=45, end_of_month=BEFORE), None),
        (PaymentTerms(days=30, end_of_month=AFTER), None),
        (PaymentTerms(days=46, end_of_month=BEFORE), Breach.MONTH_END),
        (PaymentTerms(days=60, end_of_month=AFTER), Breach.MONTH_END),
    ],
)
def test_sixty_days_or_forty_five_and_the_end_of_month(
    terms: PaymentTerms, breach: Breach | None
) -> None:
    assert breach_of(terms, GENERAL) is breach


def test_a_summary_invoice_has_forty_five_days_and_no_end_of_month() -> None:
    cap = Cap(days=45)
    assert breach_of(PaymentTerms(days=45), cap) is None
    assert breach_of(PaymentTerms(days=30, end_of_month=AFTER), cap) is Breach.MONTH_END


def test_a_cap_that_is_not_known_allows_nothing() -> None:
    assert breach_of(PaymentTerms(days=8), None) is Breach.NOT_KNOWN


@given(TERMS, st.integers(0, 30))
def test_what_is_lawful_stays_so_when_it_is_shorter(terms: PaymentTerms, less: int) -> None:
    shorter = PaymentTerms(days=max(0, terms.days - less), end_of_month=terms.end_of_month)
    if breach_of(terms, GENERAL) is None:
        assert breach_of(shorter, GENERAL) is None


def test_both_ways_of_forty_five_days_end_of_month_are_45_to_75_days() -> None:
    for way in (AFTER, BEFORE):
        terms = PaymentTerms(days=45, end_of_month=way)
        assert (shortest_days(terms), longest_days(terms)) == (45, 75)
        assert 59 < average_days(terms) < 61


def test_plain_days_are_what_they_say() -> None:
    terms = PaymentTerms(days=30)
    assert (shortest_days(terms), average_days(terms), longest_days(terms)) == (30, 30, 30)


# --- cash -------------------------------------------------------------------------------------


def test_fifteen_days_less_free_fifteen_days_of_sales() -> None:
    effect = effect_of_term(SOLD, 30, 500)
    assert effect is not None
    assert (effect.days, effect.days_more) == (45, -15)
    # 1 200 000 / 365 x 15 = 49 315.07 EUR, at 5 % a year 2 465.75 EUR
    assert (effect.tied_more, effect.cost_more) == (-4_931_507, -246_575)
    assert effect.tied == 14_794_521


def test_another_lateness_may_be_expected_under_the_new_term() -> None:
    effect = effect_of_term(SOLD, 30, 500, beyond=30)
    assert effect is not None
    assert effect.days_more == 0
    assert effect.tied_more == 0


@given(st.floats(0, 120), st.floats(0, 120), st.integers(1, 2_000))
def test_a_longer_term_never_frees_cash(one: float, other: float, rate: int) -> None:
    short, long = (effect_of_term(SOLD, days, rate) for days in sorted((one, other)))
    assert short is not None
    assert long is not None
    assert short.tied <= long.tied
    assert short.cost <= long.cost


def test_the_term_of_today_changes_nothing() -> None:
    effect = effect_of_term(SOLD, 45, 500)
    assert effect is not None
    assert (effect.days_more, effect.tied_more, effect.cost_more) == (0, 0, 0)


def test_nothing_is_said_where_nothing_was_paid() -> None:
    nothing = Practice(currency="EUR", sales=0, invoices=0, paid=0, term_days=0, beyond_days=0)
    assert effect_of_term(nothing, 30, 500) is None


# --- what is published ------------------------------------------------------------------------


def test_the_caps_of_law_are_dated_and_have_a_source() -> None:
    on = date(2026, 11, 23)
    caps = {name: one.on(on) for name, one in series().items() if name.startswith("terms.cap.")}
    assert {name.rpartition(".")[2]: cap.value for name, cap in caps.items()} == {
        "general": 60, "month_end": 45, "summary": 45, "perishable": 30, "transport": 30,
        "state": 30, "hospital": 50, "public_undertaking": 60,
    }  # fmt: skip
    assert all(cap.source for cap in caps.values())


@pytest.mark.parametrize("name", norms())
def test_a_norm_is_dated_labelled_and_sourced(name: str) -> None:
    norm = norms()[name]
    assert norm.kind in KINDS
    assert norm.source
    assert norm.sure in ("B", "C")
    assert date(2020, 1, 1) < norm.as_of < date(2026, 11, 23)
    assert norm.low is None or 0 < norm.low <= norm.high

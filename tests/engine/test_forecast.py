"""Forecasts: what must always hold, a band against draws by hand, words, nothing in the past."""

import random
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings

from amiable.engine.days import BusinessCalendar
from amiable.engine.dispute import Dispute
from amiable.engine.expectation import Source, Uncounted, expect, expected_receipts
from amiable.engine.forecast import Forecast, Forecaster, Scenario, Wish
from amiable.engine.forecast_band import Miss, Moments, Past, Togetherness, band, miss_of
from amiable.engine.habit import habit_of, learn_company
from amiable.engine.ledger import Credit, CreditKind, OpenCredit, OpenInvoice, OpenItems
from amiable.engine.money import Money
from amiable.engine.parties import Customer
from amiable.engine.promise import Promise
from amiable.engine.situation import Account, Morning, Situation, see
from tests.engine.accounts import WORKING, cases
from tests.engine.test_expectation import HABIT, NOW, POLICY, TODAY, owed, promised

DAY = timedelta(days=1)


def situation(
    *items: OpenInvoice, on: date = TODAY, calendar: BusinessCalendar | None = None, **facts: object
) -> Situation:
    given_ = {"customer": Customer(key="c", name="C"), "habit": HABIT} | facts
    credits_ = given_.pop("credits", ())
    account = Account(open=OpenItems(invoices=items, credits=credits_), **given_)  # type: ignore[arg-type]
    return see(account, POLICY, Morning(today=on, due_calendar=calendar))


def forecast(*seen: Situation, wish: Wish | None = None, weeks: int = 13) -> Forecast:
    first = seen[0].morning
    counter = Forecaster(first.today, first.due_calendar, wish, weeks=weeks)
    for one in seen:
        counter.add(one)
    return counter.result()[0]


def eur(minor: int) -> Money:
    return Money(minor=minor, currency="EUR")


# --- what must always hold --------------------------------------------------------------------


@settings(max_examples=80)
@given(cases())
def test_all_that_is_open_is_expected_netted_later_or_told_as_not_counted(case):
    seen = see(case.account, case.policy, case.morning)
    for scenario in Scenario:
        counter = Forecaster(seen.today, seen.morning.due_calendar, Wish(scenario=scenario))
        counter.add(seen)
        for found in counter.result():
            expected = sum(week.expected for week in found.weeks)
            parts = expected + found.beyond + found.netted + sum(found.uncounted.values())
            assert parts == found.open
            assert found.beyond >= 0
            assert all(0 <= week.low <= week.expected <= week.high for week in found.weeks)


@settings(max_examples=60)
@given(cases())
def test_nobody_late_brings_money_soonest_and_some_later_brings_it_last(case):
    seen = see(case.account, case.policy, case.morning)
    sums: dict[Scenario, list[float]] = {}
    for scenario in Scenario:
        counter = Forecaster(seen.today, seen.morning.due_calendar, Wish(scenario=scenario))
        counter.add(seen)
        for found in counter.result():
            if found.currency == "EUR":
                sums[scenario] = [
                    sum(week.expected for week in found.weeks[:count]) for count in range(1, 14)
                ]
    for week in range(len(sums.get(Scenario.HABITS, ()))):
        slack = week + 2  # each week is rounded by itself
        assert sums[Scenario.ON_TIME][week] >= sums[Scenario.HABITS][week] - slack
        assert sums[Scenario.LATER][week] <= sums[Scenario.HABITS][week] + slack


@settings(max_examples=60)
@given(cases())
def test_the_receipts_of_seven_days_are_the_first_week_of_the_forecast(case):
    seen = see(case.account, case.policy, case.morning)
    counter = Forecaster(seen.today, seen.morning.due_calendar)
    counter.add(seen)
    for found in counter.result():
        days = sum(day.expected for day in found.days[:7])
        assert days == pytest.approx(expected_receipts(seen).get(found.currency, 0), abs=4)


def test_the_first_week_is_the_rest_of_this_one_and_weeks_begin_on_mondays():
    found = forecast(situation(owed("a", 1), on=TODAY + 3 * DAY), weeks=3)  # a Thursday
    starts = [week.period.starts_on for week in found.weeks]
    assert starts == [TODAY + 3 * DAY, TODAY + 7 * DAY, TODAY + 14 * DAY]
    assert found.weeks[0].period.ends_on == starts[1]


# --- the chances ------------------------------------------------------------------------------


def test_money_comes_on_the_days_of_the_habit_knowing_it_did_not_come_before():
    found = forecast(situation(owed("a", 1, 60_000)))  # left: day 4: 3/5, 6: 1/5, 10: 1/5
    days = {day.period.starts_on: day.expected for day in found.days if day.expected}
    expected = {3: 36_000, 5: 12_000, 9: 12_000}
    assert days == {TODAY + late * DAY: minor for late, minor in expected.items()}


def test_what_falls_on_a_closed_day_comes_on_the_next_open_one():
    friday = date(2026, 3, 20)
    item = replace(owed("a", 0), invoice=replace(owed("a", 0).invoice, due_on=friday - 2 * DAY))
    found = forecast(situation(item, on=friday, calendar=WORKING))
    days = {day.period.starts_on: day.expected for day in found.days if day.expected}
    # Two days late on a Friday: 4 days late would be the Sunday, paid on the Monday.
    assert min(days) == friday + 3 * DAY
    assert all(WORKING.is_business_day(day) for day in days)


def test_an_invoice_open_on_monday_was_not_to_be_paid_over_the_weekend():
    monday = date(2026, 3, 23)
    item = replace(owed("a", 0), invoice=replace(owed("a", 0).invoice, due_on=monday - 5 * DAY))
    found = forecast(situation(item, on=monday, calendar=WORKING))
    # Five days late, but its usual fourth day was the Sunday: it is expected today.
    assert found.days[0].expected == pytest.approx(60_000 * 3 / 5, abs=1)


def test_later_than_nearly_all_payments_is_not_counted_on():
    seen = situation(owed("a", 200))
    assert expect(seen).uncounted == {("EUR", Uncounted.SILENT): 60_000}
    assert forecast(seen).uncounted == {Uncounted.SILENT: 60_000}


# --- words, credits, disputes -----------------------------------------------------------------


def test_a_promise_comes_on_its_day_and_the_rest_after_it():
    seen = situation(owed("a", 1), promises=[promised(TODAY + 3 * DAY, "a")])
    first, second = expect(seen).flows
    assert (first.source, first.minor, first.after, first.trust) == (Source.PROMISE, 50_000, 3, 1)
    assert (second.source, second.minor, second.after) == (Source.HABIT, 10_000, 3)


def broken_and_kept() -> tuple[list[Promise], list[Credit]]:
    """One promise kept four days late (within its grace), one broken, as of TODAY."""
    old = replace(promised(TODAY - 60 * DAY), made_on=TODAY - 70 * DAY, key="k", amount=eur(100))
    money = Credit(
        key="m", customer="c", number="", received_on=TODAY - 57 * DAY, amount=eur(100)
    )  # fmt: skip
    bad = replace(promised(TODAY - 30 * DAY), made_on=TODAY - 40 * DAY, key="b")
    return [old, bad], [money]


def test_a_promise_is_moved_and_weighed_by_how_the_customer_kept_its_others():
    others, money = broken_and_kept()
    seen = situation(
        owed("a", 1), promises=[*others, promised(TODAY + 3 * DAY, "a")], received=money
    )
    word = next(flow for flow in expect(seen).flows if flow.source is Source.PROMISE)
    assert word.after == 3 + 3  # the kept one came three days late
    assert word.trust == pytest.approx(float(seen.reliability.share))
    assert 0 < word.trust < 1


def test_credits_not_tied_yet_are_taken_off_the_oldest_invoice_first():
    note = Credit(
        key="n", customer="c", number="", received_on=TODAY, amount=eur(70_000),
        kind=CreditKind.CREDIT_NOTE,
    )  # fmt: skip
    seen = situation(
        owed("old", 5), owed("new", 1), credits=(OpenCredit(credit=note, left=note.amount),)
    )
    (flow,) = expect(seen).flows
    assert (flow.item.invoice.key, flow.minor) == ("new", 50_000)
    assert forecast(seen).netted == 70_000


@pytest.mark.parametrize("late", [1, -5])
def test_what_is_disputed_is_told_apart_late_or_not_due_yet(late):
    part = Dispute(key="d", customer="c", invoice="a", opened_on=TODAY, amount=eur(20_000))
    found = expect(situation(owed("a", late), disputes=[part]))
    assert found.uncounted == {("EUR", Uncounted.DISPUTED): 20_000}
    assert [flow.minor for flow in found.flows] == [40_000]


def test_who_is_insolvent_is_not_counted_on():
    gone = Customer(key="c", name="C", insolvent_on=TODAY)
    found = forecast(situation(owed("a", 1), customer=gone))
    assert found.uncounted == {Uncounted.INSOLVENT: 60_000}
    assert not any(week.expected for week in found.weeks)


# --- the band ---------------------------------------------------------------------------------


def test_the_moments_of_a_customer_are_those_of_draws_by_hand():
    parts = [(100, [0.0, 0.5]), (40, [0.0, 0.7]), (10, [0.2, 0.9])]
    sums = Moments(1)
    sums.add_customer(parts, [(0, 1)])
    draw = random.Random(7)
    for moments, together in ((sums.alone, False), (sums.joint, True)):
        drawn = []
        for _ in range(40_000):
            one = draw.random()
            drawn.append(
                sum(
                    amount * (curve[0] <= (one if together else draw.random()) < curve[1])
                    for amount, curve in parts
                )
            )
        mean = sum(drawn) / len(drawn)
        assert sums.mean[0] == pytest.approx(mean, rel=0.02)
        assert moments[0][0] == pytest.approx(
            sum((x - mean) ** 2 for x in drawn) / len(drawn), rel=0.03
        )
        third = sum((x - mean) ** 3 for x in drawn) / len(drawn)
        assert moments[1][0] == pytest.approx(third, abs=0.05 * moments[0][0] ** 1.5)


def test_the_band_of_many_invoices_holds_eight_sums_in_ten():
    amounts = [100 + 37 * (number % 11) for number in range(200)]
    sums = Moments(1)
    for amount in amounts:
        sums.add_customer([(amount, [0.0, 0.3])], [(0, 1)])
    low, high = sums.quantiles(0, 0.0, Miss())
    draw = random.Random(3)
    totals = [sum(a for a in amounts if draw.random() < 0.3) for _ in range(4_000)]
    assert sum(low <= total <= high for total in totals) / 4_000 == pytest.approx(0.8, abs=0.02)


def test_customers_whose_invoices_move_together_widen_the_band():
    sums = Moments(1)
    for _ in range(20):
        sums.add_customer([(100, [0.0, 0.5])] * 5, [(0, 1)])
    alone, joint = sums.quantiles(0, 0.0, Miss()), sums.quantiles(0, 1.0, Miss())
    assert joint[1] - joint[0] > 2 * (alone[1] - alone[0])


def test_togetherness_is_nothing_for_shuffled_payments_and_much_for_drifting_ones():
    draw = random.Random(5)
    shuffled, drifting = Togetherness(), Togetherness()
    for _ in range(300):
        delays = [draw.randint(0, 20) for _ in range(12)]
        shuffled.add([(NOW, delay) for delay in delays])
        drifting.add([(NOW, delay) for delay in sorted(delays)])
    assert shuffled.share < 0.05
    assert drifting.share > 0.5


def test_past_misses_lean_and_widen_the_band_and_few_weeks_say_nothing():
    weeks = [Past(expected=100, variance=4.0, received=120 + 10 * (n % 2)) for n in range(16)]
    assert miss_of(weeks[:7]) == Miss()
    miss = miss_of(weeks)
    assert miss.lean == pytest.approx(0.25 * 16 / 24)
    assert miss.swing > 0
    low, high = band(100, 4, 0, miss)
    plain = band(100, 4, 0, Miss())
    assert (low + high) / 2 > 100
    assert high - low > plain[1] - plain[0]


def test_who_owes_one_invoice_cannot_pay_more_than_it():
    stranger = habit_of((), learn_company([[(NOW, d)] * 8 for d in (0, 5, 9)]), TODAY)
    found = forecast(situation(owed("a", 0, 1_000), habit=stranger))
    assert all(week.high <= 1_000 for week in found.weeks)


# --- what stands behind -----------------------------------------------------------------------


def test_the_largest_expected_amounts_stand_behind_a_week_with_their_likely_days():
    seen = situation(*(owed(f"i{n:02}", 1, 1_000 + 10 * n) for n in range(20)))
    items = forecast(seen).largest[0]
    assert len(items) == 12
    assert [item.invoice for item in items] == [f"i{n:02}" for n in range(19, 7, -1)]
    assert all(TODAY <= item.from_on <= item.until_on for item in items)

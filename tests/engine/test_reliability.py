"""How promises were kept, by how much late, and what that changes for the next one."""

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from amiable.engine.ledger import Credit
from amiable.engine.money import Money
from amiable.engine.promise import (
    Promise,
    PromiseState,
    Reliability,
    breaches,
    fates,
    promise_states,
    reliability,
)

GRACE = 3
FIRST = date(2026, 1, 1)


def promise(number: int, minor: int = 100, **more) -> Promise:
    """The n-th, made on the n-th month's first day for the tenth."""
    made = date(2026, number, 1)
    plain = Promise(
        key=f"p{number}",
        customer="c",
        made_on=made,
        due_on=made + timedelta(days=9),
        amount=Money(minor=minor, currency="EUR"),
        invoices=(f"i{number}",),
    )
    return replace(plain, **more)


def money(on: date, minor: int = 100) -> Credit:
    return Credit(
        key=f"m{on}", customer="c", number="", received_on=on,
        amount=Money(minor=minor, currency="EUR"),
    )  # fmt: skip


def test_a_promise_says_when_it_was_kept_and_how_late():
    (early,) = fates([promise(1)], [money(date(2026, 1, 8))], date(2026, 2, 1), GRACE)
    assert (early.state, early.kept_on, early.late) == (PromiseState.KEPT, date(2026, 1, 8), 0)
    (late,) = fates([promise(1)], [money(date(2026, 1, 25))], date(2026, 2, 1), GRACE)
    assert (late.state, late.kept_on, late.late) == (PromiseState.KEPT, date(2026, 1, 25), 15)
    (missing,) = fates([promise(1)], [], date(2026, 1, 20), GRACE)
    assert (missing.state, missing.kept_on, missing.late) == (PromiseState.BROKEN, None, 10)


def test_it_is_kept_on_the_day_its_last_part_came():
    parts = [money(date(2026, 1, 5), 60), money(date(2026, 1, 12), 60)]
    (fate,) = fates([promise(1)], parts, date(2026, 2, 1), GRACE)
    assert (fate.kept_on, fate.late) == (date(2026, 1, 12), 2)


def test_the_share_is_drawn_to_two_thirds():
    assert Reliability(kept=0, told=0).share == Fraction(2, 3)
    assert Reliability(kept=2, told=2).share == Fraction(5, 6)
    assert Reliability(kept=0, told=2).share == Fraction(1, 3)


def test_one_promise_proves_nothing_two_do():
    plain = promise(9)
    for kept, told, days in ((0, 0, 3), (1, 1, 3), (2, 2, 5), (0, 1, 3), (0, 2, 0), (1, 3, 3)):
        assert Reliability(kept=kept, told=told).grace(plain, GRACE) == days, (kept, told)


def test_parts_of_a_plan_have_the_days_their_document_says():
    part = promise(9, plan="plan")
    assert Reliability(kept=9, told=9).grace(part, GRACE) == GRACE
    assert Reliability(kept=0, told=9).grace(part, GRACE) == GRACE


def test_a_policy_without_grace_gives_nobody_any():
    assert Reliability(kept=9, told=9).grace(promise(9), 0) == 0


def test_money_after_the_days_of_grace_was_not_in_time():
    said = [promise(1), promise(2)]
    came = [money(date(2026, 1, 13)), money(date(2026, 2, 14))]
    assert reliability(said, came, date(2026, 3, 1), GRACE) == Reliability(kept=1, told=2)


def test_who_kept_two_promises_gets_two_days_more():
    said = [promise(1), promise(2), promise(3)]
    came = [money(date(2026, 1, 9)), money(date(2026, 2, 9))]
    last = date(2026, 3, 15)  # five days after its date
    assert promise_states(said, came, last, GRACE)[2] is PromiseState.RUNNING
    assert promise_states(said, came, last + timedelta(1), GRACE)[2] is PromiseState.BROKEN


def test_who_broke_two_gets_no_day():
    said = [promise(1), promise(2), promise(3)]
    assert promise_states(said, [], date(2026, 3, 10), GRACE)[2] is PromiseState.RUNNING
    assert promise_states(said, [], date(2026, 3, 11), GRACE)[2] is PromiseState.BROKEN


def test_a_newer_promise_or_money_answers_for_a_broken_one():
    old, on = promise(1), date(2026, 2, 20)
    assert breaches([old], [], on, GRACE) == [old]
    assert breaches([old, promise(2, due_on=date(2026, 2, 28))], [], on, GRACE) == []
    assert breaches([old], [money(date(2026, 1, 20), 1)], on, GRACE) == []
    assert breaches([old], [money(date(2026, 1, 5), 1)], on, GRACE) == [old]


@given(st.integers(0, 30), st.integers(0, 30))
def test_one_more_promise_kept_never_lowers_the_trust(kept, broken):
    before = Reliability(kept=kept, told=kept + broken)
    after = Reliability(kept=kept + 1, told=kept + broken + 1)
    assert before.share < after.share <= 1
    plain = promise(9)
    assert before.grace(plain, GRACE) <= after.grace(plain, GRACE)

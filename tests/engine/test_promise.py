"""Promises: running, kept, broken."""

from dataclasses import replace

import pytest

from amiable.engine.ledger import CreditKind
from amiable.engine.promise import (
    Promise,
    PromiseState,
    promise_state,
    promise_states,
    still_due,
)
from tests.engine.entries import credit, day, euros

PROMISE = Promise(key="p", customer="c", made_on=day(10), due_on=day(20), amount=euros(1_000))


def state(on, *credits, promise=PROMISE, grace=3):
    return promise_state(promise, credits, day(on), grace)


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        (9, None),
        (10, PromiseState.RUNNING),
        (20, PromiseState.RUNNING),
        (23, PromiseState.RUNNING),
        (24, PromiseState.BROKEN),
    ],
)
def test_a_promise_runs_until_its_grace_is_over(on, expected):
    assert state(on) is expected


def test_it_is_kept_when_the_whole_amount_came():
    assert state(15, credit("a", 400, 12), credit("b", 600, 15)) is PromiseState.KEPT
    assert state(15, credit("a", 999, 12)) is PromiseState.RUNNING


def test_a_payment_after_the_grace_keeps_it_late():
    assert state(40, credit("a", 1_000, 30)) is PromiseState.KEPT


@pytest.mark.parametrize(
    "other",
    [
        credit("a", 1_000, 9),
        credit("a", 1_000, 31),
        credit("a", 1_000, 12, currency="USD"),
        credit("a", 1_000, 12, kind=CreditKind.CREDIT_NOTE),
    ],
    ids=["before it was made", "not yet", "another currency", "no money"],
)
def test_other_credits_do_not_keep_it(other):
    assert state(30, other) is PromiseState.BROKEN


def test_a_cancelled_promise_is_neither_kept_nor_broken():
    cancelled = replace(PROMISE, cancelled_on=day(15))
    assert state(14, promise=cancelled) is PromiseState.RUNNING
    assert state(15, promise=cancelled) is None
    assert state(99, promise=cancelled) is None


def renewed(key, due, made=10, **more):
    return replace(PROMISE, key=key, made_on=day(made), due_on=day(due), **more)


def states(on, promises, *credits):
    return promise_states(promises, credits, day(on), 3)


def test_parts_of_a_plan_share_the_money_the_first_due_first():
    parts = [renewed("1", 20, plan="x"), renewed("2", 40, plan="x"), renewed("3", 60, plan="x")]
    found = states(30, parts, credit("a", 1_500, 18))
    assert found == [PromiseState.KEPT, PromiseState.RUNNING, PromiseState.RUNNING]


def test_a_broken_part_lets_the_others_lapse_until_the_money_comes():
    parts = [renewed("1", 20, plan="x"), renewed("2", 40, plan="x")]
    assert states(24, parts) == [PromiseState.BROKEN, PromiseState.LAPSED]
    late = credit("a", 1_000, 25)
    assert states(25, parts, late) == [PromiseState.KEPT, PromiseState.RUNNING]


def test_a_promise_renewed_is_kept_by_the_same_money_as_the_old_one():
    found = states(40, [renewed("1", 20), renewed("2", 35, made=24)], credit("a", 1_000, 34))
    assert found == [PromiseState.KEPT, PromiseState.KEPT]


def test_promises_about_different_invoices_are_not_kept_by_the_same_money():
    both = [renewed("1", 20, invoices=("F1",)), renewed("2", 21, invoices=("F2",))]
    found = states(30, both, credit("a", 1_000, 15))
    assert found == [PromiseState.KEPT, PromiseState.BROKEN]


def test_states_do_not_depend_on_the_order_of_the_promises():
    parts = [renewed(str(n), 20 + n, plan="x") for n in range(4)]
    paid = credit("a", 2_500, 18)
    assert states(19, parts[::-1], paid) == states(19, parts, paid)[::-1]


def left_of(*promises, money=(), on=15):
    return still_due(promises, promises, money, day(on))


def test_what_has_come_of_a_promise_is_not_due_any_more():
    assert left_of(PROMISE) == {"p": 1_000}
    assert left_of(PROMISE, money=[credit("a", 600, 12)]) == {"p": 400}
    assert left_of(PROMISE, money=[credit("a", 600, 9)]) == {"p": 1_000}  # before it was made


def test_a_promise_renewed_is_due_once_and_parts_of_a_plan_each():
    newer = replace(PROMISE, key="q", made_on=day(14), due_on=day(30))
    assert left_of(PROMISE, newer) == {"q": 1_000}
    other = replace(newer, invoices=("b",))
    assert left_of(replace(PROMISE, invoices=("a",)), other) == {"p": 1_000, "q": 1_000}
    parts = [
        replace(PROMISE, key=key, plan="x", due_on=day(on)) for key, on in (("m", 20), ("n", 30))
    ]
    assert left_of(*parts, money=[credit("a", 1_200, 12)]) == {"m": 0, "n": 800}

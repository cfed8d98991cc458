"""Promises: running, kept, broken."""

from dataclasses import replace

import pytest

from amiable.engine.ledger import CreditKind
from amiable.engine.promise import Promise, PromiseState, promise_state
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

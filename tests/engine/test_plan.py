"""The plan: one entry an account, by the policy that is the customer's."""

from datetime import date

import pytest
from hypothesis import given, settings

from amiable.engine.habit import NO_HISTORY, habit_of
from amiable.engine.ledger import OpenItems
from amiable.engine.parties import Customer, Segment
from amiable.engine.plan import PolicyBook, draw_plan
from amiable.engine.policy import FixedCalendar, Policy, Step, Tone
from amiable.engine.situation import Account, Morning
from amiable.engine.verdict import Escalate, Hold, Remind, Stop, Wait
from tests.engine.accounts import cases

TODAY = date(2026, 3, 9)
STEPS = (Step(after=0, tone=Tone.FRIENDLY),)


def policy(name: str) -> Policy:
    return Policy(name=name, trigger=FixedCalendar(days=3), steps=STEPS)


BOOK = PolicyBook(
    policies={name: policy(name) for name in ("standard", "prudent", "gentle")},
    default="standard",
    by_segment={Segment.NEW: "prudent"},
)
NOTHING = OpenItems(invoices=(), credits=())


def account(key: str, delays: int = 0, **facts: object) -> Account:
    history = [(TODAY.toordinal() - 30, 2)] * delays
    return Account(
        customer=Customer(key=key, name=key, **facts),  # type: ignore[arg-type]
        open=NOTHING,
        habit=habit_of(history, NO_HISTORY, TODAY),
    )


@pytest.mark.parametrize(
    ("one", "name"),
    [
        (account("a", delays=9), "standard"),
        (account("b"), "prudent"),
        (account("c", delays=9, segment=Segment.NEW), "prudent"),
        (account("d", segment=Segment.REGULAR), "standard"),
        (account("e", policy="gentle"), "gentle"),
    ],
    ids=["default", "segment", "segment of a person", "other segment", "own"],
)
def test_the_customers_own_policy_comes_first_then_its_segments(one, name):
    (entry,) = draw_plan([one], BOOK, Morning(today=TODAY))
    assert entry.policy == name


def test_a_policy_that_is_not_published_is_refused():
    with pytest.raises(KeyError, match="harsh"):
        list(draw_plan([account("a", policy="harsh")], BOOK, Morning(today=TODAY)))


def test_each_account_gets_one_entry_in_the_order_given():
    entries = list(draw_plan([account("b"), account("a")], BOOK, Morning(today=TODAY)))
    assert [(one.customer, one.decided_on) for one in entries] == [("b", TODAY), ("a", TODAY)]


@settings(max_examples=50)
@given(cases())
def test_any_account_gets_exactly_one_verdict(case):
    book = PolicyBook(policies={case.policy.name: case.policy}, default=case.policy.name)
    (entry,) = draw_plan([case.account], book, case.morning)
    assert isinstance(entry.verdict.decision, Remind | Wait | Hold | Escalate | Stop)

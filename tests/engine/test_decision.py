"""How long a decision holds, when to look again, and alerts: the cases that once went wrong."""

from dataclasses import replace
from datetime import date

import pytest

from amiable.engine.days import BusinessCalendar
from amiable.engine.decision import decide
from amiable.engine.habit import NO_HISTORY, habit_of
from amiable.engine.ledger import Invoice, OpenInvoice, OpenItems
from amiable.engine.money import Money
from amiable.engine.parties import Contact, Customer
from amiable.engine.policy import FixedCalendar, Policy, QuietPeriod, Step, Tone
from amiable.engine.situation import Account, Morning

FRIDAY, SATURDAY = date(2026, 3, 6), date(2026, 3, 7)
POLICY = Policy(name="p", trigger=FixedCalendar(days=0), steps=(Step(after=0, tone=Tone.FRIENDLY),))
NOTICE = replace(POLICY, notice=Step(after=5, tone=Tone.NOTICE))
CUSTOMER = Customer(key="c", name="c", contacts=(Contact(key="k", customer="c", email="a@c.test"),))


def owing(due_on: date) -> Account:
    amount = Money(minor=10_000, currency="EUR")
    invoice = Invoice(
        key="i",
        customer="c",
        number="i",
        issued_on=date(2026, 2, 2),
        due_on=due_on,
        amount=amount,
    )
    items = OpenItems(invoices=(OpenInvoice(invoice=invoice, left=amount),), credits=())
    return Account(customer=CUSTOMER, open=items, habit=habit_of([], NO_HISTORY, FRIDAY))


def code(verdict):
    return verdict.decision.reasons[0].code


def test_a_trigger_on_the_due_day_looks_again_the_day_after():
    verdict = decide(owing(FRIDAY), POLICY, Morning(today=FRIDAY))
    assert code(verdict) == "ledger.not_due"
    assert verdict.decision.look_again_on == SATURDAY


def test_a_day_off_is_decided_anew_when_the_ledger_grows_stale_on_the_next():
    """Saturday: a day off. Sunday: eight days after the import. The stored answer must go."""
    account, imported = owing(date(2026, 3, 2)), date(2026, 2, 28)
    saturday = decide(account, POLICY, Morning(today=SATURDAY, imported_on=imported))
    sunday = decide(account, POLICY, Morning(today=date(2026, 3, 8), imported_on=imported))
    assert (code(saturday), code(sunday)) == ("day.off", "ledger.stale")
    assert saturday.valid_until == date(2026, 3, 8)


@pytest.mark.parametrize(
    ("morning", "policy"),
    [
        (Morning(today=FRIDAY, working=BusinessCalendar(holidays=frozenset({FRIDAY}))), NOTICE),
        (
            Morning(today=FRIDAY),
            replace(NOTICE, quiet=(QuietPeriod(from_day="03-01", until_day="03-07"),)),
        ),
    ],
    ids=["holiday", "quiet period"],
)
def test_a_notice_that_the_day_keeps_back_is_looked_at_the_next_day(morning, policy):
    verdict = decide(owing(date(2026, 3, 10)), policy, morning)
    assert code(verdict) == "ledger.not_due"
    assert verdict.valid_until == SATURDAY


def test_what_is_ready_to_leave_is_decided_anew_before_a_day_off():
    verdict = decide(owing(date(2026, 3, 2)), POLICY, Morning(today=FRIDAY))
    assert verdict.valid_until == SATURDAY


def test_a_wait_holds_until_the_step_comes_or_the_week_ends():
    policy = replace(POLICY, trigger=FixedCalendar(days=10))
    monday = date(2026, 3, 2)
    near = decide(owing(date(2026, 2, 23)), policy, Morning(today=monday))
    far = decide(owing(date(2026, 3, 1)), policy, Morning(today=monday))
    assert (near.valid_until, far.valid_until) == (date(2026, 3, 5), date(2026, 3, 9))

"""Random schedules of everything that can happen to an outbox: workers that look, claim, hand over,
die or come late; people who approve, take back and settle; payments and answers in between.

The channel is scripted and keeps the truth: what really arrived. Whatever the order, no message
arrives twice, what counts as sent arrived, and what arrived is never thought open.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from amiable.desk.access import Actor
from amiable.desk.approve import approve, take_back
from amiable.desk.plan import draw_plan
from amiable.desk.reply import record_reply
from amiable.desk.send import Sending
from amiable.desk.settle import Verdict, doubt_lost, settle_doubt
from amiable.store import outbox as store
from amiable.store.customer import touch, versions_of
from amiable.store.doubtful import doubt, lost_rows, settle_by_hand
from amiable.store.models import Company, Customer, OutboxRow
from amiable.store.models.membership import Role
from amiable.store.models.outbox import OutboxState
from tests.desk.books import (
    DAY,
    TODAY,
    at,
    bring_in,
    company_with_debtors,
    customer,
    facts,
    payment,
)
from tests.stories.desk_house import Postman

pytestmark = [pytest.mark.django_db, pytest.mark.database]

NAMES = ("A", "B", "C")
WORKERS = st.integers(min_value=0, max_value=1)
PEOPLE = st.sampled_from(NAMES)
ROWS = st.integers(min_value=0, max_value=2)
LEFT = (OutboxState.CLAIMED, OutboxState.AMBIGUOUS, OutboxState.SENT)
TELLS = st.sampled_from(["accepted", "refused", "failed", "silent", "silent but taken"])
"""What the mail server does, and what the sender learns of it."""
ARRIVING = {"accepted", "silent but taken"}
STATES = {
    "accepted": OutboxState.SENT,
    "refused": OutboxState.REFUSED,
    "failed": OutboxState.FAILED,
    "silent": OutboxState.AMBIGUOUS,
    "silent but taken": OutboxState.AMBIGUOUS,
}


@dataclass
class Hand:
    """What a worker has in hand: a row it claimed, and what the server said, once it did."""

    row: OutboxRow
    token: str
    told: str = ""


class Outbox(RuleBasedStateMachine):
    """What both machines share: the truth, two workers, and what must hold."""

    company: Company  # set by the test, made once; every schedule is rolled back

    def __init__(self) -> None:
        super().__init__()
        self.schedule = transaction.atomic()
        self.schedule.__enter__()
        self.arrived: Counter[int] = Counter()
        self.hands: list[Hand | None] = [None, None]
        self.now = at(TODAY)
        self.tokens = 0

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.schedule.__exit__(None, None, None)

    def rows(self) -> list[OutboxRow]:
        return list(OutboxRow.objects.of(self.company.pk).order_by("pk"))

    def take_in_hand(self, worker: int, row: OutboxRow | None, token: str) -> None:
        if row is not None:
            assert not self.arrived[row.pk], "what arrived is never claimed again"
            self.hands[worker] = Hand(row, token)

    def token(self) -> str:
        self.tokens += 1
        return f"token {self.tokens}"

    @rule(worker=WORKERS, told=TELLS)
    def hand_over(self, worker: int, told: str) -> None:
        hand = self.hands[worker]
        if hand is not None and not hand.told:
            hand.told = told
            self.arrived[hand.row.pk] += told in ARRIVING

    @rule(worker=WORKERS)
    def settle(self, worker: int) -> None:
        hand = self.hands[worker]
        if hand is not None and hand.told:
            state = STATES[hand.told]
            on = TODAY if state in LEFT else None
            store.settle(hand.row, hand.token, state, hand.told, on, None)
            self.hands[worker] = None

    @rule(worker=WORKERS)
    def die(self, worker: int) -> None:
        self.hands[worker] = None

    @rule()
    def try_failed_ones_again(self) -> None:
        store.retry_failed(self.company.pk)

    @invariant()
    def nothing_twice_and_nothing_lost(self) -> None:
        for row in self.rows():
            state = OutboxState(row.state)
            assert self.arrived[row.pk] <= 1
            if state is OutboxState.SENT:
                assert self.arrived[row.pk] == 1, "what counts as sent arrived"
            if self.arrived[row.pk]:
                assert state in LEFT, f"what arrived is {state}"

    def has_in_hand(self, row: OutboxRow) -> bool:
        return any(hand is not None and hand.row.pk == row.pk for hand in self.hands)


class StoreMachine(Outbox):
    """The rows alone: claims, settlements, doubts and people, in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: dict[int, int] = {}
        store.add_messages(self.company.pk, [new_message(one) for one in self.customers()])

    def customers(self) -> list[Customer]:
        return list(Customer.objects.of(self.company.pk).order_by("key"))

    @rule(number=ROWS)
    def look(self, number: int) -> None:
        pk = self.rows()[number].customer_id
        self.seen[pk] = versions_of(self.company.pk, [pk])[pk]

    @rule(number=ROWS)
    def a_fact_comes_in(self, number: int) -> None:
        touch(self.company.pk, [self.rows()[number].customer_id])

    @rule(worker=WORKERS, number=ROWS)
    def claim(self, worker: int, number: int) -> None:
        row = self.rows()[number]
        version = self.seen.get(row.customer_id)
        if self.hands[worker] is not None or version is None:
            return
        moved = versions_of(self.company.pk, [row.customer_id])[row.customer_id] != version
        token = self.token()
        try:
            taken = store.claim(self.company.pk, row.pk, token, self.now, version)
        except store.CustomerMoved:
            assert moved
        else:
            assert (taken is not None) == (row.state == OutboxState.APPROVED)
            assert taken is None or not moved, "nothing is claimed on facts that changed"
            self.take_in_hand(worker, taken, token)

    @rule()
    def nobody_says_anything_any_more(self) -> None:
        for row in lost_rows(self.company.pk, self.now + DAY):
            assert doubt(row, TODAY)
        assert not any(row.state == OutboxState.CLAIMED for row in self.rows())

    @rule(number=ROWS, gives_up=st.booleans())
    def a_person_settles(self, number: int, gives_up: bool) -> None:
        row = self.rows()[number]
        # Nobody says "it did not arrive" of what a sender has in hand: it is not shown as lost
        # before that sender must be dead.
        if row.state not in (OutboxState.AMBIGUOUS, OutboxState.REFUSED) or self.has_in_hand(row):
            return
        state = OutboxState.CANCELLED if gives_up else OutboxState.APPROVED
        new = OutboxState.SENT if self.arrived[row.pk] else state
        assert settle_by_hand(row, [OutboxState(row.state)], state=new, detail="")
        assert not settle_by_hand(row, [OutboxState(row.state)], state=OutboxState.CANCELLED)

    @rule(number=ROWS)
    def take_back(self, number: int) -> None:
        row = self.rows()[number]
        taken = store.release(self.company.pk, row.pk, OutboxState.CANCELLED, store.TAKEN_BACK)
        assert taken == (row.state == OutboxState.APPROVED)

    @rule(number=ROWS)
    def approve_again(self, number: int) -> None:
        row = self.rows()[number]
        again = row.state in (OutboxState.CANCELLED, OutboxState.REFUSED)
        (made,) = store.add_messages(self.company.pk, [new_message(row.customer)])
        assert (made is not None) == again
        assert len(self.rows()) == len(NAMES)


class DeskMachine(Outbox):
    """The verbs of the desk on a real ledger: the last gate included."""

    def __init__(self) -> None:
        super().__init__()
        self.quiet: set[str] = set()
        self.sendings: list[Sending | None] = [None, None]
        self.actor = Actor(company=self.company, role=Role.MANAGER)

    @rule(who=PEOPLE)
    def approve(self, who: str) -> None:
        (made,) = approve(self.company, [customer(self.company, who).pk], today=TODAY, at=self.now)
        assert made.row is None or who not in self.quiet

    @rule(who=PEOPLE)
    def take_back(self, who: str) -> None:
        take_back(self.company, customer(self.company, who).pk, on=TODAY)

    @rule(who=PEOPLE)
    def payment_comes(self, who: str) -> None:
        bring_in(self.company, facts(who, (), [payment(who, f"P-{who}", TODAY)]))
        self.quiet.add(who)

    @rule(who=PEOPLE)
    def answer_comes(self, who: str) -> None:
        record_reply(self.company, customer(self.company, who), on=TODAY)
        self.quiet.add(who)

    @rule(worker=WORKERS)
    def look(self, worker: int) -> None:
        sending = Sending(
            self.company, Postman(), channels=["email"], today=TODAY, clock=self.clock,
            paced=False, in_hours=False,
        )  # fmt: skip
        sending._look_ahead()
        self.sendings[worker] = sending

    @rule(worker=WORKERS)
    def claim(self, worker: int) -> None:
        sending = self.sendings[worker]
        if self.hands[worker] is None and sending is not None and sending._passed:
            token = self.token()
            row = sending._claimed(sending._passed.popleft(), token)
            assert row is None or row.customer.key not in self.quiet, "the last gate looks again"
            self.take_in_hand(worker, row, token)

    def clock(self) -> datetime:
        return self.now

    @rule()
    def half_an_hour_goes_by(self) -> None:
        self.now += timedelta(minutes=31)
        doubt_lost(self.now)

    @rule(number=ROWS, gives_up=st.booleans())
    @precondition(lambda self: self.rows())
    def a_person_settles(self, number: int, gives_up: bool) -> None:
        rows = [row for row in self.rows() if row.state == OutboxState.AMBIGUOUS]
        if len(rows) <= number or self.has_in_hand(rows[number]):
            return
        row = rows[number]
        verdict = Verdict.GIVE_UP if gives_up else Verdict.AGAIN
        said = Verdict.ARRIVED if self.arrived[row.pk] else verdict
        settle_doubt(self.actor, row.pk, said, state=row.state, at=self.now)

    @invariant()
    def every_doubt_is_shown(self) -> None:
        for row in self.rows():
            assert (row.state != OutboxState.CLAIMED) or row.claimed_at is not None


def new_message(one: Customer) -> store.NewMessage:
    return store.NewMessage(
        company=one.company_id, customer=one.pk, cycle="cycle", step=1, purpose="reminder",
        channel="email", tone="friendly", recipient="a@a.test", subject="", text="", html="",
        message_id=f"<{one.pk}@a.test>", in_reply_to="", invoices=(), listed=(), amounts={},
        approved_on=TODAY, approved_at=at(TODAY),
    )  # fmt: skip


def schedules(machine: type[Outbox], count: int, steps: int) -> Callable[[], None]:
    quick: Any = settings(
        max_examples=count, stateful_step_count=steps, deadline=None, database=None,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    return lambda: run_state_machine_as_test(machine, settings=quick)


def test_no_schedule_of_the_rows_sends_twice_or_forgets() -> None:
    StoreMachine.company = company_with_debtors(NAMES)
    schedules(StoreMachine, 1_000 if connection.vendor == "sqlite" else 300, 12)()
    assert not OutboxRow.objects.of(StoreMachine.company.pk).exists(), "all was rolled back"


def test_no_schedule_of_the_desk_sends_twice_or_against_the_facts() -> None:
    DeskMachine.company = company_with_debtors(NAMES)
    draw_plan(DeskMachine.company, TODAY)
    schedules(DeskMachine, 40, 25)()
    assert not OutboxRow.objects.of(DeskMachine.company.pk).exists(), "all was rolled back"

"""A policy tried on a company's past decides what the plan of each of those mornings decides."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import zip_longest
from random import Random
from typing import Any

import pytest

from amiable.channels.message import Delivery, Outcome, OutgoingMessage
from amiable.desk import hold
from amiable.desk.approve import approve
from amiable.desk.backtest import BacktestRefused, backtest_company, past_of_company, trial_of
from amiable.desk.plan import draw_plan
from amiable.desk.policy import shipped_policy
from amiable.desk.send import send_approved
from amiable.engine.backtest_past import Past
from amiable.engine.backtest_report import BacktestStopped, Left, RefusalGround
from amiable.engine.backtest_stage import KnownHabit, Stage, item_of
from amiable.engine.backtest_walk import learn_weeks
from amiable.engine.ledger import Credit, CreditKind, Invoice
from amiable.engine.situation import Account, Morning
from amiable.engine.verdict import Remind, Verdict
from amiable.sources.reading import CustomerFacts
from amiable.store.company import mark_imported
from amiable.store.models import Company
from amiable.store.plan import list_entries
from tests.desk.books import (
    DAY,
    at,
    bring_in,
    customer,
    facts,
    invoice,
    new_company,
    payer,
    payment,
)
from tests.desk.chosen import choose_policy
from tests.engine.pasts import EveryMorning
from tests.stories.past import working_days

START = date(2026, 3, 2)  # a Monday: the habits are learned on it
MORNINGS = 50
NAMES = tuple("ABCDEFGHIJ")
WORKING = working_days("FR")
Key = tuple[str, date]


class Sure:
    """A channel that takes everything."""

    def send(self, _message: OutgoingMessage) -> Delivery:
        return Delivery(outcome=Outcome.ACCEPTED, detail="")

    def close(self) -> None:
        """Nothing to close."""


@dataclass
class Days:
    """What comes to light as days go by: invoices when issued, money the morning after."""

    invoices: dict[date, list[Invoice]] = field(default_factory=lambda: defaultdict(list))
    money: dict[date, list[Credit]] = field(default_factory=lambda: defaultdict(list))

    def pages(self, issued: Iterable[date], paid_on: Iterable[date]) -> list[CustomerFacts]:
        """What was issued and paid on some days, customer by customer."""
        new = [one for day in issued for one in self.invoices[day]]
        paid = [one for day in paid_on for one in self.money[day]]
        return [
            facts(
                who,
                [one for one in new if one.customer == who],
                [one for one in paid if one.customer == who],
            )
            for who in sorted({one.customer for one in (*new, *paid)})
        ]

    def all_pages(self, last: date) -> list[CustomerFacts]:
        """Everything up to a day."""
        days = [START + timedelta(days=number) for number in range((last - START).days + 1)]
        return self.pages(days, days)


def two_months(dice: Random) -> Days:
    """Invoices due in a month, paid early, as usual, late, in parts, by credit note, never."""
    days = Days()
    for place, who in enumerate(NAMES):
        for number in range(4):
            due_on = WORKING.roll(START + timedelta(days=dice.randint(1, 32)))
            item = invoice(who, f"N{number}-{who}", due_on)
            days.invoices[max(item.issued_on, START)].append(item)
            late = place * 2 + dice.choice([-6, 0, 3, 9, 20, 50])
            paid_on = WORKING.roll(due_on + timedelta(days=late))
            match dice.randint(0, 9):
                case 0:
                    # With its number: what it belongs to is known at once, not with hindsight.
                    note = payment(who, f"CN-{item.key}", paid_on, number=item.number,
                                   kind=CreditKind.CREDIT_NOTE)  # fmt: skip
                    days.money[paid_on].append(note)
                case 1:
                    soon = WORKING.roll(due_on + timedelta(days=4))
                    days.money[soon].append(
                        payment(who, f"P1-{item.key}", soon, 40_000, number=item.number)
                    )
                case _:
                    money = payment(who, f"P-{item.key}", paid_on, number=item.number)
                    days.money[paid_on].append(money)
    return days


def company_with_a_past(key: str, policy: str) -> Company:
    company = new_company(key, on=START)
    choose_policy(company, policy)
    pages = [payer(who, 2 * place, START - DAY, 22) for place, who in enumerate(NAMES)]
    bring_in(company, *pages, on=START)
    return company


Told = dict[Key, list[tuple[Account, Verdict]]]


def replayed(company: Company, last: date) -> tuple[Told, date]:
    """All that the backtest decides from START on, every morning, by customer and morning; and
    the last morning it knows. (On which mornings it need not ask: tests/engine/test_backtest.)"""
    told: Told = defaultdict(list)

    def trace(account: Account, morning: Morning, verdict: Verdict) -> None:
        told[account.customer.key, morning.today].append((account, verdict))

    past = past_of_company(company, last, None, lambda _done, _total: None)
    first = START.toordinal()
    settled = sorted(
        (one.settled_on.toordinal(), of.customer.key, (one.settled_on - _due(past, one)).days)
        for of in past.customers
        for one in of.invoices
        if one.teaches and one.settled_on
    )
    trial = trial_of(company, None, last)
    weeks = learn_weeks(settled, first, last.toordinal() + 1, trial.rule)
    stage = Stage(past, trial, weeks, first, trace)
    for of in past.customers:
        history = [(day, delay) for day, who, delay in settled if who == of.customer.key]
        items = [item_of(stage, one) for one in of.invoices]
        new = [item for item in items if item.due >= first]
        EveryMorning(stage, of, new, KnownHabit(history, weeks)).run()
    return told, past.snapshot


def _due(past: Past, one: Any) -> date:
    calendar = past.due_calendar
    return calendar.roll(one.invoice.due_on) if calendar else one.invoice.due_on


def said(verdict: Verdict) -> tuple[Any, ...]:
    decision = verdict.decision
    chased = sorted(decision.chased) if isinstance(decision, Remind) else None
    number = decision.number if isinstance(decision, Remind) else None
    kind = type(decision).__name__.lower()
    return kind, number, chased, [one.code for one in decision.reasons], verdict.spared


def stored(company: Company, on: date) -> dict[str, tuple[Any, ...]]:
    found = {}
    for entry in list_entries(company.pk, on):
        detail, reminds = entry.row.detail, entry.row.kind == "remind"
        found[entry.row.customer.key] = (
            entry.row.kind,
            detail["number"] if reminds else None,
            sorted(detail["chased"]) if reminds else None,
            [one.code for one in entry.reasons],
            entry.row.spared,
        )
    return found


@pytest.mark.django_db
@pytest.mark.parametrize(("policy", "seed"), [("standard", 1), ("prudent", 2)])
def test_it_decides_what_the_plan_of_each_morning_decides(policy: str, seed: int) -> None:
    company, days = company_with_a_past("fournil", policy), two_months(Random(seed))
    last = START + timedelta(days=MORNINGS - 1)
    # The whole past is known to the backtest, a morning at a time to the plan.
    whole = company_with_a_past("whole", policy)
    bring_in(whole, *days.all_pages(last), on=last)
    told, until = replayed(whole, last)
    assert until > last - timedelta(days=5)
    compared = reminders = handed = 0
    for offset in range((until - START).days + 1):
        today = START + timedelta(days=offset)
        pages = days.pages([today], [today - DAY])
        if pages:
            bring_in(company, *pages, on=today)
        mark_imported(company, today)
        draw_plan(company, today)
        plan = stored(company, today)
        for who in NAMES:
            decided = told.get((who, today), [])
            for (_, verdict), after in zip_longest(decided, decided[1:]):
                if who in plan or said(verdict)[3] != ["ledger.nothing_owed"]:
                    assert plan[who] == said(verdict), (who, today)
                    compared += 1
                if after is not None:  # a person took an invoice in hand
                    keys = after[0].holds[-1].invoices
                    hold.hold(company, customer(company, who), on=today, invoices=keys)
                    draw_plan(company, today)
                    plan, handed = stored(company, today), handed + 1
            assert decided, (who, today)
        reminders += send_all(company, today)
    assert compared > 300
    assert reminders > 15
    assert handed > 0


def send_all(company: Company, today: date) -> int:
    """Approve and send what the plan of the day reminds; how many."""
    reminded = list_entries(company.pk, today, kinds=["remind"])
    if reminded:
        approve(company, [one.row.customer_id for one in reminded], today=today, at=at(today))
        send_approved(company, Sure(), today=today, clock=lambda: at(today))
    return len(reminded)


@pytest.fixture
def lived() -> Company:
    """A company with two years of a past: 10 customers, 24 invoices each."""
    company = new_company(on=START)
    pages = [payer(who, 2 * place, START - DAY, 24) for place, who in enumerate(NAMES)]
    bring_in(company, *pages, on=START)
    return company


@pytest.mark.django_db
def test_a_policy_that_is_not_published_can_be_tried(lived: Company) -> None:
    draft = shipped_policy("prudent")
    report = backtest_company(lived, draft, on=START)
    assert report.policies == ("prudent",)
    assert report.invoices > 100
    assert report.policy.reminders < report.calendar.reminders
    assert report.rolls


@pytest.mark.django_db
def test_nothing_is_written(lived: Company, django_assert_max_num_queries: Any) -> None:
    with django_assert_max_num_queries(20) as seen:
        backtest_company(lived, None, on=START)
    wrote = [one["sql"] for one in seen if not one["sql"].startswith(("SELECT", "PRAGMA"))]
    assert wrote == []


@pytest.mark.django_db
def test_what_is_known_later_is_not_known_as_of_an_earlier_day(lived: Company) -> None:
    on = START - timedelta(days=30)
    report = backtest_company(lived, None, on=on)
    assert report.snapshot <= on
    assert report.until < on


@pytest.mark.django_db
def test_who_pays_by_direct_debit_is_not_compared(lived: Company) -> None:
    row = customer(lived, "A")
    row.autopay = True
    row.save(update_fields=["autopay"])
    report = backtest_company(lived, None, on=START)
    assert report.left_out[Left.UNASKED] > 0
    assert report.customers == len(NAMES) - 1


@pytest.mark.django_db
def test_a_short_past_is_refused_with_its_counts() -> None:
    company = new_company(on=START)
    bring_in(company, payer("A", 3, START - DAY, 12), on=START)
    with pytest.raises(BacktestRefused) as refused:
        backtest_company(company, None, on=START)
    assert refused.value.ground is RefusalGround.FEW_SETTLED
    assert (refused.value.settled, refused.value.customers) == (12, 1)


@pytest.mark.django_db
def test_progress_rises_to_the_end_and_may_stop_it(lived: Company) -> None:
    steps: list[tuple[int, int]] = []
    backtest_company(lived, None, on=START, progress=lambda *step: steps.append(step))
    assert steps == sorted(steps)
    assert steps[-1] == (2 * len(NAMES), 2 * len(NAMES))

    def stop(done: int, _total: int) -> None:
        if done:
            raise BacktestStopped

    with pytest.raises(BacktestStopped):
        backtest_company(lived, None, on=START, progress=stop)

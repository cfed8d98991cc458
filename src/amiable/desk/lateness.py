"""Lateness: the customers that are habitually late, what that costs, and what to propose."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from amiable.desk.access import Actor
from amiable.desk.assumption import Assumptions, assumptions_of
from amiable.desk.habit import known_habits
from amiable.desk.risk import broken_promises
from amiable.engine.days import week_start
from amiable.engine.drift import drift_alert
from amiable.engine.habit import CompanyHabit, Habit, habit_of
from amiable.engine.lateness import DAYS, LatePractice, Proposal, cost_of_waiting, proposals
from amiable.engine.money import Money
from amiable.store.habit import load_histories
from amiable.store.models import Customer
from amiable.store.risk import (
    PaidLate,
    customers_by_pk,
    habitually_late,
    paid_late,
    reminders_sent,
)

_CHUNK = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class LateCost:
    """What one customer's lateness cost in a year, in one currency.

    ``waiting`` is the price of the money one waited for, ``chasing`` that of the reminders (in the
    company's currency only, where reminders are paid).
    """

    paid: PaidLate
    waiting: Money
    reminders: int
    chasing: Money

    @property
    def total(self) -> Money:
        """Both together."""
        return self.waiting + self.chasing

    @property
    def days(self) -> int:
        """Days late on average, each euro counting the same."""
        return round(self.paid.minor_days / self.paid.minor) if self.paid.minor else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class LateCustomer:
    """A line of the list: the customer, its cost, how it pays and what one may propose."""

    row: Customer
    cost: LateCost
    usual: int
    spread: int
    proposals: list[Proposal]


@dataclass(frozen=True, slots=True, kw_only=True)
class LateList:
    """``costs`` of all, the dearest first; ``totals`` one amount a currency, the company's first;
    ``customers`` counts them. Paid in ``[since, until)``."""

    since: date
    until: date
    cap: int
    assumptions: Assumptions
    customers: int
    costs: list[LateCost]
    totals: list[Money]


def late_list(actor: Actor, today: date) -> LateList:
    """The habitually late customers an actor may see: three queries, however many there are."""
    company, learned = actor.company, known_habits(actor.company, today)
    assumed, since = assumptions_of(company), today - timedelta(days=DAYS)
    rows = habitually_late(company.pk, actor.only, learned.rule, learned.cap)
    pks = list(rows.values_list("pk", flat=True))
    reminded = reminders_sent(company.pk, pks, since, today)
    costs = [
        _cost(one, reminded, assumed, company.currency)
        for one in paid_late(company.pk, pks, since, today)
    ]
    first = company.currency
    costs.sort(key=lambda one: (one.paid.currency != first, -one.total.minor, one.paid.customer))
    sums: dict[str, int] = {}
    for one in costs:
        sums[one.paid.currency] = sums.get(one.paid.currency, 0) + one.total.minor
    return LateList(
        since=since,
        until=today,
        cap=learned.cap,
        assumptions=assumed,
        customers=len({one.paid.customer for one in costs}),
        costs=costs,
        totals=[Money(minor=minor, currency=currency) for currency, minor in sums.items()],
    )


def _cost(one: PaidLate, reminded: dict[int, int], assumed: Assumptions, own: str) -> LateCost:
    reminders = reminded.get(one.customer, 0) if one.currency == own else 0
    return LateCost(
        paid=one,
        waiting=Money(
            minor=cost_of_waiting(one.minor_days, assumed.cost_of_money), currency=one.currency
        ),
        reminders=reminders,
        chasing=Money(minor=reminders * assumed.reminder.minor, currency=one.currency),
    )


def late_customers(
    actor: Actor, found: LateList, costs: Sequence[LateCost], today: date
) -> Iterator[LateCustomer]:
    """Some costs of a list with the customers behind them, in the same order."""
    company, learned = actor.company, known_habits(actor.company, today)
    broken = {pk: len(rows) for pk, rows in broken_promises(company, today).items()}
    for at in range(0, len(costs), _CHUNK):
        part = costs[at : at + _CHUNK]
        pks = list({one.paid.customer for one in part})
        rows = customers_by_pk(company.pk, pks)
        histories = dict(load_histories(company.pk, today, pks))
        for one in part:
            pk = one.paid.customer
            habit = habit_of(histories.get(pk, ()), learned, week_start(today))
            practice = _practice(one, rows[pk], habit, broken.get(pk, 0), learned, today)
            yield LateCustomer(
                row=rows[pk],
                cost=one,
                usual=habit.usual,
                spread=habit.spread,
                proposals=proposals(practice, found.assumptions.cost_of_money),
            )


def _practice(
    one: LateCost, row: Customer, habit: Habit, broken: int, learned: CompanyHabit, today: date
) -> LatePractice:
    drift = drift_alert(habit, week_start(today))
    return LatePractice(
        paid=one.paid.paid,
        late=one.paid.late,
        minor_days=one.paid.minor_days,
        term=round(one.paid.term_days / one.paid.minor) if one.paid.minor else 0,
        usual=habit.usual,
        spread=habit.spread,
        cap=learned.cap,
        drift=drift.days if drift else 0,
        broken=broken,
        autopay=row.autopay,
        insolvent=row.insolvent_on is not None,
    )

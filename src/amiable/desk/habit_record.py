"""Habit records: how some customers usually pay, as figures for programs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from amiable.desk.habit import known_habits
from amiable.engine.days import week_start
from amiable.engine.habit import habit_of
from amiable.engine.policy import trigger_day
from amiable.store.company import load_policies
from amiable.store.customer import load_customers
from amiable.store.habit import load_histories
from amiable.store.models import Company


@dataclass(frozen=True, slots=True, kw_only=True)
class HabitRecord:
    """Days after the due date. ``low`` to ``high`` hold the middle 60 % of the payments;
    ``delays``: of the paid invoices, oldest first; ``own_percent``: how much of the habit is the
    customer's own, the rest being what the company's customers teach."""

    n: int
    usual: int
    low: int
    high: int
    trigger: int
    basis: str
    own_percent: int
    segment: str
    delays: tuple[int, ...]


def habit_records(company: Company, pks: Sequence[int], today: date) -> dict[int, HabitRecord]:
    """The habits of some customers by primary key, in four queries."""
    learned, book = known_habits(company, today), load_policies(company)
    histories = dict(load_histories(company.pk, today, pks))
    records = {}
    for pk, customer in load_customers(company.pk, pks).items():
        habit = habit_of(histories.get(pk, ()), learned, week_start(today))
        policy = book.policy_for(customer, habit, today)
        records[pk] = HabitRecord(
            n=habit.n,
            usual=habit.usual,
            low=habit.quantile(0.2),
            high=habit.quantile(0.8),
            trigger=trigger_day(policy.trigger, habit),
            basis=habit.basis.value,
            own_percent=round(100 * habit.own_share),
            segment=(customer.segment or habit.segment(today)).value,
            delays=tuple(delay for _, delay in habit.history),
        )
    return records

"""Look: what a person wants to see of all habits, and of the company today."""

from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from amiable.desk.habit import learn_habits
from amiable.engine.days import week_start
from amiable.engine.habit import Habit, habit_of
from amiable.engine.money import Money
from amiable.engine.parties import Language
from amiable.engine.policy import Policy, trigger_day
from amiable.store.company import load_policies
from amiable.store.customer import list_customers, load_customers
from amiable.store.habit import load_company_habit, load_histories
from amiable.store.invoice import overdue_sums
from amiable.store.models import Company, Invoice
from amiable.store.outbox import count_states, doubtful_rows
from amiable.store.plan import count_kinds
from amiable.words import say, write_money


@dataclass(frozen=True, slots=True, kw_only=True)
class HabitLine:
    """A customer's habit in figures: days after the due date; shares from 0 to 1."""

    key: str
    name: str
    n: int
    usual: int
    low: int
    high: int
    trigger: int
    own_share: float
    delays: tuple[int, ...]
    habit_share: float
    segment: str


def habit_lines(company: Company, today: date) -> list[HabitLine]:
    """The habits of all customers that have paid something, most invoices first."""
    learned = learn_habits(company, today)
    book = load_policies(company)
    histories = dict(load_histories(company.pk, today))
    customers = load_customers(company.pk, sorted(histories))
    week = week_start(today)
    lines = []
    for pk, history in histories.items():
        habit = habit_of(history, learned, week)
        policy = book.policy_for(customers[pk], habit, today)
        lines.append(habit_line(customers[pk].key, customers[pk].name, habit, policy, today))
    return sorted(lines, key=lambda line: (-line.n, line.name))


def habit_line(key: str, name: str, habit: Habit, policy: Policy, today: date) -> HabitLine:
    """A habit in figures, with the trigger that a policy makes of it."""
    return HabitLine(
        key=key,
        name=name,
        n=habit.n,
        usual=habit.usual,
        low=habit.quantile(0.2),
        high=habit.quantile(0.8),
        trigger=trigger_day(policy.trigger, habit),
        own_share=round(habit.own_share, 3),
        delays=tuple(delay for _, delay in habit.history),
        habit_share=round(habit.company.habit_share, 3),
        segment=habit.segment(today).value,
    )


@dataclass(slots=True, kw_only=True)
class Status:
    """Where a company stands on a day; ``overdue`` as text, one amount a currency."""

    imported_on: date | None
    ledger_age: int
    customers: int
    invoices: int
    open: int
    overdue: list[str]
    plan: dict[str, int]
    spared: int
    outbox: dict[str, int]
    habit_share: float | None
    doubtful: list[str] = field(default_factory=list)

    def record(self) -> dict[str, Any]:
        """As plain values, for programs."""
        return asdict(self)


def status_of(company: Company, today: date, language: Language) -> Status:
    """The state of a company on a day."""
    invoices = Invoice.objects.of(company.pk)
    known = load_company_habit(company.pk)
    counts = count_kinds(company.pk, today)
    spared = counts.pop("spared")
    age = (today - company.imported_on).days if company.imported_on else 0
    return Status(
        imported_on=company.imported_on,
        ledger_age=age,
        customers=len(list_customers(company.pk)),
        invoices=invoices.count(),
        open=invoices.filter(settled_on=None).count(),
        overdue=[write_money(amount, language) for amount in _overdue(company, today)],
        plan=counts,
        spared=spared,
        outbox=count_states(company.pk),
        habit_share=round(known[1].habit_share, 2) if known else None,
        doubtful=[
            say(
                language,
                f"outbox.{row.state}",
                customer=row.customer.name,
                subject=row.subject,
                detail=row.detail or "–",
            )
            for row in doubtful_rows(company.pk)
        ],
    )


def _overdue(company: Company, today: date) -> list[Money]:
    """What is past its due date, one amount a currency, part payments taken off."""
    return [
        Money(minor=minor, currency=currency)
        for currency, minor in overdue_sums(company.pk, today).items()
    ]

"""Habits of a file alone: what a ledger says of how customers pay, without a database."""

from dataclasses import dataclass, replace
from datetime import date

from amiable.desk.calendar import working_days
from amiable.engine.habit import (
    CompanyHabit,
    Habit,
    History,
    due_for_habit,
    habit_of,
    learn_company,
    rolls_due_dates,
)
from amiable.engine.ledger import Ledger, settlements
from amiable.engine.matching import match
from amiable.sources.reading import CustomerFacts, Reading


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerHabit:
    """A customer of the file and its habit."""

    key: str
    name: str
    habit: Habit


@dataclass(frozen=True, slots=True, kw_only=True)
class FileHabits:
    """The habits of all customers of a file, most invoices first."""

    company: CompanyHabit
    customers: tuple[CustomerHabit, ...]
    rolls: bool


def file_habits(reading: Reading, *, on: date, country: str = "FR") -> FileHabits:
    """Read a file and learn its customers' habits as known on the morning of ``on``."""
    settled = {}
    names = {}
    for facts in reading.facts():
        names[facts.customer.key] = facts.customer.name or facts.customer.key
        settled[facts.customer.key] = _settled(facts, on)
    rolls = rolls_due_dates(day for days in settled.values() for day, _ in days)
    calendar = working_days(country) if rolls else None
    histories: dict[str, History] = {
        key: sorted(
            (day.toordinal(), (day - due_for_habit(due_on, calendar)).days) for day, due_on in days
        )
        for key, days in settled.items()
    }
    company = learn_company(histories.values())
    habits = (
        CustomerHabit(key=key, name=names[key], habit=habit_of(history, company, on))
        for key, history in histories.items()
    )
    ordered = sorted(habits, key=lambda one: (-one.habit.n, one.name))
    return FileHabits(company=company, customers=tuple(ordered), rolls=rolls)


def _settled(facts: CustomerFacts, on: date) -> list[tuple[date, date]]:
    """(settlement day, due date) of the customer's invoices that teach."""
    ledger = Ledger(invoices=facts.invoices, credits=facts.credits)
    found = settlements(replace(ledger, allocations=match(ledger)))
    contested = {dispute.invoice for dispute in facts.disputes}
    return [
        (found[item.key].settled_on, item.due_on)
        for item in facts.invoices
        if item.key in found
        and found[item.key].teaches
        and found[item.key].settled_on < on
        and item.key not in contested
    ]

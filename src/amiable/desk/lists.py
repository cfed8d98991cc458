"""Lists: what stands beside the rows of a page of customers or of invoices.

So many queries a page, whatever stands on it; an export takes the same a few thousand rows at a
time.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from amiable.desk.habit import known_habits
from amiable.engine.days import week_start
from amiable.engine.habit import habit_of
from amiable.engine.money import Money
from amiable.engine.policy import trigger_day
from amiable.store.company import load_policies
from amiable.store.customer import load_customers
from amiable.store.habit import load_histories
from amiable.store.lists.customers import entries_in_force, last_contacts
from amiable.store.lists.invoices import Brakes, InvoiceState, brakes_of, paid_parts
from amiable.store.models import Company, Customer, Invoice, PlanEntry
from amiable.store.standing import OpenSums, open_sums


@dataclass(frozen=True, slots=True, kw_only=True)
class PageHabit:
    """A habit as a strip shows it: days after the due date, oldest payment first."""

    delays: tuple[int, ...]
    n: int
    usual: int
    trigger: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerLine:
    """One customer of a list. ``balances`` and ``overdue`` hold one amount a currency, the
    company's first; ``late``: days since the oldest open invoice was due, None when none is."""

    row: Customer
    balances: list[Money]
    overdue: list[Money]
    late: int | None
    entry: PlanEntry | None
    contacted_on: date | None
    habit: PageHabit | None


def customer_lines(
    company: Company, rows: Sequence[Customer], today: date, *, strips: bool
) -> list[CustomerLine]:
    """What a list says of some customers; habits only where they are drawn."""
    pks = [row.pk for row in rows]
    sums = open_sums(company.pk, pks, today)
    entries = entries_in_force(company.pk, pks)
    contacted = last_contacts(company.pk, pks)
    habits = _habits(company, pks, today) if strips else {}
    return [
        CustomerLine(
            row=row,
            balances=sums[row.pk].balances(company.currency),
            overdue=_overdue(sums[row.pk], company.currency),
            late=_late(row.oldest_due_on, today),
            entry=entries.get(row.pk),
            contacted_on=contacted.get(row.pk),
            habit=habits.get(row.pk),
        )
        for row in rows
    ]


def _late(due_on: date | None, today: date) -> int | None:
    late = (today - due_on).days if due_on else 0
    return late if late > 0 else None


def _overdue(sums: OpenSums, first: str) -> list[Money]:
    found = sorted(sums.overdue.items(), key=lambda item: (item[0] != first, item[0]))
    return [Money(minor=minor, currency=currency) for currency, minor in found if minor > 0]


def _habits(company: Company, pks: Sequence[int], today: date) -> dict[int, PageHabit]:
    learned = known_habits(company, today)
    book = load_policies(company)
    histories = dict(load_histories(company.pk, today, pks))
    customers = load_customers(company.pk, pks)
    week = week_start(today)
    found = {}
    for pk, history in histories.items():
        habit = habit_of(history, learned, week)
        policy = book.policy_for(customers[pk], habit, today)
        found[pk] = PageHabit(
            delays=tuple(delay for _, delay in history),
            n=habit.n,
            usual=habit.usual,
            trigger=trigger_day(policy.trigger, habit),
        )
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceLine:
    """One invoice of a list. ``left``: what is not paid; ``late`` None: not due, or settled."""

    row: Invoice
    left: Money
    late: int | None
    state: InvoiceState

    @property
    def amount(self) -> Money:
        """What it was made out for."""
        return Money(minor=self.row.amount_minor, currency=self.row.currency)


def invoice_lines(company: Company, rows: Sequence[Invoice], today: date) -> list[InvoiceLine]:
    """What a list says of some invoices."""
    paid = paid_parts(company.pk, [row.pk for row in rows])
    brakes = brakes_of(company.pk, sorted({row.customer_id for row in rows}), today)
    return [
        InvoiceLine(
            row=row,
            left=Money(minor=row.amount_minor - paid.get(row.pk, 0), currency=row.currency),
            late=None if row.settled_on else _late(row.due_on, today),
            state=_state(row, brakes, today),
        )
        for row in rows
    ]


def _state(row: Invoice, brakes: Brakes, today: date) -> InvoiceState:
    if row.settled_on is not None:
        return InvoiceState.SETTLED
    if row.key in brakes.disputed:
        return InvoiceState.DISPUTED
    if row.key in brakes.promised or row.customer_id in brakes.promising:
        return InvoiceState.PROMISED
    if brakes.said_paid(row):
        return InvoiceState.SAID_PAID
    return InvoiceState.OVERDUE if row.due_on < today else InvoiceState.OPEN

"""Figures: what stands on top of the day: overdue, DSO, receipts expected, reminders avoided."""

from collections import Counter, defaultdict
from datetime import date, datetime, timedelta

from django.db import transaction

from amiable.desk.calendar import due_calendar
from amiable.desk.habit import known_habits
from amiable.desk.plan import DecisionDesk, no_collections
from amiable.engine.days import week_start
from amiable.engine.expectation import expected_receipts
from amiable.engine.habit import due_for_habit
from amiable.engine.ledger import OpenItems
from amiable.engine.metrics import CALENDAR, DSO_DAYS, DueInvoice, avoided_reminders, dso
from amiable.engine.policy import FixedCalendar
from amiable.engine.situation import Situation, see
from amiable.store.account import CustomerAccount, load_accounts
from amiable.store.figures import (
    customers_to_count,
    dues_since,
    figures_before,
    first_issue,
    sales_between,
    save_figures,
)
from amiable.store.models import Company, DayFigures

COMPARED = timedelta(days=30)
_CHUNK = 1_000


def count_figures(company: Company, today: date, at: datetime) -> DayFigures:
    """Count the figures of a day from the whole ledger as known on it, and keep them.

    Any day of the past will do as well: what is open is computed as of the day.
    """
    with transaction.atomic(), no_collections():
        tally = _Tally(company, today)
        since = today.replace(day=1) - timedelta(days=max(CALENDAR))
        pks = customers_to_count(company.pk, today, since)
        for start in range(0, len(pks), _CHUNK):
            tally.add(pks[start : start + _CHUNK], since)
        sales = sales_between(company.pk, company.currency, today - timedelta(days=DSO_DAYS), today)
        return save_figures(
            company.pk,
            today,
            at,
            overdue=dict(tally.overdue),
            outstanding=dict(tally.outstanding),
            expected={currency: round(minor) for currency, minor in tally.expected.items()},
            dso=dso(tally.outstanding[company.currency], sales),
            avoided=tally.avoided,
            calendar=tally.calendar,
        )


def count_to_compare(company: Company, today: date, at: datetime) -> None:
    """Count the figures of 30 days ago, unless they are known or the ledger does not reach back."""
    then = today - COMPARED
    first = first_issue(company.pk)
    if first is None or first > then - timedelta(days=DSO_DAYS):
        return
    if figures_before(company.pk, then) is None:
        count_figures(company, then, at)


class _Tally:
    """Sums over the customers of one company, some at a time."""

    def __init__(self, company: Company, today: date) -> None:
        self.company, self.today = company, today
        self.learned = known_habits(company, today)
        self.desk = DecisionDesk(company, today, self.learned)
        self.rolls = due_calendar(company)
        self.overdue: dict[str, int] = defaultdict(int)
        self.outstanding: Counter[str] = Counter()
        self.expected: dict[str, float] = defaultdict(float)
        self.avoided = self.calendar = 0

    def add(self, pks: list[int], since: date) -> None:
        """Count some customers in."""
        week = week_start(self.today)
        dues = dues_since(self.company.pk, pks, since, self.today)
        for one in load_accounts(self.company.pk, pks, self.today, self.learned, week):
            situation = self._see(one)
            self._add_open(one.account.open)
            for currency, minor in expected_receipts(situation).items():
                self.expected[currency] += minor
            self._add_avoided(situation, dues.get(one.pk, []))

    def _see(self, one: CustomerAccount) -> Situation:
        account = one.account
        policy = self.desk.book.policy_for(account.customer, account.habit, self.today)
        return see(account, policy, self.desk.morning(account))

    def _add_open(self, items: OpenItems) -> None:
        for item in items.invoices:
            self.outstanding[item.left.currency] += item.left.minor
            if item.invoice.due_on < self.today:
                self.overdue[item.left.currency] += item.left.minor
        for credit in items.credits:
            self.outstanding[credit.left.currency] -= credit.left.minor

    def _add_avoided(self, situation: Situation, dues: list[tuple[date, date | None]]) -> None:
        customer = situation.account.customer
        if customer.autopay or customer.do_not_contact:
            return  # no reminder goes there, so none is avoided
        fixed = isinstance(situation.policy.trigger, FixedCalendar)
        counted = avoided_reminders(
            (
                DueInvoice(
                    due_on=due_on, rolled_on=due_for_habit(due_on, self.rolls), settled_on=settled
                )
                for due_on, settled in dues
            ),
            None if fixed else situation.trigger,
            self.today.replace(day=1),
            self.today + timedelta(days=1),
        )
        self.avoided += counted.avoided
        self.calendar += counted.calendar

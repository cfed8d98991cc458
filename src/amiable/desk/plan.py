"""The plan: decide every customer whose situation may have changed, and store it."""

from dataclasses import dataclass
from datetime import date

from django.db import transaction

from amiable.desk.calendar import due_calendar, working_days
from amiable.desk.habit import learn_habits
from amiable.engine.days import week_start
from amiable.engine.decision import decide
from amiable.engine.habit import CompanyHabit
from amiable.engine.parties import CustomerKind
from amiable.engine.plan import PlanEntry, PolicyBook
from amiable.engine.situation import Account, Morning
from amiable.law.figures import series
from amiable.store.account import CustomerAccount, load_accounts
from amiable.store.company import load_policies
from amiable.store.models import Company
from amiable.store.plan import DecidedCustomer, customers_to_decide, save_plan

_CHUNK = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanReport:
    """How many customers were decided anew, and how many decisions differ from before."""

    decided: int
    changed: int


def draw_plan(company: Company, today: date) -> PlanReport:
    """Draw the plan of a day: one entry in force for every customer with an open item.

    Only customers with a new fact, or whose entry's validity is over, are decided; the entries
    of the others still hold. Drawing it again changes nothing.
    """
    with transaction.atomic():
        learned = learn_habits(company, today)
        due = customers_to_decide(company.pk, today)
        desk = DecisionDesk(company, today, learned)
        changed = 0
        pks = list(due)
        for at in range(0, len(pks), _CHUNK):
            entries = desk.decide(pks[at : at + _CHUNK])
            decided = (
                DecidedCustomer(pk=one.pk, version=due[one.pk], entry=entry)
                for one, entry in entries
            )
            changed += save_plan(company.pk, today, decided)
    return PlanReport(decided=len(due), changed=changed)


class DecisionDesk:
    """What is shared by all decisions of one company and day."""

    def __init__(self, company: Company, today: date, learned: CompanyHabit) -> None:
        self.company, self.today, self.learned = company, today, learned
        self.book: PolicyBook = load_policies(company)
        self._mornings: dict[str, Morning] = {}
        self._due_calendar = due_calendar(company)

    def morning(self, account: Account) -> Morning:
        """The day as it is in the customer's country."""
        country = account.customer.country
        if country not in self._mornings:
            years = {
                kind: series()[f"limitation.{kind.value}"].on(self.today).value
                for kind in CustomerKind
            }
            self._mornings[country] = Morning(
                today=self.today,
                working=working_days(country),
                due_calendar=self._due_calendar,
                imported_on=self.company.imported_on,
                limitation=years,
            )
        return self._mornings[country]

    def decide(self, pks: list[int]) -> list[tuple[CustomerAccount, PlanEntry]]:
        """The accounts and decisions of some customers."""
        week = week_start(self.today)
        accounts = load_accounts(self.company.pk, pks, self.today, self.learned, week)
        return [(one, self._entry(one.account)) for one in accounts]

    def _entry(self, account: Account) -> PlanEntry:
        policy = self.book.policy_for(account.customer, account.habit, self.today)
        return PlanEntry(
            customer=account.customer.key,
            decided_on=self.today,
            policy=policy.name,
            verdict=decide(account, policy, self.morning(account)),
        )

"""The plan: decide every customer whose situation may have changed, and store it."""

import gc
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date

from django.db import transaction

from amiable.desk.assign import apply_rules
from amiable.desk.broken_promise import announce_broken
from amiable.desk.calendar import Place, due_calendar, place_of, sending_days
from amiable.desk.dispute import close_credited
from amiable.desk.experiment_draw import Candidate, Draws
from amiable.desk.experiment_end import end_experiments
from amiable.desk.habit import known_habits, learn_habits
from amiable.desk.payment_claim import close_come
from amiable.desk.standing import note_habits, weigh_new
from amiable.engine import parties
from amiable.engine.days import week_start
from amiable.engine.experiment import Drawn, told, with_arm
from amiable.engine.habit import CompanyHabit
from amiable.engine.parties import CustomerKind
from amiable.engine.plan import PlanEntry, PolicyBook, entry_under
from amiable.engine.policy import Policy
from amiable.engine.situation import Account, Morning, see
from amiable.law.figures import series
from amiable.store.account import CustomerAccount, load_accounts
from amiable.store.ahead import next_facts
from amiable.store.company import load_policies, lock_company
from amiable.store.customer import versions_of
from amiable.store.models import Company, Customer
from amiable.store.plan import (
    DecidedCustomer,
    StoredEntry,
    as_stored,
    customers_open_on,
    customers_to_decide,
    save_plan,
)

_CHUNK = 1_000

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanReport:
    """How many customers were decided anew, and how many decisions differ from before."""

    decided: int
    changed: int


def draw_plan(company: Company, today: date, *, progress: Progress | None = None) -> PlanReport:
    """Draw the plan of a day: one entry in force for every customer with an open item.

    Only customers with a new fact, or whose entry's validity is over, are decided; the entries
    of the others still hold. Drawing it again changes nothing. ``progress`` is called with
    (customers decided, customers to decide).
    """
    with transaction.atomic(), no_collections():
        lock_company(company)
        learned = learn_habits(company, today)
        weigh_new(company, learned, today)
        apply_rules(company)
        close_come(company, today)
        close_credited(company, today)
        end_experiments(company, today)
        due = customers_to_decide(company.pk, today)
        desk = DecisionDesk(company, today, learned, draws=True)
        ahead = next_facts(company.pk, today) if due else {}
        changed = 0
        pks = list(due)
        for at in range(0, len(pks), _CHUNK):
            entries = desk.decide(pks[at : at + _CHUNK])
            note_habits(company, [one for one, _ in entries], today)
            decided = (
                DecidedCustomer(
                    pk=one.pk, version=due[one.pk], entry=_until(entry, ahead.get(one.pk))
                )
                for one, entry in entries
            )
            changed += save_plan(company.pk, company.currency, today, decided)
            if progress:
                progress(min(at + _CHUNK, len(pks)), len(pks))
        announce_broken(company, desk.book, today)
    return PlanReport(decided=len(due), changed=changed)


def redraw(company: Company, customers: Sequence[int], today: date) -> None:
    """Decide some customers anew at once, after something was done about them.

    The same as what `draw_plan` does for them, without waiting for it.
    """
    with transaction.atomic():
        lock_company(company)
        learned = known_habits(company, today)
        pks = sorted(set(customers))
        versions = versions_of(company.pk, pks)
        ahead = next_facts(company.pk, today, pks)
        entries = DecisionDesk(company, today, learned, draws=True).decide(pks)
        note_habits(company, [one for one, _ in entries], today)
        save_plan(
            company.pk,
            company.currency,
            today,
            (
                DecidedCustomer(
                    pk=one.pk, version=versions[one.pk], entry=_until(entry, ahead.get(one.pk))
                )
                for one, entry in entries
            ),
        )


@contextmanager
def no_collections() -> Iterator[None]:
    """Spare Python the search for cyclic garbage meanwhile: a ledger is many values, no cycles.

    What is no longer used is freed all the same, by its reference count.
    """
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


def look_at_plan(company: Company, today: date) -> list[StoredEntry]:
    """What the plan of a day would be, by customer name; nothing is stored.

    For days other than the current one: a past day told with what is known now, or a day to
    come as if nothing happened until then. The stored plan stays as it is.
    """
    with transaction.atomic():
        desk = DecisionDesk(company, today, learn_habits(company, today))
        pks = customers_open_on(company.pk, today)
        decided = [(one.pk, entry) for one, entry in desk.decide(pks) if one.account.open.invoices]
        rows = {row.pk: row for row in Customer.objects.of(company.pk).filter(pk__among=pks)}
        # Weighing the habits as of another day must not leave a trace either.
        transaction.set_rollback(True)
    entries = [as_stored(rows[pk], entry) for pk, entry in decided]
    return sorted(entries, key=lambda entry: entry.row.customer.name)


def _until(entry: PlanEntry, ahead: date | None) -> PlanEntry:
    """An entry that holds no longer than until the next fact already known."""
    verdict = entry.verdict
    if ahead is None or verdict.valid_until <= ahead:
        return entry
    return replace(entry, verdict=replace(verdict, valid_until=ahead))


def where_works(customer: parties.Customer) -> Place:
    """Where a customer works, as far as its contacts' addresses tell."""
    return place_of(customer.country, (contact.address for contact in customer.contacts))


class DecisionDesk:
    """What is shared by all decisions of one company and day.

    The one place where an experiment changes a reminder: whoever decides, for the plan, a preview,
    an approval or the last gate, finds the same arm. ``drawn``: those of whom was decided.
    """

    def __init__(
        self, company: Company, today: date, learned: CompanyHabit, *, draws: bool = False
    ) -> None:
        """``draws``: who is about to get a tested step for the first time is drawn for an arm;
        else only those who have one get it."""
        self.company, self.today, self.learned = company, today, learned
        self.book: PolicyBook = load_policies(company)
        self.drawn: dict[int, Drawn] = {}
        self._draws, self._may_draw = Draws(company), draws
        self._mornings: dict[Place, Morning] = {}
        self._due_calendar = due_calendar(company)

    def morning(self, account: Account) -> Morning:
        """The day as it is where the customer works."""
        place = where_works(account.customer)
        if place not in self._mornings:
            years = {
                kind: series()[f"limitation.{kind.value}"].on(self.today).value
                for kind in CustomerKind
            }
            self._mornings[place] = Morning(
                today=self.today,
                working=sending_days(self.company, place.country, place.region),
                due_calendar=self._due_calendar,
                imported_on=self.company.imported_on,
                limitation=years,
            )
        return self._mornings[place]

    def decide(self, pks: list[int]) -> list[tuple[CustomerAccount, PlanEntry]]:
        """The accounts and decisions of some customers."""
        week = week_start(self.today)
        known = self._draws.known(pks)
        accounts = load_accounts(self.company.pk, pks, self.today, self.learned, week)
        decided = [(one, self._entry(one, known.get(one.pk))) for one in accounts]
        if not (self._may_draw and self._draws.trials):
            return decided
        new = self._draws.draw([*self._candidates(decided, known)], self.today)
        return [
            (one, self._entry(one, new[one.pk]) if one.pk in new else entry)
            for one, entry in decided
        ]

    def policy_of(self, one: CustomerAccount) -> Policy:
        """The policy of a customer, as published."""
        account = one.account
        return self.book.policy_for(account.customer, account.habit, self.today)

    def _entry(self, one: CustomerAccount, drawn: Drawn | None) -> PlanEntry:
        policy, morning = self.policy_of(one), self.morning(one.account)
        if drawn is None or drawn.trial.policy != policy.name:
            return entry_under(one.account, policy, morning)
        self.drawn[one.pk] = drawn
        policy = with_arm(policy, drawn.trial, drawn.arm)
        return told(entry_under(one.account, policy, morning), drawn)

    def _candidates(
        self, decided: list[tuple[CustomerAccount, PlanEntry]], known: Mapping[int, Drawn]
    ) -> Iterator[Candidate]:
        """Who is about to get a tested step, and has no arm."""
        for one, entry in decided:
            if one.pk not in known and self._draws.trial_for(entry) is not None:
                situation = see(one.account, self.policy_of(one), self.morning(one.account))
                yield Candidate(pk=one.pk, entry=entry, situation=situation)

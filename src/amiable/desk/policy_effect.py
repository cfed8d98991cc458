"""What a policy would do, before it is published: to today's plan, and to one customer."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from django.db import transaction

from amiable.desk.calendar import due_calendar, sending_days
from amiable.desk.habit import known_habits
from amiable.desk.plan import DecisionDesk
from amiable.engine.days import week_start
from amiable.engine.habit import due_for_habit, habit_of
from amiable.engine.plan import PolicyBook, plan_entry
from amiable.engine.policy import Policy, Trigger, trigger_day
from amiable.engine.verdict import Remind
from amiable.store.account import load_accounts
from amiable.store.models import Company, Customer
from amiable.store.plan import customers_open_on
from amiable.store.policy import chosen_policies

_SAMPLE = 1_000  # customers decided twice in about a second
_NAMED = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """Who would be reminded on ``on`` with a draft, and who is with what is in force.

    ``looked_at`` of ``concerned`` customers with open items were decided both ways; ``as_default``:
    nobody has the policy yet, so it was tried as if it were everybody's default. ``more`` and
    ``fewer`` name the first customers that would be reminded besides, and no longer.
    """

    on: date
    before: int
    after: int
    looked_at: int
    concerned: int
    as_default: bool
    more: tuple[str, ...]
    fewer: tuple[str, ...]
    more_count: int
    fewer_count: int

    @property
    def sampled(self) -> bool:
        """Whether not all customers were looked at."""
        return self.looked_at < self.concerned


def effect_of(company: Company, draft: Policy, today: date) -> Effect:
    """Decide the next working day with and without a draft; nothing is stored.

    The ledger is taken as fresh: how old it is has nothing to do with the policy. Of more than a
    thousand customers with open items, every so many-th is looked at.
    """
    on = sending_days(company, company.country).roll(today)
    pks = customers_open_on(company.pk, on)
    chosen = pks[:: max(1, -(-len(pks) // _SAMPLE))]
    with transaction.atomic():
        desk = DecisionDesk(company, on, known_habits(company, today))
        as_default = draft.name not in _in_use(company, desk.book)
        trial = _with(desk.book, draft, as_default=as_default)
        names: dict[int, str] = {}
        before, after = set[int](), set[int]()
        for one in load_accounts(company.pk, chosen, on, desk.learned, week_start(on)):
            names[one.pk] = one.account.customer.name
            morning = replace(desk.morning(one.account), imported_on=on)
            for book, reminded in ((desk.book, before), (trial, after)):
                if isinstance(plan_entry(one.account, book, morning).verdict.decision, Remind):
                    reminded.add(one.pk)
        transaction.set_rollback(True)  # weighing habits must not leave a trace
    return Effect(
        on=on,
        before=len(before),
        after=len(after),
        looked_at=len(chosen),
        concerned=len(pks),
        as_default=as_default,
        more=_named(after - before, names),
        fewer=_named(before - after, names),
        more_count=len(after - before),
        fewer_count=len(before - after),
    )


def _named(pks: Iterable[int], names: dict[int, str]) -> tuple[str, ...]:
    return tuple(sorted(names[pk] for pk in pks)[:_NAMED])


def _in_use(company: Company, book: PolicyBook) -> set[str]:
    return {book.default, *book.by_segment.values(), *chosen_policies(company.pk)}


def _with(book: PolicyBook, draft: Policy, *, as_default: bool) -> PolicyBook:
    policies = {**book.policies, draft.name: draft}
    if as_default:
        return PolicyBook(policies=policies, default=draft.name)
    return replace(book, policies=policies)


# --- one customer -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerLadder:
    """What a policy means for one customer: its own trigger day, and the days for an invoice.

    ``due_on``: of its oldest open invoice, from which the days count (None: nothing is open);
    ``days`` are those of the notice (if the policy has one) and of each step, as long as nothing
    is paid, promised or disputed.
    """

    customer: Customer
    n: int
    usual: int
    trigger: int
    number: str
    due_on: date | None
    notice_on: date | None
    days: tuple[date, ...]


def ladder_of(company: Company, policy: Policy, customer: Customer, today: date) -> CustomerLadder:
    """A policy's ladder as one customer would climb it."""
    learned = known_habits(company, today)
    found = list(load_accounts(company.pk, [customer.pk], today, learned, week_start(today)))
    account = found[0].account
    trigger = trigger_day(policy.trigger, account.habit)
    first = min(account.open.invoices, key=lambda item: item.invoice.due_on, default=None)
    working = sending_days(company, customer.country)
    notice_on, days, due_on = None, list[date](), None
    if first is not None:
        due_on = due_for_habit(first.invoice.due_on, due_calendar(company))
        if policy.notice:
            notice_on = working.roll(due_on - timedelta(days=policy.notice.after))
        days = [
            working.roll(due_on + timedelta(days=trigger + step.after)) for step in policy.steps
        ]
    return CustomerLadder(
        customer=customer,
        n=account.habit.n,
        usual=account.habit.usual,
        trigger=trigger,
        number=(first.invoice.number or first.invoice.key) if first else "",
        due_on=due_on,
        notice_on=notice_on,
        days=tuple(days),
    )


def stranger_trigger(company: Company, trigger: Trigger, today: date) -> tuple[int, int, int]:
    """The first, usual and last day of a first reminder, for customers of this company.

    The usual one is that of a customer of whom nothing is known yet.
    """
    learned = known_habits(company, today)
    usual = trigger_day(trigger, habit_of((), learned, today))
    floor = getattr(trigger, "floor", usual)
    return floor, usual, (getattr(trigger, "cap", usual) or learned.cap)

"""Standing: keep what lists are ordered and filtered by in step with ledgers and habits."""

from collections.abc import Iterable
from datetime import date

from amiable.engine.days import week_start
from amiable.engine.drift import drift_alert
from amiable.engine.habit import CompanyHabit, Habit, habit_of
from amiable.store.account import CustomerAccount
from amiable.store.habit import load_histories
from amiable.store.models import Company
from amiable.store.standing import Weighed, renew_balances, save_habits, unweighed

_CHUNK = 5_000


def weigh_new(company: Company, learned: CompanyHabit, today: date) -> int:
    """Weigh the habits of all customers that are yet to be weighed; returns how many there were.

    They are the new ones, and once a week (`learn_habits`) all of them. Their balances are
    counted anew on the way: that fills the columns of a database made before these existed,
    and no slip of another writer outlives a week.
    """
    pks = unweighed(company.pk)
    week = week_start(today)
    for at in range(0, len(pks), _CHUNK):
        part = pks[at : at + _CHUNK]
        renew_balances(company.pk, part, today)
        histories = dict(load_histories(company.pk, today, part))
        save_habits(
            company.pk,
            {pk: _weighed(habit_of(histories.get(pk, ()), learned, week), week) for pk in part},
        )
    return len(pks)


def note_habits(company: Company, accounts: Iterable[CustomerAccount], today: date) -> None:
    """Write how customers that were just decided pay: their histories are at hand."""
    week = week_start(today)
    save_habits(company.pk, {one.pk: _weighed(one.account.habit, week) for one in accounts})


def _weighed(habit: Habit, week: date) -> Weighed:
    """``usual`` stays empty without a paid invoice: it would be the company's, not its own."""
    usual = habit.usual if habit.n else None
    drift = drift_alert(habit, week)
    return Weighed(
        n=habit.n,
        usual=usual,
        segment=habit.segment(week).value,
        drift=drift.days if drift else None,
    )

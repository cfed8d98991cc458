"""Expectation: what money the habits announce for the days to come.

An invoice still open at lateness l (negative before the due date) is paid within the next d days
with the chance that its customer's habit gives, knowing that it did not come before:

    P(l <= delay <= l + d - 1 | delay >= l) = (F_c(l + d - 1) - F_c(l - 1)) / (1 - F_c(l - 1))

Receipts expected are the sum of what is left times that chance, one sum a currency. A running
promise speaks for itself: its amount is expected whole if its day comes in time, and what it
covers is not counted a second time. What is disputed whole or barred is not expected.
"""

from collections import defaultdict
from collections.abc import Mapping
from datetime import timedelta

from amiable.engine.habit import Habit
from amiable.engine.situation import Situation

EXPECTED_DAYS = 7


def chance_within(habit: Habit, late: int, days: int = EXPECTED_DAYS) -> float:
    """The chance that an invoice open at lateness ``late`` is paid in the next ``days`` days."""
    before = habit.chance_by(late - 1)
    if before >= 1:
        return 0.0
    return (habit.chance_by(late + days - 1) - before) / (1 - before)


def expected_receipts(s: Situation, days: int = EXPECTED_DAYS) -> Mapping[str, float]:
    """Minor units expected of one account from today, in ``days`` days, by currency."""
    habit, sums = s.account.habit, defaultdict[str, float](float)
    for claim in (*s.claims, *s.held):
        chance = chance_within(habit, claim.late, days)
        sums[claim.amount.currency] += claim.amount.minor * chance
    anything_promised = any(not promise.invoices for promise in s.running)
    promised = {key for promise in s.running for key in promise.invoices}
    for due_on, item in s.to_come:
        if not anything_promised and item.invoice.key not in promised:
            chance = chance_within(habit, (s.today - due_on).days, days)
            sums[item.left.currency] += item.left.minor * chance
    until = s.today + timedelta(days=days)
    for promise in s.running:
        if promise.due_on < until:
            sums[promise.amount.currency] += promise.amount.minor
    return sums

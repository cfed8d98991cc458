"""Limitation: the day from which a claim can no longer be enforced.

Counted from the due date (C. civ. 2224, common practice), anew from a part payment, which
acknowledges the debt (C. civ. 2240, 2231). Reminders and formal notices do not interrupt it
(Cass. com. 18 May 2022, n° 20-23.204). It is complete at the end of its last day, Sundays
included (C. civ. 2228-2229). The years are figures of law, handed in.
"""

from collections.abc import Mapping
from datetime import date, timedelta

from amiable.engine.days import add_months
from amiable.engine.parties import CustomerKind

LimitationYears = Mapping[CustomerKind, int]
"""Years by kind of customer, as the law stands on the day of the decision."""


def extinct_on(due_on: date, paid_on: date | None, years: int) -> date:
    """The first day on which the claim is barred."""
    start = due_on if paid_on is None else max(due_on, paid_on)
    return add_months(start, 12 * years) + timedelta(days=1)

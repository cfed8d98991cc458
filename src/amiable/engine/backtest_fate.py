"""What became of each invoice a backtest compares, and how it is judged with hindsight.

The judge has hindsight, the policy has not: usual and abnormal are measured against all the other
settled invoices of the same customer, before and after.
"""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from math import ceil

from amiable.engine.backtest_past import PastCustomer
from amiable.engine.backtest_report import Needless
from amiable.engine.backtest_stage import NEVER, Item

SOON_DAYS = 3
"""Paid within that many days after a reminder: it would have come anyway."""
_BAD_DAYS = 8
_USUAL, _ABNORMAL = 0.8, 0.9


def quantile(ordered: Sequence[int], share: float) -> int:
    """The first of ``ordered`` days by which ``share`` of them have come; 0 for none."""
    return ordered[max(ceil(share * len(ordered)) - 1, 0)] if ordered else 0


def _of_others(ordered: Sequence[int], share: float, own: int | None) -> int | None:
    """The quantile of all but one delay of ``own`` days; None when nothing is left."""
    if own is None:
        return quantile(ordered, share) if ordered else None
    rest = len(ordered) - 1
    if rest < 1:
        return None
    at = max(ceil(share * rest) - 1, 0)
    return ordered[at + 1] if at >= bisect_left(ordered, own) else ordered[at]


@dataclass(slots=True)
class Fate:
    """An invoice that is compared: ``end`` is the last morning on which it was open (of those
    seen), ``late`` the days from its due day to its payment or, unpaid, to the end; ``usual`` and
    ``bound`` the 80th and 90th percentile of the customer's other invoices.

    ``sent`` are the days on which the policy reminded of it, in order.
    """

    item: Item
    customer: PastCustomer
    end: int
    late: int
    usual: int | None
    bound: int | None
    sent: list[int] = field(default_factory=list)

    @property
    def paid(self) -> bool:
        """Whether money settled it in the days that were seen."""
        return self.item.paid_on != NEVER and not self.item.past.lost

    @property
    def abnormal(self) -> bool:
        """Beyond the customer's own habit, with hindsight; or lost without any."""
        if self.bound is None:
            return self.item.past.lost
        return self.late > SOON_DAYS and self.late > self.bound

    def needless(self, days: Iterable[int]) -> Needless:
        """How many of the reminders of these days were needless, and why."""
        if not self.paid:
            return Needless(soon=0, usual=0)
        soon = usual = 0
        is_usual = self.usual is not None and self.late <= self.usual
        for day in days:
            if self.item.paid_on - day <= SOON_DAYS:
                soon += 1
            else:
                usual += is_usual
        return Needless(soon=soon, usual=usual)

    def lag(self, first: int | None) -> int:
        """Days from the day after the due day to a first reminder, or to the payment if sooner."""
        stop = self.item.paid_on if self.item.paid_on != NEVER else self.end + 1
        return (stop if first is None else min(first, stop)) - self.item.due - 1

    @property
    def own_lag(self) -> int:
        """The lag of the policy."""
        return self.lag(self.sent[0] if self.sent else None)

    def uniform_lag(self, days: int) -> int:
        """The lag of a first reminder ``days`` after the due day for everybody."""
        return self.lag(self.item.due + days)


def fates_of(
    customer: PastCustomer, items: Iterable[Item], delays: Sequence[int], last: int
) -> list[Fate]:
    """The fates of one customer's invoices; ``delays`` are all that teach, ascending."""
    found = []
    for item in items:
        end = min(item.paid_on, last)
        late = end - item.due
        own = late if item.past.teaches and item.paid_on != NEVER else None
        usual = _of_others(delays, _USUAL, own)
        bound = _of_others(delays, _ABNORMAL, own)
        found.append(Fate(item, customer, end, late, usual, bound))
    return found


def bad_from(fates: Iterable[Fate]) -> int:
    """The days late of the latest tenth of all, 8 at least."""
    return max(quantile(sorted(fate.late for fate in fates), _ABNORMAL), _BAD_DAYS)


def calendar_days(fate: Fate, calendar: Iterable[int], last: int) -> list[int]:
    """The days on which a calendar reminds of an invoice, from its due date as written."""
    written = fate.item.past.invoice.due_on.toordinal()
    stop = min(fate.item.paid_on, last)
    return [written + days for days in calendar if written + days <= stop]

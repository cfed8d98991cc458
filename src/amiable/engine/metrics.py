"""Metrics: figures about a whole ledger on a day or over a span, each with its formula.

Amounts are minor units of one currency, all with VAT or all without: mixing the two is the
commonest error with these figures, and makes a fifth. The ledger holds what customers owe, so
amiable's are all with VAT. A figure that cannot be given (nothing was sold, nothing was paid) is
None, never zero. The formulas are those credit managers use (DSO, count-back, best possible DSO,
average days delinquent, collection effectiveness index as the Credit Research Foundation states
them).

What a fixed calendar would have sent is counted with the calendar most tools propose: 1, 8, 15
and 30 days after the due date, for each invoice still open on that morning. Of these the habit
avoided those of a day on which the invoice was not yet later than its customer's own trigger.
What that patience cost is at most the time from the first reminder avoided to the payment, or to
the day of the habit's own reminder if that came sooner: as if every reminder had brought the
money the same day, which nobody knows of an invoice.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

DSO_DAYS = 90
CALENDAR = (1, 8, 15, 30)
"""Days after the due date on which a fixed calendar reminds."""


def dso(receivables: int, sales: int, days: int = DSO_DAYS) -> int | None:
    """Days of sales that customers still owe, rounded; None when nothing was sold.

    Both in minor units of one currency; receivables below zero count as none.
    """
    if sales <= 0:
        return None
    return (2 * max(receivables, 0) * days + sales) // (2 * sales)


def days_of_sales(receivables: int, sales: int, days: int) -> float | None:
    """Receivables in days of sales: ``receivables / sales * days``; None when nothing was sold.

    Of all receivables it is the DSO (classic), of those not due yet the best possible DSO, of
    the overdue ones the average days delinquent (ADD): the first is the sum of the other two.
    ``sales`` are the credit sales of a span of ``days``. Receivables below zero count as none.
    """
    return max(receivables, 0) / sales * days if sales > 0 else None


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthSales:
    """Invoices less credit notes of a month, or of the part of it that is over; its days."""

    sales: int
    days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CountBack:
    """``days`` of sales that are still owed; ``more``: the history ended first, more than that."""

    days: float
    more: bool = False


def count_back(receivables: int, months: Iterable[MonthSales]) -> CountBack:
    """DSO by exhaustion: how far back the newest sales go that add up to the receivables.

    ``months`` from the newest back. While what is left is at least a month's sales, these are
    taken off and the month's days counted; of the last month, days * left / sales. A month
    without sales (or with more credit notes than invoices) counts whole. Receivables of zero or
    less are 0 days.
    """
    left, days = receivables, 0.0
    if left <= 0:
        return CountBack(days=0.0)
    for month in months:
        if month.sales > left:
            return CountBack(days=days + month.days * left / month.sales)
        left -= max(month.sales, 0)
        days += month.days
        if not left:
            return CountBack(days=days)
    return CountBack(days=days, more=True)


def collection_effectiveness(begin: int, sales: int, end: int, current: int) -> float | None:
    """Collection effectiveness index (CEI), as a share: 1.0 when all that was due was collected.

        (begin + sales - end) / (begin + sales - current)

    ``begin`` and ``end``: receivables at both ends of the span; ``current``: those of the end
    that are not due yet; ``sales`` of the whole span (another convention takes the average of a
    month, and gives other figures). None when nothing could have been collected.
    """
    could = begin + sales - current
    return (begin + sales - end) / could if could > 0 else None


def share(part: int, whole: int) -> float | None:
    """``part / whole``; None when there is no whole. On-time rate, kept promises."""
    return part / whole if whole else None


def median_late(lateness: Mapping[int, int]) -> float | None:
    """The median of days late, from how many invoices were so many days late."""
    count, below = sum(lateness.values()), 0
    if not count:
        return None
    middle: list[int] = []
    for late in sorted(lateness):
        first, below = below, below + lateness[late]
        middle += [late for place in ((count - 1) // 2, count // 2) if first <= place < below]
    return sum(middle) / 2


@dataclass(frozen=True, slots=True, kw_only=True)
class DueInvoice:
    """When an invoice was due, as written and ``rolled`` for the habit; settled on, if it is."""

    due_on: date
    rolled_on: date
    settled_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Avoided:
    """Of ``calendar`` reminders of a fixed calendar, ``avoided`` were spared by the habit."""

    avoided: int
    calendar: int


def calendar_reminders(
    due: int, rolled: int, settled: int | None, trigger: int | None
) -> Iterator[tuple[int, bool]]:
    """(day, whether the habit spares it) of each reminder a fixed calendar sends for an invoice.

    Days are ordinals. ``trigger``: the lateness, from the ``rolled`` due date, at which the habit
    reminds; None when the policy follows a fixed calendar itself, and nothing is spared.
    """
    for days in CALENDAR:
        on = due + days
        if settled is not None and settled < on:
            return
        yield on, trigger is not None and on - rolled < trigger


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """An invoice that was paid after the habit had spared it a reminder of the fixed calendar.

    ``days``: from the first one spared to the payment or, if sooner, to the day from which the
    habit reminds. ``alone``: it was paid without any reminder of the calendar that is not spared.
    """

    days: int
    alone: bool


def waiting(due: int, rolled: int, settled: int, trigger: int | None) -> Waiting | None:
    """What patience with a paid invoice came to; None when no reminder was spared.

    Days and ``trigger`` as `calendar_reminders` takes them.
    """
    days = list(calendar_reminders(due, rolled, settled, trigger))
    spared = [on for on, is_spared in days if is_spared]
    if trigger is None or not spared:
        return None
    end = min(settled, rolled + trigger)
    return Waiting(days=end - spared[0], alone=len(spared) == len(days))


def avoided_reminders(
    invoices: Iterable[DueInvoice], trigger: int | None, since: date, until: date
) -> Avoided:
    """The calendar's reminders on the days ``[since, until)`` for the invoices of one customer.

    ``trigger`` as `calendar_reminders` takes it.
    """
    sent = spared = 0
    first, end = since.toordinal(), until.toordinal()
    for invoice in invoices:
        due, rolled = invoice.due_on.toordinal(), invoice.rolled_on.toordinal()
        settled = invoice.settled_on.toordinal() if invoice.settled_on else None
        for on, is_spared in calendar_reminders(due, rolled, settled, trigger):
            if first <= on < end:
                sent += 1
                spared += is_spared
    return Avoided(avoided=spared, calendar=sent)

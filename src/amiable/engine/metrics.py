"""Metrics: figures about a whole ledger on a day: DSO, and the reminders the habit spared.

    DSO = receivables / sales of the last 90 days * 90          (both with VAT, one currency)

What a fixed calendar would have sent is counted with the calendar most tools propose: 1, 8, 15
and 30 days after the due date, for each invoice still open on that morning. Of these the habit
avoided those of a day on which the invoice was not yet later than its customer's own trigger.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

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


def avoided_reminders(
    invoices: Iterable[DueInvoice], trigger: int | None, since: date, until: date
) -> Avoided:
    """The calendar's reminders on the days ``[since, until)`` for the invoices of one customer.

    ``trigger``: the lateness from which the habit reminds; None when the policy follows a fixed
    calendar itself, and nothing is avoided.
    """
    sent = spared = 0
    for invoice in invoices:
        for days in CALENDAR:
            on = invoice.due_on + timedelta(days=days)
            if not since <= on < until:
                continue
            if invoice.settled_on is not None and invoice.settled_on < on:
                break
            sent += 1
            spared += trigger is not None and (on - invoice.rolled_on).days < trigger
    return Avoided(avoided=spared, calendar=sent)

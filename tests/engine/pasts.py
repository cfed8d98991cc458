"""Pasts to replay: the IBM sample ledger, and small ones made by hand."""

import csv
from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from random import Random

from amiable.engine.backtest_past import Past, PastCustomer, PastInvoice, Trial
from amiable.engine.backtest_replay import CustomerReplay
from amiable.engine.days import BusinessCalendar
from amiable.engine.ledger import Invoice
from amiable.engine.money import Money
from amiable.engine.parties import Customer
from amiable.engine.plan import PolicyBook
from amiable.engine.policy import Policy, Step, Tone, Trigger

LEDGER = Path(__file__).parents[1] / "samples/receivables/WA_Fn-UseC_-Accounts-Receivable.csv"
EVERY_DAY = BusinessCalendar(weekend=frozenset())
START = date(2024, 1, 1)


def _day(text: str) -> date:
    return datetime.strptime(text, "%m/%d/%Y").date()  # noqa: DTZ007 a date, no zone


@cache
def ibm() -> Past:
    """The sample ledger, its disputes taken for nothing, as the study took them."""
    invoices: dict[str, list[PastInvoice]] = defaultdict(list)
    with LEDGER.open(newline="") as file:
        for row in csv.DictReader(file):
            minor = round(float(row["InvoiceAmount"]) * 100)
            item = Invoice(
                key=row["invoiceNumber"],
                customer=row["customerID"],
                number=row["invoiceNumber"],
                issued_on=_day(row["InvoiceDate"]),
                due_on=_day(row["DueDate"]),
                amount=Money(minor=minor, currency="USD"),
            )
            settled_on = _day(row["SettledDate"])
            invoices[item.customer].append(PastInvoice(invoice=item, settled_on=settled_on))
    last = max(one.settled_on for many in invoices.values() for one in many if one.settled_on)
    return Past(
        customers=tuple(
            PastCustomer(customer=Customer(key=key, name=key), invoices=tuple(many))
            for key, many in invoices.items()
        ),
        snapshot=last,
    )


def ladder(trigger: Trigger, spacing: int = 1, after: Sequence[int] = (0, 7, 15)) -> PolicyBook:
    """A policy of the study: first reminder, then so many days after; spaced so that none is
    put off."""
    tones = (Tone.FRIENDLY, Tone.FIRM, *[Tone.STERN] * (len(after) - 2))
    steps = tuple(Step(after=days, tone=tone) for days, tone in zip(after, tones, strict=True))
    policy = Policy(name="tried", trigger=trigger, steps=steps, spacing=spacing)
    return PolicyBook(policies={"tried": policy}, default="tried")


def trial(trigger: Trigger, spacing: int = 1, **more: object) -> Trial:
    """That policy on every day of the year, against D+1, 8, 15, 30."""
    return Trial(book=ladder(trigger, spacing), working=EVERY_DAY, **more)  # type: ignore[arg-type]


def past_invoice(
    who: str, number: str, due_on: date, late: int | None, **more: object
) -> PastInvoice:
    """An invoice of 30 days paid ``late`` days after it was due; None: open."""
    currency = str(more.pop("currency", "EUR"))
    item = Invoice(
        key=f"{who}-{number}",
        customer=who,
        number=number,
        issued_on=due_on - timedelta(days=30),
        due_on=due_on,
        amount=Money(minor=100_000, currency=currency),
    )
    settled_on = None if late is None else due_on + timedelta(days=late)
    return PastInvoice(invoice=item, settled_on=settled_on, **more)  # type: ignore[arg-type]


def made(
    seed: int, customers: int = 12, each: int = 30, parts: bool = False, apart: bool = True
) -> Past:
    """Random customers with habits of their own (``apart``) or one for all, some of it odd."""
    dice = Random(seed)
    found, last = [], START
    for place in range(customers):
        who, usual, invoices = f"C{place:02}", dice.randint(-4, 20) if apart else 5, []
        for number in range(each):
            due_on = START + timedelta(days=12 * number + dice.randint(0, 11))
            late: int | None = round(dice.gauss(usual, 3 if apart else 8))
            more: dict[str, object] = {}
            if dice.random() < 0.04:
                late = None if dice.random() < 0.5 else usual + 40
                more = {"teaches": False, "lost": late is not None}
            elif parts and dice.random() < 0.2:
                more = {"parts": ((due_on + timedelta(days=2), 30_000),)}
            one = past_invoice(who, str(number), due_on, late, **more)
            if one.settled_on:
                last = max(last, one.settled_on)
            invoices.append(one)
        found.append(PastCustomer(customer=Customer(key=who, name=who), invoices=tuple(invoices)))
    return Past(customers=tuple(found), snapshot=last)


class EveryMorning(CustomerReplay):
    """Decides each single morning: what may not be missed when mornings are skipped."""

    def _next_ripe(self, day: int) -> int:
        return max(day + 1, self.stage.first)

    def _is_ripe(self, _day: int) -> bool:
        return True

    def _decide(self, day: int) -> int:
        super()._decide(day)
        return day + 1

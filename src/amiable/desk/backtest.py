"""Backtest: try a policy on the past of a company, or of a file alone; nothing is written."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from amiable.desk.calendar import due_calendar, sending_days, working_days
from amiable.desk.habit import segment_rule
from amiable.desk.plan import no_collections, where_works
from amiable.desk.policy import SHIPPED, shipped_policy
from amiable.engine import backtest as engine
from amiable.engine.backtest_past import Past, PastCustomer, Trial, past_of
from amiable.engine.backtest_report import BacktestRefused, BacktestReport, Progress
from amiable.engine.dispute import Dispute
from amiable.engine.habit import rolls_due_dates
from amiable.engine.ledger import Ledger
from amiable.engine.limitation import LimitationYears
from amiable.engine.matching import match
from amiable.engine.metrics import CALENDAR
from amiable.engine.parties import Customer, CustomerKind
from amiable.engine.plan import PolicyBook
from amiable.engine.policy import Policy
from amiable.law.figures import series
from amiable.sources.reading import CustomerFacts, Reading
from amiable.store.company import load_policies
from amiable.store.models import Company
from amiable.store.past import PastRows, customers_with_a_past, load_pasts

__all__ = [
    "BacktestRefused", "Progress", "backtest_company", "backtest_file", "book_of",
]  # fmt: skip

_TICK = 50


def book_of(policy: Policy) -> PolicyBook:
    """A policy for everybody."""
    return PolicyBook(policies={policy.name: policy}, default=policy.name)


def backtest_company(
    company: Company,
    policy: Policy | None,
    *,
    on: date,
    calendar: tuple[int, ...] = CALENDAR,
    progress: Progress | None = None,
) -> BacktestReport:
    """Try a policy on everybody (None: those in force, on whom they are in force for).

    The ledger is taken as known on ``on``. Raises BacktestRefused. ``progress`` gets (steps done,
    steps in all); whatever it raises stops the work.
    """
    read, replay = _halves(progress)
    with no_collections():
        past = past_of_company(company, on, policy, read)
        return engine.backtest(past, trial_of(company, policy, on, calendar), progress=replay)


def past_of_company(company: Company, on: date, policy: Policy | None, progress: Progress) -> Past:
    """The whole ledger as known on a day, for ``policy`` on everybody (None: those in force)."""
    pks = customers_with_a_past(company.pk)
    customers = []
    for done, rows in enumerate(load_pasts(company.pk, pks)):
        if done % _TICK == 0:
            progress(done, len(pks))
        customers.append(_company_past(company, rows, on, policy))
    calendar = due_calendar(company)
    snapshot = _last_day(customers, on)
    return Past(customers=tuple(customers), snapshot=snapshot, due_calendar=calendar)


def trial_of(
    company: Company,
    policy: Policy | None,
    on: date,
    calendar: tuple[int, ...] = CALENDAR,
) -> Trial:
    """A policy (None: those in force) under the company's own days off and thresholds."""
    return Trial(
        book=book_of(policy) if policy else load_policies(company),
        calendar=calendar,
        working=sending_days(company, company.country),
        limitation=_limitation(on),
        rule=segment_rule(company),
    )


def backtest_file(
    reading: Reading,
    policy: Policy | None,
    *,
    on: date,
    country: str = "FR",
    calendar: tuple[int, ...] = CALENDAR,
    heed_disputes: bool = True,
    progress: Progress | None = None,
) -> BacktestReport:
    """The same for a file alone, without a database; None tries the policy that is shipped.

    Not to ``heed_disputes`` takes contested invoices for ordinary ones: as a calendar does that
    knows nothing of them.
    """
    with no_collections():
        customers = [_file_past(facts, on, heed_disputes) for facts in reading.facts()]
        settled = (
            one.settled_on
            for customer in customers
            for one in customer.invoices
            if one.settled_on and one.teaches
        )
        calendar_of_country = working_days(country)
        past = Past(
            customers=tuple(customers), snapshot=_last_day(customers, on),
            due_calendar=calendar_of_country if rolls_due_dates(settled) else None,
        )  # fmt: skip
        trial = Trial(
            book=book_of(policy or shipped_policy(SHIPPED[0])),
            calendar=calendar,
            working=calendar_of_country,
            limitation=_limitation(on),
        )
        return engine.backtest(past, trial, progress=progress)


def _limitation(on: date) -> LimitationYears:
    return {kind: series()[f"limitation.{kind.value}"].on(on).value for kind in CustomerKind}


def _company_past(
    company: Company, rows: PastRows, on: date, policy: Policy | None
) -> PastCustomer:
    place = where_works(rows.customer)
    return past_of(
        # A policy that is tried is everybody's: nobody's own choice stands against it.
        replace(rows.customer, policy="") if policy else rows.customer,
        rows.ledger,
        on,
        disputes=rows.disputes,
        promises=rows.promises,
        working=sending_days(company, place.country, place.region),
    )


def _file_past(facts: CustomerFacts, on: date, heed_disputes: bool) -> PastCustomer:
    record = facts.customer
    ledger = Ledger(invoices=facts.invoices, credits=facts.credits)
    disputes: tuple[Dispute, ...] = facts.disputes if heed_disputes else ()
    customer = Customer(
        key=record.key,
        name=record.name or record.key,
        kind=record.kind or CustomerKind.BUSINESS,
        segment=record.segment,
        autopay=bool(record.autopay),
        insolvent_on=record.insolvent_on,
    )
    return past_of(customer, replace(ledger, allocations=match(ledger)), on, disputes=disputes)


def _last_day(customers: Iterable[PastCustomer], on: date) -> date:
    """The last day the ledger knows something of, by ``on``."""
    days = (
        one.settled_on or one.invoice.issued_on
        for customer in customers
        for one in customer.invoices
    )
    return min(max(days, default=on), on)


def _halves(progress: Progress | None) -> tuple[Progress, Progress]:
    """Reading is the first half of the way, replaying the second."""
    tell: Progress = progress or (lambda _done, _total: None)
    return (
        lambda done, total: tell(done, 2 * total),
        lambda done, total: tell(total + done, 2 * total),
    )

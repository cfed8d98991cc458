"""Agreements: what was promised, disputed and put on hold with a customer, and where it stands."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from amiable.desk.agreement_paper import accepted_on
from amiable.desk.sight import Sight
from amiable.engine.dispute import DisputeState
from amiable.engine.instalment import PlanState, plan_state
from amiable.engine.money import Money, totals
from amiable.engine.payment_claim import ClaimState, claim_states, look_on
from amiable.engine.promise import PromiseState, Reliability, fates
from amiable.store.agreement import list_disputes, list_holds, list_plans, list_promises
from amiable.store.invoice import invoice_numbers
from amiable.store.models import (
    Company,
    Dispute,
    Hold,
    InstalmentPlan,
    PaymentClaim,
    Promise,
)
from amiable.store.payment_claim import list_claims
from amiable.store.timeline import dispute_value, payment_claim_value


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseView:
    """A promise, or a part of a plan; ``state`` None: cancelled.

    ``late``: the days after its date that the money came, or is missing so far; zero in time.
    """

    row: Promise
    amount: Money
    state: PromiseState | None
    late: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanView:
    """An instalment plan with its parts; ``accepted_on`` in writing, where the company is."""

    row: InstalmentPlan
    state: PlanState | None
    parts: list[PromiseView]
    accepted_on: date | None = None

    @property
    def amounts(self) -> tuple[Money, ...]:
        """What all parts make."""
        return totals(part.amount for part in self.parts)


@dataclass(frozen=True, slots=True, kw_only=True)
class DisputeView:
    """A dispute; ``amount`` None: the whole invoice; ``age`` in days and ``state`` as far as they
    are asked for. ``granted``: of what a credit note was agreed to, None for the whole."""

    row: Dispute
    number: str
    amount: Money | None
    age: int = 0
    state: DisputeState | None = None
    granted: Money | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldView:
    """A hold or a postponement; ``active`` on the day looked at."""

    row: Hold
    active: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimView:
    """The customer says it has paid; ``amount`` None: all of it, ``numbers`` empty: what was due.

    ``state`` as in `engine.payment_claim`; ``look_on``: the day a person looks for the money.
    """

    row: PaymentClaim
    numbers: list[str]
    amount: Money | None
    state: ClaimState | None
    look_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreements:
    """Everything agreed or stopped, what still matters first."""

    promises: list[PromiseView]
    reliability: Reliability
    plans: list[PlanView]
    claims: list[ClaimView]
    disputes: list[DisputeView]
    holds: list[HoldView]


def agreements_of(company: Company, sight: Sight) -> Agreements:
    """The agreements of a customer, with their states on the day looked at."""
    customer, today = sight.row.pk, sight.today
    promises = _promises(list_promises(company.pk, customer), sight)
    return Agreements(
        promises=sorted(
            (one for one in promises if one.row.plan_id is None),
            key=lambda one: (one.state is not PromiseState.RUNNING, -one.row.due_on.toordinal()),
        ),
        reliability=sight.situation.reliability,
        claims=_claims(company, list_claims(company.pk, customer), sight),
        plans=[_plan(company, row, promises) for row in list_plans(company.pk, customer)],
        disputes=disputes_of(company, list_disputes(company.pk, customer), today),
        holds=_holds(list_holds(company.pk, customer), today),
    )


def _promises(rows: Sequence[Promise], sight: Sight) -> list[PromiseView]:
    account = sight.account
    found = fates(account.promises, account.received, sight.today, sight.policy.promise_grace)
    by_key = {one.key: fate for one, fate in zip(account.promises, found, strict=True)}
    return [
        PromiseView(
            row=row,
            amount=Money(minor=row.amount_minor, currency=row.currency),
            state=fate.state if fate else None,
            late=fate.late if fate else 0,
        )
        for row in rows
        for fate in (by_key.get(row.key),)
    ]


def _plan(company: Company, row: InstalmentPlan, promises: Sequence[PromiseView]) -> PlanView:
    parts = [one for one in promises if one.row.plan_id == row.pk]
    return PlanView(
        row=row,
        state=plan_state([part.state for part in parts]),
        parts=parts,
        accepted_on=accepted_on(company, row),
    )


def _claims(company: Company, rows: Sequence[PaymentClaim], sight: Sight) -> list[ClaimView]:
    if not rows:
        return []
    working, grace = sight.situation.morning.working, sight.policy.claim_grace
    values = [payment_claim_value(row, {row.customer_id: sight.row.key}) for row in rows]
    states = claim_states(values, sight.account.received, sight.today, grace, working)
    numbers = invoice_numbers(company.pk, [key for row in rows for key in row.invoices])
    return [
        ClaimView(
            row=row,
            numbers=[numbers.get(key, key) for key in row.invoices],
            amount=value.amount,
            state=state,
            look_on=look_on(value, grace, working),
        )
        for row, value, state in zip(rows, values, states, strict=True)
    ]


def disputes_of(
    company: Company, rows: Sequence[Dispute], on: date | None = None
) -> list[DisputeView]:
    """Disputes with the numbers of their invoices; their age ``on`` a day."""
    numbers = invoice_numbers(company.pk, [row.invoice for row in rows]) if rows else {}
    values = [dispute_value(row, {row.customer_id: ""}) for row in rows]
    return [
        DisputeView(
            row=row,
            number=numbers.get(row.invoice, row.invoice),
            amount=value.amount,
            age=(min(on, row.closed_on or on) - row.opened_on).days if on else 0,
            state=value.state(on) if on else None,
            granted=value.granted,
        )
        for row, value in zip(rows, values, strict=True)
    ]


def _holds(rows: Sequence[Hold], today: date) -> list[HoldView]:
    found = [HoldView(row=row, active=row.until_on is None or row.until_on > today) for row in rows]
    return sorted(found, key=lambda one: not one.active)

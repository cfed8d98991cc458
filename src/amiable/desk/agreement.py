"""Agreements: what was promised, disputed and put on hold with a customer, and where it stands."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from amiable.desk.sight import Sight
from amiable.engine.instalment import PlanState, plan_state
from amiable.engine.money import Money, totals
from amiable.engine.promise import PromiseState, promise_states
from amiable.store.agreement import list_disputes, list_holds, list_plans, list_promises
from amiable.store.invoice import invoice_numbers
from amiable.store.models import Company, Dispute, Hold, InstalmentPlan, Promise


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseView:
    """A promise, or a part of a plan; ``state`` None: cancelled."""

    row: Promise
    amount: Money
    state: PromiseState | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanView:
    """An instalment plan with its parts."""

    row: InstalmentPlan
    state: PlanState | None
    parts: list[PromiseView]

    @property
    def amounts(self) -> tuple[Money, ...]:
        """What all parts make."""
        return totals(part.amount for part in self.parts)


@dataclass(frozen=True, slots=True, kw_only=True)
class DisputeView:
    """A dispute; ``amount`` None: the whole invoice."""

    row: Dispute
    number: str
    amount: Money | None


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldView:
    """A hold or a postponement; ``active`` on the day looked at."""

    row: Hold
    active: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreements:
    """Everything agreed or stopped, what still matters first."""

    promises: list[PromiseView]
    plans: list[PlanView]
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
        plans=[_plan(row, promises) for row in list_plans(company.pk, customer)],
        disputes=disputes_of(company, list_disputes(company.pk, customer)),
        holds=_holds(list_holds(company.pk, customer), today),
    )


def _promises(rows: Sequence[Promise], sight: Sight) -> list[PromiseView]:
    account = sight.account
    states = promise_states(
        account.promises, account.received, sight.today, sight.policy.promise_grace
    )
    by_key = {one.key: state for one, state in zip(account.promises, states, strict=True)}
    return [
        PromiseView(
            row=row,
            amount=Money(minor=row.amount_minor, currency=row.currency),
            state=by_key.get(row.key),
        )
        for row in rows
    ]


def _plan(row: InstalmentPlan, promises: Sequence[PromiseView]) -> PlanView:
    parts = [one for one in promises if one.row.plan_id == row.pk]
    return PlanView(row=row, state=plan_state([part.state for part in parts]), parts=parts)


def disputes_of(company: Company, rows: Sequence[Dispute]) -> list[DisputeView]:
    """Disputes with the numbers of their invoices."""
    numbers = invoice_numbers(company.pk, [row.invoice for row in rows]) if rows else {}
    return [
        DisputeView(
            row=row,
            number=numbers.get(row.invoice, row.invoice),
            amount=None
            if row.amount_minor is None
            else Money(minor=row.amount_minor, currency=row.currency),
        )
        for row in rows
    ]


def _holds(rows: Sequence[Hold], today: date) -> list[HoldView]:
    found = [HoldView(row=row, active=row.until_on is None or row.until_on > today) for row in rows]
    return sorted(found, key=lambda one: not one.active)

"""Promise: the customer said when it would pay, and how much."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from amiable.engine.ledger import MONEY_RECEIVED, Credit
from amiable.engine.money import Money


class PromiseState(StrEnum):
    """Where a promise stands on a day."""

    RUNNING = "running"
    KEPT = "kept"
    BROKEN = "broken"
    LAPSED = "lapsed"  # another part of its instalment plan is broken: it protects no more


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """``amount`` will be paid on ``due_on``, said on ``made_on``; ``invoices`` empty means any.

    ``cancelled_on`` ends it without a breach (it was replaced, or recorded by mistake).
    ``plan`` names the instalment plan it is a part of, empty when it stands alone.
    """

    key: str
    customer: str
    made_on: date
    due_on: date
    amount: Money
    invoices: tuple[str, ...] = ()
    cancelled_on: date | None = None
    plan: str = ""


def promise_state(
    promise: Promise, credits: Iterable[Credit], on: date, grace_days: int
) -> PromiseState | None:
    """The state of a promise that stands alone; see `promise_states`."""
    return promise_states([promise], credits, on, grace_days)[0]


def promise_states(
    promises: Sequence[Promise], credits: Iterable[Credit], on: date, grace_days: int
) -> list[PromiseState | None]:
    """The state of each promise on the morning of ``on``; None when not made yet, or cancelled.

    Kept when the money received since it was made reaches its amount; broken when ``grace_days``
    after its date have passed without that. The same money is not counted twice for the parts of
    one instalment plan, nor for promises about different invoices: it goes to the one due first.
    Once a part of a plan is broken, the parts not yet kept lapse until the money comes.
    """
    money = sorted(
        (
            credit
            for credit in credits
            if credit.kind in MONEY_RECEIVED and credit.received_on <= on
        ),
        key=lambda credit: (credit.received_on, credit.key),
    )
    found: list[PromiseState | None] = [None] * len(promises)
    served: list[tuple[Promise, dict[str, int]]] = []
    for place in sorted(range(len(promises)), key=lambda i: (promises[i].due_on, promises[i].key)):
        promise = promises[place]
        if _is_made(promise, on):
            taken = _serve(promise, money, served)
            served.append((promise, taken))
            found[place] = _state(promise, sum(taken.values()), on, grace_days)
    broken = {
        promise.plan
        for promise, state in zip(promises, found, strict=True)
        if promise.plan and state is PromiseState.BROKEN
    }
    return [
        PromiseState.LAPSED if state is PromiseState.RUNNING and promise.plan in broken else state
        for promise, state in zip(promises, found, strict=True)
    ]


def _is_made(promise: Promise, on: date) -> bool:
    return promise.made_on <= on and (promise.cancelled_on is None or on < promise.cancelled_on)


def _serve(
    promise: Promise, money: Iterable[Credit], served: Iterable[tuple[Promise, dict[str, int]]]
) -> dict[str, int]:
    """What of each credit goes to a promise, after the earlier ones that rival with it."""
    spent: dict[str, int] = defaultdict(int)
    for other, parts in served:
        if _rivals(promise, other):
            for key, minor in parts.items():
                spent[key] += minor
    taken: dict[str, int] = {}
    wanted = promise.amount.minor
    for credit in money:
        fits = credit.amount.currency == promise.amount.currency
        if fits and credit.received_on >= promise.made_on and wanted > 0:
            part = min(wanted, max(0, credit.amount.minor - spent[credit.key]))
            taken[credit.key] = part
            wanted -= part
    return taken


def _rivals(one: Promise, other: Promise) -> bool:
    """Whether the same money cannot keep both; a promise renewed does not rival with the old."""
    if one.plan or other.plan:
        return one.plan == other.plan
    return bool(one.invoices and other.invoices) and not set(one.invoices) & set(other.invoices)


def _state(promise: Promise, received: int, on: date, grace_days: int) -> PromiseState:
    if received >= promise.amount.minor:
        return PromiseState.KEPT
    last_day = promise.due_on + timedelta(days=grace_days)
    return PromiseState.RUNNING if on <= last_day else PromiseState.BROKEN

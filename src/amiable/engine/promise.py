"""Promise: the customer said when it would pay, and how much."""

from collections.abc import Iterable
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """``amount`` will be paid on ``due_on``, said on ``made_on``; ``invoices`` empty means any.

    ``cancelled_on`` ends it without a breach (it was replaced, or recorded by mistake).
    """

    key: str
    customer: str
    made_on: date
    due_on: date
    amount: Money
    invoices: tuple[str, ...] = ()
    cancelled_on: date | None = None


def promise_state(
    promise: Promise, credits: Iterable[Credit], on: date, grace_days: int
) -> PromiseState | None:
    """Its state on the morning of ``on``; None when it is not made yet, or cancelled.

    Kept when the money received since it was made reaches its amount; broken when ``grace_days``
    after its date have passed without that.
    """
    if on < promise.made_on or (promise.cancelled_on is not None and promise.cancelled_on <= on):
        return None
    received = sum(
        credit.amount.minor
        for credit in credits
        if credit.kind in MONEY_RECEIVED
        and credit.amount.currency == promise.amount.currency
        and promise.made_on <= credit.received_on <= on
    )
    if received >= promise.amount.minor:
        return PromiseState.KEPT
    last_day = promise.due_on + timedelta(days=grace_days)
    return PromiseState.RUNNING if on <= last_day else PromiseState.BROKEN

"""Promise: the customer said when it would pay, and how much."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Fate:
    """What became of a promise by a day.

    ``kept_on``: when the money was there, None while it is not; ``late``: the days after its date
    that the money came, or has been missing so far, zero when it is in time.
    """

    state: PromiseState
    kept_on: date | None
    late: int


_NEUTRAL = Fraction(2, 3)
_WEIGHT = 2
_TRUSTED, _DOUBTED = Fraction(4, 5), Fraction(2, 5)
_MORE_DAYS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Reliability:
    """How a customer keeps its promises: ``kept`` in time, out of ``told`` whose time is over.

    In time is within the policy's days of grace. ``share`` is (kept + 2 x 2/3) / (told + 2): the
    plain share, drawn to two thirds as if two more promises had been watched, so that one alone
    proves nothing. From 4/5 on a customer is trusted, up to 2/5 doubted: two promises kept and
    none broken are enough for the one, two broken and none kept for the other.
    """

    kept: int
    told: int

    @property
    def share(self) -> Fraction:
        """The shrunken share, from 0 to 1."""
        return (self.kept + _WEIGHT * _NEUTRAL) / (self.told + _WEIGHT)

    @property
    def trusted(self) -> bool:
        """Whether it nearly always keeps them."""
        return self.share >= _TRUSTED

    @property
    def doubted(self) -> bool:
        """Whether it breaks more than it keeps."""
        return self.share <= _DOUBTED

    def grace(self, promise: Promise, grace_days: int) -> int:
        """The days of grace after the date of a promise, from the policy's ``grace_days``.

        Two more for who is trusted, none for who is doubted. The parts of an instalment plan have
        the policy's days, as its document says; where the policy gives none nobody has any.
        """
        if promise.plan or not grace_days:
            return grace_days
        if self.doubted:
            return 0
        return grace_days + (_MORE_DAYS if self.trusted else 0)


def promise_state(
    promise: Promise, credits: Iterable[Credit], on: date, grace_days: int
) -> PromiseState | None:
    """The state of a promise that stands alone; see `promise_states`."""
    return promise_states([promise], credits, on, grace_days)[0]


def promise_states(
    promises: Sequence[Promise], credits: Iterable[Credit], on: date, grace_days: int
) -> list[PromiseState | None]:
    """The state of each promise of a customer on the morning of ``on``; see `fates`."""
    found = fates(promises, credits, on, grace_days)
    return [None if fate is None else fate.state for fate in found]


def fates(
    promises: Sequence[Promise], credits: Iterable[Credit], on: date, grace_days: int
) -> list[Fate | None]:
    """What became of each promise of a customer; None when not made yet, or cancelled.

    Kept when the money received since it was made reaches its amount; broken when its days of
    grace (`Reliability.grace`) have passed without that. The same money is not counted twice for
    the parts of one instalment plan, nor for promises about different invoices: it goes to the
    one due first.
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
    kept = _kept_on(promises, money, on)
    found = [
        _fate(promise, kept[promise.key], on, _grace(promise, promises, kept, on, grace_days))
        if promise.key in kept
        else None
        for promise in promises
    ]
    broken = {
        promise.plan
        for promise, fate in zip(promises, found, strict=True)
        if promise.plan and fate is not None and fate.state is PromiseState.BROKEN
    }
    return [
        replace(fate, state=PromiseState.LAPSED)
        if fate is not None and fate.state is PromiseState.RUNNING and promise.plan in broken
        else fate
        for promise, fate in zip(promises, found, strict=True)
    ]


def reliability(
    promises: Sequence[Promise], credits: Iterable[Credit], on: date, grace_days: int
) -> Reliability:
    """How a customer has kept its promises by ``on``, parts of instalment plans included."""
    money = sorted(
        (one for one in credits if one.kind in MONEY_RECEIVED and one.received_on <= on),
        key=lambda one: (one.received_on, one.key),
    )
    return _reliability(promises, _kept_on(promises, money, on), on, grace_days)


def breaches(
    promises: Sequence[Promise], credits: Iterable[Credit], on: date, grace_days: int
) -> list[Promise]:
    """The broken promises that nothing has answered for: no newer promise, no money since."""
    credits = list(credits)
    states = promise_states(promises, credits, on, grace_days)
    broken = [
        promise
        for promise, state in zip(promises, states, strict=True)
        if state is PromiseState.BROKEN
    ]
    return [
        promise
        for promise in broken
        if not any(_renews(other, promise, on) for other in promises)
        and not any(
            one.kind in MONEY_RECEIVED and promise.due_on < one.received_on <= on for one in credits
        )
    ]


def _renews(newer: Promise, broken: Promise, on: date) -> bool:
    same_plan = bool(broken.plan) and newer.plan == broken.plan
    return not same_plan and _is_made(newer, on) and newer.made_on > broken.due_on


def still_due(
    promises: Sequence[Promise], running: Iterable[Promise], credits: Iterable[Credit], on: date
) -> dict[str, int]:
    """Of each ``running`` promise, by key, the minor units that have not come by ``on``.

    Of two about the same invoices the newer counts: the money that keeps it keeps both.
    """
    money = sorted(
        (one for one in credits if one.kind in MONEY_RECEIVED and one.received_on <= on),
        key=lambda one: (one.received_on, one.key),
    )
    served = {promise.key: taken for promise, taken in _served(promises, money, on)}
    going = list(running)
    return {
        one.key: max(0, one.amount.minor - sum(served.get(one.key, {}).values()))
        for one in going
        if not any(_replaces(other, one) for other in going)
    }


def _replaces(newer: Promise, older: Promise) -> bool:
    alike = not newer.plan and not older.plan and not _rivals(newer, older)
    made, before = ((one.made_on, one.due_on, one.key) for one in (newer, older))
    return alike and newer.amount.currency == older.amount.currency and made > before


def _served(
    promises: Iterable[Promise], money: Sequence[Credit], on: date
) -> list[tuple[Promise, dict[str, int]]]:
    """Of each promise in force, what of each credit goes to it; the one due first comes first."""
    served: list[tuple[Promise, dict[str, int]]] = []
    for promise in sorted(promises, key=lambda one: (one.due_on, one.key)):
        if _is_made(promise, on):
            served.append((promise, _serve(promise, money, served)))
    return served


def _kept_on(
    promises: Sequence[Promise], money: Sequence[Credit], on: date
) -> dict[str, date | None]:
    """Of each promise in force, by key, the day its money was all there."""
    found: dict[str, date | None] = {}
    days = {credit.key: credit.received_on for credit in money}
    for promise, taken in _served(promises, money, on):
        whole = sum(taken.values()) >= promise.amount.minor
        found[promise.key] = max(days[key] for key in taken) if whole else None
    return found


def trust_in(
    promise: Promise,
    promises: Sequence[Promise],
    credits: Iterable[Credit],
    on: date,
    grace_days: int,
) -> Reliability:
    """What the other promises of a customer say of one: as of its date, so that what becomes of
    it does not change its own days of grace."""
    return reliability(promises, credits, min(on, promise.due_on), grace_days)


def _grace(
    promise: Promise,
    promises: Sequence[Promise],
    kept: Mapping[str, date | None],
    on: date,
    grace_days: int,
) -> int:
    trust = _reliability(promises, kept, min(on, promise.due_on), grace_days)
    return trust.grace(promise, grace_days)


def _reliability(
    promises: Sequence[Promise], kept: Mapping[str, date | None], on: date, grace_days: int
) -> Reliability:
    in_time = told = 0
    for promise in promises:
        last_day = promise.due_on + timedelta(days=grace_days)
        if promise.key in kept:
            came_on = kept[promise.key]
            came_on = came_on if came_on is not None and came_on <= on else None
            in_time += came_on is not None and came_on <= last_day
            told += came_on is not None or on > last_day
    return Reliability(kept=in_time, told=told)


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


def _fate(promise: Promise, kept_on: date | None, on: date, grace_days: int) -> Fate:
    late = max(0, ((kept_on or on) - promise.due_on).days)
    if kept_on is not None:
        return Fate(state=PromiseState.KEPT, kept_on=kept_on, late=late)
    last_day = promise.due_on + timedelta(days=grace_days)
    state = PromiseState.RUNNING if on <= last_day else PromiseState.BROKEN
    return Fate(state=state, kept_on=None, late=late)

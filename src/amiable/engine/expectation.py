"""Expectation: what money the habits announce for the days to come.

Everything open of an account becomes flows: a part of an invoice, and how its money is expected.
The flow of an invoice at lateness l (negative before the due date) follows its customer's habit,
knowing that it did not come before:

    P(l <= delay <= l + d - 1 | delay >= l) = (F_c(l + d - 1) - F_c(l - 1)) / (1 - F_c(l - 1))

so never a day in the past. Where the ledger shows that nobody pays at weekends, what would fall on
a closed day is expected on the next open one, and days just passed that were closed prove nothing.

A running promise, a part of an instalment plan and "we have paid" speak for themselves: that part
is expected on the day named, later by the days the customer's kept promises usually took, with the
chance that it keeps them (`engine.promise.reliability`; 1 while none of its promises is over); the
rest comes after that day, as the habit tells. Credits not yet tied are taken off first, the oldest
invoice first. Not expected, but told apart: what is disputed, barred, owed by who is insolvent,
or so late that hardly any payment of that habit ever was.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from statistics import median_low

from amiable.engine.days import ONE_DAY, BusinessCalendar
from amiable.engine.dispute import disputed_amount
from amiable.engine.habit import Habit, due_for_habit
from amiable.engine.ledger import OpenInvoice
from amiable.engine.payment_claim import PaymentClaim, look_on
from amiable.engine.promise import PromiseState, fates, still_due
from amiable.engine.situation import Situation

EXPECTED_DAYS = 7
SILENT = 0.99
"""An invoice later than this share of its habit is not counted on: the figure would rest on one
payment in a hundred."""


class Source(StrEnum):
    """What a flow rests on."""

    HABIT = "habit"
    PROMISE = "promise"
    PLAN = "plan"  # a part of an instalment plan
    SAID = "said"  # the customer says it has paid


class Uncounted(StrEnum):
    """Why something open is not expected."""

    DISPUTED = "disputed"
    BARRED = "barred"
    INSOLVENT = "insolvent"
    SILENT = "silent"  # later than 99 in 100 payments of its habit


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """``minor`` of one invoice. ``late``: its lateness today.

    Days are counted from today, which is 0: with the chance ``trust`` it comes on the day
    ``after``, else later than that, as the habit tells.
    """

    item: OpenInvoice
    due_on: date
    late: int
    minor: int
    source: Source
    after: int
    trust: float

    @property
    def currency(self) -> str:
        """Of the invoice."""
        return self.item.left.currency


@dataclass(slots=True, kw_only=True)
class Expected:
    """An account's flows; by currency, in minor units, what is ``open`` in all, what of it is
    ``netted`` by credits, and what is not counted on, by reason."""

    flows: list[Flow] = field(default_factory=list)
    open: defaultdict[str, int] = field(default_factory=lambda: defaultdict(int))
    netted: defaultdict[str, int] = field(default_factory=lambda: defaultdict(int))
    uncounted: defaultdict[tuple[str, Uncounted], int] = field(
        default_factory=lambda: defaultdict(int)
    )


@dataclass(slots=True)
class _Part:
    """What may be counted of an invoice, less and less while it is given to flows."""

    item: OpenInvoice
    due_on: date
    minor: int
    after: int | None = None  # the last day on which what was said of it is awaited


@dataclass(frozen=True, slots=True, kw_only=True)
class _Word:
    """Somebody said that ``minor`` (None: all it covers) comes on the day ``day``."""

    day: int
    minor: int | None
    currency: str
    covers: Callable[[_Part], bool]
    trust: float
    source: Source


def chance_within(habit: Habit, late: int, days: int = EXPECTED_DAYS) -> float:
    """The chance that an invoice open at lateness ``late`` is paid in the next ``days`` days."""
    before = habit.chance_by(late - 1)
    if before >= 1:
        return 0.0
    return (habit.chance_by(late + days - 1) - before) / (1 - before)


def chances(habit: Habit, flow: Flow, days: Iterable[int]) -> list[float]:
    """The chance that a flow has come by the end of each day (0 is today)."""
    late, after, trust = flow.late, flow.after, flow.trust
    before = habit.chance_by(late + after)
    left = 1 - before
    if left <= 0:
        return [trust if day >= after else 0.0 for day in days]
    rate = (1 - trust) / left
    return [
        0.0 if day < after else trust + rate * (habit.chance_by(late + day) - before)
        for day in days
    ]


def last_open_day(day: int, today: date, calendar: BusinessCalendar | None) -> int:
    """The last day (0 is today) up to ``day`` on which money comes; may lie before today."""
    while calendar is not None and not calendar.is_business_day(today + timedelta(days=day)):
        day -= 1
    return day


def expected_receipts(s: Situation, days: int = EXPECTED_DAYS) -> Mapping[str, float]:
    """Minor units expected of one account from today, in ``days`` days, by currency."""
    habit, sums = s.account.habit, defaultdict[str, float](float)
    until = last_open_day(days - 1, s.today, s.morning.due_calendar)
    if until >= 0:
        for flow in expect(s).flows:
            sums[flow.currency] += flow.minor * chances(habit, flow, (until,))[0]
    return sums


def expect(s: Situation) -> Expected:
    """All that is open of an account as flows, netted, or not counted on."""
    found = Expected()
    parts = _countable(s, found)
    _net(parts, s, found)
    for word in _words(s):
        _take_at_its_word(parts, word, s, found)
    habit = s.account.habit
    before = last_open_day(-1, s.today, s.morning.due_calendar)
    for part in parts:
        late = (s.today - part.due_on).days
        if part.minor <= 0:
            continue
        if part.after is None and habit.chance_by(late + before) > SILENT:
            found.uncounted[part.item.left.currency, Uncounted.SILENT] += part.minor
        else:
            after = before if part.after is None else part.after
            found.flows.append(_flow(part, late, part.minor, after))
    return found


def _flow(
    part: _Part, late: int, minor: int, after: int, trust: float = 0.0,
    source: Source = Source.HABIT,
) -> Flow:  # fmt: skip
    return Flow(
        item=part.item, due_on=part.due_on, late=late, minor=minor, source=source, after=after,
        trust=trust,
    )  # fmt: skip


def _countable(s: Situation, found: Expected) -> list[_Part]:
    """What may be expected of each invoice, due first first; the rest goes to ``uncounted``."""
    insolvent_on = s.account.customer.insolvent_on
    insolvent = insolvent_on is not None and insolvent_on <= s.today
    barred = {claim.key for claim in s.extinct}
    contested = _contested(s)
    parts = []
    for item in s.account.open.invoices:
        key, left = item.invoice.key, item.left
        found.open[left.currency] += left.minor
        disputed = contested.get(key, 0)
        if insolvent or key in barred:
            why = Uncounted.INSOLVENT if insolvent else Uncounted.BARRED
            found.uncounted[left.currency, why] += left.minor
            continue
        if disputed:
            found.uncounted[left.currency, Uncounted.DISPUTED] += disputed
        due_on = due_for_habit(item.invoice.due_on, s.morning.due_calendar)
        parts.append(_Part(item, due_on, left.minor - disputed))
    return parts


def _contested(s: Situation) -> dict[str, int]:
    """By invoice: what its open disputes hold."""
    if not s.account.disputes:
        return {}
    held: dict[str, int] = {}
    for item in s.account.open.invoices:
        key = item.invoice.key
        disputes = [
            one for one in s.account.disputes if one.invoice == key and one.is_open(s.today)
        ]
        if disputes:
            held[key] = disputed_amount(item.left, disputes).minor
    return held


def _net(parts: Sequence[_Part], s: Situation, found: Expected) -> None:
    for currency, unused in s.credits.items():
        for part in parts:
            if part.item.left.currency == currency and unused > 0:
                taken = min(unused, part.minor)
                part.minor -= taken
                unused -= taken
                found.netted[currency] += taken


def _take_at_its_word(parts: Sequence[_Part], word: _Word, s: Situation, found: Expected) -> None:
    left = word.minor
    for part in parts:
        if part.item.left.currency != word.currency or not word.covers(part):
            continue
        taken = part.minor if left is None else min(left, part.minor)
        if taken > 0:
            late = (s.today - part.due_on).days
            found.flows.append(_flow(part, late, taken, word.day, word.trust, word.source))
            part.minor -= taken
            left = None if left is None else left - taken
        part.after = word.day  # words come the first day first


def _words(s: Situation) -> list[_Word]:
    """What the customer promised or says it has paid, the first day first."""
    if not s.running and not s.awaited:
        return []
    calendar = s.morning.due_calendar
    shift, trust = _usually_later(s), 1.0
    if s.running and s.reliability.told:
        trust = float(s.reliability.share)

    def day(on: date) -> int:
        rolled = due_for_habit(max(on, s.today), calendar)
        return (rolled - s.today).days

    left = still_due(s.account.promises, s.running, s.account.received, s.today)
    words = [
        _Word(
            day=day(promise.due_on + timedelta(days=shift)),
            minor=left[promise.key],
            currency=promise.amount.currency,
            covers=_names(promise.invoices),
            trust=trust,
            source=Source.PLAN if promise.plan else Source.PROMISE,
        )
        for promise in s.running
        if left.get(promise.key)
    ]
    for claim in s.awaited:
        seen_by = look_on(claim, s.policy.claim_grace, s.morning.working) - ONE_DAY
        currencies = {item.left.currency for item in s.account.open.invoices}
        for currency in {claim.amount.currency} if claim.amount else currencies:
            words.append(
                _Word(
                    day=day(seen_by),
                    minor=claim.amount.minor if claim.amount else None,
                    currency=currency,
                    covers=_claimed_by(claim),
                    trust=1.0,
                    source=Source.SAID,
                )
            )  # fmt: skip
    return sorted(words, key=lambda word: (word.day, word.source, word.currency))


def _names(invoices: tuple[str, ...]) -> Callable[[_Part], bool]:
    return lambda part: not invoices or part.item.invoice.key in invoices


def _claimed_by(claim: PaymentClaim) -> Callable[[_Part], bool]:
    return lambda part: claim.covers(part.item.invoice.key, part.due_on)


def _usually_later(s: Situation) -> int:
    """The days by which the promises this customer kept were usually late; 0 for none."""
    account = s.account
    known = fates(account.promises, account.received, s.today, s.policy.promise_grace)
    late = [fate.late for fate in known if fate and fate.state is PromiseState.KEPT]
    return median_low(late) if late else 0

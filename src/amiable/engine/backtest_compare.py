"""The comparison: what the calendar in use sent, what the policy sends, and what that finds."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from random import Random

from amiable.engine.backtest_fate import Fate, calendar_days, quantile
from amiable.engine.backtest_replay import Course
from amiable.engine.backtest_report import (
    Detection,
    Gain,
    Needless,
    SegmentResult,
    SlowInvoice,
    SparedCustomer,
    Volume,
)
from amiable.engine.backtest_stage import NEVER
from amiable.engine.habit import Habit
from amiable.engine.parties import Segment

_STEPS = (0, 7, 15)
"""The uniform calendar a policy is held against: D+x, then 7 and 15 days after."""
_LATEST = 60
_DRAWS = 1_000
_SEED = 20_13  # any will do; the same figures each time
_SHOWN = 10


@dataclass(slots=True)
class Played:
    """One customer after the replay: its compared invoices, its course, its habit at the end."""

    key: str
    name: str
    fates: list[Fate]
    course: Course
    habit: Habit
    segment: Segment
    calendar: int = 0
    policy: int = 0


def calendar_volume(players: Iterable[Played], calendar: Sequence[int], last: int) -> Volume:
    """What the calendar in use sent; each customer's share is noted in it."""
    reminders = messages = 0
    needless = Needless(soon=0, usual=0)
    for player in players:
        days = set[int]()
        player.calendar = 0
        for fate in player.fates:
            sent = calendar_days(fate, calendar, last)
            player.calendar += len(sent)
            days.update(sent)
            needless = _sum(needless, fate.needless(sent))
        reminders += player.calendar
        messages += len(days)
    return Volume(reminders=reminders, messages=messages, needless=needless)


def policy_volume(players: Iterable[Played]) -> Volume:
    """What the policy sends, by invoice chased; messages are those that chase one compared."""
    reminders = messages = 0
    needless = Needless(soon=0, usual=0)
    for player in players:
        days = set[int]()
        player.policy = 0
        for fate in player.fates:
            player.policy += len(fate.sent)
            days.update(fate.sent)
            needless = _sum(needless, fate.needless(fate.sent))
        reminders += player.policy
        messages += len(days)
    return Volume(reminders=reminders, messages=messages, needless=needless)


def _sum(one: Needless, other: Needless) -> Needless:
    return Needless(soon=one.soon + other.soon, usual=one.usual + other.usual)


def rolled_reminders(fates: Iterable[Fate], calendar: Sequence[int], last: int) -> int:
    """Of the calendar's reminders, those that due dates on weekends and holidays alone cause."""
    return sum(
        len(calendar_days(fate, calendar, last))
        - sum(fate.item.due + days <= fate.end for days in calendar)
        for fate in fates
    )


# --- the honest control: the same later calendar for everybody --------------------------------


def matched_calendar(fates: Sequence[Fate], reminders: int) -> tuple[int, int]:
    """The x of the uniform D+x, +7, +15 that sends nearest to ``reminders``, and what it sends."""
    longest = _LATEST + _STEPS[-1]
    open_for = [0] * (longest + 2)
    for fate in fates:
        open_for[min(max(fate.end - fate.item.due, 0), longest)] += 1
    for days in range(longest - 1, -1, -1):
        open_for[days] += open_for[days + 1]
    sent = {x: sum(open_for[x + step] for step in _STEPS) for x in range(1, _LATEST + 1)}
    best = min(sent, key=lambda x: (abs(sent[x] - reminders), x))
    return best, sent[best]


def detection(players: Iterable[Played], wanted: Callable[[Fate], bool], matched: int) -> Detection:
    """How the policy does on the invoices that are ``wanted``, beside the uniform calendar."""
    lags, reminded = list[int](), 0
    earlier: list[tuple[int, int]] = []  # by customer: days gained in all, invoices
    for player in players:
        chosen = [fate for fate in player.fates if wanted(fate)]
        if chosen:
            own = [fate.own_lag for fate in chosen]
            lags += own
            reminded += sum(bool(fate.sent) for fate in chosen)
            gained = sum(fate.uniform_lag(matched) for fate in chosen) - sum(own)
            earlier.append((gained, len(chosen)))
    lags.sort()
    earlier.sort()  # so that the draws do not depend on the order of the customers
    return Detection(
        invoices=len(lags),
        reminded=reminded,
        lag_median=quantile(lags, 0.5),
        lag_mean=sum(lags) / len(lags) if lags else 0.0,
        lag_p90=quantile(lags, 0.9),
        gain=_gain(earlier) if lags else None,
    )


def _gain(earlier: Sequence[tuple[int, int]]) -> Gain:
    """The mean gain an invoice, its interval from customers drawn anew 1,000 times."""
    mean = _mean(earlier)
    if len(earlier) < 2:
        return Gain(mean=mean, low=None, high=None)
    random = Random(_SEED)
    means = sorted(_mean(random.choices(earlier, k=len(earlier))) for _ in range(_DRAWS))
    return Gain(mean=mean, low=means[_DRAWS // 40], high=means[-_DRAWS // 40 - 1])


def _mean(earlier: Sequence[tuple[int, int]]) -> float:
    return sum(gained for gained, _ in earlier) / sum(count for _, count in earlier)


# --- rows to look at --------------------------------------------------------------------------


def slowest(players: Iterable[Played], bad: int) -> tuple[SlowInvoice, ...]:
    """The ten invoices, of those abnormal or bad, that the policy left in peace longest."""
    found = [
        (fate.own_lag, fate.late, player, fate)
        for player in players
        for fate in player.fates
        if fate.abnormal or is_bad(fate, bad)
    ]
    found.sort(key=lambda one: (-one[0], -one[1], one[3].item.key))
    return tuple(_slow(player, fate) for _, _, player, fate in found[:_SHOWN])


def is_bad(fate: Fate, bad: int) -> bool:
    """Whether an invoice is among the latest, or lost."""
    return fate.late >= bad or fate.item.past.lost


def _slow(player: Played, fate: Fate) -> SlowInvoice:
    invoice = fate.item.past.invoice
    return SlowInvoice(
        customer=player.key,
        name=player.name,
        number=invoice.number or invoice.key,
        due_on=invoice.due_on,
        amount=invoice.amount,
        settled_on=date.fromordinal(fate.item.paid_on) if fate.item.paid_on != NEVER else None,
        lost=fate.item.past.lost,
        late=fate.late,
        first_on=date.fromordinal(fate.sent[0]) if fate.sent else None,
        lag=fate.own_lag,
    )


def most_spared(players: Iterable[Played]) -> tuple[SparedCustomer, ...]:
    """The ten customers with most reminders fewer than by the calendar."""
    rows = [
        SparedCustomer(
            customer=player.key,
            name=player.name,
            n=player.habit.n,
            usual=player.habit.usual,
            calendar=player.calendar,
            policy=player.policy,
        )
        for player in players
        if player.calendar > player.policy
    ]
    rows.sort(key=lambda row: (-row.spared, row.name, row.customer))
    return tuple(rows[:_SHOWN])


def by_segment(players: Iterable[Played], calendar: Sequence[int], last: int) -> tuple[
    SegmentResult, ...
]:  # fmt: skip
    """The comparison in each segment that has a due invoice."""
    groups: dict[Segment, list[Played]] = defaultdict(list)
    for player in players:
        if player.fates:
            groups[player.segment].append(player)
    return tuple(
        _segment(segment, groups[segment], calendar, last)
        for segment in Segment
        if segment in groups
    )


def _segment(
    segment: Segment, players: Sequence[Played], calendar: Sequence[int], last: int
) -> SegmentResult:
    fates = [fate for player in players for fate in player.fates]
    abnormal = [fate for fate in fates if fate.abnormal]
    before, after = calendar_volume(players, calendar, last), policy_volume(players)
    lags = [fate.own_lag for fate in abnormal]
    return SegmentResult(
        segment=segment,
        customers=len(players),
        invoices=len(fates),
        calendar=before.reminders,
        policy=after.reminders,
        needless_calendar=before.needless.total,
        needless_policy=after.needless.total,
        abnormal=len(abnormal),
        abnormal_reminded=sum(bool(fate.sent) for fate in abnormal),
        lag_mean=sum(lags) / len(lags) if lags else None,
    )

"""Backtest: what a policy would have done on a company's own past, before it is switched on.

Burn-in: the first 180 days from the first settlement, or a quarter of the span if that is shorter.
The span begins after the last pause of more than a year between two settlements, where enough were
settled since: a lone old one would leave nothing to learn from, and the replay years of nothing.
Every invoice due later, up to 30 days before the end (or the calendar's last day, if more), is
replayed with the habits as known each morning: the product weighs them as of the Monday and learns
what all customers share once a week, and so does the replay. `backtest_report` says what each
figure means, `backtest_replay` what is supposed.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from amiable.engine.backtest_compare import (
    Played,
    by_segment,
    calendar_volume,
    detection,
    is_bad,
    matched_calendar,
    most_spared,
    policy_volume,
    rolled_reminders,
    slowest,
)
from amiable.engine.backtest_fate import Fate, bad_from, fates_of
from amiable.engine.backtest_past import Past, PastCustomer, Trial
from amiable.engine.backtest_replay import CustomerReplay, policies_of
from amiable.engine.backtest_report import (
    MIN_CUSTOMERS,
    MIN_EACH,
    MIN_SETTLED,
    BacktestRefused,
    BacktestReport,
    Left,
    Prediction,
    Progress,
    RefusalGround,
)
from amiable.engine.backtest_stage import NEVER, Item, KnownHabit, Stage, Trace, item_of
from amiable.engine.backtest_walk import Settled, learn_weeks, monday_of
from amiable.engine.dispute import Dispute
from amiable.engine.ledger import InvoiceKind
from amiable.engine.money import totals

_BURN_IN = 180
_LAST_DAYS = 30
_PAUSE = 365  # days without a settlement after which a ledger begins anew
_TICK = 50  # customers between two calls of progress


def backtest(
    past: Past,
    trial: Trial,
    *,
    progress: Progress | None = None,
    trace: Trace | None = None,
) -> BacktestReport:
    """Replay a policy on a past and compare it with the calendar in use.

    Raises BacktestRefused where the past says too little; whatever ``progress`` raises stops it.
    """
    tell = progress or _nobody
    tell(0, len(past.customers))
    settled, last = _settled(past), past.snapshot.toordinal()
    _check(settled)
    begin = _begin(settled)
    first = begin + min(_BURN_IN, (last - begin) // 4)
    until = last - max(_LAST_DAYS, *trial.calendar)
    weeks = learn_weeks(settled, first, last + 1, trial.rule)
    stage = Stage(past, trial, weeks, first, trace)
    histories = _histories(settled)
    left, errors, players = Counter[Left](), _Errors(), list[Played]()
    for done, customer in enumerate(past.customers):
        if done % _TICK == 0:
            tell(done, len(past.customers))
        history = histories.get(customer.customer.key, [])
        players.append(_play(stage, customer, history, until, left, errors))
    tell(len(past.customers), len(past.customers))
    if not any(player.fates for player in players):
        raise _refused(RefusalGround.NOTHING_DUE, settled)
    return _report(stage, players, until, left, errors.told())


def _nobody(_done: int, _total: int) -> None:
    """Nobody watches."""


def _settled(past: Past) -> list[Settled]:
    """All settlements that teach, up to the snapshot, in order of the day."""
    found, due = list[Settled](), dict[date, int]()
    roll = past.due_calendar
    for customer in past.customers:
        for one in customer.invoices:
            if one.teaches and one.settled_on is not None and one.settled_on <= past.snapshot:
                due_on = one.invoice.due_on
                if due_on not in due:
                    due[due_on] = (roll.roll(due_on) if roll else due_on).toordinal()
                day = one.settled_on.toordinal()
                found.append((day, customer.customer.key, day - due[due_on]))
    found.sort()
    return found


def _begin(settled: list[Settled]) -> int:
    """The day of the first settlement after the last long pause that enough of them follow."""
    for place in range(len(settled) - MIN_SETTLED, 0, -1):
        if settled[place][0] - settled[place - 1][0] > _PAUSE:
            return settled[place][0]
    return settled[0][0]


def _histories(settled: list[Settled]) -> dict[str, list[tuple[int, int]]]:
    found: dict[str, list[tuple[int, int]]] = {}
    for day, customer, delay in settled:
        found.setdefault(customer, []).append((day, delay))
    return found


def _check(settled: list[Settled]) -> None:
    if len(settled) < MIN_SETTLED:
        raise _refused(RefusalGround.FEW_SETTLED, settled)
    if _known_customers(settled) < MIN_CUSTOMERS:
        raise _refused(RefusalGround.FEW_CUSTOMERS, settled)


def _known_customers(settled: list[Settled]) -> int:
    counts = Counter(customer for _, customer, _ in settled)
    return sum(count >= MIN_EACH for count in counts.values())


def _refused(ground: RefusalGround, settled: list[Settled]) -> BacktestRefused:
    return BacktestRefused(ground, settled=len(settled), customers=_known_customers(settled))


# --- one customer -----------------------------------------------------------------------------


def _play(
    stage: Stage,
    past: PastCustomer,
    history: list[tuple[int, int]],
    until: int,
    left: Counter[Left],
    errors: "_Errors",
) -> Played:
    """Replay one customer, and set what it got beside what became of its invoices."""
    items = [item_of(stage, one) for one in past.invoices]
    here = [item for item in items if item.due >= stage.first]
    left[Left.EARLY] += sum(item.due < stage.first <= item.paid_on for item in items)
    compared = list(_compared(past, here, until, left))
    delays = sorted(delay for _, delay in history)
    fates = fates_of(past, compared, delays, stage.last)
    replay = CustomerReplay(stage, past, here, KnownHabit(history, stage.weeks))
    course = replay.run()
    by_key = {fate.item.key: fate for fate in fates}
    for message in course.messages:
        for key in message.chased:
            if key in by_key:
                by_key[key].sent.append(message.day)
    errors.add(items, KnownHabit(history, stage.weeks), stage.first)
    habit = KnownHabit(history, stage.weeks).on(stage.last + 1)
    segment = past.customer.segment or habit.segment(date.fromordinal(monday_of(stage.last + 1)))
    return Played(past.customer.key, past.customer.name, fates, course, habit, segment)


def _compared(
    past: PastCustomer, items: list[Item], until: int, left: Counter[Left]
) -> Iterator[Item]:
    """The invoices to compare; of the others, why not."""
    unasked = past.customer.autopay or past.customer.do_not_contact
    disputes: dict[str, list[Dispute]] = {}
    for dispute in past.disputes:
        disputes.setdefault(dispute.invoice, []).append(dispute)
    for item in items:
        if item.past.invoice.kind is not InvoiceKind.INVOICE:
            left[Left.NO_INVOICE] += 1
        elif item.due > until:
            left[Left.RECENT] += 1
        elif unasked:
            left[Left.UNASKED] += 1
        elif any(_holds(one, item) for one in disputes.get(item.key, ())):
            left[Left.DISPUTED] += 1
        else:
            yield item


def _holds(dispute: Dispute, item: Item) -> bool:
    """Whether a dispute holds the whole invoice on a day on which it is late and open."""
    held = dispute.held
    if held is not None and held < item.past.invoice.amount:
        return False
    closed = dispute.closed_on.toordinal() if dispute.closed_on else NEVER
    return dispute.opened_on.toordinal() <= item.paid_on and closed > item.due + 1


@dataclass(slots=True)
class _Errors:
    """How far the due date and the habit were from the day of payment, invoice by invoice."""

    count: int = 0
    of_due: int = 0
    of_habit: int = 0
    bias: int = 0
    covered: int = 0

    def add(self, items: list[Item], habit: KnownHabit, first: int) -> None:
        """Foretell each settled invoice from what was known on the day it was issued."""
        wanted = [one for one in items if one.issued >= first and _teaches(one)]
        for item in sorted(wanted, key=lambda one: one.issued):
            known = habit.on(item.issued)
            delay, usual = item.paid_on - item.due, known.usual
            self.count += 1
            self.of_due += abs(delay)
            self.of_habit += abs(delay - usual)
            self.bias += usual - delay
            self.covered += delay <= known.quantile(0.8)

    def told(self) -> Prediction | None:
        """The figures; None when nothing was foretold."""
        if not self.count:
            return None
        return Prediction(
            invoices=self.count,
            mae_due=self.of_due / self.count,
            mae_habit=self.of_habit / self.count,
            bias=self.bias / self.count,
            p80=self.covered / self.count,
        )


def _teaches(item: Item) -> bool:
    return item.past.teaches and item.paid_on != NEVER


# --- all of them ------------------------------------------------------------------------------


def _report(
    stage: Stage,
    players: list[Played],
    until: int,
    left: Counter[Left],
    prediction: Prediction | None,
) -> BacktestReport:
    trial, last = stage.trial, stage.last
    fates = [fate for player in players for fate in player.fates]
    segments = by_segment(players, trial.calendar, last)
    policy, calendar = policy_volume(players), calendar_volume(players, trial.calendar, last)
    matched, matched_reminders = matched_calendar(fates, policy.reminders)
    bad = bad_from(fates)
    compared = {fate.item.key for fate in fates}
    return BacktestReport(
        since=date.fromordinal(stage.first),
        until=date.fromordinal(until),
        snapshot=stage.past.snapshot,
        rolls=stage.past.due_calendar is not None,
        customers=sum(bool(player.fates) for player in players),
        invoices=len(fates),
        unpaid=sum(fate.item.paid_on >= fate.item.due for fate in fates),
        amounts=totals(fate.item.past.invoice.amount for fate in fates),
        left_out={reason: left[reason] for reason in Left if left[reason]},
        calendar_days=trial.calendar,
        policies=_policies(stage),
        calendar=calendar,
        policy=policy,
        rolled=rolled_reminders(fates, trial.calendar, last),
        notices=sum(len(player.course.notices) for player in players),
        handed_over=_handed_over(players, compared),
        abnormal=detection(players, _is_abnormal, matched),
        bad=detection(players, lambda fate: is_bad(fate, bad), matched),
        bad_from=bad,
        matched_day=matched,
        matched_reminders=matched_reminders,
        habit_share=stage.weeks[monday_of(last + 1)].habit_share,
        prediction=prediction,
        slowest=slowest(players, bad),
        most_spared=most_spared(players),
        segments=segments,
    )


def _policies(stage: Stage) -> tuple[str, ...]:
    """The names of the policies that somebody has."""
    book = stage.trial.book
    customers = (one.customer for one in stage.past.customers)
    return tuple(sorted({one.name for who in customers for one in policies_of(who, book)}))


def _is_abnormal(fate: Fate) -> bool:
    return fate.abnormal


def _handed_over(players: list[Played], compared: set[str]) -> int:
    keys = (key for player in players for key in player.course.handed_over)
    return sum(key in compared for key in keys)

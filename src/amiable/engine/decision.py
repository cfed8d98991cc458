"""Decision: what to do for one customer today, why, and when to look again.

A decision is a function of the ledger, the customer's habit, the policy, the law and a day. The
rules below are read from the top; the first that answers decides. Steps are counted by invoice:
an invoice's next step is one more than the reminders it was chased in, so a missed day is caught
up by state, nothing is skipped when a neighbour is paid, and one message a customer carries the
highest step that any of its invoices asks for.
"""

from collections.abc import Callable
from datetime import date, timedelta
from functools import lru_cache

from amiable.engine.days import ONE_DAY, SUNDAY, BusinessCalendar, week_start
from amiable.engine.gates import (
    amount_is_too_small,
    claim_is_extinct,
    contact_is_forbidden,
    customer_is_insolvent,
    customer_is_on_hold,
    day_is_off,
    everything_disputed,
    ledger_is_stale,
    money_is_not_seen,
    money_is_on_its_way,
    nothing_is_owed,
    paid_by_direct_debit,
    period_is_quiet,
    promise_is_running,
    reply_is_unread,
    says_it_is_paid,
    too_soon_since_last,
)
from amiable.engine.ladder import (
    ladder_is_over,
    next_step_is_due,
    next_step_is_to_come,
    nobody_can_be_reached,
    nothing_is_late,
    notice_is_near,
    within_habit,
)
from amiable.engine.policy import Policy, QuietPeriod
from amiable.engine.reasons import Reason, because
from amiable.engine.situation import Account, Morning, Situation, next_change_on, see
from amiable.engine.verdict import Decision, Stop, Verdict, Wait

RULES: tuple[Callable[[Situation], Decision | None], ...] = (
    nothing_is_owed,
    customer_is_insolvent,
    contact_is_forbidden,
    claim_is_extinct,
    customer_is_on_hold,
    everything_disputed,
    reply_is_unread,
    paid_by_direct_debit,
    money_is_not_seen,
    promise_is_running,
    says_it_is_paid,
    nothing_is_late,
    money_is_on_its_way,
    within_habit,
    amount_is_too_small,
    too_soon_since_last,
    next_step_is_to_come,
    ladder_is_over,
    period_is_quiet,
    ledger_is_stale,
    day_is_off,
    nobody_can_be_reached,
    next_step_is_due,
)


def decide(account: Account, policy: Policy, morning: Morning) -> Verdict:
    """What to do for one customer on a morning. Total: every account gets exactly one verdict."""
    return judge(see(account, policy, morning))


def judge(situation: Situation) -> Verdict:
    """What to do about a situation: the first rule that answers decides."""
    for rule in RULES:
        decision = rule(situation)
        if decision is not None:
            break
    assert decision is not None  # the last rule always answers
    spared = len(situation.claims) - len(situation.started)
    return Verdict(
        decision=decision,
        alerts=_alerts(situation),
        spared=0 if isinstance(decision, Stop) else spared,
        valid_until=_valid_until(situation, decision),
    )


def _alerts(s: Situation) -> tuple[Reason, ...]:
    habit = s.account.habit
    alerts = []
    if habit.habitually_late:
        alerts.append(because("account.habitually_late", usual=habit.usual))
    drift = habit.drift(week_start(s.today))
    if drift is not None and habit.drifts(drift):
        alerts.append(because("account.drifting", days=drift))
    return tuple(alerts)


def _valid_until(s: Situation, decision: Decision) -> date:
    """When to decide anew though no fact has changed: at the latest next Monday, when the
    habits are weighed again; the next day off for what is about to leave."""
    days = [week_start(s.today) + timedelta(days=7)]
    change = next_change_on(s)
    if change is not None:
        days.append(change)
    if decision.look_again_on is not None and decision.look_again_on > s.today:
        days.append(decision.look_again_on)
    if not isinstance(decision, Wait) or decision.reasons[0].code == "day.off":
        days += _worldly_changes(s)
    if isinstance(decision, Wait) and notice_is_near(s):
        days.append(s.today + ONE_DAY)  # what keeps it back is of the day
    return min(days)


def _worldly_changes(s: Situation) -> list[date]:
    """Next day off, quiet period or staleness: what may stop a message that is ready."""
    if s.morning.imported_on is not None:
        stale = s.morning.imported_on + timedelta(days=s.policy.fresh_days + 1)
    else:
        stale = date.max
    broken = _next_break(s.today, s.morning.working, s.policy.quiet)
    return [broken, stale] if stale > s.today else [s.today + ONE_DAY]


@lru_cache(maxsize=1024)
def _next_break(today: date, working: BusinessCalendar, quiet: tuple[QuietPeriod, ...]) -> date:
    """The next day off, day of a quiet period or Sunday: the same for most customers of a day."""
    day = today + ONE_DAY
    while working.is_business_day(day) and day.weekday() != SUNDAY:
        if any(period.covers(day) for period in quiet):
            break
        day += ONE_DAY
    return day

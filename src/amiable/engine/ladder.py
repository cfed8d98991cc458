"""Ladder: the rules that climb the policy's steps, from the notice to the last reminder."""

from datetime import date, timedelta

from amiable.engine.days import ONE_DAY
from amiable.engine.gates import (
    first_late_on,
    ledger_is_stale,
    period_is_quiet,
    too_soon_since_last,
    trust_in_promise,
)
from amiable.engine.habit import Basis
from amiable.engine.ledger import OpenInvoice
from amiable.engine.money import Money, totals
from amiable.engine.policy import FixedCalendar, Step, Tone
from amiable.engine.reach import Unreachable, reach
from amiable.engine.reasons import Reason, because
from amiable.engine.situation import Claim, Situation, inferred
from amiable.engine.timeline import ContactPurpose
from amiable.engine.verdict import Decision, Escalate, Remind, Wait


def nothing_is_late(s: Situation) -> Decision | None:
    """Nothing is due; perhaps a notice before the due date."""
    if s.claims:
        return None
    notice = _notice(s)
    if notice is not None:
        return notice
    first = first_late_on(s)
    if first is None:
        return Wait(reasons=(because("ledger.nothing_owed"),), look_again_on=None)
    due_on = first - ONE_DAY
    return Wait(reasons=(because("ledger.not_due", due_on=due_on),), look_again_on=_look_at_due(s))


def within_habit(s: Situation) -> Decision | None:
    """Late, but not beyond what is usual for this customer; a broken promise ends the patience."""
    if s.started or s.breach is not None:
        return None
    first = min(s.claims, key=lambda claim: claim.next_on)
    return Wait(reasons=(_within(s, first),), look_again_on=first.next_on)


def next_step_is_to_come(s: Situation) -> Decision | None:
    """The ladder goes on, but not yet."""
    if s.ready or s.breach is not None:
        return None
    first = min(s.claims, key=lambda claim: claim.next_on)
    reason = because("step.not_yet", step=first.taken + 1, next_on=first.next_on)
    return Wait(reasons=(reason,), look_again_on=first.next_on)


def ladder_is_over(s: Situation) -> Decision | None:
    """All steps were taken: what follows (formal notice, agency, court) is a person's choice."""
    if s.step is not None:
        return None
    reason = because("step.exhausted", steps=len(s.policy.steps))
    return Escalate(reasons=(reason,), look_again_on=None)


def nobody_can_be_reached(s: Situation) -> Decision | None:
    """No contact has an address for the step: somebody must find one."""
    if not isinstance(s.reached, Unreachable):
        return None
    return Escalate(reasons=(*_why_now(s), *s.reached.reasons), look_again_on=None)


def next_step_is_due(s: Situation) -> Decision | None:
    """Remind: the step that the most advanced ready invoice asks for.

    Only the invoices whose own step has come count as chased; all that are late are listed.
    """
    reached, step = s.reached, s.step
    assert step is not None
    assert not isinstance(reached, Unreachable)
    return Remind(
        reasons=(*_why_now(s), *reached.reasons),
        look_again_on=s.today + timedelta(days=s.policy.spacing),
        step=step,
        number=s.lead.taken + 1,
        tone=_tone(s, step),
        channel=reached.channel,
        contact=reached.contact,
        cycle=s.lead.key,
        chased=tuple(claim.key for claim in s.ready) or (s.lead.key,),
        listed=tuple(claim.key for claim in s.claims),
        amounts=_net_amounts(s),
    )


# --- what the rules lean on -----------------------------------------------------------------


def _tone(s: Situation, step: Step) -> Tone:
    """The step's tone; not softer than the last one used for an invoice that is still listed,
    and one step firmer after a broken promise."""
    reached = max((claim.taken for claim in s.started), default=0)
    level = max(s.lead.taken + 1, reached)
    if s.breach is not None:
        level += 1
    firmer = s.policy.steps[min(level, len(s.policy.steps)) - 1].tone
    return max(step.tone, firmer, key=list(Tone).index)


def _why_now(s: Situation) -> tuple[Reason, ...]:
    """Why the step is due: the lead's lateness against the habit, and what came before."""
    lead = s.lead
    reasons = [_beyond(s, lead)]
    if lead.taken and lead.last_on is not None:
        reasons.append(because("step.due", step=lead.taken + 1, last_on=lead.last_on))
    breach = s.breach
    if breach is not None:
        promise = next(item for item in s.broken if item.due_on == breach)
        reasons.append(because("promise.broken", promised_on=breach, amount=promise.amount))
        reasons.append(because("step.firmer", promised_on=breach))
        reasons += trust_in_promise(s, promise)
    reasons += _left_out(s)
    return tuple(reasons)


def _left_out(s: Situation) -> list[Reason]:
    reasons = []
    for amount in s.asked:
        credits = s.credits.get(amount.currency, 0)
        if credits:
            netted = Money(minor=credits, currency=amount.currency)
            reasons.append(because("ledger.credits_netted", credits=netted))
    held = [claim.disputed for claim in (*s.claims, *s.disputed) if claim.disputed]
    if held:
        same = [amount.minor for amount in held if amount.currency == held[0].currency]
        part = Money(minor=sum(same), currency=held[0].currency)
        reasons.append(because("dispute.part", amount=part))
    if s.held:
        reasons.append(because("hold.invoice", count=len(s.held)))
    if s.paid:
        reasons.append(because("claim.left_out", count=len(s.paid)))
    guessed = inferred(s.started)
    if guessed:
        reasons.append(because("due.inferred", count=guessed))
    return reasons


def _beyond(s: Situation, claim: Claim) -> Reason:
    if isinstance(s.policy.trigger, FixedCalendar):
        return because("calendar.reached", late=claim.late)
    habit = s.account.habit
    if habit.basis is not Basis.OWN:
        return because("habit.new", late=claim.late)
    return because("habit.beyond", usual=habit.usual, late=claim.late)


def _within(s: Situation, claim: Claim) -> Reason:
    if isinstance(s.policy.trigger, FixedCalendar):
        return because("calendar.not_reached", late=claim.late)
    return because("habit.within", usual=s.account.habit.usual, late=claim.late)


def _net_amounts(s: Situation) -> tuple[Money, ...]:
    credits = s.credits
    nets = (a - Money(minor=credits.get(a.currency, 0), currency=a.currency) for a in s.asked)
    return tuple(net for net in nets if net.minor > 0)


def _notice(s: Situation) -> Decision | None:
    """A notice before the due date, once an invoice, when nothing is late and money is asked."""
    step = s.policy.notice
    if step is None or not notice_is_near(s):
        return None
    if any(s.credits.values()) or not s.morning.working.is_business_day(s.today):
        return None
    if too_soon_since_last(s) or ledger_is_stale(s) or period_is_quiet(s):
        return None
    reached = reach(s.account.customer, step)
    if isinstance(reached, Unreachable):
        return None
    near = _to_notice(s, step)
    first = near[0].invoice
    keys = tuple(item.invoice.key for item in near)
    return Remind(
        reasons=(because("step.before_due", due_on=first.due_on), *reached.reasons),
        look_again_on=s.today + timedelta(days=s.policy.spacing),
        step=step,
        number=0,
        tone=step.tone,
        channel=reached.channel,
        contact=reached.contact,
        cycle=first.key,
        chased=keys,
        listed=keys,
        amounts=totals(item.left for item in near),
    )


def notice_is_near(s: Situation) -> bool:
    """Whether the day of a notice has come, though something of the day may keep it back."""
    step = s.policy.notice
    if step is None or s.claims or s.disputed or s.answered or s.held:
        return False
    return bool(_to_notice(s, step))


def _to_notice(s: Situation, step: Step) -> list[OpenInvoice]:
    """Invoices near enough to their due date for a notice, that had none."""
    noticed = {
        key
        for one in s.account.contacted
        if one.purpose is ContactPurpose.NOTICE
        for key in one.invoices
    } | {key for skip in s.account.skipped if skip.step == 0 for key in skip.invoices}
    ahead = timedelta(days=step.after)
    return [
        item
        for due_on, item in s.to_come
        if due_on - ahead <= s.today and item.invoice.key not in noticed
    ]


def _look_at_due(s: Situation) -> date | None:
    """With nothing late: the notice's day, or else when the first invoice could be chased."""
    due_on = min((due_on for due_on, _ in s.to_come), default=None)
    if due_on is None:
        return None
    if s.policy.notice is not None:
        notice_on = due_on - timedelta(days=s.policy.notice.after)
        if notice_on > s.today:
            return notice_on
    return due_on + timedelta(days=max(s.trigger, 1))

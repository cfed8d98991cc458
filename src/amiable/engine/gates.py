"""Gates: the rules that leave a customer in peace, whatever the ladder says.

Each takes a situation and answers with a decision, or None to let the next rule speak.
"""

from datetime import date, timedelta

from amiable.engine.days import ONE_DAY
from amiable.engine.money import Money
from amiable.engine.payment_claim import look_on
from amiable.engine.promise import Promise
from amiable.engine.reasons import Reason, because
from amiable.engine.situation import Situation, next_change_on
from amiable.engine.verdict import Decision, Escalate, Hold, Stop, Wait


def nothing_is_owed(s: Situation) -> Decision | None:
    """No open invoice at all."""
    if s.account.open.invoices:
        return None
    return Wait(reasons=(because("ledger.nothing_owed"),), look_again_on=None)


def customer_is_insolvent(s: Situation) -> Decision | None:
    """Reminders of earlier debts are forbidden once proceedings are open; declare the claim."""
    since = s.account.customer.insolvent_on
    if since is None or since > s.today:
        return None
    return Stop(reasons=(because("insolvent", since=since),), look_again_on=None)


def contact_is_forbidden(s: Situation) -> Decision | None:
    """The customer must not be contacted, on any path."""
    if not s.account.customer.do_not_contact:
        return None
    return Hold(reasons=(because("hold.do_not_contact"),), look_again_on=None)


def claim_is_extinct(s: Situation) -> Decision | None:
    """All that is late is barred by limitation."""
    if not s.extinct or s.claims or s.disputed or s.answered or s.held:
        return None
    since = min(claim.item.invoice.due_on for claim in s.extinct)
    return Stop(
        reasons=(because("limitation.extinct", since=since),), look_again_on=first_late_on(s)
    )


def customer_is_on_hold(s: Situation) -> Decision | None:
    """Somebody stopped or postponed the reminders, of the customer or of all that is late."""
    for hold in s.account.holds:
        if hold.invoices or not hold.holds(s.today):
            continue
        if hold.postponed and hold.until_on:
            reason = because("postponed", until=hold.until_on)
        else:
            reason = because("hold.person", until=hold.until_on or date.max, note=hold.note)
        return Hold(reasons=(reason,), look_again_on=hold.until_on)
    if s.held and not s.claims and not s.disputed and not s.answered:
        return Hold(
            reasons=(because("hold.invoice", count=len(s.held)),), look_again_on=next_change_on(s)
        )
    return None


def everything_disputed(s: Situation) -> Decision | None:
    """Nothing undisputed is late."""
    if not s.disputed or s.claims or s.answered:
        return None
    keys = {claim.key for claim in s.disputed}
    first = next(d for d in s.account.disputes if d.invoice in keys and d.is_open(s.today))
    reason = because("dispute.all", reason=first.reason, opened_on=first.opened_on)
    return Hold(reasons=(reason,), look_again_on=first_late_on(s))


def reply_is_unread(s: Situation) -> Decision | None:
    """The customer answered: nothing leaves before somebody has read it."""
    unread = [r for r in s.account.replies if r.read_on is None and r.received_on <= s.today]
    if not unread:
        return None
    received_on = min(reply.received_on for reply in unread)
    return Hold(reasons=(because("reply.unread", received_on=received_on),), look_again_on=None)


def paid_by_direct_debit(s: Situation) -> Decision | None:
    """The company takes the money itself: asking for it would confuse."""
    if not s.account.customer.autopay:
        return None
    return Wait(reasons=(because("autopay"),), look_again_on=None)


def promise_is_running(s: Situation) -> Decision | None:
    """All that is late is promised, and the promise's date with its grace is not past."""
    if not s.promised or s.claims:
        return None
    last = max(s.running, key=lambda promise: promise.due_on)
    # Of an instalment plan it is the next part that is waited for.
    parts = [promise for promise in s.running if last.plan and promise.plan == last.plan]
    awaited = min(parts or [last], key=lambda promise: promise.due_on)
    reason = because("promise.running", promised_on=awaited.due_on)
    return Wait(
        reasons=(reason, *trust_in_promise(s, awaited)), look_again_on=s.grace_ends(awaited)
    )


def trust_in_promise(s: Situation, promise: Promise) -> tuple[Reason, ...]:
    """Why a promise has other days of grace than the policy's, if it has."""
    trust, days = s.trust_in(promise), s.policy.promise_grace
    given = trust.grace(promise, days)
    if given == days:
        return ()
    code = "promise.trusted" if given else "promise.doubted"
    return (because(code, kept=trust.kept, told=trust.told, days=given),)


def money_is_not_seen(s: Situation) -> Decision | None:
    """The customer said it had paid and the money ought to be there: a person looks for it.

    What else is ready to be asked for goes first; it leaves out what is said to be paid.
    """
    if not s.unseen or s.ready:
        return None
    first = min(s.unseen, key=lambda one: (one.from_on, one.key))
    reason = because("claim.not_seen", said_on=first.said_on, from_on=first.from_on)
    return Escalate(reasons=(reason,), look_again_on=None)


def says_it_is_paid(s: Situation) -> Decision | None:
    """All that is late is said to be paid, and the money may still be on its way."""
    if not s.paid or s.claims:
        return None
    grace, working = s.policy.claim_grace, s.morning.working
    days = {look_on(one, grace, working): one.said_on for one in s.awaited}
    first = min(days)
    reason = because("claim.waiting", said_on=days[first], look_on=first)
    return Wait(reasons=(reason,), look_again_on=first)


def money_is_on_its_way(s: Situation) -> Decision | None:
    """Money not yet matched covers the claim, or a part payment came a few days ago."""
    credits = s.credits
    asked = s.asked
    if all(credits.get(amount.currency, 0) >= amount.minor for amount in asked):
        claim = asked[0]
        covering = Money(minor=credits[claim.currency], currency=claim.currency)
        return Wait(
            reasons=(because("ledger.credits_cover", credits=covering, claim=claim),),
            look_again_on=first_late_on(s),
        )
    grace = timedelta(days=s.policy.part_paid_grace)
    part_paid = [claim.item.paid_on for claim in s.claims if claim.item.paid_on is not None]
    if part_paid and max(part_paid) + grace > s.today:
        paid_on = max(part_paid)
        return Wait(
            reasons=(because("ledger.part_paid", paid_on=paid_on),), look_again_on=paid_on + grace
        )
    return None


def period_is_quiet(s: Situation) -> Decision | None:
    """The policy keeps quiet now (August, the end of the year)."""
    if not any(period.covers(s.today) for period in s.policy.quiet):
        return None
    day = s.today + ONE_DAY
    while any(period.covers(day) for period in s.policy.quiet):
        day += ONE_DAY
    return Wait(reasons=(because("quiet.period", until=day),), look_again_on=day)


def ledger_is_stale(s: Situation) -> Decision | None:
    """The ledger is too old to say who has not paid."""
    imported_on, fresh = s.morning.imported_on, s.policy.fresh_days
    if imported_on is None or (s.today - imported_on).days <= fresh:
        return None
    days = (s.today - imported_on).days
    return Hold(
        reasons=(because("ledger.stale", imported_on=imported_on, days=days),), look_again_on=None
    )


def day_is_off(s: Situation) -> Decision | None:
    """Nobody works today at the customer's."""
    if s.morning.working.is_business_day(s.today):
        return None
    next_on = s.morning.working.roll(s.today)
    return Wait(reasons=(because("day.off", next_on=next_on),), look_again_on=next_on)


def amount_is_too_small(s: Situation) -> Decision | None:
    """Less is due than the policy finds worth a message."""
    credits, minimum = s.credits, s.policy.minimum
    asked = [a for a in s.asked if a.minor - credits.get(a.currency, 0) > 0]
    if any(a.minor - credits.get(a.currency, 0) >= minimum for a in asked):
        return None
    least = Money(minor=minimum, currency=asked[0].currency)
    reason = because("amount.below_minimum", amount=asked[0], minimum=least)
    return Wait(reasons=(reason,), look_again_on=first_late_on(s))


def too_soon_since_last(s: Situation) -> Decision | None:
    """The customer heard from us only days ago, whatever it was about."""
    last_on = s.last_contact_on
    if last_on is None or last_on + timedelta(days=s.policy.spacing) <= s.today:
        return None
    again = last_on + timedelta(days=s.policy.spacing)
    return Wait(reasons=(because("step.spacing", last_on=last_on),), look_again_on=again)


def first_late_on(s: Situation) -> date | None:
    """The first day on which a further invoice will be late."""
    return min((due_on + ONE_DAY for due_on, _ in s.to_come), default=None)

"""Situation: what is known of one customer on one morning, put in order once for the rules."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache, cached_property

from amiable.engine.days import ONE_DAY, BusinessCalendar
from amiable.engine.dispute import Dispute, disputed_amount
from amiable.engine.habit import Habit, due_for_habit
from amiable.engine.ledger import Credit, DueBasis, InvoiceKind, OpenInvoice, OpenItems
from amiable.engine.limitation import LimitationYears, extinct_on
from amiable.engine.money import Money, totals
from amiable.engine.parties import Customer
from amiable.engine.payment_claim import ClaimState, PaymentClaim, claim_states, look_on
from amiable.engine.policy import Policy, Step, days_to_step, due_step, trigger_day
from amiable.engine.promise import (
    Promise,
    PromiseState,
    Reliability,
    breaches,
    promise_states,
    reliability,
    trust_in,
)
from amiable.engine.reach import Reached, Unreachable, reach
from amiable.engine.timeline import UNASKED, Contacted, ContactPurpose, Hold, Reply, Skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Everything known of one customer on the morning of a decision.

    ``received`` is the money that came since the oldest promise or claim of payment; the other
    lists may hold more than is in force: the situation sorts it out.
    """

    customer: Customer
    open: OpenItems
    habit: Habit
    contacted: Sequence[Contacted] = ()
    skipped: Sequence[Skip] = ()
    promises: Sequence[Promise] = ()
    payment_claims: Sequence[PaymentClaim] = ()
    received: Sequence[Credit] = ()
    disputes: Sequence[Dispute] = ()
    holds: Sequence[Hold] = ()
    replies: Sequence[Reply] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Morning:
    """What all customers of a company share on one day.

    ``due_calendar`` rolls due dates where the ledger shows that nobody pays at weekends (None:
    as written); ``imported_on`` is the day of the last import of the ledger, None if never.
    """

    today: date
    working: BusinessCalendar = field(default_factory=BusinessCalendar)
    due_calendar: BusinessCalendar | None = None
    imported_on: date | None = None
    limitation: LimitationYears = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Claim:
    """One late invoice: ``late`` days after its (rolled) due day, ``amount`` that may be asked.

    ``taken`` steps were taken for it, the last on ``last_on``; ``next_on`` is the first day of
    its next step.
    """

    item: OpenInvoice
    due_on: date
    late: int
    amount: Money
    disputed: Money
    taken: int
    last_on: date | None
    next_on: date

    @property
    def key(self) -> str:
        """The invoice's key."""
        return self.item.invoice.key


@dataclass(kw_only=True)
class Situation:
    """An account seen with a policy on a morning: what the rules of `decision` look at.

    ``claims`` are the late invoices that may be asked for, ladder-ready or not; ``disputed``
    those held whole by a dispute; ``promised`` by a running promise; ``paid`` are those the
    customer says it has paid, ``awaited`` and ``unseen`` its open claims of that: the money may
    still be on its way, or ought to be there; ``held`` by a person; ``extinct`` barred.
    ``to_come`` are open invoices not due yet, first due first.
    """

    account: Account
    policy: Policy
    morning: Morning
    trigger: int
    claims: list[Claim]
    disputed: list[Claim]
    promised: list[Claim]
    paid: list[Claim]
    held: list[Claim]
    extinct: list[Claim]
    to_come: list[tuple[date, OpenInvoice]]
    running: list[Promise]
    broken: list[Promise]
    awaited: list[PaymentClaim]
    unseen: list[PaymentClaim]
    last_contact_on: date | None

    @property
    def today(self) -> date:
        """The day of the decision."""
        return self.morning.today

    @property
    def answered(self) -> bool:
        """Whether something late waits for what the customer promised, or says it has paid."""
        return bool(self.promised or self.paid)

    @cached_property
    def ready(self) -> list[Claim]:
        """Claims whose next step has come."""
        today = self.today
        return [claim for claim in self.claims if claim.next_on <= today]

    @cached_property
    def started(self) -> list[Claim]:
        """Claims beyond the habit: their first step has come, or was taken before."""
        today = self.today
        return [claim for claim in self.claims if claim.taken or claim.next_on <= today]

    @cached_property
    def lead(self) -> Claim:
        """The claim that asks for the highest step; among equals the one due first."""
        candidates = self.ready or self.started or self.claims
        return min(candidates, key=lambda claim: (-claim.taken, claim.due_on, claim.key))

    @cached_property
    def breach(self) -> date | None:
        """The date of a broken promise that nothing answered for and nothing was sent after."""
        last_on, account = self.last_contact_on, self.account
        if not self.broken:
            return None
        grace = self.policy.promise_grace
        dates = [
            promise.due_on
            for promise in breaches(account.promises, account.received, self.today, grace)
            if last_on is None or last_on <= promise.due_on
        ]
        return max(dates, default=None)

    @cached_property
    def reliability(self) -> Reliability:
        """How the customer has kept its promises so far."""
        account, grace = self.account, self.policy.promise_grace
        return reliability(account.promises, account.received, self.today, grace)

    def grace_ends(self, promise: Promise) -> date:
        """The first day on which a promise without its money is broken."""
        grace = self.trust_in(promise).grace(promise, self.policy.promise_grace)
        return promise.due_on + timedelta(days=grace + 1)

    def trust_in(self, promise: Promise) -> Reliability:
        """What the customer's other promises say of one."""
        account, grace = self.account, self.policy.promise_grace
        return trust_in(promise, account.promises, account.received, self.today, grace)

    @cached_property
    def step(self) -> Step | None:
        """The step that the lead asks for; None when the ladder is over."""
        return due_step(self.policy, self.lead.taken)

    @cached_property
    def reached(self) -> Reached | Unreachable:
        """Whom that step reaches, and how; asked only where there is a step."""
        assert self.step is not None
        return reach(self.account.customer, self.step)

    @cached_property
    def asked(self) -> tuple[Money, ...]:
        """What may be asked for, one sum a currency."""
        return totals(claim.amount for claim in self.claims)

    @cached_property
    def credits(self) -> dict[str, int]:
        """Money and credit notes not yet tied to an invoice, minor units by currency."""
        sums: dict[str, int] = {}
        for credit in self.account.open.credits:
            sums[credit.left.currency] = sums.get(credit.left.currency, 0) + credit.left.minor
        return sums


def see(account: Account, policy: Policy, morning: Morning) -> Situation:
    """Put an account in order for the rules."""
    promises = _promises(account, policy, morning.today)
    claimed = _payment_claims(account, policy, morning)
    situation = Situation(
        account=account,
        policy=policy,
        morning=morning,
        trigger=trigger_day(policy.trigger, account.habit),
        claims=[],
        disputed=[],
        promised=[],
        paid=[],
        held=[],
        extinct=[],
        to_come=[],
        running=[item for item, state in promises if state is PromiseState.RUNNING],
        broken=[item for item, state in promises if state is PromiseState.BROKEN],
        awaited=[item for item, state in claimed if state is ClaimState.WAITING],
        unseen=[item for item, state in claimed if state is ClaimState.NOT_SEEN],
        last_contact_on=max(
            (one.contacted_on for one in account.contacted if one.purpose in UNASKED),
            default=None,
        ),
    )
    _sort_invoices(situation)
    return situation


def _promises(
    account: Account, policy: Policy, today: date
) -> list[tuple[Promise, PromiseState | None]]:
    if not account.promises:
        return []
    states = promise_states(account.promises, account.received, today, policy.promise_grace)
    return list(zip(account.promises, states, strict=True))


def _payment_claims(
    account: Account, policy: Policy, morning: Morning
) -> list[tuple[PaymentClaim, ClaimState | None]]:
    """The claims of payment about something late and still open, with their states."""
    if not account.payment_claims:
        return []
    due = [
        (item.invoice.key, due_for_habit(item.invoice.due_on, morning.due_calendar))
        for item in account.open.invoices
    ]
    late = [(key, due_on) for key, due_on in due if due_on < morning.today]
    claims = [
        claim
        for claim in account.payment_claims
        if any(claim.covers(key, due_on) for key, due_on in late)
    ]
    states = claim_states(
        claims, account.received, morning.today, policy.claim_grace, morning.working
    )
    return list(zip(claims, states, strict=True))


def _sort_invoices(situation: Situation) -> None:
    account, morning = situation.account, situation.morning
    today = morning.today
    steps = _steps_taken(account)
    disputes = _open_disputes(account.disputes, today)
    held = {
        key
        for hold in account.holds
        if hold.invoices and hold.holds(today)
        for key in hold.invoices
    }
    promised = {key for promise in situation.running for key in promise.invoices}
    everything_promised = any(not promise.invoices for promise in situation.running)
    claimed = (*situation.awaited, *situation.unseen)
    years = morning.limitation.get(account.customer.kind, 0)
    for item in account.open.invoices:
        due_on = due_for_habit(item.invoice.due_on, morning.due_calendar)
        late = (today - due_on).days
        if late < 1:
            situation.to_come.append((due_on, item))
            continue
        claim = _claim(situation, item, due_on, late, disputes, steps)
        if years and late > 365 * years and _is_extinct(item, years, today):
            situation.extinct.append(claim)
        elif item.invoice.key in held:
            situation.held.append(claim)
        elif claim.amount.minor <= 0:
            situation.disputed.append(claim)
        elif everything_promised or item.invoice.key in promised:
            situation.promised.append(claim)
        elif any(one.covers(item.invoice.key, due_on) for one in claimed):
            situation.paid.append(claim)
        else:
            situation.claims.append(claim)


def _is_extinct(item: OpenInvoice, years: int, today: date) -> bool:
    return extinct_on(item.invoice.due_on, item.paid_on, years) <= today


def _claim(
    situation: Situation,
    item: OpenInvoice,
    due_on: date,
    late: int,
    disputes: Mapping[str, list[Dispute]],
    steps: Mapping[str, tuple[int, date]],
) -> Claim:
    key = item.invoice.key
    contested = disputes.get(key)
    disputed = disputed_amount(item.left, contested) if contested else _nothing(item.left.currency)
    amount = item.left - disputed if contested else item.left
    taken, last_on = steps.get(key, (0, None))
    if last_on is None:
        next_on = due_on + timedelta(days=situation.trigger)
    else:
        next_on = last_on + timedelta(days=days_to_step(situation.policy, taken))
    return Claim(item, due_on, late, amount, disputed, taken, last_on, next_on)


@cache
def _nothing(currency: str) -> Money:
    return Money(minor=0, currency=currency)


def _steps_taken(account: Account) -> dict[str, tuple[int, date]]:
    """By invoice: how many steps after the due date were taken (or skipped), and the last day."""
    steps: dict[str, tuple[int, date]] = {}
    taken = [
        (one.contacted_on, one.invoices)
        for one in account.contacted
        if one.purpose is ContactPurpose.REMINDER
    ]
    taken += [(one.skipped_on, one.invoices) for one in account.skipped if one.step > 0]
    for day, invoices in taken:
        for key in invoices:
            count, last = steps.get(key, (0, day))
            steps[key] = (count + 1, max(last, day))
    return steps


def _open_disputes(disputes: Sequence[Dispute], today: date) -> dict[str, list[Dispute]]:
    by_invoice: dict[str, list[Dispute]] = {}
    for dispute in disputes:
        if dispute.is_open(today):
            by_invoice.setdefault(dispute.invoice, []).append(dispute)
    return by_invoice


def inferred(claims: Sequence[Claim]) -> int:
    """How many of the claims rest on a due date that was inferred, not stated."""
    sure = (DueBasis.STATED, DueBasis.JOINED)
    return sum(
        claim.item.invoice.due_basis not in sure and claim.item.invoice.kind is InvoiceKind.INVOICE
        for claim in claims
    )


def next_change_on(situation: Situation) -> date | None:
    """The first day to come on which time alone may change this situation."""
    today = situation.today
    account, policy = situation.account, situation.policy
    days = [due_on + ONE_DAY for due_on, _ in situation.to_come]
    if policy.notice:
        notice = timedelta(days=policy.notice.after)
        days += [due_on - notice for due_on, _ in situation.to_come]
    for claim in situation.claims:
        days.append(claim.next_on)
        if claim.item.paid_on is not None:
            days.append(claim.item.paid_on + timedelta(days=policy.part_paid_grace))
    days += _said_days(situation)
    for hold in account.holds:
        days += [hold.from_on, hold.until_on] if hold.until_on else [hold.from_on]
    days += _extinctions(situation)
    if account.customer.insolvent_on is not None:
        days.append(account.customer.insolvent_on)
    days += [dispute.closed_on for dispute in account.disputes if dispute.closed_on]
    days += [dispute.opened_on for dispute in account.disputes]
    days += [reply.received_on for reply in account.replies]
    return min((day for day in days if day > today), default=None)


def _said_days(situation: Situation) -> list[date]:
    """The days on which what the customer promised, or says it has paid, begins or ends."""
    account, policy = situation.account, situation.policy
    days = [situation.grace_ends(promise) for promise in situation.running]
    working = situation.morning.working
    days += [look_on(one, policy.claim_grace, working) for one in situation.awaited]
    for promise in account.promises:
        days += [promise.made_on, promise.cancelled_on or promise.made_on]
    for one in account.payment_claims:
        days += [one.said_on, one.closed_on or one.said_on]
    return days


def _extinctions(situation: Situation) -> list[date]:
    """The days on which claims get barred, looked for only where that day can be near."""
    years = situation.morning.limitation.get(situation.account.customer.kind, 0)
    every = (
        *situation.claims, *situation.disputed, *situation.promised, *situation.paid,
        *situation.held,
    )  # fmt: skip
    return [
        extinct_on(claim.item.invoice.due_on, claim.item.paid_on, years)
        for claim in every
        if years and claim.late > 365 * years - 31
    ]

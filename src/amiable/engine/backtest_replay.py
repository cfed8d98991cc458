"""The replay of one customer: morning after morning, what the plan would have decided.

It builds the very `Account` the morning's plan builds, as known that morning, and asks the very
`see` and `judge`. A morning on which nothing can have changed is not asked again: an entry holds
until its ``valid_until`` or until the next fact, as in the plan.

What a backtest supposes, because the past does not tell:

- a reminder that was decided left that morning, and nobody paid for that reason alone;
- everybody could be reached: an address that bounced since says nothing of the past;
- an invoice whose ladder is over is taken in hand by a person that morning, and leaves the plan;
- a morning knows the payments up to the day before;
- what a payment paid was known when it came: matching is not done again for every morning.
"""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from itertools import accumulate

from amiable.engine.backtest_past import PastCustomer
from amiable.engine.backtest_stage import NEVER, Item, KnownHabit, Stage
from amiable.engine.decision import judge
from amiable.engine.habit import LEAST_CAP
from amiable.engine.ledger import OpenCredit, OpenItems
from amiable.engine.money import Money
from amiable.engine.parties import Channel, Contact, Customer
from amiable.engine.plan import PolicyBook
from amiable.engine.policy import FixedCalendar, Policy
from amiable.engine.situation import Account, Situation, see
from amiable.engine.timeline import Contacted, ContactPurpose, Hold
from amiable.engine.verdict import Escalate, Remind, Verdict

_ANYBODY = Contact(
    key="anybody", customer="", email="anybody@example.com", phone="+33000000000",
    mobile="+33000000000", address="-",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Message:
    """A reminder to one customer: the day, and the keys of the invoices it chased."""

    day: int
    chased: tuple[str, ...]


@dataclass(slots=True)
class Course:
    """What the replay of one customer came to."""

    messages: list[Message] = field(default_factory=list)
    notices: list[Message] = field(default_factory=list)
    handed_over: list[str] = field(default_factory=list)


class CustomerReplay:
    """One customer on the stage, from the first morning to the last."""

    def __init__(
        self, stage: Stage, past: PastCustomer, items: list[Item], habit: KnownHabit
    ) -> None:
        self.stage, self.past, self.habit = stage, past, habit
        self.customer = replace(past.customer, contacts=(_ANYBODY,), preferred_channel=None)
        policies = policies_of(past.customer, stage.trial.book)
        # What none of its policies does: write again sooner, write earlier of an invoice.
        self._apart = min(one.spacing for one in policies)
        self._patience = min(_earliest(one, past) for one in policies)
        self.course = Course()
        self._coming = sorted(items, key=lambda item: item.issued)
        self._issued = [item.issued for item in self._coming]
        # By place in ``_coming``: the first day on which anything from there on may be asked for.
        ripe = (max(item.due + self._patience, item.issued) for item in reversed(self._coming))
        self._later = [*reversed(list(accumulate(ripe, min))), NEVER]
        self._open: list[Item] = []
        self._came = 0
        self._contacted: list[Contacted] = []
        self._holds: list[Hold] = []
        self._over: set[str] = set()
        self._facts = sorted(_fact_days(past))

    def run(self) -> Course:
        """Decide every morning on which something may have changed."""
        day = self._next_ripe(self.stage.first - 1)
        while day <= self.stage.last:
            self._wake(day)
            day = self._decide(day) if self._is_ripe(day) else self._next_ripe(day)
        return self.course

    def _wake(self, day: int) -> None:
        """What was issued by the morning comes in; what was paid before it is gone."""
        came = bisect_right(self._issued, day)
        new, self._came = self._coming[self._came : came], came
        if new or any(item.paid_on < day for item in self._open):
            both = [item for item in (*self._open, *new) if item.paid_on >= day]
            both.sort(key=lambda item: (item.past.invoice.due_on, item.key))
            self._open = both
            keys = {item.key for item in both}
            # Of what was sent, only what speaks of something open counts, and the last of all.
            self._contacted = [
                one
                for one in self._contacted
                if one is self._contacted[-1] or not keys.isdisjoint(one.invoices)
            ]
            self._holds = [hold for hold in self._holds if not keys.isdisjoint(hold.invoices)]

    def _is_ripe(self, day: int) -> bool:
        """Whether anything open may be written about that morning, whatever its habit."""
        ripe = day - self._patience
        return any(item.due <= ripe and item.key not in self._over for item in self._open)

    def _next_ripe(self, day: int) -> int:
        """The next morning on which something more may be."""
        later = self._later[self._came]
        for item in self._open:
            if day < item.due + self._patience < later:
                later = item.due + self._patience
        return max(later, day + 1, self.stage.first)

    def _decide(self, day: int) -> int:
        """Decide a morning; returns the next one to look at."""
        stage = self.stage
        morning = stage.morning(day, self.past.working)
        while True:
            account = self._account(day)
            policy = stage.trial.book.policy_for(self.customer, account.habit, morning.today)
            situation = see(account, policy, morning)
            verdict = judge(situation)
            if stage.trace is not None:
                stage.trace(account, morning, verdict)
            if not _is_over(situation, verdict):
                break
            self._hand_over(situation)
        if isinstance(verdict.decision, Remind):
            self._remind(verdict.decision, policy, day)
            return day + self._apart
        return min(verdict.valid_until.toordinal(), self._next_fact(day))

    def _account(self, day: int) -> Account:
        today = date.fromordinal(day)
        return Account(
            customer=self.customer,
            open=OpenItems(
                invoices=tuple(one.as_open(day) for one in self._open),
                credits=tuple(_open_credits(self.past, today)),
            ),
            habit=self.habit.on(day),
            contacted=tuple(self._contacted),
            promises=[one for one in self.past.promises if one.made_on < today],
            received=[one for one in self.past.received if one.received_on < today],
            disputes=[one for one in self.past.disputes if one.opened_on < today],
            holds=tuple(self._holds),
        )

    def _remind(self, decision: Remind, policy: Policy, day: int) -> None:
        message = Message(day, decision.chased)
        notice = decision.number == 0
        (self.course.notices if notice else self.course.messages).append(message)
        self._contacted.append(
            Contacted(
                key=f"{policy.name}:{day}",
                customer=self.customer.key,
                contacted_on=date.fromordinal(day),
                purpose=ContactPurpose.NOTICE if notice else ContactPurpose.REMINDER,
                step=decision.number,
                invoices=decision.chased,
                channel=Channel.EMAIL,
            )
        )

    def _hand_over(self, situation: Situation) -> None:
        key = situation.lead.key
        self._over.add(key)
        self.course.handed_over.append(key)
        self._holds.append(
            Hold(key=key, customer=self.customer.key, from_on=situation.today, invoices=(key,))
        )

    def _next_fact(self, day: int) -> int:
        """The next morning that knows a payment, an invoice or a word more than this one."""
        days = [self.habit.next_change(day), self._later[self._came]]
        days += [item.paid_on + 1 for item in self._open if item.paid_on != NEVER]
        at = bisect_right(self._facts, day)
        days += self._facts[at : at + 1]
        return max(min(days), day + 1)


def policies_of(customer: Customer, book: PolicyBook) -> list[Policy]:
    """The policies a customer may have, as its segment changes."""
    if customer.policy:
        return [book.policies[customer.policy]]
    return [book.policies[name] for name in {book.default, *book.by_segment.values()}]


def _earliest(policy: Policy, past: PastCustomer) -> int:
    """The least days after a due day (before, if negative) on which a policy writes of it."""
    if policy.notice is not None:
        return -policy.notice.after
    trigger = policy.trigger
    if past.promises:
        return 1  # a broken promise ends the patience
    if isinstance(trigger, FixedCalendar):
        return max(trigger.days, 1)
    return min(trigger.floor, trigger.cap or LEAST_CAP)


def _is_over(situation: Situation, verdict: Verdict) -> bool:
    """Whether the ladder of the lead is over: what follows is a person's choice."""
    if not isinstance(verdict.decision, Escalate):
        return False
    return verdict.decision.reasons[0].code == "step.exhausted" and situation.step is None


def _open_credits(past: PastCustomer, today: date) -> Iterator[OpenCredit]:
    """What was there that morning and not yet used."""
    for one in past.credits:
        if one.credit.received_on < today:
            left = one.credit.amount.minor - sum(minor for day, minor in one.used if day < today)
            if left > 0:
                amount = Money(minor=left, currency=one.credit.amount.currency)
                yield OpenCredit(credit=one.credit, left=amount)


def _fact_days(past: PastCustomer) -> set[int]:
    """The mornings on which something that was said, or paid in part, is first known."""
    days = [one.made_on for one in past.promises]
    days += [one.received_on for one in past.received]
    days += [one.opened_on for one in past.disputes]
    days += [one.credit.received_on for one in past.credits]
    days += [day for one in past.invoices for day, _ in one.parts]
    days += [day for one in past.credits for day, _ in one.used]
    return {(day + timedelta(days=1)).toordinal() for day in days}

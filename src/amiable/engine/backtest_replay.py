"""The replay of one customer: morning after morning, what the plan would have decided.

It builds the very `Account` the morning's plan builds, as known that morning, and asks the very
`see` and `judge`. A morning on which nothing can have changed is not asked again: an entry holds
until its ``valid_until`` or until the next fact, as in the plan.

What a backtest supposes, because the past does not tell:

- a reminder that was decided left that morning, and nobody paid for that reason alone;
- everybody could be reached: an address that bounced since says nothing of the past;
- an invoice whose ladder is over is taken in hand by a person that morning, and leaves the plan;
- a morning knows the payments up to the day before.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from itertools import accumulate

from amiable.engine.backtest_past import Past, PastCustomer, PastInvoice, Trial
from amiable.engine.backtest_walk import monday_of
from amiable.engine.decision import judge
from amiable.engine.habit import CompanyHabit, Habit, due_for_habit, habit_of
from amiable.engine.ledger import OpenInvoice, OpenItems
from amiable.engine.money import Money
from amiable.engine.parties import Channel, Contact
from amiable.engine.policy import Policy
from amiable.engine.situation import Account, Morning, Situation, see
from amiable.engine.timeline import Contacted, ContactPurpose, Hold
from amiable.engine.verdict import Escalate, Remind, Verdict

NEVER = date.max.toordinal()
_ANYBODY = Contact(
    key="anybody", customer="", email="anybody@example.com", phone="+33000000000",
    mobile="+33000000000", address="-",
)  # fmt: skip

Trace = Callable[[Account, Morning, Verdict], None]
"""Called with each decision taken: what a test compares with the plan of that morning."""


@dataclass(slots=True)
class Stage:
    """What all replays of one backtest share: days as ordinals, mornings made once."""

    past: Past
    trial: Trial
    weeks: dict[int, CompanyHabit]
    first: int
    trace: Trace | None = None
    _mornings: dict[int, Morning] = field(default_factory=dict)
    _rolled: dict[date, int] = field(default_factory=dict)

    @property
    def last(self) -> int:
        """The last morning: that of the snapshot."""
        return self.past.snapshot.toordinal()

    def morning(self, day: int) -> Morning:
        """The morning of a day; the ledger is fresh, as it was then."""
        morning = self._mornings.get(day)
        if morning is None:
            morning = self._mornings[day] = Morning(
                today=date.fromordinal(day),
                working=self.trial.working,
                due_calendar=self.past.due_calendar,
                limitation=self.trial.limitation,
            )
        return morning

    def due(self, due_on: date) -> int:
        """The day lateness counts from."""
        day = self._rolled.get(due_on)
        if day is None:
            rolled = due_for_habit(due_on, self.past.due_calendar)
            day = self._rolled[due_on] = rolled.toordinal()
        return day


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


@dataclass(slots=True)
class Item:
    """An invoice on the stage: days as ordinals; ``paid_on`` is its settlement, or never."""

    past: PastInvoice
    key: str
    issued: int
    due: int
    paid_on: int
    whole: OpenInvoice

    def as_open(self, day: int) -> OpenInvoice:
        """What is open of it on a morning."""
        invoice, parts = self.past.invoice, self.past.parts
        if parts:
            parts = tuple(part for part in parts if part[0].toordinal() < day)
        if not parts:
            return self.whole
        paid = sum(minor for _, minor in parts)
        left = Money(minor=invoice.amount.minor - paid, currency=invoice.amount.currency)
        return OpenInvoice(invoice=invoice, left=left, paid_on=max(on for on, _ in parts))


def item_of(stage: Stage, past: PastInvoice) -> Item:
    """An invoice of the past, on the stage."""
    return Item(
        past,
        past.invoice.key,
        past.invoice.issued_on.toordinal(),
        stage.due(past.invoice.due_on),
        past.settled_on.toordinal() if past.settled_on else NEVER,
        OpenInvoice(invoice=past.invoice, left=past.invoice.amount),
    )


class KnownHabit:
    """The habit of one customer, morning after morning; days must not go back."""

    def __init__(self, history: list[tuple[int, int]], weeks: dict[int, CompanyHabit]) -> None:
        self._all, self._weeks = history, weeks
        self._days = [day for day, _ in history]
        self._at: tuple[int, int] | None = None
        self._habit: Habit | None = None

    def on(self, day: int) -> Habit:
        """As known that morning: settlements before it, ages from the Monday of its week."""
        known, monday = bisect_left(self._days, day), monday_of(day)
        if self._habit is None or self._at != (known, monday):
            self._at = known, monday
            company, week = self._weeks[monday], date.fromordinal(monday)
            self._habit = habit_of(self._all[:known], company, week)
        return self._habit

    def next_change(self, day: int) -> int:
        """The first morning after ``day`` that knows more."""
        at = bisect_left(self._days, day)
        return self._days[at] + 1 if at < len(self._days) else NEVER


class CustomerReplay:
    """One customer on the stage, from the first morning to the last."""

    def __init__(
        self, stage: Stage, past: PastCustomer, items: list[Item], habit: KnownHabit
    ) -> None:
        self.stage, self.past, self.habit = stage, past, habit
        self.customer = replace(past.customer, contacts=(_ANYBODY,), preferred_channel=None)
        self._notices = any(one.notice for one in stage.trial.book.policies.values())
        self.course = Course()
        self._coming = sorted(items, key=lambda item: item.issued)
        self._issued = [item.issued for item in self._coming]
        # By place in ``_coming``: the first day on which anything from there on is late.
        dues = [max(item.due + 1, item.issued) for item in reversed(self._coming)]
        self._later = [*reversed(list(accumulate(dues, min))), NEVER]
        self._open: list[Item] = []
        self._came = 0
        self._contacted: list[Contacted] = []
        self._holds: list[Hold] = []
        self._over: set[str] = set()
        self._facts = sorted(_fact_days(past))

    def run(self) -> Course:
        """Decide every morning on which something may have changed."""
        day = self._next_late(self.stage.first - 1)
        while day <= self.stage.last:
            self._wake(day)
            worth_a_look = self._notices or self._is_late(day)
            day = self._decide(day) if worth_a_look else self._next_late(day)
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

    def _is_late(self, day: int) -> bool:
        return any(item.due < day and item.key not in self._over for item in self._open)

    def _next_late(self, day: int) -> int:
        """The next morning on which something gets late (or is issued, where notices are sent)."""
        if self._notices:
            return self._issued[self._came] if self._came < len(self._issued) else NEVER
        later = self._later[self._came]
        for item in self._open:
            if day <= item.due < later:
                later = item.due + 1
        return max(later, day + 1, self.stage.first)

    def _decide(self, day: int) -> int:
        """Decide a morning; returns the next one to look at."""
        stage = self.stage
        morning = stage.morning(day)
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
            return day + 1
        return min(verdict.valid_until.toordinal(), self._next_fact(day))

    def _account(self, day: int) -> Account:
        today = date.fromordinal(day)
        return Account(
            customer=self.customer,
            open=OpenItems(invoices=tuple(one.as_open(day) for one in self._open), credits=()),
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
        if self._notices and self._came < len(self._issued):
            days.append(self._issued[self._came])
        at = bisect_right(self._facts, day)
        days += self._facts[at : at + 1]
        return max(min(days), day + 1)


def _is_over(situation: Situation, verdict: Verdict) -> bool:
    """Whether the ladder of the lead is over: what follows is a person's choice."""
    if not isinstance(verdict.decision, Escalate):
        return False
    return verdict.decision.reasons[0].code == "step.exhausted" and situation.step is None


def _fact_days(past: PastCustomer) -> set[int]:
    """The mornings on which something that was said, or paid in part, is first known."""
    days = [one.made_on for one in past.promises]
    days += [one.received_on for one in past.received]
    days += [one.opened_on for one in past.disputes]
    days += [day for one in past.invoices for day, _ in one.parts]
    return {(day + timedelta(days=1)).toordinal() for day in days}

"""Sight: everything about one customer as of a day, for who looks at it."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from amiable.desk.access import own
from amiable.desk.habit import known_habits
from amiable.desk.history import Event, history_of
from amiable.desk.look import HabitLine, habit_line
from amiable.desk.plan import DecisionDesk
from amiable.engine.habit import Habit, due_for_habit
from amiable.engine.ledger import DueBasis, OpenInvoice
from amiable.engine.money import Money, totals
from amiable.engine.parties import Language
from amiable.engine.policy import Policy
from amiable.engine.situation import Account, Situation, see
from amiable.engine.trend import Month, trend
from amiable.engine.verdict import Verdict
from amiable.store.models import Company, Customer
from amiable.store.plan import kind_of
from amiable.words import say, sentence, term


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemView:
    """An open invoice as it is shown; ``mark`` is a star for an inferred due date.

    ``code`` names its state, ``state`` says it; ``late`` is zero or less when it is not late.
    """

    key: str
    number: str
    issued_on: date
    due_on: date
    late: int
    amount: Money
    left: Money
    code: str
    state: str
    mark: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditView:
    """Money or a credit note not tied to an invoice."""

    number: str
    on: date
    left: Money
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactView:
    """A contact as it is shown."""

    name: str
    role: str
    email: str
    phone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """One customer decided on one day: the values behind every view of it."""

    row: Customer
    account: Account
    policy: Policy
    situation: Situation
    verdict: Verdict
    today: date

    @property
    def habit(self) -> Habit:
        """How the customer usually pays."""
        return self.account.habit

    @property
    def line(self) -> HabitLine:
        """The habit in figures."""
        return habit_line(self.row.key, self.row.name, self.habit, self.policy, self.today)

    @property
    def late(self) -> int | None:
        """Days since the oldest claim was due; None when nothing is claimed."""
        return max((claim.late for claim in self.situation.claims), default=None)

    @property
    def due(self) -> tuple[Money, ...]:
        """What is open, one sum a currency."""
        return totals(item.left for item in self.account.open.invoices)

    @property
    def overdue(self) -> tuple[Money, ...]:
        """What is past its due date, one sum a currency."""
        not_late = {item.invoice.key for _, item in self.situation.to_come}
        items = self.account.open.invoices
        return totals(item.left for item in items if item.invoice.key not in not_late)

    @property
    def early(self) -> int:
        """How many past payments came before the day a reminder is useful."""
        return sum(delay < self.situation.trigger for _, delay in self.habit.history)

    @property
    def trend(self) -> tuple[Month, ...]:
        """The delays month by month."""
        return trend(self.habit.history, self.today)


def sight_of(company: Company, row: Customer, today: date) -> Sight:
    """Decide one customer on what is known now; nothing is stored. Raises OtherCompany.

    The ledger is not counted for it: habits are those that were last weighed.
    """
    own(company, row)
    desk = DecisionDesk(company, today, known_habits(company, today))
    one, entry = desk.decide([row.pk])[0]
    policy = desk.book.policies[entry.policy]
    return Sight(
        row=row,
        account=one.account,
        policy=policy,
        situation=see(one.account, policy, desk.morning(one.account)),
        verdict=entry.verdict,
        today=today,
    )


@dataclass(slots=True, kw_only=True)
class CustomerView:
    """One customer on one day."""

    key: str
    name: str
    kind: str
    policy: str
    habit: HabitLine
    habit_sentence: str
    late: int | None
    items: list[ItemView]
    credits: list[CreditView]
    decision: str
    reasons: list[str]
    alerts: list[str]
    look_again_on: date | None
    contacts: list[ContactView]
    history: list[Event]

    def record(self) -> dict[str, Any]:
        """As plain values, for programs."""
        return asdict(self)


def view_customer(company: Company, row: Customer, today: date, language: Language) -> CustomerView:
    """Everything about one customer as of a day, in the reader's language. Raises OtherCompany."""
    sight = sight_of(company, row, today)
    verdict = sight.verdict
    return CustomerView(
        key=row.key,
        name=row.name,
        kind=row.kind,
        policy=sight.policy.name,
        habit=sight.line,
        habit_sentence=habit_sentence(sight, language),
        late=sight.late,
        items=items_of(sight, language),
        credits=credits_of(sight),
        decision=kind_of(verdict.decision),
        reasons=[sentence(reason, language) for reason in verdict.decision.reasons],
        alerts=[sentence(reason, language) for reason in verdict.alerts],
        look_again_on=verdict.decision.look_again_on,
        contacts=[
            ContactView(name=c.name, role=c.role.value, email=c.email, phone=c.phone)
            for c in sight.account.customer.contacts
        ],
        history=history_of(company, row, today, language),
    )


def habit_sentence(sight: Sight, language: Language) -> str:
    """How the customer pays, and where the figures come from."""
    habit = sight.habit
    return say(
        language,
        f"habit.{habit.basis.value}",
        n=habit.n,
        usual=habit.usual,
        low=habit.quantile(0.2),
        high=habit.quantile(0.8),
        share=round(100 * habit.own_share),
        trigger=sight.situation.trigger,
    )


def credits_of(sight: Sight) -> list[CreditView]:
    """What lowers the debt and is not tied to an invoice yet."""
    return [
        CreditView(
            number=one.credit.number,
            on=one.credit.received_on,
            left=one.left,
            kind=one.credit.kind.value,
        )
        for one in sight.account.open.credits
    ]


def items_of(sight: Sight, language: Language, limit: int | None = None) -> list[ItemView]:
    """The open invoices, first due first, the first ``limit`` of them if there is one."""
    situation = sight.situation
    states: dict[str, str] = {}
    for name in ("disputed", "promised", "paid", "held", "extinct"):
        states |= dict.fromkeys((claim.key for claim in getattr(situation, name)), name)
    for claim in situation.claims:
        reached = "beyond" if claim.taken or claim.next_on <= situation.today else "within"
        states[claim.key] = f"reminded_{min(claim.taken, 3)}" if claim.taken else reached
    shown: Sequence[OpenInvoice] = sight.account.open.invoices[:limit]
    return [
        _item(item, states.get(item.invoice.key, "to_come"), situation, language) for item in shown
    ]


def _item(item: OpenInvoice, state: str, situation: Situation, language: Language) -> ItemView:
    invoice = item.invoice
    sure = invoice.due_basis in (DueBasis.STATED, DueBasis.JOINED, DueBasis.ISSUE)
    counted_from = due_for_habit(invoice.due_on, situation.morning.due_calendar)
    return ItemView(
        key=invoice.key,
        number=invoice.number or invoice.label,
        issued_on=invoice.issued_on,
        due_on=invoice.due_on,
        late=(situation.today - counted_from).days,
        amount=invoice.amount,
        left=item.left,
        code=state,
        state=term(language, "item", state),
        mark="" if sure else "*",
    )

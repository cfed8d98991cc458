"""Look: what a person wants to see of one customer, of all habits, of the company today."""

from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from amiable.desk.access import own
from amiable.desk.habit import learn_habits
from amiable.desk.history import Event, history_of
from amiable.desk.plan import DecisionDesk
from amiable.engine.days import week_start
from amiable.engine.habit import Habit, due_for_habit, habit_of
from amiable.engine.ledger import DueBasis, OpenInvoice
from amiable.engine.money import Money
from amiable.engine.parties import Language
from amiable.engine.policy import Policy, trigger_day
from amiable.engine.situation import Situation, see
from amiable.store.company import load_policies
from amiable.store.customer import list_customers, load_customers
from amiable.store.habit import load_company_habit, load_histories
from amiable.store.ledger import overdue_sums
from amiable.store.models import Company, Customer, Invoice
from amiable.store.outbox import count_states, doubtful_rows
from amiable.store.plan import count_kinds, kind_of
from amiable.words import say, sentence, term, write_money


@dataclass(frozen=True, slots=True, kw_only=True)
class HabitLine:
    """A customer's habit in figures: days after the due date; shares from 0 to 1."""

    key: str
    name: str
    n: int
    usual: int
    low: int
    high: int
    trigger: int
    own_share: float
    delays: tuple[int, ...]
    habit_share: float
    segment: str


def habit_lines(company: Company, today: date) -> list[HabitLine]:
    """The habits of all customers that have paid something, most invoices first."""
    learned = learn_habits(company, today)
    book = load_policies(company)
    histories = dict(load_histories(company.pk, today))
    customers = load_customers(company.pk, sorted(histories))
    week = week_start(today)
    lines = []
    for pk, history in histories.items():
        habit = habit_of(history, learned, week)
        policy = book.policy_for(customers[pk], habit, today)
        lines.append(_habit_line(customers[pk].key, customers[pk].name, habit, policy, today))
    return sorted(lines, key=lambda line: (-line.n, line.name))


def _habit_line(key: str, name: str, habit: Habit, policy: Policy, today: date) -> HabitLine:
    return HabitLine(
        key=key,
        name=name,
        n=habit.n,
        usual=habit.usual,
        low=habit.quantile(0.2),
        high=habit.quantile(0.8),
        trigger=trigger_day(policy.trigger, habit),
        own_share=round(habit.own_share, 3),
        delays=tuple(delay for _, delay in habit.history),
        habit_share=round(habit.company.habit_share, 3),
        segment=habit.segment(today).value,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemView:
    """An open invoice as it is shown; ``mark`` is a star for an inferred due date."""

    number: str
    issued_on: date
    due_on: date
    late: int
    amount: Money
    left: Money
    state: str
    mark: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditView:
    """Money or a credit note not tied to an invoice."""

    number: str
    on: date
    left: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactView:
    """A contact as it is shown."""

    name: str
    role: str
    email: str
    phone: str


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
    own(company, row)
    desk = DecisionDesk(company, today, learn_habits(company, today))
    one, entry = desk.decide([row.pk])[0]
    account, verdict = one.account, entry.verdict
    policy = desk.book.policies[entry.policy]
    situation = see(account, policy, desk.morning(account))
    habit = account.habit
    lates = [claim.late for claim in situation.claims]
    return CustomerView(
        key=row.key,
        name=row.name,
        kind=row.kind,
        policy=entry.policy,
        habit=_habit_line(row.key, row.name, habit, policy, today),
        habit_sentence=_habit_sentence(habit, situation, language),
        late=max(lates, default=None),
        items=_items(situation, language),
        credits=[
            CreditView(number=c.credit.number, on=c.credit.received_on, left=c.left)
            for c in account.open.credits
        ],
        decision=kind_of(verdict.decision),
        reasons=[sentence(reason, language) for reason in verdict.decision.reasons],
        alerts=[sentence(reason, language) for reason in verdict.alerts],
        look_again_on=verdict.decision.look_again_on,
        contacts=[
            ContactView(name=c.name, role=c.role.value, email=c.email, phone=c.phone)
            for c in account.customer.contacts
        ],
        history=history_of(company, row, today, language),
    )


def _habit_sentence(habit: Habit, situation: Situation, language: Language) -> str:
    share = round(100 * habit.own_share)
    key = f"habit.{habit.basis.value}"
    return say(
        language,
        key,
        n=habit.n,
        usual=habit.usual,
        low=habit.quantile(0.2),
        high=habit.quantile(0.8),
        share=share,
        trigger=situation.trigger,
    )


def _items(situation: Situation, language: Language) -> list[ItemView]:
    states: dict[str, str] = {}
    for name in ("disputed", "promised", "held", "extinct"):
        states |= dict.fromkeys((claim.key for claim in getattr(situation, name)), name)
    for claim in situation.claims:
        reached = "beyond" if claim.taken or claim.next_on <= situation.today else "within"
        states[claim.key] = f"reminded_{min(claim.taken, 3)}" if claim.taken else reached
    return [
        _item(item, states.get(item.invoice.key, "to_come"), situation, language)
        for item in situation.account.open.invoices
    ]


def _item(item: OpenInvoice, state: str, situation: Situation, language: Language) -> ItemView:
    invoice = item.invoice
    sure = invoice.due_basis in (DueBasis.STATED, DueBasis.JOINED, DueBasis.ISSUE)
    counted_from = due_for_habit(invoice.due_on, situation.morning.due_calendar)
    return ItemView(
        number=invoice.number or invoice.label,
        issued_on=invoice.issued_on,
        due_on=invoice.due_on,
        late=(situation.today - counted_from).days,
        amount=invoice.amount,
        left=item.left,
        state=term(language, "item", state),
        mark="" if sure else "*",
    )


@dataclass(slots=True, kw_only=True)
class Status:
    """Where a company stands on a day; ``overdue`` as text, one amount a currency."""

    imported_on: date | None
    ledger_age: int
    customers: int
    invoices: int
    open: int
    overdue: list[str]
    plan: dict[str, int]
    spared: int
    outbox: dict[str, int]
    habit_share: float | None
    doubtful: list[str] = field(default_factory=list)

    def record(self) -> dict[str, Any]:
        """As plain values, for programs."""
        return asdict(self)


def status_of(company: Company, today: date, language: Language) -> Status:
    """The state of a company on a day."""
    invoices = Invoice.objects.of(company.pk)
    known = load_company_habit(company.pk)
    counts = count_kinds(company.pk, today)
    spared = counts.pop("spared")
    age = (today - company.imported_on).days if company.imported_on else 0
    return Status(
        imported_on=company.imported_on,
        ledger_age=age,
        customers=len(list_customers(company.pk)),
        invoices=invoices.count(),
        open=invoices.filter(settled_on=None).count(),
        overdue=[write_money(amount, language) for amount in _overdue(company, today)],
        plan=counts,
        spared=spared,
        outbox=count_states(company.pk),
        habit_share=round(known[1].habit_share, 2) if known else None,
        doubtful=[
            say(
                language,
                f"outbox.{row.state}",
                customer=row.customer.name,
                subject=row.subject,
                detail=row.detail or "–",
            )
            for row in doubtful_rows(company.pk)
        ],
    )


def _overdue(company: Company, today: date) -> list[Money]:
    """What is past its due date, one amount a currency, part payments taken off."""
    return [
        Money(minor=minor, currency=currency)
        for currency, minor in overdue_sums(company.pk, today).items()
    ]

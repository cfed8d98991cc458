"""Random accounts, policies and mornings: everything a decision looks at, edges included."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

from hypothesis import strategies as st

from amiable.engine.days import BusinessCalendar, week_start
from amiable.engine.decision import decide
from amiable.engine.dispute import Dispute
from amiable.engine.habit import NO_HISTORY, Habit, habit_of, learn_company
from amiable.engine.ledger import Credit, Invoice, OpenCredit, OpenInvoice, OpenItems
from amiable.engine.money import Money
from amiable.engine.parties import Channel, Contact, ContactRole, Customer, CustomerKind
from amiable.engine.payment_claim import PaymentClaim
from amiable.engine.policy import FixedCalendar, HabitQuantile, Policy, QuietPeriod, Step, Tone
from amiable.engine.promise import Promise
from amiable.engine.situation import Account, Morning
from amiable.engine.timeline import Contacted, ContactPurpose, Hold, Reply, Skip
from amiable.engine.verdict import Verdict

START = date(2026, 3, 16)  # five weeks with Easter Monday and the first of May
HOLIDAYS = frozenset({date(2026, 4, 6), date(2026, 5, 1)})
WORKING = BusinessCalendar(holidays=HOLIDAYS)
COMPANY = learn_company([[(1, d)] * 12 for d in (0, 4, 10, 14)])

_MINOR = st.sampled_from([1, 3_000, 5_000, 10_000, 25_000])
_CURRENCY = st.sampled_from(["EUR", "EUR", "EUR", "USD"])
_LADDER = (
    Step(after=0, tone=Tone.FRIENDLY),
    Step(after=8, tone=Tone.FIRM, role=ContactRole.MAIN),
    Step(after=17, tone=Tone.STERN, channel=Channel.CALL),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One decision to take."""

    account: Account
    policy: Policy
    morning: Morning

    def verdict(self) -> Verdict:
        return decide(self.account, self.policy, self.morning)

    def on(self, day: date) -> "Case":
        """The same facts on another morning."""
        return replace(self, morning=replace(self.morning, today=day))


def days_around(today: date, before: int, after: int) -> st.SearchStrategy[date]:
    return st.integers(-before, after).map(lambda n: today + timedelta(days=n))


@st.composite
def open_invoices(draw: st.DrawFn, today: date, old: bool) -> tuple[OpenInvoice, ...]:
    found = []
    for number in range(draw(st.sampled_from([1, 2, 3, 1, 0, 4]))):
        due = draw(days_around(today, 45, 12))
        if old and draw(st.integers(0, 9)) == 7:
            due = due.replace(year=draw(st.sampled_from([2021, 2024])))
        amount = Money(minor=draw(_MINOR), currency=draw(_CURRENCY))
        part = draw(st.booleans()) and amount.minor > 1
        invoice = Invoice(
            key=f"i{number}",
            customer="c",
            number=f"i{number}",
            issued_on=min(due - timedelta(days=30), today),
            due_on=due,
            amount=amount,
        )
        found.append(
            OpenInvoice(
                invoice=invoice,
                left=replace(amount, minor=amount.minor // 2) if part else amount,
                paid_on=draw(days_around(today, 9, 0)) if part else None,
            )
        )
    found.sort(key=lambda one: (one.invoice.due_on, one.invoice.key))
    return tuple(found)


@st.composite
def open_credits(draw: st.DrawFn, today: date) -> tuple[OpenCredit, ...]:
    credits = (
        Credit(
            key=f"c{number}",
            customer="c",
            number="",
            received_on=today,
            amount=Money(minor=draw(_MINOR), currency=draw(_CURRENCY)),
        )
        for number in range(draw(st.sampled_from([0, 0, 0, 1, 2])))
    )
    return tuple(OpenCredit(credit=one, left=one.amount) for one in credits)


@st.composite
def habits(draw: st.DrawFn, today: date) -> Habit:
    monday = week_start(today)
    company = draw(st.sampled_from([NO_HISTORY, COMPANY]))
    delay = draw(st.sampled_from([-5, 0, 5, 10, 20]))
    count = draw(st.sampled_from([0, 2, 12]))
    return habit_of([(monday.toordinal() - 30, delay)] * count, company, monday)


@st.composite
def policies(draw: st.DrawFn) -> Policy:
    trigger = draw(
        st.one_of(
            st.builds(FixedCalendar, days=st.integers(0, 20)),
            st.builds(HabitQuantile, share=st.sampled_from([0.6, 0.7, 0.8])),
        )
    )
    days = st.sampled_from(["03-20", "03-28", "04-02", "04-10", "04-18"])
    quiet = st.builds(QuietPeriod, from_day=days, until_day=days)
    notice = Step(after=draw(st.integers(1, 10)), tone=Tone.NOTICE)
    return Policy(
        name="p",
        trigger=trigger,
        steps=_LADDER[: draw(st.integers(1, 3))],
        notice=draw(st.sampled_from([None, notice])),
        spacing=draw(st.sampled_from([1, 3, 7])),
        minimum=draw(st.sampled_from([0, 0, 4_000])),
        part_paid_grace=draw(st.sampled_from([0, 2, 5])),
        promise_grace=draw(st.integers(0, 3)),
        fresh_days=draw(st.sampled_from([3, 7, 30])),
        repeat_every=draw(st.sampled_from([0, 10])),
        quiet=draw(st.sampled_from([(), (draw(quiet),)])),
    )


@st.composite
def customers(draw: st.DrawFn, today: date) -> Customer:
    rare = st.integers(0, 19).map(lambda n: n == 13)
    contacts = tuple(
        Contact(
            key=f"k{number}",
            customer="c",
            role=draw(st.sampled_from(ContactRole)),
            email=draw(st.sampled_from(["a@c.test", "b@c.test", ""])),
            phone=draw(st.sampled_from(["01", ""])),
            bounced_on=draw(st.sampled_from([None, None, today])),
        )
        for number in range(draw(st.sampled_from([2, 1, 3, 0])))
    )
    return Customer(
        key="c",
        name="c",
        kind=draw(st.sampled_from(CustomerKind)),
        preferred_channel=draw(st.sampled_from([None, None, Channel.CALL])),
        autopay=draw(rare),
        do_not_contact=draw(rare),
        insolvent_on=draw(days_around(today, 3, 9)) if draw(rare) else None,
        contacts=contacts,
    )


@st.composite
def accounts(draw: st.DrawFn, today: date, old: bool = True) -> Account:
    invoices = draw(open_invoices(today, old))
    keys = [one.invoice.key for one in invoices] or ["gone"]
    some = st.lists(st.sampled_from(keys), max_size=3, unique=True).map(tuple)
    dates = {"before": days_around(today, 20, 0), "around": days_around(today, 9, 9)}
    few = st.sampled_from([0, 0, 0, 0, 0, 1, 2])
    return Account(
        customer=draw(customers(today)),
        open=OpenItems(invoices=invoices, credits=draw(open_credits(today))),
        habit=draw(habits(today)),
        contacted=[_contacted(draw, n, dates, some) for n in range(draw(st.integers(0, 4)))],
        skipped=[_skip(draw, n, dates, some) for n in range(draw(few))],
        promises=[_promise(draw, n, dates, some) for n in range(draw(few))],
        payment_claims=[_claim(draw, n, dates, some) for n in range(draw(few))],
        received=draw(st.lists(_received(today), max_size=1)),
        disputes=[_dispute(draw, n, dates, keys) for n in range(draw(few))],
        holds=[_hold(draw, n, dates, some) for n in range(draw(few))],
        replies=[_reply(draw, n, dates) for n in range(draw(st.sampled_from([0] * 9 + [1])))],
    )


Dates = dict[str, st.SearchStrategy[date]]
Keys = st.SearchStrategy[tuple[str, ...]]


def _contacted(draw: st.DrawFn, n: int, dates: Dates, some: Keys) -> Contacted:
    purpose = draw(st.sampled_from([ContactPurpose.REMINDER] * 3 + list(ContactPurpose)))
    return Contacted(
        key=f"s{n}",
        customer="c",
        contacted_on=draw(dates["before"]),
        purpose=purpose,
        step=int(purpose is ContactPurpose.REMINDER),
        invoices=draw(some),
        channel=Channel.EMAIL,
    )


def _skip(draw: st.DrawFn, n: int, dates: Dates, some: Keys) -> Skip:
    return Skip(
        key=f"k{n}",
        customer="c",
        skipped_on=draw(dates["before"]),
        step=draw(st.integers(0, 2)),
        invoices=draw(some),
    )


def _promise(draw: st.DrawFn, n: int, dates: Dates, some: Keys) -> Promise:
    made = draw(dates["before"])
    return Promise(
        key=f"p{n}",
        customer="c",
        made_on=made,
        due_on=made + timedelta(days=draw(st.integers(0, 25))),
        amount=Money(minor=draw(_MINOR), currency="EUR"),
        invoices=draw(some),
    )


def _claim(draw: st.DrawFn, n: int, dates: Dates, some: Keys) -> PaymentClaim:
    said = draw(dates["before"])
    return PaymentClaim(
        key=f"l{n}",
        customer="c",
        said_on=said,
        paid_on=draw(st.sampled_from([None, said, said - timedelta(days=4)])),
        amount=draw(st.sampled_from([None, Money(minor=5_000, currency="EUR")])),
        invoices=draw(some),
        closed_on=draw(st.sampled_from([None, None, draw(dates["around"])])),
        found=draw(st.booleans()),
    )


def _received(today: date) -> st.SearchStrategy[Credit]:
    return st.builds(
        Credit,
        key=st.just("r"),
        customer=st.just("c"),
        number=st.just(""),
        received_on=days_around(today, 9, 0),
        amount=st.builds(Money, minor=_MINOR, currency=st.just("EUR")),
    )


def _dispute(draw: st.DrawFn, n: int, dates: Dates, keys: list[str]) -> Dispute:
    opened = draw(dates["before"])
    return Dispute(
        key=f"d{n}",
        customer="c",
        invoice=draw(st.sampled_from(keys)),
        opened_on=opened,
        reason="r",
        amount=draw(st.sampled_from([None, None, Money(minor=2_000, currency="EUR")])),
        closed_on=draw(st.sampled_from([None, draw(dates["around"])])),
    )


def _hold(draw: st.DrawFn, n: int, dates: Dates, some: Keys) -> Hold:
    start = draw(dates["around"])
    until = start + timedelta(days=draw(st.integers(1, 12)))
    return Hold(
        key=f"h{n}",
        customer="c",
        from_on=start,
        until_on=draw(st.sampled_from([None, until])),
        invoices=draw(some),
        postponed=draw(st.booleans()),
    )


def _reply(draw: st.DrawFn, n: int, dates: Dates) -> Reply:
    received = draw(dates["before"])
    return Reply(
        key=f"y{n}",
        customer="c",
        received_on=received,
        read_on=draw(st.sampled_from([None, received])),
    )


@st.composite
def cases(draw: st.DrawFn, old: bool = True) -> Case:
    today = draw(days_around(START, 0, 40))
    return Case(
        account=draw(accounts(today, old)),
        policy=draw(policies()),
        morning=Morning(
            today=today,
            working=WORKING,
            due_calendar=draw(st.sampled_from([None, WORKING])),
            imported_on=draw(st.one_of(st.none(), days_around(today, 9, 0))),
            limitation={
                CustomerKind.BUSINESS: 5,
                CustomerKind.CONSUMER: 2,
                CustomerKind.PUBLIC: 5,
            },
        ),
    )

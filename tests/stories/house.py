"""A house in which a story is played: sentences become facts, a plan is asked for.

`EngineHouse` holds values in memory and asks the engine alone; `DeskHouse` brings the same facts
into the database through the desk's verbs.
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from amiable.engine.days import BusinessCalendar
from amiable.engine.instalment import Part, Rhythm, schedule
from amiable.engine.ledger import Credit, CreditKind, DueBasis, Invoice, InvoiceKind
from amiable.engine.money import Money
from amiable.engine.parties import (
    Channel,
    Contact,
    ContactRole,
    Customer,
    CustomerKind,
    Language,
    Segment,
)
from amiable.engine.policy import Policy
from tests.stories.expected import Expected, Seen
from tests.stories.page import Story
from tests.stories.past import past
from tests.stories.terms import changed, shipped

START = date(2000, 1, 1)  # what has no day was so from the start


class StoryFailed(AssertionError):
    """Something happened otherwise than told."""


def play(story: Story, house: "House") -> None:
    """Play a story to its end; raises StoryFailed at the first line that is not so."""
    for line in story.lines:
        verb = getattr(house, line.verb.replace(" ", "_").replace("-", "_"))
        days = {} if line.on is None else {"on": line.on}
        found = verb(**days, **line.facts)
        if found:
            where = f"{story.path}:{line.number} ({type(house).__name__})"
            raise StoryFailed("\n  ".join([f"{where}: {line.text}", *found]))


class House(ABC):
    """What both houses share. ``daily``: the ledger is imported every morning."""

    def __init__(self) -> None:
        self.people: dict[str, Customer] = {}
        self.unreachable: set[str] = set()
        self.default = ""
        self.policies: dict[str, Policy] = {}
        self.daily = True
        self._facts = 0

    # --- what a house must do ---------------------------------------------------------------

    @abstractmethod
    def take(
        self,
        on: date,
        who: str,
        invoices: Sequence[Invoice] = (),
        credits: Sequence[Credit] = (),
    ) -> None:
        """Bring facts of a customer's ledger in; with none, the customer itself."""

    @abstractmethod
    def change(self, on: date, who: str) -> None:
        """The customer's own record in ``people`` changed."""

    @abstractmethod
    def publish(self, on: date, policy: Policy) -> None:
        """A policy is in force from now on."""

    @abstractmethod
    def imported(self, on: date) -> None:
        """The ledger was brought up to date."""

    @abstractmethod
    def agree(
        self, on: date, who: str, parts: Sequence[Part], numbers: tuple[str, ...] = ()
    ) -> None:
        """An instalment plan is agreed."""

    @abstractmethod
    def look(self, on: date, who: str) -> Seen:
        """Today's plan for a customer."""

    # --- sentences --------------------------------------------------------------------------

    def company(self, who: str, policy: str) -> None:
        self.default = policy
        self.publish(START, shipped(policy))

    def policy(self, changes: tuple[str, ...], on: date = START) -> None:
        self.publish(on, changed(self.policies[self.default], changes))

    def customer(self, who: str, traits: tuple[str, ...]) -> None:
        self._know(who)
        for trait in traits:
            self.people[who] = self._with(self.people[who], trait)
        self.change(START, who)

    def contact(self, who: str, role: str, address: str, on: date = START) -> None:
        self._know(who)
        kind = "phone" if address[0] in "+0123456789" and "@" not in address else "address"
        kind = "email" if "@" in address else kind
        customer = self.people[who]
        known = [one for one in customer.contacts if one.role == role and not getattr(one, kind)]
        others = tuple(one for one in customer.contacts if one not in known)
        new = known[0] if known else self._contact(who, role)
        self.people[who] = replace(customer, contacts=(*others, replace(new, **{kind: address})))
        self.change(on, who)

    def habit(
        self, who: str, count: int, delays: tuple[int, ...], until: date, every: int = 21
    ) -> None:
        self._know(who)
        invoices, credits = past(who, count, delays, every, until)
        self.take(until, who, invoices, credits)

    def invoice(
        self, on: date, number: str, who: str, amount: Money, due: date, inferred: bool = False
    ) -> None:
        self._know(who)
        invoice = Invoice(
            key=number,
            customer=who,
            number=number,
            issued_on=on,
            due_on=due,
            amount=amount,
            due_basis=DueBasis.LEGAL if inferred else DueBasis.STATED,
        )
        self.take(on, who, [invoice])

    def bounced(self, on: date, who: str, amount: Money) -> None:
        self._debit(on, who, amount, InvoiceKind.RETURNED)

    def debit(self, on: date, who: str, amount: Money) -> None:
        self._debit(on, who, amount, InvoiceKind.ADJUSTMENT)

    def payment(self, on: date, who: str, amount: Money, number: str = "", text: str = "") -> None:
        self._credit(on, who, amount, CreditKind.PAYMENT, number, text)

    def deposit(self, on: date, who: str, amount: Money, number: str = "", text: str = "") -> None:
        self._credit(on, who, amount, CreditKind.DEPOSIT, number, text)

    def credit_note(
        self, on: date, who: str, amount: Money, number: str = "", text: str = ""
    ) -> None:
        self._credit(on, who, amount, CreditKind.CREDIT_NOTE, number, text)

    def write_off(self, on: date, who: str, amount: Money, number: str) -> None:
        self._credit(on, who, amount, CreditKind.WRITE_OFF, number, "")

    def autopay(self, on: date, who: str) -> None:
        self._change(on, who, autopay=True)

    def do_not_contact(self, on: date, who: str) -> None:
        self._change(on, who, do_not_contact=True)

    def insolvent(self, on: date, who: str) -> None:
        self._change(on, who, insolvent_on=on)

    def bounce(self, on: date, who: str, address: str) -> None:
        contacts = tuple(
            replace(one, bounced_on=on) if one.email == address else one
            for one in self.people[who].contacts
        )
        assert contacts != self.people[who].contacts, f"{who} has no contact {address}"
        self._change(on, who, contacts=contacts)

    def instalments(
        self,
        on: date,
        who: str,
        count: int,
        amount: Money,
        rhythm: str,
        due: date,
        numbers: tuple[str, ...] = (),
    ) -> None:
        total = Money(minor=amount.minor * count, currency=amount.currency)
        parts = schedule(total, count, due, Rhythm(rhythm), BusinessCalendar())
        self.agree(on, who, parts, numbers)

    def no_import(self, on: date) -> None:
        self.daily = False

    def plan(self, on: date, who: str, kind: str, expected: Expected) -> list[str]:
        self._introduce(on)
        if self.daily:
            self.imported(on)
        return expected.differences(self.look(on, who))

    # --- what the sentences lean on ---------------------------------------------------------

    def fresh(self, prefix: str) -> str:
        """A key that no fact bears yet."""
        self._facts += 1
        return f"{prefix}-{self._facts}"

    def _know(self, who: str) -> None:
        if who not in self.people:
            self.people[who] = Customer(key=who, name=who)
            self.take(START, who)

    def _introduce(self, on: date) -> None:
        """Whoever the story gives no contact has a mailbox, unless told to have none."""
        for who, customer in list(self.people.items()):
            if not customer.contacts and who not in self.unreachable:
                self.contact(who, "main", f"{who.lower().replace(' ', '.')}@example.test", on)

    def _contact(self, who: str, role: str) -> Contact:
        return Contact(key=self.fresh("contact"), customer=who, role=ContactRole(role))

    def _with(self, customer: Customer, trait: str) -> Customer:
        word, _, value = trait.partition(" ")
        if trait == "no contact":
            self.unreachable.add(customer.key)
            return customer
        makers = {
            "consumer": lambda: replace(customer, kind=CustomerKind.CONSUMER),
            "public": lambda: replace(customer, kind=CustomerKind.PUBLIC),
            "autopay": lambda: replace(customer, autopay=True),
            "prefers": lambda: replace(customer, preferred_channel=Channel(value)),
            "policy": lambda: replace(customer, policy=value),
            "segment": lambda: replace(customer, segment=Segment(value)),
            "from": lambda: replace(customer, country=value),
            "reads": lambda: replace(customer, language=Language(value)),
        }
        if word not in makers:
            raise StoryFailed(f"{trait!r} is no trait of a customer: one of {', '.join(makers)}")
        if word == "policy" and value not in self.policies:
            self.publish(START, shipped(value))
        return makers[word]()

    def _change(self, on: date, who: str, **change: object) -> None:
        self._introduce(on)
        self.people[who] = replace(self.people[who], **change)  # type: ignore[arg-type]
        self.change(on, who)

    def _debit(self, on: date, who: str, amount: Money, kind: InvoiceKind) -> None:
        self._know(who)
        key = self.fresh("D")
        invoice = Invoice(
            key=key,
            customer=who,
            number=key,
            issued_on=on,
            due_on=on,
            amount=amount,
            kind=kind,
            due_basis=DueBasis.ISSUE,
        )
        self.take(on, who, [invoice])

    def _credit(
        self, on: date, who: str, amount: Money, kind: CreditKind, number: str, text: str
    ) -> None:
        self._know(who)
        credit = Credit(
            key=self.fresh("credit"),
            customer=who,
            number=number,
            received_on=on,
            amount=amount,
            kind=kind,
            label=text,
        )
        self.take(on, who, credits=[credit])

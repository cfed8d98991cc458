"""Suggestions: what an incoming message seems to mean, made true or put aside by a person.

Each is decided once; of two people at the same time the second is told. Confirming one also marks
the answer as read, which ends the pause it made: the promise, the dispute, the hold go on from it.
Where nothing is left to answer either, the conversation is done.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction

from amiable.desk.access import Actor, OtherCompany, customer_for
from amiable.desk.audit import recorded, subject
from amiable.desk.contact import add_contact, remove_contact
from amiable.desk.dispute import open_dispute
from amiable.desk.hold import hold
from amiable.desk.payment_claim import record_claim
from amiable.desk.plan import redraw
from amiable.desk.promise import record_promise
from amiable.desk.reply import read_reply
from amiable.desk.sight import sight_of
from amiable.engine.dispute import Ground
from amiable.engine.money import Money, totals
from amiable.engine.reply import Meaning
from amiable.store.contact import refuse_channel
from amiable.store.conversation import set_state
from amiable.store.incoming import change_incoming, incoming_row, locked_incoming
from amiable.store.invoice import invoice_of
from amiable.store.models import Contact, Conversation, Customer, Incoming, Invoice
from amiable.store.models.audit_entry import AuditEntry
from amiable.store.models.conversation import ConversationState


class AlreadyDecided(Exception):
    """Somebody decided this suggestion before."""


class FactMissing(ValueError):
    """What a suggestion needs is not said: ``name`` of the fact a person must give."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


def incoming_for(actor: Actor, pk: int) -> Incoming:
    """A message this actor may see, by primary key. Raises OtherCompany."""
    row = incoming_row(actor.company.pk, actor.only, pk)
    if row is None:
        raise OtherCompany(actor.company, "incoming")
    return row


def confirm(
    actor: Actor,
    incoming: Incoming,
    code: str,
    facts: Mapping[str, Any],
    *,
    today: date,
    at: datetime,
) -> Incoming:
    """Make what a message seems to mean true; ``facts`` as read, or as a person corrected them.

    Facts by code. will_pay: ``on`` (ISO day), ``minor`` and ``currency`` (left out: what is
    overdue), ``invoices`` (numbers). paid: ``on``, ``minor``, ``currency``, ``reference``,
    ``invoices``. dispute: ``invoices``, ``ground``. out_of_office: ``on``. wrong_person:
    ``address``, ``name``. The others need none. Raises AlreadyDecided, FactMissing, DateRefused,
    OtherCompany.
    """
    meaning = Meaning(code)
    with transaction.atomic():
        row = _undecided(actor, incoming, meaning)
        customer = customer_for(actor, row.customer_id) if row.customer_id else None
        if customer is None:
            raise FactMissing("customer")
        deed = _Deed(actor, customer, row, dict(facts), today, at)
        with recorded(actor, f"answer_{meaning.value}", at=at, customer=customer) as entry:
            made = _DEEDS[meaning](deed, entry)
            entry.subject = made.partition(",")[0] or subject(row)
            _decide(actor, row, meaning, "confirmed", at, made)
            if row.reply is not None:
                read_reply(actor.company, row.reply, on=today)
            _move_on(row, meaning)
        redraw(actor.company, [customer.pk], today)
    return row


def dismiss(actor: Actor, incoming: Incoming, code: str, *, at: datetime) -> Incoming:
    """It does not mean that. Raises AlreadyDecided, OtherCompany."""
    meaning = Meaning(code)
    with transaction.atomic():
        row = _undecided(actor, incoming, meaning)
        with recorded(actor, "answer_dismissed", at=at, customer=row.customer) as entry:
            entry.subject = subject(row)
            _decide(actor, row, meaning, "dismissed", at, "")
            _look_after(row.conversation)
    return row


def _move_on(row: Incoming, meaning: Meaning) -> None:
    """When nothing is left to decide nor to answer the conversation is done, else it is ours."""
    left = any(one["code"] not in row.decided for one in row.suggestions)
    if left or meaning not in _SETTLED:
        _look_after(row.conversation)
    else:
        set_state(row.conversation, ConversationState.DONE)


def _look_after(conversation: Conversation) -> None:
    """Somebody has looked at it: it is new no more."""
    if conversation.state == ConversationState.NEW.value:
        set_state(conversation, ConversationState.OURS)


def mark_read(actor: Actor, incoming: Incoming, *, today: date, at: datetime) -> bool:
    """Somebody read a message: the reminders go on. False when it was read. Raises OtherCompany."""
    row = incoming_for(actor, incoming.pk)
    if row.reply is None or row.reply.read_on is not None or row.customer is None:
        return False
    with recorded(actor, "replies_read", at=at, customer=row.customer) as entry:
        entry.subject = subject(row.reply)
        read_reply(actor.company, row.reply, on=today)
        _look_after(row.conversation)
        redraw(actor.company, [row.customer.pk], today)
    return True


def _undecided(actor: Actor, incoming: Incoming, meaning: Meaning) -> Incoming:
    incoming_for(actor, incoming.pk)
    row = locked_incoming(actor.company.pk, incoming.pk)
    if all(one["code"] != meaning.value for one in row.suggestions):
        raise OtherCompany(actor.company, "suggestion")
    if meaning.value in row.decided:
        raise AlreadyDecided(meaning.value)
    return row


def _decide(
    actor: Actor, row: Incoming, meaning: Meaning, done: str, at: datetime, made: str
) -> None:
    told = {"done": done, "by": actor.name, "at": at.isoformat(), "subject": made}
    change_incoming(row, decided={**row.decided, meaning.value: told})


# --- deeds ------------------------------------------------------------------------------------


class _Deed:
    """What a deed needs: who acts, about whom, and the facts with their types."""

    def __init__(
        self,
        actor: Actor,
        customer: Customer,
        row: Incoming,
        facts: dict[str, Any],
        today: date,
        at: datetime,
    ) -> None:
        self.company, self.actor, self.customer, self.row = actor.company, actor, customer, row
        self.facts, self.today, self.at = facts, today, at

    def day(self) -> date | None:
        """The day said, if any."""
        said = self.facts.get("on")
        return date.fromisoformat(said) if said else None

    def needed_day(self) -> date:
        """The day said. Raises FactMissing."""
        day = self.day()
        if day is None:
            raise FactMissing("on")
        return day

    def amount(self) -> Money | None:
        """The amount said, if any."""
        if not self.facts.get("minor") or not self.facts.get("currency"):
            return None
        return Money(minor=int(self.facts["minor"]), currency=str(self.facts["currency"]))

    def invoices(self) -> list[Invoice]:
        """The invoices named, by number. Raises FactMissing for a number the customer has not."""
        found = []
        for number in self.facts.get("invoices") or ():
            row = invoice_of(self.company.pk, self.customer.pk, number)
            if row is None:
                raise FactMissing("invoices")
            found.append(row)
        return found

    def contact(self) -> Contact | None:
        """Who wrote, if it is one of the customer's contacts."""
        row = self.row.contact
        return row if row is not None and row.customer_id == self.customer.pk else None


def _will_pay(deed: _Deed, entry: AuditEntry) -> str:
    day, invoices = deed.needed_day(), [row.key for row in deed.invoices()]
    amount = deed.amount() or _owed(deed, invoices)
    entry.facts |= {"amount": str(amount), "due_on": day.isoformat()}
    made = record_promise(
        deed.company,
        deed.customer,
        made_on=deed.today,
        due_on=day,
        amount=amount,
        invoices=invoices,
        at=deed.at,
    )
    return subject(made)


def _owed(deed: _Deed, invoices: Sequence[str]) -> Money:
    """What a promise is of when it names no sum: what is left of the invoices it names, else what
    is overdue, in the currency most is in."""
    sight = sight_of(deed.company, deed.customer, deed.today)
    if invoices:
        open_ = sight.account.open.invoices
        left = totals(item.left for item in open_ if item.invoice.key in invoices)
        if not left:
            raise FactMissing("minor")
        return max(left, key=lambda one: one.minor)
    sums = [one for one in (*sight.overdue, *sight.due) if one.minor > 0]
    if not sums:
        raise FactMissing("minor")
    late = [one for one in sight.overdue if one.minor > 0]
    return max(late or sums, key=lambda one: one.minor)


def _dispute(deed: _Deed, entry: AuditEntry) -> str:
    rows = deed.invoices()
    if not rows:
        raise FactMissing("invoices")
    said = next(one for one in deed.row.suggestions if one["code"] == Meaning.DISPUTE.value)
    ground = Ground(deed.facts.get("ground") or Ground.OTHER.value)
    entry.facts["number"] = ", ".join(str(row) for row in rows)
    made = [
        open_dispute(
            deed.company,
            deed.customer,
            row,
            on=deed.today,
            reason=" ".join(said["reasons"])[:300],
            ground=ground,
            at=deed.at,
        )
        for row in rows
    ]
    return ", ".join(subject(one) for one in made)


def _absent(deed: _Deed, entry: AuditEntry) -> str:
    until = deed.needed_day()
    entry.facts["until"] = until.isoformat()
    made = hold(deed.company, deed.customer, on=deed.today, until=until, postponed=True)
    return subject(made)


def _wrong_person(deed: _Deed, entry: AuditEntry) -> str:
    """Write to the person named from now on; not to the one who wrote."""
    old, address = deed.contact(), str(deed.facts.get("address") or "")
    if old is None and not address:
        raise FactMissing("address")
    entry.facts["address"] = address
    made = old
    if address:
        values = {"email": address, "name": str(deed.facts.get("name") or "")}
        if old is not None:
            values |= {"role": old.role, "language": old.language}
        made = add_contact(deed.company, deed.customer, values)
    if old is not None:
        remove_contact(deed.company, old, on=deed.today)
    assert made is not None
    return subject(made)


def _stop(deed: _Deed, entry: AuditEntry) -> str:
    row = deed.contact()
    if row is None:
        raise FactMissing("contact")
    entry.facts["address"] = row.email
    refuse_channel(row, "email")
    return subject(row)


def _read_only(deed: _Deed, entry: AuditEntry) -> str:  # noqa: ARG001
    """What is asked for is answered by a person, from the conversation."""
    return ""


def _paid(deed: _Deed, entry: AuditEntry) -> str:
    """The money is looked for before anybody is reminded again."""
    day = deed.day()
    made = record_claim(
        deed.company,
        deed.customer,
        said_on=deed.row.received_on if day is None else max(deed.row.received_on, day),
        paid_on=day,
        amount=deed.amount(),
        reference=str(deed.facts.get("reference") or ""),
        invoices=[row.key for row in deed.invoices()],
        incoming=deed.row,
        at=deed.at,
    )
    entry.facts["reference"] = made.reference
    return subject(made)


_DEEDS: Mapping[Meaning, Callable[[_Deed, AuditEntry], str]] = {
    Meaning.PAID: _paid,
    Meaning.WILL_PAY: _will_pay,
    Meaning.DISPUTE: _dispute,
    Meaning.OUT_OF_OFFICE: _absent,
    Meaning.WRONG_PERSON: _wrong_person,
    Meaning.STOP: _stop,
    Meaning.ASKS_COPY: _read_only,
    Meaning.ASKS_INSTALMENTS: _read_only,
}

_SETTLED = (Meaning.PAID, Meaning.WILL_PAY, Meaning.OUT_OF_OFFICE, Meaning.STOP)
"""What nobody waits for an answer to."""

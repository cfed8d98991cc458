"""Thanks: a payment seen is thanked for, once, as the customer's policy says.

What an import brings is kept with it (`desk.payment_seen`); the worker's round then writes the
messages that leave by themselves and puts the others before a person.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from hashlib import sha256

from django.db import transaction

from amiable.desk.access import Actor, customers_for
from amiable.desk.approve import Clerk
from amiable.desk.audit import recorded, subject
from amiable.desk.calendar import day_of
from amiable.desk.letter import audience_of, letter_facts, voice_of
from amiable.desk.plan import DecisionDesk
from amiable.desk.release import leaves_from
from amiable.desk.sms import weighed
from amiable.engine.compose import compose
from amiable.engine.letter import LetterRefused
from amiable.engine.parties import Channel
from amiable.engine.plan import PlanEntry
from amiable.engine.policy import Approval, Policy
from amiable.engine.reach import address
from amiable.engine.template import Audience, LetterTone
from amiable.engine.thanks import PASSING, NoThanks, Received, Thank, thank
from amiable.engine.timeline import ContactPurpose
from amiable.store import thanks as store
from amiable.store.account import CustomerAccount
from amiable.store.company import list_companies, lock_company
from amiable.store.customer import touch
from amiable.store.models import Company, Customer, OutboxRow, PaymentThanks
from amiable.store.models.audit_entry import Door
from amiable.store.models.membership import Role
from amiable.store.models.payment_thanks import ThanksState
from amiable.store.outbox import NewMessage, add_messages, last_message_ids
from amiable.words import Mail, lay_out, lay_out_sms

RELEASED, APPROVED, LEFT_OUT = "thanks.released", "thanks_approved", "thanks.left_out"
_STEP = -1
"""No step of any ladder."""
_AT_ONCE = 200
_PERSON, _ALREADY, _UNWRITABLE = "person", "already", "unwritable"


# --- by itself ----------------------------------------------------------------------------------


def thank_due(at: datetime) -> int:
    """Thank, in every company, for what came; how many messages were written."""
    return sum(thank_for(company, at) for company in list_companies())


def thank_for(company: Company, at: datetime) -> int:
    """Write the thanks that leave by themselves and put the others before a person; how many
    messages were written."""
    today, written, after = day_of(company, at), 0, 0
    while pks := store.customers_waiting(
        company.pk, ThanksState.SEEN, today, after=after, most=_AT_ONCE
    ):
        written += _decide(company, pks, today, at)
        after = pks[-1]
    return written


def _decide(company: Company, customers: Sequence[int], today: date, at: datetime) -> int:
    with transaction.atomic():
        lock_company(company)
        writer = _Writer(company, today, at)
        cases = list(writer.cases(customers, (ThanksState.SEEN,)))
        _leave_be(company, cases)
        wanted = [case for case in cases if isinstance(case.found, Thank)]
        alone = company.automatic_from is not None
        ready = [case for case in wanted if not (alone and case.automatic)]
        store.become(company.pk, (row for one in ready for row in one.rows), ThanksState.READY)
        leaving = [case for case in wanted if alone and case.automatic]
        made = [one.row for one in writer.file(leaving, automatic=True) if one.row is not None]
        _write_down(company, made, at)
    return len(made)


def _leave_be(company: Company, cases: Sequence["_Case"]) -> None:
    """Whom nobody thanks, and not tomorrow either."""
    gone: list[PaymentThanks] = []
    left: dict[NoThanks, list[PaymentThanks]] = {}
    for case in cases:
        if isinstance(case.found, NoThanks) and case.found not in PASSING:
            rows = gone if case.found is NoThanks.GONE else left.setdefault(case.found, [])
            rows += case.rows
    store.forget(company.pk, gone)
    for why, rows in left.items():
        store.become(company.pk, rows, ThanksState.LEFT_OUT, why=why.value)


def _write_down(company: Company, rows: Sequence[OutboxRow], at: datetime) -> None:
    actor = Actor(company=company, role=Role.READER, door=Door.WORKER)
    names = Customer.objects.of(company.pk).in_bulk([row.customer_id for row in rows])
    for row in rows:
        with recorded(actor, RELEASED, at=at, customer=names[row.customer_id]) as entry:
            entry.subject = subject(row)


# --- by a person --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadyThanks:
    """A customer who paid, with its payments and the message as it would leave; ``mail`` None:
    it can no longer be written, ``why`` says so (a `NoThanks`, "already" or "unwritable")."""

    customer: Customer
    payments: tuple[Received, ...]
    recipient: str = ""
    mail: Mail | None = None
    why: str = ""


def ready_thanks(
    actor: Actor, *, today: date, at: datetime, after: int = 0, most: int
) -> tuple[list[ReadyThanks], int]:
    """A page of the customers a person may thank, and where the next goes on; 0: nowhere."""
    company = actor.company
    pks = store.customers_waiting(
        company.pk, ThanksState.READY, today, after=after, most=most + 1, only=actor.only
    )
    following = pks[most - 1] if len(pks) > most else 0
    rows = {row.pk: row for row in customers_for(actor, pks[:most])}
    writer = _Writer(company, today, at)
    cases = writer.cases(pks[:most], (ThanksState.READY,))
    return [_shown(writer, case, rows[case.one.pk]) for case in cases], following


def _shown(writer: "_Writer", case: "_Case", customer: Customer) -> ReadyThanks:
    ready = ReadyThanks(customer=customer, payments=tuple(case.standing))
    if isinstance(case.found, NoThanks):
        return replace(ready, why=case.found.value)
    try:
        mail = writer.mail(case, case.found)
    except LetterRefused:
        return replace(ready, why=_UNWRITABLE)
    return replace(ready, mail=mail, recipient=address(case.found.contact, case.found.channel))


@dataclass(frozen=True, slots=True, kw_only=True)
class Thanked:
    """What became of one customer: ``row`` the message, else ``why`` there is none."""

    customer: int
    row: OutboxRow | None = None
    why: str = ""


def approve_thanks(
    actor: Actor, customers: Sequence[int], *, today: date, at: datetime
) -> list[tuple[Customer, Thanked]]:
    """Thank some customers, one message and one audit entry each. Raises OtherCompany."""
    company = actor.company
    with transaction.atomic():
        rows = {row.pk: row for row in customers_for(actor, customers)}
        lock_company(company)
        writer = _Writer(company, today, at, actor)
        cases = list(writer.cases(list(rows), (ThanksState.READY,)))
        _leave_be(company, cases)
        made = writer.file([case for case in cases if isinstance(case.found, Thank)])
        made += [
            Thanked(customer=case.one.pk, why=case.found.value)
            for case in cases
            if isinstance(case.found, NoThanks)
        ]
        for one in made:
            if one.row is not None:
                with recorded(actor, APPROVED, at=at, customer=rows[one.customer]) as entry:
                    entry.subject = subject(one.row)
    return [(rows[one.customer], one) for one in made]


def leave_out(actor: Actor, customers: Sequence[int], *, today: date, at: datetime) -> int:
    """Do not thank some customers for what they paid so far; how many. Raises OtherCompany."""
    company = actor.company
    with transaction.atomic():
        rows = {row.pk: row for row in customers_for(actor, customers)}
        lock_company(company)
        waiting = store.payments_of(company.pk, list(rows), (ThanksState.READY,), today)
        for pk, payments in waiting.items():
            with recorded(actor, LEFT_OUT, at=at, customer=rows[pk]) as entry:
                entry.subject = subject(rows[pk])
                store.become(company.pk, payments, ThanksState.LEFT_OUT, why=_PERSON)
    return len(waiting)


# --- at the last gate ---------------------------------------------------------------------------


def why_not(
    desk: DecisionDesk,
    rows: Sequence[OutboxRow],
    found: Mapping[int, tuple[CustomerAccount, PlanEntry]],
) -> dict[int, str]:
    """By message of thanks: why it must not leave, empty when it may. ``found``: by customer, as
    it is now."""
    told: dict[int, str] = {}
    payments = store.thanked_by(desk.company.pk, [row.pk for row in rows])
    standing = store.received(desk.company.pk, [one for many in payments.values() for one in many])
    for row in rows:
        one, entry = found[row.customer_id]
        mine = payments.get(row.pk, [])
        received = [standing[each.key] for each in mine if each.key in standing]
        gone = not mine or len(received) < len(mine)
        answer = thank(
            one.account, desk.book.policies[entry.policy], [] if gone else received, desk.today
        )
        if isinstance(answer, NoThanks):
            told[row.pk] = f"thanks.{answer.value}"
        else:
            moved = row.recipient != address(answer.contact, answer.channel)
            told[row.pk] = "changed" if moved else ""
    return told


# --- writing ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class _Case:
    """One customer's payments, those that still stand, and whether to thank for them."""

    one: CustomerAccount
    rows: list[PaymentThanks]
    standing: list[Received]
    policy: Policy
    found: Thank | NoThanks

    @property
    def automatic(self) -> bool:
        """Whether the policy lets it leave by itself."""
        thanks = self.policy.thanks
        return thanks is not None and thanks.approval is Approval.AUTOMATIC


class _Writer:
    """Judges and writes the thanks of one company on one day."""

    def __init__(
        self, company: Company, today: date, at: datetime, actor: Actor | None = None
    ) -> None:
        self.row, self.today, self.at, self.actor = company, today, at, actor
        self.clerk = Clerk(company, today, at, actor.user if actor else None)
        self._threads: dict[int, str] = {}

    def cases(self, customers: Sequence[int], states: Sequence[ThanksState]) -> Iterator[_Case]:
        """Some customers with their payments in some states."""
        waiting = store.payments_of(self.row.pk, customers, states, self.today)
        standing = store.received(self.row.pk, [one for many in waiting.values() for one in many])
        for one, entry in self.clerk.desk.decide(sorted(waiting)):
            rows = waiting[one.pk]
            there = [row for row in rows if row.key in standing]
            left = [standing[row.key] for row in there]
            policy = self.clerk.desk.book.policies[entry.policy]
            yield _Case(
                one=one,
                rows=there or rows,
                standing=left,
                policy=policy,
                found=thank(one.account, policy, left, self.today),
            )

    def mail(self, case: _Case, found: Thank) -> Mail:
        """The text. Raises LetterRefused."""
        account = case.one.account
        language = found.contact.language or account.customer.language
        short = found.channel is Channel.SMS
        audience = Audience.SMS if short else audience_of(account, self.today)
        template = self.clerk.templates.get((LetterTone.THANKS, audience, language))
        if template is None:
            raise LetterRefused("there is no text to thank with")
        facts = letter_facts(
            self.clerk.company, account, (), found.contact, language, self.today,
            case.policy.promise_grace,
        )  # fmt: skip
        numbers = dict.fromkeys(number for one in found.payments for number in one.numbers)
        facts = replace(
            facts,
            payments=tuple(one.credit for one in found.payments),
            paid=tuple(numbers),
            still_open=found.still_open,
        )
        letter = compose(template, facts, voice_of(audience, language))
        return lay_out_sms(letter) if short else lay_out(letter)

    def file(self, cases: Sequence[_Case], *, automatic: bool = False) -> list[Thanked]:
        """Put the messages into the outbox. Whoever was thanked today already waits for tomorrow;
        a text that cannot be written is left out."""
        self._threads = last_message_ids(self.row.pk, [case.one.pk for case in cases])
        drafts: list[tuple[_Case, NewMessage]] = []
        refused: list[_Case] = []
        for case in cases:
            try:
                drafts.append((case, self._message(case, automatic=automatic)))
            except LetterRefused:
                refused.append(case)
        rows = add_messages(self.row.pk, [message for _, message in drafts])
        made = [
            Thanked(customer=case.one.pk, row=row, why="" if row else _ALREADY)
            for (case, _), row in zip(drafts, rows, strict=True)
        ]
        self._note(made, [case for case, _ in drafts], refused)
        return made + [Thanked(customer=case.one.pk, why=_UNWRITABLE) for case in refused]

    def _note(
        self, made: Sequence[Thanked], cases: Sequence[_Case], refused: Sequence[_Case]
    ) -> None:
        thanked: list[PaymentThanks] = []
        for one, case in zip(made, cases, strict=True):
            for payment in case.rows if one.row is not None else ():
                payment.message = one.row
                thanked.append(payment)
        store.become(self.row.pk, thanked, ThanksState.WRITTEN)
        unwritable = (row for case in refused for row in case.rows)
        store.become(self.row.pk, unwritable, ThanksState.LEFT_OUT, why=_UNWRITABLE)
        touch(self.row.pk, [one.customer for one in made if one.row is not None])

    def _message(self, case: _Case, *, automatic: bool) -> NewMessage:
        assert isinstance(case.found, Thank)
        found = case.found
        mail, customer = self.mail(case, found), case.one.pk
        cycle = f"thanks|{self.today.isoformat()}"
        mark = sha256(f"{self.row.key}|{customer}|{cycle}".encode()).hexdigest()[:32]
        domain = self.row.email.rpartition("@")[2] or "amiable.invalid"
        paid = dict.fromkeys(key for one in found.payments for key in one.invoices)
        message = NewMessage(
            company=self.row.pk,
            customer=customer,
            cycle=cycle,
            step=_STEP,
            purpose=ContactPurpose.THANKS.value,
            channel=found.channel.value,
            tone=LetterTone.THANKS.value,
            recipient=address(found.contact, found.channel),
            subject=mail.subject,
            text=mail.text,
            html=mail.html,
            message_id=f"<{mark}@{domain}>",
            in_reply_to=self._threads.get(customer, ""),
            invoices=(),
            listed=tuple(paid),
            amounts={},
            approved_on=self.today,
            approved_at=self.at,
            approved_by=self.actor.user.pk if self.actor and self.actor.user else None,
            automatic=automatic,
            not_before=leaves_from(self.row, self.at) if automatic else None,
            contact=found.contact.key,
        )
        return weighed(message, self.clerk.price) if found.channel is Channel.SMS else message

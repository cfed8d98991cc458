"""Approve: turn decisions of today's plan into outbox rows, each once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from enum import StrEnum
from functools import cached_property
from hashlib import sha256
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction

from amiable.desk.access import own_customers
from amiable.desk.event import Event, told_reminder
from amiable.desk.habit import learn_habits
from amiable.desk.letter import load_templates, reminder_letter
from amiable.desk.paper import page_of
from amiable.desk.plan import DecisionDesk
from amiable.desk.portal_link import links_for
from amiable.desk.sms import Price, price_of, weighed, write_sms
from amiable.desk.webhook import announce, announce_all
from amiable.engine.experiment import leaving_hour
from amiable.engine.letter import Letter, LetterRefused
from amiable.engine.money import Money
from amiable.engine.parties import POSTAL, Channel, Language
from amiable.engine.plan import PlanEntry
from amiable.engine.reach import address
from amiable.engine.reasons import Reason
from amiable.engine.timeline import ContactPurpose
from amiable.engine.verdict import Remind
from amiable.store.account import CustomerAccount
from amiable.store.company import load_company, lock_company
from amiable.store.customer import touch
from amiable.store.models import Company, OutboxRow, User
from amiable.store.models.outbox import OutboxState
from amiable.store.models.payment_thanks import ThanksState
from amiable.store.outbox import (
    TAKEN_BACK,
    NewMessage,
    add_messages,
    approved_rows,
    existing,
    last_message_ids,
    release,
)
from amiable.store.thanks import reopen
from amiable.words import Mail, lay_out, lay_out_again, reworded, write_money


class ApprovalOutcome(StrEnum):
    """What became of one customer's approval."""

    APPROVED = "approved"
    ALREADY = "already"  # this step is in the outbox already
    NOT_DUE = "not_due"  # the facts changed: there is nothing to send today
    BY_HAND = "by_hand"  # a call: a person makes it, then says so
    UNWRITABLE = "unwritable"  # the text would say something false


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """The outcome for one customer (primary key), with its outbox row when there is one.

    ``reason``: why nothing is due any more. ``asks`` is false when a person's own words no longer
    name the amount that is asked for.
    """

    customer: int
    outcome: ApprovalOutcome
    row: OutboxRow | None = None
    detail: str = ""
    reason: Reason | None = None
    asks: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """The words of a message as a person changed them."""

    subject: str
    text: str


def approve(
    company: Company,
    customers: Sequence[int],
    *,
    today: date,
    at: datetime,
    by: User | None = None,
    words: Mapping[int, Words] | None = None,
) -> list[Approval]:
    """Approve today's e-mail reminders of some customers, in ``words`` of one's own by customer.

    Each is decided anew on the facts as they are now, so that nothing stale is approved; the
    message is written now and kept; the same step is never in the outbox twice. Raises
    OtherCompany, approving nothing, when one of them is not the company's.
    """
    with transaction.atomic():
        lock_company(company)
        clerk = Clerk(company, today, at, by, words or {})
        made = clerk.file([clerk.draft(one, entry) for one, entry in clerk.decide(customers)])
        rows = (approval.row for approval in made if approval.row is not None)
        announce_all(company, Event.REMINDER_APPROVED, map(told_reminder, rows), at)
        return made


def preview(company: Company, customer: int, *, today: date, at: datetime) -> Mail | None:
    """The exact message an approval would keep; None when there is nothing to send."""
    clerk = Clerk(company, today, at)
    for one, entry in clerk.decide([customer]):
        if isinstance(entry.verdict.decision, Remind):
            return clerk.write(one, entry)
    return None


def take_back(company: Company, customer: int, *, on: date) -> int:
    """Undo the approval of a customer's messages that nobody has begun to send; how many.

    The step is open again: the plan asks for it as before, and it may be approved anew.
    Raises OtherCompany.
    """
    own_customers(company, [customer])
    with transaction.atomic():
        waiting = [
            row.pk
            for row in approved_rows(company.pk)
            # A message of a person's own is taken back by itself: it is no step of a ladder.
            if row.customer_id == customer
            and row.purpose not in (ContactPurpose.OTHER, ContactPurpose.SERVICE)
        ]
        detail = f"{TAKEN_BACK} {on.isoformat()}"
        taken = [pk for pk in waiting if release(company.pk, pk, OutboxState.CANCELLED, detail)]
        reopen(company.pk, taken, ThanksState.READY)
        touch(company.pk, [customer])
    return len(taken)


def record_done(
    company: Company,
    customer: int,
    *,
    today: date,
    at: datetime,
    note: str = "",
    by: User | None = None,
) -> Approval:
    """A person made the call or posted the letter of today's plan: the step is taken."""
    with transaction.atomic():
        lock_company(company)
        clerk = Clerk(company, today, at, by)
        one, entry = clerk.decide([customer])[0]
        decision = entry.verdict.decision
        if not isinstance(decision, Remind):
            return Approval(customer=customer, outcome=ApprovalOutcome.NOT_DUE)
        mail = Mail(subject="", text=note, html="")
        (row,) = add_messages(company.pk, [clerk.message(one, decision, mail)])
        if row is None:
            return Approval(customer=customer, outcome=ApprovalOutcome.ALREADY)
        row.state, row.sent_on, row.sent_at = OutboxState.SENT.value, today, at
        row.save(update_fields=["state", "sent_on", "sent_at"])
        touch(company.pk, [customer])
        announce(company, Event.REMINDER_SENT, told_reminder(row), at)
        return Approval(customer=customer, outcome=ApprovalOutcome.APPROVED, row=row)


class Clerk:
    """Writes and files the messages of one company on one day."""

    def __init__(
        self,
        company: Company,
        today: date,
        at: datetime,
        by: User | None = None,
        words: Mapping[int, Words] = MappingProxyType({}),
        *,
        leaves_from: datetime | None = None,
    ) -> None:
        """``leaves_from``: nobody approves these messages, they leave by themselves from then."""
        self.row, self.today, self.at, self.by, self.words = company, today, at, by, words
        self.leaves_from = leaves_from
        self.company = load_company(company)
        self.desk = DecisionDesk(company, today, learn_habits(company, today), draws=True)
        self.templates = load_templates(company)
        self._threads: dict[int, str] = {}
        self._portals: dict[str, str] = {}

    def decide(self, customers: Sequence[int]) -> list[tuple[CustomerAccount, PlanEntry]]:
        """Decide some customers on the facts as they are now. Raises OtherCompany."""
        own_customers(self.row, customers)
        self._threads = last_message_ids(self.row.pk, list(customers))
        decided = self.desk.decide(list(customers))
        found = (entry.verdict.decision for _, entry in decided)
        mailed = {
            one.contact.key
            for one in found
            if isinstance(one, Remind) and one.channel is Channel.EMAIL
        }
        self._portals = links_for(self.row, mailed, self.at)
        return decided

    def draft(self, one: CustomerAccount, entry: PlanEntry) -> NewMessage | Approval:
        """One customer's message as it would be filed, or why there is none."""
        decision = entry.verdict.decision
        if not isinstance(decision, Remind):
            why = decision.reasons[0]
            outcome = ApprovalOutcome.NOT_DUE
            return Approval(customer=one.pk, outcome=outcome, detail=why.code, reason=why)
        if decision.channel is Channel.CALL:
            return Approval(customer=one.pk, outcome=ApprovalOutcome.BY_HAND)
        try:
            page = self.page(one, entry)
            message = replace(self.message(one, decision, self.write(one, entry)), page=page)
        except LetterRefused as error:
            outcome = ApprovalOutcome.UNWRITABLE
            return Approval(customer=one.pk, outcome=outcome, detail=str(error))
        return weighed(message, self.price) if decision.channel is Channel.SMS else message

    @cached_property
    def price(self) -> Price:
        """What a text message costs."""
        return price_of(self.row)

    def file(self, drafts: Sequence[NewMessage | Approval]) -> list[Approval]:
        """Put the written ones into the outbox together; the outcomes in the same order."""
        written = [draft for draft in drafts if isinstance(draft, NewMessage)]
        rows = iter(add_messages(self.row.pk, written))
        return [
            draft if isinstance(draft, Approval) else self._filed(draft, next(rows))
            for draft in drafts
        ]

    def _filed(self, draft: NewMessage, row: OutboxRow | None) -> Approval:
        if row is not None:
            asks = not draft.edited or names_amounts(draft.text, draft.amounts)
            outcome = ApprovalOutcome.APPROVED
            return Approval(customer=draft.customer, outcome=outcome, row=row, asks=asks)
        known = existing(self.row.pk, draft.customer, draft.cycle, draft.step)
        by = str(known.approved_by) if known and known.approved_by else ""
        return Approval(customer=draft.customer, outcome=ApprovalOutcome.ALREADY, detail=by)

    def write(self, one: CustomerAccount, entry: PlanEntry) -> Mail:
        """The text of a reminder, in a person's own words if there are any.

        Raises LetterRefused.
        """
        letter, decision = self.letter(one, entry), entry.verdict.decision
        words = self.words.get(one.pk)
        if isinstance(decision, Remind) and decision.channel is Channel.SMS:
            return write_sms(letter, words.text if words else None)
        return lay_out_again(letter, words.subject, words.text) if words else lay_out(letter)

    def page(self, one: CustomerAccount, entry: PlanEntry) -> dict[str, Any] | None:
        """What is printed of a reminder that goes by post, else None. Raises LetterRefused."""
        decision = entry.verdict.decision
        assert isinstance(decision, Remind)
        if decision.channel not in POSTAL:
            return None
        letter, words = self.letter(one, entry), self.words.get(one.pk)
        if words:
            letter = reworded(letter, words.subject, words.text)
        grace = self.desk.book.policies[entry.policy].promise_grace
        return page_of(self.company, one.account, decision, letter, self.today, grace)

    def letter(self, one: CustomerAccount, entry: PlanEntry) -> Letter:
        """A reminder before it is laid out. Raises LetterRefused."""
        decision = entry.verdict.decision
        assert isinstance(decision, Remind)
        grace = self.desk.book.policies[entry.policy].promise_grace
        return reminder_letter(
            self.company,
            one.account,
            decision,
            self.templates,
            self.today,
            grace,
            self._portals.get(decision.contact.key, ""),
        )

    def message(self, one: CustomerAccount, decision: Remind, mail: Mail) -> NewMessage:
        """A decision and its text as a row for the outbox."""
        purpose = ContactPurpose.REMINDER if decision.number else ContactPurpose.NOTICE
        drawn = self.desk.drawn.get(one.pk)
        return NewMessage(
            company=self.row.pk,
            customer=one.pk,
            cycle=decision.cycle,
            step=decision.number,
            purpose=purpose.value,
            channel=decision.channel.value,
            tone=decision.tone.value,
            recipient=address(decision.contact, decision.channel),
            subject=mail.subject,
            text=mail.text,
            html=mail.html,
            message_id=self._message_id(one.pk, decision),
            in_reply_to=self._threads.get(one.pk, ""),
            invoices=decision.chased,
            listed=decision.listed,
            amounts={amount.currency: amount.minor for amount in decision.amounts},
            approved_on=self.today,
            approved_at=self.at,
            approved_by=self.by.pk if self.by else None,
            edited=one.pk in self.words,
            automatic=self.leaves_from is not None,
            not_before=self._not_before(leaving_hour(drawn, decision.number)),
            contact=decision.contact.key,
            experiment_arm=drawn.key if drawn and drawn.trial.step == decision.number else None,
        )

    def _not_before(self, hour: time | None) -> datetime | None:
        """From when a message may leave: an experiment may want an hour of the day."""
        if hour is None:
            return self.leaves_from
        here = self.at.astimezone(ZoneInfo(self.row.timezone))
        wanted = datetime.combine(here.date(), hour, tzinfo=here.tzinfo)
        return max(wanted, self.leaves_from or wanted)

    def _message_id(self, customer: int, decision: Remind) -> str:
        """An identifier that is the same for the same step, so that copies can be told."""
        key = f"{self.row.key}|{customer}|{decision.cycle}|{decision.number}"
        domain = self.company.email.rpartition("@")[2] or "amiable.invalid"
        return f"<{sha256(key.encode()).hexdigest()[:32]}@{domain}>"


def names_amounts(text: str, amounts: Mapping[str, int]) -> bool:
    """Whether a text names what is asked for in every currency, however it is spaced."""
    figures = "".join(text.split())
    return all(
        any(
            "".join(write_money(Money(minor=minor, currency=currency), language).split()) in figures
            for language in Language
        )
        for currency, minor in amounts.items()
    )

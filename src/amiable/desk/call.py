"""Call: a reminder a person gives on the telephone: what to say, and what came of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import uuid4

from django.db import transaction

from amiable.desk.access import Actor, customer_for
from amiable.desk.approve import ApprovalOutcome, record_done
from amiable.desk.audit import recorded, subject
from amiable.desk.contact import number_is_wrong
from amiable.desk.dispute import open_dispute
from amiable.desk.draft import Draft
from amiable.desk.hold import postpone
from amiable.desk.plan import redraw
from amiable.desk.promise import record_promise
from amiable.desk.skip import NothingToDo
from amiable.engine.dispute import Ground
from amiable.engine.ledger import OpenInvoice
from amiable.engine.money import Money
from amiable.engine.parties import Company, Language
from amiable.store.contact import contact_with_key
from amiable.store.conversation import open_conversation, set_assignee
from amiable.store.models import Customer, Invoice, Note
from amiable.store.models.conversation import ConversationState
from amiable.store.models.note import CallOutcome
from amiable.words import CatalogueVoice, say

CALLED, POSTED = "call.recorded", "letter.posted"
UNREACHED = (CallOutcome.VOICEMAIL, CallOutcome.NO_ANSWER, CallOutcome.WRONG_NUMBER)
"""Nobody was spoken to: the step stays to be done, on another day if one is given."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallResult:
    """What came of a call. A promise has a day and an amount, a dispute an invoice and a reason;
    ``again_on``: when to try again, for a call that reached nobody. ``called``: the key of the
    contact whose number was dialled; ``copies``: the numbers of the invoices asked for."""

    outcome: CallOutcome
    called: str = ""
    text: str = ""
    promised_on: date | None = None
    promised: Money | None = None
    disputed: Invoice | None = None
    ground: Ground | None = None
    reason: str = ""
    again_on: date | None = None
    copies: tuple[str, ...] = ()


def record_call(
    actor: Actor, customer: int, result: CallResult, *, today: date, at: datetime
) -> Customer:
    """Write down what came of a call, and take the step if somebody was reached: all or nothing.

    A number that proved wrong is called no more: the next plan goes another way. Copies that were
    asked for are a conversation that waits for us. Raises NothingToDo when the step was taken
    meanwhile, DateRefused and ValueError for a promise or a day that cannot be, OtherCompany.
    """
    row = customer_for(actor, customer)
    facts = {"outcome": result.outcome.value}
    with recorded(actor, CALLED, at=at, customer=row, **facts) as entry:
        if result.outcome not in UNREACHED:
            _take_step(actor, row, result.text, today=today, at=at)
        note = _note(actor, row, result, today=today, at=at)
        entry.subject = subject(note)
        _follow(actor, row, result, today=today, at=at)
        redraw(actor.company, [row.pk], today)
    return row


def _follow(actor: Actor, row: Customer, result: CallResult, *, today: date, at: datetime) -> None:
    """What an outcome brings with it."""
    company = actor.company
    if result.promised_on and result.promised:
        record_promise(
            company, row, made_on=today, due_on=result.promised_on, amount=result.promised, at=at
        )
    if result.disputed:
        open_dispute(
            company,
            row,
            result.disputed,
            on=today,
            ground=result.ground,
            reason=result.reason,
            at=at,
        )
    if result.outcome is CallOutcome.WRONG_NUMBER:
        contact = contact_with_key(company.pk, row.pk, result.called)
        if contact is not None:
            number_is_wrong(company, contact, on=today)
    if result.outcome is CallOutcome.COPY:
        _ask_for_copies(actor, row, result.copies, at)
    if result.again_on:
        postpone(company, row, on=today, until=result.again_on)


def _ask_for_copies(actor: Actor, row: Customer, numbers: Sequence[str], at: datetime) -> None:
    """Somebody has to send the invoices: it waits in the inbox, with whoever took the call."""
    language = Language(actor.company.language)
    listed = CatalogueVoice(language).enumerate(numbers)
    text = say(language, "call.copy_subject", n=len(numbers), numbers=listed)
    made = open_conversation(
        actor.company.pk, row, subject=text[:500], at=at, state=ConversationState.OURS.value
    )
    set_assignee(made, actor.user)


def record_posted(actor: Actor, customer: int, *, today: date, at: datetime) -> Customer:
    """The letter of today's plan was printed and posted. Raises NothingToDo, OtherCompany."""
    row = customer_for(actor, customer)
    with recorded(actor, POSTED, at=at, customer=row) as entry:
        _take_step(actor, row, "", today=today, at=at)
        entry.subject = subject(row)
        redraw(actor.company, [row.pk], today)
    return row


def _take_step(actor: Actor, row: Customer, text: str, *, today: date, at: datetime) -> None:
    made = record_done(actor.company, row.pk, today=today, at=at, note=text, by=actor.user)
    if made.outcome is not ApprovalOutcome.APPROVED:
        raise NothingToDo(row.name)


def _note(actor: Actor, row: Customer, result: CallResult, *, today: date, at: datetime) -> Note:
    with transaction.atomic():
        return Note.objects.of(actor.company.pk).create(
            company_id=actor.company.pk,
            customer=row,
            key=f"note|{uuid4().hex}",
            written_on=today,
            written_at=at,
            by=actor.user,
            outcome=result.outcome.value,
            text=result.text,
        )


# --- what to say ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """What to say, sentence by sentence, in the customer's language; what the call is about."""

    language: Language
    lines: list[str]
    items: list[OpenInvoice]


def script_of(company: Company, draft: Draft, caller: str) -> Script:
    """The script of a call to a customer, by ``caller``."""
    decision = draft.decision
    assert decision is not None
    account = draft.account.account
    language = decision.contact.language or account.customer.language
    voice = CatalogueVoice(language)
    items = [item for item in account.open.invoices if item.invoice.key in set(decision.listed)]
    lines = [say(language, "script.hello", caller=caller or company.name, company=company.name)]
    if decision.contact.name:
        lines.append(say(language, "script.ask_for", name=decision.contact.name))
    amount = voice.enumerate(voice.money(one) for one in decision.amounts)
    lines.append(
        say(
            language,
            "script.about" if decision.number else "script.notice",
            n=len(items),
            number=items[0].invoice.number if items else "",
            amount=amount,
            day=min(item.invoice.due_on for item in items) if items else date.max,
        )
    )
    broken = next((one for one in decision.reasons if one.code == "promise.broken"), None)
    if broken:
        lines.append(say(language, "script.broken", **broken.named()))
    lines.append(say(language, f"script.tone.{decision.tone.value}"))
    lines += [say(language, f"script.{key}") for key in ("when", "close")]
    return Script(language=language, lines=lines, items=items)

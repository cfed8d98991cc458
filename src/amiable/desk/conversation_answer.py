"""Answer: a person answers from the desk; the message stands in the thread and leaves as any other.

Two people may be at it at once: whoever sends second is shown what the first wrote, and decides.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from amiable.channels.email.headers import is_identifier
from amiable.desk.access import Actor, OtherCompany
from amiable.desk.approve import Words
from amiable.desk.calendar import day_of
from amiable.desk.conversation import conversation_for, read_conversation
from amiable.desk.message import (
    MessageRefused,
    Thread,
    cycle_of,
    language_of,
    lay_out_message,
    reachable,
    start_letter,
    take_message_back,
    write_message,
)
from amiable.desk.plan import redraw
from amiable.desk.sight import Sight
from amiable.desk.statement import File, statement_file
from amiable.engine.letter import Letter
from amiable.engine.parties import Contact
from amiable.store import conversation as store
from amiable.store.company import lock_company
from amiable.store.models import Company, Conversation, Incoming, OutboxRow
from amiable.store.models.conversation import ConversationState
from amiable.store.models.incoming import IncomingSource
from amiable.store.portal import files_of_invoices, invoice_file
from amiable.words import lay_out, say, write_date

MOST_BYTES = 15_000_000
"""Bytes of all files of an answer: many mailboxes take messages of 20 or 25 MB, and a file grows by
a third on its way."""
_QUOTED_LINES = 80
_PREFIX = "Re: "


class Overtaken(Exception):
    """Something was written in the conversation meanwhile: ``by`` whom, empty for the customer."""

    def __init__(self, by: str, at: datetime) -> None:
        super().__init__(by)
        self.by, self.at = by, at


class FilesTooLarge(ValueError):
    """The files together are larger than mailboxes take."""


class NobodyToAnswer(LookupError):
    """No address of this customer may be written to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoicePdf:
    """The PDF of an open invoice; ``named``: the customer spoke of this invoice."""

    pk: int
    number: str
    named: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What an answer starts from. ``seen`` names the newest messages of the conversation.

    ``missing``: invoices the customer spoke of whose PDF is not known.
    """

    contact: Contact
    contacts: list[Contact]
    letter: Letter
    subject: str
    text: str
    answered: Incoming | None
    quote: str
    pdfs: list[InvoicePdf]
    missing: list[str]
    seen: str


def start_answer(
    actor: Actor, conversation: Conversation, sight: Sight, *, to: str = "", at: datetime
) -> Draft:
    """Begin an answer to who wrote last, or to the contact with the address ``to``.

    Raises NobodyToAnswer, OtherCompany.
    """
    row = conversation_for(actor, conversation.pk)
    answered = store.answerable(row)
    contacts = _contacts(sight, answered)
    if not contacts:
        raise NobodyToAnswer(sight.row.name)
    contact = next((one for one in contacts if one.email == to), contacts[0])
    letter = start_letter(actor.company, sight, contact, None, at)
    pdfs, missing = _pdfs(actor.company, sight, answered)
    subject = row.subject
    return Draft(
        contact=contact,
        contacts=contacts,
        letter=letter,
        subject=subject if subject.lower().startswith("re:") else _PREFIX + subject,
        text=lay_out(letter).text,
        answered=answered,
        quote=_quote(actor.company, sight, contact, answered),
        pdfs=pdfs,
        missing=missing,
        seen=_seen(row),
    )


def _contacts(sight: Sight, answered: Incoming | None) -> list[Contact]:
    """Who wrote, then the other contacts; not an address that wants or takes no e-mail."""
    known = reachable(sight)
    if (
        answered is None
        or answered.source == IncomingSource.SMS.value
        or "@" not in (sender := answered.sender)
    ):
        return known
    same = [one for one in known if one.email.lower() == sender]
    everybody = sight.account.customer.contacts
    if not same and all(one.email.lower() != sender for one in everybody):
        name = answered.sender_name[:200]
        same = [Contact(key="", customer=sight.row.key, name=name, email=sender)]
    return [*same, *(one for one in known if one not in same)]


def _pdfs(
    company: Company, sight: Sight, answered: Incoming | None
) -> tuple[list[InvoicePdf], list[str]]:
    """The PDFs there are of open invoices, those spoken of first; and the numbers without one."""
    named = {
        str(number)
        for one in (answered.suggestions if answered else ())
        for number in one["facts"].get("invoices") or ()
    }
    invoices = [item.invoice for item in sight.account.open.invoices]
    files = files_of_invoices(company.pk, sight.row.pk, [one.key for one in invoices])
    found = [
        InvoicePdf(pk=files[one.key], number=one.number or one.key, named=one.number in named)
        for one in invoices
        if one.key in files
    ]
    missing = named - {one.number for one in found}
    return sorted(found, key=lambda one: not one.named), sorted(missing)


def _quote(company: Company, sight: Sight, contact: Contact, answered: Incoming | None) -> str:
    """What they wrote, as mail programs quote it, with a line that says who and when."""
    if answered is None or not answered.answer.strip():
        return ""
    language = language_of(sight, contact)
    who = answered.sender_name or answered.sender
    on = write_date(day_of(company, answered.received_at), language)
    lines = answered.answer.strip().splitlines()[:_QUOTED_LINES]
    head = say(language, "inbox.quoted", who=who, on=on)
    return "\n".join([head, *(f"> {line}".rstrip() for line in lines)])


def _seen(conversation: Conversation) -> str:
    return "{}.{}".format(*store.newest_keys(conversation))


# --- sending ----------------------------------------------------------------------------------


def write_answer(
    actor: Actor,
    conversation: Conversation,
    sight: Sight,
    draft: Draft,
    words: Words,
    *,
    token: str,
    seen: str,
    quoting: bool,
    files: Sequence[File] = (),
    at: datetime,
) -> OutboxRow:
    """Approve an answer for sending, once for a ``token``: all that came in is read by it.

    It waits for them from now on; whoever answers first looks after the conversation. Raises
    Overtaken when something was written since ``seen``; MessageRefused, FilesTooLarge,
    OtherCompany.
    """
    if sum(len(one.content) for one in files) > MOST_BYTES:
        raise FilesTooLarge
    text = f"{words.text.rstrip()}\n\n{draft.quote}" if quoting and draft.quote else words.text
    mail = lay_out_message(draft.letter, Words(subject=words.subject, text=text))
    with transaction.atomic():
        lock_company(actor.company)
        row = store.locked_conversation(actor.company.pk, conversation.pk)
        _nobody_before(row, token, seen)
        made = write_message(
            actor,
            sight,
            draft.contact,
            mail,
            token=token,
            tone=None,
            files=files,
            thread=Thread(conversation=row.pk, in_reply_to=_parent(row, draft.answered)),
            at=at,
        )
        read_conversation(actor, row, today=sight.today, at=at)
        store.set_state(row, ConversationState.THEIRS, at=at)
        if row.assigned_to_id is None:
            store.set_assignee(row, actor.user)
        redraw(actor.company, [sight.row.pk], sight.today)
    return made


def _nobody_before(row: Conversation, token: str, seen: str) -> None:
    if seen == _seen(row):
        return
    ours = store.newest_message(row)
    if ours is not None and ours.cycle == cycle_of(token):
        raise MessageRefused("again")
    if ours is not None and str(ours.pk) != seen.partition(".")[2]:
        raise Overtaken(str(ours.approved_by or ours.contact or ""), ours.approved_at)
    raise Overtaken("", row.last_at)


def _parent(row: Conversation, answered: Incoming | None) -> str:
    """The Message-ID that is answered: of who wrote last, else of our own last message."""
    if answered is not None and is_identifier(answered.message_id):
        return answered.message_id
    ours = store.newest_message(row)
    return ours.message_id if ours is not None else ""


def files_to_send(
    actor: Actor, sight: Sight, invoice_files: Collection[int], *, statement: bool
) -> list[File]:
    """The files to attach: PDFs of invoices by primary key, the statement of account.

    Raises OtherCompany for a file that is none of this customer's invoices.
    """
    files = []
    for pk in invoice_files:
        row = invoice_file(actor.company.pk, sight.row.pk, pk)
        if row is None:
            raise OtherCompany(actor.company, "invoice file")
        files.append(File(name=row.name, media_type=row.media_type, content=bytes(row.content)))
    return [*files, *([statement_file(actor.company, sight)] if statement else [])]


def take_answer_back(
    actor: Actor, conversation: Conversation, pk: int, *, on: date, at: datetime
) -> OutboxRow | None:
    """Undo an answer that nobody has begun to send: it is our turn again. None: it is too late.

    Raises OtherCompany.
    """
    row = conversation_for(actor, conversation.pk)
    message = store.own_message(row, pk)
    if message is None or row.customer is None:
        raise OtherCompany(actor.company, "message")
    with transaction.atomic():
        if not take_message_back(actor, message.customer, message, on=on, at=at):
            return None
        store.set_state(row, ConversationState.OURS)
        redraw(actor.company, [message.customer_id], on)
    return message


def answer_again(
    actor: Actor, conversation: Conversation, pk: int, draft: Draft
) -> tuple[str, str]:
    """The subject and the words of an answer that was taken back, without what it quoted.

    Raises OtherCompany.
    """
    row = conversation_for(actor, conversation.pk)
    message = store.own_message(row, pk)
    if message is None:
        raise OtherCompany(actor.company, "message")
    return message.subject, message.text.rstrip().removesuffix(draft.quote).rstrip()

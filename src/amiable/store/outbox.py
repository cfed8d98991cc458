"""The outbox in the database: approve once, claim by one UPDATE, settle."""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Count, F, Q, QuerySet

from amiable.store.customer import touch, touch_unmoved
from amiable.store.models import Contact, MessageFile, OutboxRow
from amiable.store.models.outbox import OutboxState

OPEN_STATES = (OutboxState.APPROVED, OutboxState.CLAIMED, OutboxState.FAILED, OutboxState.AMBIGUOUS)


TAKEN_BACK, GIVEN_UP = "unapproved", "given up"
BY_PERSON = (TAKEN_BACK, GIVEN_UP)
"""How the detail of a message begins that a person cancelled: no program approves it again."""
ATTEMPTS = 8
"""How often a message is tried by itself; then a person looks at it."""
_MESSAGE_ID = re.compile(r"<[^<>\s@]+@[^<>\s@]+>")
_AGAIN = (OutboxState.REFUSED, OutboxState.CANCELLED)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewMessage:
    """What an outbox row needs; see the model for the meaning of each. ``contact`` is its key."""

    company: int
    customer: int
    cycle: str
    step: int
    purpose: str
    channel: str
    tone: str
    recipient: str
    subject: str
    text: str
    html: str
    message_id: str
    in_reply_to: str
    invoices: tuple[str, ...]
    listed: tuple[str, ...]
    amounts: dict[str, int]
    approved_on: date
    approved_at: datetime
    approved_by: int | None = None
    edited: bool = False
    automatic: bool = False
    not_before: datetime | None = None
    contact: str = ""
    parts: int | None = None
    cost_minor: int | None = None
    page: dict[str, Any] | None = None
    conversation: int | None = None
    experiment_arm: int | None = None


class CustomerMoved(Exception):
    """A fact of the customer changed since it was looked at: look again."""


def add_messages(company: int, messages: Sequence[NewMessage]) -> list[OutboxRow | None]:
    """Insert approved messages; None for a step of a cycle that has a row already.

    A row that was refused or cancelled may be approved again: it is filled in anew. Call it
    under `lock_company`; the unique key stays the last word.
    """
    known = {
        (row.customer_id, row.cycle, row.step): row
        for row in OutboxRow.objects.of(company)
        .filter(customer_id__among=[message.customer for message in messages])
        .defer("text", "html", "page")
    }
    contacts = _contacts(company, messages)
    made: list[OutboxRow | None] = []
    new: list[OutboxRow] = []
    for message in messages:
        columns = _columns(message) | {"contact_id": contacts.get(message.contact)}
        place = (message.customer, message.cycle, message.step)
        row = known.get(place)
        if row is None:
            row = known[place] = OutboxRow(
                company_id=company, state=OutboxState.APPROVED, **columns
            )
            new.append(row)
            made.append(row)
        else:
            made.append(_again(row, columns) if row.pk and row.state in _AGAIN else None)
    OutboxRow.objects.of(company).bulk_create(new)
    return made


def _contacts(company: int, messages: Sequence[NewMessage]) -> dict[str, int]:
    keys = {message.contact for message in messages} - {""}
    rows = Contact.objects.of(company).filter(key__in=keys) if keys else ()
    return {row.key: row.pk for row in rows}


def _columns(message: NewMessage) -> dict[str, Any]:
    apart = ("company", "contact")
    values: dict[str, Any] = {
        name: getattr(message, name) for name in NewMessage.__slots__ if name not in apart
    }
    values["customer_id"] = values.pop("customer")
    values["approved_by_id"] = values.pop("approved_by")
    values["experiment_arm_id"] = values.pop("experiment_arm")
    if (conversation := values.pop("conversation")) is not None:  # else one it is in stays
        values["conversation_id"] = conversation
    values["invoices"], values["listed"] = list(message.invoices), list(message.listed)
    values["subject"] = message.subject[:500]
    return values


def _again(row: OutboxRow, columns: dict[str, Any]) -> OutboxRow:
    for name, value in columns.items():
        setattr(row, name, value)
    row.state, row.claim, row.detail = OutboxState.APPROVED.value, "", ""
    row.attempts, row.settled_by, row.cancelled_at = 0, None, None
    row.save()
    return row


def files_of(row: OutboxRow) -> list[MessageFile]:
    """What is attached to a message, in the order it was."""
    return list(MessageFile.objects.of(row.company_id).filter(message=row).order_by("pk"))


def attach(row: OutboxRow, files: Iterable[tuple[str, str, bytes]]) -> None:
    """Attach files (name, media type, content) to a message, instead of those it had."""
    rows = MessageFile.objects.of(row.company_id)
    rows.filter(message=row).delete()
    rows.bulk_create(
        MessageFile(
            company_id=row.company_id, message=row, name=name, media_type=kind, content=content
        )
        for name, kind, content in files
    )


def existing(company: int, customer: int, cycle: str, step: int) -> OutboxRow | None:
    """The row of one step of one cycle, if there is one."""
    rows = OutboxRow.objects.of(company).filter(customer_id=customer, cycle=cycle, step=step)
    return rows.select_related("approved_by").first()


def approved_rows(company: int, until: datetime | None = None) -> list[OutboxRow]:
    """The rows that wait to be sent, oldest first, without their texts.

    ``until``: only those approved at this instant or before.
    """
    rows = OutboxRow.objects.of(company).filter(state=OutboxState.APPROVED)
    if until is not None:
        rows = rows.filter(approved_at__lte=until)
    return list(rows.defer("text", "html", "page").order_by("pk"))


def due_rows(
    company: int, channels: Collection[str], *, at: datetime, until: datetime | None = None
) -> QuerySet[OutboxRow]:
    """What may leave by some channels at an instant, oldest first, without the texts.

    ``until``: only what was approved at this instant or before.
    """
    rows = OutboxRow.objects.of(company).filter(state=OutboxState.APPROVED, channel__in=channels)
    rows = rows.filter(Q(not_before=None) | Q(not_before__lte=at))
    if until is not None:
        rows = rows.filter(approved_at__lte=until)
    return rows.defer("text", "html", "page").order_by("pk")


def write_through() -> None:
    """From here on what is written survives a power cut, on this connection.

    SQLite's usual way (WAL, synchronous NORMAL) may lose the last commits with the power: a claim
    that is forgotten would let its message leave a second time.
    """
    if connection.vendor == "sqlite" and not connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA synchronous=FULL")


def claim(
    company: int, pk: int, token: str, at: datetime, version: int | None = None
) -> OutboxRow | None:
    """Take a row for sending: one UPDATE, so that only one of two senders gets it.

    From here on the customer counts as contacted, whatever becomes of the sender. ``version``:
    the customer's when it was last looked at; raises CustomerMoved when it is another by now.
    """
    rows = OutboxRow.objects.of(company).filter(pk=pk)
    with transaction.atomic():
        taken = rows.filter(state=OutboxState.APPROVED).update(
            state=OutboxState.CLAIMED, claim=token, claimed_at=at, attempts=F("attempts") + 1
        )
        if not taken:
            return None
        row = rows.select_related("customer").get()
        if version is None:
            touch(company, [row.customer_id])
        elif not touch_unmoved(company, row.customer_id, version):
            raise CustomerMoved(row.customer_id)  # the claim is rolled back
    return row


def settle(
    row: OutboxRow,
    token: str,
    state: OutboxState,
    detail: str,
    on: date | None,
    at: datetime | None,
    reference: str = "",
) -> bool:
    """Write what became of a claimed row; False when the claim is no longer ours.

    A sender that was slow may still say what became of a row that was taken to be lost, as long
    as nobody has settled it.
    """
    mine = Q(state=OutboxState.CLAIMED) | Q(state=OutboxState.AMBIGUOUS, settled_by=None)
    rows = OutboxRow.objects.of(row.company_id).filter(mine, pk=row.pk, claim=token)
    values = {"state": state, "detail": detail[:1000], "sent_on": on, "sent_at": at}
    with transaction.atomic():
        settled = rows.update(**values, reference=reference[:200])
        touch(row.company_id, [row.customer_id])
    return bool(settled)


def put_off(company: int, pk: int, until: datetime) -> None:
    """Let an approved row wait until an instant."""
    rows = OutboxRow.objects.of(company).filter(pk=pk, state=OutboxState.APPROVED)
    rows.update(not_before=until)


def release(
    company: int, pk: int, state: OutboxState, detail: str, *, at: datetime | None = None
) -> bool:
    """Take an approved row back before anybody claimed it; ``at``: when the last gate did."""
    rows = OutboxRow.objects.of(company).filter(pk=pk, state=OutboxState.APPROVED)
    return bool(rows.update(state=state, detail=detail[:1000], cancelled_at=at))


def waiting_of(company: int, customer: int) -> OutboxRow | None:
    """The message to a customer that was approved and has not left, the newest."""
    rows = OutboxRow.objects.of(company).filter(
        customer_id=customer, state__in=(OutboxState.APPROVED, OutboxState.FAILED)
    )
    return rows.select_related("approved_by").order_by("-approved_at").first()


def retry_failed(
    company: int, *, before: datetime | None = None, attempts: int | None = None
) -> int:
    """Approve anew the rows that surely were not delivered; never the ambiguous ones.

    Only those last tried ``before`` an instant, fewer than so many times, if given.
    """
    rows = OutboxRow.objects.of(company).filter(state=OutboxState.FAILED)
    if before is not None:
        rows = rows.filter(claimed_at__lt=before)
    if attempts is not None:
        rows = rows.filter(attempts__lt=attempts)
    return rows.update(state=OutboxState.APPROVED, claim="")


def last_message_ids(company: int, customers: list[int]) -> dict[int, str]:
    """The Message-ID of the last e-mail sent to each customer, to keep one thread.

    A service that writes its own in place of ours tells it as its name for the message.
    """
    found: dict[int, str] = {}
    rows = OutboxRow.objects.of(company).filter(
        customer_id__in=customers, state=OutboxState.SENT, channel="email"
    )
    named = rows.order_by("pk").values_list("customer_id", "message_id", "reference")
    for customer, message_id, reference in named:
        found[customer] = reference if _MESSAGE_ID.fullmatch(reference) else message_id
    return found


def count_states(company: int) -> dict[str, int]:
    """How many messages stand in each state."""
    rows = OutboxRow.objects.of(company).values("state").annotate(n=Count("pk"))
    return {row["state"]: row["n"] for row in rows}


def approved_steps(company: int) -> set[tuple[int, str, int]]:
    """(customer, cycle, step) of every message that is not cancelled: what needs no approval."""
    rows = OutboxRow.objects.of(company).filter(state__in=OPEN_STATES)
    return set(rows.values_list("customer_id", "cycle", "step"))


def doubtful_rows(company: int) -> list[OutboxRow]:
    """Messages a person must look at: refused, ambiguous, or claimed and never settled."""
    rows = OutboxRow.objects.of(company).filter(
        state__in=(OutboxState.REFUSED, OutboxState.AMBIGUOUS, OutboxState.CLAIMED)
    )
    rows = rows.exclude(state=OutboxState.CLAIMED, batch__isnull=False)  # letters being posted
    return list(rows.select_related("customer").defer("text", "html", "page").order_by("-pk")[:50])

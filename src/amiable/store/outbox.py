"""The outbox in the database: approve once, claim by one UPDATE, settle."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Count, F

from amiable.store.customer import touch
from amiable.store.models import MessageFile, OutboxRow
from amiable.store.models.outbox import OutboxState

OPEN_STATES = (OutboxState.APPROVED, OutboxState.CLAIMED, OutboxState.FAILED, OutboxState.AMBIGUOUS)


_AGAIN = (OutboxState.REFUSED, OutboxState.CANCELLED)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewMessage:
    """What an outbox row needs; see the model for the meaning of each."""

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


def add_messages(company: int, messages: Sequence[NewMessage]) -> list[OutboxRow | None]:
    """Insert approved messages; None for a step of a cycle that has a row already.

    A row that was refused or cancelled may be approved again: it is filled in anew. Call it
    under `lock_company`; the unique key stays the last word.
    """
    known = {
        (row.customer_id, row.cycle, row.step): row
        for row in OutboxRow.objects.of(company)
        .filter(customer_id__among=[message.customer for message in messages])
        .defer("text", "html")
    }
    made: list[OutboxRow | None] = []
    new: list[OutboxRow] = []
    for message in messages:
        place = (message.customer, message.cycle, message.step)
        row = known.get(place)
        if row is None:
            row = known[place] = OutboxRow(
                company_id=company, state=OutboxState.APPROVED, **_columns(message)
            )
            new.append(row)
            made.append(row)
        else:
            made.append(_again(row, message) if row.pk and row.state in _AGAIN else None)
    OutboxRow.objects.of(company).bulk_create(new)
    return made


def _columns(message: NewMessage) -> dict[str, Any]:
    values: dict[str, Any] = {
        name: getattr(message, name) for name in NewMessage.__slots__ if name != "company"
    }
    values["customer_id"] = values.pop("customer")
    values["approved_by_id"] = values.pop("approved_by")
    values["invoices"], values["listed"] = list(message.invoices), list(message.listed)
    values["subject"] = message.subject[:500]
    return values


def _again(row: OutboxRow, message: NewMessage) -> OutboxRow:
    for name, value in _columns(message).items():
        setattr(row, name, value)
    row.state, row.claim, row.detail = OutboxState.APPROVED.value, "", ""
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
    return list(rows.defer("text", "html").order_by("pk"))


def claim(company: int, pk: int, token: str, at: datetime) -> OutboxRow | None:
    """Take a row for sending: one UPDATE, so that only one of two senders gets it.

    From here on the customer counts as contacted, whatever becomes of the sender.
    """
    rows = OutboxRow.objects.of(company).filter(pk=pk)
    with transaction.atomic():
        taken = rows.filter(state=OutboxState.APPROVED).update(
            state=OutboxState.CLAIMED, claim=token, claimed_at=at, attempts=F("attempts") + 1
        )
        if not taken:
            return None
        row = rows.select_related("customer").get()
        touch(company, [row.customer_id])
    return row


def settle(
    row: OutboxRow,
    token: str,
    state: OutboxState,
    detail: str,
    on: date | None,
    at: datetime | None,
) -> bool:
    """Write what became of a claimed row; False when the claim is no longer ours."""
    rows = OutboxRow.objects.of(row.company_id).filter(
        pk=row.pk, state=OutboxState.CLAIMED, claim=token
    )
    with transaction.atomic():
        touch(row.company_id, [row.customer_id])
        return bool(rows.update(state=state, detail=detail[:1000], sent_on=on, sent_at=at))


def release(company: int, pk: int, state: OutboxState, detail: str) -> bool:
    """Take an approved row back before anybody claimed it."""
    rows = OutboxRow.objects.of(company).filter(pk=pk, state=OutboxState.APPROVED)
    return bool(rows.update(state=state, detail=detail[:1000]))


def waiting_of(company: int, customer: int) -> OutboxRow | None:
    """The message to a customer that was approved and has not left, the newest."""
    rows = OutboxRow.objects.of(company).filter(
        customer_id=customer, state__in=(OutboxState.APPROVED, OutboxState.FAILED)
    )
    return rows.select_related("approved_by").order_by("-approved_at").first()


def anything_approved(company: int, until: datetime) -> bool:
    """Whether a message approved at an instant or before waits to be sent."""
    rows = OutboxRow.objects.of(company).filter(state=OutboxState.APPROVED)
    return rows.filter(approved_at__lte=until).exists()


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
    """The Message-ID of the last e-mail sent to each customer, to keep one thread."""
    found: dict[int, str] = {}
    rows = OutboxRow.objects.of(company).filter(
        customer_id__in=customers, state=OutboxState.SENT, channel="email"
    )
    for customer, message_id in rows.order_by("pk").values_list("customer_id", "message_id"):
        found[customer] = message_id
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
    return list(rows.select_related("customer").defer("text", "html").order_by("-pk")[:50])

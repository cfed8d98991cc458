"""Letters to print and the batches they are printed in: lists, claims, what became of them."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from amiable.engine.parties import POSTAL
from amiable.store.customer import touch
from amiable.store.models import Contact, LetterBatch, OutboxRow
from amiable.store.models.outbox import OutboxState

Only = tuple[int, ...] | None
_POSTAL = [channel.value for channel in POSTAL]


def _letters(company: int, only: Only) -> QuerySet[OutboxRow]:
    rows = OutboxRow.objects.of(company).filter(channel__in=_POSTAL)
    return rows if only is None else rows.filter(customer__collector_id__in=only)


def to_print(company: int, only: Only) -> QuerySet[OutboxRow]:
    """The letters that wait to be printed, oldest first, without their texts."""
    rows = _letters(company, only).filter(state=OutboxState.APPROVED)
    rows = rows.select_related("customer", "approved_by").defer("text", "html", "page")
    return rows.order_by("pk")


def letters_by_pk(company: int, only: Only, pks: Sequence[int]) -> list[OutboxRow]:
    """Some letters, whatever their state, oldest first."""
    rows = _letters(company, only).filter(pk__among=list(pks))
    return list(rows.select_related("customer").defer("text", "html").order_by("pk"))


def letter_row(company: int, only: Only, pk: int) -> OutboxRow | None:
    """One letter."""
    rows = _letters(company, only).filter(pk=pk)
    return rows.select_related("customer", "contact", "batch", "approved_by").first()


def claim_letters(batch: LetterBatch, rows: Sequence[OutboxRow], at: datetime) -> list[OutboxRow]:
    """Take letters into a batch, each by one UPDATE; those that nobody else had taken."""
    all_rows = OutboxRow.objects.of(batch.company_id)
    taken = [
        row
        for row in rows
        if all_rows.filter(pk=row.pk, state=OutboxState.APPROVED).update(
            state=OutboxState.CLAIMED,
            claim=batch.key,
            claimed_at=at,
            batch=batch,
            attempts=F("attempts") + 1,
        )
    ]
    touch(batch.company_id, [row.customer_id for row in taken])
    return taken


def letters_in(batch: LetterBatch) -> list[OutboxRow]:
    """The letters of a batch in the order they are printed."""
    rows = OutboxRow.objects.of(batch.company_id).filter(batch=batch)
    return list(rows.select_related("customer", "contact").defer("text", "html").order_by("pk"))


def add_batch(batch: LetterBatch) -> None:
    """Keep a new batch."""
    batch.save(force_insert=True)


def keep_content(batch: LetterBatch, content: bytes) -> None:
    """Keep the file to print."""
    batch.content = content
    batch.save(update_fields=["content"])


def batches(company: int, only: Only) -> QuerySet[LetterBatch]:
    """The batches, newest first, without their files; of who sees only their own customers, those
    that hold nobody else's letters."""
    rows = LetterBatch.objects.of(company)
    if only is not None:
        inside = OutboxRow.objects.of(company).filter(batch=OuterRef("pk"))
        others = inside.filter(Q(customer__collector_id=None) | ~Q(customer__collector_id__in=only))
        rows = rows.filter(Exists(inside)).exclude(Exists(others))
    return rows.select_related("made_by", "posted_by").defer("content").order_by("-pk")


def batch_row(company: int, only: Only, pk: int) -> LetterBatch | None:
    """One batch."""
    return batches(company, only).filter(pk=pk).first()


def content_of(batch: LetterBatch) -> bytes:
    """The file to print; empty when it was never made."""
    rows = LetterBatch.objects.of(batch.company_id).filter(pk=batch.pk)
    return bytes(rows.values_list("content", flat=True).get())


def mark_posted(batch: LetterBatch, on: date, at: datetime, by: int | None) -> bool:
    """By one UPDATE: the batch was taken to the post. False: somebody said so, or gave it up."""
    changed = _open(batch).update(posted_on=on, posted_at=at, posted_by_id=by)
    if changed:
        _rows(batch, OutboxState.CLAIMED).update(
            state=OutboxState.SENT, sent_on=on, sent_at=at, detail=""
        )
    return bool(changed)


def unmark_posted(batch: LetterBatch, since: datetime) -> bool:
    """By one UPDATE: it was not, if that was said after ``since``."""
    rows = LetterBatch.objects.of(batch.company_id).filter(pk=batch.pk, posted_at__gt=since)
    changed = rows.update(posted_on=None, posted_at=None, posted_by=None)
    if changed:
        _rows(batch, OutboxState.SENT).update(state=OutboxState.CLAIMED, sent_on=None, sent_at=None)
    return bool(changed)


def mark_given_up(batch: LetterBatch, at: datetime) -> bool:
    """By one UPDATE: the letters wait to be printed again. They still name the batch, so that
    this can be undone while no other has them."""
    changed = _open(batch).update(cancelled_at=at)
    if changed:
        _rows(batch, OutboxState.CLAIMED).update(
            state=OutboxState.APPROVED, claim="", claimed_at=None
        )
    return bool(changed)


def unmark_given_up(batch: LetterBatch, since: datetime, at: datetime) -> bool:
    """Take the letters into the batch again, if all of them still wait."""
    rows = _rows(batch, OutboxState.APPROVED)
    if rows.count() != batch.count:
        return False
    given_up = LetterBatch.objects.of(batch.company_id).filter(pk=batch.pk, cancelled_at__gt=since)
    if not given_up.update(cancelled_at=None):
        return False
    rows.update(state=OutboxState.CLAIMED, claim=batch.key, claimed_at=at)
    return True


def _open(batch: LetterBatch) -> QuerySet[LetterBatch]:
    rows = LetterBatch.objects.of(batch.company_id)
    return rows.filter(pk=batch.pk, posted_on=None, cancelled_at=None)


def _rows(batch: LetterBatch, state: OutboxState) -> QuerySet[OutboxRow]:
    return OutboxRow.objects.of(batch.company_id).filter(batch=batch, state=state)


def keep_facts(row: OutboxRow, **facts: Any) -> None:
    """Keep what became known of a letter: its number, the day it was delivered."""
    OutboxRow.objects.of(row.company_id).filter(pk=row.pk).update(**facts)


def mark_returned(row: OutboxRow, on: date) -> int:
    """A letter came back: the contacts of its customer with this address have no good one."""
    rows = Contact.objects.of(row.company_id).filter(customer_id=row.customer_id)
    return rows.filter(address=row.recipient, returned_on=None).update(returned_on=on)


def letter_by_reference(company: int, reference: str) -> OutboxRow | None:
    """The letter a postal service calls by this name."""
    rows = _letters(company, None).filter(reference=reference) if reference else None
    return rows.select_related("customer").first() if rows is not None else None

"""Doubtful messages: those a person has to look into, and what that person says became of them."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import F, Q, QuerySet

from amiable.store.models import OutboxRow
from amiable.store.models.outbox import OutboxState
from amiable.store.outbox import ATTEMPTS

STALE_AFTER = timedelta(minutes=30)
"""Longer than any sender that lives may take over one message: half a minute for each step of the
dialogue, ten for the last answer (RFC 5321 section 4.5.3.2.6), and the same again on a connection
opened anew. Who is slower than that may still say what became of it."""
SLOW = timedelta(minutes=2)
"""After which a message that is being sent is shown, for it may turn out to be lost."""
LOST = "lost"
"""The detail of a message whose sender said nothing any more."""

_BY_PROGRAM = Q(batch=None) | ~Q(claim=F("batch__key"))
"""Not the letters a person is printing and posting: those take as long as they take."""


def doubtful(company: int, only: Sequence[int] | None, *, at: datetime) -> QuerySet[OutboxRow]:
    """Refused, ambiguous, failed too often, or being sent for long; of some collectors' customers
    if given. The newest first, without the texts."""
    slow = Q(state=OutboxState.CLAIMED, claimed_at__lte=at - SLOW) & _BY_PROGRAM
    rows = OutboxRow.objects.of(company).filter(
        slow
        | Q(state__in=(OutboxState.REFUSED, OutboxState.AMBIGUOUS))
        | Q(state=OutboxState.FAILED, attempts__gte=ATTEMPTS)
    )
    if only is not None:
        rows = rows.filter(customer__collector_id__in=only)
    return rows.defer("text", "html", "page").order_by("-pk")


def doubtful_page(
    company: int, only: Sequence[int] | None, *, at: datetime, before: int | None, most: int
) -> list[OutboxRow]:
    """A page of them, those with a primary key below ``before``, with their customers."""
    rows = doubtful(company, only, at=at)
    if before is not None:
        rows = rows.filter(pk__lt=before)
    return list(rows.select_related("customer", "contact")[:most])


def count_doubtful(
    company: int, only: Sequence[int] | None, *, at: datetime, most: int = 1_000
) -> int:
    """How many there are, counted no further than ``most``."""
    return doubtful(company, only, at=at).order_by()[:most].count()


def message_row(company: int, pk: int) -> OutboxRow | None:
    """One message with its customer, without its texts."""
    rows = OutboxRow.objects.of(company).filter(pk=pk)
    return rows.select_related("customer").defer("text", "html", "page").first()


def lost_rows(company: int, before: datetime) -> list[OutboxRow]:
    """What was claimed before an instant and never settled."""
    rows = OutboxRow.objects.of(company).filter(state=OutboxState.CLAIMED, claimed_at__lt=before)
    rows = rows.filter(_BY_PROGRAM)
    return list(rows.defer("text", "html", "page"))


def doubt(row: OutboxRow, on: date) -> bool:
    """Nobody will say what became of a row: from now on a person must; False if somebody did.

    The claim stays, so that a sender that was only slow can still tell.
    """
    rows = OutboxRow.objects.of(row.company_id).filter(
        pk=row.pk, state=OutboxState.CLAIMED, claim=row.claim
    )
    return bool(rows.update(state=OutboxState.AMBIGUOUS, detail=LOST, sent_on=on))


def settle_by_hand(row: OutboxRow, states: Sequence[OutboxState], **values: Any) -> bool:
    """Write what a person says of a row in one of these states; False when it is in none any more.

    The claim ends: no sender may say otherwise afterwards.
    """
    rows = OutboxRow.objects.of(row.company_id).filter(pk=row.pk, state__in=states)
    return bool(rows.filter(claim=row.claim).update(claim="", **values))

"""The timeline in the database: what went out, what came back, what a person decided."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

from django.db.models import Model, QuerySet

from amiable.engine.dispute import Dispute
from amiable.engine.money import Money
from amiable.engine.parties import Channel
from amiable.engine.payment_claim import PaymentClaim
from amiable.engine.promise import Promise
from amiable.engine.timeline import Contacted, ContactPurpose, Hold, Reply, Skip
from amiable.store import models
from amiable.store.models.outbox import OutboxState

M = TypeVar("M", bound=Model)

LEFT_THE_HOUSE = (OutboxState.SENT, OutboxState.AMBIGUOUS, OutboxState.CLAIMED)
"""States in which the customer must be taken to have been contacted: when in doubt, it was."""


@dataclass(slots=True, kw_only=True)
class Exchanges:
    """What was exchanged with one customer up to a day."""

    contacted: list[Contacted] = field(default_factory=list)
    skipped: list[Skip] = field(default_factory=list)
    promises: list[Promise] = field(default_factory=list)
    payment_claims: list[PaymentClaim] = field(default_factory=list)
    disputes: list[Dispute] = field(default_factory=list)
    holds: list[Hold] = field(default_factory=list)
    replies: list[Reply] = field(default_factory=list)


def load_exchanges(
    company: int, pks: Sequence[int], on: date, keys: Mapping[int, str]
) -> dict[int, Exchanges]:
    """By customer (primary key), oldest first; ``keys`` are the customers' natural keys."""
    found = {pk: Exchanges() for pk in pks}
    for row in _rows(_outbox(company), pks):
        contacted = contacted_value(row, keys[row.customer_id])
        if contacted is not None and contacted.contacted_on <= on:
            found[row.customer_id].contacted.append(contacted)
    for skip in _rows(models.Skip.objects.of(company).filter(skipped_on__lte=on), pks):
        found[skip.customer_id].skipped.append(_skip(skip, keys))
    _load_promises(company, pks, keys, found)
    _load_brakes(company, pks, keys, found)
    return found


def _load_promises(
    company: int, part: Sequence[int], keys: Mapping[int, str], found: dict[int, Exchanges]
) -> None:
    for promise in _rows(models.Promise.objects.of(company), part):
        found[promise.customer_id].promises.append(promise_value(promise, keys))
    for claim in _rows(models.PaymentClaim.objects.of(company), part):
        found[claim.customer_id].payment_claims.append(payment_claim_value(claim, keys))
    for dispute in _rows(models.Dispute.objects.of(company), part):
        found[dispute.customer_id].disputes.append(dispute_value(dispute, keys))


def _load_brakes(
    company: int, part: Sequence[int], keys: Mapping[int, str], found: dict[int, Exchanges]
) -> None:
    for hold in _rows(models.Hold.objects.of(company), part):
        found[hold.customer_id].holds.append(_hold(hold, keys))
    for reply in _rows(models.Reply.objects.of(company), part):
        found[reply.customer_id].replies.append(reply_value(reply, keys))


def _rows(rows: QuerySet[M], pks: Sequence[int]) -> QuerySet[M]:
    return rows.filter(customer_id__among=pks).order_by("pk")


def _outbox(company: int) -> QuerySet[models.OutboxRow]:
    rows = models.OutboxRow.objects.of(company).filter(state__in=LEFT_THE_HOUSE)
    return rows.defer("text", "html", "page")


def contacted_value(row: models.OutboxRow, customer: str) -> Contacted | None:
    """An outbox row as a fact of contact; None while it has not left the house."""
    if row.state not in LEFT_THE_HOUSE:
        return None
    return Contacted(
        key=f"outbox:{row.pk}",
        customer=customer,
        contacted_on=row.sent_on or row.approved_on,
        purpose=ContactPurpose(row.purpose),
        step=row.step,
        invoices=tuple(row.invoices),
        channel=Channel(row.channel),
    )


def _skip(row: models.Skip, keys: Mapping[int, str]) -> Skip:
    return Skip(
        key=row.key,
        customer=keys[row.customer_id],
        skipped_on=row.skipped_on,
        step=row.step,
        invoices=tuple(row.invoices),
        note=row.note,
    )


def promise_value(row: models.Promise, keys: Mapping[int, str]) -> Promise:
    """A promise's row as the engine's value."""
    return Promise(
        key=row.key,
        customer=keys[row.customer_id],
        made_on=row.made_on,
        due_on=row.due_on,
        amount=Money(minor=row.amount_minor, currency=row.currency),
        invoices=tuple(row.invoices),
        cancelled_on=row.cancelled_on,
        plan=str(row.plan_id or ""),
    )


def payment_claim_value(row: models.PaymentClaim, keys: Mapping[int, str]) -> PaymentClaim:
    """The row of a claim of payment as the engine's value."""
    amount = None
    if row.amount_minor is not None:
        amount = Money(minor=row.amount_minor, currency=row.currency)
    return PaymentClaim(
        key=row.key,
        customer=keys[row.customer_id],
        said_on=row.said_on,
        paid_on=row.paid_on,
        amount=amount,
        invoices=tuple(row.invoices),
        closed_on=row.closed_on,
        found=bool(row.found),
    )


def dispute_value(row: models.Dispute, keys: Mapping[int, str]) -> Dispute:
    """A dispute's row as the engine's value."""
    amount = None
    if row.amount_minor is not None:
        amount = Money(minor=row.amount_minor, currency=row.currency)
    return Dispute(
        key=row.key,
        customer=keys[row.customer_id],
        invoice=row.invoice,
        opened_on=row.opened_on,
        reason=row.reason or row.ground or "",
        amount=amount,
        closed_on=row.closed_on,
        granted_on=row.granted_on,
        granted=None
        if row.granted_minor is None
        else Money(minor=row.granted_minor, currency=row.currency),
    )


def _hold(row: models.Hold, keys: Mapping[int, str]) -> Hold:
    return Hold(
        key=row.key,
        customer=keys[row.customer_id],
        from_on=row.from_on,
        until_on=row.until_on,
        invoices=tuple(row.invoices),
        note=row.note,
        postponed=row.postponed,
    )


def reply_value(row: models.Reply, keys: Mapping[int, str]) -> Reply:
    """A reply's row as the engine's value."""
    return Reply(
        key=row.key,
        customer=keys[row.customer_id],
        received_on=row.received_on,
        read_on=row.read_on,
        text=row.text,
    )

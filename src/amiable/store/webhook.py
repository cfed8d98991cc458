"""Webhooks in the database: who wants to be told of what, and every delivery with its log."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db.models import F, Q

from amiable.store.models import Webhook, WebhookDelivery
from amiable.store.models.webhook import DeliveryState

_PENDING = (DeliveryState.WAITING, DeliveryState.CLAIMED)


def list_webhooks(company: int) -> list[Webhook]:
    """All webhooks of a company, oldest first."""
    return list(Webhook.objects.of(company).order_by("pk"))


def webhook_row(company: int, pk: int) -> Webhook | None:
    """A webhook of a company."""
    return Webhook.objects.of(company).filter(pk=pk).first()


def subscribers(company: int, event: str) -> list[Webhook]:
    """The active webhooks that want an event."""
    rows = Webhook.objects.of(company).filter(active=True).order_by("pk")
    return [row for row in rows if event in row.events]


def add_webhook(
    company: int, *, url: str, events: Sequence[str], sealed_secret: str, at: datetime
) -> Webhook:
    """A new webhook, active from now on."""
    return Webhook.objects.of(company).create(
        company_id=company, url=url, events=list(events), sealed_secret=sealed_secret, created_at=at
    )


def add_deliveries(deliveries: Iterable[WebhookDelivery]) -> None:
    """Write deliveries down; one whose key is known already is left as it is."""
    # Each row names its own company; the manager is only asked to insert.
    WebhookDelivery.everywhere.bulk_create(deliveries, batch_size=1_000, ignore_conflicts=True)


def due_deliveries(at: datetime, most: int) -> list[WebhookDelivery]:
    """What is to be delivered now, oldest first: waiting, or claimed by somebody who vanished."""
    # The worker serves all companies; nobody's request reaches this.
    rows = WebhookDelivery.everywhere.filter(
        state__in=_PENDING, due_at__lte=at, webhook__active=True
    )
    rows = rows.order_by("due_at", "pk").select_related("webhook", "company")
    return list(rows[:most])


def claim_delivery(row: WebhookDelivery, until: datetime) -> bool:
    """Take a delivery, until a time after which another may: one UPDATE, so that one gets it."""
    rows = WebhookDelivery.objects.of(row.company_id).filter(
        pk=row.pk, state=row.state, due_at=row.due_at
    )
    taken = rows.update(state=DeliveryState.CLAIMED, due_at=until, attempts=F("attempts") + 1)
    if taken:
        row.state, row.due_at, row.attempts = DeliveryState.CLAIMED, until, row.attempts + 1
    return bool(taken)


def settle_delivery(row: WebhookDelivery, **values: Any) -> bool:
    """Write what became of a claimed delivery; False when the claim is no longer ours."""
    rows = WebhookDelivery.objects.of(row.company_id).filter(
        pk=row.pk, state=DeliveryState.CLAIMED, due_at=row.due_at
    )
    return bool(rows.update(**values))


def delivery_row(company: int, pk: int) -> WebhookDelivery | None:
    """A delivery of a company."""
    return WebhookDelivery.objects.of(company).filter(pk=pk).select_related("webhook").first()


def deliveries_of(webhook: Webhook, before: int | None, most: int) -> list[WebhookDelivery]:
    """The log of a webhook, newest first, from before a delivery on."""
    rows = WebhookDelivery.objects.of(webhook.company_id).filter(webhook=webhook)
    if before is not None:
        rows = rows.filter(pk__lt=before)
    return list(rows.order_by("-pk")[:most])


def last_outcomes(webhook: Webhook, most: int) -> list[str]:
    """How the newest finished deliveries ended, newest first."""
    rows = WebhookDelivery.objects.of(webhook.company_id).filter(webhook=webhook)
    rows = rows.exclude(state__in=_PENDING).order_by("-pk")
    return list(rows.values_list("state", flat=True)[:most])


def forget_deliveries(before: datetime) -> int:
    """Delete what ended and is older than a day; how many."""
    # Keeping the log short concerns every company alike.
    rows = WebhookDelivery.everywhere.filter(~Q(state__in=_PENDING), happened_at__lt=before)
    return int(rows.delete()[0]) if rows.exists() else 0


def forget_old_secrets(at: datetime) -> int:
    """Delete the replaced secrets whose time is over; how many."""
    # A secret that signs nothing any more is kept for no company.
    rows = Webhook.everywhere.filter(old_until__lte=at)
    return int(rows.update(sealed_old_secret="", old_until=None))

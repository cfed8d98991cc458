"""Webhooks: other systems are told what happens, signed, again and again until they heard it."""

import json
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from time import perf_counter
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction

from amiable.channels.webhook import Answer, check_url, new_secret, post, sign
from amiable.desk.access import Actor, OtherCompany, own
from amiable.desk.audit import recorded, subject
from amiable.desk.event import SUBSCRIBABLE, Event
from amiable.store.models import Company, Webhook, WebhookDelivery
from amiable.store.models.audit_entry import Door
from amiable.store.models.membership import Role
from amiable.store.models.webhook import DeliveryState
from amiable.store.sealed import SealBroken, seal, unseal
from amiable.store.webhook import (
    add_deliveries,
    add_webhook,
    claim_delivery,
    delivery_row,
    due_deliveries,
    forget_deliveries,
    forget_old_secrets,
    last_outcomes,
    settle_delivery,
    subscribers,
    webhook_row,
)

WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 720))
"""After each failed attempt, until the next; then the delivery is given up."""
KEPT = timedelta(days=30)
"""How long the log of deliveries goes back."""
GIVE_UPS = 5
"""So many deliveries given up in a row, and the webhook is paused."""
OLD_SIGNS = timedelta(hours=24)
"""How long the secret before signs too, so that the receiver may learn the new one in peace."""
_LEASE = timedelta(minutes=5)  # a claim older than this belongs to a worker that vanished
_ROUND = 200  # deliveries at most in one go
_SECONDS = 50  # and no longer than this


# --- telling ---------------------------------------------------------------------------------


def announce(company: Company, event: Event, payload: dict[str, Any], at: datetime) -> None:
    """Something happened: whoever subscribed will be told. Call it inside the deed's transaction.

    Costs one query when nobody listens.
    """
    announce_all(company, event, [payload], at)


def announce_all(
    company: Company, event: Event, payloads: Iterable[dict[str, Any]], at: datetime
) -> None:
    """Several of one kind; ``payloads`` is not looked at when nobody listens."""
    listening = subscribers(company.pk, event.value)
    if listening:
        add_deliveries(
            delivery(webhook, event, payload, at) for payload in payloads for webhook in listening
        )


def delivery(
    webhook: Webhook, event: Event, payload: dict[str, Any], at: datetime, key: str = ""
) -> WebhookDelivery:
    """A delivery as it waits; ``key`` tells two of the same fact apart from two facts."""
    return WebhookDelivery(
        company_id=webhook.company_id,
        webhook=webhook,
        event=event.value,
        key=key or f"msg_{uuid4().hex}",
        payload=payload,
        due_at=at,
        happened_at=at,
    )


def start_of(company: Company, on: date) -> datetime:
    """The first instant of a day where the company is: when a deed says only its day."""
    return datetime.combine(on, time(), tzinfo=ZoneInfo(company.timezone))


# --- shaping ---------------------------------------------------------------------------------


def create_webhook(
    actor: Actor, *, url: str, events: Sequence[Event], at: datetime
) -> tuple[Webhook, str]:
    """A webhook and its secret, shown this once. Raises UrlRefused."""
    check_url(url, private=settings.WEBHOOK_PRIVATE)
    secret = new_secret()
    with recorded(actor, "webhook_created", at=at, url=url) as entry:
        row = add_webhook(
            actor.company.pk, url=url, events=_known(events), sealed_secret=seal(secret), at=at
        )
        entry.subject = subject(row)
    return row, secret


def change_webhook(
    actor: Actor, webhook: Webhook, *, url: str, events: Sequence[Event], at: datetime
) -> None:
    """Another address or other events. Raises UrlRefused, OtherCompany."""
    own(actor.company, webhook)
    check_url(url, private=settings.WEBHOOK_PRIVATE)
    with recorded(actor, "webhook_changed", at=at, url=url) as entry:
        webhook.url, webhook.events = url, _known(events)
        webhook.save(update_fields=["url", "events"])
        entry.subject = subject(webhook)


def set_active(actor: Actor, webhook: Webhook, *, active: bool, at: datetime) -> None:
    """Pause a webhook, or let it go on: what waited is delivered then. Raises OtherCompany."""
    own(actor.company, webhook)
    code = "webhook_resumed" if active else "webhook_paused"
    with recorded(actor, code, at=at, url=webhook.url) as entry:
        webhook.active = active
        webhook.save(update_fields=["active"])
        entry.subject = subject(webhook)


def rotate_secret(actor: Actor, webhook: Webhook, *, at: datetime) -> str:
    """A new secret, shown this once; the one it replaces signs beside it for `OLD_SIGNS`.

    One that was replaced before that ends now. Raises OtherCompany.
    """
    own(actor.company, webhook)
    secret, until = new_secret(), at + OLD_SIGNS
    with recorded(actor, "webhook_rotated", at=at, url=webhook.url) as entry:
        webhook.sealed_old_secret, webhook.old_until = webhook.sealed_secret, until
        webhook.sealed_secret = seal(secret)
        webhook.save(update_fields=["sealed_secret", "sealed_old_secret", "old_until"])
        entry.subject = subject(webhook)
    return secret


def end_old_secret(actor: Actor, webhook: Webhook, *, at: datetime) -> bool:
    """The old secret signs nothing from now on; False when it had ended. Raises OtherCompany."""
    own(actor.company, webhook)
    if not old_signs(webhook, at):
        return False
    with recorded(actor, "webhook_old_secret_ended", at=at, url=webhook.url) as entry:
        webhook.sealed_old_secret, webhook.old_until = "", None
        webhook.save(update_fields=["sealed_old_secret", "old_until"])
        entry.subject = subject(webhook)
    return True


def old_signs(webhook: Webhook, at: datetime) -> bool:
    """Whether a secret that was replaced still signs beside the new one."""
    return webhook.old_until is not None and at < webhook.old_until


def delete_webhook(actor: Actor, webhook: Webhook, *, at: datetime) -> None:
    """Take a webhook away with its log. Raises OtherCompany."""
    own(actor.company, webhook)
    with recorded(actor, "webhook_deleted", at=at, url=webhook.url) as entry:
        entry.subject = subject(webhook)
        webhook.delete()


def webhook_for(actor: Actor, pk: int) -> Webhook:
    """A webhook of the actor's company. Raises OtherCompany."""
    row = webhook_row(actor.company.pk, pk)
    if row is None:
        raise OtherCompany(actor.company, "webhook")
    return row


def _known(events: Sequence[Event]) -> list[str]:
    return [event.value for event in SUBSCRIBABLE if event in events]


# --- delivering ------------------------------------------------------------------------------


def deliver_due(at: datetime) -> int:
    """Deliver what is due, of every company; how many were tried. For the worker's round.

    No transaction is open while another system is waited for. A webhook that fails is left in
    peace for the rest of the round.
    """
    started, tried, failing = perf_counter(), 0, set[int]()
    for row in due_deliveries(at, _ROUND):
        gone_by = timedelta(seconds=perf_counter() - started)
        if gone_by.seconds >= _SECONDS:
            break
        if row.webhook_id in failing or not claim_delivery(row, at + gone_by + _LEASE):
            continue
        tried += 1
        if not _deliver(row, at + gone_by):
            failing.add(row.webhook_id)
    return tried


def forget_old(at: datetime) -> int:
    """Shorten the log, forget secrets that sign no more; how many went. For a round of the worker
    now and then."""
    return forget_deliveries(at - KEPT) + forget_old_secrets(at)


def deliver_again(actor: Actor, pk: int, *, at: datetime) -> WebhookDelivery:
    """Deliver once more what was delivered or given up, under the same key. Raises OtherCompany."""
    row = delivery_row(actor.company.pk, pk)
    if row is None:
        raise OtherCompany(actor.company, "delivery")
    with recorded(actor, "webhook_redelivered", at=at, event=row.event) as entry:
        entry.subject = subject(row)
        if row.state in (DeliveryState.DELIVERED, DeliveryState.GIVEN_UP):
            row.state, row.attempts, row.due_at = DeliveryState.WAITING.value, 0, at
            row.save(update_fields=["state", "attempts", "due_at"])
    return row


def send_test(actor: Actor, webhook: Webhook, *, at: datetime) -> WebhookDelivery:
    """Try a webhook now; what became of it is in the delivery returned. Raises OtherCompany."""
    own(actor.company, webhook)
    company = {"key": actor.company.key, "name": actor.company.name}
    row = delivery(webhook, Event.TEST, {"company": company}, at)
    with recorded(actor, "webhook_tested", at=at, url=webhook.url) as entry:
        row.state, row.due_at, row.attempts = DeliveryState.CLAIMED.value, at + _LEASE, 1
        row.save(force_insert=True)
        entry.subject = subject(webhook)
    answer = _hand_over(row, at)
    state = DeliveryState.DELIVERED if answer.accepted else DeliveryState.GIVEN_UP
    settle_delivery(row, **_outcome(answer, state, at))
    row.refresh_from_db()
    return row


def body_of(row: WebhookDelivery) -> bytes:
    """The body of a delivery: the same bytes at every attempt."""
    told = {"type": row.event, "timestamp": row.happened_at.isoformat(), "data": row.payload}
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()


def _hand_over(row: WebhookDelivery, at: datetime) -> Answer:
    body, timestamp = body_of(row), int(at.timestamp())
    try:
        signatures = [
            sign(unseal(sealed), row.key, timestamp, body)
            for sealed in _sealed_secrets(row.webhook, at)
        ]
    except SealBroken as error:
        return Answer(status=None, detail=str(error))
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "amiable-webhooks",
        "Webhook-Id": row.key,
        "Webhook-Timestamp": str(timestamp),
        "Webhook-Signature": " ".join(signatures),
    }
    return post(row.webhook.url, body, headers, private=settings.WEBHOOK_PRIVATE)


def _sealed_secrets(webhook: Webhook, at: datetime) -> list[str]:
    """What signs at an instant, the newest first."""
    old = [webhook.sealed_old_secret] if old_signs(webhook, at) else []
    return [webhook.sealed_secret, *old]


def _deliver(row: WebhookDelivery, at: datetime) -> bool:
    answer = _hand_over(row, at)
    if answer.accepted:
        settle_delivery(row, **_outcome(answer, DeliveryState.DELIVERED, at))
    elif answer.gone or row.attempts > len(WAITS):
        with transaction.atomic():
            settle_delivery(row, **_outcome(answer, DeliveryState.GIVEN_UP, at))
            _pause_if_dead(row, at, gone=answer.gone)
    else:
        due_at = at + WAITS[row.attempts - 1]
        settle_delivery(row, **_outcome(answer, DeliveryState.WAITING, at), due_at=due_at)
    return answer.accepted


def _outcome(answer: Answer, state: DeliveryState, at: datetime) -> dict[str, Any]:
    delivered_at = at if answer.accepted else None
    return {
        "state": state.value,
        "status": answer.status,
        "detail": answer.detail,
        "delivered_at": delivered_at,
    }


def gave_up(webhook: Webhook) -> bool:
    """Whether the newest deliveries were all given up: nobody answers there."""
    ended = last_outcomes(webhook, GIVE_UPS)
    return len(ended) == GIVE_UPS and set(ended) == {DeliveryState.GIVEN_UP.value}


def _pause_if_dead(row: WebhookDelivery, at: datetime, *, gone: bool) -> None:
    """Pause a webhook nobody answers at: several deliveries in a row were given up, or a 410."""
    if not gone and not gave_up(row.webhook):
        return
    worker = Actor(company=row.company, role=Role.ADMINISTRATOR, name="amiable", door=Door.WORKER)
    with recorded(worker, "webhook_gave_up", at=at, url=row.webhook.url) as entry:
        entry.subject = subject(row.webhook)
        row.webhook.active = False
        row.webhook.save(update_fields=["active"])

"""Webhooks: made, tried, paused, taken away; what was delivered, and once more."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpResponse

from amiable.channels.webhook import UrlRefused
from amiable.desk.access import Power
from amiable.desk.event import Event
from amiable.desk.webhook import (
    change_webhook,
    create_webhook,
    delete_webhook,
    deliver_again,
    end_old_secret,
    gave_up,
    old_signs,
    rotate_secret,
    send_test,
    set_active,
    webhook_for,
)
from amiable.store.models import Webhook, WebhookDelivery
from amiable.store.models.webhook import DeliveryState
from amiable.store.webhook import deliveries_of
from amiable.web.integrations.forms import WebhookForm
from amiable.web.integrations.overview import here
from amiable.web.visit import Visit, page

_PAGE = 25


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryLine:
    """A delivery as it is listed; times as clocks show them where the company is."""

    row: WebhookDelivery
    happened_at: datetime | None
    due_at: datetime | None

    @property
    def ended(self) -> bool:
        """Whether it may be asked for once more."""
        return self.row.state in (DeliveryState.DELIVERED, DeliveryState.GIVEN_UP)


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookPage:
    """One webhook with a page of its log; ``dead``: amiable paused it by itself; ``old_until``:
    when the secret before ends, None when it has."""

    webhook: Webhook
    lines: list[DeliveryLine]
    older: int | None
    dead: bool
    old_until: datetime | None


@page(Power.SETTINGS, methods=("GET", "POST"))
def new(visit: Visit) -> HttpResponse:
    """A new webhook; its secret is on the page that answers, and nowhere else."""
    form = WebhookForm(visit.request.POST if visit.request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            row, secret = create_webhook(
                visit.actor, url=form.cleaned_data["url"], events=form.chosen(), at=visit.at
            )
        except UrlRefused as refused:
            _refuse(visit, form, refused)
        else:
            return _secret(visit, row, secret)
    status = 422 if form.is_bound else 200
    return visit.render(
        "integrations/webhook_new.html", form=form, current="integrations", status=status
    )


@page(Power.SETTINGS, methods=("GET", "POST"))
def webhook(visit: Visit, webhook: int) -> HttpResponse:
    """One webhook: where it goes, what it hears, what was delivered."""
    row = webhook_for(visit.actor, webhook)
    if visit.request.method == "GET":
        return _show(visit, row, WebhookForm({"url": row.url, "events": row.events}))
    form = WebhookForm(visit.request.POST)
    if form.is_valid():
        try:
            change_webhook(
                visit.actor, row, url=form.cleaned_data["url"], events=form.chosen(), at=visit.at
            )
        except UrlRefused as refused:
            _refuse(visit, form, refused)
        else:
            visit.done("integrations.saved")
            return visit.go(f"integrations/webhooks/{row.pk}/")
    return _show(visit, row, form, status=422)


@page(Power.SETTINGS, methods=("POST",))
def test(visit: Visit, webhook: int) -> HttpResponse:
    """Try it now; the page says what came back."""
    row = send_test(visit.actor, webhook_for(visit.actor, webhook), at=visit.at)
    if row.state == DeliveryState.DELIVERED:
        visit.done("integrations.test_went", status=row.status or 0)
    elif row.status is not None:
        visit.warn("integrations.test_refused", status=row.status)
    else:
        visit.warn("integrations.test_failed", detail=row.detail)
    return visit.go(f"integrations/webhooks/{webhook}/")


@page(Power.SETTINGS, methods=("POST",))
def pause(visit: Visit, webhook: int) -> HttpResponse:
    """What happens is kept until it goes on."""
    return _set_active(visit, webhook, active=False)


@page(Power.SETTINGS, methods=("POST",))
def resume(visit: Visit, webhook: int) -> HttpResponse:
    """It goes on with what waited."""
    return _set_active(visit, webhook, active=True)


@page(Power.SETTINGS, methods=("POST",))
def rotate(visit: Visit, webhook: int) -> HttpResponse:
    """A new secret, shown once."""
    row = webhook_for(visit.actor, webhook)
    return _secret(visit, row, rotate_secret(visit.actor, row, at=visit.at))


@page(Power.SETTINGS, methods=("POST",))
def end_old(visit: Visit, webhook: int) -> HttpResponse:
    """The secret before signs nothing any more."""
    row = webhook_for(visit.actor, webhook)
    if end_old_secret(visit.actor, row, at=visit.at):
        visit.done("integrations.old_ended")
    else:
        visit.warn("integrations.old_ended_before")
    return visit.go(f"integrations/webhooks/{webhook}/")


@page(Power.SETTINGS, methods=("POST",))
def delete(visit: Visit, webhook: int) -> HttpResponse:
    """Away with its log."""
    row = webhook_for(visit.actor, webhook)
    delete_webhook(visit.actor, row, at=visit.at)
    visit.done("integrations.deleted", url=row.url)
    return visit.go("integrations/")


@page(Power.SETTINGS, methods=("POST",))
def again(visit: Visit, delivery: int) -> HttpResponse:
    """Deliver the same once more, under the same key."""
    row = deliver_again(visit.actor, delivery, at=visit.at)
    visit.done("integrations.again_waits")
    return visit.go(f"integrations/webhooks/{row.webhook_id}/")


def _set_active(visit: Visit, pk: int, *, active: bool) -> HttpResponse:
    row = webhook_for(visit.actor, pk)
    set_active(visit.actor, row, active=active, at=visit.at)
    visit.done("integrations.resumed" if active else "integrations.paused", url=row.url)
    return visit.go(f"integrations/webhooks/{pk}/")


def _refuse(visit: Visit, form: WebhookForm, refused: UrlRefused) -> None:
    form.add_error("url", visit.say(f"integrations.url.{refused.code}", host=refused.host))


def _secret(visit: Visit, row: Webhook, secret: str) -> HttpResponse:
    response = visit.render(
        "integrations/webhook_secret.html", webhook=row, secret=secret, current="integrations"
    )
    response.headers["Cache-Control"] = "no-store"
    return response


def _show(visit: Visit, row: Webhook, form: WebhookForm, *, status: int = 200) -> HttpResponse:
    before = visit.request.GET.get("before", "")
    rows = deliveries_of(row, int(before) if before.isdigit() else None, _PAGE + 1)
    lines = [_line(visit, one) for one in rows[:_PAGE]]
    shown = WebhookPage(
        webhook=row,
        lines=lines,
        older=lines[-1].row.pk if len(rows) > _PAGE else None,
        dead=gave_up(row),
        old_until=here(visit, row.old_until) if old_signs(row, visit.at) else None,
    )
    extra: dict[str, Any] = {"form": form, "current": "integrations", "test": Event.TEST.value}
    return visit.render("integrations/webhook.html", page=shown, status=status, **extra)


def _line(visit: Visit, row: WebhookDelivery) -> DeliveryLine:
    return DeliveryLine(
        row=row, happened_at=here(visit, row.happened_at), due_at=here(visit, row.due_at)
    )

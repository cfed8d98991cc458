"""Tokens and webhooks on their page: made, shown once, tried, paused, taken away."""

import re
from typing import Any

import pytest
from django.test import Client

from amiable.desk.access import Actor
from amiable.desk.event import Event
from amiable.desk.webhook import create_webhook
from amiable.store.models import ApiToken, AuditEntry, Company, Webhook, WebhookDelivery
from amiable.store.models.membership import Role
from tests.desk.books import at
from tests.faces.web.conftest import SignIn

HERE = "/c/fournil/integrations/"


@pytest.fixture
def webhook(company: Company, settings: Any) -> Webhook:
    """A webhook nobody answers at."""
    settings.WEBHOOK_PRIVATE = True
    boss = Actor(company=company, role=Role.ADMINISTRATOR, name="Léa")
    made, _ = create_webhook(
        boss,
        url="http://127.0.0.1:9/hook",
        events=[Event.PROMISE_BROKEN],
        at=at(company.imported_on),
    )
    return made


def test_a_token_is_shown_once_and_opens_the_api(desk: Client, company: Company) -> None:
    answer = desk.post(
        f"{HERE}tokens/new/", {"name": "ERP", "scopes": ["read", "write:plan"], "life": "90"}
    )
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    text = re.search(r'value="(ami_[\w-]+)"', answer.content.decode())
    assert text is not None
    sent = {"Authorization": f"Bearer {text[1]}"}
    assert desk.get("/api/v1/customers", headers=sent).status_code == 200
    listed = desk.get(HERE).content.decode()
    assert text[1] not in listed
    assert text[1][:12] in listed
    token = ApiToken.objects.of(company.pk).get()
    assert (token.scopes, (token.expires_at - token.created_at).days) == (
        ["read", "write:plan"],
        90,
    )
    assert AuditEntry.objects.of(company.pk).get(code="token_created").door == "desk"


def test_a_token_that_may_do_nothing_is_not_made(desk: Client, company: Company) -> None:
    answer = desk.post(f"{HERE}tokens/new/", {"name": "ERP", "life": "90"})
    assert answer.status_code == 422
    assert 'value="ERP"' in answer.content.decode()
    assert not ApiToken.objects.of(company.pk).exists()


def test_a_token_is_revoked(desk: Client, company: Company) -> None:
    desk.post(f"{HERE}tokens/new/", {"name": "ERP", "scopes": ["read"], "life": "0"})
    token = ApiToken.objects.of(company.pk).get()
    assert token.expires_at is None
    assert desk.post(f"{HERE}tokens/{token.pk}/revoke/").status_code == 302
    token.refresh_from_db()
    assert token.revoked_at is not None
    assert "revoked" in desk.get(HERE).content.decode()


def test_a_webhook_is_made_with_a_secret_shown_once(
    desk: Client, company: Company, settings: Any
) -> None:
    settings.WEBHOOK_PRIVATE = True
    sent = {"url": "http://127.0.0.1:9/x", "events": ["promise.broken", "reminder.sent"]}
    answer = desk.post(f"{HERE}webhooks/new/", sent)
    secret = re.search(r'value="(whsec_[^"]+)"', answer.content.decode())
    assert secret is not None
    row = Webhook.objects.of(company.pk).get()
    assert row.events == ["reminder.sent", "promise.broken"]
    page = desk.get(f"{HERE}webhooks/{row.pk}/").content.decode()
    assert secret[1] not in page
    again = desk.post(f"{HERE}webhooks/{row.pk}/rotate/").content.decode()
    assert "whsec_" in again
    assert secret[1] not in again
    path = f"{HERE}webhooks/{row.pk}/"
    assert "Two secrets sign" in desk.get(path).content.decode()
    assert "signs nothing any more" in desk.post(f"{path}end-old/", follow=True).content.decode()
    assert "had ended already" in desk.post(f"{path}end-old/", follow=True).content.decode()
    assert "Two secrets sign" not in desk.get(path).content.decode()


@pytest.mark.parametrize(
    ("url", "said"),
    [("http://example.com/", "Only https"), ("https://10.0.0.1/", "private network"),
     ("https://nowhere.invalid/", "No host")],
)  # fmt: skip
def test_an_address_that_may_not_be_called_is_refused_beside_the_field(
    desk: Client, company: Company, settings: Any, url: str, said: str
) -> None:
    settings.WEBHOOK_PRIVATE = False
    answer = desk.post(f"{HERE}webhooks/new/", {"url": url, "events": ["promise.broken"]})
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not Webhook.objects.of(company.pk).exists()


def test_a_test_is_told_and_logged(desk: Client, webhook: Webhook) -> None:
    path = f"{HERE}webhooks/{webhook.pk}/"
    page = desk.post(f"{path}test/", follow=True).content.decode()
    assert "could not be delivered" in page
    row = WebhookDelivery.objects.of(webhook.company_id).get()
    assert row.key in page
    assert "given up" in page
    assert desk.post(f"{HERE}deliveries/{row.pk}/again/").status_code == 302
    row.refresh_from_db()
    assert row.state == "waiting"


def test_a_webhook_is_changed_paused_resumed_and_deleted(desk: Client, webhook: Webhook) -> None:
    path = f"{HERE}webhooks/{webhook.pk}/"
    sent = {"url": "http://127.0.0.1:9/new", "events": ["payment.received"]}
    assert desk.post(path, sent).status_code == 302
    desk.post(f"{path}pause/")
    webhook.refresh_from_db()
    assert (webhook.url, webhook.events) == ("http://127.0.0.1:9/new", ["payment.received"])
    assert not webhook.active
    assert "paused" in desk.get(path).content.decode()
    desk.post(f"{path}resume/")
    webhook.refresh_from_db()
    assert webhook.active
    assert desk.post(f"{path}delete/").status_code == 302
    assert not Webhook.objects.of(webhook.company_id).exists()


@pytest.mark.parametrize("role", ["manager", "collector", "outside", "reader"])
def test_only_administrators_come_here(sign_in: SignIn, role: str, webhook: Webhook) -> None:
    client = sign_in(role)
    assert client.get(HERE).status_code == 403
    assert client.get(f"{HERE}webhooks/{webhook.pk}/").status_code == 403
    assert client.post(f"{HERE}webhooks/{webhook.pk}/delete/").status_code == 403


def test_what_another_company_has_is_not_here(desk: Client, company: Company) -> None:
    for path in ("tokens/99/revoke/", "webhooks/99/delete/", "deliveries/99/again/"):
        assert desk.post(f"{HERE}{path}").status_code == 404

"""Settings > E-mail service, and the address that e-mail services call."""

import json
from base64 import b64decode
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client

from amiable.desk import provider as desk_provider
from amiable.desk.approve import approve
from amiable.desk.channel import channel_for
from amiable.desk.mail_server import MailWay, mail_place
from amiable.desk.provider import provider_address
from amiable.desk.send import send_approved
from amiable.engine.parties import Channel
from amiable.store.gateway import gateway_of
from amiable.store.models import AuditEntry, Company, Contact, Customer, Gateway, OutboxRow
from amiable.store.models.outbox import OutboxState
from amiable.store.sealed import seal, unseal
from tests.channels import mail_providers as far
from tests.channels.mail_events import (
    MAILGUN,
    MAILGUN_KEY,
    RESEND_KEY,
    brevo,
    mailgun,
    mailgun_call,
    postmark,
)
from tests.desk.books import TODAY, at

ID = "7d1c2a3b-0000-4000-8000-000000000000"
TYPED: dict[str, dict[str, str]] = {
    "brevo": {"api_key": "xkeysib-secret"},
    "mailjet": {"api_key": "key-of-mailjet", "secret_key": "secret-of-mailjet"},
    "scaleway": {"project_id": ID, "secret_key": "secret-of-scaleway"},
    "mailgun": {"region": "eu", "sender_domain": "mg.fournil.example", "api_key": "key-mailgun",
                "webhook_signing_key": MAILGUN_KEY},
    "postmark": {"server_token": "token-of-postmark", "message_stream": ""},
    "resend": {"api_key": "re_secret", "signing_secret": RESEND_KEY},
    "sendgrid": {"api_key": "SG.secret", "tracking_webhook_verification_key": ""},
    "sparkpost": {"region": "us", "api_key": "key-of-sparkpost"},
}  # fmt: skip
NOT_SECRET = {"region", "sender_domain", "project_id", "message_stream"}


def page(company: Company, more: str = "") -> str:
    return f"/c/{company.key}/settings/mail/provider/{more}"


def saved(company: Company) -> Gateway:
    row = gateway_of(company.pk, Channel.EMAIL)
    assert row is not None
    return row


@pytest.mark.parametrize("kind", sorted(TYPED))
def test_a_service_is_chosen_and_its_keys_are_sealed(
    company: Company, desk: Client, kind: str
) -> None:
    answer = desk.post(page(company, f"?kind={kind}"), TYPED[kind])
    assert answer.status_code == 302, answer.content.decode()
    row = saved(company)
    assert row.kind == kind
    stored = json.dumps(row.settings) + row.sealed_secrets
    shown = desk.get(page(company)).content.decode()
    for name, typed in TYPED[kind].items():
        if typed and name not in NOT_SECRET:
            assert json.loads(unseal(row.sealed_secrets))[name] == typed
            assert typed not in stored
            assert typed not in shown
    (entry,) = AuditEntry.objects.of(company.pk).filter(code="gateway_saved")
    assert entry.facts == {"channel": "email", "kind": kind}
    assert (provider_address(row) in shown) is (kind != "scaleway")


def test_mail_goes_by_the_service_as_long_as_one_is_chosen(company: Company, desk: Client) -> None:
    before = mail_place(company)
    desk.post(page(company, "?kind=postmark"), TYPED["postmark"])
    assert (mail_place(company).way, mail_place(company).name) == (MailWay.PROVIDER, "Postmark")
    shown = desk.get(f"/c/{company.key}/settings/mail/").content.decode()
    assert "Through Postmark, your e-mail service." in shown
    desk.post(page(company, "forget/"))
    assert mail_place(company) == before
    assert gateway_of(company.pk, Channel.EMAIL) is None


def test_a_key_left_empty_stays_and_another_service_asks_for_its_own(
    company: Company, desk: Client
) -> None:
    desk.post(page(company, "?kind=mailgun"), TYPED["mailgun"])
    key = saved(company).report_key
    again = {**TYPED["mailgun"], "api_key": "", "webhook_signing_key": "", "region": "us"}
    assert desk.post(page(company, "?kind=mailgun"), again).status_code == 302
    row = saved(company)
    assert json.loads(unseal(row.sealed_secrets))["api_key"] == "key-mailgun"
    assert (row.settings["region"], row.report_key) == ("us", key)
    assert desk.post(page(company, "?kind=brevo"), {"api_key": ""}).status_code == 422
    assert saved(company).kind == "mailgun"


@pytest.mark.parametrize(
    ("kind", "field", "typed", "words"),
    [
        ("brevo", "api_key", "clé secrète", "without spaces or accents"),
        ("brevo", "api_key", "a\r\nX-Evil: 1", "without spaces or accents"),
        ("mailgun", "sender_domain", "https://mg.example.org/", "Write a domain alone"),
        ("mailgun", "region", "mars", "mars"),
        ("scaleway", "project_id", "7", "36 signs"),
        ("postmark", "message_stream", "my stream", "copy the identifier"),
        ("resend", "signing_secret", "whsec_", "no signing key"),
    ],
)
def test_what_cannot_be_is_told_beside_its_field(
    company: Company, desk: Client, kind: str, field: str, typed: str, words: str
) -> None:
    answer = desk.post(page(company, f"?kind={kind}"), {**TYPED[kind], field: typed})
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert gateway_of(company.pk, Channel.EMAIL) is None


def test_openings_are_told_only_if_the_company_says_so(company: Company, desk: Client) -> None:
    desk.post(page(company, "?kind=postmark"), TYPED["postmark"])
    assert not desk_provider.door_of(saved(company)).tracks_opens
    seen = desk.get(page(company)).context["opens_seen"]
    desk.post(page(company, "opens/"), {"tracks_opens": "on", "seen": seen})
    assert desk_provider.door_of(saved(company)).tracks_opens
    desk.post(page(company, "opens/"), {"seen": seen})  # from a page that is out of date
    assert Company.objects.get(pk=company.pk).tracks_opens
    (entry,) = AuditEntry.objects.of(company.pk).filter(code="settings_changed")
    assert entry.facts["changes"] == {"tracks_opens": [False, True]}


def test_without_the_key_its_events_are_signed_with_the_page_asks_for_it(
    company: Company, desk: Client
) -> None:
    desk.post(page(company, "?kind=mailgun"), {**TYPED["mailgun"], "webhook_signing_key": ""})
    shown = desk.get(page(company)).content.decode()
    assert "its signing key is missing below" in shown
    assert shown.count("Stored; it is never shown") == 1
    desk.post(page(company, "?kind=mailgun"), TYPED["mailgun"])
    assert "its signing key is missing below" not in desk.get(page(company)).content.decode()


def test_a_broken_seal_is_no_broken_page(company: Company, desk: Client) -> None:
    desk.post(page(company, "?kind=mailgun"), TYPED["mailgun"])
    Gateway.objects.of(company.pk).update(sealed_secrets="broken")
    assert desk.get(page(company)).status_code == 200
    desk.post(f"/c/{company.key}/settings/mail/test/")
    assert saved(company).result == "seal"


# --- a message, all the way ---------------------------------------------------------------------


def test_a_reminder_goes_by_a_real_service_and_its_delivery_comes_back(
    company: Company, desk: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    with far.running("postmark") as base:
        known = desk_provider.door_of
        there = {"base": base, "private": True}
        monkeypatch.setattr(desk_provider, "door_of", lambda row: replace(known(row), **there))
        desk.post(page(company, "?kind=postmark"), {"server_token": far.KEY})
        desk.post(f"/c/{company.key}/settings/mail/test/")
        assert (saved(company).result, saved(company).answer[:4]) == ("sent", "200 ")
        who = Customer.objects.of(company.pk).get(key="A").pk
        (made,) = approve(company, [who], today=TODAY, at=at(TODAY))
        assert made.row is not None
        channel = channel_for(company, Channel.EMAIL)
        send_approved(company, channel, today=TODAY, clock=lambda: at(TODAY))
        channel.close()
        told = far.taken(base)
    row = made.row
    row.refresh_from_db()
    assert (row.state, len(told["mails"])) == ("sent", 2)
    mail = b64decode(told["mails"][-1])
    assert f"To: {row.recipient}".encode() in mail
    assert f"Message-ID: {row.message_id}".encode() in mail
    mark = told["seen"][-1]["Metadata"]["amiable"]
    body = postmark("Delivery", mark, DeliveredAt="2026-03-10T08:03:00Z")
    assert body["MessageID"] != row.reference
    assert call("postmark", body, saved(company).report_key).status_code == 200
    row.refresh_from_db()
    assert row.delivered_at == datetime(2026, 3, 10, 8, 3, tzinfo=UTC)


def test_a_wrong_key_is_told_when_the_service_is_tested(
    company: Company, desk: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    with far.running("brevo") as base:
        known = desk_provider.door_of
        there = {"base": f"{base}/v3", "private": True}
        monkeypatch.setattr(desk_provider, "door_of", lambda row: replace(known(row), **there))
        desk.post(page(company, "?kind=brevo"), TYPED["brevo"])
        answer = desk.post(f"/c/{company.key}/settings/mail/test/", follow=True)
    shown = answer.content.decode()
    assert "Brevo did not take the message: 401 Key not found. Check the key" in shown
    assert saved(company).result == "account"


# --- the address that a service calls ----------------------------------------------------------


@pytest.fixture
def message(company: Company) -> OutboxRow:
    """A mail that left to customer A, by a gateway that is chosen in each test."""
    customer = Customer.objects.of(company.pk).get(key="A")
    contact = Contact.objects.of(company.pk).filter(customer=customer).exclude(email="").first()
    assert contact is not None
    return OutboxRow.objects.of(company.pk).create(
        company=company,
        customer=customer,
        contact=contact,
        cycle="c1",
        step=1,
        state=OutboxState.SENT.value,
        channel="email",
        recipient=contact.email,
        subject="Facture",
        text="Bonjour",
        message_id="<m-1@fournil.example>",
        reference="ref-1",
        approved_on=TODAY,
        approved_at=at(TODAY),
        sent_on=TODAY,
        sent_at=at(TODAY),
    )


def chosen(company: Company, kind: str) -> Gateway:
    secrets = {name: text for name, text in TYPED[kind].items() if name not in NOT_SECRET}
    return Gateway.objects.of(company.pk).create(
        company=company,
        channel="email",
        kind=kind,
        settings={},
        sealed_secrets=seal(json.dumps(secrets)),
        report_key="key-of-the-address",
    )


def call(kind: str, body: Any, key: str = "key-of-the-address", **headers: Any) -> Any:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    client = Client(enforce_csrf_checks=True)
    return client.post(f"/gateways/{key}/{kind}/", raw, content_type="application/json", **headers)


def test_a_delivery_shows_beside_the_message(
    company: Company, desk: Client, message: OutboxRow
) -> None:
    chosen(company, "postmark")
    body = postmark("Delivery", Recipient=message.recipient, DeliveredAt="2026-03-10T08:03:00Z")
    assert call("postmark", body).status_code == 200
    message.refresh_from_db()
    assert message.delivered_at == datetime(2026, 3, 10, 8, 3, tzinfo=UTC)
    where = f"/c/{company.key}/customers/{message.customer_id}/"
    for path in ("timeline/", f"messages/{message.pk}/"):
        assert "delivered on 10 Mar 2026 09:03" in desk.get(where + path).content.decode()


def test_a_message_that_came_back_is_told_and_its_address_spared(
    company: Company, desk: Client, message: OutboxRow
) -> None:
    chosen(company, "brevo")
    assert call("brevo", brevo("hard_bounce", reason="550 no such user")).status_code == 200
    message.refresh_from_db()
    assert message.state == OutboxState.REFUSED.value
    assert message.contact is not None
    message.contact.refresh_from_db()
    assert message.contact.bounced_on is not None
    where = f"/c/{company.key}/customers/{message.customer_id}/timeline/"
    assert "came back: 550 no such user" in desk.get(where).content.decode()


def test_a_signed_complaint_is_obeyed_and_shown(
    company: Company, desk: Client, message: OutboxRow
) -> None:
    chosen(company, "mailgun")
    assert call("mailgun", mailgun_call(mailgun("complained"))).status_code == 200
    assert message.contact is not None
    message.contact.refresh_from_db()
    assert message.contact.refuses == ["email"]
    where = f"/c/{company.key}/customers/{message.customer_id}/timeline/"
    assert f"wants no more mail at {message.recipient}" in desk.get(where).content.decode()


@pytest.mark.parametrize(
    ("kind", "called", "key", "body", "status"),
    [
        ("postmark", "postmark", "another-key", postmark("Delivery"), 404),
        ("postmark", "brevo", "key-of-the-address", brevo("delivered"), 404),
        ("mailgun", "mailgun", "key-of-the-address", MAILGUN["delivered"][0], 404),
        ("postmark", "postmark", "key-of-the-address", b"{", 400),
        ("postmark", "postmark", "key-of-the-address", b" " * 2_000_001, 413),
        ("postmark", "sms", "key-of-the-address", b"{}", 404),
        ("postmark", "letter", "key-of-the-address", b"{}", 404),
    ],
)
def test_a_call_that_is_wrong_changes_nothing(
    company: Company,
    message: OutboxRow,
    kind: str,
    called: str,
    key: str,
    body: Any,
    status: int,
) -> None:
    chosen(company, kind)
    answer = call(called, body, key)
    assert (answer.status_code, answer.content) == (status, b"")
    message.refresh_from_db()
    assert (message.state, message.delivered_at) == ("sent", None)


def test_a_service_may_ask_whether_anybody_is_there(company: Company) -> None:
    chosen(company, "postmark")
    where = "/gateways/key-of-the-address/postmark/"
    assert Client().head(where).status_code == 200
    assert Client().get(where).status_code == 200
    assert Client().put(where).status_code == 405
    assert Client().get("/gateways/another/postmark/").status_code == 404


def test_who_tries_keys_is_slowed_down(company: Company) -> None:
    answers = [call("postmark", {}, f"key-{n}").status_code for n in range(31)]
    assert set(answers[:30]) == {404}
    assert answers[30] == 429


def test_a_message_of_another_company_is_not_touched(
    company: Company, message: OutboxRow, other: Company
) -> None:
    row = chosen(other, "postmark")
    body = postmark("Delivery", DeliveredAt="2026-03-10T08:03:00Z")
    assert row.company_id != message.company_id
    assert call("postmark", body).status_code == 200
    message.refresh_from_db()
    assert message.delivered_at is None

"""What e-mail services report: their documented events and signatures, the right and the wrong."""

import hashlib
import hmac
import json
from base64 import b64encode
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.test import RequestFactory

from amiable.channels.message import Fault
from amiable.channels.provider import (
    MailState,
    ProviderDoor,
    ReportRefused,
    ReportUnreadable,
    key_fits,
    read_reports,
)
from tests.channels.mail_events import (
    BREVO,
    MAILGUN,
    MAILGUN_KEY,
    MAILJET,
    MARK,
    POSTMARK,
    RESEND,
    RESEND_KEY,
    SENDGRID,
    SPARKPOST,
    mailgun_call,
    resend_headers,
)

NOW = datetime(2026, 3, 10, 9, tzinfo=UTC)
UNSIGNED = ProviderDoor(settings={}, secrets={})
MAILGUN_DOOR = ProviderDoor(settings={}, secrets={"webhook_signing_key": MAILGUN_KEY})
RESEND_DOOR = ProviderDoor(settings={}, secrets={"signing_secret": RESEND_KEY})


def posted(body: object, **headers: str) -> Any:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    named = {f"HTTP_{name.upper()}": value for name, value in headers.items()}
    return RequestFactory().post("/", raw, content_type="application/json", **named)


Found = tuple[MailState, Fault | None]
SENDS: list[tuple[str, str, dict[str, Any], Found]] = [
    *(("postmark", name, body, found) for name, (body, found) in POSTMARK.items()),
    *(("brevo", name, body, found) for name, (body, found) in BREVO.items()),
    *(("mailjet", name, body, found) for name, (body, found) in MAILJET.items()),
    *(("sparkpost", name, body, found) for name, (body, found) in SPARKPOST.items()),
]


@pytest.mark.parametrize(
    ("kind", "body", "found"),
    [pytest.param(kind, body, found, id=f"{kind} {name}") for kind, name, body, found in SENDS],
)
def test_an_event_of_a_service_that_does_not_sign_is_understood(
    kind: str, body: Any, found: Found
) -> None:
    (report,) = read_reports(kind, UNSIGNED, posted(body), at=NOW)
    assert (report.state, report.fault) == found
    assert report.mark == MARK
    assert report.reference
    if kind != "postmark" or report.state is not MailState.COMPLAINED:
        assert report.at is not None


@pytest.mark.parametrize(("body", "found"), MAILGUN.values(), ids=MAILGUN)
def test_an_event_that_mailgun_signed_is_understood(body: dict[str, Any], found: Found) -> None:
    (report,) = read_reports("mailgun", MAILGUN_DOOR, posted(mailgun_call(body)), at=NOW)
    assert (report.state, report.fault) == found
    assert report.mark == MARK
    assert report.reference == "<20260219.1.abc@fournil.example>"


@pytest.mark.parametrize(("body", "found"), RESEND.values(), ids=RESEND)
def test_an_event_that_resend_signed_is_understood(body: dict[str, Any], found: Found) -> None:
    raw = json.dumps(body).encode()
    request = posted(raw, **resend_headers(raw, NOW))
    (report,) = read_reports("resend", RESEND_DOOR, request, at=NOW)
    assert (report.state, report.fault) == found
    assert (report.mark, report.reference) == (MARK, "56761188-7520-42d8-8898-ff6fc54ce618")


@pytest.mark.filterwarnings("ignore:django-anymail has dropped official support")
@pytest.mark.parametrize(("body", "found"), SENDGRID.values(), ids=SENDGRID)
def test_an_event_that_sendgrid_signed_is_understood(body: dict[str, Any], found: Found) -> None:
    door, headers, raw = sendgrid_call([body])
    (report,) = read_reports("sendgrid", door, posted(raw, **headers), at=NOW)
    assert (report.state, report.fault) == found
    assert report.mark == MARK


def sendgrid_call(events: list[dict[str, Any]]) -> tuple[ProviderDoor, dict[str, str], bytes]:
    private = ec.generate_private_key(ec.SECP256R1())
    public = private.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    raw, stamp = json.dumps(events).encode(), "1773133200"
    signature = private.sign(stamp.encode() + raw, ec.ECDSA(hashes.SHA256()))
    named = {"tracking_webhook_verification_key": b64encode(public).decode()}
    headers = {
        "x_twilio_email_event_webhook_signature": b64encode(signature).decode(),
        "x_twilio_email_event_webhook_timestamp": stamp,
    }
    return ProviderDoor(settings=named, secrets={}), headers, raw


@pytest.mark.filterwarnings("ignore:django-anymail has dropped official support")
def test_a_changed_call_of_sendgrid_is_refused() -> None:
    door, headers, raw = sendgrid_call([SENDGRID["delivered"][0]])
    changed = raw.replace(b"delivered", b"bounce")
    with pytest.raises(ReportRefused):
        read_reports("sendgrid", door, posted(changed, **headers), at=NOW)


def mailgun_wrong(**changes: object) -> dict[str, Any]:
    call = mailgun_call(MAILGUN["delivered"][0])
    return {**call, "signature": {**call["signature"], **changes}}


@pytest.mark.parametrize(
    "body",
    [
        mailgun_wrong(signature="0" * 64),
        mailgun_wrong(token="another"),
        mailgun_wrong(timestamp="1"),
        mailgun_wrong(signature=7),
        mailgun_wrong(timestamp="é"),
        {"event-data": MAILGUN["delivered"][0]["event-data"]},
        {"signature": []},
        [],
    ],
)
def test_a_call_that_mailgun_did_not_sign_is_refused(body: Any) -> None:
    with pytest.raises(ReportRefused):
        read_reports("mailgun", MAILGUN_DOOR, posted(body), at=NOW)


def test_mailguns_signature_by_another_key_is_refused() -> None:
    stamp = mailgun_call(MAILGUN["delivered"][0])["signature"]
    made = hmac.digest(b"other", f"{stamp['timestamp']}{stamp['token']}".encode(), hashlib.sha256)
    with pytest.raises(ReportRefused):
        read_reports("mailgun", MAILGUN_DOOR, posted(mailgun_wrong(signature=made.hex())), at=NOW)


@pytest.mark.parametrize("kind", ["mailgun", "resend", "sendgrid"])
def test_without_its_key_a_service_that_signs_is_not_believed(kind: str) -> None:
    with pytest.raises(ReportRefused, match="without a key"):
        read_reports(kind, UNSIGNED, posted(mailgun_call(MAILGUN["delivered"][0])), at=NOW)


@pytest.mark.parametrize("later", [-301, 301])
def test_an_old_call_of_resend_is_refused(later: int) -> None:
    raw = json.dumps(RESEND["delivered"][0]).encode()
    request = posted(raw, **resend_headers(raw, NOW))
    with pytest.raises(ReportRefused):
        read_reports("resend", RESEND_DOOR, request, at=NOW + timedelta(seconds=later))


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"svix_id": "msg_1", "svix_timestamp": "soon", "svix_signature": "v1,x"},
        {"svix_id": "msg_1", "svix_timestamp": str(int(NOW.timestamp())), "svix_signature": "v1,x"},
        {"svix_id": "msg_1", "svix_timestamp": str(int(NOW.timestamp())), "svix_signature": "v1,é"},
    ],
)
def test_a_call_that_resend_did_not_sign_is_refused(headers: dict[str, str]) -> None:
    with pytest.raises(ReportRefused):
        read_reports("resend", RESEND_DOOR, posted(RESEND["delivered"][0], **headers), at=NOW)


@pytest.mark.parametrize("kind", ["postmark", "brevo", "mailjet", "sparkpost"])
@pytest.mark.parametrize(
    "raw",
    [b"", b"{", b"7", b"null", b'"x"', b"[[]]", b"\xff\xfe", b"[" * 100_000, b'[{"msys": 1}]'],
)
def test_what_makes_no_sense_is_unreadable(kind: str, raw: bytes) -> None:
    with pytest.raises(ReportUnreadable):
        read_reports(kind, UNSIGNED, posted(raw), at=NOW)


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("postmark", {"RecordType": "Click", "MessageID": "m", "Metadata": {"amiable": MARK}}),
        ("postmark", {"RecordType": "SubscriptionChange", "SuppressSending": False,
                      "MessageID": "m", "ChangedAt": "2026-02-19T10:00:00Z"}),
        ("brevo", {"event": "click", "message-id": "<m>"}),
        ("mailjet", {"event": "click", "time": 1, "MessageID": 1}),
        ("sparkpost", [{"msys": {}}]),
    ],
)  # fmt: skip
def test_what_changes_nothing_is_left_out(kind: str, body: object) -> None:
    assert read_reports(kind, UNSIGNED, posted(body), at=NOW) == []


@pytest.mark.parametrize("kind", ["scaleway", "carrier-pigeon"])
def test_what_reports_nothing_is_not_believed(kind: str) -> None:
    with pytest.raises(ReportRefused, match="reports nothing"):
        read_reports(kind, UNSIGNED, posted({}), at=NOW)


@pytest.mark.filterwarnings("ignore:django-anymail has dropped official support")
@pytest.mark.parametrize(
    ("kind", "key", "fits"),
    [
        ("mailgun", "any-key", True),
        ("resend", RESEND_KEY, True),
        ("resend", "whsec_", False),
        ("resend", "no base64!", False),
        ("sendgrid", "abc", False),
    ],
)
def test_a_signing_key_is_looked_at_before_it_is_kept(kind: str, key: str, fits: bool) -> None:
    assert key_fits(kind, key) is fits

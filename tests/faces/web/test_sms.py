"""Settings > SMS, and the address that gateways call."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from amiable.channels.sms.twilio import sign
from amiable.desk.gateway import report_address
from amiable.engine.parties import Channel
from amiable.store.gateway import gateway_of
from amiable.store.models import (
    AuditEntry,
    Company,
    Contact,
    Customer,
    Gateway,
    Incoming,
    OutboxRow,
)
from amiable.store.models.outbox import OutboxState
from amiable.store.sealed import seal, unseal
from tests.desk.books import at

SID, TOKEN = "AC" + "a" * 32, "token-of-twilio"
TWILIO = {"account_sid": SID, "auth_token": TOKEN, "sender": "Fournil", "price": "0.045"}
OVH = {
    "endpoint": "ovh-eu",
    "service": "sms-ab12345-1",
    "application_key": "AK",
    "application_secret": "AS",
    "consumer_key": "CK",
    "sender": "",
    "price": "",
}
KANNEL = {
    "address": "https://sms.example.org:13013",
    "username": "amiable",
    "password": "secret-of-kannel",
    "sender": "Fournil",
    "price": "",
}


def address(company: Company, more: str = "") -> str:
    return f"/c/{company.key}/settings/sms/{more}"


def saved(company: Company) -> Gateway:
    row = gateway_of(company.pk, Channel.SMS)
    assert row is not None
    return row


@pytest.mark.parametrize(
    ("kind", "form"), [("twilio", TWILIO), ("ovhcloud", OVH), ("kannel", KANNEL)]
)
def test_a_gateway_is_chosen_and_its_secrets_are_sealed(
    company: Company, desk: Client, kind: str, form: dict[str, str]
) -> None:
    answer = desk.post(address(company, f"?kind={kind}"), form)
    assert answer.status_code == 302
    row = saved(company)
    assert row.kind == kind
    stored = json.dumps(row.settings) + row.sealed_secrets
    page = desk.get(address(company)).content.decode()
    for name in ("auth_token", "application_secret", "consumer_key", "password"):
        if form.get(name):
            assert json.loads(unseal(row.sealed_secrets))[name] == form[name]
            assert f'"{form[name]}"' not in stored
            assert f'value="{form[name]}"' not in page
    assert report_address(row) in page
    (entry,) = AuditEntry.objects.of(company.pk).filter(code="gateway_saved")
    assert entry.facts == {"channel": "sms", "kind": kind}


def test_a_secret_left_empty_stays_and_another_gateway_asks_for_its_own(
    company: Company, desk: Client
) -> None:
    desk.post(address(company, "?kind=twilio"), TWILIO)
    key = saved(company).report_key
    desk.post(address(company, "?kind=twilio"), {**TWILIO, "auth_token": "", "sender": "Autre"})
    row = saved(company)
    assert json.loads(unseal(row.sealed_secrets)) == {"auth_token": TOKEN}
    assert (row.settings["sender"], row.report_key) == ("Autre", key)
    desk.post(address(company, "?kind=twilio"), {**TWILIO, "price": "0,05"})
    assert saved(company).settings["price"] == "0.05"
    answer = desk.post(address(company, "?kind=kannel"), {**KANNEL, "password": ""})
    assert answer.status_code == 422
    assert saved(company).kind == "twilio"


@pytest.mark.parametrize(
    ("kind", "form", "field"),
    [
        ("twilio", {**TWILIO, "sender": "Fournil du Port"}, "sender"),
        ("twilio", {**TWILIO, "sender": ""}, "sender"),
        ("twilio", {**TWILIO, "sender": "12345"}, "sender"),
        ("twilio", {**TWILIO, "account_sid": "SID"}, "account_sid"),
        ("twilio", {**TWILIO, "price": "-1"}, "price"),
        ("ovhcloud", {**OVH, "service": ""}, "service"),
        ("kannel", {**KANNEL, "address": "sms.example.org"}, "address"),
        ("kannel", {**KANNEL, "password": "é"}, "password"),
        ("kannel", {**KANNEL, "username": "a\r\nX-Kannel-To: b"}, "username"),
    ],
)
def test_what_cannot_be_is_said_beside_its_field_and_nothing_is_kept(
    company: Company, desk: Client, kind: str, form: dict[str, str], field: str
) -> None:
    answer = desk.post(address(company, f"?kind={kind}"), form)
    assert answer.status_code == 422
    assert f'id="id_{field}_error"' in answer.content.decode()
    assert gateway_of(company.pk, Channel.SMS) is None


@pytest.mark.parametrize("role", ["manager", "collector", "reader", "outside"])
def test_only_who_sets_the_company_up_sees_the_gateway(
    company: Company, sign_in: Any, role: str
) -> None:
    browser = sign_in(role)
    assert browser.get(address(company)).status_code == 403
    assert browser.post(address(company, "test/"), {"number": "+33612345678"}).status_code == 403


def test_a_test_without_a_gateway_is_written_as_a_file(
    company: Company, desk: Client, tmp_path: Path
) -> None:
    answer = desk.post(address(company, "test/"), {"number": "06 12 34 56 78"}, follow=True)
    (file,) = (tmp_path / "var" / "outbox").glob("*.txt")
    assert file.read_text().startswith("+33612345678\n\nTest: the text messages of Fournil")
    assert file.name in answer.content.decode()
    assert not OutboxRow.objects.of(company.pk).exists()


@pytest.mark.parametrize("number", ["01 42 34 56 78", "abc", ""])
def test_a_test_to_a_landline_is_refused(company: Company, desk: Client, number: str) -> None:
    answer = desk.post(address(company, "test/"), {"number": number}, follow=True)
    assert "is no mobile number" in answer.content.decode()


def test_a_gateway_that_cannot_be_reached_says_so_and_the_answer_is_kept(
    company: Company, desk: Client
) -> None:
    desk.post(address(company, "?kind=kannel"), {**KANNEL, "address": "http://127.0.0.1:9"})
    desk.post(address(company, "test/"), {"number": "+33612345678"})
    row = saved(company)
    assert (row.result, row.answer) == ("later", "127.0.0.1:9: not_https 127.0.0.1")


def test_doing_without_forgets_the_secrets(company: Company, desk: Client) -> None:
    desk.post(address(company, "?kind=twilio"), TWILIO)
    desk.post(address(company, "forget/"))
    assert gateway_of(company.pk, Channel.SMS) is None


# --- what gateways call -------------------------------------------------------------------------


@pytest.fixture
def kannel(company: Company) -> Gateway:
    return add_gateway(company, "kannel")


def add_gateway(company: Company, kind: str) -> Gateway:
    return Gateway.objects.of(company.pk).create(
        company=company,
        channel="sms",
        kind=kind,
        sealed_secrets=seal(json.dumps({"auth_token": TOKEN})),
        report_key=f"key-of-{kind}-{company.key}",
    )


def sent_text(company: Company, **changes: Any) -> OutboxRow:
    customer = Customer.objects.of(company.pk).get(key="A")
    contact = Contact.objects.of(company.pk).filter(customer=customer).first()
    assert contact is not None
    Contact.objects.of(company.pk).filter(pk=contact.pk).update(phone="06 12 34 56 78")
    values: dict[str, Any] = {
        "customer": customer,
        "contact": contact,
        "cycle": "manual|1",
        "step": -1,
        "state": OutboxState.SENT.value,
        "channel": "sms",
        "recipient": "+33612345678",
        "text": "Bonjour",
        "message_id": "<m@fournil.test>",
        "reference": "26929925",
        "approved_on": date(2026, 3, 10),
        "approved_at": at(date(2026, 3, 10)),
        "sent_on": date(2026, 3, 10),
        "sent_at": at(date(2026, 3, 10)),
    }
    return OutboxRow.objects.of(company.pk).create(company=company, **{**values, **changes})


def called(row: Gateway, **params: str) -> int:
    return Client().get(f"/gateways/{row.report_key}/sms/", params).status_code


def test_a_delivery_report_is_written_down_once(company: Company, kannel: Gateway) -> None:
    row = sent_text(company)
    assert called(kannel, mark="m@fournil.test", state="1", said="") == 200
    row.refresh_from_db()
    first = row.delivered_at
    assert first is not None
    assert called(kannel, mark="m@fournil.test", state="1", said="") == 200
    row.refresh_from_db()
    assert row.delivered_at == first


def test_a_report_clears_what_was_ambiguous(company: Company, kannel: Gateway) -> None:
    row = sent_text(company, state=OutboxState.AMBIGUOUS.value)
    called(kannel, mark="m@fournil.test", state="1", said="")
    row.refresh_from_db()
    assert (row.state, row.delivered_at is not None) == (OutboxState.SENT.value, True)


def test_a_report_that_comes_before_the_outcome_is_kept(company: Company, kannel: Gateway) -> None:
    row = sent_text(company, state=OutboxState.CLAIMED.value)
    called(kannel, mark="m@fournil.test", state="1", said="")
    row.refresh_from_db()
    assert (row.state, row.delivered_at is not None) == (OutboxState.CLAIMED.value, True)


def test_a_wrong_number_is_marked_and_the_next_plan_goes_another_way(
    company: Company, kannel: Gateway
) -> None:
    row = sent_text(company)
    for _ in range(2):
        called(kannel, mark="m@fournil.test", state="16", said="Unknown subscriber")
    row.refresh_from_db()
    assert (row.state, row.detail) == (OutboxState.REFUSED.value, "Unknown subscriber")
    assert row.contact is not None
    assert row.contact.wrong_on is not None
    (entry,) = AuditEntry.objects.of(company.pk).filter(code="sms_number_wrong")
    assert entry.facts["number"] == "+33612345678"
    assert entry.door == "worker"


def test_a_message_that_was_lost_for_another_reason_blames_no_number(
    company: Company, kannel: Gateway
) -> None:
    row = sent_text(company)
    called(kannel, mark="m@fournil.test", state="2", said="stat:EXPIRED err:000")
    row.refresh_from_db()
    assert row.state == OutboxState.REFUSED.value
    assert row.contact is not None
    assert row.contact.wrong_on is None


@pytest.mark.parametrize("text", ["STOP", "Arrêt SMS", "stop merci"])
def test_whoever_answers_stop_gets_no_more_text_messages(
    company: Company, kannel: Gateway, text: str
) -> None:
    row = sent_text(company)
    for _ in range(2):  # a gateway that calls twice changes nothing
        assert called(kannel, **{"from": "+33612345678", "text": text, "id": "1"}) == 200
    assert row.contact is not None
    row.contact.refresh_from_db()
    assert row.contact.refuses == ["sms"]
    (kept,) = Incoming.objects.of(company.pk)
    assert (kept.source, kept.kind, kept.reply) == ("sms", "automatic", None)
    assert kept.conversation.state == "done"
    assert AuditEntry.objects.of(company.pk).filter(code="sms_stopped").count() == 1


def test_a_number_that_two_customers_have_is_silenced_at_both(
    company: Company, kannel: Gateway
) -> None:
    Contact.objects.of(company.pk).update(phone="+33 6 12 34 56 78")
    called(kannel, **{"from": "+33612345678", "text": "STOP", "id": "1"})
    assert all(row.refuses == ["sms"] for row in Contact.objects.of(company.pk))


def test_any_other_answer_waits_for_a_person_and_pauses_the_reminders(
    company: Company, kannel: Gateway
) -> None:
    row = sent_text(company)
    called(kannel, **{"from": "+33612345678", "text": "Réglé hier par virement", "id": "2"})
    (kept,) = Incoming.objects.of(company.pk)
    assert kept.customer == row.customer
    assert kept.outbox == row
    assert kept.reply is not None
    assert kept.answer == "Réglé hier par virement"
    assert [one["code"] for one in kept.suggestions] == ["paid"]
    assert kept.conversation.state == "new"
    assert row.contact is not None
    assert row.contact.refuses == []


def test_a_stranger_s_message_is_kept_for_a_person(company: Company, kannel: Gateway) -> None:
    called(kannel, **{"from": "+33699999999", "text": "Qui est-ce ?", "id": "3"})
    (kept,) = Incoming.objects.of(company.pk)
    assert (kept.customer, kept.conversation.customer) == (None, None)


def test_a_number_of_two_customers_is_not_guessed(company: Company, kannel: Gateway) -> None:
    Contact.objects.of(company.pk).update(phone="+33612345678")
    called(kannel, **{"from": "+33612345678", "text": "Bonjour", "id": "4"})
    (kept,) = Incoming.objects.of(company.pk)
    assert kept.customer is None
    assert len(kept.facts["candidates"]) == 2


def test_a_wide_alphabet_is_read(company: Company, kannel: Gateway) -> None:
    raw = "".join(f"%{one:02X}" for one in "Reçu ✓".encode("utf-16-be"))
    path = f"/gateways/{kannel.report_key}/sms/"
    query = f"from=%2B33612345678&text={raw}&charset=UTF-16BE&id=5"
    assert Client().get(f"{path}?{query}").status_code == 200
    (kept,) = Incoming.objects.of(company.pk)
    assert kept.text == "Reçu ✓"


def test_a_wrong_key_is_nobody_s_and_is_soon_refused(company: Company, kannel: Gateway) -> None:
    codes = [Client().get("/gateways/guess/sms/", {"state": "1"}).status_code for _ in range(31)]
    assert set(codes[:30]) == {404}
    assert codes[30] == 429
    assert called(kannel, mark="m@x", state="1") == 200  # whoever has the key is not kept out


def test_a_gateway_of_another_channel_takes_no_text_messages(company: Company) -> None:
    row = add_gateway(company, "kannel")
    Gateway.objects.of(company.pk).update(channel="letter")
    assert called(row, state="1") == 404


def test_a_report_of_one_company_is_none_of_another(company: Company, other: Company) -> None:
    row, theirs = sent_text(company), add_gateway(other, "kannel")
    assert called(theirs, mark="m@fournil.test", state="1", said="") == 200
    row.refresh_from_db()
    assert row.delivered_at is None


def test_too_many_calls_are_told_to_come_back(
    kannel: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("amiable.web.gateway.sms._MOST", 2)
    assert [called(kannel, state="1") for _ in range(3)] == [200, 200, 429]


def test_twilio_must_sign(company: Company, settings: Any) -> None:
    settings.URL = "https://desk.example"
    row, gateway = sent_text(company, reference="SM1"), add_gateway(company, "twilio")
    path = f"/gateways/{gateway.report_key}/sms/?mark=m%40fournil.test"
    form = {"MessageSid": "SM1", "MessageStatus": "delivered", "To": "+33612345678"}
    good = sign(TOKEN, f"https://desk.example{path}", form)
    for signature in ("", "x", sign("other", f"https://desk.example{path}", form)):
        answer = Client().post(path, form, headers={"X-Twilio-Signature": signature})
        assert answer.status_code == 404
    row.refresh_from_db()
    assert row.delivered_at is None
    answer = Client().post(path, form, headers={"X-Twilio-Signature": good})
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/xml")
    assert answer.content.endswith(b"<Response/>")
    row.refresh_from_db()
    assert row.delivered_at is not None


def test_a_stop_that_twilio_has_obeyed_is_obeyed_here_too(company: Company, settings: Any) -> None:
    settings.URL = "https://desk.example"
    row, gateway = sent_text(company), add_gateway(company, "twilio")
    path = f"/gateways/{gateway.report_key}/sms/"
    form = {"MessageSid": "SM2", "SmsStatus": "received", "From": "+33612345678",
            "Body": "Fin", "OptOutType": "STOP"}  # fmt: skip
    signature = sign(TOKEN, f"https://desk.example{path}", form)
    assert Client().post(path, form, headers={"X-Twilio-Signature": signature}).status_code == 200
    assert row.contact is not None
    row.contact.refresh_from_db()
    assert row.contact.refuses == ["sms"]


def test_ovhcloud_reports_by_its_own_number(company: Company) -> None:
    row, gateway = sent_text(company), add_gateway(company, "ovhcloud")
    assert called(gateway, id="26929925", ptt="3", date="x", description="0") == 200
    row.refresh_from_db()
    assert row.delivered_at is None
    assert called(gateway, id="26929925", ptt="4", date="x", description="1") == 200
    row.refresh_from_db()
    assert row.delivered_at is not None


def test_an_answer_by_ovhcloud_is_posted(company: Company) -> None:
    row, gateway = sent_text(company), add_gateway(company, "ovhcloud")
    form = {"id": "7", "keyword": "x", "message": "STOP", "senderid": "0033612345678",
            "shortcode": "36180", "tag": ""}  # fmt: skip
    assert Client().post(f"/gateways/{gateway.report_key}/sms/", form).status_code == 200
    assert row.contact is not None
    row.contact.refresh_from_db()
    assert row.contact.refuses == ["sms"]


@pytest.mark.parametrize("method", ["put", "delete", "patch"])
def test_other_methods_are_refused(kannel: Gateway, method: str) -> None:
    answer = getattr(Client(), method)(f"/gateways/{kannel.report_key}/sms/")
    assert answer.status_code == 405

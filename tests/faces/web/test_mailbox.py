"""The mailbox in the settings, mails handed in from outside, and trouble told on the day's page."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from amiable.store.mailbox import mailbox_of
from amiable.store.models import Company, Incoming, Mailbox
from tests.channels.real_imap import dovecot, imap, needs_dovecot
from tests.desk.mails import mail
from tests.faces.web.conftest import SignIn
from workshop.dovecot import Server

__all__ = ["dovecot", "imap"]  # fixtures

pytestmark = pytest.mark.django_db
PAGE = "/c/fournil/settings/mailbox/"
FORM = {
    "host": "imap.fournil.test",
    "port": "993",
    "security": "tls",
    "user": "compta@fournil.test",
    "password": "right horse",
    "folder": "INBOX",
    "address": "compta@fournil.test",
    "read_from": "2026-03-10",
    "postpones_absent": "on",
}


def stored(company: Company) -> Mailbox:
    row = mailbox_of(company.pk)
    assert row is not None
    return row


def opened(desk: Client, company: Company) -> str:
    """The path at which mails may be handed in."""
    desk.post(f"{PAGE}address/", {"do": "open"})
    return f"/incoming/{stored(company).web_key}/"


# --- settings ---------------------------------------------------------------------------------


def test_a_mailbox_is_kept_and_its_password_shown_to_nobody(desk: Client, company: Company) -> None:
    assert "No mailbox is read yet" in desk.get(PAGE).content.decode()
    shown = desk.post(PAGE, FORM, follow=True).content.decode()
    assert "Saved." in shown
    row = stored(company)
    assert (row.host, row.address, row.postpones_absent, row.marks_read) == (
        "imap.fournil.test", "compta@fournil.test", True, False,
    )  # fmt: skip
    assert "right horse" not in shown
    assert "right horse" not in row.sealed_password
    assert row.sealed_password


def test_what_cannot_be_is_refused_beside_its_field(desk: Client, company: Company) -> None:
    wrong = FORM | {"host": "http://x", "port": "0", "address": "nobody", "user": ""}
    answer = desk.post(PAGE, wrong)
    assert answer.status_code == 422
    errors = answer.context["form"].errors
    assert set(errors) == {"host", "port", "address", "user"}
    assert mailbox_of(company.pk) is None


def test_a_password_of_two_lines_is_refused(desk: Client) -> None:
    answer = desk.post(PAGE, FORM | {"password": "a\nb"})
    assert "password" in answer.context["form"].errors


def test_no_password_keeps_the_stored_one_and_a_tick_forgets_it(
    desk: Client, company: Company
) -> None:
    desk.post(PAGE, FORM)
    desk.post(PAGE, FORM | {"password": ""})
    assert stored(company).sealed_password
    desk.post(PAGE, FORM | {"password": "", "no_password": "on"})
    assert stored(company).sealed_password == ""


def test_only_an_administrator_sees_it(sign_in: SignIn) -> None:
    assert sign_in("manager").get(PAGE).status_code == 403
    assert sign_in("collector").post(f"{PAGE}address/", {"do": "open"}).status_code == 403


@needs_dovecot
def test_the_test_tells_what_waits_and_which_folders_there_are(
    desk: Client, company: Company, imap: Server
) -> None:
    imap.deliver(mail("Bonjour"))
    imap.deliver(mail("x"), folder="Relances")
    there = {"host": "127.0.0.1", "port": str(imap.port), "security": "none", "user": "anne"}
    desk.post(PAGE, FORM | there | {"password": "right"})
    shown = desk.post(f"{PAGE}test/", follow=True).content.decode()
    assert "It works: 1 mail waits" in shown
    assert "Relances" in shown
    desk.post(PAGE, FORM | there | {"password": "wrong"})
    shown = desk.post(f"{PAGE}test/", follow=True).content.decode()
    assert "refuses the user name or the password" in shown
    assert "AUTHENTICATIONFAILED" in shown
    assert not Incoming.objects.of(company.pk).exists()


def test_a_mailbox_not_read_for_an_hour_is_told_of_on_the_days_page(
    desk: Client, company: Company, sign_in: SignIn
) -> None:
    since = datetime.now(UTC) - timedelta(hours=2)
    Mailbox.objects.of(company.pk).create(
        company=company, host="x", failing_since=since, result="login", answer="NO login"
    )
    shown = desk.get("/c/fournil/").content.decode()
    assert "has not been read for an hour" in shown
    assert PAGE in shown
    shown = sign_in("collector").get("/c/fournil/").content.decode()
    assert "has not been read for an hour" in shown
    assert PAGE not in shown
    Mailbox.objects.of(company.pk).update(failing_since=None)
    assert "has not been read for an hour" not in desk.get("/c/fournil/").content.decode()


# --- handed in --------------------------------------------------------------------------------


def test_a_mail_handed_in_is_taken_in_once(desk: Client, company: Company) -> None:
    path = opened(desk, company)
    stranger = Client(enforce_csrf_checks=True)
    for _ in range(2):
        answer = stranger.post(path, mail("Bonjour"), content_type="message/rfc822")
        assert (answer.status_code, answer.json()) == (200, {"taken": True})
    row = Incoming.objects.of(company.pk).get()
    assert (row.source, row.answer) == ("webhook", "Bonjour")


def test_what_providers_post_is_understood(desk: Client, company: Company) -> None:
    path, stranger = opened(desk, company), Client()
    one, two, three = (mail("Réglé", message_id=f"<{n}@a.test>").decode() for n in range(3))
    postmark = json.dumps({"From": "x", "RawEmail": one})
    assert stranger.post(path, postmark, content_type="application/json").status_code == 200
    assert stranger.post(path, {"body-mime": two, "recipient": "x"}).status_code == 200
    assert stranger.post(path, {"email": three}).status_code == 200
    assert Incoming.objects.of(company.pk).filter(answer="Réglé").count() == 3


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"", "message/rfc822"),
        (b"{", "application/json"),
        (b"[1]", "application/json"),
        (b'{"RawEmail": 5}', "application/json"),
        (b"a=b", "application/x-www-form-urlencoded"),
    ],
)
def test_what_holds_no_mail_is_refused(
    desk: Client, company: Company, body: bytes, kind: str
) -> None:
    answer = Client().post(opened(desk, company), body, content_type=kind)
    assert answer.status_code == 400
    assert not Incoming.objects.of(company.pk).exists()


def test_a_mail_too_large_is_refused(
    desk: Client, company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("amiable.web.incoming.views.MAIL_MOST", 100)
    answer = Client().post(opened(desk, company), b"x" * 101, content_type="message/rfc822")
    assert answer.status_code == 413


def test_only_the_address_of_today_takes_mails(desk: Client, company: Company) -> None:
    first = opened(desk, company)
    second = opened(desk, company)
    raw = mail("Bonjour")
    assert Client().post(first, raw, content_type="message/rfc822").status_code == 404
    assert Client().post("/incoming/x/", raw, content_type="message/rfc822").status_code == 404
    assert Client().get(second).status_code == 405
    desk.post(f"{PAGE}address/", {"do": "close"})
    assert Client().post(second, raw, content_type="message/rfc822").status_code == 404
    assert not Incoming.objects.of(company.pk).exists()


def test_too_many_mails_in_a_minute_are_put_off(
    desk: Client, company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("amiable.web.incoming.views._MOST", 2)
    path = opened(desk, company)
    raw = mail("Bonjour")
    codes = [Client().post(path, raw, content_type="message/rfc822").status_code for _ in range(4)]
    assert codes[0] == 200
    assert codes[-1] == 429

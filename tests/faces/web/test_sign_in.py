"""Signing in: passwords, throttling, reset by mail, second factors, what the log keeps of it."""

import re
from datetime import datetime
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.core.cache import cache
from django.test import Client

from amiable.store.models import AuditEntry, Company, User
from tests.faces.web.conftest import add_member

PASSWORD = "a horse and a battery"
NEW = "quite another long one"


@pytest.fixture
def anne(company: Company) -> User:
    cache.clear()
    user = add_member(company, "administrator", "fr")
    user.set_password(PASSWORD)
    user.save()
    return user


@pytest.fixture
def browser() -> Client:
    return Client(headers={"accept-language": "en"})


def enter(browser: Client, user: User, password: str = PASSWORD, **more: str) -> Any:
    return browser.post("/accounts/login/", {"login": user.email, "password": password} | more)


def confirmed(browser: Client, user: User) -> None:
    """Signed in, and the password said again a moment ago."""
    enter(browser, user)
    browser.post("/accounts/reauthenticate/", {"password": PASSWORD})


def codes(company: Company) -> list[str]:
    return list(AuditEntry.objects.of(company.pk).order_by("pk").values_list("code", flat=True))


def mails(settings: Any) -> list[str]:
    folder = Path(settings.VAR) / "outbox" / "account"
    found = sorted(folder.glob("*.eml"), key=lambda path: path.stat().st_mtime_ns)
    return [_readable(path) for path in found]


def _readable(path: Path) -> str:
    mail = message_from_bytes(path.read_bytes(), policy=policy.default)
    parts = [part.get_content() for part in mail.walk() if part.get_content_maintype() == "text"]
    return "\n".join([f"{mail['To']} {mail['Subject']}", *parts])


def code_of(user: User) -> str:
    """What the telephone shows now."""
    row = Authenticator.objects.get(user=user, type=Authenticator.Type.TOTP)
    secret = get_adapter().decrypt(row.data["secret"])
    return shown(secret)


def shown(secret: str) -> str:
    counter = next(iter(yield_hotp_counters_from_time()))
    return format_hotp_value(hotp_value(secret, counter))


def test_the_page_asks_for_address_and_password(browser: Client, anne: User) -> None:
    page = browser.get("/accounts/login/").content.decode()
    assert 'autocomplete="current-password"' in page
    assert "Sign in with a passkey" in page
    assert "sign up" not in page.lower()


def test_a_right_password_leads_to_the_desk(browser: Client, anne: User, company: Company) -> None:
    assert enter(browser, anne).headers["Location"] == "/"
    assert browser.get("/").headers["Location"] == "/c/fournil/"
    assert codes(company) == ["signed_in"]


def test_capitals_in_the_address_do_not_matter(browser: Client, anne: User) -> None:
    answer = browser.post("/accounts/login/", {"login": anne.email.upper(), "password": PASSWORD})
    assert answer.status_code == 302


def test_one_is_led_where_one_wanted_to_go(browser: Client, anne: User) -> None:
    asked = browser.get("/c/fournil/people/").headers["Location"]
    assert asked == "/accounts/login/?next=%2Fc%2Ffournil%2Fpeople%2F"
    assert enter(browser, anne, next="/c/fournil/people/").headers["Location"] == (
        "/c/fournil/people/"
    )


def test_nobody_is_led_to_another_site(browser: Client, anne: User) -> None:
    assert enter(browser, anne, next="https://evil.test/").headers["Location"] == "/"


def test_a_wrong_password_is_told_without_saying_which_was_wrong(
    browser: Client, anne: User, company: Company
) -> None:
    known = enter(browser, anne, "wrong").content.decode()
    unknown = browser.post(
        "/accounts/login/", {"login": "nobody@x.test", "password": "wrong"}
    ).content.decode()
    said = "not correct"
    assert said in known
    assert said in unknown
    assert codes(company) == ["sign_in_failed"]


def test_too_many_wrong_passwords_close_the_door_for_a_while(browser: Client, anne: User) -> None:
    for _ in range(5):
        enter(browser, anne, "wrong")
    assert "Too many failed" in enter(browser, anne).content.decode()


def test_a_closed_account_opens_nothing(browser: Client, anne: User) -> None:
    anne.is_active = False
    anne.save()
    enter(browser, anne)
    assert browser.get("/c/fournil/").status_code == 302


def test_nobody_signs_up(browser: Client, anne: User) -> None:
    assert "By invitation only" in browser.get("/accounts/signup/").content.decode()
    browser.post("/accounts/signup/", {"email": "new@x.test", "password1": NEW})
    assert not User.objects.filter(email="new@x.test").exists()


def test_signing_out_takes_a_post(browser: Client, anne: User, company: Company) -> None:
    enter(browser, anne)
    assert "Se déconnecter\N{NO-BREAK SPACE}?" in browser.get("/accounts/logout/").content.decode()
    browser.post("/accounts/logout/")
    assert browser.get("/c/fournil/").status_code == 302
    assert codes(company)[-1] == "signed_out"


def test_a_forgotten_password_is_replaced_by_mail(
    browser: Client, anne: User, company: Company, settings: Any
) -> None:
    done = browser.post("/accounts/password/reset/", {"email": anne.email}, follow=True)
    assert "outbox/account" in done.content.decode()
    assert str(settings.VAR) not in done.content.decode()
    (mail,) = mails(settings)
    assert "Choisissez un nouveau mot de passe" in mail  # in her language, not the browser's
    assert 'href="http' in mail
    link = re.search(r"http://testserver(/accounts/password/reset/key/[^\s]+/)", mail)
    assert link is not None
    form = browser.get(link[1], follow=True)
    assert form.status_code == 200
    where = form.redirect_chain[-1][0]
    weak = browser.post(where, {"password1": "short", "password2": "short"})
    assert weak.status_code == 200
    browser.post(where, {"password1": NEW, "password2": NEW})
    assert enter(Client(), anne, NEW).status_code == 302
    assert "password_reset" in codes(company)
    assert "Bad" not in browser.get(link[1]).content.decode()
    again = Client(headers={"accept-language": "en"}).get(link[1], follow=True).content.decode()
    assert "does not serve any more" in again


def test_nobody_learns_whether_an_address_has_an_account(
    browser: Client, anne: User, settings: Any
) -> None:
    known = browser.post("/accounts/password/reset/", {"email": anne.email}, follow=True)
    unknown = browser.post("/accounts/password/reset/", {"email": "no@x.test"}, follow=True)
    assert known.content == unknown.content
    assert len(mails(settings)) == 1


def test_a_changed_password_ends_the_other_sessions_and_is_told_by_mail(
    browser: Client, anne: User, company: Company, settings: Any
) -> None:
    enter(browser, anne)
    elsewhere = Client()
    elsewhere.force_login(anne)
    assert elsewhere.get("/c/fournil/people/").status_code == 200
    said = {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}
    assert browser.post("/accounts/password/change/", said).headers["Location"] == "/accounts/me/"
    assert browser.get("/c/fournil/people/").status_code == 200
    assert elsewhere.get("/c/fournil/people/").status_code == 302
    assert "password_changed" in codes(company)
    assert "Votre mot de passe a" in mails(settings)[-1]


def test_an_authenticator_app_is_set_up_and_asked_for(
    browser: Client,
    anne: User,
    company: Company,
    settings: Any,
    django_capture_on_commit_callbacks: Any,
) -> None:
    confirmed(browser, anne)
    page = browser.get("/accounts/2fa/totp/activate/").content.decode()
    assert 'src="data:image/svg+xml' in page
    secret = re.search(r'class="secret strong">([A-Z2-7]+)<', page)
    assert secret is not None
    wrong = browser.post("/accounts/2fa/totp/activate/", {"code": "000000"})
    assert wrong.status_code == 200
    with django_capture_on_commit_callbacks(execute=True):
        done = browser.post("/accounts/2fa/totp/activate/", {"code": shown(secret[1])}, follow=True)
    assert "Codes de secours" in done.content.decode()
    row = Authenticator.objects.get(user=anne, type=Authenticator.Type.TOTP)
    assert secret[1] not in str(row.data)  # sealed in the database
    assert "factor_added" in codes(company)
    assert "protège maintenant votre compte" in "".join(mails(settings))

    cache.clear()  # a code serves once; the test does not wait half a minute for the next
    another = Client(headers={"accept-language": "en"})
    assert enter(another, anne).headers["Location"].startswith("/accounts/2fa/authenticate/")
    assert another.get("/c/fournil/").status_code == 302
    refused = another.post("/accounts/2fa/authenticate/", {"code": "000000"})
    assert "Incorrect code" in refused.content.decode()
    assert "factor_failed" in codes(company)
    assert another.post("/accounts/2fa/authenticate/", {"code": code_of(anne)}).status_code == 302
    assert another.get("/c/fournil/people/").status_code == 200


def test_a_recovery_code_serves_once(browser: Client, anne: User) -> None:
    confirmed(browser, anne)
    page = browser.get("/accounts/2fa/totp/activate/").content.decode()
    secret = re.search(r'class="secret strong">([A-Z2-7]+)<', page)
    assert secret is not None
    browser.post("/accounts/2fa/totp/activate/", {"code": shown(secret[1])})
    listed = browser.get("/accounts/2fa/recovery-codes/").content.decode()
    code = re.findall(r"<li>(\d{8})</li>", listed)[0]
    first, second = Client(), Client()
    enter(first, anne)
    assert first.post("/accounts/2fa/authenticate/", {"code": code}).status_code == 302
    enter(second, anne)
    assert second.post("/accounts/2fa/authenticate/", {"code": code}).status_code == 200


def test_how_one_signs_in_is_changed_after_a_confirmation_only(anne: User) -> None:
    browser = Client()
    browser.force_login(anne)
    for path in ("totp/activate/", "webauthn/add/"):
        answer = browser.get(f"/accounts/2fa/{path}")
        assert answer.headers["Location"].startswith("/accounts/reauthenticate/")
    page = browser.get("/accounts/reauthenticate/").content.decode()
    assert "Est-ce bien vous" in page
    answer = browser.post(
        "/accounts/reauthenticate/", {"password": PASSWORD, "next": "/accounts/2fa/webauthn/add/"}
    )
    assert answer.headers["Location"] == "/accounts/2fa/webauthn/add/"


def test_the_passkey_pages_work_without_a_script_in_the_page(browser: Client, anne: User) -> None:
    confirmed(browser, anne)
    page = browser.get("/accounts/2fa/webauthn/add/").content.decode()
    assert "webauthn-json.js" in page
    for tag in re.findall(r"<script\b[^>]*>", page):
        assert "src=" in tag or 'type="application/json"' in tag
    options = Client().get("/accounts/2fa/webauthn/login/", headers={"accept": "application/json"})
    assert "challenge" in str(options.json())


def test_ones_own_page_tells_how_one_signs_in(browser: Client, anne: User) -> None:
    browser.force_login(anne)
    page = browser.get("/accounts/me/").content.decode()
    for said in ("Votre compte", "Clés d’accès", "Application d’authentification", "Fournil"):
        assert said in page
    browser.post("/accounts/me/", {"name": "Anne Petit", "language": "en"})
    anne.refresh_from_db()
    assert (anne.name, anne.language) == ("Anne Petit", "en")
    assert "Your account" in browser.get("/accounts/me/").content.decode()


def test_a_form_of_ones_own_page_left_empty_is_shown_again(browser: Client, anne: User) -> None:
    browser.force_login(anne)
    assert browser.post("/accounts/me/", {"name": "", "language": "xx"}).status_code == 422


def test_the_log_tells_from_where(browser: Client, anne: User, company: Company) -> None:
    enter(browser, anne)
    entry = AuditEntry.objects.of(company.pk).get(code="signed_in")
    assert entry.facts == {"ip": "127.0.0.1"}
    assert isinstance(entry.at, datetime)


def test_a_passkey_is_asked_for_in_the_reader_s_words(browser: Client, anne: User) -> None:
    confirmed(browser, anne)
    page = browser.get("/accounts/2fa/webauthn/add/").content.decode()
    assert ">Nom <" in page
    assert "Sans le mot de passe" in page
    assert "placeholder" not in page

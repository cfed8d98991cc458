"""Passkeys: the whole ceremony, with an authenticator that Chromium plays itself."""

from contextlib import ExitStack
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import Visit, opener
from tests.browser.visitor import Visitor
from workshop.scene import PASSWORD
from workshop.served import Scene

IN_THE_TELEPHONE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}
MANAGER = "manager-fr@demo.example"


@pytest.fixture
def named(browser: Browser, scene: Scene, own: str, windows: ExitStack) -> Visit:
    """Opens windows under a name: a browser makes no passkey for a bare number."""
    return opener(browser, scene, own.replace("127.0.0.1", "localhost"), windows)


def authenticator(visitor: Visitor, **other: Any) -> Any:
    """Give the window an authenticator; what speaks to the browser's debugger."""
    debugger = visitor.page.context.new_cdp_session(visitor.page)
    debugger.send("WebAuthn.enable")
    options = IN_THE_TELEPHONE | other
    debugger.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return debugger


def enter(visitor: Visitor, password: str = PASSWORD) -> None:
    """Sign in with address and password."""
    visitor.go("/accounts/login/")
    visitor.page.locator("[name=login]").fill(MANAGER)
    visitor.page.locator("[name=password]").fill(password)
    visitor.page.locator("form:has([name=password]) button[type=submit]").first.click()


def leave(visitor: Visitor) -> None:
    """Sign out."""
    visitor.go("/accounts/me/")
    visitor.page.locator("form[action='/accounts/logout/'] button").click()
    visitor.page.wait_for_url("**/accounts/login/**")


def add_passkey(visitor: Visitor, name: str, *, passwordless: bool = True) -> None:
    """Add one to the account that is signed in; then the recovery codes are shown."""
    visitor.go("/accounts/2fa/webauthn/add/")
    if "/reauthenticate/" in visitor.page.url:
        visitor.page.locator("[name=password]").fill(PASSWORD)
        visitor.page.locator("main form .button.accent").first.click()
    visitor.page.locator("[name=name]").fill(name)
    visitor.page.locator("[name=passwordless]").set_checked(passwordless)
    visitor.page.locator("#mfa_webauthn_add").click()


def test_a_passkey_is_made_and_then_opens_the_desk_without_a_password(named: Visit) -> None:
    manager = named(language="fr")
    authenticator(manager)
    enter(manager)
    add_passkey(manager, "Téléphone d’Hugo")
    expect(manager.page.locator(".codes li")).to_have_count(10)
    manager.go("/accounts/me/").sees("Téléphone d’Hugo")
    leave(manager)
    manager.go(f"/accounts/login/?next=/c/{manager.company}/customers/")
    manager.page.locator("#passkey_login").click()
    expect(manager.page.locator("#nav")).to_contain_text("Hugo Petit")
    assert manager.page.url.endswith(f"/c/{manager.company}/customers/")


def test_a_passkey_is_asked_for_besides_the_password(named: Visit) -> None:
    manager = named(language="fr")
    authenticator(manager)
    enter(manager)
    add_passkey(manager, "Clé du bureau", passwordless=False)
    expect(manager.page.locator(".codes li")).to_have_count(10)
    leave(manager)
    enter(manager)
    expect(manager.page.locator("#mfa_webauthn_authenticate")).to_be_visible()
    manager.page.locator("#mfa_webauthn_authenticate").click()
    expect(manager.page.locator("#nav")).to_contain_text("Hugo Petit")


def test_a_passkey_taken_away_opens_nothing(named: Visit) -> None:
    manager = named(language="fr")
    authenticator(manager)
    enter(manager)
    add_passkey(manager, "Perdu")
    expect(manager.page.locator(".codes li")).to_have_count(10)
    manager.go("/accounts/me/").page.locator("a[href$='/remove/']").click()
    manager.page.locator("main form .button.danger").click()
    manager.page.wait_for_url("**/accounts/me/")
    manager.sees_not("Perdu")
    leave(manager)
    manager.page.locator("#passkey_login").click()
    expect(manager.page.locator(".flash.error:visible")).to_be_visible()
    manager.page.wait_for_url("**/accounts/login/**")
    enter(manager)
    expect(manager.page.locator("#nav")).to_contain_text("Hugo Petit")


def test_a_key_that_says_no_is_told_in_the_page(named: Visit) -> None:
    manager = named(language="fr")
    authenticator(manager, isUserVerified=False)
    enter(manager)
    add_passkey(manager, "Doigt inconnu")
    expect(manager.page.locator("#passkey-error")).to_be_visible()
    manager.go("/accounts/me/").sees_not("Doigt inconnu")


def test_a_bare_number_is_told_to_make_no_passkey(visit: Visit) -> None:
    visit("manager-fr").go("/accounts/login/")
    person = visit(language="en").go("/accounts/login/")
    expect(person.page.locator("#passkey-address")).to_be_visible()

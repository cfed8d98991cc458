"""The company's domain in the settings: what the DNS says of it, and the key that signs."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from amiable.store.dkim_key import active_key, waiting_key
from amiable.store.models import Company, DkimKey
from tests.channels.local_dns import LocalDns, local_dns
from tests.faces.web.conftest import SignIn


@pytest.fixture
def zone(company: Company, settings: Any) -> Iterator[LocalDns]:
    with local_dns() as running:
        settings.DNS_SERVERS = (running.server,)
        yield running


def place(company: Company, path: str = "") -> str:
    return f"/c/{company.key}/settings/mail/{path}"


def shown(desk: Client, company: Company) -> str:
    return desk.get(place(company)).content.decode()


def press(desk: Client, company: Company, deed: str) -> str:
    return desk.post(place(company, "key/"), {"do": deed}, follow=True).content.decode()


@pytest.mark.parametrize("role", ["manager", "collector", "outside", "reader"])
@pytest.mark.parametrize("path", ["check/", "key/"])
def test_only_administrators_look_and_sign(
    sign_in: SignIn, company: Company, role: str, path: str
) -> None:
    browser = sign_in(role)
    assert browser.post(place(company, path), {"do": "make"}).status_code == 403
    assert not DkimKey.objects.of(company.pk).exists()


def test_a_key_is_made_looked_for_switched_on_and_off(
    desk: Client, company: Company, zone: LocalDns
) -> None:
    assert "Your messages are not signed here." in shown(desk, company)
    page = press(desk, company, "make")
    row = waiting_key(company.pk)
    assert row is not None
    name = f"{row.selector}._domainkey.example.test"
    assert name in page
    assert "v=DKIM1; k=rsa; p=" in page
    assert "PRIVATE" not in page
    assert row.sealed_key not in page
    page = press(desk, company, "on")
    assert f"No record was found at {name}" in page
    assert active_key(company.pk) is None
    text = page.partition("v=DKIM1; k=rsa; p=")[2].partition("<")[0]
    zone.put(name, f"v=DKIM1; k=rsa; p={text}")
    assert "Your messages are signed from now on." in press(desk, company, "on")
    assert f"in the name of example.test with the key {row.selector}" in shown(desk, company)
    assert "Your messages are not signed here any more" in press(desk, company, "off")
    assert "Nothing was signed." in press(desk, company, "off")
    assert "The key is gone." in press(desk, company, "give_up")
    assert not DkimKey.objects.of(company.pk).exists()


def test_the_value_in_strings_is_shown_for_providers_that_want_it(
    desk: Client, company: Company
) -> None:
    page = press(desk, company, "make")
    shown_parts = page.partition("Write the value as these parts")[2].partition("</pre>")[0]
    assert re.search(r'>"v=DKIM1; k=rsa; p=[^"]+" "[^"]+"$', shown_parts)


def test_a_deed_nobody_knows_changes_nothing(desk: Client, company: Company) -> None:
    assert desk.post(place(company, "key/"), {"do": "x"}).status_code == 302
    assert not DkimKey.objects.of(company.pk).exists()


def test_a_key_that_cannot_be_opened_is_told_and_can_be_replaced(
    desk: Client, company: Company
) -> None:
    press(desk, company, "make")
    DkimKey.objects.of(company.pk).update(sealed_key="gAAAAbroken")
    page = shown(desk, company)
    assert "The stored key cannot be opened" in page
    assert "The stored key cannot be opened" in press(desk, company, "on")
    assert "The key is gone." in press(desk, company, "give_up")


def test_the_check_tells_what_it_found_and_what_to_put(
    desk: Client, company: Company, zone: LocalDns
) -> None:
    assert "Not looked yet." in shown(desk, company)
    zone.zone["example.test", "MX"] = ["10 mx.example.test"]
    zone.put("example.test", "v=spf1 <b>mx</b> -all")
    page = desk.post(place(company, "check/"), follow=True).content.decode()
    assert "The record cannot be read" in page
    assert "v=spf1 &lt;b&gt;mx&lt;/b&gt; -all" in page
    assert "Name: _dmarc.example.test" in page
    assert "v=DMARC1; p=none; rua=mailto:fournil@example.test" in page
    assert "Messages get lost" in shown(desk, company)


def test_without_an_address_there_is_nothing_to_look_at(desk: Client, company: Company) -> None:
    Company.objects.filter(pk=company.pk).update(email="")
    page = desk.post(place(company, "check/"), follow=True).content.decode()
    assert "no e-mail address to write from yet" in page
    assert "Make a key</button>" not in page

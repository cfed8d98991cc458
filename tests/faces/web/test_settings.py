"""The company's settings: checked, for administrators alone, a password never shown."""

import re
from typing import Any

import pytest
from django.test import Client

from amiable.desk.settings import IDENTITY
from amiable.store.models import AuditEntry, Company, Contact, Customer, Invoice, MailServer
from tests.faces.web.conftest import SignIn

PAGES = ("", "mail/", "hours/", "data/")
SERVER = {"host": "127.0.0.1", "port": "1", "security": "none", "user": "anne",
          "password": "s3cret-word"}  # fmt: skip


def address(company: Company, path: str = "") -> str:
    return f"/c/{company.key}/settings/{path}"


def seen(desk: Client, company: Company, path: str = "") -> str:
    found = re.search(
        r'name="seen" value="(\w+)"', desk.get(address(company, path)).content.decode()
    )
    assert found
    return found[1]


def identity(company: Company, **changes: str) -> dict[str, str]:
    return {name: getattr(company, name) for name in IDENTITY} | changes


# --- who may ------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["manager", "collector", "outside", "reader"])
@pytest.mark.parametrize("path", [*PAGES, "mail/test/", "mail/forget/"])
def test_only_administrators_see_and_change_settings(
    sign_in: SignIn, company: Company, role: str, path: str
) -> None:
    browser = sign_in(role)
    assert browser.get(address(company, path)).status_code == 403
    assert browser.post(address(company, path), SERVER).status_code == 403
    assert not MailServer.objects.of(company.pk).exists()


@pytest.mark.parametrize("path", PAGES)
def test_an_administrator_sees_every_page(desk: Client, company: Company, path: str) -> None:
    assert desk.get(address(company, path)).status_code == 200


# --- identity -----------------------------------------------------------------------------------


def test_an_identity_is_kept_in_its_usual_form(desk: Client, company: Company) -> None:
    numbers = {"siren": "732 829 320", "vat": "FR 44 732829320", "phone": "01 42 68 53 00",
               "iban": "DE89 3704 0044 0532 0130 00", "bic": ""}  # fmt: skip
    said = identity(company, **numbers, seen=seen(desk, company))
    assert desk.post(address(company), said).status_code == 302
    company.refresh_from_db()
    assert (company.siren, company.vat) == ("732829320", "FR44732829320")
    assert (company.phone, company.bic) == ("+33 1 42 68 53 00", "COBADEFFXXX")
    codes = AuditEntry.objects.of(company.pk).order_by("pk").values_list("code", flat=True)
    assert list(codes) == ["settings_changed", "bank_account_changed"]


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("siren", "123456789", "This is no SIREN"),
        ("vat", "FR00732829320", "This is no VAT number"),
        ("iban", "FR1420041010050500013M02607", "This is no IBAN"),
        ("email", "anne", "This is no e-mail address"),
        ("phone", "12", "This is no telephone number"),
    ],
)
def test_a_wrong_number_is_told_beside_its_field(
    desk: Client, company: Company, field: str, value: str, told: str
) -> None:
    said = identity(company, **{field: value}, seen=seen(desk, company))
    page = desk.post(address(company), said).content.decode()
    assert told in page.partition(f'name="{field}"')[2].partition("</div>")[0]
    assert f'value="{value}"' in page
    company.refresh_from_db()
    assert getattr(company, field) != value


def test_the_currency_is_locked_once_there_is_money(desk: Client, company: Company) -> None:
    said = identity(company, currency="USD", sender="Anne", seen=seen(desk, company))
    desk.post(address(company), said)
    company.refresh_from_db()
    assert (company.currency, company.sender) == ("EUR", "Anne")


def test_who_saves_second_is_told_and_may_save_again(desk: Client, company: Company) -> None:
    before = seen(desk, company)
    desk.post(address(company), identity(company, sender="First", seen=before))
    page = desk.post(address(company), identity(company, sender="Second", seen=before))
    assert "Somebody changed these settings meanwhile" in page.content.decode()
    company.refresh_from_db()
    assert company.sender == "First"
    again = re.search(r'name="seen" value="(\w+)"', page.content.decode())
    assert again
    desk.post(address(company), identity(company, sender="Second", seen=again[1]))
    company.refresh_from_db()
    assert company.sender == "Second"


def test_another_country_has_no_alsace(desk: Client, company: Company) -> None:
    company.region = "6AE"
    company.save()
    desk.post(address(company), identity(company, country="DE", seen=seen(desk, company)))
    company.refresh_from_db()
    assert (company.country, company.region) == ("DE", "")


# --- hours --------------------------------------------------------------------------------------


def test_hours_and_region_are_kept(desk: Client, company: Company) -> None:
    said = {"do": "hours", "opens_at": "09:00", "closes_at": "17:30", "region": "6AE",
            "seen": seen(desk, company, "hours/")}  # fmt: skip
    desk.post(address(company, "hours/"), said)
    company.refresh_from_db()
    assert (str(company.opens_at), str(company.closes_at)) == ("09:00:00", "17:30:00")
    assert company.region == "6AE"
    assert "26 Dec" in desk.get(address(company, "hours/")).content.decode()


def test_a_day_that_ends_before_it_begins_is_refused(desk: Client, company: Company) -> None:
    said = {"do": "hours", "opens_at": "18:00", "closes_at": "09:00", "seen": "x"}
    page = desk.post(address(company, "hours/"), said).content.decode()
    assert "The day must end after it begins." in page


def test_closed_days_are_added_and_taken_away(desk: Client, company: Company) -> None:
    said = {"do": "close", "closed_from": "2026-08-03", "closed_to": "2026-08-21",
            "seen": seen(desk, company, "hours/")}  # fmt: skip
    desk.post(address(company, "hours/"), said)
    company.refresh_from_db()
    assert company.closed == [["2026-08-03", "2026-08-22"]]
    gone = {"do": "open:0", "seen": seen(desk, company, "hours/")}
    desk.post(address(company, "hours/"), gone)
    company.refresh_from_db()
    assert company.closed == []


def test_a_closure_the_wrong_way_round_is_refused(desk: Client, company: Company) -> None:
    said = {"do": "close", "closed_from": "2026-08-21", "closed_to": "2026-08-03", "seen": "x"}
    page = desk.post(address(company, "hours/"), said).content.decode()
    assert "The last day must be on or after the first" in page


def test_somebody_elses_closure_is_told(desk: Client, company: Company) -> None:
    page = desk.post(address(company, "hours/"), {"do": "open:0", "seen": "old"}, follow=True)
    assert "Somebody changed these settings meanwhile" in page.content.decode()


# --- mail ---------------------------------------------------------------------------------------


def test_the_password_is_never_shown_again(desk: Client, company: Company) -> None:
    desk.post(address(company, "mail/"), SERVER)
    page = desk.get(address(company, "mail/")).content.decode()
    assert "127.0.0.1:1" in page
    assert "s3cret-word" not in page
    assert "A password is stored" in page
    desk.post(address(company, "mail/"), SERVER | {"password": "", "port": "2"})
    assert MailServer.objects.of(company.pk).get().sealed_password
    desk.post(address(company, "mail/"), SERVER | {"password": "", "no_password": "on"})
    assert MailServer.objects.of(company.pk).get().sealed_password == ""


def test_a_wrong_form_does_not_show_the_password_either(desk: Client, company: Company) -> None:
    page = desk.post(address(company, "mail/"), SERVER | {"host": "smtp://x"}).content.decode()
    assert "Write the server&#x27;s name alone" in page or "Write the server’s name alone" in page
    assert "s3cret-word" not in page


def test_a_test_tells_what_happened_and_what_to_do(desk: Client, company: Company) -> None:
    desk.post(address(company, "mail/"), SERVER)
    page = desk.post(address(company, "mail/test/"), follow=True).content.decode()
    assert "Nobody answers at 127.0.0.1:1" in page
    assert "it did not work" in page


def test_without_a_server_the_test_is_written_into_the_folder(
    desk: Client, company: Company, settings: Any
) -> None:
    settings.SMTP = ""
    page = desk.post(address(company, "mail/test/"), follow=True).content.decode()
    assert "was written into a folder on the server" in page


# --- data ---------------------------------------------------------------------------------------


def long_gone(company: Company) -> None:
    """Customer A paid everything, long ago."""
    company.retention_months = 1
    company.save()
    mine = Invoice.objects.of(company.pk).filter(customer__key="A")
    mine.filter(settled_on=None).delete()
    Customer.objects.of(company.pk).filter(key="A").update(import_run=None)


def test_forgetting_needs_a_confirmation(desk: Client, company: Company) -> None:
    long_gone(company)
    page = desk.get(address(company, "data/")).content.decode()
    assert "A SARL" in page
    desk.post(address(company, "data/"), {"do": "forget", "count": "1"})
    desk.post(address(company, "data/"), {"do": "forget", "count": "7", "sure": "1"})
    assert Contact.objects.of(company.pk).filter(customer__key="A").exists()
    desk.post(address(company, "data/"), {"do": "forget", "count": "1", "sure": "1"})
    assert not Contact.objects.of(company.pk).filter(customer__key="A").exists()
    assert Contact.objects.of(company.pk).filter(customer__key="B").exists()


@pytest.mark.parametrize("months", ["0", "241", "many"])
def test_an_impossible_time_is_refused(desk: Client, company: Company, months: str) -> None:
    said = {"do": "retention", "retention_months": months, "seen": "x"}
    page = desk.post(address(company, "data/"), said).content.decode()
    assert 'class="error"' in page
    company.refresh_from_db()
    assert company.retention_months == 36

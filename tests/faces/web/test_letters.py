"""Templates on the desk: the table of texts, live checks and preview, tests, earlier wordings."""

import re
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from amiable.engine.parties import Language
from amiable.engine.template import Audience, LetterTone
from amiable.store.models import Company, Customer, LetterTemplate, OutboxRow
from amiable.words import shipped_templates
from tests.desk.books import company_with_debtors
from tests.faces.web.conftest import SignIn

SHIPPED = shipped_templates()[LetterTone.FRIENDLY, Audience.REGULAR, Language.EN]


def address(company: Company, path: str = "friendly/regular/en/") -> str:
    return f"/c/{company.key}/letters/{path}"


def typed(page: str, **changes: str) -> dict[str, str]:
    """What the form holds, with changes."""
    seen = re.search(r'name="seen" value="(\w*)"', page)
    assert seen
    return {"seen": seen[1], "subject": SHIPPED.subject, "body": SHIPPED.body} | changes


@pytest.fixture
def page(desk: Client, company: Company) -> str:
    return desk.get(address(company)).content.decode()


def test_the_table_says_that_every_text_is_there(desk: Client, company: Company) -> None:
    shown = desk.get(address(company, "")).content.decode()
    assert "no text" not in shown
    assert "shipped text" in shown


def test_a_text_is_previewed_on_a_real_customer(desk: Client, company: Company, page: str) -> None:
    framed = re.search(r'<iframe[^>]*src="([^"]+)"', page)
    assert framed
    answer = desk.get(unescape(framed[1]))
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert "X-Frame-Options" not in answer.headers
    assert re.search(r"F-[AB]", answer.content.decode())


def test_a_frame_that_was_not_signed_here_does_not_exist(desk: Client, company: Company) -> None:
    assert desk.get(address(company, "frame/?text=forged")).status_code == 404
    assert desk.get(address(company, "frame/")).status_code == 404


def test_typing_renews_checks_and_preview(desk: Client, company: Company, page: str) -> None:
    said = typed(page, body="Hello [contakt],\n\n[table]", do="preview")
    shown = desk.post(address(company), said, HTTP_HX_REQUEST="true").content.decode()
    assert "<html" not in shown
    assert "did you mean [contact]?" in unescape(shown)
    assert "[signature] is missing" in shown


def test_a_text_that_does_not_fit_says_so(desk: Client, company: Company) -> None:
    shown = desk.get(address(company, "notice/regular/en/")).content.decode()
    assert "has no invoice that is still to come due" in shown


def test_a_text_is_saved_and_taken_back(desk: Client, company: Company, page: str) -> None:
    said = typed(page, subject="Mine: [invoices_short]", do="save")
    assert desk.post(address(company), said).status_code == 302
    assert LetterTemplate.objects.of(company.pk).get().subject == "Mine: [invoices_short]"
    desk.post(address(company), {"do": "shipped"})
    assert not LetterTemplate.objects.of(company.pk).exists()
    again = desk.get(address(company)).content.decode()
    entry = re.search(r"restore/(\d+)/", again)
    assert entry
    desk.post(address(company, f"friendly/regular/en/restore/{entry[1]}/"))
    assert LetterTemplate.objects.of(company.pk).get().subject == "Mine: [invoices_short]"


def test_a_text_with_errors_is_not_saved(desk: Client, company: Company, page: str) -> None:
    shown = desk.post(address(company), typed(page, body="[oops]", do="save")).content.decode()
    assert "[oops]" in shown  # as typed
    assert not LetterTemplate.objects.of(company.pk).exists()


def test_who_saves_second_is_told(desk: Client, company: Company, page: str) -> None:
    desk.post(address(company), typed(page, subject="First", do="save"))
    shown = desk.post(address(company), typed(page, subject="Second", do="save")).content.decode()
    assert "Somebody changed this text meanwhile" in shown
    assert 'value="Second"' in shown
    assert LetterTemplate.objects.of(company.pk).get().subject == "First"


def test_a_test_goes_to_oneself_and_is_no_contact(
    desk: Client, company: Company, page: str, settings: Any
) -> None:
    settings.SMTP = ""
    shown = desk.post(address(company), typed(page, do="test")).content.decode()
    (written,) = Path(settings.VAR, "outbox").glob("*.eml")
    mail = written.read_text(encoding="utf-8")
    assert f"To: administrator@{company.key}.test" in mail
    assert "[Test]" in mail
    assert "a folder on the server" in shown
    assert str(settings.VAR) not in shown
    assert not OutboxRow.objects.of(company.pk).exists()


@pytest.mark.parametrize("role", ["collector", "reader", "outside"])
def test_who_may_not_shape_reads_only(sign_in: SignIn, company: Company, role: str) -> None:
    browser = sign_in(role)
    page = browser.get(address(company)).content.decode()
    assert 'value="save"' not in page
    browser.post(address(company), typed(page, subject="Mine", do="save"))
    assert not LetterTemplate.objects.of(company.pk).exists()
    restored = browser.post(address(company, "friendly/regular/en/restore/1/"))
    assert restored.status_code == 403


def test_an_outside_collector_previews_on_its_own_customers(
    sign_in: SignIn, company: Company
) -> None:
    browser = sign_in("outside")
    page = browser.get(address(company)).content.decode()
    assert "A SARL" in page
    assert "B SARL" not in page
    b = Customer.objects.of(company.pk).get(key="B").pk
    assert browser.get(address(company, f"friendly/regular/en/?customer={b}")).status_code == 404


def test_another_companys_customer_does_not_exist(desk: Client, company: Company) -> None:
    other = company_with_debtors(("X",), key="minoterie")
    x = Customer.objects.of(other.pk).get().pk
    assert desk.get(address(company, f"friendly/regular/en/?customer={x}")).status_code == 404


@pytest.mark.parametrize("path", ["angry/regular/en/", "firm/all/en/", "firm/late/de/"])
def test_a_kind_of_text_that_is_none_does_not_exist(
    desk: Client, company: Company, path: str
) -> None:
    assert desk.get(address(company, path)).status_code == 404


def test_markup_in_a_text_is_shown_as_text(desk: Client, company: Company, page: str) -> None:
    body = SHIPPED.body.replace("[table]", "[table]\n\n<script>alert(1)</script>")
    said = typed(page, body=body, do="preview")
    shown = desk.post(address(company), said, HTTP_HX_REQUEST="true").content.decode()
    assert "<script>alert" not in shown
    framed = re.search(r'<iframe[^>]*src="([^"]+)"', shown)
    assert framed
    assert "<script>" not in desk.get(unescape(framed[1])).content.decode()

"""A text message now, with its parts and price; an instalment plan sent with its document."""

import io
import re
from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from pypdf import PdfReader

from amiable.desk.instalment import accept, agree_plan
from amiable.engine.instalment import Part
from amiable.store.models import (
    AuditEntry,
    Company,
    Contact,
    Customer,
    Gateway,
    InstalmentPlan,
    MessageFile,
    OutboxRow,
)
from tests.desk.books import DAY, TODAY, at, customer, eur
from tests.faces.web.conftest import SignIn

pytestmark = pytest.mark.django_db
Page = Callable[[str, str], str]
MOBILE = "+33612345678"


@pytest.fixture
def page(company: Company) -> Page:
    def address(key: str, path: str = "") -> str:
        return f"/c/{company.key}/customers/{customer(company, key).pk}/{path}"

    return address


@pytest.fixture
def gateway(company: Company) -> Gateway:
    Contact.objects.of(company.pk).update(phone=MOBILE)
    made: Gateway = Gateway.objects.of(company.pk).create(
        company_id=company.pk, channel="sms", kind="kannel", report_key="k",
        settings={"price": "0.065"},
    )  # fmt: skip
    return made


def form(company: Company, text: str = "Un mot de Fournil") -> dict[str, str]:
    contact = Contact.objects.of(company.pk).get(customer__key="A")
    return {"phone_to": contact.key, "text_message": text, "token": str(uuid4())}


# --- text messages -----------------------------------------------------------------------------


def test_without_a_gateway_there_is_no_such_page(
    desk: Client, company: Company, page: Page
) -> None:
    assert "Write a text message" not in desk.get(page("A", "")).content.decode()
    told = desk.get(page("A", "text/"), follow=True).content.decode()
    assert "No service carries text messages yet" in told


def test_it_is_weighed_priced_sent_once_and_taken_back(
    desk: Client, company: Company, page: Page, gateway: Gateway
) -> None:
    assert "Write a text message" in desk.get(page("A", "")).content.decode()
    shown = desk.get(page("A", "text/")).content.decode()
    assert MOBILE in shown
    assert "1 part" in shown
    long = form(company, "Bonjour, " * 30)
    weighed = desk.post(page("A", "text/"), long | {"do": "weigh"}).content.decode()
    assert "2 parts" in weighed
    assert "€0.13" in weighed
    assert not OutboxRow.objects.of(company.pk).exists()
    fragment = desk.post(page("A", "text/"), long | {"do": "weigh"}, headers={"HX-Request": "true"})
    assert fragment.content.decode().startswith('<div class="weight"') or (
        "<html" not in fragment.content.decode()
    )
    sent = form(company)
    after = desk.post(page("A", "text/"), sent, follow=True).content.decode()
    assert "Un mot de Fournil" in after
    row = OutboxRow.objects.of(company.pk).get()
    found = (row.channel, row.purpose, row.recipient, row.parts, row.subject, row.html)
    assert found == ("sms", "other", MOBILE, 1, "", "")
    assert row.cost_minor is not None
    again = desk.post(page("A", "text/"), sent, follow=True).content.decode()
    assert "nothing has been done twice" in again
    desk.post(page("A", f"messages/{row.pk}/undo/"))
    assert OutboxRow.objects.of(company.pk).get().state == "cancelled"


def test_a_number_that_is_nobodys_and_an_empty_text_are_refused(
    desk: Client, company: Company, page: Page, gateway: Gateway
) -> None:
    for wrong in ({"phone_to": "contact|b|accountant"}, {"text_message": " "}, {"token": "x"}):
        assert desk.post(page("A", "text/"), form(company) | wrong).status_code == 422
    assert not OutboxRow.objects.of(company.pk).exists()


def test_who_wants_no_text_messages_gets_none(
    desk: Client, company: Company, page: Page, gateway: Gateway
) -> None:
    Contact.objects.of(company.pk).filter(customer__key="A").update(refuses=["sms"])
    told = desk.get(page("A", "text/"), follow=True).content.decode()
    assert "No contact has a mobile number" in told
    Customer.objects.of(company.pk).filter(key="B").update(do_not_contact=True)
    assert "must not be contacted" in desk.get(page("B", "text/"), follow=True).content.decode()


def test_a_reader_writes_none(sign_in: SignIn, page: Page, gateway: Gateway) -> None:
    assert sign_in("reader").get(page("A", "text/")).status_code == 403


# --- agreements --------------------------------------------------------------------------------


@pytest.fixture
def plan(company: Company) -> InstalmentPlan:
    parts = [Part(due_on=TODAY + n * 30 * DAY, amount=eur(50_000)) for n in (1, 2)]
    return agree_plan(company, customer(company, "A"), on=TODAY, parts=parts)


def test_a_plan_is_mailed_with_its_document_and_its_page(
    desk: Client, company: Company, page: Page, plan: InstalmentPlan
) -> None:
    assert "Send it by e-mail" in desk.get(page("A", "agreements/")).content.decode()
    answer = desk.post(page("A", f"plans/{plan.pk}/send/"))
    row = OutboxRow.objects.of(company.pk).get()
    assert answer.headers["Location"] == page("A", f"messages/{row.pk}/")
    assert row.recipient == "accountant@a.test"
    assert re.search(rf"/p/[^/\s]+/plans/{plan.pk}/", row.text)
    assert "échéancier" in row.subject
    file = MessageFile.objects.of(company.pk).get(message=row)
    assert "500,00" in PdfReader(io.BytesIO(bytes(file.content))).pages[0].extract_text()
    assert AuditEntry.objects.of(company.pk).filter(code="message_written").count() == 1
    told = desk.post(page("A", f"plans/{plan.pk}/send/"), follow=True).content.decode()
    assert "nothing has been done twice" in told
    assert OutboxRow.objects.of(company.pk).count() == 1


def test_an_accepted_plan_is_sent_for_the_files(
    desk: Client, company: Company, page: Page, plan: InstalmentPlan
) -> None:
    accept(company, plan, "Claire Martin", at(TODAY) + timedelta(hours=1))
    desk.post(page("A", f"plans/{plan.pk}/send/"))
    assert "accepté" in OutboxRow.objects.of(company.pk).get().subject


def test_what_cannot_be_sent_is_told(
    desk: Client, company: Company, page: Page, plan: InstalmentPlan
) -> None:
    Contact.objects.of(company.pk).update(email="")
    told = desk.post(page("A", f"plans/{plan.pk}/send/"), follow=True).content.decode()
    assert "No contact can be reached by e-mail" in told
    desk.post(page("A", f"plans/{plan.pk}/cancel/"))
    told = desk.post(page("A", f"plans/{plan.pk}/send/"), follow=True).content.decode()
    assert "This plan no longer counts" in told
    assert not OutboxRow.objects.of(company.pk).exists()
    assert desk.post(page("B", f"plans/{plan.pk}/send/")).status_code == 404

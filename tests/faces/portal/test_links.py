"""Links: what opens, what does not, and that nobody learns the difference."""

import re
from base64 import b64decode
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import zxingcpp
from django.test import Client
from PIL import Image, ImageDraw

from amiable.desk.access import Actor
from amiable.desk.approve import approve
from amiable.desk.plan import draw_plan
from amiable.desk.portal_link import link_for, look_address, revoke
from amiable.store.models import (
    Company,
    Customer,
    Incoming,
    Invoice,
    InvoiceFile,
    OutboxRow,
    PortalLink,
    Promise,
)
from amiable.store.models.membership import Role
from tests.desk.books import TODAY, company_with_debtors
from tests.faces.portal.conftest import Reader, contact_of

NOW = datetime.now(UTC)
PAGES = ("", "statement.pdf", "paid/", "promise/", "dispute/", "me/", "logo/", "answers/1/")


def links(company: Company) -> Any:
    return PortalLink.objects.of(company.pk)


def test_a_reminder_carries_the_link_by_which_its_reader_answers(company: Company) -> None:
    customer = Customer.objects.of(company.pk).get(key="A")
    approve(company, [customer.pk], today=TODAY, at=NOW)
    mail = OutboxRow.objects.of(company.pk).get(customer=customer)
    (address,) = re.findall(r"http://testserver(/p/\S+)", mail.text)
    assert f'href="http://testserver{address}"' in mail.html
    soon = (TODAY + timedelta(days=7)).isoformat()
    Client().post(f"{address}promise/", {"once": "x", "due_on": soon})
    assert Promise.objects.of(company.pk).get().customer == customer


def test_a_closed_portal_puts_no_link_into_reminders_and_opens_none(reader: Reader) -> None:
    company = reader.company
    company.portal_open = False
    company.save()
    approve(company, [reader.contact.customer_id], today=TODAY, at=NOW)
    assert "/p/" not in OutboxRow.objects.of(company.pk).get().text
    assert reader.get().status_code == 404


def test_all_messages_to_a_contact_carry_the_same_address_for_longer(company: Company) -> None:
    contact = contact_of(company, "A")
    first = link_for(company, contact, NOW)
    assert link_for(company, contact, NOW + timedelta(days=30)) == first
    assert links(company).get().expires_at == NOW + timedelta(days=90)
    assert link_for(company, contact, NOW + timedelta(days=91)) != first


def _wrong(reader: Reader, company: Company) -> list[str]:
    """Addresses that were never ours, expired, or were revoked."""
    token = reader.path.removeprefix("/p/").rstrip("/")
    key, _, signature = token.partition(".")
    return ["x", "x.y", key, f"{key}.{signature[:-1]}x", f"{key[:-1]}x.{signature}", "%00", "é"]


def answer(client: Client, path: str) -> tuple[int, str]:
    """Status and page, without what differs between any two pages."""
    response = client.get(path)
    text = response.content.decode()
    return response.status_code, re.sub(r'value="\w{64}"|/p/[^/]*/renew/', "", text)


def test_wrong_revoked_and_expired_links_get_one_and_the_same_page(
    reader: Reader, company: Company
) -> None:
    seen = {answer(Client(), f"/p/{one}/") for one in _wrong(reader, company)}
    links(company).update(revoked_at=NOW)
    seen.add(answer(Client(), reader.path))
    links(company).update(revoked_at=None, expires_at=NOW - timedelta(days=1))
    seen |= {answer(Client(), reader.path + page) for page in PAGES}
    assert len(seen) == 1
    assert seen.pop()[0] == 404


def test_one_customers_link_opens_nothing_of_another(
    reader: Reader, reading: Callable[[str], Reader]
) -> None:
    other, stranger = reading("B"), company_with_debtors(("X",), "autre")
    draw_plan(stranger, TODAY)
    invoices = [Invoice.objects.of(one.pk).get(number=number)
                for one, number in ((reader.company, "F-B"), (stranger, "F-X"))]  # fmt: skip
    files = [
        InvoiceFile.objects.of(one.company_id).create(
            company_id=one.company_id, invoice=one, name="f.pdf", content=b"%PDF-", added_at=NOW
        )
        for one in invoices
    ]
    other.post("promise/", due_on=(TODAY + timedelta(days=5)).isoformat())
    theirs = Incoming.objects.of(reader.company.pk).get().pk
    for page in (f"invoices/{files[0].pk}/", f"invoices/{files[1].pk}/", f"answers/{theirs}/",
                 "plans/1/"):  # fmt: skip
        assert reader.get(page).status_code == 404
    reader.client.post(f"{reader.path}answers/{theirs}/withdraw/")
    assert Promise.objects.of(reader.company.pk).get().cancelled_on is None
    reader.client.post(
        f"{reader.path}dispute/",
        {"once": "1", "invoices": ["F-B"], "ground": "price", "message": "x"},
    )
    assert Incoming.objects.of(reader.company.pk).count() == 1
    assert "B SARL" not in reader.text()
    assert other.get(f"invoices/{files[0].pk}/").content == b"%PDF-"


def test_an_expired_link_sends_a_new_one_to_the_same_contact_and_tells_nobody(
    reader: Reader,
) -> None:
    company = reader.company
    pages = [Client().post("/p/x.y/renew/").content]
    assert not OutboxRow.objects.of(company.pk).exists()
    links(company).update(expires_at=NOW - timedelta(days=1))
    pages += [reader.client.post(f"{reader.path}renew/").content for _ in range(2)]
    assert pages[0] == pages[1] == pages[2]
    (mail,) = OutboxRow.objects.of(company.pk)
    assert (mail.recipient, mail.purpose) == (reader.contact.email, "service")
    assert links(company).count() == 2


def test_a_revoked_link_is_not_renewed(reader: Reader) -> None:
    actor = Actor(company=reader.company, role=Role.ADMINISTRATOR)
    link = links(reader.company).get()
    assert revoke(actor, reader.contact.customer, link.pk, at=NOW)
    assert not revoke(actor, reader.contact.customer, link.pk, at=NOW)
    reader.client.post(f"{reader.path}renew/")
    assert not OutboxRow.objects.of(reader.company.pk).exists()


def test_asking_too_often_is_refused(reader: Reader) -> None:
    found = [reader.client.post(f"{reader.path}renew/").status_code for _ in range(7)]
    assert found == [200] * 5 + [429] * 2
    assert [reader.get().status_code for _ in range(61)][-1] == 429


def test_a_colleague_sees_the_page_and_can_answer_nothing(company: Company) -> None:
    actor = Actor(company=company, role=Role.ADMINISTRATOR)
    path = look_address(actor, contact_of(company, "A"), NOW)
    client = Client()
    assert "F-A" in client.get(path).content.decode()
    soon = (TODAY + timedelta(days=5)).isoformat()
    assert client.post(f"{path}promise/", {"once": "1", "due_on": soon}).status_code == 403
    assert not Incoming.objects.of(company.pk).exists()
    assert not links(company).exists()


def test_the_page_is_kept_by_nobody_and_sets_no_cookie_but_against_forgery(reader: Reader) -> None:
    response = reader.get("promise/")
    assert response.headers["Cache-Control"] == "no-store, private"
    assert "noindex" in response.headers["X-Robots-Tag"]
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]
    assert set(response.cookies) == {"csrftoken"}
    assert not reader.get().cookies
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(f"{reader.path}promise/", {"due_on": "2026-03-20"}).status_code == 403


@pytest.mark.parametrize(("contested", "asked"), [(0, "EUR1000.00"), (25_000, "EUR750.00")])
def test_a_banking_app_reads_what_is_to_be_paid_and_nothing_contested(
    reader: Reader, contested: int, asked: str
) -> None:
    if contested:
        reader.post("dispute/", invoices=["F-A"], ground="price", amount="250", message="Non")
    (drawn,) = re.findall(r"data:image/svg\+xml;base64,([\w+/=]+)", reader.text())
    lines = scanned(b64decode(drawn)).split("\n")
    assert lines[:4] == ["BCD", "002", "1", "SCT"]
    assert (lines[6], lines[7]) == ("FR7630006000011234567890189", asked)
    assert lines[-1] == "F-A"


def scanned(code: bytes) -> str:
    """What a reader of codes sees on the drawing."""
    size = int(re.findall(rb'width="(\d+)"', code)[0])
    picture = Image.new("L", ((size + 8) * 8,) * 2, 255)
    draw = ImageDraw.Draw(picture)
    for x, y, width in re.findall(rb"M(\d+) (\d+)h(\d+)v1", code):
        left, top = (int(x) + 4) * 8, (int(y) + 4) * 8
        draw.rectangle((left, top, left + int(width) * 8 - 1, top + 7), fill=0)
    return str(zxingcpp.read_barcodes(picture)[0].text)


def test_a_french_customer_reads_french_and_what_is_late_since_when(reader: Reader) -> None:
    page = reader.text()
    assert 'lang="fr"' in page
    assert "25 jours de retard" in page
    assert "FR76 3000 6000 0112 3456 7890 189" in page
    assert "10 mars 2026" in page

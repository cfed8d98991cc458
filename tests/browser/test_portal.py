"""The customer's own page, in a browser: a whole journey by a link, and every page of it."""

import re
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import expect

from amiable.portal.answers import ANSWERS
from tests.browser.conftest import Visit
from tests.browser.faults import axe, faults_of_contents, wide
from tests.browser.visitor import WIDE, Visitor
from workshop.served import DAY

NARROW = {"width": 360, "height": 740}
PAGES = ("", "me/", *(f"{code}/" for code in ANSWERS))
SOON = date.fromisoformat(DAY) + timedelta(days=9)


@pytest.fixture
def desk(visit: Visit) -> Visitor:
    """A collector at the first customer to be reminded by e-mail."""
    visitor = visit("collector-fr").open()
    row = visitor.page.locator("[data-row]").filter(has=visitor.page.locator("[data-choose]")).first
    row.locator(".name-link").click()
    visitor.page.locator("main a[href*='/customers/']").first.click()
    visitor.page.wait_for_url("**/customers/*/")
    return visitor


@pytest.fixture
def path(desk: Visitor) -> str:
    """The customer's place inside the desk: customers/12/."""
    found = re.search(r"customers/\d+/", desk.page.url)
    assert found, desk.page.url
    return found[0]


@pytest.fixture
def link(desk: Visitor, path: str) -> str:
    """The address of the customer's page, as the desk gives it."""
    desk.open(f"{path}portal/")
    desk.page.locator("form[action$='/link/'] button").first.click()
    address = desk.page.locator("#portal-address").input_value()
    assert address.startswith(desk.base)
    return address.removeprefix(desk.base)


@pytest.fixture
def guest(visit: Visit, link: str) -> Visitor:
    """The customer, at that address, with a telephone."""
    return visit(
        language="fr", viewport=NARROW, permissions=["clipboard-read", "clipboard-write"]
    ).go(link)


def send(visitor: Visitor) -> None:
    visitor.page.locator("main form .button.accent").click()
    visitor.page.wait_for_url("**/answers/*/")


def scanned(picture: bytes) -> list[str]:
    """The lines a telephone reads on a picture."""
    (found,) = zxingcpp.read_barcodes(Image.open(BytesIO(picture)))
    return str(found.text).split("\n")


def test_a_customer_copies_the_account_scans_the_code_and_promises(
    guest: Visitor, desk: Visitor, path: str, link: str
) -> None:
    iban = guest.page.locator("button[data-copy]").first
    iban.click()
    expect(iban).to_have_text(guest.text("portal.copied"))
    copied = guest.page.evaluate("() => navigator.clipboard.readText()")
    code = scanned(guest.page.locator("figure.qr img").screenshot())
    assert code[0] == "BCD"
    assert code[6] == copied
    guest.link("portal.button.promise").click()
    guest.page.locator("[name=due_on]").fill(SOON.isoformat())
    send(guest)
    guest.sees(guest.text("portal.next.promise", company="x", on=SOON).split("x")[0][:12])
    assert wide(guest.page) == []
    guest.go(link).sees(f"{SOON.day} décembre 2026")
    desk.open(f"{path}agreements/").sees(f"{SOON:%d/%m/%Y}")
    desk.open(path).sees(desk.text("term.item.promised"))


def test_a_customer_contests_an_invoice_with_a_file_and_the_desk_lists_it(
    guest: Visitor, desk: Visitor, path: str, link: str, tmp_path: Path
) -> None:
    photo = tmp_path / "carton.png"
    Image.new("RGB", (40, 30), "brown").save(photo)
    guest.go(f"{link}dispute/")
    box = guest.page.locator("[name=invoices]").first
    box.check()
    guest.page.locator("[name=ground]").select_option("quality")
    guest.page.locator("[name=message]").fill("Deux cartons écrasés à la livraison")
    guest.page.locator("[name=attached]").set_input_files(photo)
    send(guest)
    desk.open("disputes/").sees("Deux cartons écrasés")
    desk.sees(desk.text("lists.nobody"))
    desk.page.locator("tr", has_text="Deux cartons écrasés").locator("[name=dispute]").check()
    desk.page.locator("form[action$='/hand-over/'] .button").click()
    desk.sees(desk.text("disputes.handed", n=1, owner="Y").split("Y")[0])
    guest.go(link)
    expect(guest.page.locator("main")).to_contain_text(guest.text("portal.agreed"))


def test_an_accountants_address_is_asked_there_before_it_is_a_contact(
    guest: Visitor, desk: Visitor, path: str, link: str
) -> None:
    guest.go(f"{link}accountant/")
    guest.page.locator("[name=name]").fill("Cabinet Zoé")
    guest.page.locator("[name=email]").fill("zoe@cabinet.example")
    send(guest)
    expect(guest.page.locator("main")).to_contain_text(guest.text("portal.next.accountant"))
    desk.open(f"{path}contacts/").sees_not("zoe@cabinet.example")


def test_every_page_is_well_made_in_both_languages(guest: Visitor, link: str) -> None:
    found: list[str] = []
    for language in ("fr", "en"):
        reader = guest
        if language == "en":
            guest.go(f"{link}me/")
            guest.page.locator("[name=language]").select_option("en")
            send(guest)
            reader = Visitor(
                page=guest.page, base=guest.base, company="", language=type(guest.language)("en"),
                complaints=guest.complaints,
            )  # fmt: skip
        for page in PAGES:
            reader.go(link + page)
            wrong = faults_of_contents(reader)
            for size in (NARROW, WIDE):
                reader.page.set_viewport_size(size)  # type: ignore[arg-type]
                wrong += [*wide(reader.page), *axe(reader.page)]
            found += [f"{language} {page or 'account'}: {one}" for one in wrong]
    assert found == []


@pytest.mark.parametrize("address", ["/p/nobody/", "/p/look/nobody/", "/p/confirm/nobody/"])
def test_a_link_that_opens_nothing_has_a_page_that_can_be_read(look: Visit, address: str) -> None:
    visitor = look(language="fr", viewport=NARROW)
    visitor.complaints.allowed |= {404}
    visitor.go(address)
    assert [*wide(visitor.page), *axe(visitor.page)] == []


def test_a_form_with_errors_can_be_read_and_mended(guest: Visitor, link: str) -> None:
    guest.complaints.allowed |= {422}
    guest.go(f"{link}paid/")
    guest.page.locator("[name=amount]").fill("beaucoup")
    guest.page.locator("main form .button.accent").click()
    expect(guest.page.locator("[name=amount]")).to_have_value("beaucoup")
    expect(guest.page.get_by_role("alert")).to_be_visible()
    assert [*wide(guest.page), *axe(guest.page)] == []

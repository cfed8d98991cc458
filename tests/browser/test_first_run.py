"""From an empty folder to the first reminder in a customer's mailbox."""

import csv
import io
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.journey import (
    House,
    bring_in,
    hand_over,
    link_in,
    mails,
    wait_for,
    working_house,
)
from tests.browser.visitor import Visitor, visiting
from tests.channels.real_smtp import Inbox
from tests.channels.real_smtp import serving as smtp
from workshop.served import DAY, Scene

TODAY = date.fromisoformat(DAY)
LATE = TODAY - timedelta(days=16)
PASSWORD = "seven quiet mornings in Angers"


def invoices() -> str:
    """Marchand usually pays ten days late, and is sixteen days late with A9."""
    lines = [["Code client", "Client", "Numéro", "Date facture", "Échéance", "Montant TTC",
              "Date de règlement"]]  # fmt: skip
    for number in range(1, 9):
        due = LATE - timedelta(days=30 * (9 - number))
        paid = due + timedelta(days=10)
        lines.append(["M1", "Marchand Frères", f"A{number}", f"{due - timedelta(days=30):%d/%m/%Y}",
                      f"{due:%d/%m/%Y}", "500,00", f"{paid:%d/%m/%Y}"])  # fmt: skip
    lines.append(["M1", "Marchand Frères", "A9", f"{LATE - timedelta(days=30):%d/%m/%Y}",
                  f"{LATE:%d/%m/%Y}", "1200,50", ""])  # fmt: skip
    return table(lines)


def contacts() -> str:
    return table(
        [
            ["Code client", "Contact", "E-mail", "Fonction"],
            ["M1", "Anne Marchand", "anne@marchand.example", "Comptable"],
        ]
    )


def table(lines: list[list[str]]) -> str:
    text = io.StringIO()
    csv.writer(text, delimiter=";").writerows(lines)
    return text.getvalue()


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """A server started for the first time."""
    with working_house(Scene(folder=tmp_path / "var")) as opened:
        yield opened


@pytest.fixture
def newcomer(house: House, browser: Browser) -> Iterator[Visitor]:
    """Somebody who has just started the server, in front of a browser."""
    with visiting(browser, house.base, language="fr") as visitor:
        yield visitor


def fill(visitor: Visitor, **values: str) -> None:
    """Type into the fields of a form, by their names."""
    for name, value in values.items():
        field = visitor.page.locator(f"main [name={name}]")
        if field.evaluate("one => one.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(value)


def submit(visitor: Visitor) -> None:
    """The accent button of the page's form."""
    visitor.page.locator("main form .button.accent").first.click()


def test_from_the_first_run_to_the_first_reminder(house: House, newcomer: Visitor) -> None:
    inbox = Inbox()
    server = smtp(inbox)
    server.start()
    try:
        desk = begin(house, newcomer)
        for name, text in (("factures.csv", invoices()), ("contacts.csv", contacts())):
            hand_over(newcomer.go(f"{desk}imports/"), name, text)
            bring_in(newcomer)
        send_by(newcomer, desk, server.port)
        approve_the_reminder(newcomer, desk)
        wait_for(lambda: inbox.mails, "the mail arrives", house.scene.folder)
    finally:
        server.stop()
    (mail,) = mails(inbox)
    assert mail["To"].addresses[0].addr_spec == "anne@marchand.example"
    assert mail["From"].addresses[0].addr_spec == "compta@fournil.example"
    plain = mail.get_body(("plain",))
    assert plain is not None
    assert "1\u202f200,50\u00a0€" in plain.get_content()
    assert "A9" in plain.get_content()
    newcomer.go(f"{desk}customers/").page.get_by_role("link", name="Marchand Frères").first.click()
    newcomer.sees("anne@marchand.example")


def begin(house: House, newcomer: Visitor) -> str:
    """The wizard; where the desk is then."""
    wait_for(lambda: "/start/" in house.said, "the link is shown", house.scene.folder)
    link = link_in(house.said, "/start/")
    newcomer.go(link.removeprefix(house.base))
    fill(newcomer, name="Léa Martin", email="lea@fournil.example", language="fr", password=PASSWORD)
    submit(newcomer)
    identity = {"company_name": "Fournil", "company_email": "compta@fournil.example"}
    fill(newcomer, **identity, siren="732 829 320", iban="FR14 2004 1010 0505 0001 3M02 606")
    submit(newcomer)
    newcomer.page.wait_for_url("**/people/first-steps/")
    path: str = newcomer.page.evaluate("() => location.pathname")
    return path.removesuffix("people/first-steps/")


def send_by(visitor: Visitor, desk: str, port: int) -> None:
    """Name the mail server, and let messages leave at any hour."""
    visitor.go(f"{desk}settings/mail/")
    fill(visitor, host="127.0.0.1", port=str(port), security="none")
    visitor.page.locator("main form:has([name=host]) .button.accent").click()
    expect(visitor.page.locator("#messages .flash").first).to_be_visible()
    visitor.go(f"{desk}settings/hours/")
    fill(visitor, opens_at="00:00", closes_at="23:59")
    visitor.page.locator("main form:has([name=opens_at]) .button.accent").click()
    expect(visitor.page.locator("#messages .flash").first).to_be_visible()


def approve_the_reminder(visitor: Visitor, desk: str) -> None:
    """Read the reason and the exact message of the one line, then approve it."""
    visitor.go(desk)
    row = visitor.page.locator("[data-row]")
    expect(row).to_have_count(1)
    expect(row).to_contain_text("Marchand Frères")
    expect(row).to_contain_text("16 jours")
    row.locator(".name-link").click()
    expect(visitor.page.frame_locator("iframe.letter").locator("body")).to_contain_text("A9")
    visitor.page.locator("form[action$='/approve/'] button").click()
    expect(visitor.page.locator(".undo")).to_be_visible()


def test_the_link_of_the_first_run_serves_once(house: House, newcomer: Visitor) -> None:
    wait_for(lambda: "/start/" in house.said, "the link is shown", house.scene.folder)
    link = link_in(house.said, "/start/").removeprefix(house.base)
    begin(house, newcomer)
    newcomer.complaints.allowed |= {404}
    answer = newcomer.page.goto(house.base + link)
    assert answer is not None
    assert answer.status == 404

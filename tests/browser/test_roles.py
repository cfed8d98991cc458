"""Who sees what, and who may do what, in the browser."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visit
from workshop.scene import OUTSIDE_CUSTOMERS, PASSWORD

WRITES = "main form[method=post] button, main [formaction], main [data-choose]"


@pytest.mark.parametrize(
    "path", ["", "customers/", "invoices/", "credits/", "policies/", "letters/"]
)
def test_a_reader_finds_nothing_to_press(look: Visit, path: str) -> None:
    reader = look("reader-en").open(path)
    expect(reader.page.locator("h1")).to_be_visible()
    expect(reader.page.locator(WRITES)).to_have_count(0)


def test_a_reader_opens_a_customer_and_its_history(look: Visit) -> None:
    reader = look("reader-en").open("customers/")
    reader.page.locator("[data-row] a[href*='/customers/']").first.click()
    expect(reader.page.locator("h1")).to_be_visible()
    expect(
        reader.page.locator("main a[href$='/promise/'], main a[href$='/dispute/']")
    ).to_have_count(0)


def test_an_outside_collector_sees_their_customers_alone(look: Visit) -> None:
    outside = look("outside-fr").open("customers/")
    expect(outside.page.locator("[data-row]")).to_have_count(OUTSIDE_CUSTOMERS)
    mine = set(outside.page.locator("[data-row] .name-link").all_inner_texts())
    outside.open()
    lines = set(outside.page.locator("[data-row] .name-link").all_inner_texts())
    assert lines <= mine


def test_another_ones_customer_does_not_exist_for_an_outside_collector(look: Visit) -> None:
    admin, outside = look("administrator-fr").open("customers/"), look("outside-fr")
    outside.open("customers/")
    mine = outside.page.locator("[data-row] .name-link")
    own = {one.get_attribute("href") for one in mine.all()}
    links = admin.page.locator("[data-row] .name-link")
    every = [one.get_attribute("href") for one in links.all()]
    foreign = next(address for address in every if address not in own)
    outside.complaints.allowed |= {404}
    answer = outside.page.goto(outside.base + str(foreign))
    assert answer is not None
    assert answer.status == 404


def test_a_collector_finds_no_settings(look: Visit) -> None:
    collector = look("collector-en").open()
    expect(collector.page.locator("#nav a[href$='/settings/']")).to_have_count(0)
    collector.complaints.allowed |= {403}
    answer = collector.page.goto(f"{collector.base}/c/{collector.company}/settings/")
    assert answer is not None
    assert answer.status == 403


def test_one_signs_in_and_out(visit: Visit) -> None:
    person = visit(language="fr").go("/")
    person.page.locator("[name=login]").fill("manager-fr@demo.example")
    person.page.locator("[name=password]").fill(PASSWORD)
    person.page.locator("form:has([name=password]) button[type=submit]").first.click()
    expect(person.page.locator("#nav")).to_contain_text("Hugo Petit")
    person.page.locator("form[action='/accounts/logout/'] button").click()
    person.page.wait_for_url("**/accounts/login/**")


def test_a_wrong_password_is_told_without_telling_who_exists(visit: Visit) -> None:
    person = visit(language="en").go("/accounts/login/")
    told = []
    for who in ("manager-fr@demo.example", "nobody@demo.example"):
        person.page.locator("[name=login]").fill(who)
        person.page.locator("[name=password]").fill("not the right words")
        person.page.locator("form:has([name=password]) button[type=submit]").first.click()
        error = person.page.locator(".flash.error, .error").first
        expect(error).to_be_visible()
        told.append(error.inner_text())
    assert told[0] == told[1]

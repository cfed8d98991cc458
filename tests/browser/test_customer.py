"""One customer: a promise, a dispute, a hold; each changes the plan of the day at once."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visit
from tests.browser.visitor import Visitor


@pytest.fixture
def collector(visit: Visit) -> Visitor:
    """A collector at the first customer that is to be reminded by e-mail."""
    visitor = visit("collector-fr").open()
    row = visitor.page.locator("[data-row]").filter(has=visitor.page.locator("[data-choose]")).first
    row.locator(".name-link").click()
    visitor.page.locator("main a[href*='/customers/']").first.click()
    visitor.page.wait_for_url("**/customers/*/")
    return visitor


def path_of(visitor: Visitor) -> str:
    """The customer's place inside the desk: customers/12/."""
    found = re.search(r"customers/\d+/", visitor.page.url)
    assert found, visitor.page.url
    return found[0]


def lines_named(visitor: Visitor, name: str) -> int:
    """How many lines of the day are this customer's."""
    visitor.open()
    return visitor.page.locator("[data-row] .name-link").get_by_text(name, exact=True).count()


def submit(visitor: Visitor) -> None:
    visitor.page.locator("main form[method=post] .button.accent").last.click()


def test_a_promise_stops_the_reminder(collector: Visitor) -> None:
    name, path = collector.heading, path_of(collector)
    assert lines_named(collector, name) == 1
    collector.open(f"{path}promise/")
    collector.page.locator("[name=due_on]").fill("2026-12-04")
    submit(collector)
    collector.page.wait_for_url(re.compile(rf"{path}(?!promise)"))
    collector.open(f"{path}agreements/")
    collector.sees("04/12/2026")
    assert lines_named(collector, name) == 0


def test_a_promise_for_a_day_gone_by_is_refused_beside_its_field(collector: Visitor) -> None:
    path = path_of(collector)
    collector.complaints.allowed |= {422}
    collector.open(f"{path}promise/")
    collector.page.locator("[name=amount]").fill("beaucoup")
    collector.page.locator("[name=due_on]").fill("2026-11-01")
    submit(collector)
    expect(collector.page.locator("#id_amount_error")).to_be_visible()
    expect(collector.page.locator("[name=amount]")).to_have_value("beaucoup")
    expect(collector.page.locator("[name=amount]")).to_have_attribute("aria-invalid", "true")


def test_a_disputed_invoice_is_left_out_until_the_dispute_is_closed(collector: Visitor) -> None:
    name, path = collector.heading, path_of(collector)
    collector.open(f"{path}dispute/")
    invoices = collector.page.locator("[name=invoice] option")
    count = invoices.count()
    collector.page.locator("[name=invoice]").select_option(index=count - 1)
    collector.page.locator("[name=ground]").select_option("quality")
    collector.page.locator("[name=reason]").fill("Deux colis abîmés")
    submit(collector)
    collector.open(f"{path}agreements/")
    collector.sees("Deux colis abîmés")
    collector.page.locator("a[href$='/close/']").first.click()
    collector.page.locator("[name=outcome][value=unfounded]").check()
    submit(collector)
    collector.open(f"{path}agreements/")
    expect(collector.page.locator("a[href$='/close/']")).to_have_count(0)
    assert lines_named(collector, name) == 1


def test_a_hold_leaves_the_customer_in_peace_and_says_who_did_it(collector: Visitor) -> None:
    name, path = collector.heading, path_of(collector)
    collector.open(f"{path}hold/")
    collector.page.locator("[name=until]").fill("2026-12-10")
    collector.page.locator("[name=note]").fill("Changement de comptable")
    submit(collector)
    assert lines_named(collector, name) == 0
    collector.open(f"{path}timeline/")
    collector.sees("Changement de comptable")
    collector.sees("Nadia Benali")


def test_a_note_stands_on_the_timeline(collector: Visitor) -> None:
    path = path_of(collector)
    collector.open(f"{path}note/")
    collector.page.locator("main form [name=text]").last.fill("Rappeler jeudi <b>matin</b>")
    submit(collector)
    collector.open(f"{path}timeline/")
    collector.sees("Rappeler jeudi <b>matin</b>")
    assert collector.page.locator("main b", has_text="matin").count() == 0


def test_a_statement_is_downloaded_as_a_document(collector: Visitor) -> None:
    path = path_of(collector)
    answer = collector.page.request.get(
        f"{collector.base}/c/{collector.company}/{path}statement.pdf"
    )
    assert answer.ok
    assert answer.body().startswith(b"%PDF")

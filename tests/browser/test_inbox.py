"""The inbox: an answer comes in, is confirmed by a click, answered, looked after by one person."""

import re

from playwright.sync_api import expect

from tests.browser.conftest import Visit
from tests.browser.visitor import PHONE, Visitor

PROMISED = "Le règlement de la facture"


def open_promise(visitor: Visitor) -> None:
    """The conversation of the customer who promises to pay."""
    visitor.open("inbox/")
    meaning = visitor.text("term.meaning.will_pay")
    badge = visitor.page.locator(".badge", has_text=re.compile(meaning, re.IGNORECASE))
    row = visitor.page.locator("[data-row]").filter(has=badge).first
    row.locator("a[data-open]").click()
    visitor.page.wait_for_url(re.compile(r"/inbox/\d+/$"))


def decision(visitor: Visitor) -> str:
    """What the plan says of the customer, on the conversation's page."""
    return visitor.page.locator(".inbox-side section").first.inner_text()


def test_an_answer_is_confirmed_by_one_click_and_the_plan_waits_for_the_promise(
    visit: Visit,
) -> None:
    collector = visit("collector-fr")
    open_promise(collector)
    collector.sees(PROMISED)
    assert collector.text("inbox.paused") in decision(collector)
    expect(collector.page.locator("[name=on]")).to_have_value("2026-11-30")
    collector.button("inbox.confirm.will_pay").click()
    collector.sees(collector.text("inbox.confirmed.will_pay"))
    assert collector.text("inbox.paused") not in decision(collector)
    assert "30 novembre 2026" in decision(collector), "the plan waits for the day promised"
    collector.page.locator(".inbox-side h2 a").first.click()
    collector.page.locator(".tabs a[href$='/agreements/']").click()
    collector.sees("30/11/2026")


def test_an_answer_leaves_in_a_minute_and_is_taken_back_to_be_written_better(
    visit: Visit,
) -> None:
    collector = visit("collector-fr")
    open_promise(collector)
    collector.page.keyboard.press("r")
    collector.page.wait_for_url("**/answer/")
    collector.page.locator("[name=text]").fill("Merci, c'est noté.")
    collector.button("inbox.answer.send").click()
    collector.page.wait_for_url(re.compile(r"#ours-\d+$"))
    collector.sees("Merci, c'est noté.")
    collector.sees(collector.text("inbox.with", name="Nadia Benali"))
    collector.page.keyboard.press("u")
    collector.page.wait_for_url(re.compile(r"/answer/\?again=\d+"))
    expect(collector.page.locator("[name=text]")).to_have_value("Merci, c'est noté.")


def test_of_two_people_who_answer_the_second_sees_the_first(visit: Visit) -> None:
    first, second = visit("collector-fr"), visit("collector-en")
    second.complaints.allowed |= {409}
    for one in (first, second):
        open_promise(one)
        one.page.keyboard.press("r")
        one.page.wait_for_url("**/answer/")
        one.page.locator("[name=text]").fill(f"De {one.language}")
    first.button("inbox.answer.send").click()
    first.page.wait_for_url(re.compile(r"#ours-\d+$"))
    second.button("inbox.answer.send").click()
    second.sees("Nadia Benali answered in this conversation meanwhile")
    expect(second.page.locator("[name=text]")).to_have_value("De en")


def test_the_list_is_worked_through_by_keys(visit: Visit) -> None:
    collector = visit("collector-fr").open("inbox/")
    rows = collector.page.locator("[data-row]")
    before = rows.count()
    collector.page.keyboard.press("j")
    collector.page.keyboard.press("e")
    expect(rows).to_have_count(before - 1)
    collector.page.keyboard.press("u")
    collector.page.wait_for_url(re.compile(r"/inbox/\d+/$"))
    collector.open("inbox/")
    expect(rows).to_have_count(before)
    collector.page.keyboard.press("j")
    collector.page.keyboard.press("Enter")
    collector.page.wait_for_url(re.compile(r"/inbox/\d+/$"))


def test_a_phone_shows_a_conversation_without_scrolling_sideways(look: Visit) -> None:
    collector = look("collector-fr", viewport=PHONE)
    fits = "() => document.documentElement.scrollWidth <= innerWidth"
    collector.open("inbox/")
    assert collector.page.evaluate(fits)
    open_promise(collector)
    assert collector.page.evaluate(fits)


def test_a_file_that_came_along_is_saved_not_shown(look: Visit) -> None:
    collector = look("collector-fr").open("inbox/")
    collector.page.locator("[data-row]").filter(has_text="Conteste").locator("a[data-open]").click()
    with collector.page.expect_download() as saved:
        collector.page.locator(".attached a").first.click()
    assert saved.value.suggested_filename == "colis.jpg"

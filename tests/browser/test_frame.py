"""What every page of the desk is built of, in the browser."""

from playwright.sync_api import expect

from tests.browser.conftest import Visit
from tests.browser.visitor import PHONE


def test_a_page_works_under_the_strict_policy(look: Visit) -> None:
    reader = look("administrator-fr").open("patterns/")
    expect(reader.page.locator("html")).to_have_class("js")


def test_the_keyboard_opens_the_help_and_the_search(look: Visit) -> None:
    reader = look("administrator-en").open("patterns/")
    reader.page.keyboard.press("?")
    expect(reader.page.locator("#keys")).to_be_visible()
    reader.page.keyboard.press("Escape")
    expect(reader.page.locator("#keys")).to_be_hidden()
    reader.page.keyboard.press("/")
    expect(reader.page.locator("#search")).to_be_focused()


def test_the_first_stop_of_the_keyboard_leads_past_the_navigation(look: Visit) -> None:
    reader = look("administrator-en").open("patterns/")
    reader.page.keyboard.press("Tab")
    skip = reader.page.locator(".skip-link")
    expect(skip).to_be_focused()
    reader.page.keyboard.press("Enter")
    expect(reader.page.locator("#main")).to_be_focused()


def test_a_phone_folds_the_navigation_away(look: Visit) -> None:
    reader = look("administrator-en", viewport=PHONE).open("patterns/")
    expect(reader.page.locator("#nav")).to_be_hidden()
    reader.button("frame.menu").click()
    expect(reader.page.locator("#nav")).to_be_visible()

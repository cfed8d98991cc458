"""The day's work: approve, edit, skip, postpone, take back; by mouse, by keys, on a phone."""

import re
from collections.abc import Iterator
from contextlib import ExitStack
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, expect

from tests.browser.conftest import Visit, opener
from tests.browser.journey import House, wait_for, working_house
from tests.browser.visitor import PHONE, Visitor
from workshop.served import Scene


@pytest.fixture
def house(scene: Scene, tmp_path: Path) -> Iterator[House]:
    """A desk with its worker, which the test may change."""
    with working_house(scene.copy(tmp_path / "house")) as opened:
        yield opened


@pytest.fixture
def at_work(browser: Browser, scene: Scene, house: House, windows: ExitStack) -> Visit:
    """Opens windows on the desk with a worker."""
    return opener(browser, scene, house.base, windows)


def mail_rows(visitor: Visitor) -> Locator:
    """The lines of the day that are e-mails to be approved."""
    rows = visitor.page.locator("[data-row]").filter(has=visitor.page.locator("[data-choose]"))
    return rows.filter(has_text="e-mail")


def name_in(row: Locator) -> str:
    return row.locator(".name-link").inner_text()


def row_of(visitor: Visitor, name: str) -> Locator:
    """The line of a customer in the list of the day."""
    link = visitor.page.get_by_role("link", name=name, exact=True)
    return visitor.page.locator("[data-row]").filter(has=link)


def waiting(visitor: Visitor) -> Locator:
    """What was approved and has not left."""
    return visitor.page.locator("section[aria-labelledby=waiting-title]")


def written(house: House) -> list[EmailMessage]:
    """The messages that left, newest last."""
    files = sorted(
        (house.scene.folder / "outbox").glob("*.eml"), key=lambda one: one.stat().st_mtime
    )
    return [message_from_bytes(one.read_bytes(), policy=policy.default) for one in files]


def test_what_is_chosen_is_approved_and_leaves(at_work: Visit, house: House) -> None:
    collector, before = at_work("collector-fr").open(), len(written(house))
    rows = mail_rows(collector)
    chosen = [name_in(rows.nth(0)), name_in(rows.nth(2))]
    collector.page.locator("[data-choose-all]").uncheck()
    expect(collector.page.locator("[data-needs-chosen]")).to_be_disabled()
    rows.nth(0).locator("[data-choose]").check()
    rows.nth(2).locator("[data-choose]").check()
    expect(collector.page.locator("[data-chosen-count]")).to_have_text("2")
    collector.page.locator("[data-needs-chosen]").click()
    expect(collector.page.locator(".undo")).to_be_visible()
    for name in chosen:
        expect(row_of(collector, name)).to_have_count(0)
    wait_for(lambda: len(written(house)) == before + 2, "two messages leave", house.scene.folder)
    collector.open()
    for name in chosen:
        expect(waiting(collector).locator(".name-link", has_text=name)).to_have_count(0)


def test_words_of_ones_own_reach_the_customer(at_work: Visit, house: House) -> None:
    collector, before = at_work("collector-en").open(), len(written(house))
    mail_rows(collector).first.locator(".name-link").click()
    collector.page.locator("a[href$='/edit/']").click()
    subject = collector.page.locator("[name=subject]")
    text = collector.page.locator("[name=text]")
    subject.fill("About our delivery of Tuesday")
    text.fill("Dear Anne,\n\n" + text.input_value())
    collector.page.locator("main form .button.accent").click()
    expect(collector.page.locator(".undo")).to_be_visible()
    wait_for(lambda: len(written(house)) > before, "the message leaves", house.scene.folder)
    mail = written(house)[-1]
    plain = mail.get_body(("plain",))
    assert mail["Subject"] == "About our delivery of Tuesday"
    assert plain is not None
    assert plain.get_content().startswith("Dear Anne,")


def test_a_step_is_skipped_with_a_reason(visit: Visit) -> None:
    collector = visit("collector-fr").open()
    row = mail_rows(collector).first
    name = name_in(row)
    row.locator("a[href$='/skip/']").click()
    dialog = collector.page.locator("#act dialog")
    expect(dialog).to_be_visible()
    dialog.locator("[name=reason]").fill("Le chèque est parti hier")
    dialog.locator(".button.accent").click()
    expect(collector.page.locator(".undo")).to_contain_text(name)
    expect(row_of(collector, name)).to_have_count(0)


def test_a_skip_without_a_reason_asks_for_one(visit: Visit) -> None:
    collector = visit("collector-fr").open()
    row = mail_rows(collector).first
    name = name_in(row)
    row.locator("a[href$='/skip/']").click()
    dialog = collector.page.locator("#act dialog")
    dialog.locator("[name=reason]").fill("   ")
    dialog.locator(".button.accent").click()
    expect(collector.page.locator(".error").first).to_be_visible()
    expect(row_of(collector.open(), name)).to_have_count(1)


def test_a_line_is_postponed_and_the_deed_taken_back(visit: Visit) -> None:
    collector = visit("collector-en").open()
    row = mail_rows(collector).first
    name = name_in(row)
    row.locator("a[href$='/postpone/']").click()
    collector.page.locator("#act dialog button[name=until]").first.click()
    expect(row_of(collector, name)).to_have_count(0)
    collector.page.locator(".undo button").first.click()
    expect(row_of(collector, name)).to_have_count(1)


def test_an_approval_can_be_taken_back_for_a_minute(visit: Visit) -> None:
    collector = visit("collector-fr").open()
    row = mail_rows(collector).first
    name = name_in(row)
    row.locator("button[formaction$='/approve/']").click()
    expect(waiting(collector)).to_contain_text(name)
    collector.page.locator(".undo button").first.click()
    expect(row_of(collector, name)).to_have_count(1)
    expect(collector.page.locator(".undo")).to_have_count(0)


def test_the_keyboard_alone_approves(visit: Visit) -> None:
    collector = visit("collector-en").open()
    rows = mail_rows(collector)
    mails = {name_in(rows.nth(at)) for at in range(rows.count())}
    keys = collector.page.keyboard
    keys.press("j")
    while name_in(collector.page.locator("tr.chosen")) not in mails:
        keys.press("j")
    chosen = collector.page.locator("tr.chosen")
    name = name_in(chosen)
    keys.press("x")
    expect(chosen.locator("[data-choose]")).not_to_be_checked()
    keys.press("x")
    expect(chosen.locator("[data-choose]")).to_be_checked()
    keys.press("a")
    expect(waiting(collector)).to_contain_text(name)
    expect(row_of(collector, name)).to_have_count(0)


def test_the_keyboard_opens_a_line_and_skips_it(visit: Visit) -> None:
    collector = visit("collector-en").open()
    collector.page.keyboard.press("j")
    name = name_in(collector.page.locator("tr.chosen"))
    collector.page.keyboard.press("Enter")
    expect(collector.page.locator("h1")).to_have_text(name)
    collector.page.go_back()
    expect(collector.page.locator("[data-row]").first).to_be_visible()


def test_without_scripts_one_approves_and_skips(visit: Visit) -> None:
    collector = visit("collector-fr", java_script_enabled=False).open()
    rows = mail_rows(collector)
    approved, skipped = name_in(rows.nth(0)), name_in(rows.nth(1))
    rows.nth(0).locator("button[formaction$='/approve/']").click()
    expect(waiting(collector)).to_contain_text(approved)
    row_of(collector, skipped).locator("a[href$='/skip/']").click()
    collector.page.locator("[name=reason]").fill("Vu au téléphone")
    collector.page.locator("main .button.accent").last.click()
    expect(row_of(collector, skipped)).to_have_count(0)


def test_a_phone_shows_the_day_and_approves(visit: Visit) -> None:
    collector = visit("collector-fr", viewport=PHONE, has_touch=True).open()
    row = mail_rows(collector).first
    name = name_in(row)
    row.locator("button[formaction$='/approve/']").tap()
    expect(waiting(collector)).to_contain_text(name)


def test_a_phone_folds_the_filters_away_until_they_are_asked_for(look: Visit) -> None:
    page = look("collector-fr", viewport=PHONE).open().page
    form = page.locator("main form.filters")
    unfold = form.locator("[data-unfolds]")
    expect(form.locator("[name=q]")).to_be_visible()
    expect(form.locator("[name=segment]")).to_be_hidden()
    unfold.click()
    expect(unfold).to_have_attribute("aria-expanded", "true")
    form.locator("[name=segment]").select_option("regular")
    page.wait_for_url(re.compile(r"[?&]segment=regular"))
    expect(form.locator("[name=segment]")).to_be_visible()
    fits = "() => document.documentElement.scrollWidth <= innerWidth"
    assert page.evaluate(fits), "nothing scrolls sideways"
    lines = form.evaluate("form => form.scrollWidth <= form.clientWidth")
    assert lines, "the filters neither"


def test_two_people_on_the_same_line_the_second_is_told(visit: Visit) -> None:
    first, second = visit("collector-fr").open(), visit("collector-en").open()
    row = mail_rows(first).first
    name = name_in(row)
    row.locator("button[formaction$='/approve/']").click()
    expect(waiting(first)).to_contain_text(name)
    row_of(second, name).locator("button[formaction$='/approve/']").click()
    told = second.page.locator(".flash.error, .flash.warning")
    expect(told).to_contain_text(name)
    expect(told).to_contain_text("Nadia Benali")
    expect(waiting(second).locator(".name-link", has_text=name)).to_have_count(1)


def test_what_changed_while_one_read_is_told_not_sent(visit: Visit) -> None:
    first, second = visit("collector-fr").open(), visit("collector-en").open()
    row = mail_rows(first).first
    name = name_in(row)
    row.locator("a[href$='/skip/']").click()
    first.page.locator("#act dialog [name=reason]").fill("Payé ce matin")
    first.page.locator("#act dialog .button.accent").click()
    expect(row_of(first, name)).to_have_count(0)
    row_of(second, name).locator("button[formaction$='/approve/']").click()
    expect(second.page.locator(".flash.error, .flash.warning")).to_contain_text(name)
    expect(waiting(second).filter(has_text=name)).to_have_count(0)


def test_a_double_click_approves_once(visit: Visit) -> None:
    collector = visit("collector-fr").open()
    row = mail_rows(collector).first
    name = name_in(row)
    row.locator("button[formaction$='/approve/']").dblclick()
    expect(waiting(collector)).to_contain_text(name)
    expect(collector.page.locator(".flash.error")).to_have_count(0)


def test_the_list_is_searched_and_filtered(look: Visit) -> None:
    collector = look("collector-fr").open()
    name = name_in(mail_rows(collector).first)
    search = collector.page.locator("main form.filters [name=q]")
    search.fill(name)
    search.press("Enter")
    expect(collector.page.locator("[data-row]")).to_have_count(1)
    expect(collector.page).to_have_url(re.compile(r"[?&]q="))

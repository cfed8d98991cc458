"""Charts in a real browser: drawn under the strict policy, light, and never the only way."""

import gzip

import pytest
from playwright.sync_api import Response, expect

from tests.browser.conftest import Visit
from tests.browser.faults import axe, wide
from tests.browser.visitor import PHONE

PAGES = ("patterns/", "dashboard/?months=3")
HEAVY = 260_000
"""Bytes on the wire of a page with charts, its scripts included; browsers keep these for a year."""

INK = """box => {
  const canvas = box.querySelector("canvas");
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  return data.some((value) => value !== 0);
}"""


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_chart_is_drawn_and_accessible(look: Visit, path: str, language: str) -> None:
    visitor = look(f"administrator-{language}").open(path)
    boxes = visitor.page.locator("[data-chart]")
    expect(boxes.first.locator("canvas")).to_be_visible()
    assert boxes.count() >= 3
    assert all(box.evaluate(INK) for box in boxes.all())
    assert axe(visitor.page) == []
    visitor.page.set_viewport_size(PHONE)
    assert wide(visitor.page) == []


def test_the_table_of_a_chart_opens_by_keyboard(look: Visit) -> None:
    visitor = look("administrator-fr").open(PAGES[1])
    figure = visitor.page.locator("#chart-aged")
    figure.locator(".chart-table summary").focus()
    visitor.page.keyboard.press("Enter")
    expect(figure.locator("tbody tr").first).to_be_visible()
    expect(figure.locator("tbody tr").last).to_contain_text("€")


def test_nothing_is_shifted_when_the_charts_are_drawn(look: Visit) -> None:
    visitor = look("administrator-fr")
    visitor.page.add_init_script(
        "window.shift = 0; new PerformanceObserver((list) => list.getEntries().forEach("
        "(one) => { window.shift += one.value; })).observe({type: 'layout-shift', buffered: true});"
    )
    visitor.open(PAGES[1])
    expect(visitor.page.locator("canvas").first).to_be_visible()
    assert visitor.page.evaluate("window.shift") < 0.02


def test_a_page_with_charts_weighs_what_it_may(look: Visit) -> None:
    visitor = look("administrator-fr")
    fetched: list[Response] = []

    def keep(answer: Response) -> None:
        fetched.append(answer)

    visitor.page.on("response", keep)
    visitor.open(PAGES[1])
    visitor.page.wait_for_load_state("networkidle")
    loaded = {one.url: one.body() for one in fetched}
    assert sum(len(gzip.compress(body)) for body in loaded.values()) < HEAVY


def test_without_javascript_the_tables_are_there_and_no_empty_room(look: Visit) -> None:
    visitor = look("administrator-fr", java_script_enabled=False).open(PAGES[1])
    expect(visitor.page.locator(".chart-drawing").first).to_be_hidden()
    visitor.page.locator("#chart-aged .chart-table summary").click()
    expect(visitor.page.locator("#chart-aged tbody tr").first).to_be_visible()

"""A page is light, prints on paper, bears a larger type, and moves only for who likes it."""

import gzip
import re

from playwright.sync_api import Response, expect

from tests.browser.conftest import Visit
from tests.browser.faults import wide
from tests.browser.visitor import Visitor

LIGHT = 150_000
"""Bytes on the wire of the first load of Today with fifty lines: page, style sheet, scripts."""
UNPACKED = 450_000
"""The same before it is compressed: what a browser has to read."""
LINES = 50


def first_load(visitor: Visitor) -> dict[str, bytes]:
    """Everything that the first look at Today fetches, by address."""
    fetched: list[Response] = []

    def keep(answer: Response) -> None:
        fetched.append(answer)

    visitor.page.on("response", keep)
    visitor.open()
    visitor.page.wait_for_load_state("networkidle")
    return {one.url: one.body() for one in fetched}


def test_the_first_load_is_light(look: Visit) -> None:
    visitor = look("administrator-fr")
    loaded = first_load(visitor)
    rows = visitor.page.locator("[data-row]")
    expect(rows.first).to_be_visible()
    texts = rows.evaluate_all("all => all.map(one => one.outerHTML)")
    longest = max((text.encode() for text in texts), key=len)
    further = max(0, LINES - len(texts))
    packed = sum(len(gzip.compress(body)) for body in loaded.values())
    assert packed + further * len(gzip.compress(longest)) < LIGHT
    assert sum(len(body) for body in loaded.values()) + further * len(longest) < UNPACKED


def test_assets_are_kept_by_the_browser(look: Visit) -> None:
    visitor = look("administrator-fr").open()
    answer = visitor.page.request.get(
        visitor.base + (visitor.page.locator("link[rel=stylesheet]").get_attribute("href") or "")
    )
    assert "max-age=31536000" in answer.headers["cache-control"]
    assert "content-encoding" in answer.headers


def test_a_printed_page_shows_its_contents_and_no_navigation(look: Visit) -> None:
    visitor = look("administrator-fr").open()
    visitor.page.emulate_media(media="print")
    expect(visitor.page.locator(".side")).to_be_hidden()
    expect(visitor.page.locator("h1")).to_be_visible()
    expect(visitor.page.locator("[data-row]").first).to_be_visible()
    sheets = re.findall(rb"/Type\s*/Page\b", visitor.page.pdf(format="A4"))
    assert 1 <= len(sheets) <= 4


def test_twice_the_size_needs_no_scrolling_to_the_side(look: Visit) -> None:
    visitor = look("administrator-fr", viewport={"width": 640, "height": 450}).open()
    assert wide(visitor.page) == []


def test_nothing_moves_for_who_asked_for_rest(look: Visit) -> None:
    visitor = look("administrator-fr").open()
    moving = visitor.page.evaluate("() => document.getAnimations().length")
    assert moving == 0

"""Letters in a mail program's window: narrow and wide, on light and dark ground."""

from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from amiable.engine.compose import compose
from amiable.engine.money import Money
from amiable.engine.parties import Language
from amiable.engine.template import Audience, LetterTone
from amiable.words import CatalogueVoice, lay_out, shipped_templates
from tests.engine.letters import ON, letter_facts, line, lines

WIDTHS = (320, 480, 700)
SMALLEST, CONTRAST = 14, 4.5
"""Pixels of type; the contrast WCAG 2.2 asks of text (1.4.3)."""
LETTERS = sorted(key for key in shipped_templates() if key[1] is Audience.LATE)
Key = tuple[LetterTone, Audience, Language]

LOOK = """() => {
  const parts = text => text.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => [r, g, b].map(one => one / 255)
    .map(one => one <= 0.04045 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4)
    .reduce((sum, one, at) => sum + one * [0.2126, 0.7152, 0.0722][at], 0);
  const probe = document.body.appendChild(document.createElement('i'));
  probe.style.background = 'Canvas';
  const canvas = parts(getComputedStyle(probe).backgroundColor);
  probe.remove();
  const ground = node => {
    for (let one = node; one; one = one.parentElement) {
      const found = parts(getComputedStyle(one).backgroundColor);
      if (found.length < 4 || found[3] > 0) return found;
    }
    return canvas;
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const texts = [];
  while (walker.nextNode()) {
    const text = walker.currentNode.textContent.trim(), node = walker.currentNode.parentElement;
    if (!text || !node.getClientRects().length) continue;
    const style = getComputedStyle(node);
    const both = [light(parts(style.color)), light(ground(node))].sort((a, b) => b - a);
    texts.push({text, size: parseFloat(style.fontSize), contrast: (both[0] + .05) / (both[1] + .05),
                right: node.getBoundingClientRect().right});
  }
  return {texts, wide: document.documentElement.scrollWidth, dark: light(canvas) < 0.5};
}"""


def letter(key: Key) -> str:
    """The letter with a long number, a high amount and a long address in it."""
    due = ON.replace(day=24) if key[0] is LetterTone.NOTICE else ON.replace(day=4)
    high = Money(minor=123_456_78, currency="EUR")
    many = (*lines(4, due), line("FA-2026-000123", due_on=due, amount=high, left=high),
            line("2026/SUBSIDIARY/NORTH/000124", due_on=due))  # fmt: skip
    portal = "https://fournil.example/p/" + "k" * 60 + "/"
    facts = letter_facts(key[2], lines=many, portal=portal)
    return lay_out(compose(shipped_templates()[key], facts, CatalogueVoice(key[2]))).html


def seen(page: Page, html: str, width: int) -> Any:
    page.set_viewport_size({"width": width, "height": 700})
    page.set_content(html)
    return page.evaluate(LOOK)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_letter_can_be_read_on_any_window_and_ground(browser: Browser, scheme: Any) -> None:
    asked: list[str] = []
    with browser.new_context(color_scheme=scheme) as context:
        page = context.new_page()
        page.on("request", lambda request: asked.append(request.url))
        wrong = []
        for key in LETTERS:
            for width in WIDTHS:
                found = seen(page, letter(key), width)
                assert found["texts"]
                assert found["dark"] is (scheme == "dark"), "the letter follows the reader's theme"
                where = f"{'-'.join(key)} at {width}"
                if found["wide"] > width:
                    wrong.append(f"{where}: {found['wide']} px wide")
                wrong += [
                    f"{where}: {text['text'][:30]!r} {text['size']} px, {text['contrast']:.1f}:1"
                    for text in found["texts"]
                    if text["size"] < SMALLEST or text["contrast"] < CONTRAST
                ]
    assert not wrong, "\n".join(wrong)
    assert asked == [], "a letter fetches nothing"

"""What can be wrong with a page, whatever it shows: accessibility, width, language."""

import json
import re
from dataclasses import dataclass
from functools import cache
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from amiable.engine.parties import Language
from amiable.words.catalogue import texts
from tests.browser.visitor import PHONE, WIDE, Visitor

AXE: dict[str, Any] = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}
SERIOUS = {"serious", "critical"}
OWN_NAMES = {"English", "Français", "30 jours"}
"""A language is chosen by its own name, whatever the language of the page; payment terms stand as
the company wrote them."""


DRAWN = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
"""Two frames later the page has heard of its new size, and has drawn itself so."""


def faults_of(visitor: Visitor) -> list[str]:
    """What is wrong with the page that a visitor has open, on a wide screen and on a phone."""
    found = [*faults_of_contents(visitor), *axe(visitor.page)]
    visitor.page.set_viewport_size(PHONE)
    visitor.page.evaluate(DRAWN)
    found += [f"on a phone: {fault}" for fault in (*wide(visitor.page), *axe(visitor.page))]
    visitor.page.set_viewport_size(WIDE)
    return found


def faults_of_contents(visitor: Visitor) -> list[str]:
    """What is wrong with the head and the words of a page."""
    told = visitor.page.evaluate(READ)
    head = Head(**told["head"])
    wrong = [f"{head.h1} h1"] if head.h1 != 1 else []
    wrong += [f"lang is {head.lang}"] if head.lang != visitor.language.value else []
    wrong += ["no title of its own"] if not head.title or head.title.startswith("amiable") else []
    wrong += untranslated(told["words"], visitor.language)
    return wrong


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """What a page says of itself."""

    h1: int
    lang: str
    title: str


READ = """() => {
  const words = [];
  const skipped =
    "script, style, code, pre, kbd, textarea, iframe, [lang]:not(html), [translate=no]";
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walk.nextNode(); node; node = walk.nextNode()) {
    const text = node.textContent.replace(/\\s+/g, " ").trim();
    if (text && !node.parentElement.closest(skipped)) words.push(text);
  }
  for (const name of ["placeholder", "aria-label", "title", "alt"])
    for (const one of document.querySelectorAll(`[${name}]`)) words.push(one.getAttribute(name));
  return {words, head: {
    h1: document.querySelectorAll("h1").length,
    lang: document.documentElement.lang,
    title: document.title,
  }};
}"""

ISO_DAY = re.compile(r"(?<![\w-])20\d\d-\d\d-\d\d(?![\w-])")
POINTED_AMOUNT = re.compile(r"(?<![\w.])\d+\.\d\d(?![\w.])|\d,\d{3}\b|€ ?\d")
POINTED_CHOICE = "1,234.56"
"""How a file may write amounts: the choice between comma and point shows both."""
DOTTED = re.compile(r"(?<![\w.@/-])[a-z][a-z_]*(?:\.[a-z0-9_]+)+(?![\w@/-])")


def untranslated(words: list[str], language: Language) -> list[str]:
    """Texts of the other language, keys instead of texts, dates and amounts of no language."""
    other = foreign_texts(language)
    keys = set(texts(language))
    wrong = [f"other language: {word}" for word in words if " ".join(word.split()) in other]
    for word in words:
        wrong += [f"a key: {key}" for key in DOTTED.findall(word) if key in keys]
        wrong += [f"a date of no language: {day}" for day in ISO_DAY.findall(word)]
        if language is Language.FR:
            amount = POINTED_AMOUNT.search(word.replace(POINTED_CHOICE, ""))
            wrong += [f"an English amount: {word}"] if amount else []
            wrong += [f"Python: {word}"] if re.search(r"\b(None|True|False)\b", word) else []
    return wrong


@cache
def foreign_texts(language: Language) -> frozenset[str]:
    """Texts of the catalogue that only the other language holds; one-word texts may be both."""
    other = Language.EN if language is Language.FR else Language.FR
    own = {text.casefold() for text in plain_texts(language)}  # "promise" is a French word too
    return frozenset(text for text in plain_texts(other) if text.casefold() not in own)


def plain_texts(language: Language) -> set[str]:
    """Texts without placeholders, as they stand on a page."""
    forms = [
        form
        for text in texts(language).values()
        for form in ([text] if isinstance(text, str) else text.values())
    ]
    plain = {" ".join(form.split()) for form in forms if "{" not in form and len(form) > 3}
    return plain - OWN_NAMES


def wide(page: Page) -> list[str]:
    """Whether the page must be pushed sideways to be read, and by what."""
    told = page.evaluate(
        """() => {
          const root = document.documentElement, limit = root.clientWidth;
          if (root.scrollWidth <= limit) return [];
          const name = (one) => `${one.tagName.toLowerCase()}.${one.className}`;
          return [...document.body.querySelectorAll("*")]
            .filter((one) => one.getBoundingClientRect().right > limit + 1)
            .slice(0, 3).map(name).concat([`${root.scrollWidth} > ${limit}`]);
        }"""
    )
    return [f"too wide: {', '.join(told)}"] if told else []


@cache
def axe_script() -> str:
    """The source of axe-core, shipped with its package."""
    return str(Axe().axe_script)


def axe(page: Page) -> list[str]:
    """What axe finds serious; evaluated by the debugger, which the page's policy does not bind."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(axe_script())
    found = page.evaluate(f"() => axe.run(document, {json.dumps(AXE)})")
    return [
        f"axe {one['id']} ({one['impact']}): {one['nodes'][0]['html'][:160]}"
        for one in found["violations"]
        if one["impact"] in SERIOUS
    ]

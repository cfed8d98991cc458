"""A person in front of a browser, and what a well-made page must never do to them."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, Locator, Page, Request, Response, expect

from amiable.engine.parties import Language
from amiable.engine.reasons import Fact
from amiable.words import say

WIDE = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}
PATIENCE = 20_000
"""Milliseconds until what should happen is given up; nothing waits longer than it must."""

expect.set_options(timeout=PATIENCE)


@dataclass(kw_only=True)
class Complaints:
    """What went wrong behind the scenes; a test ends well only when there is nothing."""

    base: str
    allowed: set[int] = field(default_factory=set)
    found: list[str] = field(default_factory=list)

    def watch(self, context: BrowserContext) -> None:
        """Listen to everything that happens in the browser's windows."""
        context.on("console", lambda said: self._console(said.type, said.text))
        context.on("weberror", lambda error: self.found.append(f"script: {error.error}"))
        context.on("request", self._request)
        context.on("requestfailed", self._failed)
        context.on("response", self._response)

    def _console(self, kind: str, text: str) -> None:
        # Chromium repeats the status of an answer in the console; `_response` judges that.
        if kind in ("error", "warning") and "Failed to load resource" not in text:
            self.found.append(f"console: {text}")

    def _request(self, request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme in ("http", "https", "ws", "wss") and not request.url.startswith(
            self.base
        ):
            self.found.append(f"another host was asked: {request.url}")

    def _failed(self, request: Request) -> None:
        # A download, and a page left before it was complete, end as "aborted".
        if request.failure and "ERR_ABORTED" not in request.failure:
            self.found.append(f"failed: {request.url} {request.failure}")

    def _response(self, response: Response) -> None:
        if response.status >= 400 and response.status not in self.allowed:
            self.found.append(f"answered {response.status}: {response.url}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """One person, signed in or not, in one window."""

    page: Page
    base: str
    company: str
    language: Language
    complaints: Complaints

    def open(self, path: str = "") -> "Visitor":
        """Go to a page of the company's desk."""
        return self.go(f"/c/{self.company}/{path}")

    def go(self, path: str) -> "Visitor":
        """Go to any address of the server; it must answer well."""
        answer = self.page.goto(self.base + path)
        allowed = self.complaints.allowed
        assert answer is not None, path
        assert answer.ok or answer.status in allowed, f"{path}: {answer.status}"
        return self

    def text(self, key: str, /, **facts: Fact) -> str:
        """A text of the catalogue as this person reads it."""
        return say(self.language, key, **facts)

    def button(self, key: str, /, within: Locator | None = None, **facts: Fact) -> Locator:
        """The first button with this text."""
        return self._named("button", key, within, facts)

    def link(self, key: str, /, within: Locator | None = None, **facts: Fact) -> Locator:
        """The first link with this text."""
        return self._named("link", key, within, facts)

    def _named(
        self, role: Any, key: str, within: Locator | None, facts: dict[str, Fact]
    ) -> Locator:
        name = re.compile(re.escape(self.text(key, **facts)))
        return (within or self.page).get_by_role(role, name=name).first

    def sees(self, text: str) -> None:
        """The page shows this text, now or in a moment."""
        expect(self.page.locator("body")).to_contain_text(text)

    def sees_not(self, text: str) -> None:
        """The page does not show this text."""
        expect(self.page.locator("body")).not_to_contain_text(text)

    @property
    def heading(self) -> str:
        """The page's one h1."""
        return self.page.locator("h1").inner_text()


@contextmanager
def visiting(
    browser: Browser,
    base: str,
    *,
    company: str = "",
    session: str = "",
    language: str = "en",
    **window: Any,
) -> Iterator[Visitor]:
    """A window of its own; it must leave nothing to complain about."""
    settings = {"viewport": WIDE, "locale": language, "reduced_motion": "reduce", **window}
    context = browser.new_context(**settings)
    context.set_default_timeout(PATIENCE)
    complaints = Complaints(base=base)
    complaints.watch(context)
    if session:
        context.add_cookies([{"name": "amiable_session", "value": session, "url": base}])
    try:
        yield Visitor(
            page=context.new_page(),
            base=base,
            company=company,
            language=Language(language),
            complaints=complaints,
        )
    finally:
        context.close()
    assert complaints.found == []

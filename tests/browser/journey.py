"""A desk with everything that makes it work, for journeys: web, worker, a mail server at the end.

The minute of second thoughts is made short: the worker is the real one, with a quicker clock.
"""

import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from playwright.sync_api import expect

from tests.browser.visitor import Visitor
from tests.channels.real_smtp import Inbox
from workshop.served import Scene, end, serving

QUICK_WORKER = """
import django; django.setup()
from datetime import timedelta
from amiable.desk import dispatch
dispatch.SECOND_THOUGHTS = timedelta(seconds=1)
from amiable.worker.run import run
run()
"""
WEB = ("-m", "amiable", "serve", "--port", "{port}", "--workers", "1", "--no-worker")
PATIENCE = 60
"""Seconds until something in the background is given up."""
SLOW = PATIENCE * 1_000
"""The same, in the browser's milliseconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """A served desk with its worker."""

    base: str
    scene: Scene

    @property
    def said(self) -> str:
        """What the server wrote in its terminal."""
        return (self.scene.folder / "server.log").read_text(encoding="utf-8", errors="replace")


@contextmanager
def working_house(scene: Scene) -> Iterator[House]:
    """`amiable serve` and a worker on a scene, which may be an empty folder."""
    scene.folder.mkdir(parents=True, exist_ok=True)
    with serving(scene, WEB) as base, worker(scene):
        yield House(base=base, scene=scene)


@contextmanager
def worker(scene: Scene) -> Iterator[None]:
    """A worker that lets messages leave after a second."""
    with (scene.folder / "worker.log").open("wb") as log:
        command = [sys.executable, "-c", QUICK_WORKER]
        process = subprocess.Popen(command, env=scene.environment, stdout=log, stderr=log)
        try:
            yield
        finally:
            end(process)


def wait_for(happened: Callable[[], object], what: str, folder: Path | None = None) -> None:
    """Return when something has happened. Fails with what was waited for."""
    deadline = time.monotonic() + PATIENCE
    while not happened():
        if time.monotonic() > deadline:
            logs = sorted(folder.glob("*.log")) if folder else []
            said = "\n".join(one.read_text(errors="replace")[-3000:] for one in logs)
            raise AssertionError(f"in vain: {what}\n{said}")
        time.sleep(0.1)


def link_in(text: str, begins: str) -> str:
    """The first address in a text that holds ``begins``."""
    found = re.search(rf"http\S*{re.escape(begins)}\S*", text)
    assert found, f"no link with {begins} in: {text}"
    return found[0]


def mails(inbox: Inbox) -> list[EmailMessage]:
    """The mails that the far end received."""
    return [message_from_bytes(one, policy=policy.default) for one in inbox.mails]


def hand_over(visitor: Visitor, name: str, text: str) -> None:
    """Give a file and open what was understood of it."""
    visitor.page.locator("#files").set_input_files(
        {"name": name, "mimeType": "text/csv", "buffer": text.encode()}
    )
    visitor.page.locator("form.drop .button.accent").click()
    told = visitor.page.get_by_role("heading", name=name, level=1)
    row = visitor.page.locator(".upload-row").filter(has_text=name)
    look = row.locator("a.button")
    expect(told.or_(look).first).to_be_visible(timeout=SLOW)
    if not told.is_visible():
        look.click()
    expect(visitor.page.locator(".going")).to_have_count(0, timeout=SLOW)


def bring_in(visitor: Visitor) -> None:
    """Bring in what was understood, and wait until it is in."""
    visitor.page.locator("form[action$='/bring/'] button").click(timeout=SLOW)
    expect(visitor.page.locator("#brought")).to_be_visible(timeout=SLOW)

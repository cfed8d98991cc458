"""The browser of this machine: Chromium or one of its kin, driven by Playwright.

Nothing is downloaded: the browser is one that is installed already. AMIABLE_CHROMIUM names another.
"""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "microsoft-edge")
USUAL_PLACES = (
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "C:/Program Files/Google/Chrome/Application/chrome.exe",
)
NOT_FOUND = """\
no Chromium was found on this machine. To run the tests of the screens too, install one (Debian:
apt-get install chromium; macOS: brew install --cask chromium), or name it: AMIABLE_CHROMIUM=PATH"""

STEADY = (
    "--force-color-profile=srgb",
    "--font-render-hinting=none",
    "--disable-lcd-text",
    "--hide-scrollbars",
)
"""The same picture on every machine that has the same fonts."""


class NoChromium(RuntimeError):
    """A browser is needed and there is none."""


def find_chromium() -> Path | None:
    """The browser to drive: the one AMIABLE_CHROMIUM names, else the first that is found."""
    named = os.environ.get("AMIABLE_CHROMIUM", "")
    if named:
        return Path(found) if (found := shutil.which(named)) else None
    for name in (*NAMES, *USUAL_PLACES):
        if found := shutil.which(name):
            return Path(found)
    return None


def version_of(program: Path) -> str:
    """What the browser says it is: 'Chromium 140.0.7339.80'."""
    asked = subprocess.run([program, "--version"], capture_output=True, text=True, check=False)
    return " ".join(asked.stdout.split()[:2]) or program.name


@contextmanager
def open_chromium() -> Iterator[Browser]:
    """A browser without a window. Raises NoChromium."""
    program = find_chromium()
    if program is None:
        raise NoChromium(NOT_FOUND)
    # Chromium's sandbox refuses to be run by root, as in a container.
    unboxed = ["--no-sandbox"] if os.name != "nt" and os.geteuid() == 0 else []
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=program, args=[*STEADY, *unboxed])
        try:
            yield browser
        finally:
            browser.close()

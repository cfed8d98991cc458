"""Pictures of every page of the desk, in both languages, on a wide screen and on a phone.

Usage: python -m workshop.shots [--into FOLDER] [WORD ...]      (`make shots`)
       python -m workshop.shots --readme                        the READMEs' pictures anew
The demo company is made in a temporary folder and served there; the pictures go to var/shots/,
named <page>.<language>.<width>.png. With words, only pages whose name holds one of them.
"""

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import django
from playwright.sync_api import Browser, Page

from workshop.chromium import NoChromium, open_chromium
from workshop.crawl import crawl
from workshop.served import Scene, make_scene, serving

ROOT = Path(__file__).resolve().parents[1]
INSIDE = "c/<slug:company>/"
WIDTHS = {1280: 800, 390: 844}
LANGUAGES = ("en", "fr")
OUTSIDE = {"sign-in": "/accounts/login/", "forgotten-password": "/accounts/password/reset/"}
"""Pages that one sees without being signed in, by the name of their picture."""

README_PAGES = ("today", "customer")
README_WIDTH, README_HEIGHT = 1180, 740


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """One page to be photographed by one person."""

    name: str
    address: str
    language: str
    session: str = ""


def main(arguments: Sequence[str]) -> int:
    """Take the pictures; 1 when there is no browser."""
    chosen = options(arguments)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "amiable.site.settings")
    django.setup()  # to name the routes of the addresses
    with tempfile.TemporaryDirectory() as folder:
        try:
            with open_chromium() as browser:
                print("Making the demo company ...", flush=True)
                scene = make_scene(Path(folder) / "scene")
                with serving(scene) as base:
                    if chosen.readme:
                        count = take_for_readme(browser, base, scene, ROOT / "docs" / "images")
                    else:
                        count = take_all(browser, base, scene, chosen.into, chosen.words)
        except NoChromium as error:
            print(error, file=sys.stderr)
            return 1
    print(f"{count} pictures in {ROOT / 'docs' / 'images' if chosen.readme else chosen.into}")
    return 0


def options(arguments: Sequence[str]) -> argparse.Namespace:
    """What was asked for."""
    reader = argparse.ArgumentParser(prog="workshop.shots", description=__doc__)
    reader.add_argument("--into", type=Path, default=Path("var/shots"))
    reader.add_argument("--readme", action="store_true")
    reader.add_argument("words", nargs="*")
    return reader.parse_args(arguments)


def take_all(
    browser: Browser, base: str, scene: Scene, into: Path, words: Sequence[str] = ()
) -> int:
    """A picture of every page in every language and width; how many there are."""
    into.mkdir(parents=True, exist_ok=True)
    sights = [one for language in LANGUAGES for one in sights_of(base, scene, language)]
    sights = [one for one in sights if not words or any(word in one.name for word in words)]
    total, started = len(sights) * len(WIDTHS), time.monotonic()
    for count, sight in enumerate(sights):
        for taken, name in enumerate(photograph(browser, base, sight, into), 1):
            done = count * len(WIDTHS) + taken
            print(f"  {done:>{len(str(total))}}/{total}  {name}", flush=True)
    print(f"{time.monotonic() - started:.0f} s")
    return total


def sights_of(base: str, scene: Scene, language: str) -> Iterator[Sight]:
    """The pages outside the desk, then one of every route that links lead to."""
    for name, address in OUTSIDE.items():
        yield Sight(name=name, address=address, language=language)
    session = scene.sessions[f"administrator-{language}"]
    found = crawl(base, session, scene.starts)
    for route, addresses in sorted(found.pages.items()):
        yield Sight(name=name_of(route), address=addresses[0], language=language, session=session)


def name_of(route: str) -> str:
    """How the picture of a route is called: c/<slug:company>/customers/<int:pk>/ is customer."""
    plain = route.removeprefix(INSIDE).strip("/")
    if not plain:
        return "today"
    parts = plain.replace("/<int:pk>", "-one").replace("/<", "-<").split("/")
    name = "-".join(parts)
    return "".join(sign for sign in name.replace(":", "-") if sign.isalnum() or sign in "-_")


def photograph(browser: Browser, base: str, sight: Sight, into: Path) -> Iterator[str]:
    """Take a page at every width; yields the name of each picture."""
    page = window(browser, base, sight)
    try:
        page.goto(base + sight.address, wait_until="load")
        for width, height in WIDTHS.items():
            page.set_viewport_size({"width": width, "height": height})
            name = f"{sight.name}.{sight.language}.{width}.png"
            page.screenshot(path=into / name, full_page=True, animations="disabled")
            yield name
    finally:
        page.context.close()


def window(browser: Browser, base: str, sight: Sight) -> Page:
    """A window in which the person of the sight is signed in."""
    context = browser.new_context(locale=sight.language, reduced_motion="reduce")
    if sight.session:
        cookie = {"name": "amiable_session", "value": sight.session, "url": base}
        context.add_cookies([cookie])  # type: ignore[list-item]
    return context.new_page()


def take_for_readme(browser: Browser, base: str, scene: Scene, into: Path) -> int:
    """Today, and the customer its first line is about, in both languages."""
    into.mkdir(parents=True, exist_ok=True)
    for language in LANGUAGES:
        session = scene.sessions[f"administrator-{language}"]
        sight = Sight(name="", address=f"/c/{scene.company}/", language=language, session=session)
        page = window(browser, base, sight)
        page.set_viewport_size({"width": README_WIDTH, "height": README_HEIGHT})
        page.goto(base + sight.address)
        page.screenshot(path=into / f"today.{language}.png", animations="disabled")
        line = page.locator("[data-row] .name-link").first.get_attribute("href") or ""
        page.goto(base + line.replace("/today/", "/customers/"))
        page.screenshot(path=into / f"customer.{language}.png", animations="disabled")
        page.context.close()
    return len(LANGUAGES) * len(README_PAGES)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""Pictures of every page of the desk, in both languages, on a wide screen and on a phone.

Usage: python -m workshop.shots [--into FOLDER] [WORD ...]      (`make shots`)
       python -m workshop.shots --readme                        the READMEs' pictures anew
The demo company is made in a temporary folder and served there; the pictures go to var/shots/,
named <page>.<language>.<width>.png. With words, only pages whose name holds one of them.
"""

import argparse
import os
import re
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import django
from django.template.loader import render_to_string
from django.utils import translation
from playwright.sync_api import Browser, Page, Route
from playwright.sync_api import Error as PlaywrightError

from workshop.chromium import NoChromium, open_chromium
from workshop.crawl import crawl
from workshop.scene import PASSWORD
from workshop.served import START_SECONDS, Scene, make_scene, serving
from workshop.states import STATES, Act, State, filled, stay, then

ROOT = Path(__file__).resolve().parents[1]
INSIDE = "c/<slug:company>/"
WIDTHS = {1280: 800, 390: 844}
LANGUAGES = ("en", "fr")
OUTSIDE = {"sign-in": "/accounts/login/", "forgotten-password": "/accounts/password/reset/"}
"""Pages that one sees without being signed in, by the name of their picture."""
FAULTS = ("400", "500", "503")
"""Pages for what must not happen: shown from their templates."""
SUNDAY = "2026-11-22"
WITH_A_TERMINAL = ("-m", "amiable", "serve", "--port", "{port}", "--workers", "1", "--no-worker")

README_PAGES = ("today", "customer")
README_WIDTH, README_HEIGHT = 1180, 740


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """One page to be photographed by one person, who does something there before (``act``)."""

    name: str
    address: str
    language: str
    session: str = ""
    act: Act = stay
    whole: bool = True
    printed: bool = False


def main(arguments: Sequence[str]) -> int:
    """Take the pictures; 1 when there is no browser."""
    chosen = options(arguments)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "amiable.site.settings")
    django.setup()  # to name the routes of the addresses
    with tempfile.TemporaryDirectory() as folder:
        try:
            with open_chromium() as browser:
                print("Making the demo company ...", flush=True)
                scene = make_scene(Path(folder) / "scene", morning=chosen.readme)
                if chosen.readme:
                    with serving(scene) as base:
                        count = take_for_readme(browser, base, scene, ROOT / "docs" / "images")
                    print(f"{count} pictures in {ROOT / 'docs' / 'images'}")
                    return 0
                album = Album(browser=browser, into=chosen.into, words=chosen.words)
                album.take_all(scene, Path(folder))
        except NoChromium as error:
            print(error, file=sys.stderr)
            return 1
    for told in album.missed:
        print(told, file=sys.stderr)
    print(f"{album.count} pictures in {chosen.into}")
    return 1 if album.missed else 0


def options(arguments: Sequence[str]) -> argparse.Namespace:
    """What was asked for."""
    reader = argparse.ArgumentParser(prog="workshop.shots", description=__doc__)
    reader.add_argument("--into", type=Path, default=Path("var/shots"))
    reader.add_argument("--readme", action="store_true")
    reader.add_argument("words", nargs="*")
    return reader.parse_args(arguments)


@dataclass(slots=True, kw_only=True)
class Album:
    """The pictures that are taken; ``words``: only of pages whose name holds one of them."""

    browser: Browser
    into: Path
    words: Sequence[str] = ()
    count: int = 0
    missed: list[str] = field(default_factory=list)

    def take_all(self, scene: Scene, folder: Path) -> None:
        """Every page in every state, language and width."""
        self.into.mkdir(parents=True, exist_ok=True)
        with serving(scene) as base:
            for language in LANGUAGES:
                self.take(base, sights_of(base, scene, language))
            for language in LANGUAGES:
                self.take(base, (sight_of(state, scene, language) for state in STATES))
                self.take(base, faults_of(language))
        with serving(replace(scene.copy(folder / "sunday"), day=SUNDAY)) as base:
            day_off = State(name="today-day-off")
            self.take(base, (sight_of(day_off, scene, language) for language in LANGUAGES))
        new = Scene(folder=folder / "new")
        new.folder.mkdir()
        with serving(new, WITH_A_TERMINAL) as base:
            self.take(base, first_run(new))

    def take(self, base: str, sights: Iterable[Sight]) -> None:
        """A picture of each at every width; what could not be taken is told."""
        for sight in sights:
            if self.words and not any(word in sight.name for word in self.words):
                continue
            try:
                for name in photograph(self.browser, base, sight, self.into):
                    self.count += 1
                    print(f"  {self.count:>4}  {name}", flush=True)
            except PlaywrightError as error:
                self.missed.append(f"{sight.name}.{sight.language}: {error.message}")


def sights_of(base: str, scene: Scene, language: str) -> Iterator[Sight]:
    """The pages outside the desk, then one of every route that links lead to."""
    for name, address in OUTSIDE.items():
        yield Sight(name=name, address=address, language=language)
    session = scene.sessions[f"administrator-{language}"]
    found = crawl(base, session, scene.starts)
    for route, addresses in sorted(found.pages.items()):
        yield Sight(name=name_of(route), address=addresses[0], language=language, session=session)


def sight_of(state: State, scene: Scene, language: str) -> Sight:
    """What to do to photograph a state; a role that knows one language is seen in that."""
    session = scene.sessions[f"{state.who}-{language}"] if state.who else ""
    inside = "" if state.path.startswith("/") else f"/c/{scene.company}/"
    return Sight(
        name=state.name,
        address=inside + state.path,
        language=language,
        session=session,
        act=state.act,
        whole=state.whole,
        printed=state.printed,
    )


def faults_of(language: str) -> Iterator[Sight]:
    """The pages for what must not happen, which no address leads to."""
    for code in FAULTS:
        with translation.override(language):
            body = render_to_string(f"{code}.html", {"LANGUAGE_CODE": language})
        yield Sight(name=f"error-{code}", address="/", language=language, act=told(body))


def told(body: str) -> Act:
    """Show a page of this text, as if the server had answered with it."""

    def answer(route: Route) -> None:
        route.fulfill(body=body, content_type="text/html; charset=utf-8")

    def act(page: Page) -> None:
        page.route("**/fault/", answer)
        page.goto(page.url.split("/accounts/")[0] + "/fault/")

    return act


def first_run(new: Scene) -> Iterator[Sight]:
    """The steps of who opens the desk first, whose link stands in the server's terminal."""
    link = link_shown(new)
    you = filled("main form", name="Anne Roy", email="anne@demo.example", password=PASSWORD)
    steps: dict[str, Act] = {
        "first-run-you": stay,
        "first-run-you-refused": filled("main form", email="anne", password="short"),
        "first-run-company": you,
        "first-run-company-refused": then(you, filled("main form", siren="123")),
    }
    for language in LANGUAGES:
        for name, act in steps.items():
            yield Sight(name=name, address=link, language=language, act=act)


def link_shown(new: Scene) -> str:
    """The address that the server writes in its terminal once it answers. Raises TimeoutError."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        said = (new.folder / "server.log").read_text(encoding="utf-8")
        if link := re.search(r"/start/[\w-]+/", said):
            return link[0]
        time.sleep(0.1)
    raise TimeoutError(f"the server showed no link; it said:\n{said}")


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
        sight.act(page)
        page.wait_for_load_state("load")
        if sight.printed:
            page.emulate_media(media="print")
        for width, height in WIDTHS.items():
            page.set_viewport_size({"width": width, "height": height})
            name = f"{sight.name}.{sight.language}.{width}.png"
            page.screenshot(path=into / name, full_page=sight.whole, animations="disabled")
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

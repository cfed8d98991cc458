"""A browser and a served desk for the tests; without a browser they are left out, and say so."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.browser.visitor import Visitor, visiting
from workshop.chromium import NOT_FOUND, find_chromium, open_chromium
from workshop.served import Scene, make_scene, serving

Visit = Callable[..., Visitor]
"""``visit("administrator-fr", viewport=PHONE)``: a window in which that person is signed in."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests of this folder; without a browser leave them out."""
    here = Path(__file__).parent
    without = pytest.mark.skip(reason=NOT_FOUND)
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)
            if find_chromium() is None:
                item.add_marker(without)


# Scope "package": Playwright keeps an event loop in this thread, in which Django's ORM refuses to
# work. It must be gone before the tests of other folders begin.
@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """The browser, started once."""
    with open_chromium() as opened:
        yield opened


@pytest.fixture(scope="package")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    """The demo company with its people, made once; served as it is, or copied and changed."""
    return make_scene(tmp_path_factory.mktemp("scene") / "made")


@pytest.fixture(scope="package")
def unchanged(scene: Scene, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a desk that the tests only look at."""
    with serving(scene.copy(tmp_path_factory.mktemp("served") / "scene")) as base:
        yield base


@pytest.fixture
def own(scene: Scene, tmp_path: Path) -> Iterator[str]:
    """The address of a desk of the test's own, which it may change."""
    with serving(scene.copy(tmp_path / "scene")) as base:
        yield base


@pytest.fixture
def windows() -> Iterator[ExitStack]:
    """Closes the windows that a test opened, and tells their complaints."""
    with ExitStack() as stack:
        yield stack


def opener(browser: Browser, scene: Scene, base: str, windows: ExitStack) -> Visit:
    """Opens windows on a served scene."""

    def visit(who: str = "", **window: Any) -> Visitor:
        language = window.pop("language", who.rpartition("-")[2] or "en")
        session = scene.sessions[who] if who else ""
        opened: AbstractContextManager[Visitor] = visiting(
            browser, base, company=scene.company, session=session, language=language, **window
        )
        return windows.enter_context(opened)

    return visit


@pytest.fixture
def look(browser: Browser, scene: Scene, unchanged: str, windows: ExitStack) -> Visit:
    """Opens windows on the desk that nobody changes."""
    return opener(browser, scene, unchanged, windows)


@pytest.fixture
def visit(browser: Browser, scene: Scene, own: str, windows: ExitStack) -> Visit:
    """Opens windows on a desk of the test's own."""
    return opener(browser, scene, own, windows)

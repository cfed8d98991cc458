"""Every page in both languages: reachable, accessible, whole on a phone, translated."""

import pytest

from tests.browser.conftest import Visit
from tests.browser.faults import faults_of
from workshop.crawl import Crawl, crawl, routes_of_the_desk
from workshop.served import Scene

LANGUAGES = ("fr", "en")
WITHOUT_A_LINK: dict[str, str] = {
    "c/<slug:company>/backtest/<int:pk>/progress/": "asked for while a worker is at it",
    "c/<slug:company>/customers/<int:pk>/contacts/<int:contact>/removed/": "follows the removal",
    "c/<slug:company>/imports/<int:pk>/progress/": "asked for while a worker is at it",
    "c/<slug:company>/patterns/": "for those who build amiable",
    "c/<slug:company>/people/first-steps/": "follows the first run",
    "c/<slug:company>/people/invited/": "follows an invitation",
}
"""Pages that no link leads to, and why."""


@pytest.fixture(scope="package")
def crawls(unchanged: str, scene: Scene) -> dict[str, Crawl]:
    """What following every link finds, by language."""
    return {
        language: crawl(unchanged, scene.sessions[f"administrator-{language}"], scene.starts)
        for language in LANGUAGES
    }


def pages() -> list[str]:
    """The routes that answer to GET."""
    return [
        route
        for route, pattern in routes_of_the_desk()
        if "GET" in getattr(pattern.callback, "methods", ("GET",))
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_link_leads_nowhere(crawls: dict[str, Crawl], language: str) -> None:
    assert crawls[language].broken == []


@pytest.mark.parametrize("route", pages())
def test_a_link_leads_to_every_page(crawls: dict[str, Crawl], route: str) -> None:
    assert (route in crawls["fr"].routes) != (route in WITHOUT_A_LINK)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("route", pages())
def test_a_page_is_well_made(
    look: Visit, crawls: dict[str, Crawl], scene: Scene, route: str, language: str
) -> None:
    found = [*crawls[language].pages.get(route, ()), *by_hand(route, scene)]
    if not found:
        pytest.skip("a file, a part of a page, or the end of a journey")
    visitor = look(f"administrator-{language}").go(found[0])
    assert faults_of(visitor) == [], found[0]


def by_hand(route: str, scene: Scene) -> list[str]:
    """The address of a page without a link, if it needs nothing but the company."""
    address = f"/{route.replace('<slug:company>', scene.company)}"
    return [address] if route in WITHOUT_A_LINK and "<" not in address else []


OUTSIDE = ("/accounts/login/", "/accounts/password/reset/", "/nowhere/")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("address", OUTSIDE)
def test_a_page_outside_the_desk_is_well_made(look: Visit, address: str, language: str) -> None:
    visitor = look(language=language)
    visitor.complaints.allowed |= {404}
    assert faults_of(visitor.go(address)) == []

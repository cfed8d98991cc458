"""Every page in both languages: reachable, accessible, whole on a phone, translated."""

import pytest

from tests.browser.conftest import Visit
from tests.browser.faults import faults_of
from workshop.crawl import Crawl, crawl, routes_of_the_desk
from workshop.served import Scene

LANGUAGES = ("fr", "en")
WITHOUT_A_LINK: dict[str, str] = {
    "c/<slug:company>/patterns/": "a page for those who build amiable; docs name it",
}
"""Pages that no link leads to, and why."""


@pytest.fixture(scope="package")
def crawls(unchanged: str, scene: Scene) -> dict[str, Crawl]:
    """What following every link finds, by language."""
    start = f"/c/{scene.company}/"
    return {
        language: crawl(unchanged, scene.sessions[f"administrator-{language}"], start)
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
    found = crawls[language].pages.get(route) or [
        f"/{route.replace('<slug:company>', scene.company)}" if route in WITHOUT_A_LINK else ""
    ]
    if not found[0]:
        pytest.skip("a file or a part of a page")
    visitor = look(f"administrator-{language}").go(found[0])
    assert faults_of(visitor) == [], found[0]


OUTSIDE = ("/accounts/login/", "/accounts/password/reset/", "/nowhere/")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("address", OUTSIDE)
def test_a_page_outside_the_desk_is_well_made(look: Visit, address: str, language: str) -> None:
    visitor = look(language=language)
    visitor.complaints.allowed |= {404}
    assert faults_of(visitor.go(address)) == []

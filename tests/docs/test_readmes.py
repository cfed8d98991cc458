"""The two READMEs: the same things in two languages, on one screen, with what the demo prints."""

import re

import pytest

from tests.docs.documents import ROOT, commands, headings, links, read
from workshop.excerpt import LEFT_OUT, READMES, demo_output, shown

SCREEN = 84  # with the line of the pictures


Told = tuple[str, list[str]]
"""A README's text, and what the demo prints in its language."""


@pytest.fixture(scope="module", params=[*READMES])
def told(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Told:
    name = request.param
    return read(ROOT / name), demo_output(READMES[name], tmp_path_factory.mktemp("demo"))


def missing_in_order(excerpt: list[str], output: list[str]) -> list[str]:
    """The lines of the excerpt that do not come in the output, in the excerpt's order."""
    rest = iter(output)
    return [line for line in excerpt if line != LEFT_OUT and line not in rest]


def test_the_excerpt_is_what_the_demo_prints(told: Told) -> None:
    readme, output = told
    assert missing_in_order(shown(readme), output) == [], "run `make docs` and commit the READMEs"


def test_the_excerpt_is_long_enough_to_show_reasons(told: Told) -> None:
    assert len([line for line in shown(told[0]) if line != LEFT_OUT]) >= 12


def test_both_readmes_have_the_same_headings() -> None:
    english, french = (headings(read(ROOT / name)) for name in READMES)
    assert english == french


def test_both_readmes_name_the_same_commands() -> None:
    english, french = (commands(read(ROOT / name)) for name in READMES)
    assert english == french
    assert {"make demo", "make test"} <= english


def test_both_readmes_lead_to_the_same_pages() -> None:
    english, french = (set(links(read(ROOT / name))) - set(READMES) for name in READMES)
    assert english == {link.replace(".fr.png", ".en.png") for link in french}


PICTURES = ("today", "customer")
LIGHT = 150_000
PNG = b"\x89PNG\r\n\x1a\n"


@pytest.mark.parametrize("name", READMES)
@pytest.mark.parametrize("picture", PICTURES)
def test_a_readme_shows_a_picture_of_the_desk_in_its_language(name: str, picture: str) -> None:
    link = f"docs/images/{picture}.{READMES[name]}.png"
    shown = re.search(rf"!\[([^]]+)\]\({re.escape(link)}\)", read(ROOT / name))
    assert shown, "a picture with a text that says the same"
    contents = (ROOT / link).read_bytes()
    assert contents.startswith(PNG)
    assert len(contents) < LIGHT, "`make shots ARGS=--readme` makes it"


def test_both_tables_have_as_many_rows() -> None:
    english, french = (read(ROOT / name).count("\n| ") for name in READMES)
    assert english == french


@pytest.mark.parametrize("name", READMES)
def test_a_readme_fits_on_a_screen(name: str) -> None:
    assert len(read(ROOT / name).splitlines()) <= SCREEN


def test_a_line_out_of_order_is_found() -> None:
    assert missing_in_order(["b", LEFT_OUT, "a"], ["a", "b"]) == ["a"]


def test_a_line_the_demo_does_not_print_is_found() -> None:
    assert missing_in_order(["a", "c"], ["a", "b"]) == ["c"]

"""What the documents name exists: commands, options, modules, functions, pages, policy files."""

import re
from importlib import import_module
from pathlib import Path

import pytest

from amiable.engine.parties import Language
from amiable.engine.policy_toml import policy_from_toml
from amiable.engine.template import Audience, LetterTone, Template, check_template
from tests.docs.documents import (
    DOCS,
    ROOT,
    blocks,
    commands,
    dotted_names,
    links,
    name_of,
    options,
    pages,
    read,
    written_by_hand,
)

each_page = pytest.mark.parametrize("page", pages(), ids=name_of)
each_own_page = pytest.mark.parametrize("page", written_by_hand(), ids=name_of)


def helps() -> dict[str, str]:
    """The help of each command by its path, from docs/commands.md (itself compared to the code)."""
    parts = re.split(r"^## (.+)$", read(DOCS / "commands.md"), flags=re.M)[1:]
    return dict(zip(parts[::2], parts[1::2], strict=True))


def known_commands() -> set[str]:
    makefile = read(ROOT / "Makefile")
    return {f"make {name}" for name in re.findall(r"^([a-z]+):", makefile, re.M)} | set(helps())


def exists(dotted: str) -> bool:
    """Whether `engine.matching.match` is a module of amiable, or something in one."""
    parts = ["amiable", *dotted.split(".")]
    for cut in range(len(parts), 1, -1):
        try:
            found: object = import_module(".".join(parts[:cut]))
        except ModuleNotFoundError:
            continue
        return _holds(found, parts[cut:])
    return False


def _holds(found: object, names: list[str]) -> bool:
    for name in names:
        if not hasattr(found, name):
            return name in getattr(found, "__annotations__", {})
        found = getattr(found, name)
    return True


@each_own_page
def test_every_command_named_exists(page: Path) -> None:
    assert commands(read(page)) - known_commands() == set()


@each_own_page
def test_every_option_given_exists(page: Path) -> None:
    told = helps()
    wrong = {
        (command, option)
        for command, option in options(read(page))
        if option not in told.get(command, "")
    }
    assert wrong == set()


@each_page
def test_every_module_and_function_named_exists(page: Path) -> None:
    assert {name for name in dotted_names(read(page)) if not exists(name)} == set()


@each_page
def test_every_link_leads_somewhere(page: Path) -> None:
    assert [link for link in links(read(page)) if not (page.parent / link).exists()] == []


def test_every_page_of_the_documents_is_listed() -> None:
    listed = {(DOCS / link).resolve() for link in links(read(DOCS / "README.md"))}
    assert {name_of(page) for page in DOCS.rglob("*.md")} - {
        page.relative_to(ROOT).as_posix() for page in listed if page.is_relative_to(ROOT)
    } == {"docs/README.md"}


def test_the_tour_names_a_module_of_every_floor_it_walks_through() -> None:
    floors = {name.partition(".")[0] for name in dotted_names(read(DOCS / "tour.md"))}
    assert floors >= {"sources", "desk", "store", "engine", "words", "channels", "law"}
    assert floors >= {"cli", "web", "api", "worker"}


@pytest.mark.parametrize("toml", blocks(read(DOCS / "howto/write-a-policy.md"), "toml"))
def test_a_policy_shown_can_be_published(toml: str) -> None:
    assert policy_from_toml(toml).steps


@pytest.mark.parametrize("text", blocks(read(DOCS / "howto/change-a-text.md"), "text"))
def test_a_text_shown_can_be_saved(text: str) -> None:
    subject, _, body = text.partition("\n")
    template = Template(
        key="shown",
        language=Language.EN,
        tone=LetterTone.FRIENDLY,
        audience=Audience.REGULAR,
        subject=subject,
        body=body.strip(),
    )
    assert check_template(template) == ()


@pytest.mark.parametrize(("folder", "most"), [("discussions", 60), ("howto", 120)])
def test_a_short_page_stays_short(folder: str, most: int) -> None:
    lines = {page.name: len(read(page).splitlines()) for page in (DOCS / folder).glob("*.md")}
    assert {name for name, count in lines.items() if count > most} == set()


def test_a_name_that_does_not_exist_is_found() -> None:
    assert exists("engine.matching.match")
    assert not exists("engine.matching.guess")


def test_a_command_is_recognised_with_its_group() -> None:
    assert commands("Run `amiable policy check my.toml` after `make demo`.") == {
        "amiable policy check",
        "make demo",
    }

"""Nothing we publish names the machine it was written on, nor where packages were fetched from."""

import re
from pathlib import Path

import pytest

from tests.house.source import ROOT, project_files

MACHINE_FOLDERS = ("work", "root", "tmp/studio", "opt/pypi")
HOSTS = ("pypi.org", "pythonhosted.org", "registry.npmjs.org", "deb.debian.org", "proxy.golang.org")
PLACES = re.compile(
    rf"(?<![\w./~-])/(?:{'|'.join(MACHINE_FOLDERS)})/" + "|" + "|".join(map(re.escape, HOSTS))
)
OWN_LIST = Path(__file__)
"""This file alone may name them."""


def places(text: str) -> list[str]:
    return [f"{line}: {found[0]}" for line, found in all_places(text)]


def all_places(text: str) -> list[tuple[int, re.Match[str]]]:
    return [
        (number, found)
        for number, line in enumerate(text.splitlines(), start=1)
        for found in PLACES.finditer(line)
    ]


def test_no_file_names_a_place_of_one_machine() -> None:
    found = {
        path.relative_to(ROOT).as_posix(): named
        for path in project_files()
        if path != OWN_LIST
        and (named := places(path.read_text(encoding="utf-8", errors="replace")))
    }
    assert found == {}


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-uv.lock"])
def test_a_lock_file_names_no_address(name: str) -> None:
    assert "://" not in (ROOT / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("text", ["docs/work/today.md", "https://example.org/work/", "/workshop/"])
def test_an_ordinary_path_passes(text: str) -> None:
    assert places(text) == []


@pytest.mark.parametrize(
    "text", ["cd /work/main", 'open("/root/x")', "from files.pythonhosted.org"]
)
def test_a_place_is_found(text: str) -> None:
    assert len(places(text)) == 1

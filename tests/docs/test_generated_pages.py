"""The pages drawn from the code say what the code says; `make docs` draws them anew."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from amiable.desk.settings import FIELDS
from amiable.engine.reasons import REASONS
from amiable.engine.template import PLACEHOLDERS
from amiable.site.settings import VARIABLES
from amiable.sources.fec.refusals import CODES as FEC
from amiable.sources.table.codes import CODES as TABLE
from tests.docs.documents import DOCS, ROOT, read

PAGES = ("settings.md", "reasons.md", "placeholders.md", "commands.md", "refusals.md", "api.md")


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The pages as the code has them now, drawn by a process of its own: always in English."""
    folder = tmp_path_factory.mktemp("docs")
    command = [sys.executable, "-m", "workshop.docs", "--into", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    return folder


@pytest.mark.parametrize("name", PAGES)
def test_a_generated_page_says_what_the_code_says(name: str, drawn: Path) -> None:
    stale = read(DOCS / name) != read(drawn / name)
    assert not stale, f"docs/{name} is stale: run `make docs` and commit it"


def test_every_page_that_says_it_is_generated_is() -> None:
    said = {page.name for page in DOCS.rglob("*.md") if "Drawn from the code" in read(page)}
    assert said == set(PAGES)


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("settings.md", VARIABLES),
        ("reasons.md", REASONS),
        ("placeholders.md", [f"[{name}]" for name in PLACEHOLDERS]),
        ("refusals.md", [*FEC, *TABLE]),
    ],
)
def test_nothing_is_missing_from_a_catalogue(name: str, wanted: list[str]) -> None:
    text = read(DOCS / name)
    assert [one for one in wanted if f"`{one}`" not in text] == []


def test_every_variable_the_code_reads_is_a_documented_setting() -> None:
    text = read(DOCS / "settings.md")
    sources = (path.read_text(encoding="utf-8") for path in (ROOT / "src").rglob("*.py"))
    named = {name for source in sources for name in re.findall(r"\bAMIABLE_[A-Z_]*[A-Z]", source)}
    assert {name for name in named if f"`{name}`" not in text} == set()


def test_every_setting_of_a_company_is_explained() -> None:
    page = read(DOCS / "settings.md")
    assert [name for name in FIELDS if f"| `{name}` |" not in page] == []
    unexplained = [
        line for line in page.splitlines() if line.startswith("| `") and ": " not in line
    ]
    assert [
        line for line in unexplained if line.partition("`")[2].partition("`")[0] in FIELDS
    ] == []

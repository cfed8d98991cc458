"""The documents as the tests read them: pages, headings, links, commands, names in backticks."""

import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
FLOORS = ("law", "engine", "words", "demo", "channels", "sources", "store", "desk", "cli", "site",
          "web", "api", "worker")  # fmt: skip

GROUPS = set(re.findall(r"^## amiable (\S+) \S", (DOCS / "commands.md").read_text("utf-8"), re.M))
"""Commands that hold others."""

_CODE = re.compile(r"`([^`\n]+)`")
_FENCED = re.compile(r"^```(\w*)\n(.*?)^```", re.M | re.S)
_INDENTED = re.compile(r"^    (\S.*)$", re.M)
_COMMAND = re.compile(
    r"(?:^|[\s;(])(?:\.venv/bin/)?(amiable|make) ([a-z][a-z-]*(?: [a-z][a-z-]*)?)"
)
_DOTTED = re.compile(rf"(?:amiable\.)?((?:{'|'.join(FLOORS)})(?:\.\w+)+)")


def pages() -> list[Path]:
    """Every document: those of docs/ and those beside the Makefile."""
    return [*sorted(ROOT.glob("*.md")), *sorted(DOCS.rglob("*.md"))]


def written_by_hand() -> list[Path]:
    return [page for page in pages() if "Drawn from the code" not in read(page)]


def read(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def name_of(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def code(text: str) -> Iterator[str]:
    """Every piece of code of a text: in backticks, in fenced blocks, in indented lines."""
    without = _FENCED.sub("", text)
    yield from _CODE.findall(without)
    yield from _INDENTED.findall(without)
    for language, block in _FENCED.findall(text):
        if language in ("", "console", "sh"):
            yield from block.splitlines()


def commands(text: str) -> set[str]:
    """Every command a text names: "make demo", "amiable policy show"."""
    known = set()
    for piece in code(text):
        piece = piece.partition(" # ")[0]
        for program, words in _COMMAND.findall(piece):
            group = words.split()[0] in GROUPS
            known.add(f"{program} {words if group else words.split()[0]}")
    return known


def options(text: str) -> set[tuple[str, str]]:
    """(command, option) of every option a text gives on a line that begins with a command."""
    found = set()
    for piece in code(text):
        piece = piece.partition(" # ")[0]
        at = _COMMAND.match(piece)
        if at and at[1] == "amiable":
            words = at[2].split()
            command = " ".join(words if words[0] in GROUPS else words[:1])
            found |= {
                (f"amiable {command}", option) for option in re.findall(r" (--[a-z-]+)", piece)
            }
    return found


def headings(text: str) -> list[str]:
    without = _FENCED.sub("", text)
    return re.findall(r"^(#+) ", without, re.M)


def links(text: str) -> list[str]:
    """The relative links of a text, without their #anchor."""
    found = re.findall(r"\]\(([^)#\s]+)[^)]*\)", text)
    return [link for link in found if "://" not in link]


def dotted_names(text: str) -> set[str]:
    """Modules and what is in them, in backticks: engine.matching.match, store.plan."""
    found = (_DOTTED.fullmatch(piece) for piece in _CODE.findall(text))
    return {match[1] for match in found if match}


def blocks(text: str, language: str) -> list[str]:
    """The fenced blocks of a language."""
    return [block for found, block in _FENCED.findall(text) if found == language]

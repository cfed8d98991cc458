"""The project's own files, as the house rules look at them."""

import ast
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
NOT_OURS = {".git", ".venv", "var", "dist"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One Python file: where it lies (relative to the project, with slashes) and what it says."""

    path: str
    text: str

    @property
    def tree(self) -> ast.Module:
        return parsed(self.text)

    @property
    def lines(self) -> int:
        return len(self.text.splitlines())

    def at(self, node: ast.AST) -> str:
        """Where a node stands, as an editor understands it."""
        return f"{self.path}:{getattr(node, 'lineno', 1)}"


Function = ast.FunctionDef | ast.AsyncFunctionDef


@cache
def parsed(text: str) -> ast.Module:
    return ast.parse(text)


def example(text: str, path: str = "src/amiable/desk/example.py") -> Source:
    """A made-up file, to show a rule what is good and what is bad."""
    return Source(path=path, text=text)


def functions(source: Source) -> Iterator[Function]:
    for node in ast.walk(source.tree):
        if isinstance(node, Function):
            yield node


@cache
def project_files() -> tuple[Path, ...]:
    """Every file that is, or is about to be, under version control."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):  # no git, or an unpacked archive
        found = [path for path in ROOT.rglob("*") if not NOT_OURS.intersection(path.parts)]
    else:
        found = [ROOT / name for name in listed.stdout.split("\0") if name]
    return tuple(sorted(path for path in found if path.is_file()))


@cache
def sources(*folders: str) -> tuple[Source, ...]:
    """The Python files under these folders of the project; migrations are written by Django."""
    return tuple(
        Source(path=relative.as_posix(), text=path.read_text(encoding="utf-8"))
        for path in project_files()
        if path.suffix == ".py"
        and (relative := path.relative_to(ROOT)).as_posix().startswith(folders)
        and "migrations" not in relative.parts
    )


def product() -> tuple[Source, ...]:
    """The files that are shipped."""
    return sources("src/")


def everything() -> tuple[Source, ...]:
    """All Python files: shipped, tests, measurements, workshop."""
    return sources("src/", "tests/", "benchmarks/", "workshop/")

"""Rule 1: the engine stands on the standard library, opens no file, reaches no machine.

The contracts of import-linter say the same for libraries they know by name; these tests know none.
"""

import ast
import subprocess
import sys
from pathlib import PurePosixPath

import pytest

from tests.house.source import Source, example, sources

WORLD = {"io", "os", "pathlib", "shutil", "socket", "sqlite3", "subprocess", "tempfile", "urllib"}
"""Modules of the standard library that reach outside; the law may read its own figures."""

PROBE = """
import importlib, sys
before = set(sys.modules)
for name in {names!r}:
    importlib.import_module(name)
ours = {{module.split(".")[0] for module in set(sys.modules) - before}}
print(*sorted(ours - set(sys.stdlib_module_names) - {{"amiable"}}))
"""


def imported(node: ast.AST) -> list[str]:
    """The top-level names that an import statement asks for."""
    match node:
        case ast.Import(names=names):
            return [name.name.split(".")[0] for name in names]
        case ast.ImportFrom(module=str(module), level=0):
            return [module.split(".")[0]]
        case _:
            return []


def strangers(source: Source, *, banned: set[str]) -> list[str]:
    """Imports that are neither ours nor the standard library's, or that are banned."""
    known = sys.stdlib_module_names | {"amiable"}
    return [
        f"{source.at(node)} imports {name}"
        for node in ast.walk(source.tree)
        for name in imported(node)
        if name not in known or name in banned
    ]


def opened_files(source: Source) -> list[str]:
    return [
        f"{source.at(node)} opens a file"
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "open"
    ]


def module_name(source: Source) -> str:
    parts = PurePosixPath(source.path).relative_to("src").with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__")


@pytest.mark.parametrize("source", sources("src/amiable/engine/"), ids=lambda source: source.path)
def test_the_engine_reaches_nothing_outside(source: Source) -> None:
    assert strangers(source, banned=WORLD) + opened_files(source) == []


@pytest.mark.parametrize("source", sources("src/amiable/law/"), ids=lambda source: source.path)
def test_the_law_imports_the_standard_library_only(source: Source) -> None:
    assert strangers(source, banned=set()) == []


def test_a_clean_process_that_imports_the_engine_loads_nothing_else() -> None:
    names = [module_name(source) for source in sources("src/amiable/engine/", "src/amiable/law/")]
    command = [sys.executable, "-c", PROBE.format(names=names)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert "amiable.engine.money" in names
    assert done.stdout.split() == []


def test_the_probe_sees_what_is_loaded() -> None:
    command = [sys.executable, "-c", PROBE.format(names=["click"])]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert "click" in done.stdout.split()


@pytest.mark.parametrize("text", ["import re", "from amiable.engine.money import Money"])
def test_the_standard_library_and_ourselves_pass(text: str) -> None:
    assert strangers(example(text), banned=WORLD) == []


@pytest.mark.parametrize("text", ["import django.db", "from babel import Locale", "import os.path"])
def test_a_stranger_is_found(text: str) -> None:
    assert len(strangers(example(text), banned=WORLD)) == 1


def test_an_opened_file_is_found() -> None:
    assert len(opened_files(example("with open('x') as file: pass"))) == 1


def test_a_method_called_open_items_passes() -> None:
    assert opened_files(example("ledger.open(on)\nopen_items(on)")) == []

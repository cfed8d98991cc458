"""Rule 4: one module, one noun of the trade. A drawer for odds and ends is not a noun."""

from pathlib import PurePosixPath

import pytest

from tests.house.source import Source, everything, example

DRAWERS = {"utils", "util", "helpers", "helper", "common", "misc", "manager", "managers"}


def drawers(source: Source) -> list[str]:
    """The parts of a file's path that name no noun, also as one word of several (date_utils)."""
    words = {
        word
        for part in PurePosixPath(source.path).with_suffix("").parts
        for word in part.lower().split("_")
    }
    return [
        f"{source.path}: '{word}' names no noun of the trade" for word in sorted(words & DRAWERS)
    ]


@pytest.mark.parametrize("source", everything(), ids=lambda source: source.path)
def test_a_module_is_named_after_a_noun_of_the_trade(source: Source) -> None:
    assert drawers(source) == []


@pytest.mark.parametrize("name", ["dispute", "policy_toml", "commonwealth"])
def test_a_noun_passes(name: str) -> None:
    assert drawers(example("", f"src/amiable/desk/{name}.py")) == []


@pytest.mark.parametrize("name", ["utils", "date_utils", "helpers/money", "common", "manager"])
def test_a_drawer_is_found(name: str) -> None:
    assert len(drawers(example("", f"src/amiable/desk/{name}.py"))) == 1

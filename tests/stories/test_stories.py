"""Every story is played against the engine alone and against the database."""

from pathlib import Path

import pytest

from tests.stories.desk_house import DeskHouse
from tests.stories.engine_house import EngineHouse
from tests.stories.house import House, play
from tests.stories.page import read_story

STORIES = sorted(Path(__file__).parent.glob("*.story"))

NOT_YET: dict[str, str] = {}
"""Stories that the database does not tell yet, and why; one that comes true must leave the list."""


def in_the_database(path: Path) -> object:
    known = NOT_YET.get(path.stem)
    marks = [pytest.mark.xfail(strict=True, reason=known)] if known else []
    return pytest.param(path, id=path.stem, marks=marks)


@pytest.mark.parametrize("path", STORIES, ids=lambda path: path.stem)
def test_a_story_comes_true_in_the_engine_alone(path: Path) -> None:
    expect_no_surprise(path, EngineHouse())


@pytest.mark.django_db
@pytest.mark.parametrize("path", [in_the_database(path) for path in STORIES])
def test_a_story_comes_true_in_the_database(path: Path) -> None:
    expect_no_surprise(path, DeskHouse())


def expect_no_surprise(path: Path, house: House) -> None:
    play(read_story(path), house)

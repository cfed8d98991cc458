"""Help teaches: every command, in both languages, with an example of its answer in JSON."""

import inspect
import json
import os
import subprocess
import sys

import click
import pytest

from amiable.cli import answers, click_words
from amiable.cli.commands import PLACES, amiable
from amiable.engine.parties import Language
from amiable.words.catalogue import texts
from amiable.words.typography import curly
from tests.faces.conftest import Shell

ASKED = [
    "init", "import", "customers", "habits", "plan", "show", "approve", "skip", "postpone",
    "send", "policy", "template", "status", "demo", "check", "undo", "imports", "preview",
    "unapprove", "done", "promise", "dispute", "hold", "release", "reply",
]  # fmt: skip


def all_commands() -> list[tuple[str, ...]]:
    """Every command, those of groups with their group's name."""
    found: list[tuple[str, ...]] = []
    context = click.Context(amiable)
    for name in PLACES:
        command = amiable.get_command(context, name)  # type: ignore[attr-defined]
        if isinstance(command, click.Group):
            found += [(name, inner) for inner in command.commands]
        else:
            found.append((name,))
    return found


def outside(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """The program as a process of its own."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AMIABLE_")}
    return subprocess.run(
        [sys.executable, "-m", "amiable", *words],
        env={**kept, **environment},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


def test_every_command_asked_for_exists() -> None:
    assert set(ASKED) <= set(PLACES)


@pytest.mark.parametrize("words", all_commands(), ids=" ".join)
def test_help_shows_the_options_all_commands_have_and_an_answer(
    words: tuple[str, ...], shell: Shell
) -> None:
    told = shell.ok(*words, "--help")
    assert all(option in told for option in ("--company", "--as-of", "--json"))
    assert answers.ANSWERS["_".join(words)].splitlines()[0].strip() in told


@pytest.mark.parametrize("name", sorted(answers.ANSWERS))
def test_the_answer_shown_is_json(name: str) -> None:
    assert json.loads(answers.ANSWERS[name])


def test_the_lines_of_the_list_of_commands_are_whole_sentences(shell: Shell) -> None:
    told = shell.ok("--help")
    assert all(name in told for name in PLACES)
    assert "..." not in told.partition("Options:")[2]


def test_help_is_french_where_the_system_is() -> None:
    told = outside("plan", "--help", LC_ALL="fr_FR.UTF-8").stdout
    assert told.startswith("Usage\N{NO-BREAK SPACE}: amiable plan")
    assert "Établit le plan du jour" in told
    assert "Show this message" not in told


def test_help_does_not_wait_for_django_nor_for_a_database() -> None:
    probe = (
        "import sys; from amiable.cli.commands import amiable\n"
        "try: amiable.main(['--help'])\n"
        "except SystemExit: print('django' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", probe], capture_output=True, text=True, check=True, encoding="utf-8"
    )
    assert done.stdout.splitlines()[-1] == "False"


def test_click_still_says_the_sentences_we_translate() -> None:
    source = curly("".join(inspect.getsource(module) for module in click_words.MODULES))
    english = texts(Language.EN)
    own = [text for key, text in english.items() if key.startswith("click.")]
    assert [text for text in own if f'"{text}"' not in source] == []

"""A story: a page of ledger and what must happen, read from a text file."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from tests.stories.expected import Expected, expected
from tests.stories.forms import FORMS, Form


class StoryUnreadable(ValueError):
    """A line of a story is not a sentence of a story; says file, line and how to write it."""


@dataclass(frozen=True, slots=True)
class Line:
    """One sentence: ``verb`` with its ``facts`` by name, said on a day (None: from the start)."""

    number: int
    text: str
    on: date | None
    verb: str
    facts: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Story:
    """A whole page."""

    path: str
    lines: tuple[Line, ...]


def read_story(path: Path) -> Story:
    """Read a page; raises StoryUnreadable at the first line that is no sentence."""
    return parse_story(path.read_text(encoding="utf-8"), path.name)


def parse_story(text: str, path: str) -> Story:
    """The sentences of a page. Lines that start with # are remarks."""
    lines: list[Line] = []
    last: date | None = None
    for number, row in enumerate(text.splitlines(), 1):
        if not row.strip() or row.lstrip().startswith("#"):
            continue
        try:
            line = _line(number, row.rstrip(), last)
        except ValueError as error:
            raise StoryUnreadable(f"{path}:{number}: {error}") from error
        last = line.on or last
        lines.append(line)
    if not lines or lines[0].verb != "company":
        raise StoryUnreadable(f"{path}:1: a story starts with its company: {FORMS[0].shown}")
    return Story(path, tuple(lines))


def _line(number: int, row: str, last: date | None) -> Line:
    on, sentence = _dated(row)
    if on is None and last is not None:
        raise ValueError("gives no day: write one, as 2026-02-05, or move the line to the top")
    if on is not None and last is not None and on < last:
        raise ValueError(f"{on} comes after {last}: tell the story in the order of its days")
    forms = _forms(sentence, dated=on is not None)
    for form in forms:
        facts = form.read(sentence[len(form.verb) :])
        if facts is not None:
            if form.verb == "plan":
                facts["expected"] = _expected(facts)
            return Line(number, row, on, form.verb, facts)
    raise ValueError(f"cannot read {sentence!r}: write {' or '.join(f.shown for f in forms)}")


def _dated(row: str) -> tuple[date | None, str]:
    found = re.match(r"(\d{4}-\d\d-\d\d) {2,}", row)
    if found is None:
        return None, row.strip()
    return date.fromisoformat(found.group(1)), row[found.end() :]


def _forms(sentence: str, *, dated: bool) -> list[Form]:
    """The forms that start as the sentence does, the longest verb first."""
    forms = [
        form
        for form in FORMS
        if form.dated is dated and re.match(rf"{re.escape(form.verb)}(?: |$)", sentence)
    ]
    if not forms:
        verbs = sorted({form.verb for form in FORMS if form.dated is dated})
        raise ValueError(f"starts with no known word: one of {', '.join(verbs)}")
    return sorted(forms, key=lambda form: -len(form.verb))


def _expected(facts: dict[str, object]) -> Expected:
    return expected(str(facts["kind"]), str(facts.pop("rest", "")))

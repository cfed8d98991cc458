"""Every refusal of the table reader is listed and has its words in both languages."""

import re
from pathlib import Path

import pytest

from amiable.engine.parties import Language
from amiable.sources import table
from amiable.words.catalogue import texts


def test_the_codes_listed_are_those_that_the_reader_uses() -> None:
    folder = Path(table.__file__).parent
    used = {
        code
        for path in folder.glob("*.py")
        if path.name != "codes.py"
        for code in re.findall(r'"(table\.[a-z_]+)"', path.read_text(encoding="utf-8"))
    }
    assert used == set(table.CODES)


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("code", list(table.CODES))
def test_each_code_has_a_cause_and_a_remedy_in_words(code: str, language: Language) -> None:
    known = texts(language)
    assert known[f"refusal.{code}.cause"]
    assert known[f"refusal.{code}.remedy"]

"""The language of the commands, and their texts by key."""

import os
from collections.abc import Mapping

from amiable.engine.parties import Language
from amiable.engine.reasons import Fact
from amiable.words import catalogue
from amiable.words.language import language_from


def language() -> Language:
    """The language asked for by the environment (AMIABLE_LANGUAGE, LC_ALL, LANG)."""
    return language_from(os.environ)


def t(key: str, /, **facts: Fact) -> str:
    """The text ``cli.<key>`` in the language of the commands."""
    return catalogue.say(language(), f"cli.{key}", **facts)


def term(family: str, value: str) -> str:
    """The word for a value of an enumeration."""
    return catalogue.term(language(), family, value)


def counted(family: str, counts: Mapping[str, int]) -> str:
    """Counts in words, those above zero only: "3 invoices, 2 contacts"; a dash when all are 0."""
    told = [t(f"{family}.{name}", n=count) for name, count in counts.items() if count]
    return ", ".join(told) or "–"

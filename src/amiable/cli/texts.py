"""The language of the commands, and their texts by key."""

import os

from amiable.engine.parties import Language
from amiable.engine.reasons import Fact
from amiable.words import catalogue, language_from

LANGUAGE: Language = language_from(os.environ)


def t(key: str, /, **facts: Fact) -> str:
    """The text ``cli.<key>`` in the language of the commands."""
    return catalogue.say(LANGUAGE, f"cli.{key}", **facts)


def term(family: str, value: str) -> str:
    """The word for a value of an enumeration."""
    return catalogue.term(LANGUAGE, family, value)

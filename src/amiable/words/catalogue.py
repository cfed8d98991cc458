"""Catalogue: every text of the product by key, in French and English.

A text may hold placeholders, ``{name}``. Where a number decides between singular and plural,
the key holds ``one`` and ``other`` and the fact is called ``n``.
"""

import tomllib
from collections.abc import Mapping
from datetime import date
from functools import cache, lru_cache
from importlib.resources import files
from string import Formatter

from amiable.engine.money import Money
from amiable.engine.parties import Language
from amiable.engine.reasons import Fact
from amiable.words.amounts import write_count, write_money
from amiable.words.dates import write_date
from amiable.words.language import locale
from amiable.words.typography import curly, french

_PLURALS = frozenset({"one", "other"})


class MissingText(LookupError):
    """A text was asked for by a key the catalogue does not hold."""

    def __init__(self, language: Language, key: str) -> None:
        super().__init__(f"no text {key!r} in words/texts/{language.value}.toml: add it there")


class MissingFact(LookupError):
    """A text has a placeholder and no fact of that name was given."""

    def __init__(self, key: str, name: str) -> None:
        super().__init__(f"the text {key!r} needs the fact {name!r}")


Text = str | dict[str, str]


@cache
def texts(language: Language) -> Mapping[str, Text]:
    """The whole catalogue of a language: a text, or its plural forms, by dotted key.

    The texts stand in ``<language>.toml`` and ``<language>-<room>.toml``.
    """
    found: dict[str, Text] = {}
    folder = files("amiable.words").joinpath("texts")
    for source in sorted(folder.iterdir(), key=lambda one: one.name):
        if source.name.startswith(language.value) and source.name.endswith(".toml"):
            new = _flat(tomllib.loads(source.read_text(encoding="utf-8")), language)
            if twice := found.keys() & new.keys():
                raise TypeError(
                    f"words/texts/{source.name}: {min(twice)} stands in another file too"
                )
            found |= new
    return found


def _flat(table: Mapping[str, object], language: Language, above: str = "") -> dict[str, Text]:
    flat: dict[str, Text] = {}
    for name, value in table.items():
        key = f"{above}{name}"
        if isinstance(value, str):
            flat[key] = _polish(value, language)
        elif isinstance(value, dict) and set(value) == _PLURALS:
            flat[key] = {form: _polish(text, language) for form, text in value.items()}
        elif isinstance(value, dict):
            flat |= _flat(value, language, f"{key}.")
        else:
            raise TypeError(f"words/texts/{language.value}.toml: {key} must be a text")
    return flat


def _polish(text: str, language: Language) -> str:
    return french(text) if language is Language.FR else curly(text)


def placeholders(text: Text) -> frozenset[str]:
    """The names of the facts a text needs; ``n`` is one of them where it has plural forms."""
    forms = [text] if isinstance(text, str) else list(text.values())
    names = {name for form in forms for _, name, _, _ in Formatter().parse(form) if name}
    return frozenset(names if isinstance(text, str) else names | {"n"})


def write_fact(fact: Fact, language: Language) -> str:
    """A fact as ``language`` writes it: money and dates in its manner, the rest as it is."""
    if isinstance(fact, Money):
        return write_money(fact, language)
    if isinstance(fact, date):
        return write_date(fact, language)
    return str(fact)


def say(language: Language, key: str, /, **facts: Fact) -> str:
    """The text ``key`` with its facts filled in.

    Raises MissingText for an unknown key, MissingFact when a placeholder has no fact. Facts that
    the text does not use are left aside.
    """
    text = texts(language).get(key)
    if text is None:
        raise MissingText(language, key)
    if not isinstance(text, str):
        text = _form(key, text, language, facts)
    try:
        return text.format_map(
            {name: _write_named(name, fact, language) for name, fact in facts.items()}
        )
    except KeyError as error:
        raise MissingFact(key, str(error.args[0])) from error


def _write_named(name: str, fact: Fact, language: Language) -> str:
    """``n`` counts things, so its thousands are set apart; a port or a year is left as it is."""
    if name == "n" and isinstance(fact, int) and abs(fact) >= 1000:
        return write_count(fact, language)
    return write_fact(fact, language)


def _form(key: str, forms: dict[str, str], language: Language, facts: Mapping[str, Fact]) -> str:
    count = facts.get("n")
    if not isinstance(count, int):
        raise MissingFact(key, "n")
    return forms[_plural(language, abs(count))]


@lru_cache(maxsize=4096)
def _plural(language: Language, count: int) -> str:
    """Babel's plural form of a count; French has a third, for millions, that we do not use."""
    form = locale(language).plural_form(count)
    return form if form in _PLURALS else "other"


def term(language: Language, family: str, value: str) -> str:
    """The word for one value of an enumeration: ``term(language, "channel", "email")``."""
    return say(language, f"term.{family}.{value}")


def has_term(family: str, value: str) -> bool:
    """Whether the catalogue knows the value (free text does not)."""
    return f"term.{family}.{value}" in texts(Language.EN)

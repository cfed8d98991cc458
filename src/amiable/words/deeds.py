"""Deeds: an entry of the audit log as a sentence, from its code and its facts."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import date
from typing import Any

from amiable.engine.money import Money
from amiable.engine.parties import Language
from amiable.engine.reasons import Fact
from amiable.words.catalogue import has_term, placeholders, say, term, texts

_FAMILIES = {
    "role": "member_role",
    "before": "member_role",
    "channel": "channel",
    "tone": "tone",
    "audience": "audience",
    "text_language": "language",
}
_MISSING = "–"
_ANY = "…"


def deed(language: Language, code: str, facts: Mapping[str, Any]) -> str:
    """What was done: "Léa is now manager". A code nobody knows any more is shown as it is."""
    key = f"audit.{code}"
    text = texts(language).get(key)
    if text is None:
        told = ", ".join(f"{name}: {value}" for name, value in facts.items())
        return f"{code} ({told})" if told else code
    known = {name: _fact(name, value, language) for name, value in facts.items()}
    needed = dict.fromkeys(placeholders(text), _MISSING)
    return say(language, key, **_counted(needed | known))


def deed_name(language: Language, code: str) -> str:
    """The kind of deed, to choose among: its sentence without its facts."""
    text = texts(language).get(f"audit.{code}")
    if text is None:
        return code
    whole = text if isinstance(text, str) else text["other"]
    return whole.format_map(dict.fromkeys(placeholders(text), _ANY))


def _counted(facts: dict[str, Fact]) -> dict[str, Fact]:
    """A count that is missing must not hide the deed."""
    if "n" in facts and not isinstance(facts["n"], int):
        facts["n"] = 0
    return facts


def _fact(name: str, value: Any, language: Language) -> Fact:
    """A fact as JSON kept it, as words know it: money, days, the word for a value."""
    if isinstance(value, dict) and set(value) == {"minor", "currency"}:
        return Money(**value)
    if isinstance(value, str):
        if name == "field" and f"customer.field.{value}" in texts(language):
            return say(language, f"customer.field.{value}")
        family = _FAMILIES.get(name, "")
        if family and has_term(family, value):
            return term(language, family, value)
        with suppress(ValueError):
            return date.fromisoformat(value) if value.count("-") == 2 else value
        return value
    return value if isinstance(value, int) else str(value)

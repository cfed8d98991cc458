"""Changes: what was before and what is now, one line a field, as a reader says it."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from babel import Locale

from amiable.engine.parties import Language
from amiable.words.catalogue import has_term, say, term
from amiable.words.dates import write_date

_FAMILIES = {
    "kind": "kind",
    "language": "language",
    "preferred_channel": "channel",
    "segment": "segment",
    "role": "role",
    "refuses": "channel",
}


def write_changes(changes: Mapping[str, Sequence[Any]], language: Language) -> str:
    """``{"terms": ["30 jours", "45 jours"]}`` as "Terms: 30 jours → 45 jours"."""
    return "\n".join(
        say(
            language,
            "customer.change",
            field=say(language, f"customer.field.{name}"),
            before=write_value(name, before, language),
            after=write_value(name, after, language),
        )
        for name, (before, after) in changes.items()
    )


def write_value(name: str, value: Any, language: Language) -> str:
    """One field's value as a reader says it: a plain value, as JSON holds them."""
    if value is None or value == "":
        return say(language, "customer.nothing")
    if isinstance(value, list):
        words = (write_value(name, one, language) for one in value)
        return ", ".join(words) or say(language, "customer.nothing")
    if isinstance(value, bool):
        return say(language, "customer.yes" if value else "customer.no")
    if name.endswith("_on"):
        return write_date(date.fromisoformat(value), language)
    if name == "country":
        return str(Locale(language.value).territories.get(value, value))
    family = _FAMILIES.get(name, "")
    return term(language, family, value) if has_term(family, value) else str(value)

"""Refusals and what a reader understood, in sentences: the same for every face."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from amiable.engine.money import money
from amiable.engine.parties import Language
from amiable.engine.reasons import Fact
from amiable.words.catalogue import has_term, say, term, write_fact

_MONEY = re.compile(r"(-?\d+(?:\.\d+)?) ([A-Z]{3})")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_FAMILIES = {"separator": "separator", "kind": "table_kind", "date_order": "date_order",
             "amounts": "amounts_by", "decimal_mark": "decimal_mark"}  # fmt: skip
_NAMED = {".": "point", ",": "comma"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A refusal in words: what is wrong, and how to mend it."""

    cause: str
    remedy: str


def tell_refusal(
    language: Language,
    code: str,
    facts: Mapping[str, str],
    *,
    file: str = "",
    line: int = 0,
    column: str = "",
    value: str = "",
) -> Told:
    """The sentences of a refusal ``code`` with its facts."""
    said: dict[str, Fact] = {"column": column, "value": value}
    said |= {name: _said(name, str(fact), language) for name, fact in facts.items()}
    said |= {"file": file, "line": facts.get("line", str(line))}
    return Told(
        cause=say(language, f"refusal.{code}.cause", **said),
        remedy=say(language, f"refusal.{code}.remedy", **said),
    )


def _said(name: str, text: str, language: Language) -> Fact:
    """A fact as the reader wrote it: amounts, days, kinds and fields as people write them."""
    if name in ("kind", "rival") and has_term("table_kind", text):
        return term(language, "table_kind", text)
    if name == "order" and has_term("date_order", text):
        return term(language, "date_order", text)
    if name == "missing":
        return _fields(text, language)
    return plain_fact(text)


def _fields(text: str, language: Language) -> str:
    """Names of fields, "number; amount / remaining", in words; headers stay as they are."""

    def word(name: str) -> str:
        return term(language, "field", name) if has_term("field", name) else name

    groups = (" / ".join(map(word, group.split(" / "))) for group in text.split("; "))
    return "; ".join(groups)


def plain_fact(text: str) -> Fact:
    """A fact as text: an amount or a day becomes one."""
    found = _MONEY.fullmatch(text)
    if found:
        return money(found[1], found[2])
    return date.fromisoformat(text) if _DAY.fullmatch(text) else text


def tell_details(
    language: Language, details: Iterable[tuple[str, str]], *, several: bool = False
) -> Iterator[tuple[str, str]]:
    """What a reader understood, as (what, value); columns left out share a line.

    ``several``: there is more than one file, so that their names are told.
    """
    details = list(details)
    ignored = [value for code, value in details if code == "ignored"]
    for code, value in details:
        if code != "ignored" and (code != "file" or several):
            yield _detail(language, code), _value(language, code, value)
    if ignored:
        yield _detail(language, "ignored"), ", ".join(ignored)


def _detail(language: Language, code: str) -> str:
    """The word for a detail; columns are named by the field they hold."""
    family, _, name = code.partition(".")
    if family == "column":
        return say(language, "cli.understood.column", field=term(language, "field", name))
    return term(language, "detail", code)


def _value(language: Language, code: str, value: str) -> str:
    """The value of a detail: named ones in words, an example field by field."""
    if code == "example":
        return " · ".join(_example(language, part) for part in value.split("; "))
    family, key = _FAMILIES.get(code), _NAMED.get(value, value.replace("/", "_"))
    if family and has_term(family, key):
        return term(language, family, key)
    return write_fact(plain_fact(value), language)


def _example(language: Language, part: str) -> str:
    name, mark, value = part.partition("=")
    if not mark or not has_term("field", name):
        return part
    what = term(language, "field", name)
    written = write_fact(plain_fact(value), language)
    return say(language, "cli.understood.part", what=what, value=written)

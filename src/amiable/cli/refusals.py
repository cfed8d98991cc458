"""Refusals and what was understood, in sentences."""

import re
from collections.abc import Iterator, Sequence
from datetime import date

from amiable.cli.output import say
from amiable.cli.texts import language, t, term
from amiable.engine.money import money
from amiable.engine.reasons import Fact
from amiable.sources.reading import Refusal, Understood
from amiable.words import catalogue
from amiable.words.catalogue import write_fact

_SHOWN = 20
_MONEY = re.compile(r"(-?\d+(?:\.\d+)?) ([A-Z]{3})")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def refusal_lines(refusal: Refusal) -> list[str]:
    """Where, what is wrong, and how to mend it."""
    place = refusal.file
    if refusal.line:
        place += f":{refusal.line}"
    parts = [place]
    if refusal.column:
        parts.append(t("refusals.column", column=refusal.column))
    if refusal.value:
        parts.append(t("refusals.value", value=refusal.value))
    facts: dict[str, Fact] = {"column": refusal.column, "value": refusal.value}
    facts |= {name: _fact(str(fact)) for name, fact in refusal.facts.items()}
    facts |= {"file": refusal.file, "line": refusal.facts.get("line", str(refusal.line))}
    cause = catalogue.say(language(), f"refusal.{refusal.code}.cause", **facts)
    remedy = catalogue.say(language(), f"refusal.{refusal.code}.remedy", **facts)
    return [t("refusals.line", place=", ".join(parts), cause=cause), f"    → {remedy}"]


def _fact(text: str) -> Fact:
    """A fact as the reader wrote it: an amount or a day is told as people write it."""
    found = _MONEY.fullmatch(text)
    if found:
        return money(found[1], found[2])
    return date.fromisoformat(text) if _DAY.fullmatch(text) else text


def refusal_record(refusal: Refusal) -> dict[str, object]:
    """A refusal for programs, with its sentences."""
    cause, remedy = refusal_lines(refusal)
    plain = {name: getattr(refusal, name) for name in ("file", "line", "column", "value", "code")}
    return {**plain, "text": cause, "remedy": remedy.strip(" →")}


def show_refusals(refusals: Sequence[Refusal], title: str, *, every: bool = False) -> None:
    """The first twenty of a list, or all, each with its remedy."""
    if not refusals:
        return
    say()
    say(t(f"refusals.{title}", n=len(refusals)))
    shown = refusals if every else refusals[:_SHOWN]
    for refusal in shown:
        for line in refusal_lines(refusal):
            say(f"  {line}")
    if len(refusals) > len(shown):
        say(t("refusals.more", n=len(refusals) - len(shown)))


def show_understood(understood: Understood) -> None:
    """What the reader made of the files, for a person to check."""
    files = ", ".join(understood.files)
    say(t("understood.title", files=files, format=term("format", understood.format)))
    for line in _details(understood):
        say(f"  {line}")


def _details(understood: Understood) -> Iterator[str]:
    """One line a detail; several files have their names, columns left out share a line."""
    several = len(understood.files) > 1
    ignored = [value for code, value in understood.details if code == "ignored"]
    for code, value in understood.details:
        if code == "ignored" or (code == "file" and not several):
            continue
        yield t("understood.detail", what=_detail(code), value=_value(code, value))
    if ignored:
        yield t("understood.detail", what=_detail("ignored"), value=", ".join(ignored))


def _detail(code: str) -> str:
    """The word for a detail; columns are named by the field they hold."""
    family, _, name = code.partition(".")
    if family == "column":
        return t("understood.column", field=term("field", name))
    return term("detail", code)


def _value(code: str, value: str) -> str:
    """The value of a detail: named ones in words, an example field by field."""
    if code == "example":
        return " · ".join(_example(part) for part in value.split("; "))
    family = {"separator": "separator", "kind": "table_kind", "date_order": "date_order",
              "amounts": "amounts_by", "decimal_mark": "decimal_mark"}.get(code)  # fmt: skip
    if family and catalogue.has_term(family, slug(value)):
        return term(family, slug(value))
    return write_fact(_fact(value), language())


def slug(value: str) -> str:
    """A value as a key of the catalogue: "debit/credit" gives debit_credit, "." gives point."""
    named = {".": "point", ",": "comma"}
    return named.get(value, value.replace("/", "_"))


def _example(part: str) -> str:
    name, mark, value = part.partition("=")
    if not mark or not catalogue.has_term("field", name):
        return part
    what = term("field", name)
    return t("understood.part", what=what, value=write_fact(_fact(value), language()))

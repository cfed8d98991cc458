"""Refusals and what was understood, in sentences."""

from collections.abc import Sequence

from amiable.cli.output import say
from amiable.cli.texts import LANGUAGE, t
from amiable.sources.reading import Refusal, Understood
from amiable.words import catalogue

_SHOWN = 20


def refusal_lines(refusal: Refusal) -> list[str]:
    """Where, what is wrong, and how to mend it."""
    place = refusal.file
    if refusal.line:
        place += f":{refusal.line}"
    what = [refusal.column, repr(refusal.value) if refusal.value else ""]
    shown = " ".join(part for part in what if part)
    facts = {"column": refusal.column, "value": refusal.value, **refusal.facts}
    facts |= {"file": refusal.file, "line": refusal.facts.get("line", str(refusal.line))}
    cause = catalogue.say(LANGUAGE, f"refusal.{refusal.code}.cause", **facts)
    remedy = catalogue.say(LANGUAGE, f"refusal.{refusal.code}.remedy", **facts)
    return [f"{place}: {shown + ': ' if shown else ''}{cause}", f"    → {remedy}"]


def show_refusals(refusals: Sequence[Refusal], title: str, *, every: bool = False) -> None:
    """The first twenty of a list, or all, each with its remedy."""
    if not refusals:
        return
    say(t(f"refusals.{title}", n=len(refusals)))
    shown = refusals if every else refusals[:_SHOWN]
    for refusal in shown:
        for line in refusal_lines(refusal):
            say(f"  {line}")
    if len(refusals) > len(shown):
        say(t("refusals.more", n=len(refusals) - len(shown)))


def show_understood(understood: Understood) -> None:
    """What the reader made of the file, for a person to check."""
    say(t("understood.title", files=", ".join(understood.files), format=understood.format))
    for code, value in understood.details:
        say(f"  {_detail(code)}: {value}")


def _detail(code: str) -> str:
    """The word for a detail; columns are named by the field they hold."""
    family, _, name = code.partition(".")
    if family == "column":
        return t("understood.column", field=catalogue.term(LANGUAGE, "field", name))
    return catalogue.term(LANGUAGE, "detail", code)

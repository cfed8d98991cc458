"""Refusals and what was understood, in sentences."""

from collections.abc import Sequence

from amiable.cli.output import say
from amiable.cli.texts import language, t, term
from amiable.sources.reading import Refusal, Understood
from amiable.words.refusals import tell_details, tell_refusal

_SHOWN = 20


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
    told = tell_refusal(
        language(),
        refusal.code,
        refusal.facts,
        file=refusal.file,
        line=refusal.line,
        column=refusal.column,
        value=refusal.value,
    )
    return [t("refusals.line", place=", ".join(parts), cause=told.cause), f"    → {told.remedy}"]


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
    several = len(understood.files) > 1
    for what, value in tell_details(language(), understood.details, several=several):
        say("  " + t("understood.detail", what=what, value=value))

"""Templates: the letters that come with the product, and what is wrong with a user's own."""

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from amiable.engine.parties import Language
from amiable.engine.template import (
    Audience,
    LetterTone,
    Template,
    TemplateError,
    TemplateProblem,
)
from amiable.words.catalogue import say
from amiable.words.typography import curly, french


@cache
def shipped_templates() -> Mapping[tuple[LetterTone, Audience, Language], Template]:
    """Every letter that comes with the product: every tone, for both audiences."""
    return {
        (template.tone, audience, language): template
        for language in Language
        for audience, template in _read(language)
    }


def _read(language: Language) -> Iterator[tuple[Audience, Template]]:
    polish = french if language is Language.FR else curly
    for name, section in _sections(language.value):
        for audience in (Audience.REGULAR, Audience.LATE):
            text = section.get(audience.value, section)
            subject, body = polish(text["subject"]), polish(text["body"].strip())
            yield audience, _template(name, audience, language, subject, body)
    for name, section in _sections(f"{language.value}-sms"):
        # As typed: a printer's apostrophes and spaces would cost a second message.
        body = section["body"].strip()
        yield Audience.SMS, _template(name, Audience.SMS, language, "", body)


def _sections(name: str) -> Iterator[tuple[str, dict[str, Any]]]:
    source = files("amiable.words").joinpath("letters", f"{name}.toml")
    yield from tomllib.loads(source.read_text(encoding="utf-8")).items()


def _template(
    name: str, audience: Audience, language: Language, subject: str, body: str
) -> Template:
    return Template(
        key=f"{name}.{audience.value}",
        language=language,
        tone=LetterTone(name),
        audience=audience,
        subject=subject,
        body=body,
    )


def template_error(error: TemplateError, language: Language) -> str:
    """One error of a template in a sentence: where, what is wrong, how to mend it."""
    problem = error.problem.value
    if error.problem is TemplateProblem.UNKNOWN and error.suggestion:
        problem = "unknown_meant"
    facts = {"name": error.name, "suggestion": error.suggestion}
    return say(
        language,
        "template.where",
        part=say(language, f"template.part.{error.part.value}"),
        line=error.line,
        column=error.column,
        problem=say(language, f"template.problem.{problem}", **facts),
    )

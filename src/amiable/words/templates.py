"""Templates: the letters that come with the product, and what is wrong with a user's own."""

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files

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
    """Every letter that comes with the product; all tones but FORMAL, for both audiences."""
    return {
        (template.tone, audience, language): template
        for language in Language
        for audience, template in _read(language)
    }


def _read(language: Language) -> Iterator[tuple[Audience, Template]]:
    source = files("amiable.words").joinpath("letters", f"{language.value}.toml")
    polish = french if language is Language.FR else curly
    for name, section in tomllib.loads(source.read_text(encoding="utf-8")).items():
        for audience in Audience:
            text = section.get(audience.value, section)
            yield (
                audience,
                Template(
                    key=f"{name}.{audience.value}",
                    language=language,
                    tone=LetterTone(name),
                    audience=audience,
                    subject=polish(text["subject"]),
                    body=polish(text["body"].strip()),
                ),
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

"""Writes the pages of docs/ that are drawn from the code, and the demo's excerpt in the READMEs.

Usage: python -m workshop.docs [--into FOLDER]      (`make docs`)
With --into the pages go to another folder, which is how a test finds the stale ones, and the
READMEs are left alone.
"""

import os
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path

import click
import django

from amiable.engine.money import Money
from amiable.engine.parties import Language
from amiable.engine.reasons import REASONS, Fact, because
from amiable.engine.template import PLACEHOLDERS, LetterTone, Placeholder
from amiable.site.settings import VARIABLES
from amiable.words.catalogue import say, texts
from amiable.words.sentences import sentence
from workshop import excerpt

ROOT = Path(__file__).resolve().parents[1]
GENERATED = "*Drawn from the code by `make docs`; a test compares it. Do not edit by hand.*"
EN, FR = Language.EN, Language.FR

SAMPLES: dict[str, Fact] = {
    "address": "compta@marchand.example",
    "against": "friendly",
    "amount": Money(minor=120_000, currency="EUR"),
    "arm": "firm",
    "channel": "email",
    "claim": Money(minor=120_000, currency="EUR"),
    "count": 2,
    "credits": Money(minor=150_000, currency="EUR"),
    "days": 9,
    "due_on": date(2026, 2, 4),
    "from_on": date(2026, 2, 16),
    "imported_on": date(2026, 2, 2),
    "kept": 5,
    "last_on": date(2026, 2, 12),
    "late": 16,
    "look_on": date(2026, 2, 24),
    "minimum": Money(minor=500, currency="EUR"),
    "name": "Marie Marchand",
    "next_on": date(2026, 2, 23),
    "number": "+33 6 12 34 56 78",
    "note": "manager called",
    "on": date(2026, 2, 20),
    "opened_on": date(2026, 2, 10),
    "paid_on": date(2026, 2, 17),
    "promised_on": date(2026, 2, 27),
    "reason": "two boxes missing",
    "received_on": date(2026, 2, 19),
    "said_on": date(2026, 2, 17),
    "since": date(2026, 1, 15),
    "step": 2,
    "steps": 3,
    "told": 6,
    "until": date(2026, 3, 2),
    "used": "call",
    "usual": 10,
    "wanted": "email",
}
"""A value for every fact a reason can have, to show its sentence."""


def main(arguments: Sequence[str]) -> None:
    """Write the pages, and the READMEs' excerpts unless the pages go elsewhere."""
    folder = Path(arguments[1]) if arguments[:1] == ["--into"] else ROOT / "docs"
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in pages().items():
        (folder / name).write_text(text, encoding="utf-8")
    if folder == ROOT / "docs":
        with tempfile.TemporaryDirectory() as scratch:
            excerpt.refresh(ROOT, Path(scratch))


def pages() -> dict[str, str]:
    """Every generated page by its file name."""
    os.environ["AMIABLE_LANGUAGE"] = EN.value  # read when the commands are imported
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "amiable.site.settings")
    django.setup()
    made = {
        "settings.md": settings_page(),
        "reasons.md": reasons_page(),
        "placeholders.md": placeholders_page(),
        "commands.md": commands_page(),
        "refusals.md": refusals_page(),
        "api.md": _api_page(),
    }
    return {name: "\n".join(lines) + "\n" for name, lines in made.items()}


def _api_page() -> list[str]:
    # The API's models can only be imported after `pages` has set Django up.
    from workshop.api import api_page  # noqa: PLC0415

    return api_page(GENERATED)


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """A Markdown table; what would break a cell is escaped."""
    yield f"| {' | '.join(heads)} |"
    yield f"|{'---|' * len(heads)}"
    for row in rows:
        yield f"| {' | '.join(_cell(text) for text in row)} |"


def _cell(text: str) -> str:
    return " ".join(text.replace("|", "\\|").replace("<", "&lt;").split()) or "–"


def _code(text: str) -> str:
    return f"`{text}`" if text else ""


def settings_page() -> list[str]:
    """Every environment variable, with its meaning and default."""
    from_options = [
        (_code(str(option["envvar"])), _code(f"{option['name']}"), str(option["help"]))
        for option in _options_from_environment()
    ]
    return [
        "# Settings",
        "",
        GENERATED,
        "",
        "amiable is set through environment variables; it reads no settings file. The language of",
        "the commands is the first of `AMIABLE_LANGUAGE`, `LC_ALL`, `LC_MESSAGES`, `LANG` that is",
        "set: French if it begins with `fr`, else English.",
        "",
        *table(
            ("variable", "default", "meaning"),
            ((_code(name), _code(default), told) for name, (default, told) in VARIABLES.items()),
        ),
        "",
        "An option that may also come from the environment:",
        "",
        *table(("variable", "option", "meaning"), from_options),
        "",
        "## Of a company",
        "",
        "Set by an administrator on the desk, under *Company*; each company has its own.",
        "",
        *table(("setting", "meaning", "default"), company_settings()),
    ]


def company_settings() -> Iterator[tuple[str, str, str]]:
    """Every setting of a company, from its tables and the texts of the desk."""
    # The tables can be read once Django is set up, by `pages`.
    from amiable.desk.settings import FIELDS  # noqa: PLC0415
    from amiable.store.models import Company, MailServer  # noqa: PLC0415

    mail = ("host", "port", "security", "user", "password")
    for model, names in ((Company, FIELDS), (MailServer, mail)):
        known = {field.name: field for field in model._meta.fields}
        for name in names:
            label, told = say(EN, f"settings.field.{name}"), texts(EN).get(f"settings.help.{name}")
            default = known[name].get_default() if name in known else None
            shown = "" if default in (None, "", []) else str(default)
            yield _code(name), f"{label}: {told}" if told else label, _code(shown)


def _options_from_environment() -> list[dict[str, object]]:
    found = {}
    for command, _ in commands():
        for option in command.params:
            if option.envvar:
                told = getattr(option, "help", "")
                found[str(option.envvar)] = {
                    "envvar": option.envvar,
                    "name": option.opts[0],
                    "help": told,
                }
    return list(found.values())


def reasons_page() -> list[str]:
    """Every reason, with a sentence in both languages."""
    rows = []
    for code, kind in REASONS.items():
        reason = because(code, **{name: SAMPLES[name] for name in kind.facts})
        facts = " ".join(_code(name) for name in kind.facts)
        rows.append((_code(code), facts, kind.meaning, sentence(reason, EN), sentence(reason, FR)))
    return [
        "# Reasons",
        "",
        GENERATED,
        "",
        "Every decision carries one or more of these: a code and facts. `--json` shows them, and",
        "`words.sentences.sentence` makes the sentence. The facts below are made up.",
        "",
        *table(("code", "facts", "meaning", "in English", "in French"), rows),
    ]


def placeholders_page() -> list[str]:
    """Every placeholder, with its meaning, a sample and its rule."""
    rows = [
        (
            _code(f"[{name}]"),
            say(EN, f"placeholder.{name}"),
            say(FR, f"placeholder.{name}"),
            one.sample,
            placeholder_rule(one),
        )
        for name, one in PLACEHOLDERS.items()
    ]
    return [
        "# Placeholders",
        "",
        GENERATED,
        "",
        "What a text of a message may hold; `amiable template check FILE` tells every error. A",
        "bracket that is meant as one is typed twice: `[[`. The samples are as in a French letter.",
        "",
        *table(("placeholder", "meaning", "in French", "sample", "rule"), rows),
    ]


def placeholder_rule(one: Placeholder) -> str:
    """Where a placeholder may stand, and where it must."""
    rules = []
    if one.block:
        rules.append("a block: alone, between blank lines, not in the subject")
    if one.required_in == frozenset(LetterTone):
        rules.append("required")
    elif one.required_in:
        rules.append(f"required in: {_tones(one.required_in)}")
    elif one.tones != frozenset(LetterTone):
        rules.append(f"only in: {_tones(one.tones)}")
    if one.may_be_empty:
        rules.append("may be empty: the space or line that holds only it goes too")
    return "; ".join(rules)


def _tones(tones: frozenset[LetterTone]) -> str:
    return ", ".join(tone.value for tone in LetterTone if tone in tones)


def commands_page() -> list[str]:
    """The help of every command, as it is printed in English."""
    lines = ["# Commands", "", GENERATED, ""]
    for command, context in commands():
        told = command.get_help(context).rstrip()
        lines += [f"## {context.command_path}", "", "```text", told, "```", ""]
    return lines[:-1]


def commands() -> Iterator[tuple[click.Command, click.Context]]:
    """Every command with the context of its help, groups before their members."""
    # The commands read the language when they are imported, after `pages` has set it.
    from amiable.cli.commands import amiable  # noqa: PLC0415

    yield from _with_members(amiable, _context(amiable, "amiable", None))


def _with_members(
    command: click.Command, context: click.Context
) -> Iterator[tuple[click.Command, click.Context]]:
    yield command, context
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            member = command.get_command(context, name)
            assert member is not None  # the group has just named it
            yield from _with_members(member, _context(member, name, context))


def _context(command: click.Command, name: str, above: click.Context | None) -> click.Context:
    return click.Context(
        command,
        info_name=name,
        parent=above,
        terminal_width=96,
        help_option_names=["-h", "--help"],
    )


def refusals_page() -> list[str]:
    """Every refusal and remark of the readers, and what is wrong with a text, with remedies."""
    lines = [
        "# Refusals",
        "",
        GENERATED,
        "",
        "What cannot be read is refused, with the file, the line, the column and the value, the",
        "cause and the remedy; what is read but worth a look is a remark. Words in braces are",
        "filled in. `source.*`: any file; `fec.*`: accounting exports; `table.*`: CSV, XLSX, ODS;",
        "`template.*`: the text of a message.",
    ]
    for language, title, heads in (
        (EN, "In English", ("code", "cause", "remedy")),
        (FR, "En français", ("code", "cause", "remède")),
    ):
        lines += ["", f"## {title}", "", *table(heads, _refusals(language))]
    return lines


def _refusals(language: Language) -> Iterator[tuple[str, str, str]]:
    catalogue = texts(language)
    codes = [key.removeprefix("refusal.").removesuffix(".cause") for key in catalogue
             if key.startswith("refusal.") and key.endswith(".cause")]  # fmt: skip
    for code in sorted(codes, key=lambda code: code.partition(".")[0]):
        cause, remedy = (catalogue[f"refusal.{code}.{part}"] for part in ("cause", "remedy"))
        yield _code(code), str(cause), str(remedy)
    for key, text in catalogue.items():
        if key.startswith("template.problem."):
            cause, _, remedy = str(text).partition(":")
            yield _code(f"template.{key.rpartition('.')[2]}"), cause.strip(), remedy.strip()


if __name__ == "__main__":
    main(sys.argv[1:])

"""``amiable template``: check, preview, save a company's own texts."""

from enum import StrEnum
from pathlib import Path

import click

from amiable.cli.command import Refused, Request, command
from amiable.cli.deeds import actor_of
from amiable.cli.files import read_text
from amiable.cli.lookup import customer_of
from amiable.cli.output import print_json, say, table
from amiable.cli.texts import language, t, term
from amiable.desk.letter import load_templates
from amiable.desk.preview import preview_template
from amiable.desk.template import TextMoved, all_texts, change_text
from amiable.engine.letter import LetterRefused
from amiable.engine.parties import Language
from amiable.engine.template import (
    PLACEHOLDERS,
    Audience,
    LetterTone,
    Template,
    check_template,
)
from amiable.words import catalogue, template_error


@click.group(
    "template",
    help=t("help.template"),
    epilog=t("help.template_more"),
    subcommand_metavar=t("option.command_metavar"),
)
def template() -> None:
    """Templates."""


def _choice(values: type[StrEnum]) -> click.Choice[str]:
    """The values themselves: Click would offer the names of an enumeration, in capitals."""
    return click.Choice([one.value for one in values])


def _options(function: click.decorators.FC) -> click.decorators.FC:
    for option in (
        click.option("--tone", type=_choice(LetterTone), default="friendly",
                     show_default=True, help=t("option.tone")),
        click.option("--audience", type=_choice(Audience), default="regular",
                     show_default=True, help=t("option.audience")),
        click.option("--language", type=_choice(Language), default="fr",
                     show_default=True, help=t("option.text_language")),
    ):  # fmt: skip
        function = option(function)
    return function


def _read(file: Path, tone: str, audience: str, language: str) -> Template:
    """A text file: its first line is the subject, the rest after a blank line the body."""
    text = read_text(file)
    subject, _, body = text.replace("\r\n", "\n").partition("\n")
    return Template(
        key=file.name,
        language=Language(language),
        tone=LetterTone(tone),
        audience=Audience(audience),
        subject=subject.strip(),
        body=body.strip(),
    )


def _refuse_errors(read: Template) -> None:
    errors = check_template(read)
    if errors:
        raise Refused(
            "\n".join(
                t("refusals.line", place=read.key, cause=template_error(e, language()))
                for e in errors
            )
        )


@command("template_check", database=False)
@click.argument("file", metavar=t("option.file_metavar"), type=click.Path(path_type=Path))
@_options
def check(request: Request, file: Path, **kind: str) -> None:
    """Check a text and tell every error with its place and remedy."""
    _refuse_errors(_read(file, **kind))
    if request.json:
        print_json({"file": str(file), "errors": []})
    else:
        say(t("template.sound", file=str(file)))


@command("template_save")
@click.argument("file", metavar=t("option.file_metavar"), type=click.Path(path_type=Path))
@_options
def save(request: Request, file: Path, **kind: str) -> None:
    """Use a text of one's own in place of the shipped one; refused if it has an error."""
    read = _read(file, **kind)
    _refuse_errors(read)
    actor = actor_of(request.company)
    now = all_texts(actor.company)[read.tone, read.audience, read.language]
    try:
        change_text(actor, read, seen=now.seen, at=request.at)
    except TextMoved as error:
        raise Refused(t("template.moved")) from error
    if request.json:
        print_json({"file": str(file), "saved": True, **kind})
    else:
        say(t("template.saved", tone=term("tone", kind["tone"])))


@command("template_preview")
@click.argument("customer", metavar=t("option.customer_metavar"))
@_options
@click.option("--html", "as_html", is_flag=True, help=t("option.html"))
def preview(request: Request, customer: str, as_html: bool, **kind: str) -> None:
    """A text filled in with a customer's real open items."""
    company = request.company
    row = customer_of(company, customer)
    wanted = (LetterTone(kind["tone"]), Audience(kind["audience"]), Language(kind["language"]))
    chosen = load_templates(company).get(wanted)
    if chosen is None:
        raise Refused(t("template.none", tone=term("tone", kind["tone"])))
    try:
        mail = preview_template(company, row.pk, chosen, today=request.today)
    except LetterRefused as error:
        raise Refused(t("template.unfit", detail=str(error))) from error
    if request.json:
        print_json(mail)
    elif as_html:
        say(mail.html)
    else:
        say(f"{mail.subject}\n\n{mail.text}")


def meaning(name: str) -> str:
    """What a placeholder stands for, in the reader's language."""
    return catalogue.say(language(), f"placeholder.{name}")


@command("template_placeholders", database=False)
def placeholders(request: Request) -> None:
    """List the placeholders, each with its meaning and a sample."""
    if request.json:
        print_json([{"name": name, "meaning": meaning(name), "sample": one.sample}
                    for name, one in PLACEHOLDERS.items()])  # fmt: skip
        return
    table(
        [t("head.placeholder"), t("head.meaning"), t("head.sample")],
        [(f"[{name}]", meaning(name), one.sample) for name, one in PLACEHOLDERS.items()],
    )


for _name, _member in (
    ("check", check), ("preview", preview), ("save", save), ("placeholders", placeholders),
):  # fmt: skip
    template.add_command(_member, _name)

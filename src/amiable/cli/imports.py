"""``amiable import``, ``undo``, ``imports``: bring files in, and take them back."""

import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from amiable.cli.command import Refused, Request, command
from amiable.cli.output import day, print_json, progress, say, table
from amiable.cli.refusals import refusal_lines, show_refusals, show_understood
from amiable.cli.texts import t
from amiable.cli.totals import show_totals
from amiable.desk.import_reading import ImportReport, import_reading
from amiable.desk.open_source import OpenReading, Wishes, open_source, remember_mapping
from amiable.desk.undo_import import NothingToUndo, NotTheLast, undo_import
from amiable.sources.reading import Progress, SourceRefused
from amiable.sources.table import Field, TableKind, TableReading
from amiable.store.import_run import list_runs
from amiable.store.models import Company


def reading_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Options that say how files are to be read."""
    for option in (
        click.option("--currency", default="", help=t("option.currency")),
        click.option("--account", "accounts", multiple=True, help=t("option.account")),
        click.option("--column", "columns", multiple=True, metavar="FIELD=HEADER",
                     help=t("option.column", fields=", ".join(Field))),
        click.option("--kind", type=click.Choice([*TableKind]), help=t("option.kind")),
    ):  # fmt: skip
        function = option(function)
    return function


def wishes_of(options: Mapping[str, Any]) -> Wishes:
    """The reading options as a value; raises a usage error for an unknown column field."""
    columns = []
    for text in options["columns"]:
        name, mark, header = text.partition("=")
        if not mark or name not in [*Field]:
            raise click.BadParameter(t("error.column", text=text, fields=", ".join(Field)))
        columns.append((Field(name), header))
    return Wishes(
        accounts=tuple(options["accounts"]) or ("411",),
        kind=TableKind(options["kind"]) if options["kind"] else None,
        columns=tuple(columns),
        currency=options["currency"],
    )


def opened(
    company: Company | None, files: Sequence[Path], wishes: Wishes, tick: Progress
) -> OpenReading:
    """The reading of some files; a refusal is told with its remedy."""
    try:
        return open_source(company, files, wishes=wishes, progress=tick)
    except SourceRefused as error:
        raise Refused("\n".join(refusal_lines(error.refusal))) from error


@command("import")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--yes", "-y", is_flag=True, help=t("option.yes"))
@click.option("--dry-run", is_flag=True, help=t("option.dry_run"))
@reading_options
def bring(
    request: Request, files: tuple[Path, ...], yes: bool, dry_run: bool, **options: object
) -> None:
    """Bring files into the company, after showing what was understood."""
    company = request.company
    with progress(t("progress.importing"), quiet=request.json) as tick:
        reading = opened(company, files, wishes_of(options), tick)
    if not request.json:
        show_understood(reading.understood)
    if dry_run or not _agreed(yes or request.json):
        say(t("import.nothing_written"))
        return
    with progress(t("progress.importing"), quiet=request.json) as tick:
        reading = opened(company, files, wishes_of(options), tick)
        try:
            report = import_reading(company, reading, on=request.today, at=request.at)
        except SourceRefused as error:
            raise Refused("\n".join(refusal_lines(error.refusal))) from error
    if isinstance(reading, TableReading):
        remember_mapping(company, reading)
    if request.json:
        print_json(_record(report))
    else:
        show_report(report)
    if report.refusals:
        raise SystemExit(1)


def _agreed(yes: bool) -> bool:
    """Ask at a terminal; a pipe or a script has agreed by calling."""
    return yes or not sys.stdin.isatty() or click.confirm(t("import.agree"), default=True)


def _record(report: ImportReport) -> dict[str, object]:
    names = ("run", "customers", "contacts", "invoices", "credits", "changed", "disputes")
    return {
        **{name: getattr(report, name) for name in names},
        "understood": report.understood,
        "refusals": report.refusals,
        "warnings": report.warnings,
        "mismatches": report.mismatches,
    }


def show_report(report: ImportReport) -> None:
    """What an import did, in a few lines."""
    say()
    show_totals(report.totals)
    if report.nothing_new:
        say(t("import.nothing_new"))
    else:
        counts = {
            name: getattr(report, name)
            for name in ("customers", "contacts", "invoices", "credits", "changed", "disputes")
        }
        say(t("import.done", run=report.run, **counts))
    if report.totals.balances:
        if report.mismatches:
            say(t("import.mismatches", n=len(report.mismatches)))
        else:
            say(t("import.agrees"))
    show_refusals(report.warnings, "warnings")
    show_refusals(report.refusals, "refused")


@command("undo")
@click.argument("number", type=int, required=False)
def undo(request: Request, number: int | None) -> None:
    """Take the newest import back."""
    try:
        run = undo_import(request.company, number, at=request.at)
    except NothingToUndo as error:
        raise Refused(t("undo.nothing")) from error
    except NotTheLast as error:
        raise Refused(t("undo.not_last", number=number or 0, last=error.last)) from error
    if request.json:
        print_json({"run": run.pk, "files": run.files})
    else:
        say(t("undo.done", run=run.pk, files=", ".join(run.files)))


@command("imports")
def history(request: Request) -> None:
    """List the imports, newest first."""
    runs = list_runs(request.company.pk)
    if request.json:
        print_json([
            {"run": run.pk, "files": run.files, "on": run.imported_on,
             "undone": run.undone_at is not None, **run.summary}
            for run in runs
        ])  # fmt: skip
        return
    if not runs:
        say(t("imports.none"))
        return
    table(
        [t("head.number"), t("head.day"), t("head.files"), t("head.invoices"), t("head.credits"),
         t("head.changed"), t("head.refused"), ""],
        [
            (str(run.pk), day(run.imported_on), ", ".join(run.files),
             *(str(run.summary.get("counts", {}).get(name, 0))
               for name in ("invoices", "credits", "changed")),
             str(run.summary.get("refusals", 0)),
             t("imports.undone") if run.undone_at else "")
            for run in runs
        ],
        right=(0, 3, 4, 5, 6),
    )  # fmt: skip

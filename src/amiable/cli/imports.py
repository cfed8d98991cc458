"""``amiable import``, ``undo``, ``imports``: bring files in, and take them back."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from amiable.cli.command import Refused, Request, command
from amiable.cli.deeds import deed
from amiable.cli.files import must_be_readable
from amiable.cli.output import agree, at_terminal, day, print_json, progress, say, table, waiting
from amiable.cli.refusals import refusal_lines, refusal_record, show_refusals, show_understood
from amiable.cli.texts import counted, t
from amiable.cli.totals import show_balances, show_totals
from amiable.desk.audit import subject
from amiable.desk.import_reading import ImportReport, import_reading
from amiable.desk.open_source import OpenReading, Wishes, open_source, remember_mapping
from amiable.desk.undo_import import NothingToUndo, NotTheLast, undo_import
from amiable.sources.reading import Progress, SourceRefused
from amiable.sources.table import Field, TableKind, TableReading
from amiable.store.import_run import list_runs
from amiable.store.models import Company, ImportRun

CODE = 3  # letters of a currency code, ISO 4217


def reading_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Options that say how files are to be read."""
    for option in (
        click.option("--currency", default="", help=t("option.currency")),
        click.option("--account", "accounts", multiple=True, help=t("option.account")),
        click.option("--column", "columns", multiple=True, metavar="FIELD=HEADER",
                     help=t("option.column", fields=", ".join(Field))),
        click.option("--kind", type=click.Choice([kind.value for kind in TableKind]),
                     help=t("option.kind")),
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
    currency = options["currency"].strip().upper()
    if currency and not (len(currency) == CODE and currency.isascii() and currency.isalpha()):
        raise click.BadParameter(t("error.currency", text=options["currency"]))
    return Wishes(
        accounts=tuple(options["accounts"]) or ("411",),
        kind=TableKind(options["kind"]) if options["kind"] else None,
        columns=tuple(columns),
        currency=currency,
    )


def opened(
    company: Company | None, files: Sequence[Path], wishes: Wishes, tick: Progress
) -> OpenReading:
    """The reading of some files; a refusal is told with its remedy."""
    for file in files:
        must_be_readable(file)
    try:
        return open_source(company, files, wishes=wishes, progress=tick)
    except SourceRefused as error:
        raise Refused("\n".join(refusal_lines(error.refusal))) from error


_COUNTS = ("customers", "contacts", "invoices", "credits", "disputes", "changed")


@command("import")
@click.argument("files", nargs=-1, required=True, metavar=t("option.files_metavar"),
                type=click.Path(path_type=Path))  # fmt: skip
@click.option("--yes", "-y", is_flag=True, help=t("option.yes"))
@click.option("--dry-run", is_flag=True, help=t("option.dry_run"))
@click.option("--all", "every", is_flag=True, help=t("option.all"))
@reading_options
def bring(
    request: Request,
    files: tuple[Path, ...],
    yes: bool,
    dry_run: bool,
    every: bool,
    **options: object,
) -> None:
    """Bring files into the company, after showing what was understood."""
    company = request.company
    wishes = wishes_of(options)
    with progress(t("progress.reading"), quiet=request.json) as tick:
        reading = opened(company, files, wishes, tick)
    if not request.json:
        show_understood(reading.understood)
    if dry_run or not _agreed(yes or request.json):
        _left(request, reading)
        return
    with progress(t("progress.importing"), quiet=request.json) as tick:
        reading = opened(company, files, wishes, tick)
        try:
            report = stored(request, company, reading)
        except SourceRefused as error:
            raise Refused("\n".join(refusal_lines(error.refusal))) from error
    if request.json:
        print_json(_record(report))
    else:
        show_report(report, every=every)
    if report.refusals:
        raise SystemExit(1)


def stored(request: Request, company: Company, reading: OpenReading) -> ImportReport:
    """Bring what a reader reads into the company. Raises SourceRefused."""
    with deed(request, company, "import.done") as entry:
        report = import_reading(company, reading, on=request.today, at=request.at)
        if isinstance(reading, TableReading):
            remember_mapping(company, reading)
        entry.subject = f"importrun:{report.run}"
        counts = {name: getattr(report, name) for name in _COUNTS}
        entry.facts |= {"files": ", ".join(report.understood.files), "run": report.run, **counts}
    return report


def _agreed(yes: bool) -> bool:
    """Ask at a terminal; a pipe or a script has agreed by calling."""
    return yes or not at_terminal() or agree(t("import.agree"), default=True)


def _left(request: Request, reading: OpenReading) -> None:
    if request.json:
        print_json({"written": False, "understood": reading.understood})
    else:
        say(t("import.nothing_written"))


def _record(report: ImportReport) -> dict[str, object]:
    return {
        "written": True,
        "run": report.run,
        "nothing_new": report.nothing_new,
        **{name: getattr(report, name) for name in _COUNTS},
        "understood": report.understood,
        "refusals": [refusal_record(one) for one in report.refusals],
        "warnings": [refusal_record(one) for one in report.warnings],
        "mismatches": report.mismatches,
    }


def show_report(report: ImportReport, *, every: bool) -> None:
    """What an import did, in a few lines."""
    say()
    show_totals(report.totals)
    if every:
        show_balances(report.totals, every=True)
    if report.totals.balances:
        if report.mismatches:
            say(t("import.mismatches", n=len(report.mismatches)))
        else:
            say(t("import.agrees"))
    show_refusals(report.warnings, "warnings", every=every)
    show_refusals(report.refusals, "refused", every=every)
    say()
    if report.nothing_new:
        say(t("import.nothing_new"))
        return
    counts = {name: getattr(report, name) for name in _COUNTS}
    say(t("import.done", run=report.run, counts=counted("count", counts)))
    say(t("import.next"))


@command("undo")
@click.argument("number", type=int, required=False, metavar=t("option.number_metavar"))
def undo(request: Request, number: int | None) -> None:
    """Take the newest import back."""
    try:
        with waiting(t("progress.undoing"), quiet=request.json):
            run = _undone(request, number)
    except NothingToUndo as error:
        raise Refused(t("undo.nothing")) from error
    except NotTheLast as error:
        raise Refused(t("undo.not_last", number=number or 0, last=error.last)) from error
    if request.json:
        print_json({"run": run.pk, "files": run.files})
    else:
        say(t("undo.done", run=run.pk, files=", ".join(run.files)))


def _undone(request: Request, number: int | None) -> ImportRun:
    company = request.company
    with deed(request, company, "import.undone") as entry:
        run = undo_import(company, number, at=request.at)
        entry.subject = subject(run)
        entry.facts |= {"files": ", ".join(run.files), "run": run.pk}
    return run


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
        [t("head.number"), t("head.day"), t("head.files"), t("head.brought"), ""],
        [
            (
                str(run.pk),
                day(run.imported_on),
                "\n".join(run.files),
                _brought(run.summary),
                t("imports.undone") if run.undone_at else "",
            )
            for run in runs
        ],
        right=(0,),
    )


def _brought(summary: Mapping[str, Any]) -> str:
    counts = summary.get("counts", {})
    told = {name: counts.get(name, 0) for name in _COUNTS}
    return counted("count", {**told, "refused": summary.get("refusals", 0)})

"""``amiable company``: the companies of this installation; one is written out, one leaves."""

from pathlib import Path

import click

from amiable.cli.command import Refused, Request, command
from amiable.cli.deeds import actor_of, deed
from amiable.cli.output import print_json, progress, say, table
from amiable.cli.texts import counted, t
from amiable.desk.closing import (
    FileThere,
    close_company,
    count_rows,
    delete_company,
    write_everything,
)
from amiable.store.company import CompanyUnknown, company_row, list_companies
from amiable.store.models import Company


@click.group(
    "company",
    help=t("help.company"),
    epilog=t("help.company_more"),
    subcommand_metavar=t("option.command_metavar"),
)
def company() -> None:
    """Companies."""


@command("company_list")
def list_all(request: Request) -> None:
    """List the companies."""
    names = {"customers": "customer", "invoices": "invoice", "people": "membership"}
    lines = [(row, count_rows(row, *names.values())) for row in list_companies()]
    if request.json:
        print_json([
            {"key": row.key, "name": row.name,
             **{name: counts.get(kind, 0) for name, kind in names.items()}}
            for row, counts in lines
        ])  # fmt: skip
        return
    if not lines:
        say(t("error.no_company"))
        return
    table(
        [t("head.key"), t("head.name"), *(t(f"head.{name}") for name in names)],
        [
            (row.key, row.name, *(str(counts.get(kind, 0)) for kind in names.values()))
            for row, counts in lines
        ],
        right=(2, 3, 4),
    )


@command("company_export")
@click.argument("key", metavar=t("option.key_metavar"))
@click.argument("file", metavar=t("option.file_metavar"), type=click.Path(path_type=Path))
def export(request: Request, key: str, file: Path) -> None:
    """Write all a company holds into a file."""
    row = _known(key)
    with deed(request, row, "company_exported"):
        pass  # before: the file tells it too
    counts = _write(request, row, file)
    if request.json:
        print_json({"company": row.key, "file": str(file), "tables": counts})
    else:
        say(t("company.exported", n=sum(counts.values()), file=str(file)))


@command("company_delete")
@click.argument("key", metavar=t("option.key_metavar"))
@click.option("--yes-delete", "sure", default="", metavar=t("option.key_metavar"),
              help=t("option.yes_delete"))  # fmt: skip
@click.option("--export", "file", type=click.Path(path_type=Path),
              metavar=t("option.file_metavar"), help=t("option.export_first"))  # fmt: skip
@click.option("--no-export", is_flag=True, help=t("option.no_export"))
def delete(request: Request, key: str, sure: str, file: Path | None, no_export: bool) -> None:
    """Close a company and delete it with everything in it."""
    row = _known(key)
    if (file is None) != no_export:
        raise click.UsageError(t("company.export_or_not"))
    if sure != row.key:
        raise Refused(_what_goes(row))
    if file is not None and file.exists():
        raise _there(file)
    close_company(actor_of(row), at=request.at)
    if file is not None:
        _write(request, row, file)
    with progress(t("progress.deleting"), quiet=request.json) as tick:
        counts, accounts = delete_company(row, progress=tick)
    if request.json:
        told = {"company": key, "file": str(file) if file else None}
        print_json({**told, "deleted": counts, "accounts": accounts})
        return
    if file is not None:
        say(t("company.exported", n=sum(counts.values()), file=str(file)))
    say(t("company.deleted", name=row.name))
    if accounts:
        say(t("company.accounts", n=accounts))


for one, called in ((list_all, "list"), (export, "export"), (delete, "delete")):
    company.add_command(one, called)


def _known(key: str) -> Company:
    try:
        return company_row(key)
    except CompanyUnknown as error:
        keys = ", ".join(row.key for row in list_companies())
        if not keys:
            raise Refused(t("error.no_company")) from error
        raise Refused(t("error.company_unknown", key=key, keys=keys)) from error


def _write(request: Request, row: Company, file: Path) -> dict[str, int]:
    """Raises Refused when the file exists: an earlier export is never overwritten."""
    try:
        with progress(t("progress.exporting"), quiet=request.json) as tick:
            return write_everything(row, file, tick)
    except FileThere as error:
        raise _there(file) from error


def _there(file: Path) -> Refused:
    return Refused(t("company.file_there", file=str(file)))


def _what_goes(row: Company) -> str:
    counts = count_rows(row, "customer", "invoice", "outboxrow")
    told = {"customers": counts.get("customer", 0), "invoices": counts.get("invoice", 0)}
    told["messages"] = counts.get("outboxrow", 0)
    return t("company.what_goes", name=row.name, key=row.key, counts=counted("count", told))

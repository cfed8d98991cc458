"""``amiable check FILE``: what a file holds, without a database."""

from pathlib import Path

import click

from amiable.cli.command import Request, command
from amiable.cli.imports import opened, reading_options, wishes_of
from amiable.cli.output import print_json, progress, say
from amiable.cli.refusals import refusal_record, show_refusals, show_understood
from amiable.cli.texts import counted, t
from amiable.cli.totals import show_balances, show_totals
from amiable.sources.reading import Reading


@command("check", database=False)
@click.argument("files", nargs=-1, required=True, metavar=t("option.files_metavar"),
                type=click.Path(path_type=Path))  # fmt: skip
@click.option("--all", "every", is_flag=True, help=t("option.all"))
@reading_options
def check(request: Request, files: tuple[Path, ...], every: bool, **wishes: object) -> None:
    """Read files and tell what they hold; exits with 1 when lines were refused."""
    with progress(t("progress.reading"), quiet=request.json) as tick:
        reading = opened(None, files, wishes_of(wishes), tick)
        counts = _count(reading)
    if request.json:
        print_json({
            "understood": reading.understood,
            "totals": {**_totals(reading), **counts},
            "refusals": [refusal_record(one) for one in reading.refusals],
            "warnings": [refusal_record(one) for one in reading.warnings],
        })  # fmt: skip
    else:
        _show(reading, counts, every)
    if reading.refusals:
        raise SystemExit(1)


def _count(reading: Reading) -> dict[str, int]:
    counts = {"customers": 0, "invoices": 0, "credits": 0, "contacts": 0}
    for facts in reading.facts():
        counts["customers"] += 1
        counts["invoices"] += len(facts.invoices)
        counts["credits"] += len(facts.credits)
        counts["contacts"] += len(facts.contacts)
    return counts


def _totals(reading: Reading) -> dict[str, object]:
    totals = reading.totals
    return {
        "lines": totals.lines,
        "file_debit": totals.file_debit,
        "file_credit": totals.file_credit,
        "debit": totals.debit,
        "credit": totals.credit,
        "refused": totals.refused,
        "balances": [
            {"customer": key, "currency": currency, "minor": minor}
            for (key, currency), minor in totals.balances.items()
        ],
    }


def _show(reading: Reading, counts: dict[str, int], every: bool) -> None:
    show_understood(reading.understood)
    say()
    show_totals(reading.totals)
    say(t("check.counts", counts=counted("count", counts)))
    if any(reading.totals.balances.values()):
        say()
        show_balances(reading.totals, every=every)
    show_refusals(reading.warnings, "warnings", every=every)
    show_refusals(reading.refusals, "refused", every=every)

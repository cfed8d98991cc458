"""``amiable backtest``: what a policy would have done on the past of a file or of the company."""

from pathlib import Path
from typing import Any

import click

from amiable.cli.command import Refused, Request, command, need_tables
from amiable.cli.imports import opened, reading_options, wishes_of
from amiable.cli.output import heading, print_json, progress, say, table
from amiable.cli.policy import read_policy
from amiable.cli.texts import language, t
from amiable.desk.backtest import BacktestRefused, Progress, backtest_company, backtest_file
from amiable.desk.policy import SHIPPED, shipped_policy
from amiable.engine.backtest_report import BacktestReport
from amiable.engine.policy import Policy
from amiable.store.company import load_policies
from amiable.words.backtest import BacktestWords, ReportTable, write_cell
from amiable.words.backtest_refusal import refused_sentence

_LATEST = 365  # days after the due date
_SHOWN = ("volume", "detection", "segments", "slowest", "spared", "left_out")


class Days(click.ParamType[tuple[int, ...]]):
    """A calendar: days after the due date, as 1,8,15,30."""

    name = "days"

    def convert(self, value: Any, param: Any, ctx: Any) -> tuple[int, ...]:
        """Text to days, each once, in order."""
        if isinstance(value, tuple):
            return value
        words = str(value).replace(",", " ").split()
        sound = all(one.isascii() and one.isdigit() and 1 <= int(one) <= _LATEST for one in words)
        if not words or not sound:
            raise click.BadParameter(t("backtest.calendar_unreadable", text=str(value)), ctx, param)
        return tuple(sorted({int(one) for one in words}))


@command("backtest", database=False)
@click.argument("file", required=False, metavar=f"[{t('option.file_metavar')}]",
                type=click.Path(path_type=Path))  # fmt: skip
@click.option("--policy", "wanted", default="", metavar=t("backtest.policy_metavar"),
              help=t("backtest.option_policy"))  # fmt: skip
@click.option("--calendar", type=Days(), default="1,8,15,30", metavar="1,8,15,30",
              help=t("backtest.option_calendar"))  # fmt: skip
@click.option("--ignore-disputes", is_flag=True, help=t("backtest.option_disputes"))
@reading_options
def backtest(
    request: Request,
    file: Path | None,
    wanted: str,
    calendar: tuple[int, ...],
    ignore_disputes: bool,
    **options: object,
) -> None:
    """Try a policy on the past, beside the calendar in use today."""
    try:
        if file is not None:
            with progress(t("progress.reading"), quiet=request.json) as tick:
                reading = opened(None, [file], wishes_of(options), tick)
            policy = _policy(wanted, {})
            with progress(t("backtest.replaying"), quiet=request.json) as tick:
                report = backtest_file(
                    reading, policy, on=request.today, calendar=calendar,
                    heed_disputes=not ignore_disputes, progress=tick,
                )  # fmt: skip
        else:
            if ignore_disputes:
                raise click.UsageError(t("backtest.disputes_of_file"))
            need_tables()
            with progress(t("backtest.replaying"), quiet=request.json) as tick:
                report = _of_company(request, wanted, calendar, tick)
    except BacktestRefused as error:
        raise Refused(refused_sentence(error, language())) from error
    _show(request, report)


def _of_company(
    request: Request, wanted: str, calendar: tuple[int, ...], tick: Progress
) -> BacktestReport:
    company = request.company
    policy = _policy(wanted, dict(load_policies(company).policies))
    return backtest_company(company, policy, on=request.today, calendar=calendar, progress=tick)


def _policy(wanted: str, published: dict[str, Policy]) -> Policy | None:
    """The policy asked for: a file, one that is published, one that is shipped; None: not said."""
    if not wanted:
        return None
    if wanted in published:
        return published[wanted]
    if wanted in SHIPPED:
        return shipped_policy(wanted)
    if wanted.endswith(".toml") or Path(wanted).exists():
        return read_policy(Path(wanted))
    names = ", ".join(dict.fromkeys((*published, *SHIPPED)))
    raise Refused(t("backtest.policy_unknown", name=wanted, names=names))


# --- what is printed --------------------------------------------------------------------------


def _show(request: Request, report: BacktestReport) -> None:
    if request.json:
        fields = {name: getattr(report, name) for name in report.__dataclass_fields__}
        print_json({
            "verdict": report.verdict, "saved": report.saved,
            "saved_share": round(report.saved_share, 4), **fields,
        })  # fmt: skip
        return
    words = BacktestWords(report, language())
    heading(words.verdict())
    if but := words.but():
        say(but)
    say()
    say(" ".join(words.sentences()))
    for more in (words.trusted(), words.alarm()):
        if more:
            say(more)
    for one in words.tables():
        if one.key in _SHOWN and one.rows:
            _show_table(one)
    say()
    for name, value in words.scope():
        say(t("backtest.scope", name=name, value=value))


def _show_table(shown: ReportTable) -> None:
    say()
    heading(shown.title)
    table(
        list(shown.heads),
        [tuple(write_cell(cell, language()) for cell in row.cells) for row in shown.rows],
        right=range(shown.words, len(shown.heads)),
    )

"""``amiable habits``: how customers pay, of the company or of a file alone."""

from pathlib import Path

import click

from amiable.cli.command import Request, command, need_tables
from amiable.cli.imports import opened, reading_options, wishes_of
from amiable.cli.output import print_json, progress, say, table, waiting, width
from amiable.cli.strip import draw
from amiable.cli.texts import t
from amiable.desk.file_habits import FileHabits, file_habits
from amiable.desk.look import HabitLine, habit_lines

_SHOWN = 40
_BESIDE = 46  # columns the figures beside the strip take


@command("habits", database=False)
@click.argument("file", required=False, metavar=t("option.file_metavar"),
                type=click.Path(path_type=Path))  # fmt: skip
@click.option("--all", "every", is_flag=True, help=t("option.all"))
@reading_options
def habits(request: Request, file: Path | None, every: bool, **options: object) -> None:
    """How customers pay: of the company, or of a file alone."""
    if file is not None:
        with progress(t("progress.reading"), quiet=request.json) as tick:
            reading = opened(None, [file], wishes_of(options), tick)
            found = file_habits(reading, on=request.today)
        _show_habits(request, _lines(found), every)
        return
    need_tables()
    with waiting(t("progress.habits"), quiet=request.json):
        lines = habit_lines(request.company, request.today)
    _show_habits(request, lines, every)


def _lines(found: FileHabits) -> list[HabitLine]:
    return [
        HabitLine(
            key=one.key,
            name=one.name,
            n=one.habit.n,
            usual=one.habit.usual,
            low=one.habit.quantile(0.2),
            high=one.habit.quantile(0.8),
            trigger=min(max(one.habit.quantile(0.7) + 1, 3), one.habit.company.cap),
            own_share=one.habit.own_share,
            delays=tuple(delay for _, delay in one.habit.history),
            habit_share=found.company.habit_share,
            segment="",
        )
        for one in found.customers
    ]


def _show_habits(request: Request, lines: list[HabitLine], every: bool) -> None:
    if request.json:
        print_json(lines)
        return
    if not lines:
        say(t("habits.none"))
        return
    shown = lines if every else lines[:_SHOWN]
    room = min(max(width() - _BESIDE - max(len(line.name) for line in shown), 20), 48)
    table(
        [t("head.name"), "n", t("head.usual"), t("head.range"), t("head.trigger"), t("head.strip")],
        [
            (
                line.name,
                str(line.n),
                str(line.usual),
                f"{line.low} … {line.high}",
                str(line.trigger),
                draw(line.delays, line.usual, line.trigger, None, width=room),
            )
            for line in shown
        ],
        right=(1, 2, 3, 4),
    )
    if len(lines) > len(shown):
        say(t("check.more", n=len(lines) - len(shown)))
    say(t("habits.legend"))
    share = lines[0].habit_share
    advice = t("habits.alike") if share < 0.2 else t("habits.differ")
    say(t("habits.share", share=str(round(100 * share)), advice=advice))

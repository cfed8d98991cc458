"""Printing: tables for people, JSON for programs, progress for whoever waits."""

import json
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import is_dataclass
from datetime import date, datetime
from enum import Enum
from typing import Any

import click
from rich.console import Console, JustifyMethod
from rich.table import Table
from rich.text import Text

from amiable.cli.columns import GAP, fitted
from amiable.cli.texts import language, t
from amiable.engine.money import Money
from amiable.words import short_date, write_money

_SHOWN_AFTER = 1.0  # seconds; quicker work needs no bar
_HIDE = str.maketrans({"\N{NO-BREAK SPACE}": "\ue000", "\N{NARROW NO-BREAK SPACE}": "\ue001"})
_SHOW = str.maketrans({"\ue000": "\N{NO-BREAK SPACE}", "\ue001": "\N{NARROW NO-BREAK SPACE}"})
_IN_PIPES = 160  # columns: lines should not break where a program reads


def console() -> Console:
    """Where people read; wide when it is not a terminal, so that lines do not break in pipes."""
    return Console(highlight=False, width=None if sys.stdout.isatty() else _IN_PIPES)


def _print(what: str | Table, **style: Any) -> None:
    """Print, and never break a line at a no-break space: Rich takes it for any other space."""
    screen = console()
    kept = what.translate(_HIDE) if isinstance(what, str) else what
    with screen.capture() as captured:
        screen.print(kept, markup=False, **style)
    sys.stdout.write(captured.get().translate(_SHOW))


def width() -> int:
    """Columns a person sees."""
    return console().width


def at_terminal() -> bool:
    """Whether somebody is there to answer a question."""
    return sys.stdin.isatty()


def agree(question: str, *, default: bool) -> bool:
    """Ask a question; yes and no in the reader's language, and in English."""
    hint = t("answer.yes_first") if default else t("answer.no_first")
    while True:
        typed = click.prompt(f"{question} {hint}", default="", show_default=False)
        said = str(typed).strip().casefold()
        if not said:
            return default
        if said in (*t("answer.yes").split(), "y", "yes"):
            return True
        if said in (*t("answer.no").split(), "n", "no"):
            return False
        say(t("answer.again"))


def say(text: str = "") -> None:
    """One line for a person, printed as it is; a terminal breaks it between words."""
    _print(text, soft_wrap=not sys.stdout.isatty())


def heading(text: str) -> None:
    """A line in bold where that can be shown."""
    _print(text, style="bold", soft_wrap=not sys.stdout.isatty())


def table(heads: Sequence[str], rows: Sequence[Sequence[str]], right: Sequence[int] = ()) -> None:
    """A table for people; the columns in ``right`` hold figures and are aligned to the right.

    A column with nothing in any row is left out, none else, and no figure is ever cut: where the
    columns do not fit beside each other, each row is a block of its own, a line a column.
    """
    kept = [at for at in range(len(heads)) if any(row[at] for row in rows)]
    named = [heads[at].translate(_HIDE) for at in kept]
    cells = [[row[at].translate(_HIDE) for at in kept] for row in rows]
    figures = {new for new, at in enumerate(kept) if at in right}
    widths = fitted(named, cells, figures, width())
    if widths is None:
        _print_blocks(named, cells)
        return
    made = Table(box=None, pad_edge=False, padding=(0, GAP, 0, 0), header_style="bold")
    for at, head in enumerate(named):
        # As wide as was reckoned: left to itself, Rich narrows figures too, and drops columns.
        justify: JustifyMethod = "right" if at in figures else "left"
        made.add_column(head, justify=justify, width=widths[at], overflow="fold")
    for row in cells:
        # Without markup: a name in brackets is a name, not a colour.
        made.add_row(*(Text(cell) for cell in row))
    _print(made)


def _print_blocks(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    for nth, row in enumerate(rows):
        if nth:
            say()
        for head, cell in zip(heads, row, strict=True):
            if cell:
                say(t("table.line", head=head, value=cell) if head else cell)


def print_json(record: Any) -> None:
    """A record for programs: money in minor units with its currency, dates as ISO 8601."""
    sys.stdout.write(json.dumps(_plain(record), ensure_ascii=False, indent=2) + "\n")


def _plain(value: Any) -> Any:
    if isinstance(value, Money):
        return {"minor": value.minor, "currency": value.currency}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, date | datetime):
        return value.isoformat()
    if is_dataclass(value) and not isinstance(value, type):
        return {name: _plain(getattr(value, name)) for name in _fields(value)}
    if isinstance(value, dict):
        return {str(_plain(key)): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(item) for item in value]
    return value


def _fields(value: Any) -> list[str]:
    return [field for field in value.__dataclass_fields__ if not field.startswith("_")]


def amounts(values: Sequence[Money]) -> str:
    """Amounts one after the other, one a currency."""
    return " + ".join(write_money(value, language()) for value in values)


def day(value: date | None) -> str:
    """A day in a table; a dash for none."""
    return short_date(value, language()) if value else "–"


@contextmanager
def progress(title: str, *, quiet: bool = False) -> Iterator[Callable[[int, int], None]]:
    """A bar on standard error that shows itself when the work takes longer than a second."""
    # Imported here: most commands end before a bar is due.
    from rich.progress import (  # noqa: PLC0415
        BarColumn,
        Progress,
        TaskProgressColumn,
        TextColumn,
        TimeRemainingColumn,
    )

    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
    )
    task = bar.add_task(title, total=1)
    started = time.monotonic()

    def tick(done: int, total: int) -> None:
        late = time.monotonic() - started > _SHOWN_AFTER
        if late and not quiet and not bar.live.is_started:
            bar.start()
        bar.update(task, completed=done, total=max(total, 1))

    try:
        yield tick
    finally:
        if bar.live.is_started:
            bar.stop()


@contextmanager
def waiting(title: str, *, quiet: bool = False) -> Iterator[None]:
    """A moving sign on standard error while work of unknown length takes longer than a second."""
    if quiet or not sys.stderr.isatty():
        yield
        return
    status = Console(stderr=True).status(title)
    timer = threading.Timer(_SHOWN_AFTER, status.start)
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        timer.join()
        status.stop()

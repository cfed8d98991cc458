"""Printing: tables for people, JSON for programs, progress for whoever waits."""

import json
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, is_dataclass
from datetime import date, datetime
from enum import Enum
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn
from rich.table import Table

from amiable.cli.texts import LANGUAGE
from amiable.engine.money import Money
from amiable.words import short_date, write_money

_SHOWN_AFTER = 1.0  # seconds; quicker work needs no bar


def console() -> Console:
    """Where people read; wide when it is not a terminal, so that lines do not break in pipes."""
    return Console(highlight=False, width=None if sys.stdout.isatty() else 160)


def say(text: str = "") -> None:
    """One line for a person, printed as it is."""
    console().print(text, markup=False, soft_wrap=True)


def warn(text: str) -> None:
    """One line on standard error."""
    Console(stderr=True, highlight=False).print(text, markup=False, soft_wrap=True)


def table(heads: Sequence[str], rows: Sequence[Sequence[str]], right: Sequence[int] = ()) -> None:
    """A table for people; the columns in ``right`` are aligned to the right."""
    made = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for at, head in enumerate(heads):
        made.add_column(
            head, justify="right" if at in right else "left", no_wrap=at in right, overflow="fold"
        )
    for row in rows:
        made.add_row(*row)
    console().print(made, markup=False)


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
        return _plain(asdict(value))
    if isinstance(value, dict):
        return {str(_plain(key)): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(item) for item in value]
    return value


def amounts(values: Sequence[Money]) -> str:
    """Amounts one after the other, one a currency."""
    return " + ".join(write_money(value, LANGUAGE) for value in values)


def day(value: date | None) -> str:
    """A day in a table; a dash for none."""
    return short_date(value, LANGUAGE) if value else "–"


@contextmanager
def progress(title: str, *, quiet: bool = False) -> Iterator[Callable[[int, int], None]]:
    """A bar that shows itself when the work takes longer than a second."""
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
        if not quiet and not bar.live.is_started and time.monotonic() - started > _SHOWN_AFTER:
            bar.start()
        bar.update(task, completed=done, total=max(total, 1))

    try:
        yield tick
    finally:
        if bar.live.is_started:
            bar.stop()

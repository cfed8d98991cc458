"""Sketch: the columns of a table with examples, so that a person can say what they hold.

Made even of a table that the reader does not understand: that is when a person is needed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from amiable.sources.reading import SourceRefused
from amiable.sources.table.cells import Cell, text_of
from amiable.sources.table.fields import TableKind, TableMapping
from amiable.sources.table.locate import (
    Grid,
    best_place,
    given_place,
    grids_of,
    may_be_header,
    unique_headers,
)
from amiable.sources.table.mapping import propose_mapping

_LINES = 300
_HEADER_WITHIN = 40
_EXAMPLES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Sketch:
    """``examples``: some cells of each column, in the order of ``headers``."""

    line: int
    headers: tuple[str, ...]
    examples: tuple[tuple[str, ...], ...]
    mapping: TableMapping


def sketch(
    path: Path, *, kind: TableKind | None = None, mapping: TableMapping | None = None
) -> Sketch | None:
    """The columns of a file as far as they can be told; None for a file without columns.

    ``kind`` asks which columns would make a table of that kind; ``mapping`` is one in force.
    """
    try:
        grids = grids_of(path)
        place = given_place(path, grids, mapping) if mapping else best_place(path, grids, kind)
    except SourceRefused:
        place = None
    if place is not None:
        return _sketch(place.grid, place.line, place.headers, place.proposal.mapping)
    return _widest(path, kind)


def _widest(path: Path, kind: TableKind | None) -> Sketch | None:
    """The line with the most words that could be headers, whatever they say."""
    found: tuple[int, Grid, int, tuple[str, ...]] | None = None
    try:
        for grid in grids_of(path):
            for line, cells in islice(grid.rows(), _HEADER_WITHIN):
                headers = unique_headers(cells) if may_be_header(cells) else ()
                if len(headers) > 1 and (found is None or len(headers) > found[0]):
                    found = (len(headers), grid, line, headers)
    except SourceRefused:
        return None
    if found is None:
        return None
    _, grid, line, headers = found
    rows = [cells for number, cells in islice(grid.rows(), _LINES) if number > line]
    proposal = propose_mapping(headers, rows, kind=kind)
    return _sketch(grid, line, headers, proposal.mapping)


def _sketch(grid: Grid, line: int, headers: tuple[str, ...], mapping: TableMapping) -> Sketch:
    rows = [cells for number, cells in islice(grid.rows(), _LINES) if number > line]
    examples = tuple(_examples(rows, at) for at in range(len(headers)))
    return Sketch(line=line, headers=headers, examples=examples, mapping=mapping)


def _examples(rows: Sequence[list[Cell]], at: int) -> tuple[str, ...]:
    """The first different cells of a column that hold something."""
    texts = (text_of(row[at])[:80] for row in rows if at < len(row))
    return tuple(islice(dict.fromkeys(text for text in texts if text), _EXAMPLES))

"""Locate: the sheet, the separator, the header line, and what kind of table stands under it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Protocol

from amiable.sources.reading import Progress, Refusal, SourceRefused
from amiable.sources.table.cells import Cell, is_blank, text_of
from amiable.sources.table.fields import REQUIRED, TableKind, TableMapping
from amiable.sources.table.mapping import Proposal, is_amount, is_date, propose_mapping
from amiable.sources.table.names import fold, header_words
from amiable.sources.table.synonyms import KIND_HINTS
from amiable.sources.table.text_file import text_grids
from amiable.sources.table.workbook import is_workbook, sheet_grids

_LINES_LOOKED_AT = 300
_HEADER_WITHIN = 40
_FEC_WORDS = {"journalcode", "ecriturenumero"}


class Grid(Protocol):
    """Rows of cells: a text file under a separator, or a sheet."""

    path: Path

    @property
    def details(self) -> tuple[tuple[str, str], ...]:
        """What was found of the file's form, for `Understood`."""
        ...

    def rows(self, progress: Progress | None = None) -> Iterator[tuple[int, list[Cell]]]:
        """Each row with its line or row number, from 1."""
        ...


@dataclass(frozen=True, slots=True)
class Located:
    """Where the table is: its grid, the line of its header, its headers, what they mean."""

    grid: Grid
    line: int
    headers: tuple[str, ...]
    proposal: Proposal

    @property
    def worth(self) -> tuple[bool, float]:
        """To compare two places where the table could be."""
        return self.proposal.complete, self.proposal.score


def locate(path: Path, mapping: TableMapping | None, kind: TableKind | None) -> Located:
    """The place in the file that makes the best table. Raises SourceRefused where there is none."""
    grids = grids_of(path)
    if mapping:
        return given_place(path, grids, mapping)
    best = best_place(path, grids, kind)
    if not best.proposal.complete:
        raise _incomplete(best)
    if rival := best.proposal.rival:
        found_kind = best.proposal.mapping.kind
        raise _refused(path, "table.kind_unclear", best.line, kind=found_kind, rival=rival)
    return best


def grids_of(path: Path) -> Sequence[Grid]:
    """The grids a file may be cut into: its sheets, or its lines under each separator."""
    if not path.stat().st_size:
        raise _refused(path, "table.empty")
    return sheet_grids(path) if is_workbook(path) else text_grids(path)


def best_place(path: Path, grids: Sequence[Grid], kind: TableKind | None) -> Located:
    """The best header of all sheets or separators.

    A separator under which the file cannot even be cut into rows is not the file's; only where
    no other makes a table is that the reason to give.
    """
    found: list[Located] = []
    broken: SourceRefused | None = None
    for grid in grids:
        try:
            place = _best_header(grid, kind)
        except SourceRefused as refused:
            broken = broken or refused
        else:
            found += [place] if place else []
    best = max(found, key=lambda place: place.worth, default=None)
    if broken and not (best and best.proposal.complete):
        raise broken
    if best is None:
        raise _refused(path, "table.not_a_table")
    return best


def _best_header(grid: Grid, kind: TableKind | None) -> Located | None:
    """The line that makes the best header: of equals, the first."""
    sample = list(islice(grid.rows(), _LINES_LOOKED_AT))
    bonus = _hints(grid, sample)
    best: Located | None = None
    for at, (line, cells) in enumerate(sample[:_HEADER_WITHIN]):
        if not may_be_header(cells):
            continue
        headers = unique_headers(cells)
        if best and headers == best.headers:
            continue
        below = [row for _, row in sample[at + 1 :]]
        proposal = propose_mapping(headers, below, kind=kind, bonus=bonus)
        place = Located(grid, line, headers, proposal)
        if len(proposal.mapping.fields) > 1 and (best is None or place.worth > best.worth):
            best = place
    return best


def may_be_header(cells: list[Cell]) -> bool:
    """A header is two words or more, with neither amounts nor dates among them."""
    texts = [text_of(cell) for cell in cells if not is_blank(cell)]
    if len(texts) < 2 or {"".join(header_words(text)) for text in texts} >= _FEC_WORDS:
        return False
    return all(isinstance(cell, str) for cell in cells if not is_blank(cell)) and not any(
        is_amount(text) or is_date(text) for text in texts
    )


def _hints(grid: Grid, sample: list[tuple[int, list[Cell]]]) -> dict[TableKind, float]:
    """What the names of the file and of the sheet and the title lines say of the kind."""
    titles = [cells for _, cells in sample[:5]]
    alone = [text_of(row[0]) for row in titles if row and len([c for c in row if c != ""]) == 1]
    name = fold(" ".join([grid.path.stem, *(value for _, value in grid.details), *alone]))
    return {
        kind: 0.5 if any(word in name for word in words) else 0.0
        for kind, words in KIND_HINTS.items()
    }


def unique_headers(cells: Iterable[Cell]) -> tuple[str, ...]:
    """The headers as shown: an empty one is "", a second "Date" is "Date (2)"."""
    seen: dict[str, int] = {}
    headers = []
    for cell in cells:
        header = text_of(cell)
        seen[header] = seen.get(header, 0) + 1
        headers.append(f"{header} ({seen[header]})" if header and seen[header] > 1 else header)
    while headers and not headers[-1]:
        headers.pop()
    return tuple(headers)


def given_place(path: Path, grids: Sequence[Grid], mapping: TableMapping) -> Located:
    """The first line that holds every header of a given mapping."""
    wanted = {_plain(header) for header in mapping.fields.values()}
    closest: tuple[str, ...] = ()
    for grid in grids:
        for line, cells in islice(grid.rows(), _HEADER_WITHIN):
            headers = unique_headers(cells)
            plain = {_plain(header): header for header in headers}
            if wanted and wanted <= set(plain):
                return _under(grid, line, headers, mapping, plain)
            shared, best = (len(wanted & {_plain(h) for h in hs}) for hs in (headers, closest))
            closest = headers if shared > best or not closest else closest
    missing = sorted(wanted - {_plain(header) for header in closest})
    names = [header for header in mapping.fields.values() if _plain(header) in missing]
    raise _refused(
        path,
        "table.mapping_columns_missing",
        missing=", ".join(names),
        headers=", ".join(header for header in closest if header),
    )


def _under(
    grid: Grid, line: int, headers: tuple[str, ...], mapping: TableMapping, plain: dict[str, str]
) -> Located:
    fields = {name: plain[_plain(header)] for name, header in mapping.fields.items()}
    own = TableMapping(
        kind=mapping.kind,
        fields=fields,
        date_order=mapping.date_order,
        decimal_mark=mapping.decimal_mark,
    )
    ignored = tuple(header for header in headers if header not in fields.values())
    place = Located(grid, line, headers, Proposal(mapping=own, score=0.0, ignored=ignored))
    if not place.proposal.complete:
        raise _incomplete(place)
    return place


def _plain(header: str) -> str:
    return " ".join(header_words(header)) or header


def _incomplete(place: Located) -> SourceRefused:
    mapping = place.proposal.mapping
    if len(mapping.fields) < 2 and len(REQUIRED[mapping.kind]) > 2:
        return _refused(place.grid.path, "table.not_a_table")
    return _refused(
        place.grid.path,
        "table.columns_missing",
        place.line,
        kind=mapping.kind.value,
        missing="; ".join(" / ".join(group) for group in mapping.missing()),
        headers=", ".join(header for header in place.headers if header),
    )


def _refused(path: Path, code: str, line: int = 0, **facts: str) -> SourceRefused:
    return SourceRefused(
        Refusal(file=path.name, line=line, column="", value="", code=code, facts=facts)
    )

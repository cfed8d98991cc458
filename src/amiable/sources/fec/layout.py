"""The header: which separator, which columns, where."""

import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from amiable.sources.fec.text import Lines, survey, utf16_of
from amiable.sources.reading import Refusal, SourceRefused

_SEPARATORS = ("\t", "|", ";")
SEPARATOR_NAMES = {"\t": "tab", "|": "pipe", ";": "semicolon"}

_REQUIRED = ("journalcode", "ecriturenum", "ecrituredate", "comptenum", "ecriturelib")
_OPTIONAL = (
    "journallib",
    "comptelib",
    "compauxnum",
    "compauxlib",
    "pieceref",
    "piecedate",
    "ecriturelet",
    "datelet",
)
_SPELLING = {
    "journalcode": "JournalCode",
    "ecriturenum": "EcritureNum",
    "ecrituredate": "EcritureDate",
    "comptenum": "CompteNum",
    "ecriturelib": "EcritureLib",
    "debit": "Debit",
    "credit": "Credit",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """Where things are in a row. A column that the file lacks is at ``blank``, always empty.

    With ``signed`` the file has Montant and Sens: rows are turned into debit and credit first,
    the amount's place becoming the debit's and the side's place the credit's.
    """

    separator: str
    columns: tuple[str, ...]
    header_line: int
    trailing: bool
    signed: bool
    journal: int
    journal_name: int
    number: int
    date: int
    account: int
    account_name: int
    customer: int
    customer_name: int
    piece: int
    piece_date: int
    label: int
    debit: int
    credit: int
    lettering: int
    lettering_date: int

    @property
    def width(self) -> int:
        """The number of cells in a regular line."""
        return len(self.columns) + self.trailing

    @property
    def lacks_columns(self) -> bool:
        """Whether some column this reader knows is not in the file."""
        blank = self.width
        return blank in (
            self.journal_name,
            self.account_name,
            self.customer,
            self.customer_name,
            self.piece,
            self.piece_date,
            self.lettering,
            self.lettering_date,
        )


def _plain(name: str) -> str:
    """A column's name without case, accents or punctuation."""
    letters = unicodedata.normalize("NFKD", name.lower())
    return re.sub(r"[^a-z0-9]", "", letters)


def read_layout(file: str, line: str, header_line: int) -> Layout:
    """The layout that a header line gives. Raises SourceRefused when it is no FEC header."""
    separator = max(_SEPARATORS, key=line.count)
    cells = [_plain(cell) for cell in line.split(separator)]
    trailing = len(cells) > 1 and not cells[-1]
    if trailing:
        cells.pop()
    at = {name: place for place, name in reversed(list(enumerate(cells)))}
    signed = "montant" in at and "sens" in at and not ("debit" in at and "credit" in at)
    if signed:
        at |= {"debit": at["montant"], "credit": at["sens"]}
    missing = [name for name in (*_REQUIRED, "debit", "credit") if name not in at]
    if missing:
        raise SourceRefused(_no_header(file, line, header_line, missing))
    blank = len(cells) + trailing
    at = dict.fromkeys(_OPTIONAL, blank) | at
    return Layout(
        separator=separator,
        columns=tuple(cells),
        header_line=header_line,
        trailing=trailing,
        signed=signed,
        journal=at["journalcode"],
        journal_name=at["journallib"],
        number=at["ecriturenum"],
        date=at["ecrituredate"],
        account=at["comptenum"],
        account_name=at["comptelib"],
        customer=at["compauxnum"],
        customer_name=at["compauxlib"],
        piece=at["pieceref"],
        piece_date=at["piecedate"],
        label=at["ecriturelib"],
        debit=at["debit"],
        credit=at["credit"],
        lettering=at["ecriturelet"],
        lettering_date=at["datelet"],
    )


def _no_header(file: str, line: str, header_line: int, missing: list[str]) -> Refusal:
    return Refusal(
        file=file,
        line=header_line,
        column="",
        value=line[:80],
        code="fec.header",
        facts={"missing": ", ".join(_SPELLING[name] for name in missing)},
    )


def first_line(lines: Lines) -> tuple[int, str] | None:
    """The first line that is not blank, with its number; None for an empty file."""
    before = 0
    for block in lines.blocks():
        for number, line in enumerate(block, before + 1):
            if line.strip(" \x1a\0"):
                return number, line
        before += len(block)
    return None


def looks_like_fec(path: Path) -> bool:
    """Whether a file's first line is a FEC header; reads little more than that line."""
    try:
        with path.open("rb") as file:
            start = file.read(4096)
    except OSError:
        return False
    text = start.decode(utf16_of(start[:4]) or "latin-1", "replace").lstrip("\ufeffï»¿")
    lines = text.strip().splitlines()
    try:
        return bool(lines) and bool(read_layout(path.name, lines[0], 1))
    except SourceRefused:
        return False


def open_layout(path: Path) -> tuple[Lines, Layout]:
    """The lines of a file and their layout. Raises SourceRefused when it is no FEC."""
    try:
        lines = Lines(path, survey(path))
        header = first_line(lines)
    except OSError as error:
        facts = {"reason": error.strerror or str(error)}
        raise SourceRefused(_whole(path, "fec.unreadable", facts)) from error
    if header is None:
        raise SourceRefused(_whole(path, "fec.empty", {}))
    number, line = header
    return Lines(path, lines.encoding), read_layout(path.name, line, number)


def _whole(path: Path, code: str, facts: dict[str, str]) -> Refusal:
    return Refusal(file=path.name, line=0, column="", value="", code=code, facts=facts)

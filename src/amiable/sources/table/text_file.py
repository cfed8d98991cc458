"""Text files: encoding, separator, and rows with the number of the line they start on."""

import codecs
import csv
import io
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from charset_normalizer import from_bytes

from amiable.sources.reading import Progress, Refusal, SourceRefused
from amiable.sources.table.cells import Cell

SEPARATORS = {";": "semicolon", ",": "comma", "\t": "tab", "|": "pipe"}
_BLOCK = 1 << 20
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_LETTERS = frozenset("éèêëàâäçùûüîïôöœæÉÈÊËÀÂÄÇÙÛÜÎÏÔÖŒÆñáíóúãõßÑÁÍÓÚåøÅØìòÿ")
_PLAUSIBLE = _LETTERS | frozenset("€°º’‘“”«»–—…·•²³½¼£§®©™ª¿¡± \xa0")
_EIGHT_BITS = ("cp1252", "iso8859-15", "cp850")
_ASCII = bytes(range(128))


@dataclass(frozen=True, slots=True)
class Encoding:
    """An encoding, and whether some bytes do not fit it (they are shown as U+FFFD)."""

    name: str
    damaged: bool = False


def find_encoding(path: Path) -> Encoding:
    """The encoding of a file, looked for in the whole of it.

    Byte order marks first, then UTF-8, then of CP1252, ISO 8859-15 and CP850 the one in which
    the accented letters make sense, and charset-normalizer for anything else.
    """
    with path.open("rb") as file:
        head = file.read(4096)
    for mark, name in _BOMS:
        if head.startswith(mark):
            return Encoding(name)
    if head[1::2].count(0) > len(head) // 4:
        return Encoding("utf-16-le")
    if head[::2].count(0) > len(head) // 4:
        return Encoding("utf-16-be")
    seen, wrong, sound = _scan(path)
    if not wrong:
        return Encoding("utf-8")
    if sound > 9 * wrong:
        return Encoding("utf-8", damaged=True)
    return Encoding(_eight_bits(seen) or _detected(path))


def _scan(path: Path) -> tuple[Counter[int], int, int]:
    """The bytes above 127, how many do not fit UTF-8, and how many characters do."""
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    seen: Counter[int] = Counter()
    wrong = sound = 0
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            high = block.translate(None, _ASCII)
            text = decoder.decode(block)
            if high:
                seen.update(high)
                bad = text.count("\ufffd")
                wrong += bad
                sound += len(text) - (len(block) - len(high)) - bad
    return seen, wrong + len(decoder.decode(b"", final=True)), sound


def _eight_bits(seen: Counter[int]) -> str | None:
    """The eight-bit encoding in which nearly all high bytes are letters of western Europe."""
    best, best_score = None, 0.0
    for name in _EIGHT_BITS:
        try:
            signs = {bytes([byte]).decode(name): count for byte, count in seen.items()}
        except UnicodeDecodeError:
            continue
        plausible = sum(count for sign, count in signs.items() if sign in _PLAUSIBLE)
        letters = sum(count for sign, count in signs.items() if sign in _LETTERS)
        score = plausible + letters / 2
        if plausible >= 0.85 * seen.total() and score > best_score:
            best, best_score = name, score
    return best


def _detected(path: Path) -> str:
    with path.open("rb") as file:
        lines = [line for line in file.read(_BLOCK).splitlines() if not line.isascii()]
    match = from_bytes(b"\n".join(lines[:500])).best()
    if match is None:
        raise SourceRefused(
            Refusal(file=path.name, line=0, column="", value="", code="table.encoding_unknown")
        )
    return match.encoding


class TextGrid:
    """The rows of a text file under one separator."""

    def __init__(self, path: Path, encoding: Encoding, separator: str) -> None:
        self.path, self.encoding, self.separator = path, encoding, separator
        self.size = path.stat().st_size

    @property
    def details(self) -> tuple[tuple[str, str], ...]:
        """What was found of the file's form, for `Understood`."""
        name = self.encoding.name
        return (
            ("encoding", f"{name} (damaged)" if self.encoding.damaged else name),
            ("separator", SEPARATORS[self.separator]),
        )

    def rows(self, progress: Progress | None = None) -> Iterator[tuple[int, list[Cell]]]:
        """Each row with the number of its first line. Raises SourceRefused on an open quote."""
        with self.path.open("rb") as raw:
            text = io.TextIOWrapper(raw, self.encoding.name, errors="replace", newline="")
            reader = csv.reader(text, delimiter=self.separator)
            line = 0
            try:
                for cells in reader:
                    after = reader.line_num
                    if after - line > 1:
                        self._check_quotes(cells, line + 1)
                    yield line + 1, cells  # type: ignore[misc]
                    line = after
                    if progress and not line % 8192:
                        progress(raw.tell(), self.size)
            except csv.Error as error:
                raise self._refused("table.quote_unclosed", line + 1) from error

    def _check_quotes(self, cells: list[str], line: int) -> None:
        """Refuse a cell that swallowed whole rows: a quote opened on ``line`` is not closed."""
        separators = max(1, len(cells) - 1)
        for cell in cells:
            inner = cell.splitlines()[1:]
            swallowed = sum(row.count(self.separator) >= separators for row in inner)
            if swallowed > 1 or (swallowed and cell is cells[-1]):
                raise self._refused("table.quote_unclosed", line)

    def _refused(self, code: str, line: int) -> SourceRefused:
        return SourceRefused(
            Refusal(file=self.path.name, line=line, column="", value="", code=code)
        )


def text_grids(path: Path) -> list[TextGrid]:
    """The file under each separator that its first lines hold; the one Excel's "sep=" names."""
    encoding = find_encoding(path)
    with path.open(encoding=encoding.name, errors="replace", newline="") as file:
        head = file.read(65536)
    if head[:4].lower() == "sep=" and head[4:5] in SEPARATORS:
        return [TextGrid(path, encoding, head[4])]
    return [TextGrid(path, encoding, mark) for mark in SEPARATORS if mark in head]

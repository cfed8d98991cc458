"""Workbooks: XLSX, XLS and ODS through calamine, as rows of typed cells."""

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

import python_calamine as calamine

from amiable.sources.reading import Progress, Refusal, SourceRefused
from amiable.sources.table.cells import Cell

_PIECE = 1 << 20
ZIP_MAGIC, OLE_MAGIC = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
MOST_INFLATED = 1 << 30
"""Bytes that a zipped workbook may hold: a million lines of twenty columns do."""
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


class SheetGrid:
    """The rows of one sheet."""

    def __init__(self, path: Path, name: str, sheet: calamine.CalamineSheet) -> None:
        self.path, self.name, self._sheet = path, name, sheet

    @property
    def details(self) -> tuple[tuple[str, str], ...]:
        """What was found of the file's form, for `Understood`."""
        return (("sheet", self.name),)

    def rows(self, progress: Progress | None = None) -> Iterator[tuple[int, list[Cell]]]:
        """Each row with its number in the sheet, from 1."""
        total = self._sheet.total_height
        for row, cells in enumerate(self._sheet.iter_rows(), start=1):
            yield row, cells  # type: ignore[misc]
            if progress and not row % 8192:
                progress(row, total)


def is_workbook(path: Path) -> bool:
    """Whether the file's first bytes are those of a workbook, whatever its name says."""
    with path.open("rb") as file:
        return file.read(4) in (ZIP_MAGIC, OLE_MAGIC)


def sheet_grids(path: Path) -> list[SheetGrid]:
    """The visible sheets that hold something. Raises SourceRefused (password, broken file)."""
    content = path.read_bytes()
    if content.startswith(ZIP_MAGIC) and _inflates_beyond(content, MOST_INFLATED):
        raise _refused(path, "table.too_large")
    try:
        book = calamine.load_workbook(io.BytesIO(content))
        seen = [
            sheet.name
            for sheet in book.sheets_metadata
            if sheet.visible == calamine.SheetVisibleEnum.Visible
            and sheet.typ == calamine.SheetTypeEnum.WorkSheet
        ]
        grids = [SheetGrid(path, name, book.get_sheet_by_name(name)) for name in seen]
    except calamine.PasswordError as error:
        raise _refused(path, "table.password") from error
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # a broken file may also raise Rust's panic, no Exception
        locked = content.startswith(OLE_MAGIC) and _ENCRYPTED in content
        raise _refused(path, "table.password" if locked else "table.broken_workbook") from error
    return [grid for grid in grids if grid._sheet.end is not None]


def _inflates_beyond(content: bytes, most: int) -> bool:
    """Whether a zip holds more than ``most`` bytes, whatever it says of itself.

    A few kilobytes may be written so as to fill the memory: they are unpacked and let go here.
    """
    total = 0
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for info in archive.infolist():
                total += _inflated(content, info, most - total)
                if total > most:
                    return True
    except (zipfile.BadZipFile, zlib.error, struct.error):
        return False  # damaged: the workbook's reader says so
    return False


def _inflated(content: bytes, info: zipfile.ZipInfo, most: int) -> int:
    """The bytes that a member unpacks to, counted up to a little more than ``most``."""
    if info.compress_type != zipfile.ZIP_DEFLATED:
        return info.compress_size
    names = struct.unpack_from("<HH", content, info.header_offset + 26)
    start = info.header_offset + 30 + sum(names)
    unpacker = zlib.decompressobj(-zlib.MAX_WBITS)
    rest, total = content[start : start + info.compress_size], 0
    while rest and not unpacker.eof and total <= most:
        total += len(unpacker.decompress(rest, _PIECE))
        rest = unpacker.unconsumed_tail
    return total


def _refused(path: Path, code: str) -> SourceRefused:
    return SourceRefused(Refusal(file=path.name, line=0, column="", value="", code=code))

"""Workbooks: XLSX, XLS and ODS through calamine, as rows of typed cells."""

import io
from collections.abc import Iterator
from pathlib import Path

import python_calamine as calamine

from amiable.sources.reading import Progress, Refusal, SourceRefused
from amiable.sources.table.cells import Cell

ZIP_MAGIC, OLE_MAGIC = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
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


def _refused(path: Path, code: str) -> SourceRefused:
    return SourceRefused(Refusal(file=path.name, line=0, column="", value="", code=code))

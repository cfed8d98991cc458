"""Export: rows as a CSV or XLSX file, a few at a time, however many there are.

    csv_lines(rows, header, language)      # an iterator of encoded lines, to be streamed
    xlsx_file(rows, header, title)         # an open temporary file, at its start

``rows`` is any iterable, read once; a cell is None, a text, a whole number, a Decimal, Money
(written as a number: give its currency a column of its own), a date or a bool. Memory does not
grow with the rows. A text that a spreadsheet would run as a formula is written so that it is not.
"""

import csv
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from io import StringIO
from tempfile import NamedTemporaryFile
from typing import IO

import xlsxwriter

from amiable.engine.money import Money, exponent
from amiable.engine.parties import Language

Cell = None | str | int | bool | Decimal | Money | date
Row = Sequence[Cell]

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_BOM = "\ufeff"  # without it a spreadsheet reads UTF-8 as something else
_LINES = 500  # written at once
SHEET_ROWS = 1_048_575  # what one sheet holds under its header


def csv_lines(rows: Iterable[Row], header: Sequence[str], language: Language) -> Iterator[bytes]:
    """The file by the piece: UTF-8 with a mark; ``;`` and decimal commas for French readers."""
    french = language is Language.FR
    text = StringIO()
    text.write(_BOM)
    writer = csv.writer(text, delimiter=";" if french else ",", lineterminator="\r\n")
    writer.writerow([_safe(name) for name in header])
    for at, row in enumerate(rows, start=1):
        writer.writerow([_csv_cell(cell, french=french) for cell in row])
        if at % _LINES == 0:
            yield _taken(text)
    yield _taken(text)


def _taken(text: StringIO) -> bytes:
    data = text.getvalue().encode("utf-8")
    text.seek(0)
    text.truncate()
    return data


def _csv_cell(cell: Cell, *, french: bool) -> str:
    match cell:
        case None:
            return ""
        case str():
            return _safe(cell)
        case Money():
            cell = cell.decimal()
        case date():
            return cell.strftime("%d/%m/%Y") if french else cell.isoformat()
        case bool():
            return str(int(cell))
    return str(cell).replace(".", ",") if french else str(cell)


def _safe(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text


def xlsx_file(rows: Iterable[Row], header: Sequence[str], title: str) -> IO[bytes]:
    """A workbook in a temporary file that goes away when closed; amounts are numbers, days dates.

    A row leaves memory when the next one comes; more rows than a sheet holds go on to another.
    """
    file = NamedTemporaryFile(prefix="amiable-", suffix=".xlsx")  # noqa: SIM115 closed by the reader
    book = xlsxwriter.Workbook(
        file.name, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    _Sheets(book, header, title[:28]).write(rows)
    book.close()
    file.seek(0)
    return file


class _Sheets:
    """The sheets of a workbook, one after another."""

    def __init__(self, book: xlsxwriter.Workbook, header: Sequence[str], title: str) -> None:
        self.book, self.header, self.title = book, header, title
        self.head = book.add_format({"bold": True, "bottom": 1})
        self.day = book.add_format({"num_format": "yyyy-mm-dd"})
        self.whole = book.add_format({"num_format": "#,##0"})
        self.cents = book.add_format({"num_format": "#,##0.00"})
        self.count = 0

    def write(self, rows: Iterable[Row]) -> None:
        """All rows, and at least one sheet with its header."""
        sheet, line = self._sheet(), 0
        for row in rows:
            if line == SHEET_ROWS:
                sheet, line = self._sheet(), 0
            line += 1
            for column, cell in enumerate(row):
                self._write(sheet, line, column, cell)

    def _sheet(self) -> xlsxwriter.worksheet.Worksheet:
        self.count += 1
        name = self.title if self.count == 1 else f"{self.title} {self.count}"
        sheet = self.book.add_worksheet(name)
        sheet.freeze_panes(1, 0)
        for column, head in enumerate(self.header):
            sheet.set_column(column, column, max(12, min(40, len(head) + 4)))
            sheet.write_string(0, column, head, self.head)
        return sheet

    def _write(
        self, sheet: xlsxwriter.worksheet.Worksheet, line: int, column: int, cell: Cell
    ) -> None:
        match cell:
            case None | "":
                return
            case str():
                sheet.write_string(line, column, cell)
            case Money():
                kind = self.cents if exponent(cell.currency) else self.whole
                sheet.write_number(line, column, float(cell.decimal()), kind)
            case date():
                at = datetime(cell.year, cell.month, cell.day)  # noqa: DTZ001 a day has no zone
                sheet.write_datetime(line, column, at, self.day)
            case _:
                sheet.write_number(line, column, float(cell))

"""Exports: every row, numbers as numbers, no formula, the memory of a few rows."""

import csv
import tracemalloc
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from io import BytesIO

import pytest
from python_calamine import CalamineWorkbook

from amiable.desk import export
from amiable.desk.export import Row, csv_lines, xlsx_file
from amiable.engine.money import Money
from amiable.engine.parties import Language

HEADER = ("Customer", "Amount", "Day", "Late")
DAY = date(2026, 2, 4)
ROW: Row = ("Hélianthe", Money(minor=-120_050, currency="EUR"), DAY, 16)
EVIL = ["=1+1", "+33 1", "-2", "@SUM(A1)", "\tx", "\r=1", "=cmd|' /C calc'!A0"]


def text(rows: list[Row], language: Language) -> str:
    return b"".join(csv_lines(rows, HEADER, language)).decode("utf-8")


def test_a_french_file_has_semicolons_and_decimal_commas() -> None:
    assert text([ROW], Language.FR) == (
        "\ufeffCustomer;Amount;Day;Late\r\nHélianthe;-1200,50;04/02/2026;16\r\n"
    )


def test_an_english_file_has_commas_and_points() -> None:
    assert text([ROW], Language.EN) == (
        "\ufeffCustomer,Amount,Day,Late\r\nHélianthe,-1200.50,2026-02-04,16\r\n"
    )


@pytest.mark.parametrize("cell", EVIL)
def test_a_text_that_looks_like_a_formula_is_text(cell: str) -> None:
    row = next(csv.reader(text([(cell,)], Language.EN).splitlines()[1:]), [""])
    written = text([(cell,)], Language.EN).split("\r\n", 1)[1]
    assert written.lstrip('"').startswith("'")
    assert row[0].startswith("'")
    (_, values) = read(xlsx_file([(cell,)], ["x"], "x"))
    assert values[0] == cell.replace("\r", "\n") or values[0].endswith("=1")


def read(file) -> list[list[object]]:
    book = CalamineWorkbook.from_filelike(BytesIO(file.read()))
    return book.get_sheet_by_index(0).to_python()


def test_a_workbook_holds_numbers_and_days() -> None:
    rows = [ROW, (None, Decimal("1.5"), None, True), ("", Money(minor=7, currency="JPY"), DAY, 0)]
    head, first, second, third = read(xlsx_file(rows, HEADER, "Balance"))
    assert head == list(HEADER)
    assert first[:2] == ["Hélianthe", -1200.5]
    assert first[2] == DAY
    assert first[3] == 16
    assert second == ["", 1.5, "", 1.0]
    assert third[1] == 7.0


def test_more_rows_than_a_sheet_holds_go_on_to_another(monkeypatch) -> None:
    monkeypatch.setattr(export, "SHEET_ROWS", 3)
    rows: list[Row] = [(n,) for n in range(7)]
    book = CalamineWorkbook.from_filelike(BytesIO(xlsx_file(rows, ["n"], "Liste").read()))
    assert book.sheet_names == ["Liste", "Liste 2", "Liste 3"]
    found = [book.get_sheet_by_index(at).to_python()[1:] for at in range(3)]
    assert [int(row[0]) for part in found for row in part] == list(range(7))


def test_an_empty_list_is_a_file_with_a_header() -> None:
    assert text([], Language.FR).strip() == "\ufeffCustomer;Amount;Day;Late"
    assert read(xlsx_file([], HEADER, "x")) == [list(HEADER)]


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_memory_does_not_grow_with_the_rows(kind: str) -> None:
    def peak(count: int) -> int:
        rows: Iterator[Row] = ((f"Customer {n}", n, DAY, n) for n in range(count))
        tracemalloc.start()
        if kind == "csv":
            size = sum(len(part) for part in csv_lines(rows, HEADER, Language.FR))
        else:
            with xlsx_file(rows, HEADER, "x") as file:
                size = len(file.read(100))
        assert size
        found = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return found

    peak(100)  # modules are loaded
    assert peak(20_000) < peak(2_000) + 500_000

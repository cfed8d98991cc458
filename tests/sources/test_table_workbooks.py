"""XLSX and ODS files, written here with xlsxwriter and by hand."""

import zipfile
from datetime import date, datetime
from pathlib import Path

import pytest
import xlsxwriter

from amiable.sources.reading import SourceRefused
from amiable.sources.table import TableKind, looks_like_table, open_table

HEADER = ["Code client", "N° facture", "Date facture", "Échéance", "Montant TTC"]


def workbook(path: Path, sheets: dict[str, list[list[object]]], hidden: str = "") -> Path:
    book = xlsxwriter.Workbook(str(path), {"default_date_format": "dd/mm/yyyy"})
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        if name == hidden:
            sheet.hide()
        for at, row in enumerate(rows):
            for column, cell in enumerate(row):
                sheet.write(at, column, cell)
    book.close()
    return path


def test_the_sheet_that_makes_a_table_is_found_and_named(tmp_path: Path) -> None:
    at_midnight = datetime(2026, 2, 24)  # noqa: DTZ001 - as a workbook holds it
    row = [17, "F1", date(2026, 1, 25), at_midnight, 1234.5]
    path = workbook(
        tmp_path / "t.xlsx",
        {
            "Notice": [["Mode d'emploi"], ["à lire", "ou pas"]],
            "Factures": [[], ["Titre"], HEADER, row],
        },
    )
    reading = open_table(path)
    (facts,) = reading.facts()
    (invoice,) = facts.invoices
    assert (invoice.customer, invoice.amount.minor) == ("17", 123450)
    assert (invoice.issued_on, invoice.due_on) == (date(2026, 1, 25), date(2026, 2, 24))
    shown = dict(reading.understood.details)
    assert (reading.understood.format, shown["sheet"], shown["header_line"]) == (
        "xlsx",
        "Factures",
        "3",
    )
    assert looks_like_table(path)


def test_a_hidden_sheet_is_not_read(tmp_path: Path) -> None:
    rows = [HEADER, ["C1", "F1", "25/01/2026", "24/02/2026", 10]]
    path = workbook(tmp_path / "t.xlsx", {"Vide": [["a"]], "Caché": rows}, hidden="Caché")
    with pytest.raises(SourceRefused) as refused:
        open_table(path)
    assert refused.value.refusal.code == "table.not_a_table"


def test_numbers_for_dates_and_texts_for_amounts_are_read_in_a_workbook(tmp_path: Path) -> None:
    rows = [
        HEADER,
        ["C1", 2026001, 46047, "24/02/2026", "1 234,50 €"],
        ["Total", "", "", "", 1234.5],
    ]
    reading = open_table(workbook(tmp_path / "t.xlsx", {"A": rows}))
    (facts,) = reading.facts()
    (invoice,) = facts.invoices
    assert (invoice.number, invoice.issued_on) == ("2026001", date(2026, 1, 25))
    assert invoice.amount.minor == 123450
    assert (reading.refusals, reading.warnings) == ([], [])


def test_a_refused_row_of_a_workbook_has_its_row_number(tmp_path: Path) -> None:
    good = ["C1", "F1", "25/01/2026", "24/02/2026", 10]
    rows = [[], [], HEADER, good, [], ["C1", "F2", "25/01/2026", "24/02/2026", 10.123]]
    reading = open_table(workbook(tmp_path / "t.xlsx", {"A": rows}))
    list(reading.facts())
    (refusal,) = reading.refusals
    assert (refusal.line, refusal.code) == (6, "table.amount_too_precise")
    assert (refusal.column, refusal.value) == ("Montant TTC", "10.123")


def test_a_workbook_named_csv_is_a_workbook_and_a_text_named_xls_a_text(tmp_path: Path) -> None:
    rows = [HEADER, ["C1", "F1", "25/01/2026", "24/02/2026", 10]]
    path = workbook(tmp_path / "t.xlsx", {"A": rows}).rename(tmp_path / "t.csv")
    assert open_table(path).understood.details[0] == ("sheet", "A")
    text = tmp_path / "t.xls"
    text.write_text("\t".join(HEADER) + "\nC1\tF1\t25/01/2026\t24/02/2026\t10\n")
    assert open_table(text).understood.details[1] == ("separator", "tab")


NAMESPACE = "urn:oasis:names:tc:opendocument:xmlns"
CELL = '<table:table-cell office:value-type="{}" {}><text:p>{}</text:p></table:table-cell>'


def ods(path: Path, sheet: str, rows: list[list[str]]) -> Path:
    body = "".join(f"<table:table-row>{''.join(row)}</table:table-row>" for row in rows)
    names = " ".join(
        f'xmlns:{name}="{NAMESPACE}:{name}:1.0"' for name in ("office", "table", "text")
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", kind)
        archive.writestr(
            "content.xml",
            f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {names}>'
            f'<office:body><office:spreadsheet><table:table table:name="{sheet}">{body}'
            "</table:table></office:spreadsheet></office:body></office:document-content>",
        )
        archive.writestr(
            "META-INF/manifest.xml",
            f'<manifest:manifest xmlns:manifest="{NAMESPACE}:manifest:1.0">'
            f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{kind}"/>'
            "</manifest:manifest>",
        )
    return path


def test_an_ods_file_is_read(tmp_path: Path) -> None:
    header = [CELL.format("string", "", name) for name in ("Client", "Date", "Montant")]
    row = [
        CELL.format("string", "", "Martin"),
        CELL.format("date", 'office:date-value="2026-01-25"', "25/01/26"),
        CELL.format("float", 'office:value="12.5"', "12,50"),
    ]
    reading = open_table(ods(tmp_path / "t.ods", "Règlements", [header, row]))
    (facts,) = reading.facts()
    assert reading.kind is TableKind.PAYMENTS
    assert dict(reading.understood.details)["sheet"] == "Règlements"
    assert (facts.credits[0].received_on, facts.credits[0].amount.minor) == (
        date(2026, 1, 25),
        1250,
    )


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"PK\x03\x04 cut short", "table.broken_workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 broken", "table.broken_workbook"),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
            "table.password",
        ),
    ],
)
def test_a_broken_or_locked_workbook_is_refused(tmp_path: Path, content: bytes, code: str) -> None:
    path = tmp_path / "t.xlsx"
    path.write_bytes(content)
    with pytest.raises(SourceRefused) as refused:
        open_table(path)
    assert refused.value.refusal.code == code
    assert not looks_like_table(path)


def test_a_workbook_without_rows_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceRefused) as refused:
        open_table(workbook(tmp_path / "t.xlsx", {"A": [HEADER]}))
    assert refused.value.refusal.code == "table.no_rows"

"""What the bytes of a file tell before it is read: no table, an archive, a damaged text."""

import zipfile
from pathlib import Path

import pytest

from amiable.sources.file_kind import must_be_readable
from amiable.sources.reading import SourceRefused

TABLE = "Client;Numéro;Montant\nMarchand;A1;10,00\n"


def refused(path: Path) -> tuple[str, int, dict[str, str]]:
    with pytest.raises(SourceRefused) as error:
        must_be_readable(path)
    refusal = error.value.refusal
    return refusal.code, refusal.line, refusal.facts


@pytest.mark.parametrize(
    ("start", "code", "kind"),
    [
        (b"\xff\xd8\xff\xe0 JFIF", "source.other_kind", "JPEG"),
        (b"%PDF-1.7", "source.other_kind", "PDF"),
        (b"<!DOCTYPE html>", "source.other_kind", "HTML"),
        (b"Rar!\x1a\x07", "source.archive", "RAR"),
        (b"\x1f\x8b\x08\x00", "source.archive", "GZIP"),
    ],
)
def test_another_kind_of_file_is_named(tmp_path: Path, start: bytes, code: str, kind: str) -> None:
    path = tmp_path / "factures.csv"
    path.write_bytes(start + bytes(range(256)))
    assert refused(path) == (code, 0, {"kind": kind})


def test_a_zip_is_an_archive_unless_it_is_a_workbook(tmp_path: Path) -> None:
    archive, book = tmp_path / "factures.xlsx", tmp_path / "book.xlsx"
    for path, member in ((archive, "factures.csv"), (book, "xl/workbook.xml")):
        with zipfile.ZipFile(path, "w") as file:
            file.writestr(member, TABLE)
    assert refused(archive) == ("source.archive", 0, {"kind": "ZIP"})
    must_be_readable(book)  # a broken one: its own reader says so


def test_a_zero_byte_is_told_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "factures.csv"
    path.write_bytes((TABLE * 30_000).encode() + b"Mar\x00chand;A2;10,00\n")
    assert refused(path) == ("source.zero_byte", 60_001, {})


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le"])
def test_a_text_in_any_encoding_is_read(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "factures.csv"
    path.write_bytes(TABLE.encode(encoding))
    assert must_be_readable(path) is None

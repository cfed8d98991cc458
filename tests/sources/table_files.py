"""Small tables written to a folder and read back; shared by the tests of the table reader."""

from pathlib import Path

import pytest

from amiable.sources.reading import CustomerFacts, SourceRefused
from amiable.sources.table import CODES, TableReading, open_table

HEADER = "Code client;N° facture;Date facture;Échéance;Montant TTC"
ROW = "C1;F1;25/01/2026;24/02/2026;1 234,50"


def write(folder: Path, text: str, encoding: str = "utf-8", name: str = "t.csv") -> Path:
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


def read(folder: Path, text: str, **options: object) -> tuple[TableReading, list[CustomerFacts]]:
    encoding = str(options.pop("encoding", "utf-8"))
    name = str(options.pop("name", "t.csv"))
    reading = open_table(write(folder, text, encoding, name), **options)  # type: ignore[arg-type]
    return reading, list(reading.facts())


def details(reading: TableReading) -> dict[str, str]:
    return dict(reversed(reading.understood.details))


def refused(folder: Path, text: str, **options: object) -> SourceRefused:
    with pytest.raises(SourceRefused) as error:
        read(folder, text, **options)
    assert error.value.refusal.code in CODES
    return error.value


def codes(reading: TableReading) -> list[tuple[int, str]]:
    assert {item.code for item in [*reading.refusals, *reading.warnings]} <= set(CODES)
    return [(item.line, item.code) for item in reading.refusals]


def balanced(reading: TableReading) -> bool:
    sums = reading.totals
    return sums.debit - sums.credit + sums.refused == sums.file_debit - sums.file_credit

"""A chart says in a table and a sentence what it draws, and holds nothing a browser would run."""

import json
from dataclasses import replace
from decimal import Decimal

import pytest
from django.test import Client

from amiable.desk.export import csv_lines
from amiable.engine.money import Money
from amiable.engine.parties import Language
from amiable.store.models import Company
from amiable.web.chart import Chart, Kind, Role, Series, Unit, drawing, shown_rows

OWED = Chart(
    key="owed",
    kind=Kind.STACKED,
    title="Owed",
    said="Overdue fell.",
    head="Month",
    labels=("10/2026", "11/2026"),
    series=(
        Series(name="Late", values=(120_000_00, None), colour="late-1"),
        Series(name="Share", values=(0.375, 0.2), unit=Unit.SHARE, drawn=False),
        Series(name="Delay", values=(12.44, 3), unit=Unit.DAYS, drawn=False),
        Series(name="Invoices", values=(1234, 5), unit=Unit.COUNT, drawn=False),
    ),
    unit=Unit.MONEY,
    currency="EUR",
)


def cells(language: Language) -> list[list[str]]:
    return [[text for _, text in row.cells] for row in shown_rows(OWED, language)]


def test_the_table_is_written_in_the_manner_of_the_reader() -> None:
    french = [["120\u202f000,00\xa0€", "37,5\xa0%", "12,4\xa0j", "1\u202f234"],
              ["–", "20\xa0%", "3\xa0j", "5"]]  # fmt: skip
    assert cells(Language.FR) == french
    assert cells(Language.EN)[0] == ["€120,000.00", "37.5%", "12.4\xa0d", "1,234"]


def test_the_file_holds_amounts_and_numbers() -> None:
    first, second = OWED.rows()
    owed = Money(minor=12_000_000, currency="EUR")
    assert first == ("10/2026", owed, Decimal("0.375"), Decimal("12.44"), 1234)
    assert second[1] is None


def test_a_spreadsheet_in_french_gets_numbers_below_zero_too() -> None:
    gains = (Series(name="Drift", values=(-3, -0.00001, 22.5)),)
    drift = replace(OWED, series=gains, unit=Unit.DAYS, labels=("A", "B", "C"))
    sheet = b"".join(csv_lines(drift.rows(), ["", "Drift"], Language.FR)).decode("utf-8-sig")
    assert sheet.splitlines()[1:] == ["A;-3", "B;0", "C;22,5"]


def test_only_what_is_drawn_goes_to_the_script_in_whole_units() -> None:
    drawn = json.loads(drawing(OWED, Language.FR))
    assert drawn["series"] == [
        {"name": "Late", "colour": "late-1", "role": "plain", "values": [120000.0, None]}
    ]
    yen = json.loads(drawing(replace(OWED, currency="JPY"), Language.FR))
    assert yen["series"][0]["values"][0] == 12_000_000


def test_a_band_is_named_once() -> None:
    band = replace(
        OWED,
        kind=Kind.LINES,
        series=(
            Series(name="least", values=(1, 2), role=Role.LOW),
            Series(name="most", values=(3, 4), role=Role.HIGH),
            Series(name="usual", values=(2, 3)),
        ),
    )
    assert [name for _, name in band.legend] == ["least – most", "usual"]
    assert OWED.legend == []


@pytest.mark.parametrize("kind", list(Kind))
def test_the_patterns_page_shows_every_kind_with_its_table(
    desk: Client, company: Company, kind: Kind
) -> None:
    page = desk.get(f"/c/{company.key}/patterns/").content.decode()
    figure = page.partition(f'id="chart-{kind.value}"')[2].partition("</figure>")[0]
    assert "data-chart=" in figure
    assert figure.count("<tr>") == 4
    assert "<script" not in figure
    assert 'id="chart-' not in figure.replace(f'id="chart-{kind.value}-said"', "")


def test_a_share_is_exact_to_a_tenth_of_a_percent() -> None:
    assert next(OWED.rows())[2] == Decimal("0.375")

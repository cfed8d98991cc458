"""An opening balance and a list of the same open invoices are one debt, not two."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from amiable.desk.company import create_company
from amiable.desk.import_reading import import_reading
from amiable.desk.open_source import open_source
from amiable.desk.undo_import import undo_import
from amiable.engine.parties import Company
from amiable.store.ledger import balances_of
from amiable.store.models import Company as Row
from amiable.store.models import Customer, Invoice

pytestmark = pytest.mark.django_db

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
HEAD = (
    "JournalCode\tJournalLib\tEcritureNum\tEcritureDate\tCompteNum\tCompteLib\tCompAuxNum\t"
    "CompAuxLib\tPieceRef\tPieceDate\tEcritureLib\tDebit\tCredit\tEcritureLet\tDateLet\t"
    "ValidDate\tMontantdevise\tIdevise\n"
)


def _line(journal, number, day, account, customer, piece, label, debit, credit):
    name = "Marchand" if customer else ""
    cells = [journal, journal, number, day, account, account, customer, name, piece, day, label,
             debit, credit, "", "", day, "", ""]  # fmt: skip
    return "\t".join(cells) + "\n"


@pytest.fixture
def company() -> Row:
    return create_company(Company(key="fournil", name="Fournil"), at=AT)


@pytest.fixture
def this_year(tmp_path: Path) -> Path:
    """Opens with 1,000.00 in one sum; 600.00 of it is paid in January."""
    path = tmp_path / "732829320FEC20261231.txt"
    path.write_text(
        HEAD
        + _line("AN", "1", "20260101", "411000", "M1", "AN", "A nouveau", "1000,00", "0,00")
        + _line("AN", "1", "20260101", "890000", "", "AN", "A nouveau", "0,00", "1000,00")
        + _line("BQ", "2", "20260120", "512000", "", "V1", "Virement", "600,00", "0,00")
        + _line("BQ", "2", "20260120", "411000", "M1", "V1", "Virement", "0,00", "600,00")
    )
    return path


@pytest.fixture
def open_list(tmp_path: Path) -> Path:
    path = tmp_path / "ouvertes.csv"
    path.write_text(
        "Code client;Client;N° facture;Date facture;Échéance;Montant TTC;Reste dû\n"
        "M1;Marchand;F0912;10/12/2025;09/01/2026;400,00;400,00\n"
    )
    return path


@pytest.fixture
def last_year(tmp_path: Path) -> Path:
    path = tmp_path / "732829320FEC20251231.txt"
    path.write_text(
        HEAD
        + _line("VE", "1", "20251115", "411000", "M1", "F0811", "Facture", "600,00", "0,00")
        + _line("VE", "1", "20251115", "707000", "", "F0811", "Facture", "0,00", "600,00")
        + _line("VE", "2", "20251210", "411000", "M1", "F0912", "Facture", "400,00", "0,00")
        + _line("VE", "2", "20251210", "707000", "", "F0912", "Facture", "0,00", "400,00")
    )
    return path


def _bring(company: Row, path: Path) -> None:
    import_reading(company, open_source(company, [path]), on=AT.date(), at=AT)


def _owed(company: Row) -> int:
    customer = Customer.objects.of(company.pk).get()
    return balances_of(company.pk, [customer.pk])[customer.pk, "EUR"]


def _open(company: Row) -> dict[str, date]:
    rows = Invoice.objects.of(company.pk).filter(settled_on=None)
    return {row.number: row.due_on for row in rows}


def test_what_the_list_details_is_not_owed_twice(company, this_year, open_list):
    _bring(company, this_year)
    _bring(company, open_list)
    assert _owed(company) == 40_000
    assert _open(company) == {"F0912": date(2026, 1, 9)}


def test_it_does_not_matter_which_came_first(company, this_year, open_list):
    _bring(company, open_list)
    _bring(company, this_year)
    assert _owed(company) == 40_000
    assert _open(company) == {"F0912": date(2026, 1, 9)}


def test_the_list_again_changes_nothing(company, this_year, open_list):
    _bring(company, this_year)
    _bring(company, open_list)
    _bring(company, open_list)
    assert _owed(company) == 40_000


def test_last_years_file_takes_the_place_of_both(company, this_year, open_list, last_year):
    _bring(company, this_year)
    _bring(company, open_list)
    _bring(company, last_year)
    assert _owed(company) == 40_000
    assert _open(company) == {"F0912": date(2026, 1, 9)}


def test_undoing_the_list_brings_the_opening_back(company, this_year, open_list):
    _bring(company, this_year)
    _bring(company, open_list)
    undo_import(company, at=AT)
    assert _owed(company) == 40_000
    assert list(_open(company)) == ["AN"]

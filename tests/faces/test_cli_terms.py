"""Payment terms at the command line: proposed from the past, confirmed or told by a person."""

from datetime import date, timedelta

import pytest

from amiable.store.models import Company, Invoice
from tests.faces.conftest import Shell

pytestmark = pytest.mark.django_db

HEAD = "Code client;Client;Numéro;Date facture;Montant TTC;Date de règlement\n"


@pytest.fixture
def undated(shell: Shell) -> Shell:
    """Eight invoices of one customer, none with a due date, all paid 45 days after issue."""
    rows = []
    for n in range(8):
        issued = date(2025, 3, 3) + timedelta(days=21 * n)
        paid = issued + timedelta(days=45)
        rows.append(f"M1;Marchand;A{n};{issued:%d/%m/%Y};500,00;{paid:%d/%m/%Y}\n")
    shell.ok("init", "--name", "Fournil")
    shell.ok("import", shell.write("factures.csv", HEAD + "".join(rows)), "--yes")
    return shell


def _due() -> set[tuple[str, int]]:
    rows = Invoice.objects.of(Company.objects.get().pk)
    return {(row.due_basis, (row.due_on - row.issued_on).days) for row in rows}


def test_terms_are_proposed_and_nothing_changes_before_a_person_confirms(undated: Shell) -> None:
    assert _due() == {("legal", 30)}
    (line,) = undated.json("terms")
    assert line["proposed"] == "45 jours"
    assert line["inferred_invoices"] == 8
    assert _due() == {("legal", 30)}


def test_confirmed_terms_move_the_due_dates(undated: Shell) -> None:
    undated.ok("terms", "M1", "--accept")
    assert _due() == {("learned", 45)}


def test_terms_a_person_gives_move_the_due_dates(undated: Shell) -> None:
    assert "8 due dates" in undated.ok("terms", "M1", "60 jours")
    assert _due() == {("terms", 60)}


def test_words_that_are_no_terms_are_refused_with_an_example(undated: Shell) -> None:
    assert "45 jours fin de mois" in undated.refused("terms", "M1", "un de ces jours")
    assert _due() == {("legal", 30)}


def test_there_is_nothing_to_confirm_twice(undated: Shell) -> None:
    undated.ok("terms", "--accept")
    assert "No terms are proposed" in undated.refused("terms", "--accept")

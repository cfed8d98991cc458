"""Importing: all or nothing, every cent told, known facts joined, and taken back whole."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from amiable.desk.import_reading import ImportReport, import_reading
from amiable.desk.open_source import open_source
from amiable.desk.plan import draw_plan
from amiable.desk.undo_import import NothingToUndo, NotTheLast, undo_import
from amiable.engine.habit import NO_HISTORY
from amiable.engine.ledger import DueBasis
from amiable.sources.reading import CustomerFacts
from amiable.store.account import load_accounts
from amiable.store.habit import load_histories
from amiable.store.ledger import balances_of
from amiable.store.models import (
    Allocation,
    Company,
    Contact,
    Credit,
    Customer,
    Dispute,
    ImportRun,
    Invoice,
)
from tests.desk.books import (
    DAY,
    TODAY,
    at,
    bring_in,
    company_with_debtors,
    customer,
    eur,
    facts,
    invoice,
    mailbox,
    new_company,
    payer,
    payment,
)
from tests.sources import fec_files, table_files
from tests.sources.fec_files import ALL_SAMPLES
from tests.stories.desk_house import Page

pytestmark = pytest.mark.django_db

TABLES: tuple[Any, ...] = (Invoice, Credit, Allocation, Customer, Contact, Dispute)
OPEN_ITEMS = "Code client;Nom client;N° facture;Date facture;Échéance;Montant TTC;Reste dû\n"


def take(company: Company, *paths: Path, on: date = TODAY) -> ImportReport:
    reading = open_source(company, paths)
    return import_reading(company, reading, on=on, at=at(on))


def open_now(company: Company, on: date = TODAY) -> dict[str, list[tuple[str, date, int]]]:
    """What is open of each customer: (number, due date, left), and credits with their day."""
    pks = list(Customer.objects.of(company.pk).values_list("pk", flat=True))
    found = {}
    for one in load_accounts(company.pk, pks, on, NO_HISTORY, on):
        items = [
            (i.invoice.number, i.invoice.due_on, i.left.minor) for i in one.account.open.invoices
        ]
        items += [("", c.credit.received_on, -c.left.minor) for c in one.account.open.credits]
        found[one.account.customer.key] = sorted(items)
    return found


def everything(company: Company) -> dict[str, list[dict[str, Any]]]:
    """Every row of the ledger and the people, but for what a touch changes."""
    hidden = {"id", "version", "invoice_id", "credit_id"}
    return {
        model.__name__: sorted(
            (
                {name: value for name, value in row.items() if name not in hidden}
                | ({"tied": (row["invoice_id"], row["credit_id"])} if "credit_id" in row else {})
                for row in model.objects.of(company.pk).values()
            ),
            key=str,
        )
        for model in TABLES
    }


# --- sums --------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ALL_SAMPLES, ids=lambda path: path.stem)
def test_what_is_stored_of_a_sample_is_what_its_file_says(path: Path) -> None:
    company = new_company()
    report = take(company, path)
    assert report.mismatches == []
    rows = Customer.objects.of(company.pk)
    names = dict(rows.values_list("pk", "key"))
    stored = {
        (names[pk], currency): minor
        for (pk, currency), minor in balances_of(company.pk, list(names)).items()
    }
    told = report.totals.balances
    assert stored == {place: told.get(place, 0) for place in stored}
    assert {place for place, minor in told.items() if minor} <= stored.keys()


def test_refused_lines_leave_the_sums_right(tmp_path: Path) -> None:
    text = OPEN_ITEMS + "C1;Un;F1;02/01/2026;01/02/2026;100,00;100,00\n"
    text += (
        "C1;Un;F2;02/01/2026;pas un jour;50,00;50,00\nC2;Deux;F3;02/01/2026;01/02/2026;7,00;7,00\n"
    )
    company = new_company()
    report = take(company, table_files.write(tmp_path, text))
    sums = report.totals
    assert [(one.line, one.minor) for one in report.refusals] == [(3, 5_000)]
    assert sums.debit - sums.credit + sums.refused == sums.file_debit - sums.file_credit == 15_700
    stored = Invoice.objects.of(company.pk).values_list("number", "amount_minor")
    assert sorted(stored) == [("F1", 10_000), ("F3", 700)]
    assert report.mismatches == []


def test_an_error_in_the_middle_leaves_nothing() -> None:
    class Torn(Page):
        def facts(self) -> Iterator[CustomerFacts]:
            yield from super().facts()
            raise OSError("the file ended")

    company = new_company()
    many = [facts(f"C{n}", [invoice(f"C{n}", f"F{n}", TODAY)]) for n in range(700)]
    with pytest.raises(OSError, match="the file ended"):
        import_reading(company, Torn(many), on=TODAY, at=at(TODAY))
    assert not any(everything(company).values())
    assert not ImportRun.objects.of(company.pk).exists()
    company.refresh_from_db()
    assert company.imported_on is None


# --- joining -----------------------------------------------------------------------------------


@pytest.fixture
def export(tmp_path: Path) -> Path:
    """An accounting export: three invoices, one paid, one paid in part."""
    sold = {"customer": "DUPONT", "name": "Dupont SARL"}
    return fec_files.write(
        tmp_path,
        fec_files.invoice(10_000, number="1", day="20251103", piece="F-2025-101", **sold),
        fec_files.invoice(20_000, number="2", day="20251110", piece="F-2025-102", **sold),
        fec_files.invoice(30_000, number="3", day="20251117", piece="F-2025-103", **sold),
        fec_files.payment(10_000, number="4", day="20251215", label="VIR F-2025-101", **sold),
        fec_files.payment(5_000, number="5", day="20251216", label="VIR F-2025-102", **sold),
    )


@pytest.fixture
def open_list(tmp_path: Path) -> Path:
    text = OPEN_ITEMS + "DUPONT;Dupont SARL;F-2025-102;10/11/2025;25/12/2025;200,00;150,00\n"
    text += "DUPONT;Dupont SARL;F-2025-103;17/11/2025;31/12/2025;300,00;300,00\n"
    return table_files.write(tmp_path, text, name="open.csv")


JOINED = {
    "DUPONT": [
        ("F-2025-102", date(2025, 12, 25), 15_000),
        ("F-2025-103", date(2025, 12, 31), 30_000),
    ]
}


def test_a_list_of_open_items_gives_an_export_its_due_dates(export: Path, open_list: Path) -> None:
    company = new_company()
    take(company, export)
    report = take(company, open_list)
    assert (report.invoices, report.credits) == (0, 0)
    assert open_now(company) == JOINED
    bases = Invoice.objects.of(company.pk).values_list("number", "due_basis")
    assert dict(bases)["F-2025-103"] == DueBasis.JOINED.value
    assert dict(bases)["F-2025-101"] == DueBasis.LEGAL.value


def test_an_export_after_the_list_gives_the_same_open_items(export: Path, open_list: Path) -> None:
    company = new_company()
    take(company, open_list)
    report = take(company, export)
    assert report.invoices == 1  # the paid one, which the list did not hold
    assert open_now(company) == JOINED
    assert take(company, export).nothing_new
    assert take(company, open_list).nothing_new
    assert open_now(company) == JOINED


def test_a_table_without_codes_finds_customers_by_name(export: Path, tmp_path: Path) -> None:
    company = new_company()
    take(company, export)
    text = "Client;N° facture;Date facture;Échéance;Montant TTC;Reste dû\n"
    text += "DUPONT S.A.R.L.;F-2025-103;17/11/2025;31/12/2025;300,00;300,00\n"
    report = take(company, table_files.write(tmp_path, text))
    assert report.customers == 0
    assert Customer.objects.of(company.pk).count() == 1
    assert ("F-2025-103", date(2025, 12, 31), 30_000) in open_now(company)["DUPONT"]


def test_one_customer_told_twice_in_a_file_is_matched_as_one() -> None:
    company = new_company()
    bring_in(company, facts("C1", name="Martin"))
    by_code = facts("C1", [invoice("C1", "F-2026-0001", TODAY)], name="Martin")
    by_name = facts(
        "martin", [], [payment("martin", "P1", TODAY, number="F-2026-0001")], name="Martin"
    )
    import_reading(company, Untotalled([by_code, by_name]), on=TODAY, at=at(TODAY))
    assert Customer.objects.of(company.pk).count() == 1
    assert open_now(company) == {"C1": []}
    assert Allocation.objects.of(company.pk).count() == 1


class Untotalled(Page):
    """A page without control totals."""

    def facts(self) -> Iterator[CustomerFacts]:
        yield from self._facts


def test_contacts_are_not_doubled() -> None:
    company = new_company()
    page = facts("A", contacts=[mailbox("A")])
    assert bring_in(company, page).contacts == 1
    assert bring_in(company, page).contacts == 0
    assert Contact.objects.of(company.pk).count() == 1


def test_terms_of_a_customer_correct_inferred_due_dates_only(export: Path, tmp_path: Path) -> None:
    company = new_company()
    take(company, export)
    stated = invoice("DUPONT", "F-2026-900", date(2026, 1, 31), issued_on=date(2026, 1, 2))
    bring_in(company, facts("DUPONT", [stated], name="Dupont SARL"))
    before = dict(Invoice.objects.of(company.pk).values_list("number", "due_on"))
    text = "Code client;Nom;Conditions de paiement\nDUPONT;Dupont SARL;60 jours\n"
    take(company, table_files.write(tmp_path, text))
    rows = Invoice.objects.of(company.pk)
    after = dict(rows.values_list("number", "due_on"))
    assert after["F-2026-900"] == before["F-2026-900"]
    assert after["F-2025-103"] == date(2025, 11, 17) + timedelta(days=60)
    assert rows.get(number="F-2025-103").due_basis == DueBasis.TERMS.value
    paid = rows.get(number="F-2025-101")
    assert paid.settled_on is not None
    assert paid.delay == (paid.settled_on - paid.due_on).days


def test_a_dispute_column_stops_teaching_the_habit(tmp_path: Path) -> None:
    company = new_company()
    taught = invoice("C1", "F-2026-0007", date(2026, 2, 3))
    paid = payment("C1", "P1", date(2026, 2, 20), number="F-2026-0007")
    bring_in(company, facts("C1", [taught], [paid], name="Un"))
    assert Invoice.objects.of(company.pk).get().delay == 17
    text = "Code client;Nom;N° facture;Date facture;Échéance;Montant TTC;Litige\n"
    text += "C1;Un;F-2026-0007;04/01/2026;03/02/2026;1000,00;oui\n"
    report = take(company, table_files.write(tmp_path, text))
    assert report.disputes == 1
    row = Invoice.objects.of(company.pk).get()
    assert row.delay is None
    assert row.settled_on == date(2026, 2, 20)
    assert dict(load_histories(company.pk, TODAY)) == {}


# --- back and again ----------------------------------------------------------------------------


def test_an_undone_import_leaves_everything_as_before(export: Path, open_list: Path) -> None:
    company = new_company()
    take(company, export, on=TODAY - DAY)
    before = everything(company)
    take(company, open_list)
    assert everything(company) != before
    undo_import(company, at=at(TODAY))
    assert everything(company) == before
    assert company.imported_on == TODAY - DAY
    undo_import(company, at=at(TODAY))
    assert not any(everything(company).values())
    with pytest.raises(NothingToUndo):
        undo_import(company, at=at(TODAY))


def test_an_undone_import_gives_habits_and_matches_back() -> None:
    company = company_with_debtors(["A"])
    before = everything(company)
    owed = invoice("A", "F-2026-5555", TODAY - 20 * DAY)
    paid = payment("A", "P9", TODAY - DAY, number="F-A")
    bring_in(company, facts("A", [owed], [paid], [mailbox("A", phone="+331")], terms="60 jours"))
    undo_import(company, at=at(TODAY))
    assert everything(company) == before


def test_only_the_newest_import_can_be_undone() -> None:
    company = new_company()
    first = bring_in(company, facts("A", [invoice("A", "F1", TODAY)]))
    bring_in(company, facts("A", [invoice("A", "F2", TODAY)]))
    with pytest.raises(NotTheLast):
        undo_import(company, first.run, at=at(TODAY))
    assert Invoice.objects.of(company.pk).count() == 2


def test_one_payment_touches_its_customer_alone() -> None:
    company = company_with_debtors(["A", "B", "C"])
    draw_plan(company, TODAY)
    rows = Customer.objects.of(company.pk)
    before = dict(rows.values_list("key", "version"))
    others = dict(load_histories(company.pk, TODAY + DAY, [customer(company, "B").pk]))
    paid = payment("A", "P9", TODAY - DAY, number="F-A")
    bring_in(company, facts("A", (), [paid]))
    after = dict(rows.values_list("key", "version"))
    assert {key for key in after if after[key] != before[key]} == {"A"}
    mine = dict(load_histories(company.pk, TODAY, [customer(company, "A").pk]))
    assert mine[customer(company, "A").pk][-1] == ((TODAY - DAY).toordinal(), 24)
    assert dict(load_histories(company.pk, TODAY + DAY, [customer(company, "B").pk])) == others
    assert draw_plan(company, TODAY).decided == 1


def test_importing_what_is_known_touches_nobody() -> None:
    company = new_company()
    page = payer("A", 5, TODAY - 40 * DAY)
    owed = invoice("A", "F-A", TODAY - 25 * DAY)
    page = replace(page, invoices=(*page.invoices, owed))
    bring_in(company, page)
    draw_plan(company, TODAY)
    assert bring_in(company, page).nothing_new
    assert draw_plan(company, TODAY).decided == 0


def test_amounts_stay_whole_numbers() -> None:
    company = new_company()
    big = invoice("A", "F1", TODAY)
    bring_in(company, facts("A", [replace(big, amount=eur(2**53 + 1))]))
    row = Invoice.objects.of(company.pk).get()
    assert row.amount_minor == 2**53 + 1
    assert isinstance(row.amount_minor, int)

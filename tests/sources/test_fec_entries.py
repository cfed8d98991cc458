"""Customers, entries and documents: what each customer line of a FEC is taken for."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from amiable.engine.ledger import Credit, CreditKind, Invoice, InvoiceKind
from amiable.sources.fec import open_fec
from tests.sources.fec_files import (
    Line,
    entry,
    invoice,
    items,
    opening,
    payment,
    read,
    write,
)


def only(path: Path) -> Invoice | Credit:
    (item,) = items(open_fec([path]))
    return item


# --- customers and entries


@pytest.mark.parametrize(
    ("account", "customer", "key"),
    [
        ("411000", "DUPONT", "DUPONT"),
        ("411DUPONT", "", "411DUPONT"),
        ("4110001234", " ", "4110001234"),
        ("411", "", "411"),
    ],
)
def test_the_customer_is_the_auxiliary_account_or_else_the_account(
    tmp_path: Path, account: str, customer: str, key: str
) -> None:
    path = write(tmp_path, [Line(account=account, customer=customer, debit="1,00")])
    assert only(path).customer == key


def test_other_customer_accounts_may_be_asked_for(tmp_path: Path) -> None:
    path = write(tmp_path, [Line(account="416000", customer="", debit="1,00")])
    reading = open_fec([path], accounts=("411", "416"))
    assert list(read(reading)) == ["416000"]


@pytest.mark.parametrize(
    ("against", "amount", "kind"),
    [
        ("707000", 100, InvoiceKind.INVOICE),
        ("445710", 100, InvoiceKind.INVOICE),
        ("419100", 100, InvoiceKind.INVOICE),
        ("512000", 100, InvoiceKind.RETURNED),
        ("413000", 100, InvoiceKind.RETURNED),
        ("471000", 100, InvoiceKind.ADJUSTMENT),
        ("707000", -100, CreditKind.CREDIT_NOTE),
        ("512000", -100, CreditKind.PAYMENT),
        ("511200", -100, CreditKind.PAYMENT),
        ("530000", -100, CreditKind.PAYMENT),
        ("580000", -100, CreditKind.PAYMENT),
        ("419100", -100, CreditKind.DEPOSIT),
        ("654000", -100, CreditKind.WRITE_OFF),
        ("658000", -100, CreditKind.WRITE_OFF),
        ("665000", -100, CreditKind.DISCOUNT),
        ("413000", -100, CreditKind.BILL),
        ("416000", -100, CreditKind.ADJUSTMENT),
    ],
)
def test_an_item_is_what_its_counterpart_says(
    tmp_path: Path, against: str, amount: int, kind: InvoiceKind | CreditKind
) -> None:
    assert only(write(tmp_path, entry(against, amount, journal="OD"))).kind is kind


def test_a_transfer_between_customers_is_an_adjustment_on_both_sides(tmp_path: Path) -> None:
    lines = [
        Line(customer="A", debit="9,00", journal="OD"),
        Line(customer="B", credit="9,00", journal="OD"),
    ]
    reading = open_fec([write(tmp_path, lines)])
    found = {item.customer: item.kind for item in items(reading)}
    assert found == {"A": InvoiceKind.ADJUSTMENT, "B": CreditKind.ADJUSTMENT}
    assert reading.warnings == []


def test_a_sale_paid_in_its_own_entry_is_an_invoice_and_a_payment(tmp_path: Path) -> None:
    lines = [*invoice(1_000), *payment(1_000, journal="VE")]
    kinds = [item.kind for item in items(open_fec([write(tmp_path, lines)]))]
    assert kinds == [InvoiceKind.INVOICE, CreditKind.PAYMENT]


@pytest.mark.parametrize("journal", [{"journal": "AN"}, {"journal": "X", "journal_name": "RAN"}])
def test_an_opening_entry_is_one_whatever_accounts_it_lists(
    tmp_path: Path, journal: dict[str, str]
) -> None:
    lines = [
        *entry("445710", 1_000, **journal),
        *entry("512000", 2_000, **journal),
        *entry("707000", -3_000, **journal),
    ]
    kinds = [item.kind for item in items(open_fec([write(tmp_path, lines)]))]
    assert kinds == [InvoiceKind.OPENING, InvoiceKind.OPENING, CreditKind.OPENING]


@pytest.mark.parametrize("sign", [{"piece": "RAN"}, {"number": "7"}])
def test_a_sale_outweighs_the_weaker_signs_of_an_opening(
    tmp_path: Path, sign: dict[str, str]
) -> None:
    lines = [*invoice(1_000, **sign), *entry("890000", 500, **sign)]
    kinds = {item.kind for item in items(open_fec([write(tmp_path, lines)]))}
    assert kinds == {InvoiceKind.INVOICE}


def test_opening_entries_are_opening_items_due_when_booked(tmp_path: Path) -> None:
    item = only(write(tmp_path, opening(500, day="20250101", piece_day="20241105")))
    assert isinstance(item, Invoice)
    assert (item.kind, item.due_on) == (InvoiceKind.OPENING, date(2025, 1, 1))


@pytest.mark.parametrize("number", ["0", "", "000000"])
def test_without_numbers_entries_are_told_by_journal_date_and_document(
    tmp_path: Path, number: str
) -> None:
    first = invoice(100, number=number, piece="F1")
    second = payment(100, number=number, piece="V1")
    reading = open_fec([write(tmp_path, first, second)])
    assert [item.kind for item in items(reading)] == [InvoiceKind.INVOICE, CreditKind.PAYMENT]
    assert [item.code for item in reading.warnings] == ["fec.no_number"]


def test_an_entry_whose_lines_are_apart_is_put_together(tmp_path: Path) -> None:
    one, two = invoice(100, number="1", piece="F1"), invoice(200, number="2", piece="F2")
    path = write(tmp_path, [one[0], two[0], one[1], two[1]])
    reading = open_fec([path])
    assert [item.kind for item in items(reading)] == [InvoiceKind.INVOICE] * 2
    assert reading.warnings == []


def test_an_entry_that_does_not_balance_is_read_and_told(tmp_path: Path) -> None:
    path = write(tmp_path, invoice(100), [Line(number="7", journal="BQ", credit="3,00")])
    reading = open_fec([path])
    assert [item.kind for item in items(reading)] == [InvoiceKind.INVOICE, CreditKind.PAYMENT]
    found = {item.code: item for item in reading.warnings}
    assert found["fec.unbalanced_entries"].line == 4
    assert found["fec.unbalanced"].minor == -300


def test_what_cannot_be_told_is_an_adjustment_and_told(tmp_path: Path) -> None:
    path = write(tmp_path, [Line(journal="OD", debit="3,00")])
    reading = open_fec([path])
    assert [item.kind for item in items(reading)] == [InvoiceKind.ADJUSTMENT]
    assert "fec.unclassified" in [item.code for item in reading.warnings]


def test_lines_dated_outside_the_year_are_read_and_told(tmp_path: Path) -> None:
    lines = [invoice(100, number=str(at)) for at in (1, 2, 3)]
    path = write(tmp_path, *lines, invoice(100, number="9", day="20300101"))
    reading = open_fec([path])
    assert len(items(reading)) == 4
    (warning,) = reading.warnings
    assert (warning.code, warning.line) == ("fec.dates_outside_year", 8)


# --- documents


def test_lines_of_one_document_are_one_invoice(tmp_path: Path) -> None:
    lines = [Line(debit="100,00"), Line(debit="20,00"), Line(account="707000", credit="120,00")]
    item = only(write(tmp_path, lines))
    assert (item.amount.minor, item.number) == (12_000, "F001")


def test_instalments_with_their_own_due_dates_stay_apart(tmp_path: Path) -> None:
    lines = [
        Line(debit="60,00", label="Facture éch 28/02/2025"),
        Line(debit="60,00", label="Facture éch 31/03/2025"),
        Line(account="707000", credit="120,00"),
    ]
    found = items(open_fec([write(tmp_path, lines)]))
    assert [item.due_on for item in found if isinstance(item, Invoice)] == [
        date(2025, 2, 28),
        date(2025, 3, 31),
    ]


def test_a_number_in_the_text_is_used_where_the_piece_is_the_month(tmp_path: Path) -> None:
    lines = [
        invoice(100, number=str(at), piece="VE 01", label=f"Facture FA-{at:04d}")
        for at in range(1, 6)
    ]
    numbers = [item.number for item in items(open_fec([write(tmp_path, *lines)]))]
    assert numbers == ["FA-0001", "FA-0002", "FA-0003", "FA-0004", "FA-0005"]


def test_texts_padded_with_any_blank_are_read(tmp_path: Path) -> None:
    lines = [
        replace(line, journal="VE\u00a0", number=" 7 ", code="AA ", code_day="   ")
        for line in invoice(100)
    ]
    path = write(tmp_path, [lines[0]], invoice(200, number="8"), [lines[1]])
    found = items(open_fec([path]))
    assert [item.kind for item in found] == [InvoiceKind.INVOICE] * 2
    assert found[0].lettering == "411000:AA:2025-01"

"""Several years and several exports: natural keys, opening entries, lettering over the years."""

from collections import defaultdict
from datetime import date
from pathlib import Path

import pytest

from amiable.engine.days import parse_terms
from amiable.engine.ledger import DueBasis, Invoice, InvoiceKind
from amiable.sources.fec import open_fec
from tests.sources.fec_files import Line, invoice, items, opening, payment, read, write


def keys(*paths: Path) -> list[str]:
    return [item.key for item in items(open_fec(paths))]


def groups(*paths: Path) -> set[frozenset[str]]:
    """Which items share a lettering key, by their labels."""
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    for item in items(open_fec(paths)):
        if item.lettering:
            found[item.customer, item.lettering].add(item.label)
    return {frozenset(labels) for labels in found.values()}


# --- keys

FIRST = (invoice(100, number="1", piece="F1"), payment(100, number="2"))
LATER = invoice(300, number="3", piece="F3", day="20250615")


def test_reading_again_gives_the_same_keys(tmp_path: Path) -> None:
    path = write(tmp_path, *FIRST)
    assert keys(path) == keys(path)


def test_a_longer_export_keeps_the_keys_of_the_older_lines(tmp_path: Path) -> None:
    short, long = write(tmp_path, *FIRST), write(tmp_path, *FIRST, LATER, name="long.txt")
    assert keys(long)[:1] == keys(short)[:1]
    assert set(keys(short)) < set(keys(long))


def test_keys_do_not_depend_on_the_file_name(tmp_path: Path) -> None:
    interim = write(tmp_path, *FIRST, name="123456789FEC20250630.txt")
    final = write(tmp_path, *FIRST, name="123456789FEC20251231.txt")
    assert keys(interim) == keys(final) == keys(write(tmp_path, *FIRST, name="mine.csv"))


def test_keys_and_amounts_do_not_depend_on_lettering(tmp_path: Path) -> None:
    def lines(first: str, second: str) -> list[Line]:
        return [
            Line(debit="60,00", code=first),
            Line(debit="60,00", code=second),
            Line(account="707000", credit="120,00"),
        ]

    def content(first: str, second: str) -> list[tuple[str, int]]:
        path = write(tmp_path, lines(first, second))
        return [(item.key, item.amount.minor) for item in items(open_fec([path]))]

    assert content("", "") == content("AA", "") == content("AA", "AB") == content("", "AB")


def test_without_entry_numbers_equal_lines_have_keys_of_their_own(tmp_path: Path) -> None:
    path = write(tmp_path, payment(100, number="0"), payment(100, number="0"))
    again = write(tmp_path, *[payment(100, number="0", code="AA")] * 2, LATER, name="longer.txt")
    assert len(set(keys(path))) == 2
    assert set(keys(path)) < set(keys(again))


def test_the_same_number_in_two_years_makes_two_keys(tmp_path: Path) -> None:
    one = write(tmp_path, invoice(number="1", day="20240110"), name="2024.txt")
    two = write(tmp_path, invoice(number="1", day="20250110"), name="2025.txt")
    assert len(set(keys(one, two))) == 2


def test_two_exports_of_one_year_together_count_each_line_once(tmp_path: Path) -> None:
    short = write(tmp_path, *FIRST, name="short.txt")
    long = write(tmp_path, *FIRST, LATER, name="long.txt")
    reading = open_fec([short, long])
    assert len(items(reading)) == 3
    assert reading.totals.balances == {("DUPONT", "EUR"): 300}
    (warning,) = reading.warnings
    assert (warning.code, warning.facts["count"]) == ("fec.repeated_lines", "2")


# --- opening entries

YEAR_2024 = (
    invoice(12_000, number="1", day="20240110", piece="F1", label="F1"),
    invoice(5_000, number="2", day="20241110", piece="F2", label="F2"),
    payment(12_000, number="3", day="20240210"),
)
YEAR_2025 = (
    opening(5_000, number="1", day="20250101", piece="F2"),
    payment(5_000, number="2", day="20250110"),
)


def test_a_lone_year_counts_its_opening_entries(tmp_path: Path) -> None:
    reading = open_fec([write(tmp_path, *YEAR_2025)])
    assert next(item.kind for item in items(reading)) is InvoiceKind.OPENING
    assert reading.totals.balances == {("DUPONT", "EUR"): 0}


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_opening_entries_that_repeat_the_year_before_count_once(
    tmp_path: Path, order: tuple[int, int]
) -> None:
    paths = (
        write(tmp_path, *YEAR_2024, name="2024.txt"),
        write(tmp_path, *YEAR_2025, name="2025.txt"),
    )
    reading = open_fec([paths[at] for at in order])
    assert InvoiceKind.OPENING not in {item.kind for item in items(reading)}
    assert reading.totals.balances == {("DUPONT", "EUR"): 0}
    assert reading.carried == {"DUPONT": 5_000}
    assert [item.code for item in reading.warnings] == ["fec.opening_left_out"]


def test_a_difference_between_two_years_is_told_by_customer(tmp_path: Path) -> None:
    old = write(tmp_path, *YEAR_2024, name="2024.txt")
    new = write(tmp_path, opening(4_000, day="20250101"), name="2025.txt")
    reading = open_fec([old, new])
    read(reading)
    warning = reading.warnings[-1]
    assert (warning.code, warning.minor) == ("fec.opening_differs", -1_000)
    assert warning.facts == {
        "customer": "DUPONT",
        "name": "Dupont SARL",
        "carried": "40.00 EUR",
        "closing": "50.00 EUR",
    }


def test_opening_entries_of_a_year_imported_before_are_left_out(tmp_path: Path) -> None:
    known = (date(2024, 1, 1), date(2025, 1, 1))
    reading = open_fec([write(tmp_path, *YEAR_2025)], known_years=[known])
    assert read(reading)["DUPONT"].invoices == ()
    assert reading.fiscal_years == ((date(2025, 1, 1), date(2026, 1, 1)),)
    assert reading.carried == {"DUPONT": 5_000}


def detailed(folder: Path, year: int) -> Path:
    """A year that carries an invoice of 2023 over under its own date, and so under one key."""
    carried = opening(5_000, number="0", day="20231110", piece="F2")
    months = [invoice(100, number=f"{at}", day=f"{year}{at:02d}05") for at in range(1, 13)]
    return write(folder, carried, *months, name=f"{year}.txt")


@pytest.mark.parametrize("years", [(2024, 2025), (2025, 2024)])
def test_what_two_years_carry_over_under_one_key_counts_once(
    tmp_path: Path, years: tuple[int, int]
) -> None:
    reading = open_fec([detailed(tmp_path, year) for year in years])
    assert sum(item.kind is InvoiceKind.OPENING for item in items(reading)) == 1
    assert reading.carried == {"DUPONT": 5_000}
    assert "fec.repeated_lines" not in [item.code for item in reading.warnings]


def test_an_opening_item_enters_the_books_on_the_first_day_of_its_year(tmp_path: Path) -> None:
    (item,) = (
        item
        for item in items(open_fec([detailed(tmp_path, 2025)]))
        if isinstance(item, Invoice) and item.kind is InvoiceKind.OPENING
    )
    assert (item.issued_on, item.due_on) == (date(2025, 1, 1), date(2023, 11, 10))


def test_what_repeats_a_year_read_before_is_told_apart(tmp_path: Path) -> None:
    known = (date(2023, 1, 1), date(2024, 1, 1))
    paths = [detailed(tmp_path, year) for year in (2024, 2025)]
    reading = open_fec(paths, known_years=[known])
    read(reading)
    assert (reading.carried, reading.brought) == ({"DUPONT": 10_000}, {"DUPONT": 5_000})


def test_two_years_that_do_not_touch_both_count_their_opening(tmp_path: Path) -> None:
    old = write(tmp_path, invoice(day="20220110"), name="2022.txt")
    reading = open_fec([old, write(tmp_path, *YEAR_2025, name="2025.txt")])
    assert InvoiceKind.OPENING in {item.kind for item in items(reading)}


def test_the_item_an_opening_entry_repeats_takes_its_lettering(tmp_path: Path) -> None:
    old = write(tmp_path, invoice(5_000, day="20241110", piece="F2"), name="2024.txt")
    new = write(
        tmp_path,
        opening(5_000, day="20250101", piece="F2", code="AA"),
        payment(5_000, number="2", code="AA"),
        name="2025.txt",
    )
    assert groups(old, new) == {frozenset({"Facture", "Virement"})}


def test_the_year_is_read_from_the_opening_entries_and_not_from_an_interim_name(
    tmp_path: Path,
) -> None:
    path = write(tmp_path, opening(1, day="20250401"), name="123456789FEC20250930.txt")
    reading = open_fec([path])
    read(reading)
    assert reading.fiscal_years == ((date(2025, 4, 1), date(2025, 10, 1)),)


def test_two_companies_in_one_reading_are_told(tmp_path: Path) -> None:
    one = write(tmp_path, *FIRST, name="111111111FEC20251231.txt")
    two = write(tmp_path, LATER, name="222222222FEC20251231.txt")
    reading = open_fec([one, two])
    read(reading)
    assert [item.code for item in reading.warnings] == ["fec.two_companies"]


# --- lettering


def pair(
    label: str, year: int, amount: int = 100, paid: int = 100, **fields: str
) -> list[list[Line]]:
    number = fields.pop("number", label)
    return [
        invoice(100, number=number, day=f"{year}0110", label=label, code="AA", **fields),
        payment(paid, number=number, day=f"{year}0210", label=f"{label} paid", code="AA", **fields),
    ]


def test_a_code_used_again_in_the_next_year_is_another_group(tmp_path: Path) -> None:
    one = write(tmp_path, *pair("one", 2024), name="2024.txt")
    two = write(tmp_path, *pair("two", 2025), name="2025.txt")
    assert groups(one, two) == {frozenset({"one", "one paid"}), frozenset({"two", "two paid"})}


def test_a_group_with_a_half_in_each_year_meets(tmp_path: Path) -> None:
    bill, money = pair("one", 2024)[0], pair("one", 2025)[1]
    old, new = write(tmp_path, bill, name="2024.txt"), write(tmp_path, money, name="2025.txt")
    assert groups(old, new) == {frozenset({"one", "one paid"})}


def test_a_half_in_each_year_meets_beside_a_whole_group_of_the_same_code(tmp_path: Path) -> None:
    whole = pair("whole", 2024, code_day="20240210")
    bill, money = pair("one", 2024)[0], pair("one", 2025)[1]
    old = write(tmp_path, *whole, bill, name="2024.txt")
    new = write(tmp_path, money, name="2025.txt")
    assert groups(old, new) == {
        frozenset({"one", "one paid"}),
        frozenset({"whole", "whole paid"}),
    }


def test_a_code_used_twice_in_a_year_is_parted_by_the_lettering_date(tmp_path: Path) -> None:
    one = pair("one", 2025, code_day="20250210")
    two = pair("two", 2025, code_day="20250401")
    path = write(tmp_path, *one, *two)
    assert groups(path) == {frozenset({"one", "one paid"}), frozenset({"two", "two paid"})}


def test_two_part_payments_of_two_years_are_two_groups(tmp_path: Path) -> None:
    old = write(tmp_path, *pair("one", 2024, paid=60), name="2024.txt")
    new = write(tmp_path, *pair("two", 2025, paid=50), name="2025.txt")
    assert groups(old, new) == {frozenset({"one", "one paid"}), frozenset({"two", "two paid"})}


def test_a_part_payment_keeps_its_group(tmp_path: Path) -> None:
    assert groups(write(tmp_path, *pair("one", 2025, paid=60))) == {frozenset({"one", "one paid"})}


def test_one_code_of_two_customers_is_two_groups(tmp_path: Path) -> None:
    path = write(tmp_path, *pair("one", 2025, customer="A"), *pair("two", 2025, customer="B"))
    assert groups(path) == {frozenset({"one", "one paid"}), frozenset({"two", "two paid"})}


def test_an_invoice_lettered_with_two_codes_makes_one_group(tmp_path: Path) -> None:
    lines = [
        Line(debit="60,00", code="AA", label="bill"),
        Line(debit="60,00", code="AB", label="bill"),
        Line(account="707000", credit="120,00"),
    ]
    path = write(
        tmp_path,
        lines,
        payment(6_000, number="2", code="AA", label="one"),
        payment(6_000, number="3", code="AB", label="two"),
    )
    assert groups(path) == {frozenset({"bill", "one", "two"})}


# --- due dates


def due(tmp_path: Path, label: str) -> tuple[date, DueBasis]:
    path = write(tmp_path, invoice(label=label, day="20250410"))
    terms = parse_terms("60 jours")
    assert terms is not None
    (item,) = items(open_fec([path], terms={"DUPONT": terms}))
    assert isinstance(item, Invoice)
    return item.due_on, item.due_basis


@pytest.mark.parametrize(
    ("label", "due_on"),
    [
        ("Facture éch 30/04", date(2025, 4, 30)),
        ("FACT ECH 30/04/2025", date(2025, 4, 30)),
        ("échéance au 30.04.25", date(2025, 4, 30)),
        ("Ech. 15/01", date(2026, 1, 15)),
        ("F001 30J FDM", date(2025, 5, 31)),
        ("F001 45 jours fin de mois", date(2025, 5, 31)),
        ("F001 30 jours", date(2025, 5, 10)),
    ],
)
def test_a_due_date_in_the_text_comes_first(tmp_path: Path, label: str, due_on: date) -> None:
    assert due(tmp_path, label) == (due_on, DueBasis.LABEL)


@pytest.mark.parametrize(
    "label",
    ["Facture", "Formation 2 jours", "éch 31/02", "éch 30/04/2031", "éch 01/04/2025", "Achat"],
)
def test_without_a_sound_date_in_the_text_the_terms_given_hold(tmp_path: Path, label: str) -> None:
    assert due(tmp_path, label) == (date(2025, 6, 9), DueBasis.TERMS)


def test_an_invoice_is_of_the_day_of_its_document(tmp_path: Path) -> None:
    (item,) = items(open_fec([write(tmp_path, invoice(day="20250410", piece_day="20250401"))]))
    assert isinstance(item, Invoice)
    assert item.issued_on == date(2025, 4, 1)
    (item,) = items(open_fec([write(tmp_path, invoice(day="20250410", piece_day="20250501"))]))
    assert isinstance(item, Invoice)
    assert item.issued_on == date(2025, 4, 10)

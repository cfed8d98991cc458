"""One cell, one header, one name at a time: every way of writing them that people use."""

from datetime import date

import pytest

from amiable.sources.table.cells import AmountReader, CellRefused, DateReader, parse_date, text_of
from amiable.sources.table.fields import DateOrder, Field
from amiable.sources.table.names import header_words, normalised_name
from amiable.sources.table.profile import mark_vote


@pytest.mark.parametrize(
    ("text", "minor"),
    [
        ("1234,50", 123450),
        ("1 234,50", 123450),
        ("1\u202f234,50 €", 123450),
        ("1\xa0234 567,5", 123456750),
        ("1.234.567,89", 123456789),
        ("1'234,00", 123400),
        ("EUR 12,30", 1230),
        ("12,30 EUR", 1230),
        ("€12,30", 1230),
        ("-12,30", -1230),
        ("12,30-", -1230),
        ("(12,30)", -1230),
        ("(12,30 €)", -1230),
        ("− 12,30 €", -1230),
        ("- 1 234,5", -123450),
        ("12", 1200),
        ("12,", 1200),
        (",5", 50),
        ("12,5000", 1250),
        ("'12,30", 1230),
        ("0", 0),
    ],
)
def test_an_amount_is_read_with_a_decimal_comma(text: str, minor: int) -> None:
    assert AmountReader(",").read(text, "EUR", Field.AMOUNT) == minor


@pytest.mark.parametrize(
    ("text", "minor"),
    [
        ("1,234.50", 123450),
        ("$1,234.5", 123450),
        ("1234", 123400),
        ("-.5", -50),
        ("1 234.50", 123450),
    ],
)
def test_an_amount_is_read_with_a_decimal_point(text: str, minor: int) -> None:
    assert AmountReader(".").read(text, "USD", Field.AMOUNT) == minor


@pytest.mark.parametrize(
    "text",
    [
        "1.5",
        "12 34,50",
        "1.23.456,00",
        "12,3,4",
        "douze",
        "12 k€",
        "12h30",
        "1,2 - 3",
        "€",
        "1.2345",
    ],
)
def test_a_text_that_breaks_the_column_s_way_is_no_amount(text: str) -> None:
    with pytest.raises(CellRefused) as refused:
        AmountReader(",").read(text, "EUR", Field.AMOUNT)
    assert refused.value.code == "table.amount_unreadable"


def test_an_amount_in_another_currency_is_refused() -> None:
    with pytest.raises(CellRefused) as refused:
        AmountReader(",").read("12,30 $", "EUR", Field.AMOUNT)
    assert (refused.value.code, refused.value.facts["found"]) == ("table.currency_differs", "USD")


@pytest.mark.parametrize("cell", ["12,345", 12.345])
def test_an_amount_finer_than_the_currency_is_refused_not_rounded(cell: object) -> None:
    with pytest.raises(CellRefused) as refused:
        AmountReader(",").read(cell, "EUR", Field.AMOUNT)
    assert refused.value.code == "table.amount_too_precise"


def test_a_binary_fraction_of_a_spreadsheet_is_the_amount_meant() -> None:
    assert AmountReader(",").read(0.1 + 0.2, "EUR", Field.AMOUNT) == 30


def test_minor_units_follow_the_currency() -> None:
    assert AmountReader(".").read("1500", "JPY", Field.AMOUNT) == 1500
    assert AmountReader(".").read("1.234", "TND", Field.AMOUNT) == 1234


@pytest.mark.parametrize("cell", ["", "  ", "-", "n/a", None])
def test_an_empty_cell_is_no_amount_and_no_date(cell: object) -> None:
    assert AmountReader(",").read(cell, "EUR", Field.AMOUNT) is None
    assert DateReader(DateOrder.DMY).read(cell, Field.DUE_ON) is None


@pytest.mark.parametrize(
    "text",
    [
        "05/01/2026",
        "5/1/26",
        "05.01.2026",
        "05-01-2026 00:00",
        "2026-01-05",
        "2026-01-05T10:30:00",
        "20260105",
        "05012026",
        "46027",
        "5 janvier 2026",
        "5 janv. 2026",
        "5-Jan-26",
        "lundi 5 janvier 2026",
        "January 5, 2026",
        "5th January 2026",
        "05/01/2026 10:30:15 AM",
    ],
)
def test_a_date_is_read_in_many_ways(text: str) -> None:
    assert parse_date(text, DateOrder.DMY) == date(2026, 1, 5)


def test_the_same_figures_are_another_day_where_months_come_first() -> None:
    assert parse_date("05/01/2026", DateOrder.MDY) == date(2026, 5, 1)
    assert parse_date("26-05-01", DateOrder.YMD) == date(2026, 5, 1)


@pytest.mark.parametrize(
    "text", ["31/02/2026", "25/13/2026", "demain", "1/2", "12,50", "5 foo 2026"]
)
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(CellRefused) as refused:
        DateReader(DateOrder.DMY).read(text, Field.DUE_ON)
    assert refused.value.code == "table.date_unreadable"


def test_never_and_slips_of_the_pen_are_out_of_range() -> None:
    for text in ("31/12/9999", "01/01/1206", date(1900, 1, 1)):
        with pytest.raises(CellRefused) as refused:
            DateReader(DateOrder.DMY).read(text, Field.DUE_ON)
        assert refused.value.code == "table.date_out_of_range"


def test_zeros_for_no_date_are_an_empty_cell() -> None:
    assert DateReader(DateOrder.DMY).read("00/00/0000", Field.DUE_ON) is None


@pytest.mark.parametrize("month", range(1, 13))
def test_french_month_names_are_all_known(month: int) -> None:
    names = "janvier février mars avril mai juin juillet août septembre octobre novembre décembre"
    text = f"15 {names.split()[month - 1]} 2026"
    assert parse_date(text, DateOrder.DMY) == date(2026, month, 15)


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("'00123", "00123"),
        ('="00123"', "00123"),
        (42.0, "42"),
        ("  a   b ", "a b"),
        ("a\xa0b", "a b"),
    ],
)
def test_a_cell_s_text_is_what_a_person_sees(cell: object, text: str) -> None:
    assert text_of(cell) == text


@pytest.mark.parametrize(
    ("shape", "vote"),
    [
        ("0 000,00", ","),
        ("0,000.00", "."),
        ("0.000.000", ","),
        ("0,000,000", "."),
        ("0,000", ",?"),
        ("0000,000", ","),
        ("000", ""),
        ("0,0", ","),
    ],
)
def test_each_amount_votes_for_a_decimal_mark(shape: str, vote: str) -> None:
    assert mark_vote(shape) == vote


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("N° Fact.", "NumeroFacture"),
        ("numéro de facture", "NUMERO_FACTURE"),
        ("Date d'échéance", "DateEcheance"),
        ("E-mail", "email"),
        ("Montants TTC", "montant  ttc"),
    ],
)
def test_two_spellings_of_a_header_are_the_same(one: str, other: str) -> None:
    assert header_words(one) == header_words(other)


def test_what_is_owed_is_not_a_small_word() -> None:
    assert header_words("Montant dû") != header_words("Montant")


@pytest.mark.parametrize(
    "name",
    [
        "S.A.R.L. Le Fournil",
        "LE FOURNIL",
        "Le Fournil (SARL)",
        "le  fournil, SAS",
        "Ets Le Fournil",
    ],
)
def test_a_customer_s_name_has_one_spelling(name: str) -> None:
    assert normalised_name(name) == "le fournil"


@pytest.mark.parametrize(
    ("one", "other"), [("Martin Lyon", "Martin Paris"), ("Dupont", "Dupond"), ("SA Spa", "SA Sap")]
)
def test_names_that_differ_stay_apart(one: str, other: str) -> None:
    assert normalised_name(one) != normalised_name(other)


def test_a_name_made_of_a_legal_form_keeps_it() -> None:
    assert normalised_name("SA") == "sa"

"""One small file for each defect found in real FEC exports."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from amiable.engine.ledger import Credit, CreditKind, Invoice
from amiable.engine.parties import Language
from amiable.sources.fec import CODES, looks_like_fec, open_fec
from amiable.sources.reading import SourceRefused
from amiable.words.catalogue import placeholders, texts
from tests.sources.fec_files import (
    COLUMNS,
    Line,
    codes,
    invoice,
    items,
    payment,
    read,
    render,
    write,
    write_text,
)

TWO = (invoice(12_000, name="Élodie Œuvre"), payment(5_000, name="Élodie Œuvre"))


def amounts(path: Path) -> list[int]:
    return [
        item.amount.minor if isinstance(item, Invoice) else -item.amount.minor
        for item in items(open_fec([path]))
    ]


def only(path: Path) -> Invoice | Credit:
    (item,) = items(open_fec([path]))
    return item


# --- bytes and lines


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"]
)
def test_each_encoding_gives_the_same_name(tmp_path: Path, encoding: str) -> None:
    path = write_text(tmp_path, render(*TWO).encode(encoding))
    reading = open_fec([path])
    (facts,) = reading.facts()
    assert facts.customer.name == "Élodie Œuvre"
    assert reading.totals.balances == {("DUPONT", "EUR"): 7_000}
    assert looks_like_fec(path)


@pytest.mark.parametrize("encoding", ["iso8859-15", "cp850"])
def test_other_one_byte_encodings_are_told_by_their_letters(tmp_path: Path, encoding: str) -> None:
    lines = invoice(name="Café Hélène à l'été")
    path = write_text(tmp_path, render(lines).encode(encoding))
    reading = open_fec([path])
    (facts,) = reading.facts()
    assert facts.customer.name == "Café Hélène à l'été"
    assert ("encoding", encoding) in reading.understood.details


def test_a_line_in_another_encoding_is_read_and_told(tmp_path: Path) -> None:
    good = render(*[invoice(name="Société Générale") for _ in range(3)]).encode()
    bad = "\t".join(Line(customer="B", name="Bébé", debit="1,00").cells()).encode("cp1252")
    path = write_text(tmp_path, good + bad + b"\n")
    reading = open_fec([path])
    names = {facts.customer.name for facts in reading.facts()}
    assert names == {"Société Générale", "Bébé"}
    (warning,) = [item for item in reading.warnings if item.code == "fec.mixed_encoding"]
    assert (warning.line, warning.facts["count"]) == (8, "1")


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\r\r\n"])
def test_each_line_end_gives_the_same_lines(tmp_path: Path, end: str) -> None:
    path = write_text(tmp_path, render(*TWO, end=end))
    reading = open_fec([path])
    assert read(reading)["DUPONT"].invoices[0].amount.minor == 12_000
    assert reading.totals.lines == 4
    assert reading.refusals == []


@pytest.mark.parametrize("separator", ["\t", "|", ";"])
def test_each_separator_is_found(tmp_path: Path, separator: str) -> None:
    assert amounts(write_text(tmp_path, render(*TWO, separator=separator))) == [12_000, -5_000]


def test_a_separator_after_the_last_column_is_taken(tmp_path: Path) -> None:
    content = render(*TWO, end="\t\n")
    assert amounts(write_text(tmp_path, content)) == [12_000, -5_000]
    head, rest = render(*TWO).split("\n", 1)
    assert amounts(write_text(tmp_path, f"{head}\n{rest}".replace("\n", "\t\n", 1))) == [
        12_000,
        -5_000,
    ]


def test_blank_lines_and_the_old_end_mark_are_passed_over(tmp_path: Path) -> None:
    path = write_text(tmp_path, "\n" + render(*TWO) + "\n\n" + "\t" * 17 + "\n\x1a")
    reading = open_fec([path])
    assert sum(len(facts.invoices) for facts in reading.facts()) == 1
    assert reading.refusals == []


def test_the_header_may_differ_in_case_accents_and_spaces(tmp_path: Path) -> None:
    head, rest = render(*TWO).split("\n", 1)
    head = head.upper().replace("DEBIT", " Débit ").replace("MONTANTDEVISE", "Montant Devise")
    assert amounts(write_text(tmp_path, f"{head}\n{rest}")) == [12_000, -5_000]


def test_optional_columns_may_be_missing(tmp_path: Path) -> None:
    kept = [name for name in COLUMNS if name not in ("CompAuxLib", "DateLet", "PieceDate")]
    rows = [line.split("\t") for line in render(*TWO).splitlines()]
    cut = ["\t".join(row[COLUMNS.index(name)] for name in kept) for row in rows]
    assert amounts(write_text(tmp_path, "\n".join(cut))) == [12_000, -5_000]


@pytest.mark.parametrize("extra", [3, 4])
def test_the_columns_of_cash_basis_trades_are_taken(tmp_path: Path, extra: int) -> None:
    head, *rest = render(*TWO).splitlines()
    more = ["DateRglt", "ModeRglt", "NatOp", "IdClient"][:extra]
    lines = ["\t".join([head, *more]), *("\t".join([line, *("x" * extra)]) for line in rest)]
    assert amounts(write_text(tmp_path, "\n".join(lines))) == [12_000, -5_000]


# --- cells


@pytest.mark.parametrize(
    ("written", "minor"),
    [
        ("120,00", 12_000),
        ("0000000120,00", 12_000),
        ("120.00", 12_000),
        ("120", 12_000),
        ("120,5", 12_050),
        (" 120,00 ", 12_000),
        ("1 120,00", 112_000),
        ("+120,00", 12_000),
        ("120,00+", 12_000),
        ("120,0000", 12_000),
    ],
)
def test_an_amount_may_be_written_so(tmp_path: Path, written: str, minor: int) -> None:
    item = only(write(tmp_path, [Line(debit=written)]))
    assert isinstance(item, Invoice)
    assert item.amount.minor == minor


@pytest.mark.parametrize("written", ["-120,00", "120,00-", "-120.00"])
def test_a_negative_debit_is_a_credit(tmp_path: Path, written: str) -> None:
    lines = [Line(debit=written), Line(account="707000", credit=written)]
    item = only(write(tmp_path, lines))
    assert isinstance(item, Credit)
    assert (item.kind, item.amount.minor) == (CreditKind.CREDIT_NOTE, 12_000)


@pytest.mark.parametrize(
    "written", ["1.234", "1.234,56", "12,345", "abc", "--1,00", "1,0,0", "1e3"]
)
def test_an_amount_that_could_mean_two_things_is_refused(tmp_path: Path, written: str) -> None:
    path = write(tmp_path, [Line(debit=written)], invoice())
    reading = open_fec([path])
    assert read(reading)["DUPONT"].invoices[0].amount.minor == 12_000
    (refusal,) = reading.refusals
    assert (refusal.line, refusal.column, refusal.value) == (2, "Debit", written)
    assert (refusal.code, refusal.file) == ("fec.amount", "export.txt")


@pytest.mark.parametrize("written", ["20250110", "10/01/2025", "2025-01-10", "10.01.2025"])
def test_a_date_may_be_written_so(tmp_path: Path, written: str) -> None:
    item = only(write(tmp_path, [Line(debit="1,00", day=written)]))
    assert isinstance(item, Invoice)
    assert item.issued_on == date(2025, 1, 10)


@pytest.mark.parametrize("written", ["", "20250231", "2025", "soon"])
def test_an_unreadable_date_refuses_the_line_and_counts_its_money(
    tmp_path: Path, written: str
) -> None:
    path = write(tmp_path, [Line(debit="99,00", day=written)], invoice())
    reading = open_fec([path])
    read(reading)
    assert [item.code for item in reading.refusals] == ["fec.date"]
    assert reading.totals.refused == 9_900
    assert reading.totals.file_debit == 9_900 + 12_000


def test_a_missing_account_refuses_the_line(tmp_path: Path) -> None:
    reading = open_fec([write(tmp_path, [Line(account=" ", debit="5,00")])])
    read(reading)
    assert [(item.code, item.minor) for item in reading.refusals] == [("fec.account", 500)]


def test_a_separator_inside_a_label_refuses_the_line_and_counts_its_money(tmp_path: Path) -> None:
    lines = [replace(line, label="A|B") for line in invoice(9_900)]
    path = write_text(tmp_path, render(lines, payment(), separator="|"))
    reading = open_fec([path])
    assert read(reading)["DUPONT"].invoices == ()
    assert [(item.line, item.code, item.minor) for item in reading.refusals] == [
        (2, "fec.columns", 9_900),
        (3, "fec.columns", -9_900),
    ]
    assert reading.refusals[0].facts == {"found": "19", "expected": "18"}


def test_a_number_behind_a_separator_in_a_label_never_becomes_an_amount(tmp_path: Path) -> None:
    lines = [replace(line, label="Facture|12") for line in invoice(9_900)]
    reading = open_fec([write_text(tmp_path, render(lines, separator="|"))])
    assert items(reading) == []
    assert [item.minor for item in reading.refusals] == [9_900, -9_900]


def test_a_pipe_inside_a_label_of_a_tab_file_is_just_a_sign(tmp_path: Path) -> None:
    assert only(write(tmp_path, invoice(label="A|B"))).label == "A|B"


def test_a_short_line_is_refused(tmp_path: Path) -> None:
    path = write_text(tmp_path, render(*TWO) + "VE\tVentes\t9\n")
    reading = open_fec([path])
    read(reading)
    assert [(item.line, item.code) for item in reading.refusals] == [(6, "fec.columns")]


def test_an_unknown_side_refuses_the_line(tmp_path: Path) -> None:
    rows = [line.split("\t") for line in render(invoice()).splitlines()]
    rows[0][11:13] = ["Montant", "Sens"]
    rows[1][11:13], rows[2][11:13] = ["120,00", "X"], ["120,00", "C"]
    reading = open_fec([write_text(tmp_path, "\n".join(map("\t".join, rows)))])
    read(reading)
    assert [(item.column, item.value, item.code) for item in reading.refusals] == [
        ("Sens", "X", "fec.side")
    ]


# --- whole files


@pytest.mark.parametrize("content", ["", "\n\n", "\ufeff"])
def test_an_empty_file_is_refused(tmp_path: Path, content: str) -> None:
    with pytest.raises(SourceRefused) as refused:
        open_fec([write_text(tmp_path, content)])
    assert refused.value.refusal.code == "fec.empty"


def test_a_file_that_is_no_fec_is_refused_with_what_it_lacks(tmp_path: Path) -> None:
    path = write_text(tmp_path, "invoice;customer;amount\n1;2;3\n")
    with pytest.raises(SourceRefused) as refused:
        open_fec([path])
    assert refused.value.refusal.code == "fec.header"
    assert "CompteNum" in refused.value.refusal.facts["missing"]
    assert not looks_like_fec(path)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceRefused) as refused:
        open_fec([tmp_path / "none.txt"])
    assert refused.value.refusal.code == "fec.unreadable"
    assert not looks_like_fec(tmp_path / "none.txt")


def test_a_file_with_thousands_of_bad_lines_is_refused_whole(tmp_path: Path) -> None:
    path = write_text(tmp_path, render() + "x\ty\n" * 10_001)
    with pytest.raises(SourceRefused) as refused:
        read(open_fec([path]))
    assert refused.value.refusal.code == "fec.too_many"


def test_a_file_without_lines_is_told(tmp_path: Path) -> None:
    assert codes(open_fec([write(tmp_path)])) == ["fec.no_lines"]


def test_a_file_without_customers_is_told(tmp_path: Path) -> None:
    path = write(
        tmp_path, [Line(account="607000", debit="1,00"), Line(account="401", credit="1,00")]
    )
    assert codes(open_fec([path])) == ["fec.no_customers"]


def test_each_code_says_its_cause_and_its_remedy() -> None:
    assert all(cause and remedy for cause, remedy in CODES.values())
    assert all(code.startswith("fec.") for code in CODES)


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("code", CODES)
def test_each_code_has_its_sentences(language: Language, code: str) -> None:
    for part, english in zip(("cause", "remedy"), CODES[code], strict=True):
        said = texts(language)[f"refusal.{code}.{part}"]
        assert placeholders(said) == placeholders(english)

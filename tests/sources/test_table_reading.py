"""One small file per habit or defect of the people and programs that export tables."""

import json
from datetime import date
from pathlib import Path

import pytest

from amiable.engine.ledger import DueBasis
from amiable.sources.table import (
    DateOrder,
    Field,
    MappingUnreadable,
    TableKind,
    TableMapping,
    looks_like_table,
    open_table,
    propose_mapping,
    signature,
)
from tests.sources.table_files import HEADER, ROW, balanced, codes, details, read, refused, write


def test_an_invoice_is_read_as_written(tmp_path: Path) -> None:
    reading, (facts,) = read(tmp_path, f"{HEADER}\n{ROW}\n")
    (invoice,) = facts.invoices
    assert (invoice.customer, invoice.number) == ("C1", "F1")
    assert (invoice.issued_on, invoice.due_on) == (date(2026, 1, 25), date(2026, 2, 24))
    assert str(invoice.amount) == "1234.50 EUR"
    assert invoice.due_basis is DueBasis.STATED
    assert facts.credits == ()
    assert reading.totals.balances == {("C1", "EUR"): 123450}


@pytest.mark.parametrize(
    "encoding",
    ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252", "iso8859-15", "cp850"],
)
def test_the_encoding_is_found(tmp_path: Path, encoding: str) -> None:
    text = f"Nom client;{HEADER}\nSociété Générale à Orléans;{ROW}\nCafé d'Œuvre;{ROW}\n"
    if encoding == "cp850":
        text = text.replace("Œ", "Ô")
    reading, facts = read(tmp_path, text, encoding=encoding)
    assert facts[0].customer.name == "Société Générale à Orléans"
    assert details(reading)["column.due_on"] == "Échéance"


def test_a_euro_sign_tells_iso_8859_15_from_cp1252(tmp_path: Path) -> None:
    text = f"{HEADER}\nC1;F1;25/01/2026;24/02/2026;12,50 €\n"
    for encoding in ("iso8859-15", "cp1252"):
        reading, facts = read(tmp_path, text, encoding=encoding)
        assert details(reading)["encoding"] == encoding
        assert facts[0].invoices[0].amount.minor == 1250


def test_a_few_damaged_bytes_do_not_spoil_an_utf8_file(tmp_path: Path) -> None:
    rows = "".join(f"C{at};F{at};25/01/2026;24/02/2026;1,5;Été n°{at} é\n" for at in range(50))
    path = write(tmp_path, f"{HEADER};Libellé\n{rows}")
    path.write_bytes(path.read_bytes() + b"C99;F99;25/01/2026;24/02/2026;1,5;caf\xe9\n")
    reading = open_table(path)
    assert len(list(reading.facts())) == 51
    assert [item.code for item in reading.warnings] == ["table.bytes_unreadable"]


@pytest.mark.parametrize("separator", [";", ",", "\t", "|"])
def test_the_separator_is_found(tmp_path: Path, separator: str) -> None:
    text = f"{HEADER}\n{ROW}\n".replace(",", ".").replace(";", separator)
    _, (facts,) = read(tmp_path, text)
    assert facts.invoices[0].amount.minor == 123450


def test_excel_s_own_separator_line_is_obeyed(tmp_path: Path) -> None:
    reading, (facts,) = read(tmp_path, f"sep=;\n{HEADER}\n{ROW}\n")
    assert details(reading)["header_line"] == "2"
    assert len(facts.invoices) == 1


def test_titles_blank_lines_and_repeated_headers_are_not_invoices(tmp_path: Path) -> None:
    text = (
        f"Société Exemple;;;;\nFactures au 31/03/2026;;;;\n\n;;;;\n{HEADER}\n{ROW}\n\n"
        f"{HEADER}\nC2;F2;26/01/2026;25/02/2026;10,00\nÉdité le 31/03/2026;;;;\n"
    )
    reading, facts = read(tmp_path, text)
    assert [item.customer.key for item in facts] == ["C1", "C2"]
    assert details(reading)["header_line"] == "5"
    assert codes(reading) == []
    assert [(item.line, item.code) for item in reading.warnings] == [(10, "table.note_line")]


def test_a_total_line_is_checked_and_not_read(tmp_path: Path) -> None:
    text = f"{HEADER}\n{ROW}\nC2;F2;26/01/2026;25/02/2026;10,00\nTotal;;;;1 244,50\n"
    reading, facts = read(tmp_path, text)
    assert len(facts) == 2
    assert codes(reading) == []
    assert reading.warnings == []


def test_subtotals_are_checked_against_their_own_block(tmp_path: Path) -> None:
    text = (
        f"{HEADER}\n{ROW}\nSous-total C1;;;;1 234,50\nC2;F2;26/01/2026;25/02/2026;10,00\n"
        "Sous-total C2;;;;10,00\n;;;;1 244,50\n"
    )
    reading, _ = read(tmp_path, text)
    assert (codes(reading), reading.warnings) == ([], [])


def test_a_total_that_differs_is_told(tmp_path: Path) -> None:
    reading, _ = read(tmp_path, f"{HEADER}\n{ROW}\nTOTAL GÉNÉRAL;;;;2 000,00\n")
    (warning,) = reading.warnings
    assert (warning.code, warning.line) == ("table.total_differs", 3)
    assert warning.facts == {"stated": "2000.00 EUR", "sum": "1234.50 EUR"}


def test_a_customer_named_total_is_a_customer(tmp_path: Path) -> None:
    text = "Client;N° facture;Date facture;Montant TTC\nTotal Énergies SA;F1;25/01/2026;10,00\n"
    _, (facts,) = read(tmp_path, text)
    assert facts.customer.key == "total energies"


def test_a_day_above_twelve_settles_the_order_of_the_whole_column(tmp_path: Path) -> None:
    head = "customer;invoice number;invoice date;due date;amount\n"
    first = "A;1;01/02/2026;03/04/2026;10.00\n"
    _, (facts,) = read(tmp_path, head + first + "A;2;02/25/2026;03/27/2026;10.00\n")
    assert facts.invoices[0].issued_on == date(2026, 1, 2)
    _, (facts,) = read(tmp_path, head + first + "A;2;25/02/2026;27/03/2026;10.00\n")
    assert facts.invoices[0].issued_on == date(2026, 2, 1)


def test_dates_that_fit_two_orders_are_asked_about(tmp_path: Path) -> None:
    text = "customer,invoice number,invoice date,due date,amount\nA,1,01/02/2026,03/04/2026,10.00\n"
    reading, (facts,) = read(tmp_path, text)
    assert details(reading)["ambiguous_dates"] == "01/02/2026"
    assert [item.code for item in reading.warnings] == ["table.ambiguous_dates"]
    assert facts.invoices[0].issued_on == date(2026, 2, 1)
    given = TableMapping.from_dict({**reading.mapping.as_dict(), "date_order": "mdy"})
    reading, (facts,) = read(tmp_path, text, mapping=given)
    assert facts.invoices[0].issued_on == date(2026, 1, 2)
    assert reading.warnings == []


def test_dates_that_fit_two_orders_are_french_in_a_french_file(tmp_path: Path) -> None:
    reading, (facts,) = read(tmp_path, f"{HEADER}\nC1;F1;01/02/2026;03/04/2026;10,00\n")
    assert facts.invoices[0].issued_on == date(2026, 2, 1)
    assert "ambiguous_dates" not in details(reading)


def test_amounts_that_fit_two_readings_are_never_guessed(tmp_path: Path) -> None:
    text = "customer;invoice number;invoice date;amount\nA;1;2026-01-02;1,234\nA;2;2026-01-02;950\n"
    error = refused(tmp_path, text)
    assert error.refusal.code == "table.ambiguous_amounts"
    assert error.refusal.facts["example"] == "1,234"
    fields = {
        Field.CUSTOMER_NAME: "customer",
        Field.NUMBER: "invoice number",
        Field.ISSUED_ON: "invoice date",
        Field.AMOUNT: "amount",
    }
    given = TableMapping(kind=TableKind.INVOICES, fields=fields, decimal_mark=".")
    _, (facts,) = read(tmp_path, text, mapping=given)
    assert facts.invoices[0].amount.minor == 123400


@pytest.mark.parametrize(
    ("row", "code", "column", "minor"),
    [
        (";F9;25/01/2026;24/02/2026;10,00", "table.customer_missing", "Code client", 1000),
        ("C1;;25/01/2026;24/02/2026;10,00", "table.number_missing", "N° facture", 1000),
        ("C1;F9;;24/02/2026;10,00", "table.date_missing", "Date facture", 1000),
        ("C1;F9;25/01/2026;24/02/2026;", "table.amount_missing", "Montant TTC", 0),
        ("C1;F9;25/01/2026;24/02/2026;dix", "table.amount_unreadable", "Montant TTC", 0),
        ("C1;F9;25/01/2026;24/02/2026;1,234", "table.amount_too_precise", "Montant TTC", 0),
        ("C1;F9;25/01/2026;24/02/2026;10,00 $", "table.currency_differs", "Montant TTC", 0),
        ("C1;F9;32/01/2026;24/02/2026;10,00", "table.date_unreadable", "Date facture", 1000),
        ("C1;F9;25/01/2026;24/02/2926;10,00", "table.date_out_of_range", "Échéance", 1000),
        ("C1;F9;25/01/2026;24/02/2026;10,00;x;y", "table.too_many_cells", "Code client", 0),
    ],
)
def test_a_line_that_cannot_be_read_is_refused_with_its_place(
    tmp_path: Path, row: str, code: str, column: str, minor: int
) -> None:
    reading, facts = read(tmp_path, f"Titre\n{HEADER}\n{ROW}\n{row}\n")
    (refusal,) = reading.refusals
    assert (refusal.file, refusal.line, refusal.code) == ("t.csv", 4, code)
    assert (refusal.column, refusal.minor) == (column, minor)
    assert len(facts[0].invoices) == 1
    assert reading.totals.refused == minor
    assert balanced(reading)


def test_amounts_that_do_not_go_together_are_refused(tmp_path: Path) -> None:
    text = (
        f"{HEADER};Payé;Reste dû;Payée le\n{ROW};1 000,00;200,00;\n"
        "C1;F2;25/01/2026;24/02/2026;10,00;;12,00;\nC1;F3;25/01/2026;24/02/2026;10,00;0;10,00;06/03/2026\n"
        "C1;F4;25/01/2026;24/02/2026;10,00;4,00;6,00;\n"
    )
    reading, _ = read(tmp_path, text)
    assert codes(reading) == [
        (2, "table.amounts_disagree"),
        (3, "table.amounts_disagree"),
        (4, "table.settled_but_unpaid"),
    ]
    assert balanced(reading)


def test_an_empty_remainder_is_not_taken_for_zero(tmp_path: Path) -> None:
    reading, _ = read(tmp_path, f"{HEADER};Reste dû\n{ROW};\nC1;F2;25/01/2026;;10,00;10,00\n")
    assert codes(reading) == [(2, "table.remaining_missing")]


def test_one_number_with_two_contents_is_refused_on_both_lines(tmp_path: Path) -> None:
    text = (
        f"{HEADER}\n{ROW}\nC1;F1;25/01/2026;24/02/2026;10,00\nC2;F1;25/01/2026;24/02/2026;10,00\n"
    )
    reading, facts = read(tmp_path, text)
    assert codes(reading) == [(2, "table.duplicate_number"), (3, "table.duplicate_number")]
    assert reading.refusals[0].facts == {"number": "F1", "first_line": "2", "line": "3"}
    assert [len(item.invoices) for item in facts] == [0, 1]
    assert reading.totals.refused == 123450 + 1000
    assert balanced(reading)


def test_a_line_said_twice_is_read_once(tmp_path: Path) -> None:
    reading, (facts,) = read(tmp_path, f"{HEADER}\n{ROW}\n{ROW}\n")
    assert len(facts.invoices) == 1
    assert codes(reading) == [(3, "table.duplicate_line")]
    assert balanced(reading)


def test_a_zero_amount_is_left_out_and_told(tmp_path: Path) -> None:
    reading, _ = read(tmp_path, f"{HEADER}\n{ROW}\nC1;F2;25/01/2026;24/02/2026;0,00\n")
    told = [(item.line, item.code, item.value) for item in reading.warnings]
    assert told == [(3, "table.amount_zero", "0,00")]


def test_each_row_has_its_own_currency(tmp_path: Path) -> None:
    text = f"{HEADER};Devise\n{ROW};EUR\nC1;F2;25/01/2026;24/02/2026;10,00;usd\n"
    text += "C1;F3;25/01/2026;;5;ABQ\n"
    reading, _ = read(tmp_path, text)
    assert reading.totals.balances == {("C1", "EUR"): 123450, ("C1", "USD"): 1000}
    assert codes(reading) == [(4, "table.currency_unknown")]


def test_a_text_with_separator_and_line_break_is_one_cell(tmp_path: Path) -> None:
    text = f'{HEADER};Libellé\n{ROW};"pose; et\nfinitions ""or"""\nC1;F2;x;y;z;t\n'
    reading, (facts,) = read(tmp_path, text)
    assert facts.invoices[0].label == 'pose; et finitions "or"'
    assert reading.refusals[0].line == 4


def test_an_open_quotation_mark_is_not_allowed_to_swallow_rows(tmp_path: Path) -> None:
    rows = "".join(f"C1;F{at};25/01/2026;24/02/2026;10,00;a\n" for at in range(2, 9))
    error = refused(tmp_path, f'{HEADER};Libellé\n{ROW};"oups\n{rows}')
    assert (error.refusal.code, error.refusal.line) == ("table.quote_unclosed", 2)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "table.empty"),
        ("bonjour\nle monde\n", "table.not_a_table"),
        ("<html><body>Erreur 500; page; non trouvée</body></html>", "table.not_a_table"),
        (HEADER + "\n", "table.no_rows"),
        ("Code client;Date facture;Échéance;Montant TTC\nC1;25/01/2026;24/02/2026;1,50\n", None),
    ],
)
def test_what_is_no_table_is_refused_as_a_whole(
    tmp_path: Path, text: str, code: str | None
) -> None:
    error = refused(tmp_path, text, kind=TableKind.INVOICES)
    assert error.refusal.code == (code or "table.columns_missing")
    if code is None:
        assert error.refusal.facts["missing"] == "number"


def test_an_accounting_export_is_not_taken_for_a_table(tmp_path: Path) -> None:
    head = "JournalCode\tJournalLib\tEcritureNum\tEcritureDate\tCompteNum\tCompteLib\tCompAuxNum\t"
    head += "CompAuxLib\tPieceRef\tPieceDate\tEcritureLib\tDebit\tCredit\n"
    row = "VT\tVentes\t1\t20260105\t411000\tClients\tC1\tMartin\tF1\t20260105\tF1\t10,00\t0,00\n"
    assert not looks_like_table(write(tmp_path, head + row))
    assert looks_like_table(write(tmp_path, f"{HEADER}\n{ROW}\n"))


def test_a_mapping_goes_through_json_and_back(tmp_path: Path) -> None:
    reading, facts = read(tmp_path, f"{HEADER}\n{ROW}\n")
    saved = json.loads(json.dumps(reading.mapping.as_dict()))
    again = TableMapping.from_dict(saved)
    assert again == reading.mapping
    assert again.date_order is DateOrder.DMY
    other, same = read(tmp_path, f"{HEADER.upper()}\n{ROW}\n", mapping=again)
    assert same == facts
    assert other.signature == reading.signature


@pytest.mark.parametrize(
    "data", [{}, {"kind": "x", "fields": {}}, {"kind": "invoices", "fields": {"z": "a"}}]
)
def test_what_is_no_mapping_is_refused(data: dict[str, object]) -> None:
    with pytest.raises(MappingUnreadable):
        TableMapping.from_dict(data)


def test_a_remembered_mapping_that_no_longer_fits_says_which_column(tmp_path: Path) -> None:
    reading, _ = read(tmp_path, f"{HEADER}\n{ROW}\n")
    text = f"{HEADER.replace('Montant TTC', 'Total')}\n{ROW}\n"
    error = refused(tmp_path, text, mapping=reading.mapping)
    assert error.refusal.code == "table.mapping_columns_missing"
    assert error.refusal.facts["missing"] == "Montant TTC"


def test_a_signature_forgets_order_and_case_but_not_columns() -> None:
    assert signature(["Date Facture", "client"]) == signature(["Client", "date de facture"])
    assert signature(["Date", "Client"]) != signature(["Date", "Client", "Montant"])


def test_a_column_called_amount_must_hold_amounts() -> None:
    headers = ["Client", "N° facture", "Date", "Montant", "Total"]
    rows = [["Martin", "F1", "25/01/2026", "à voir", "10,00"]] * 3
    assert propose_mapping(headers, rows).mapping.fields[Field.AMOUNT] == "Total"


def test_the_amount_without_tax_is_not_the_amount() -> None:
    headers = ["Client", "Facture", "Date", "Montant HT", "Montant TVA", "Montant TTC", "Net k€"]
    rows = [["Martin", "F1", "25/01/2026", "10,00", "2,00", "12,00", "0,01"]] * 3
    proposal = propose_mapping(headers, rows)
    assert proposal.mapping.fields[Field.AMOUNT] == "Montant TTC"
    assert set(proposal.ignored) == {"Montant HT", "Montant TVA", "Net k€"}


def test_two_columns_of_one_name_are_told_apart(tmp_path: Path) -> None:
    reading, _ = read(tmp_path, f"{HEADER};Notes;Notes\n{ROW};a;b\n")
    assert "Notes (2)" in reading.headers


def test_reading_again_gives_the_same_facts_and_sums(tmp_path: Path) -> None:
    reading, first = read(tmp_path, f"{HEADER}\n{ROW}\nC1;F2;x;;10,00\n")
    refusals = list(reading.refusals)
    assert list(reading.facts()) == first
    assert reading.refusals == refusals
    assert reading.totals.file_debit == 123450 + 1000


def test_progress_goes_to_the_end_and_never_back(tmp_path: Path) -> None:
    rows = "".join(f"C1;F{at};25/01/2026;24/02/2026;10,00\n" for at in range(20_000))
    seen: list[tuple[int, int]] = []
    path = write(tmp_path, f"{HEADER}\n{rows}")
    reading = open_table(path, progress=lambda done, size: seen.append((done, size)))
    assert sum(len(item.invoices) for item in reading.facts()) == 20_000
    done = [item[0] for item in seen]
    assert done == sorted(done)
    assert {item[1] for item in seen} == {2 * path.stat().st_size}


def test_the_ibm_ledger_needs_no_mapping_at_all() -> None:
    name = "WA_Fn-UseC_-Accounts-Receivable.csv"
    path = Path(__file__).parent.parent / "samples" / "receivables" / name
    reading = open_table(path, currency="USD")
    facts = list(reading.facts())
    assert (len(facts), sum(len(item.invoices) for item in facts)) == (100, 2466)
    assert sum(len(item.credits) for item in facts) == 2466
    assert sum(len(item.disputes) for item in facts) == 561
    assert details(reading)["date_order"] == "mdy"
    assert (reading.refusals, reading.warnings) == ([], [])
    assert (reading.totals.debit, set(reading.totals.balances.values())) == (14770318, {0})


def test_columns_that_fit_invoices_and_payments_are_asked_about(tmp_path: Path) -> None:
    text = "Client;Date;Montant;N° facture\nDupont;25/01/2026;120,00;F1\n"
    error = refused(tmp_path, text)
    assert error.refusal.code == "table.kind_unclear"
    assert error.refusal.facts == {"kind": "invoices", "rival": "payments"}
    _, (facts,) = read(tmp_path, text, kind=TableKind.PAYMENTS)
    assert len(facts.credits) == 1
    _, (facts,) = read(tmp_path, text, name="factures ouvertes.csv")
    assert len(facts.invoices) == 1


def test_the_running_balance_of_an_account_is_not_an_amount(tmp_path: Path) -> None:
    text = "Compte;Date;Pièce;Échéance;Débit;Crédit;Solde\nDUP;25/01/2026;F1;;120,00;;120,00\n"
    assert refused(tmp_path, text).refusal.code in ("table.columns_missing", "table.not_a_table")


@pytest.mark.parametrize(
    "text",
    [
        "Numéro,Client,Date d'émission,Échéance,Montant TTC,Montant HT,Restant dû,Statut,Devise\n"
        "F1,Dupont,2026-01-25,2026-02-24,120.00,100.00,120.00,En attente,EUR\n",
        "Date,Transaction type,Num,Customer,Due date,Amount,Open balance\n"
        "01/25/2026,Invoice,F1,Dupont,02/24/2026,120.00,120.00\n",
        "ContactName,InvoiceNumber,Reference,InvoiceDate,DueDate,Total,AmountPaid,AmountDue,Currency\n"
        "Dupont,F1,PO 3,25 Jan 2026,24 Feb 2026,120.00,0.00,120.00,EUR\n",
    ],
)
def test_lists_written_as_common_programs_do_need_no_mapping(tmp_path: Path, text: str) -> None:
    _, (facts,) = read(tmp_path, text)
    (invoice,) = facts.invoices
    assert (invoice.customer, invoice.number, invoice.amount.minor) == ("dupont", "F1", 12000)
    assert (invoice.issued_on, invoice.due_on) == (date(2026, 1, 25), date(2026, 2, 24))


def test_a_quoted_cell_full_of_another_separator_breaks_nothing(tmp_path: Path) -> None:
    text = (
        "Client,N° facture,Date facture,Échéance,Montant TTC,Libellé\n"
        'Dupont,F1,25/01/2026,24/02/2026,"1 234,50","a;b\nc;d\ne;f"\n'
        '"Roy, Anne",F2,25/01/2026,24/02/2026,"10,00",\n'
    )
    reading, facts = read(tmp_path, text)
    assert [item.customer.name for item in facts] == ["Dupont", "Roy, Anne"]
    assert facts[1].invoices[0].amount.minor == 1000
    assert balanced(reading)


def test_what_was_understood_is_shown_before_anything_is_read(tmp_path: Path) -> None:
    reading = open_table(write(tmp_path, f"Titre\n{HEADER};Secret\n{ROW};x\n{ROW};y\n"))
    assert reading.understood.format == "csv"
    assert reading.understood.files == ("t.csv",)
    assert reading.understood.details == (
        ("encoding", "utf-8"),
        ("separator", "semicolon"),
        ("header_line", "2"),
        ("kind", "invoices"),
        ("column.customer_code", "Code client"),
        ("column.number", "N° facture"),
        ("column.issued_on", "Date facture"),
        ("column.due_on", "Échéance"),
        ("column.amount", "Montant TTC"),
        ("ignored", "Secret"),
        ("date_order", "dmy"),
        ("decimal_mark", ","),
        *[
            (
                "example",
                "customer_code=C1; number=F1; issued_on=2026-01-25; due_on=2026-02-24; "
                "amount=1234.50 EUR",
            )
        ]
        * 2,
    )

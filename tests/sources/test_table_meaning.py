"""What the rows of a table mean: invoices, credits, disputes, payments, customers, contacts."""

from datetime import date
from pathlib import Path

import pytest

from amiable.engine.ledger import CreditKind, DueBasis, InvoiceKind, Ledger, open_items, settlements
from amiable.engine.matching import match
from amiable.engine.parties import ContactRole, CustomerKind, Language, Segment
from amiable.sources.table import (
    TableKind,
)
from tests.sources.table_files import HEADER, ROW, balanced, codes, read


def test_a_settled_invoice_carries_its_payment(tmp_path: Path) -> None:
    _, (facts,) = read(tmp_path, f"{HEADER};Date de règlement\n{ROW};06/03/2026\n")
    (invoice,), (credit,) = facts.invoices, facts.credits
    assert (credit.kind, credit.received_on) == (CreditKind.PAYMENT, date(2026, 3, 6))
    assert credit.amount == invoice.amount
    ledger = Ledger(invoices=facts.invoices, credits=facts.credits)
    ledger = Ledger(invoices=facts.invoices, credits=facts.credits, allocations=match(ledger))
    settlement = settlements(ledger)[invoice.key]
    assert (settlement.settled_on, settlement.teaches) == (date(2026, 3, 6), True)


def test_a_part_paid_on_no_known_day_teaches_nothing(tmp_path: Path) -> None:
    reading, (facts,) = read(tmp_path, f"{HEADER};Reste dû\n{ROW};234,50\n")
    (credit,) = facts.credits
    assert (credit.kind, credit.amount.minor) == (CreditKind.ADJUSTMENT, 100000)
    assert credit.received_on == facts.invoices[0].issued_on
    ledger = Ledger(invoices=facts.invoices, credits=facts.credits)
    ledger = Ledger(invoices=facts.invoices, credits=facts.credits, allocations=match(ledger))
    (item,) = open_items(ledger, date(2026, 2, 1)).invoices
    assert item.left.minor == 23450
    assert settlements(ledger) == {}
    assert reading.totals.balances == {("C1", "EUR"): 23450}
    assert balanced(reading)


def test_a_part_paid_on_a_day_is_a_payment_of_that_day(tmp_path: Path) -> None:
    _, (facts,) = read(tmp_path, f"{HEADER};Montant payé;Payé le\n{ROW};1 000,00;06/03/2026\n")
    (credit,) = facts.credits
    assert (credit.kind, credit.amount.minor) == (CreditKind.PAYMENT, 100000)


def test_a_list_of_what_remains_is_a_list_of_invoices(tmp_path: Path) -> None:
    text = f"{HEADER.replace('Montant TTC', 'Reste à payer')}\n{ROW}\n"
    _, (facts,) = read(tmp_path, text)
    assert facts.invoices[0].amount.minor == 123450
    assert facts.credits == ()


def test_a_negative_amount_is_a_credit_note(tmp_path: Path) -> None:
    reading, (facts,) = read(tmp_path, f"{HEADER}\n{ROW}\nC1;A1;26/01/2026;;-34,50\n")
    (credit,) = facts.credits
    assert (credit.kind, credit.amount.minor) == (CreditKind.CREDIT_NOTE, 3450)
    assert reading.totals.balances == {("C1", "EUR"): 120000}


def test_a_column_of_types_tells_credit_notes_too(tmp_path: Path) -> None:
    text = f"{HEADER};Type\n{ROW};Facture\nC1;A1;26/01/2026;25/02/2026;34,50;Avoir\n"
    _, (facts,) = read(tmp_path, text)
    assert [credit.kind for credit in facts.credits] == [CreditKind.CREDIT_NOTE]


def test_a_column_of_its_own_gives_the_reason_of_a_dispute(tmp_path: Path) -> None:
    text = (
        f"{HEADER};Litige;Motif\n{ROW};oui;prix contesté\n"
        "C1;F2;25/01/2026;24/02/2026;10,00;;livraison\n"
        "C1;F3;25/01/2026;24/02/2026;10,00;non;réglé à l'amiable\n"
        "C1;F4;25/01/2026;24/02/2026;10,00;oui;\n"
    )
    _, (facts,) = read(tmp_path, text)
    assert [(item.invoice, item.reason) for item in facts.disputes] == [
        (facts.invoices[0].key, "prix contesté"),
        (facts.invoices[3].key, ""),
    ]


def test_the_reason_of_a_dispute_is_enough_where_no_other_column_tells_of_it(
    tmp_path: Path,
) -> None:
    text = f"{HEADER};Motif du litige\n{ROW};colis abîmé\nC1;F2;25/01/2026;24/02/2026;10,00;\n"
    _, (facts,) = read(tmp_path, text)
    assert [item.reason for item in facts.disputes] == ["colis abîmé"]


def test_a_reason_for_nothing_in_particular_makes_no_dispute(tmp_path: Path) -> None:
    reading, (facts,) = read(tmp_path, f"{HEADER};Motif\n{ROW};Travaux de mars\n")
    assert facts.disputes == ()
    assert ("ignored", "Motif") in reading.understood.details


@pytest.mark.parametrize(
    "header",
    [
        "Procédure collective",
        "Redressement judiciaire",
        "Date RJ/LJ",
        "Date du jugement d'ouverture",
        "insolvency date",
    ],
)
def test_a_customer_is_insolvent_since_a_day(tmp_path: Path, header: str) -> None:
    text = f"Code client;Nom;{header}\nC1;Dupont;25/01/2026\nC2;Durand;\nC3;Petit;non\n"
    reading, facts = read(tmp_path, text)
    assert [item.customer.insolvent_on for item in facts] == [date(2026, 1, 25), None, None]
    assert reading.warnings == []


@pytest.mark.parametrize("cell", ["oui", "RJ", "dossier chez Me Roux"])
def test_no_day_is_made_up_for_an_insolvency_without_date(tmp_path: Path, cell: str) -> None:
    text = f"Code client;Nom;Procédure collective\nC1;A;{cell}\nC2;B;non\nC3;C;25/01/2026\n"
    reading, facts = read(tmp_path, text)
    assert facts[0].customer.insolvent_on is None
    (warning,) = reading.warnings
    assert (warning.code, warning.line, warning.value, warning.column) == (
        "table.insolvency_without_date",
        2,
        cell,
        "Procédure collective",
    )


def test_the_column_of_the_day_is_preferred_to_that_of_the_yes(tmp_path: Path) -> None:
    text = (
        "Code client;Nom;Procédure collective;Date procédure collective\n"
        "C1;Dupont;oui;25/01/2026\nC2;Durand;non;\n"
    )
    reading, facts = read(tmp_path, text)
    assert facts[0].customer.insolvent_on == date(2026, 1, 25)
    assert reading.warnings == []


def test_rows_without_insolvency_are_shown_as_examples(tmp_path: Path) -> None:
    reading, _ = read(tmp_path, "Code client;Nom;Redressement judiciaire\nC1;Dupont;non\n")
    examples = [value for name, value in reading.understood.details if name == "example"]
    assert examples == ["customer_code=C1; customer_name=Dupont; insolvent_on=non"]


def test_a_credit_note_that_is_used_up_leaves_nothing_open(tmp_path: Path) -> None:
    text = f"{HEADER};Solde\n{ROW};1 200,00\nC1;A1;26/01/2026;;-34,50;0,00\n"
    reading, (facts,) = read(tmp_path, text)
    assert [item.kind for item in facts.invoices] == [InvoiceKind.INVOICE, InvoiceKind.ADJUSTMENT]
    assert reading.totals.balances == {("C1", "EUR"): 120000}
    assert balanced(reading)


def test_a_dispute_lasts_until_the_settlement(tmp_path: Path) -> None:
    text = (
        f"{HEADER};Litige;Date de règlement\n{ROW};oui;06/03/2026\n"
        "C1;F2;25/01/2026;24/02/2026;10,00;oui;\nC1;F3;25/01/2026;24/02/2026;10,00;non;\n"
        "C1;F4;25/01/2026;24/02/2026;10,00;prix contesté;\n"
    )
    _, (facts,) = read(tmp_path, text)
    settled, still_open, reason = facts.disputes
    assert (settled.opened_on, settled.closed_on) == (date(2026, 1, 25), date(2026, 3, 6))
    assert still_open.invoice == facts.invoices[1].key
    assert still_open.closed_on is None
    assert reason.reason == "prix contesté"


def test_a_missing_due_date_comes_from_the_terms_else_from_the_law(tmp_path: Path) -> None:
    text = (
        "Code client;N° facture;Date facture;Échéance;Conditions de paiement;Montant TTC\n"
        "C1;F1;10/01/2026;;45 jours fin de mois;10,00\nC1;F2;10/01/2026;;;10,00\n"
        "C1;F3;10/01/2026;15/01/2026;30 jours;10,00\nC1;F4;10/01/2026;;bientôt;10,00\n"
    )
    reading, (facts,) = read(tmp_path, text)
    assert [(item.due_on, item.due_basis) for item in facts.invoices] == [
        (date(2026, 2, 28), DueBasis.TERMS),
        (date(2026, 2, 9), DueBasis.LEGAL),
        (date(2026, 1, 15), DueBasis.STATED),
        (date(2026, 2, 9), DueBasis.LEGAL),
    ]
    assert [(item.line, item.code) for item in reading.warnings] == [(5, "table.terms_unreadable")]


def test_payments_are_credits_and_returned_ones_raise_the_debt(tmp_path: Path) -> None:
    text = (
        "Client;Date de paiement;Montant réglé;N° facture;Référence;Mode de règlement\n"
        "Martin SARL;25/01/2026;100,00;F1;VIR 77;Virement\n"
        "Martin SARL;25/01/2026;100,00;F1;VIR 77;Virement\n"
        "Martin SARL;28/01/2026;-100,00;;REJET;Prélèvement\n"
        "Martin SARL;xx;30,00;;;\nTotal;;130,00;;;\n"
    )
    reading, (facts,) = read(tmp_path, text)
    assert reading.kind is TableKind.PAYMENTS
    assert facts.customer.key == "martin"
    assert [(item.amount.minor, item.number) for item in facts.credits] == [(10000, "F1")] * 2
    assert len({item.key for item in facts.credits}) == 2
    assert [item.kind for item in facts.invoices] == [InvoiceKind.RETURNED]
    assert codes(reading) == [(5, "table.date_unreadable")]
    assert reading.refusals[0].minor == -3000
    assert reading.warnings == []
    assert balanced(reading)


def test_customers_are_read_with_what_the_law_and_letters_need(tmp_path: Path) -> None:
    text = (
        "Code;Raison sociale;Type;SIRET;N° TVA;Langue;Pays;Délai de paiement;"
        "Prélèvement;Segment;E-mail\n"
        "C1;Mairie d'Arles;Collectivité;732 829 320 00074;;Français;France;"
        "30 jours;non;régulier;m@arles.fr\n"
        "C2;Smith Ltd;Entreprise;;FR44732829320;anglais;Royaume-Uni;60 jours;oui;à risque;bad@\n"
    )
    reading, (first, second) = read(tmp_path, text)
    assert reading.kind is TableKind.CUSTOMERS
    record = first.customer
    assert (record.kind, record.siren, record.country) == (CustomerKind.PUBLIC, "732829320", "FR")
    assert (record.language, record.terms, record.autopay) == (Language.FR, "30 jours", False)
    assert first.contacts[0].email == "m@arles.fr"
    other = second.customer
    assert (other.siren, other.country, other.segment) == ("732829320", "GB", Segment.AT_RISK)
    assert (other.language, other.autopay) == (Language.EN, True)
    assert [(item.line, item.code) for item in reading.warnings] == [(3, "table.email_unreadable")]


def test_contacts_have_roles_and_one_line_each(tmp_path: Path) -> None:
    text = (
        "Code client;Prénom;Nom;Fonction;E-mail;Tél.;Portable\n"
        "C1;Anne;Roy;Comptable;anne@x.fr;01 02 03 04 05;\n"
        "C1;Luc;Bel;Gérant;luc@x.fr;;06 01 02 03 04\n"
        "C1;Zoé;Cor;Responsable achats;zoe@x.fr;;\nC1;;;Service juridique;jur@x.fr; ;\n"
        "C2;;;Accueil;;;\n"
    )
    reading, (facts,) = read(tmp_path, text)
    assert reading.kind is TableKind.CONTACTS
    assert [item.role for item in facts.contacts] == [
        ContactRole.ACCOUNTANT,
        ContactRole.MANAGER,
        ContactRole.BUYER,
        ContactRole.LEGAL,
    ]
    assert facts.contacts[0].name == "Anne Roy"
    assert facts.contacts[1].phone == "06 01 02 03 04"
    assert codes(reading) == [(6, "table.contact_empty")]


def test_a_customer_said_twice_is_filled_and_told_where_it_differs(tmp_path: Path) -> None:
    text = "Code;Raison sociale;Pays;SIREN\nC1;Martin;FR;\nC1;Martin;FR;732829320\nC1;Durand;FR;\n"
    reading, (facts,) = read(tmp_path, text)
    assert (facts.customer.name, facts.customer.siren) == ("Martin", "732829320")
    assert [(item.line, item.code) for item in reading.warnings] == [(4, "table.customer_twice")]

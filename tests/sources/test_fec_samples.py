"""The four public samples: control totals, kinds and matching (figures recomputed by hand)."""

from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from amiable.engine.ledger import (
    Credit,
    DueBasis,
    Invoice,
    InvoiceKind,
    Ledger,
    balance,
    open_items,
)
from amiable.engine.matching import match
from amiable.sources.fec import looks_like_fec, open_fec
from tests.sources.fec_files import (
    ALL_SAMPLES,
    SAMPLE_A,
    SAMPLE_B,
    SAMPLE_C,
    SAMPLE_D,
    codes,
    items,
    read,
    write_text,
)

EXPECTED = {
    # lines, debit of the file, credit of the file, customers' debit, credit, number of customers
    SAMPLE_A: (1463, 231_855_284, 231_855_284, 118_553_504, 113_301_780, 17),
    SAMPLE_B: (179, 18_777_084, 34_606_398, 18_777_084, 15_999_914, 4),
    SAMPLE_C: (635, 9_280_501, 9_280_501, 5_363_878, 3_922_226, 34),
    SAMPLE_D: (7, 13_250_726, 13_035_388, 13_035_388, 215_338, 1),
}


@pytest.mark.parametrize("sample", ALL_SAMPLES, ids=lambda path: path.name[:5])
def test_the_control_totals_are_those_of_the_file(sample: Path) -> None:
    reading = open_fec([sample])
    read(reading)
    totals = reading.totals
    assert (
        totals.lines,
        totals.file_debit,
        totals.file_credit,
        totals.debit,
        totals.credit,
        len(totals.balances),
    ) == EXPECTED[sample]
    assert sum(totals.balances.values()) == totals.debit - totals.credit
    assert reading.refusals == []


@pytest.mark.parametrize("sample", ALL_SAMPLES, ids=lambda path: path.name[:5])
def test_the_facts_of_each_customer_add_up_to_his_balance(sample: Path) -> None:
    reading = open_fec([sample])
    sums: dict[tuple[str, str], int] = {}
    for facts in reading.facts():
        sums |= balance(facts.invoices, facts.credits)
    assert sums == reading.totals.balances


@pytest.mark.parametrize("sample", ALL_SAMPLES, ids=lambda path: path.name[:5])
def test_matching_leaves_open_what_the_file_leaves_open(sample: Path) -> None:
    reading = open_fec([sample])
    for facts in reading.facts():
        ledger = Ledger(invoices=facts.invoices, credits=facts.credits)
        matched = Ledger(invoices=facts.invoices, credits=facts.credits, allocations=match(ledger))
        left = open_items(matched, date(2099, 1, 1))
        debt = sum(item.left.minor for item in left.invoices)
        debt -= sum(item.left.minor for item in left.credits)
        assert debt == reading.totals.balances[facts.customer.key, "EUR"]


@pytest.mark.parametrize("sample", ALL_SAMPLES, ids=lambda path: path.name[:5])
def test_no_two_items_share_a_key(sample: Path) -> None:
    keys = [item.key for item in items(open_fec([sample]))]
    assert len(keys) == len(set(keys))


@pytest.mark.parametrize("sample", ALL_SAMPLES, ids=lambda path: path.name[:5])
def test_a_sample_is_known_as_a_fec(sample: Path) -> None:
    assert looks_like_fec(sample)


def kinds(sample: Path) -> Counter[str]:
    return Counter(
        f"{type(item).__name__} {item.kind}".lower() for item in items(open_fec([sample]))
    )


def test_sample_a_holds_each_kind_of_item() -> None:
    assert kinds(SAMPLE_A) == {
        "invoice invoice": 391,
        "credit payment": 129,
        "credit credit_note": 8,
        "invoice opening": 7,
        "credit opening": 1,
        "invoice returned": 2,
    }


def test_sample_b_without_entry_numbers_is_told_by_its_journals() -> None:
    assert kinds(SAMPLE_B) == {
        "credit payment": 130,
        "invoice invoice": 14,
        "invoice opening": 6,
        "credit opening": 3,
    }


def test_sample_b_is_taken_with_its_defects_shown() -> None:
    assert set(codes(open_fec([SAMPLE_B]))) == {
        "fec.unbalanced_entries",
        "fec.unbalanced",
        "fec.no_number",
        "fec.dates_outside_year",
    }


def test_sample_c_numbers_invoices_by_entry_since_its_piece_is_the_month() -> None:
    numbers = [
        item.number
        for item in items(open_fec([SAMPLE_C]))
        if isinstance(item, Invoice) and item.kind is InvoiceKind.INVOICE
    ]
    assert not any(number.startswith("VE") for number in numbers)
    assert len(set(numbers)) > 80


def test_all_45_lettering_groups_of_sample_c_balance() -> None:
    groups: Counter[tuple[str, str]] = Counter()
    for item in items(open_fec([SAMPLE_C])):
        if item.lettering:
            sign = 1 if isinstance(item, Invoice) else -1
            groups[item.customer, item.lettering] += sign * item.amount.minor
    assert len(groups) == 45
    assert set(groups.values()) == {0}


def test_sample_d_is_accepted_with_its_imbalance_shown() -> None:
    reading = open_fec([SAMPLE_D])
    assert list(read(reading)) == ["411100000"]
    warning = next(item for item in reading.warnings if item.code == "fec.unbalanced")
    assert warning.minor == 13_250_726 - 13_035_388
    assert warning.facts == {"debit": "132507.26 EUR", "credit": "130353.88 EUR"}


def test_without_terms_an_invoice_falls_due_after_the_legal_thirty_days() -> None:
    first = next(
        item
        for item in items(open_fec([SAMPLE_A]))
        if isinstance(item, Invoice) and item.kind is InvoiceKind.INVOICE
    )
    assert first.due_basis is DueBasis.LEGAL
    assert (first.due_on - first.issued_on).days == 30


@pytest.mark.parametrize(("debit", "credit"), [("D", "C"), ("+1", "-1"), ("1", "-1")])
def test_montant_and_sens_read_like_debit_and_credit(
    tmp_path: Path, debit: str, credit: str
) -> None:
    rows = [line.split("\t") for line in SAMPLE_A.read_text("utf-8-sig").splitlines()]
    rows[0][11:13] = ["Montant", "Sens"]
    for row in rows[1:]:
        row[11:13] = [row[11], debit] if row[11] != "0,00" else [row[12], credit]
    path = write_text(tmp_path, "".join("\t".join(row) + "\n" for row in rows))

    def content(sample: Path) -> list[Invoice | Credit]:
        return items(open_fec([sample]))

    assert content(path) == content(SAMPLE_A)

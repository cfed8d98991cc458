"""Matching: which credit pays which invoice, from the surest rule to the least sure."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amiable.engine.ledger import AllocationBasis, CreditKind, InvoiceKind, Ledger
from amiable.engine.matching import match
from tests.engine.entries import credit, day, invoice, ledgers, paid

Basis = AllocationBasis


def matched(invoices, credits, allocations=()):
    """(invoice, credit, minor, basis) of every allocation."""
    ledger = Ledger(
        invoices=tuple(invoices), credits=tuple(credits), allocations=tuple(allocations)
    )
    return [(one.invoice, one.credit, one.amount.minor, one.basis) for one in match(ledger)]


def test_the_accountants_lettering_comes_first():
    invoices = [invoice("old", 100), invoice("new", 100, due=40, lettering="AA", number="X")]
    credits = [credit("p", 100, lettering="AA", number="old")]
    assert matched(invoices, credits) == [("new", "p", 100, Basis.LETTERING)]


def test_in_a_group_equal_amounts_are_each_others():
    invoices = [
        invoice("a", 100, due=10, lettering="AA"),
        invoice("b", 250, due=20, lettering="AA"),
    ]
    credits = [credit("p", 250, 30, lettering="AA"), credit("q", 100, 31, lettering="AA")]
    assert set(matched(invoices, credits)) == {
        ("a", "q", 100, Basis.LETTERING),
        ("b", "p", 250, Basis.LETTERING),
    }


def test_a_lettered_group_pays_the_oldest_first():
    invoices = [
        invoice("b", 300, due=20, lettering="AA"),
        invoice("a", 300, due=10, lettering="AA"),
    ]
    assert matched(invoices, [credit("p", 400, lettering="AA")]) == [
        ("a", "p", 300, Basis.LETTERING),
        ("b", "p", 100, Basis.LETTERING),
    ]


@pytest.mark.parametrize("reference", ["F001", "f-001", "F/001", " F 001 "])
def test_a_payment_that_bears_the_invoices_number_pays_it(reference):
    invoices = [invoice("a", 100, due=10), invoice("b", 100, due=20, number="F001")]
    found = matched(invoices, [credit("p", 100, number=reference)])
    assert found == [("b", "p", 100, Basis.REFERENCE)]


def test_a_transfers_text_names_several_invoices():
    invoices = [
        invoice("x", 500, due=5, number="F2026-0009"),
        invoice("a", 100, due=10, number="F2026-0011"),
        invoice("b", 200, due=20, number="F2026-0012"),
    ]
    credits = [credit("p", 300, label="VIR SEPA F2026-0012 ET F2026-0011")]
    assert matched(invoices, credits) == [
        ("a", "p", 100, Basis.LABEL),
        ("b", "p", 200, Basis.LABEL),
    ]


def test_a_number_of_few_digits_in_a_text_proves_nothing():
    invoices = [invoice("a", 100, due=10), invoice("b", 70, due=20, number="12")]
    assert matched(invoices, [credit("p", 60, label="VIR DU 12 MARS")])[0][3] is Basis.PRESUMED


def test_a_number_that_two_invoices_share_is_not_believed():
    invoices = [
        invoice("a", 100, due=10, number="F2026-7777"),
        invoice("b", 100, due=20, number="G2026-7777"),
    ]
    assert matched(invoices, [credit("p", 60, label="REGLT 7777")])[0][3] is Basis.PRESUMED


def test_an_equal_amount_is_that_invoice():
    invoices = [invoice("a", 100, due=10), invoice("b", 200, due=20)]
    assert matched(invoices, [credit("p", 200)]) == [("b", "p", 200, Basis.AMOUNT)]


def test_of_two_equal_amounts_the_older_is_paid():
    invoices = [invoice("b", 200, due=20), invoice("a", 200, due=10)]
    assert matched(invoices, [credit("p", 200)]) == [("a", "p", 200, Basis.AMOUNT)]


def test_a_reused_amount_pays_one_invoice_a_payment():
    invoices = [invoice("a", 200, due=10), invoice("b", 200, due=20), invoice("c", 200, due=30)]
    credits = [credit("p", 200, 40), credit("q", 200, 50)]
    assert matched(invoices, credits) == [
        ("a", "p", 200, Basis.AMOUNT),
        ("b", "q", 200, Basis.AMOUNT),
    ]


def test_an_amount_can_be_a_run_of_consecutive_invoices():
    invoices = [invoice("a", 100, due=10), invoice("b", 200, due=20), invoice("c", 70, due=30)]
    assert matched(invoices, [credit("p", 270)]) == [
        ("b", "p", 200, Basis.AMOUNT),
        ("c", "p", 70, Basis.AMOUNT),
    ]


def test_an_amount_is_no_proof_before_the_invoice_exists():
    found = matched([invoice("a", 200, issued=50, due=80)], [credit("p", 200, 40)])
    assert found == [("a", "p", 200, Basis.PRESUMED)]


def test_what_is_left_pays_the_oldest_debt_and_is_presumed():
    invoices = [invoice("b", 500, due=20), invoice("a", 300, due=10)]
    assert matched(invoices, [credit("p", 350)]) == [
        ("a", "p", 300, Basis.PRESUMED),
        ("b", "p", 50, Basis.PRESUMED),
    ]


def test_a_bounced_payment_cancels_the_payment_it_undoes():
    invoices = [
        invoice("a", 200, due=10),
        invoice("back", 200, issued=45, due=45, kind=InvoiceKind.RETURNED),
    ]
    assert matched(invoices, [credit("p", 200, 40)]) == [("back", "p", 200, Basis.RETURN)]


def test_a_payment_after_the_bounce_is_a_new_one():
    invoices = [
        invoice("a", 200, due=10),
        invoice("back", 200, issued=45, due=45, kind=InvoiceKind.RETURNED),
    ]
    credits = [credit("p", 200, 40), credit("q", 200, 60)]
    assert matched(invoices, credits) == [
        ("back", "p", 200, Basis.RETURN),
        ("a", "q", 200, Basis.AMOUNT),
    ]


def test_of_two_equal_payments_the_last_before_the_bounce_is_undone():
    invoices = [
        invoice("a", 200, due=10),
        invoice("back", 200, issued=45, due=45, kind=InvoiceKind.RETURNED),
    ]
    credits = [credit("p", 200, 20), credit("q", 200, 40)]
    assert ("back", "q", 200, Basis.RETURN) in matched(invoices, credits)


def test_a_credit_note_is_not_undone_by_a_bounce():
    invoices = [invoice("back", 200, issued=45, due=45, kind=InvoiceKind.RETURNED)]
    found = matched(invoices, [credit("p", 200, 40, kind=CreditKind.CREDIT_NOTE)])
    assert found[0][3] is not Basis.RETURN


def test_what_a_person_decided_is_kept_and_the_rest_made_anew():
    invoices = [invoice("a", 100, due=10), invoice("b", 100, due=20)]
    person = paid("b", "p", 100, basis=Basis.PERSON)
    guess = paid("b", "q", 100, basis=Basis.PRESUMED)
    credits = [credit("p", 100), credit("q", 100, 41)]
    assert matched(invoices, credits, [person, guess]) == [
        ("b", "p", 100, Basis.PERSON),
        ("a", "q", 100, Basis.AMOUNT),
    ]


def test_an_allocation_counts_from_the_later_of_the_two():
    ledger = Ledger(invoices=(invoice("a", 100, issued=50, due=80),), credits=(credit("p", 100),))
    assert match(ledger)[0].allocated_on == day(50)


def test_nothing_pays_an_invoice_of_another_currency():
    assert matched([invoice("a", 100, number="F001")], [credit("p", 100, currency="USD")]) == []


@given(ledgers())
def test_no_side_gives_more_than_it_has(ledger):
    left = {one.key: one.amount.minor for one in (*ledger.invoices, *ledger.credits)}
    for one in match(ledger):
        assert one.amount.minor > 0
        left[one.invoice] -= one.amount.minor
        left[one.credit] -= one.amount.minor
    assert min(left.values(), default=0) >= 0


@given(ledgers())
def test_no_cent_stays_on_both_sides(ledger):
    """Once all is matched, a currency has open invoices or open credits, not both."""
    left = {one.key: one.amount.minor for one in (*ledger.invoices, *ledger.credits)}
    for one in match(ledger):
        left[one.invoice] -= one.amount.minor
        left[one.credit] -= one.amount.minor
    owing = {one.amount.currency for one in ledger.invoices if left[one.key]}
    having = {one.amount.currency for one in ledger.credits if left[one.key]}
    assert not owing & having


@given(ledgers())
def test_currencies_are_never_mixed(ledger):
    currency = {one.key: one.amount.currency for one in (*ledger.invoices, *ledger.credits)}
    for one in match(ledger):
        assert currency[one.invoice] == currency[one.credit] == one.amount.currency


@given(ledgers(), st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(ledger, chance):
    shuffled = replace(
        ledger,
        invoices=tuple(chance.sample(ledger.invoices, len(ledger.invoices))),
        credits=tuple(chance.sample(ledger.credits, len(ledger.credits))),
    )
    assert set(match(shuffled)) == set(match(ledger))


@given(ledgers())
def test_matching_again_changes_nothing(ledger):
    once = match(ledger)
    assert match(replace(ledger, allocations=once)) == once


@given(ledgers(), st.data())
def test_a_persons_match_is_never_undone(ledger, data):
    made = match(ledger)
    if not made:
        return
    kept = replace(data.draw(st.sampled_from(made)), basis=Basis.PERSON)
    assert kept in match(replace(ledger, allocations=(kept,)))

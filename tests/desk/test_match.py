"""Matching by hand: it stands for good, and refuses what cannot be."""

from datetime import timedelta

import pytest

from amiable.desk.access import Actor, OtherCompany
from amiable.desk.match import MatchRefused, credit_lines, match_by_hand, unmatch
from amiable.desk.plan import draw_plan
from amiable.engine.ledger import AllocationBasis
from amiable.engine.money import Money
from amiable.store.lists.credits import Matching, credits_to_match
from amiable.store.models import Allocation, AuditEntry, Company, Credit, Invoice
from amiable.store.models.membership import Role
from tests.desk.books import (
    TODAY,
    at,
    bring_in,
    company_with_debtors,
    credit_note,
    customer,
    entry_of,
    eur,
    facts,
    invoice,
    mailbox,
    new_company,
    payment,
)

DAY = timedelta(days=1)
pytestmark = pytest.mark.django_db


@pytest.fixture
def company() -> Company:
    """A owes two invoices of 1,000 and 500; 600 came without a word: presumed to pay the first."""
    made = new_company()
    old = invoice("A", "F1", TODAY - 40 * DAY, 100_000)
    young = invoice("A", "F2", TODAY - 20 * DAY, 50_000)
    money = payment("A", "P1", TODAY - 5 * DAY, 60_000)
    bring_in(made, facts("A", [old, young], [money], [mailbox("A")]))
    draw_plan(made, TODAY)
    return made


def manager(company: Company, role: Role = Role.MANAGER) -> Actor:
    return Actor(company=company, role=role, name="Ada")


def credit(company: Company, key: str = "P1") -> int:
    return Credit.objects.of(company.pk).get(key=key).pk


def bill(company: Company, key: str) -> int:
    return Invoice.objects.of(company.pk).get(key=key).pk


def tie(company: Company, key: str, amount: Money | None = None, paying: str = "P1") -> Allocation:
    return match_by_hand(
        manager(company), credit(company, paying), bill(company, key), amount,
        today=TODAY, at=at(TODAY),
    )  # fmt: skip


def ties(company: Company) -> set[tuple[str, str, int]]:
    rows = Allocation.objects.of(company.pk).values_list("invoice__key", "basis", "amount_minor")
    return set(rows)


def test_money_without_a_word_waits_for_a_person(company: Company) -> None:
    assert ties(company) == {("F1", "presumed", 60_000)}
    (row,) = credits_to_match(company.pk, None)
    assert list(credits_to_match(company.pk, None, which=Matching.LEFT)) == []
    (line,) = credit_lines(company, [row])
    assert line.left == eur(60_000)
    assert [tie.invoice.key for tie in line.guesses] == ["F1"]
    assert [(one.invoice.key, one.amount, one.basis) for one in line.suggestions] == [
        ("F1", eur(60_000), AllocationBasis.PRESUMED),
        ("F2", eur(50_000), AllocationBasis.PRESUMED),
    ]


def test_a_match_by_hand_moves_the_guess_away(company: Company) -> None:
    tie(company, "F2")
    assert ties(company) == {("F2", "person", 50_000), ("F1", "presumed", 10_000)}
    paid = Invoice.objects.of(company.pk).get(key="F2")
    assert paid.settled_on == TODAY - 5 * DAY
    assert paid.delay == 15, "what a person matched teaches the habit"


def test_it_shows_in_the_plan_at_once(company: Company) -> None:
    before = entry_of(company, "A").amount_minor
    money = payment("A", "P2", TODAY, 90_000)
    bring_in(company, facts("A", [], [money]))
    tie(company, "F1", eur(60_000))
    assert before == 90_000
    assert customer(company, "A").balance_minor == 0
    assert entry_of(company, "A").customer_version == customer(company, "A").version


def test_it_stands_after_the_next_import(company: Company) -> None:
    tie(company, "F2")
    bring_in(company, facts("A", [invoice("A", "F3", TODAY - 60 * DAY, 7_000)]))
    assert ("F2", "person", 50_000) in ties(company)
    lettered = payment("A", "P1", TODAY - 5 * DAY, 60_000, lettering="AA")
    old = invoice("A", "F1", TODAY - 40 * DAY, 100_000, lettering="AA")
    bring_in(company, facts("A", [old], [lettered]))
    assert ties(company) == {("F2", "person", 50_000), ("F1", "lettering", 10_000)}


def test_a_part_may_be_matched_and_then_more(company: Company) -> None:
    tie(company, "F2", eur(20_000))
    assert ties(company) == {("F2", "person", 20_000), ("F1", "presumed", 40_000)}
    tie(company, "F2", eur(10_000))
    assert ("F2", "person", 30_000) in ties(company)
    tie(company, "F1")
    assert ties(company) == {("F2", "person", 30_000), ("F1", "person", 30_000)}
    assert list(credits_to_match(company.pk, None)) == []


def test_taking_it_back_leaves_it_to_the_rules(company: Company) -> None:
    row = tie(company, "F2")
    unmatch(manager(company), row.pk, today=TODAY, at=at(TODAY))
    assert ties(company) == {("F1", "presumed", 60_000)}
    assert Invoice.objects.of(company.pk).get(key="F2").settled_on is None


def test_both_deeds_are_written_down(company: Company) -> None:
    row = tie(company, "F2")
    unmatch(manager(company), row.pk, today=TODAY, at=at(TODAY))
    entries = AuditEntry.objects.of(company.pk).order_by("pk")
    assert [entry.code for entry in entries] == ["matched", "unmatched"]
    assert entries[0].facts == {
        "customer": "A SARL", "credit": "P1", "invoice": "F2", "amount": "500.00 EUR",
    }  # fmt: skip
    assert entries[0].customer_id == customer(company, "A").pk


@pytest.mark.parametrize(
    ("amount", "problem"),
    [(eur(50_001), "too_much"), (eur(0), "zero"), (eur(-5), "zero"),
     (Money(minor=5, currency="USD"), "currency")],
)  # fmt: skip
def test_an_amount_that_cannot_be_is_refused(company, amount, problem) -> None:
    with pytest.raises(MatchRefused) as refused:
        tie(company, "F2", amount)
    assert refused.value.problem == problem
    assert ties(company) == {("F1", "presumed", 60_000)}
    assert AuditEntry.objects.of(company.pk).count() == 0


def test_what_is_used_up_is_refused(company: Company) -> None:
    tie(company, "F1")
    with pytest.raises(MatchRefused, match="nothing_left"):
        tie(company, "F2")


def test_another_currency_is_refused(company: Company) -> None:
    dollars = invoice("A", "F9", TODAY, amount=Money(minor=60_000, currency="USD"))
    bring_in(company, facts("A", [dollars]))
    with pytest.raises(MatchRefused, match="currency"):
        tie(company, "F9")


def test_another_customers_invoice_is_refused(company: Company) -> None:
    bring_in(company, facts("B", [invoice("B", "F8", TODAY)]))
    with pytest.raises(MatchRefused, match="customer"):
        tie(company, "F8")


def test_another_companys_credit_does_not_exist(company: Company) -> None:
    other = company_with_debtors(("X",), key="minoterie")
    with pytest.raises(OtherCompany):
        match_by_hand(
            manager(other), credit(company), bill(company, "F1"), today=TODAY, at=at(TODAY)
        )
    row = tie(company, "F1")
    with pytest.raises(OtherCompany):
        unmatch(manager(other), row.pk, today=TODAY, at=at(TODAY))


def test_an_outside_collector_cannot_match_for_others(company: Company, django_user_model) -> None:
    user = django_user_model.objects.create_user("out@example.test")
    outside = Actor(company=company, role=Role.OUTSIDE, user=user)
    with pytest.raises(OtherCompany):
        match_by_hand(outside, credit(company), bill(company, "F1"), today=TODAY, at=at(TODAY))
    assert list(credits_to_match(company.pk, outside.only)) == []


def test_only_a_persons_match_can_be_taken_back(company: Company) -> None:
    guess = Allocation.objects.of(company.pk).get()
    with pytest.raises(OtherCompany):
        unmatch(manager(company), guess.pk, today=TODAY, at=at(TODAY))


def test_a_number_in_the_text_and_the_exact_amount_come_first() -> None:
    company = new_company()
    owed = [
        invoice("A", "F-2026-0001", TODAY - 40 * DAY, 11_000),
        invoice("A", "F-2026-0002", TODAY - 30 * DAY, 20_000),
        invoice("A", "F-2026-0003", TODAY + 30 * DAY, 30_000, issued_on=TODAY),
    ]
    note = credit_note("A", "N1", TODAY - 9 * DAY, 30_000)
    bring_in(company, facts("A", owed, [note]))
    (line,) = credit_lines(company, list(credits_to_match(company.pk, None)))
    assert [(one.invoice.key, one.basis.value) for one in line.suggestions] == [
        ("F-2026-0003", "amount"), ("F-2026-0001", "presumed"), ("F-2026-0002", "presumed"),
    ]  # fmt: skip

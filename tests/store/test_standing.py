"""The columns lists are ordered by say what the ledger and the habits say."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings

from amiable.desk.plan import draw_plan, redraw
from amiable.desk.undo_import import undo_import
from amiable.store.models import Company, Customer
from amiable.store.standing import open_sums, renew_balances
from tests.desk.books import (
    TODAY,
    at,
    bring_in,
    company_with_debtors,
    customer,
    facts,
    invoice,
    new_company,
    payer,
    payment,
)
from tests.store.random_ledgers import WHO, ledgers

DAY = timedelta(days=1)


@pytest.mark.django_db
@given(ledger=ledgers())
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_an_import_writes_what_the_open_items_add_up_to(ledger):
    raised, lowered = ledger
    Company.objects.filter(key="standing").delete()
    company = new_company("standing")
    bring_in(company, facts(WHO, raised, lowered))
    row = customer(company, WHO)
    sums = open_sums(company.pk, [row.pk], TODAY)[row.pk]
    assert row.balance_minor == sums.balance("EUR")
    assert row.oldest_due_on == sums.oldest_due_on
    assert renew_balances(company.pk, [row.pk], TODAY) == 0


@pytest.mark.django_db
def test_undoing_an_import_takes_the_balance_back() -> None:
    company = company_with_debtors(("A",))
    bring_in(company, facts("A", [], [payment("A", "P-A", TODAY, label="F-A")]))
    assert customer(company, "A").balance_minor == 0
    assert customer(company, "A").oldest_due_on is None
    undo_import(company, at=at(TODAY))
    assert customer(company, "A").balance_minor == 100_000
    assert customer(company, "A").oldest_due_on == TODAY - 25 * DAY


@pytest.mark.django_db
def test_the_plan_weighs_habits_with_those_of_who_owes_nothing() -> None:
    company = company_with_debtors(("A",))
    bring_in(company, payer("B", 9, TODAY - 40 * DAY), facts("N", [invoice("N", "F-N", TODAY)]))
    draw_plan(company, TODAY)
    a, b, n = (customer(company, key) for key in "ABN")
    assert (a.habit_n, a.habit_usual, a.current_segment) == (12, 5, "regular")
    assert (b.habit_n, b.current_segment) == (12, "often_late")
    assert b.habit_usual in range(5, 10)
    assert (n.habit_n, n.habit_usual, n.current_segment) == (0, None, "new")


@pytest.mark.django_db
def test_a_segment_chosen_by_a_person_wins_at_once() -> None:
    company = company_with_debtors(("A",))
    draw_plan(company, TODAY)
    Customer.objects.of(company.pk).update(segment="at_risk")
    redraw(company, [customer(company, "A").pk], TODAY)
    assert customer(company, "A").current_segment == "at_risk"


@pytest.mark.django_db
def test_columns_of_an_older_database_are_filled_by_the_next_plan() -> None:
    company = company_with_debtors(("A",))
    draw_plan(company, TODAY)
    before = customer(company, "A")
    Customer.objects.of(company.pk).update(
        balance_minor=0, oldest_due_on=None, habit_n=0, habit_usual=None, current_segment=None
    )
    draw_plan(company, TODAY)
    after = customer(company, "A")
    columns = ("balance_minor", "oldest_due_on", "habit_n", "habit_usual", "current_segment")
    assert [getattr(after, name) for name in columns] == [getattr(before, name) for name in columns]
    assert after.balance_minor == 100_000

"""The plain spelling is the same in Python and in the database."""

import pytest
from django.db.models import Value
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from amiable.store.lists.invoices import numbered
from amiable.store.models import Company, Customer, Invoice
from amiable.store.spelling import Holds, plain
from tests.desk.books import TODAY, bring_in, facts, invoice, new_company

letters = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12
) | st.text(st.sampled_from("àâäÀçÇéèêëÉÈÊîïÎôöÔûüÜ’'œŒ%_\\ Aa"), max_size=12)


@pytest.mark.django_db
@given(name=letters)
@example(name="Société d’Œuvres ÉLÈVE 100 %_\\")
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_database_spells_as_python_does(name):
    company = Company.objects.filter(key="spelling").first() or new_company("spelling")
    Customer.objects.of(company.pk).delete()
    row = Customer.objects.of(company.pk).create(company=company, key="K1", name=name, siren="55")
    row.refresh_from_db()
    assert row.plain == plain(f"{name}\nK1\n55")
    if name:
        found = Customer.objects.of(company.pk).filter(Holds("plain", Value(plain(name))))
        assert found.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("typed", "found"),
    [("F-2", {"F-2026", "F-21"}), ("f-2026", {"F-2026"}), ("F%", set()), ("a_", {"a_1"}),
     ("F-2026-", set()), ("é", {"é1"})],
)  # fmt: skip
def test_a_number_is_found_by_how_it_begins(typed: str, found: set[str]) -> None:
    company = new_company()
    numbers = ["F-2026", "F-21", "G-F-2", "a_1", "ab1", "é1"]
    bring_in(company, facts("A", [invoice("A", number, TODAY) for number in numbers]))
    assert {row.number for row in numbered(company.pk, typed)} == found
    assert Invoice.objects.of(company.pk).count() == len(numbers)

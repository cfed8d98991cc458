"""The aged balance adds up to the ledger, on every day, in every currency."""

from collections import defaultdict
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from amiable.desk.access import Actor
from amiable.desk.balance import aged_balance, every_balance
from amiable.engine.ledger import Credit, Invoice
from amiable.engine.money import Money
from amiable.store.customer import visible_customers
from amiable.store.lists.balance import aged_sums
from amiable.store.models import Company, Customer
from amiable.store.models.membership import Role
from tests.desk.books import TODAY, bring_in, credit_note, facts, invoice, new_company, payment
from tests.store.random_ledgers import START, WHO, ledgers

DAY = timedelta(days=1)


def manager(company: Company) -> Actor:
    return Actor(company=company, role=Role.MANAGER)


def company_with(*pages) -> Company:
    company = new_company()
    bring_in(company, *pages)
    return company


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("late", "bucket"),
    [(-5, 0), (0, 0), (1, 1), (30, 1), (31, 2), (60, 2), (61, 3), (90, 3), (91, 4), (900, 4)],
)
def test_an_invoice_stands_in_the_bucket_of_its_lateness(late: int, bucket: int) -> None:
    due_on = TODAY - late * DAY
    one = invoice("A", "F1", due_on, 12_345, issued_on=TODAY - 1_000 * DAY)
    company = company_with(facts("A", [one]))
    (total,) = aged_sums(company.pk, TODAY)
    assert total.buckets[bucket] == total.total == 12_345
    assert sum(total.buckets) == 12_345


@pytest.mark.django_db
def test_a_part_payment_lowers_its_bucket_and_a_spare_credit_stands_apart() -> None:
    late = invoice("A", "F1", TODAY - 40 * DAY, 100_000)
    part = payment("A", "P1", TODAY - 10 * DAY, 30_000, label="F1")
    alone = credit_note("B", "N1", TODAY - 5 * DAY, 7_000)
    company = company_with(facts("A", [late], [part]), facts("B", [], [alone]))
    (total,) = aged_sums(company.pk, TODAY)
    assert total.buckets == (0, 0, 70_000, 0, 0)
    assert total.unused == 7_000
    assert total.total == 63_000


@pytest.mark.django_db
def test_a_past_day_is_told_as_it_was() -> None:
    paid = invoice("A", "F1", TODAY - 40 * DAY, 100_000)
    money = payment("A", "P1", TODAY - 10 * DAY, 100_000)
    company = company_with(facts("A", [paid], [money]))
    assert aged_sums(company.pk, TODAY) == []
    (before,) = aged_sums(company.pk, TODAY - 11 * DAY)
    assert before.buckets == (0, 100_000, 0, 0, 0)
    assert [line.row.key for line in every_balance(manager(company), TODAY - 11 * DAY)] == ["A"]


@pytest.mark.django_db
def test_two_currencies_are_two_lines_the_own_one_first() -> None:
    euros = invoice("A", "F1", TODAY - DAY, 5_000)
    dollars = invoice("A", "F2", TODAY - DAY, 9_000, amount=Money(minor=9_000, currency="USD"))
    company = company_with(facts("A", [euros, dollars]))
    found = aged_balance(manager(company), TODAY, None)
    assert [(one.currency, one.total) for one in found.totals] == [("EUR", 5_000), ("USD", 9_000)]
    assert [one.currency for one in found.lines[0].sums] == ["EUR", "USD"]


@pytest.mark.django_db
def test_an_outside_collector_sums_up_their_own_customers(django_user_model) -> None:
    company = company_with(
        facts("A", [invoice("A", "F1", TODAY, 5_000)]), facts("B", [invoice("B", "F2", TODAY, 70)])
    )
    user = django_user_model.objects.create_user("out@example.test")
    Customer.objects.of(company.pk).filter(key="B").update(collector=user)
    outside = Actor(company=company, role=Role.OUTSIDE, user=user)
    found = aged_balance(outside, TODAY, None)
    assert [line.row.key for line in found.lines] == ["B"]
    assert [one.total for one in found.totals] == [70]


def owed(raised: tuple[Invoice, ...], lowered: tuple[Credit, ...], on: date) -> dict[str, int]:
    sums: dict[str, int] = defaultdict(int)
    for item in raised:
        sums[item.amount.currency] += item.amount.minor * (item.issued_on <= on)
    for credit in lowered:
        sums[credit.amount.currency] -= credit.amount.minor * (credit.received_on <= on)
    return {currency: minor for currency, minor in sums.items() if minor}


@pytest.mark.django_db
@given(ledger=ledgers(), after=st.integers(-5, 70))
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_columns_add_up_to_invoices_less_credits(ledger, after):
    raised, lowered = ledger
    Company.objects.filter(key="aged").delete()
    company = new_company("aged")
    bring_in(company, facts(WHO, raised, lowered))
    on = START + after * DAY
    told = {one.currency: one.total for one in aged_sums(company.pk, on) if one.total}
    assert told == owed(raised, lowered, on)
    pks = [row.pk for row in visible_customers(company.pk, None)]
    lines = aged_sums(company.pk, on, customers=pks)
    assert {one.currency: one.total for one in lines if one.total} == told

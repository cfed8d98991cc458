"""Keyset paging: every row exactly once, in order, in both directions, whatever the values."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import pytest
from django.db.models import QuerySet
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from amiable.store.lists import customers, invoices
from amiable.store.lists.keyset import Mark, Order, every, page_of, read_mark
from amiable.store.models import Company, Customer, Invoice
from tests.desk.books import TODAY, new_company

few = st.integers(-2, 2)
rows_of_values = st.lists(
    st.tuples(
        st.text(st.sampled_from("aÉz -9'œ"), max_size=3),
        few,
        st.none() | few.map(lambda n: TODAY + timedelta(days=n)),
        st.none() | few,
    ),
    max_size=9,
)
ORDERS = [
    *customers.ORDERS.values(),
    *(replace(order, descending=True) for order in customers.ORDERS.values()),
]


def fill(company: Company, values: list[tuple[str, int, date | None, int | None]]) -> None:
    Customer.objects.of(company.pk).delete()
    Customer.objects.of(company.pk).bulk_create(
        Customer(
            company=company,
            key=f"K{n}",
            name=name,
            balance_minor=balance,
            oldest_due_on=oldest,
            habit_usual=usual,
        )
        for n, (name, balance, oldest, usual) in enumerate(values)
    )


def walk(rows: QuerySet[Customer], order: Order, size: int) -> list[list[int]]:
    """All pages, following the marks as an address carries them."""
    pages, mark = [], None
    while True:
        found = page_of(rows, order, mark, size)
        pages.append([row.pk for row in found.rows])
        if found.after is None:
            return pages
        mark = read_mark(found.after.text(), order, Customer)
        assert mark == found.after


def walk_back(rows: QuerySet[Customer], order: Order, size: int, last: Mark) -> list[list[int]]:
    pages, mark = [], last
    while True:
        found = page_of(rows, order, mark, size)
        pages.insert(0, [row.pk for row in found.rows])
        if found.before is None:
            return pages
        mark = found.before


@pytest.mark.django_db
@pytest.mark.parametrize("order", ORDERS, ids=lambda o: f"{'-' * o.descending}{o.column}")
@given(values=rows_of_values, size=st.integers(1, 4))
@settings(
    max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
def test_every_row_stands_on_one_page_in_order(order, values, size):
    company = Company.objects.filter(key="walk").first() or new_company("walk")
    fill(company, values)
    rows = Customer.objects.of(company.pk)
    pages = walk(rows, order, size)
    seen = [pk for page in pages for pk in page]
    assert sorted(seen) == sorted(rows.values_list("pk", flat=True))
    assert all(len(page) == size for page in pages[:-1])
    found = rows.in_bulk(seen)
    filled = [getattr(found[pk], order.column) for pk in seen]
    valued = [(value, pk) for value, pk in zip(filled, seen, strict=True) if value is not None]
    if order.text:
        valued = [(value.encode(), pk) for value, pk in valued]
    assert valued == sorted(valued, reverse=order.descending)
    assert None not in filled[: len(valued)], "rows without a value come last"
    assert [pk for part in every(rows, order, size) for pk in (row.pk for row in part)] == seen


@pytest.mark.django_db
@pytest.mark.parametrize("order", ORDERS, ids=lambda o: f"{'-' * o.descending}{o.column}")
@given(values=rows_of_values, size=st.integers(1, 4))
@settings(
    max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
def test_going_back_shows_the_rows_before_in_the_same_order(order, values, size):
    company = Company.objects.filter(key="walk").first() or new_company("walk")
    fill(company, values)
    rows = Customer.objects.of(company.pk)
    seen = [pk for page in walk(rows, order, size) for pk in page]
    if not seen:
        return
    value = getattr(rows.get(pk=seen[-1]), order.column)
    back = walk_back(rows, order, size, Mark(value=value, pk=seen[-1], back=True))
    assert [pk for page in back for pk in page] == seen[:-1]


@pytest.fixture
def order() -> Order:
    return customers.ORDERS["late"]


@pytest.mark.parametrize("text", ["", "x", "W10", "eyJhIjoxfQ", "WzEsMl0", "W3siYSI6MX0sIDEsIDBd"])
def test_a_mark_nobody_made_begins_the_list_at_its_start(order: Order, text: str) -> None:
    assert read_mark(text, order, Customer) is None


def test_a_mark_survives_its_address(order: Order) -> None:
    for mark in (Mark(value=TODAY, pk=7), Mark(value=None, pk=7, back=True)):
        assert read_mark(mark.text(), order, Customer) == mark


@pytest.mark.django_db
@pytest.mark.parametrize("apart", [False, True])
@pytest.mark.parametrize("name", list(invoices.ORDERS))
def test_invoices_are_walked_through_whole(name: str, apart: bool) -> None:
    company = new_company("walk")
    fill(company, [("A", 0, None, None)])
    who = Customer.objects.of(company.pk).get()
    Invoice.objects.of(company.pk).bulk_create(
        Invoice(
            company=company,
            customer=who,
            key=f"I{n}",
            number=f"F{n % 3}",
            issued_on=TODAY,
            due_on=TODAY + timedelta(days=n % 2),
            amount_minor=1 + n % 4,
            currency="EUR",
        )
        for n in range(11)
    )
    order = replace(invoices.ORDERS[name], descending=True, sorted_apart=apart)
    parts = list(every(Invoice.objects.of(company.pk), order, size=4))
    seen = [row for part in parts for row in part]
    values = [(getattr(row, order.column), row.pk) for row in seen]
    assert len({row.pk for row in seen}) == len(seen) == 11
    assert all(one > other for one, other in pairwise(values))

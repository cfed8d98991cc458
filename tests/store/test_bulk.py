"""Bulk writing: primary keys never collide with those the ORM gives, or another writer's."""

from collections.abc import Callable
from threading import Barrier, Thread

import pytest
from django.db import DataError, IntegrityError, connection, transaction

from amiable.store.bulk import insert_rows, reserve_ids, update_rows
from amiable.store.models import Customer
from tests.desk.books import TODAY, new_company

FIELDS = ("id", "company", "key", "name", "kind", "country", "language", "terms", "policy",
          "siren", "autopay", "do_not_contact", "version")  # fmt: skip


def insert(company: int, ids: list[int]) -> int:
    return insert_rows(Customer, FIELDS, (
        (pk, company, f"bulk{pk}", "", "business", "FR", "fr", "", "", "", False, False, 1)
        for pk in ids))  # fmt: skip


@pytest.mark.django_db
def test_rows_of_the_orm_and_in_bulk_never_collide() -> None:
    company = new_company().pk
    one = Customer.objects.of(company).create(company_id=company, key="orm1", name="")
    ids = list(reserve_ids(Customer, 3))
    assert insert(company, ids) == 3
    two = Customer.objects.of(company).create(company_id=company, key="orm2", name="")
    more = list(reserve_ids(Customer, 2))
    assert insert(company, more) == 2
    assert len({one.pk, *ids, two.pk, *more}) == 7
    assert Customer.objects.of(company).count() == 7


@pytest.mark.django_db
def test_a_deleted_rows_key_is_not_given_again() -> None:
    company = new_company().pk
    gone = list(reserve_ids(Customer, 2))
    insert(company, gone)
    Customer.objects.of(company).all().delete()
    assert not set(reserve_ids(Customer, 2)) & set(gone)


@pytest.mark.django_db
def test_no_rows_need_no_keys() -> None:
    assert list(reserve_ids(Customer, 0)) == []
    assert insert_rows(Customer, FIELDS, []) == 0


@pytest.mark.django_db
def test_rows_are_updated_by_key_alone() -> None:
    company = new_company().pk
    ids = list(reserve_ids(Customer, 3))
    insert(company, ids)
    assert update_rows(Customer, ("name", "siren"), [("n", "s", ids[1])]) == 1
    named = Customer.objects.of(company).exclude(name="")
    assert list(named.values_list("pk", "name", "siren")) == [(ids[1], "n", "s")]


AWKWARD = "tab\t, line\n, \\N, {brace}, \"quote\", 'é' and \\."


@pytest.mark.django_db
def test_a_text_comes_back_as_it_was_written() -> None:
    company = new_company().pk
    (first, second) = reserve_ids(Customer, 2)
    fields = (*FIELDS, "insolvent_on", "habit_usual")
    plain = ("business", "FR", "fr", "", "", "", False, False, 1)
    insert_rows(Customer, fields, [
        (first, company, "one", AWKWARD, *plain, None, None),
        (second, company, "two", "", *plain, TODAY, -3),
    ])  # fmt: skip
    rows = Customer.objects.of(company).order_by("pk")
    written = rows.values_list("name", "insolvent_on", "habit_usual")
    assert list(written) == [(AWKWARD, None, None), ("", TODAY, -3)]
    update_rows(
        Customer,
        ("name", "insolvent_on", "autopay", "habit_usual"),
        [("NULL", TODAY, True, None, first), (AWKWARD, None, False, None, second)],
    )
    changed = rows.values_list("name", "insolvent_on", "autopay", "habit_usual")
    assert list(changed) == [("NULL", TODAY, True, None), (AWKWARD, None, False, None)]


@pytest.mark.django_db
def test_of_two_values_for_one_row_the_later_counts() -> None:
    company = new_company().pk
    ids = list(reserve_ids(Customer, 1))
    insert(company, ids)
    update_rows(Customer, ("name",), [("first", ids[0]), ("second", ids[0])])
    assert Customer.objects.of(company).get().name == "second"


@pytest.mark.django_db
def test_a_key_that_is_taken_is_refused_as_the_orm_refuses_it() -> None:
    company = new_company().pk
    ids = list(reserve_ids(Customer, 1))
    insert(company, ids)
    with pytest.raises(IntegrityError), transaction.atomic():
        insert(company, ids)
    assert Customer.objects.of(company).count() == 1


@pytest.mark.django_db
def test_a_text_that_is_too_long_is_refused_rather_than_cut() -> None:
    if connection.vendor != "postgresql":
        pytest.skip(reason="SQLite knows no length of a text")
    company = new_company().pk
    ids = list(reserve_ids(Customer, 1))
    insert(company, ids)
    with pytest.raises(DataError), transaction.atomic():
        update_rows(Customer, ("terms",), [("x" * 1_000, ids[0])])
    assert Customer.objects.of(company).get().terms == ""


@pytest.mark.django_db(transaction=True)
def test_two_writers_at_the_same_time_get_different_keys() -> None:
    if connection.vendor != "postgresql":
        pytest.skip(reason="SQLite has one writer at a time: its lock is what keeps keys apart")
    company = new_company().pk
    got: list[list[int]] = []
    together = Barrier(2)

    def write() -> None:
        with transaction.atomic():
            ids = list(reserve_ids(Customer, 500))
            together.wait(timeout=20)
            insert(company, ids)
            together.wait(timeout=20)  # neither has committed: both sets exist at once
        got.append(ids)

    in_threads([write, write])
    assert len(set(got[0]) | set(got[1])) == 1_000
    assert Customer.objects.of(company).count() == 1_000


def in_threads(works: list[Callable[[], None]]) -> None:
    def run(work: Callable[[], None]) -> None:
        try:
            work()
        finally:
            connection.close()

    threads = [Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

"""Company habits: weighed once a week, delays counted from rolled due dates where that is so."""

from datetime import date, timedelta

import pytest

from amiable.desk.habit import learn_habits
from amiable.desk.plan import draw_plan
from amiable.store.habit import load_company_habit
from amiable.store.models import Company, Customer, Invoice
from tests.desk.books import (
    DAY,
    TODAY,
    bring_in,
    company_with_debtors,
    facts,
    invoice,
    new_company,
    payment,
)

pytestmark = pytest.mark.django_db
SATURDAY = date(2026, 1, 17)


def settled(who: str, number: int, due_on: date, paid_on: date) -> tuple[object, object]:
    key = f"F-2026-{number:04}"
    return invoice(who, key, due_on), payment(who, f"P{number}", paid_on, number=key)


def paid_on_weekdays(company: Company, count: int = 40) -> None:
    """Invoices due on Saturdays, paid the Tuesday after."""
    pairs = [settled("A", n, SATURDAY, SATURDAY + 3 * DAY) for n in range(count)]
    invoices, credits = zip(*pairs, strict=True)
    bring_in(company, facts("A", invoices, credits))


def delays(company: Company) -> set[int | None]:
    return set(Invoice.objects.of(company.pk).values_list("delay", flat=True))


def test_where_nobody_pays_at_weekends_delays_count_from_the_next_working_day() -> None:
    company = new_company()
    paid_on_weekdays(company)
    learn_habits(company, TODAY)
    assert delays(company) == {1}


def test_delays_are_rolled_back_and_forth_exactly() -> None:
    company = new_company()
    paid_on_weekdays(company)
    learn_habits(company, TODAY)
    rolled = sorted(Invoice.objects.of(company.pk).values_list("key", "delay"))
    sundays = [settled("B", 100 + n, SATURDAY, SATURDAY + DAY) for n in range(10)]
    invoices, credits = zip(*sundays, strict=True)
    bring_in(company, facts("B", invoices, credits))
    learn_habits(company, TODAY)
    assert delays(company) == {1, 3}  # as written: one day, three days
    mine = Invoice.objects.of(company.pk).filter(customer__key="A")
    assert set(mine.values_list("delay", flat=True)) == {3}
    Customer.objects.of(company.pk).filter(key="B").delete()
    learn_habits(company, TODAY, anew=True)
    assert sorted(Invoice.objects.of(company.pk).values_list("key", "delay")) == rolled


def test_a_stale_company_does_not_roll_twice() -> None:
    company = new_company()
    paid_on_weekdays(company)
    stale = Company.objects.get(pk=company.pk)
    stale.rolls = None
    learn_habits(company, TODAY, anew=True)
    learn_habits(stale, TODAY, anew=True)
    assert delays(company) == {1}


def test_habits_are_weighed_once_a_week() -> None:
    company = company_with_debtors()
    learn_habits(company, TODAY)
    versions = list(Customer.objects.of(company.pk).values_list("key", "version"))
    for days in range(6):  # Tuesday to Sunday
        learn_habits(company, TODAY + days * DAY)
    assert list(Customer.objects.of(company.pk).values_list("key", "version")) == versions
    learn_habits(company, TODAY + 6 * DAY)
    known = load_company_habit(company.pk)
    assert known is not None
    assert known[0].weighed_on == TODAY + 6 * DAY
    assert list(Customer.objects.of(company.pk).values_list("key", "version")) != versions


def test_a_tenth_more_payments_are_learned_from_at_once() -> None:
    company = company_with_debtors()
    learn_habits(company, TODAY)
    pairs = [
        settled("A", n, TODAY - timedelta(days=60), TODAY - timedelta(days=2)) for n in range(6)
    ]
    invoices, credits = zip(*pairs, strict=True)
    before = load_company_habit(company.pk)
    bring_in(company, facts("A", invoices, credits))
    learn_habits(company, TODAY)
    after = load_company_habit(company.pk)
    assert before is not None
    assert after is not None
    assert after[0].invoices == before[0].invoices + 6
    assert after[1].mean > before[1].mean


def test_what_is_learned_is_loaded_as_it_was_learned() -> None:
    company = company_with_debtors()
    learned = learn_habits(company, TODAY)
    known = load_company_habit(company.pk)
    assert known is not None
    assert known[1] == learned
    assert learned.customers == 2


def test_a_company_without_a_payment_learns_nothing_and_plans_all_the_same() -> None:
    company = new_company()
    bring_in(company, facts("A", [invoice("A", "F1", TODAY - 30 * DAY)]))
    assert learn_habits(company, TODAY).customers == 0
    assert draw_plan(company, TODAY).decided == 1

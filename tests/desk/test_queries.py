"""No query a row: four times as many customers cost not one query more."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from amiable.desk.approve import approve
from amiable.desk.look import habit_lines, status_of
from amiable.desk.plan import draw_plan
from amiable.engine.parties import Language
from amiable.store.models import Company, Customer
from amiable.store.plan import list_entries
from tests.desk.books import DAY, TODAY, at, bring_in, company_with_debtors, facts, invoice, payment

pytestmark = pytest.mark.django_db


def names(count: int, letter: str = "C") -> list[str]:
    return [f"{letter}{number}" for number in range(count)]


def everybody(company: Company) -> list[int]:
    return list(Customer.objects.of(company.pk).values_list("pk", flat=True))


def import_more(company: Company) -> None:
    pages = []
    for key in list(Customer.objects.of(company.pk).values_list("key", flat=True)):
        owed = invoice(key, f"N-{key}", TODAY)
        paid = payment(key, f"P-{key}", TODAY, number=f"F-{key}")
        pages.append(facts(key, [owed], [paid]))
    bring_in(company, *pages)


def import_new(company: Company) -> None:
    count = Customer.objects.of(company.pk).count()
    bring_in(company, *(facts(key, [invoice(key, f"N-{key}", TODAY)]) for key in names(count, "N")))


WORKS: dict[str, Callable[[Company], object]] = {
    "plan": lambda company: draw_plan(company, TODAY + 6 * DAY),
    "plan again": lambda company: draw_plan(company, TODAY),
    "entries": lambda company: list_entries(company.pk, TODAY),
    "approve": lambda company: approve(company, everybody(company), today=TODAY, at=at(TODAY)),
    "status": lambda company: status_of(company, TODAY, Language.FR),
    "habits": lambda company: habit_lines(company, TODAY),
    "import of facts": import_more,
    "import of customers": import_new,
}


def queries(work: Callable[[Company], object], count: int) -> int:
    company = company_with_debtors(names(count), key=f"of{count}")
    draw_plan(company, TODAY)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        work(company)
    return len(asked)


@pytest.mark.parametrize("name", WORKS)
def test_more_customers_ask_no_more_queries(name: str) -> None:
    assert queries(WORKS[name], 3) == queries(WORKS[name], 12)

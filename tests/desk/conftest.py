"""What most tests of the desk begin with: a company, two customers late, the plan drawn."""

import pytest

from amiable.desk.plan import draw_plan
from amiable.store.models import Company, Customer
from tests.desk.books import TODAY, company_with_debtors, customer


@pytest.fixture
def company() -> Company:
    made = company_with_debtors(["A", "B"])
    draw_plan(made, TODAY)
    return made


@pytest.fixture
def debtor(company: Company) -> Customer:
    return customer(company, "A")

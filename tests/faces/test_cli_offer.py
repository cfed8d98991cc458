"""The term to offer and the discount worth giving, at the command line."""

import json

import pytest

from amiable.cli.answers import ANSWERS
from tests.faces.conftest import TODAY, Shell
from tests.faces.test_cli_day import missing

pytestmark = pytest.mark.django_db


def test_a_term_is_compared_with_what_customers_do(company: Shell) -> None:
    """Marchand: 4 invoices of 30 days, paid 12, 10, 9 and 12 days late."""
    found = company.json("term", "--customer", "M1", "--days", "15", "--as-of", TODAY)
    assert (found["term"], found["beyond"], found["invoices"]) == (30.0, 10.8, 4)
    assert (found["asked"]["days_to_payment"], found["asked"]["days_more"]) == (25.8, -15.0)
    assert found["asked"]["tied_more"]["minor"] < 0
    assert found["asked"]["lawful"]


def test_what_the_law_forbids_is_said_at_the_command_line(company: Shell) -> None:
    found = company.json("term", "--days", "60", "--end-of-month", "--as-of", TODAY)
    assert (found["asked"]["lawful"], found["asked"]["breach"]) == (False, "month_end")
    told = company.ok("term", "--days", "60", "--end-of-month", "--as-of", TODAY)
    assert "refused: too long with the end of month" in told
    assert "L441-10" in told


def test_a_discount_costs_what_the_textbook_says(company: Shell) -> None:
    """All that is paid on day 40.75 on average: 2/98 x 365/30.75 = 24.22 %."""
    asked = ("discount", "--customer", "M1", "--rate", "2", "--within", "10", "--as-of", TODAY)
    found = company.json(*asked)
    assert found["worth"]["days_gained"] == 30.8
    assert found["worth"]["yearly_cost_simple"] == 24.22
    assert "Not worth it" in company.ok(*asked)


def test_a_customer_and_a_segment_at_once_are_refused(company: Shell) -> None:
    told = company.refused("term", "--customer", "M1", "--segment", "new")
    assert "not both" in told


def test_nothing_paid_is_nothing_to_compare(company: Shell) -> None:
    assert "No invoice was paid" in company.ok("term", "--customer", "Z2", "--as-of", TODAY)
    assert "No invoice was paid" in company.ok("discount", "--customer", "Z2", "--as-of", TODAY)


@pytest.mark.parametrize("name", ["term", "discount"])
def test_the_answer_has_the_shape_its_help_shows(company: Shell, name: str) -> None:
    shape = json.loads(ANSWERS[name])
    assert missing(shape, company.json(name, "--as-of", TODAY)) == []


def test_before_the_law_is_held_here_nothing_is_said_to_be_allowed(company: Shell) -> None:
    found = company.json("term", "--days", "30", "--as-of", "2019-03-01")
    assert found["caps"] == []
    assert not found["asked"]["lawful"]


def test_the_rate_is_told_as_it_was_typed_and_what_is_supposed_too(company: Shell) -> None:
    told = company.ok("discount", "--rate", "0.75", "--cost-of-money", "7", "--as-of", TODAY)
    assert "0.75% for payment" in told
    assert "as you asked" in told
    assert "Supposed to be taken by" in told


@pytest.mark.parametrize("typed", ["nan", "101", "-1"])
def test_what_is_no_share_is_refused(company: Shell, typed: str) -> None:
    assert company.run("term", "--cost-of-money", typed).exit_code == 2
    assert company.run("discount", "--rate", typed).exit_code == 2


def test_an_empty_customer_is_not_everybody(company: Shell) -> None:
    assert company.run("term", "--customer", "").exit_code == 1

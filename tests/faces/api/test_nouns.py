"""Every noun of the API says what the desk knows, page by page."""

from typing import Any

import pytest

from amiable.desk.instalment import agree_plan
from amiable.desk.promise import record_promise
from amiable.engine.instalment import Part
from amiable.store.models import (
    Company,
    Contact,
    Credit,
    Customer,
    ImportRun,
    Invoice,
    OutboxRow,
)
from tests.desk.books import TODAY, company_with_debtors, eur
from tests.faces.api.conftest import Program, expect_problem

LISTS = (
    "customers", "contacts", "invoices", "payments", "habits", "plan", "reminders", "imports",
    "promises", "disputes", "claims", "instalments",
)  # fmt: skip


def walk(program: Program, path: str, limit: int = 1) -> list[Any]:
    """All items of a list, by pages of a few."""
    items, cursor = [], ""
    while True:
        page = program.get(f"{path}{'&' if '?' in path else '?'}limit={limit}&cursor={cursor}")
        assert len(page["items"]) <= limit
        items += page["items"]
        cursor = page["next"]
        if cursor is None:
            return items


@pytest.mark.parametrize("noun", LISTS)
def test_walking_the_pages_sees_everything_once(
    program: Program, company: Company, debtor: Customer, noun: str
) -> None:
    program.post(f"customers/{debtor.pk}/approve")
    record_promise(company, debtor, made_on=TODAY, due_on=TODAY, amount=eur(100))
    invoice = Invoice.objects.of(company.pk).get(number="F-A")
    program.post(f"customers/{debtor.pk}/disputes", {"invoice": invoice.pk}, expect=201)
    program.post(f"customers/{debtor.pk}/claims", {}, expect=201)
    agree_plan(company, debtor, on=TODAY, parts=[Part(due_on=TODAY, amount=eur(100))])
    walked = walk(program, noun)
    whole = program.get(f"{noun}?limit=200")
    assert whole["next"] is None
    assert walked == whole["items"]
    assert walked


@pytest.mark.parametrize("noun", LISTS)
def test_a_list_is_of_the_tokens_company_alone(
    program: Program, company: Company, noun: str
) -> None:
    other = company_with_debtors(("C",), key="autre")
    mine = {row.pk for row in Customer.objects.of(company.pk)}
    assert other.pk != company.pk
    for item in program.get(f"{noun}?limit=200")["items"]:
        if "customer" in item:
            assert item["customer"]["id"] in mine
        elif noun == "customers":
            assert item["id"] in mine


def test_a_customer_says_what_it_owes_and_how_it_pays(program: Program, debtor: Customer) -> None:
    said = program.get(f"customers/{debtor.pk}")
    assert (said["key"], said["name"]) == ("A", "A SARL")
    assert said["balance"] == [{"minor": 100_000, "currency": "EUR"}]
    habit = program.get(f"customers/{debtor.pk}/habit")
    assert habit["n"] == 12
    assert habit["delays"] == [5] * 12
    assert habit["usual"] <= habit["trigger"]


def test_customers_are_searched_and_found_by_key(program: Program) -> None:
    assert [one["key"] for one in program.get("customers?q=b+sarl")["items"]] == ["B"]
    assert [one["key"] for one in program.get("customers?key=A")["items"]] == ["A"]
    assert program.get("customers?key=Z")["items"] == []


def test_invoices_are_filtered_by_state_customer_and_due_date(
    program: Program, debtor: Customer
) -> None:
    (open_one,) = program.get(f"invoices?customer={debtor.pk}&state=open")["items"]
    assert open_one["number"] == "F-A"
    assert open_one["left"] == {"minor": 100_000, "currency": "EUR"}
    settled = program.get(f"invoices?customer={debtor.pk}&state=settled&limit=200")["items"]
    assert len(settled) == 12
    assert all(one["left"]["minor"] == 0 for one in settled)
    due = open_one["due_on"]
    assert program.get(f"invoices?due_from={due}&due_before={due}")["items"] == []
    assert len(program.get(f"invoices?due_from={due}")["items"]) == 2


def test_an_invoice_says_what_paid_it_and_a_payment_what_it_paid(
    program: Program, debtor: Customer
) -> None:
    invoice = program.get(f"invoices?customer={debtor.pk}&state=settled")["items"][0]
    (tie,) = program.get(f"invoices/{invoice['id']}")["ties"]
    assert tie["amount"] == invoice["amount"]
    payment = program.get(f"payments/{tie['credit']}")
    assert payment["ties"][0]["invoice"] == invoice["id"]
    assert payment["left"]["minor"] == 0


def test_the_plan_says_why_in_the_language_asked_for(program: Program, debtor: Customer) -> None:
    path = f"plan?customer={debtor.pk}"
    (english,) = program.get(path, **{"Accept-Language": "en-GB,fr;q=0.5"})["items"]
    (french,) = program.get(path, **{"Accept-Language": "fr"})["items"]
    assert english["kind"] == french["kind"] == "remind"
    reason, raison = english["reasons"][0], french["reasons"][0]
    assert reason["code"] == raison["code"] == "habit.beyond"
    assert reason["facts"] == {"usual": 5, "late": 25}
    assert "25 days" in reason["sentence"]
    assert "25 jours" in raison["sentence"]


def test_a_reminder_has_its_text(program: Program, company: Company, debtor: Customer) -> None:
    approved = program.post(f"customers/{debtor.pk}/approve")
    assert approved["outcome"] == "approved"
    said = program.get(f"reminders/{approved['reminder']['id']}")
    row = OutboxRow.objects.of(company.pk).get()
    assert said["text"] == row.text
    assert said["state"] == "approved"
    assert said["recipient"] == "accountant@a.test"
    assert said["invoices"] == [Invoice.objects.of(company.pk).get(number="F-A").pk]


def test_the_timeline_tells_what_happened_newest_first(program: Program, debtor: Customer) -> None:
    program.post(f"customers/{debtor.pk}/notes", {"text": "called twice"}, expect=201)
    path = f"customers/{debtor.pk}/timeline"
    items = walk(program, path, limit=7)
    assert len(items) == len({(one["on"], one["code"], one["text"], one["at"]) for one in items})
    assert [one["on"] for one in items] == sorted((one["on"] for one in items), reverse=True)
    assert "called twice" in {one["detail"] for one in items}


@pytest.mark.parametrize(
    "path",
    ["customers/{}", "contacts/{}", "invoices/{}", "payments/{}", "reminders/{}", "imports/{}",
     "customers/{}/habit", "customers/{}/timeline", "uploads/{}"],
)  # fmt: skip
def test_what_is_another_companys_does_not_exist(program: Program, path: str) -> None:
    other = company_with_debtors(("C",), key="autre")
    rows = {
        "customers": Customer,
        "contacts": Contact,
        "invoices": Invoice,
        "payments": Credit,
        "imports": ImportRun,
    }
    model = rows.get(path.partition("/")[0])
    pk = 10**6 if model is None else model.objects.of(other.pk).order_by("pk").first().pk
    assert expect_problem(program.ask("GET", path.format(pk)), 404)["type"].endswith("not_found")


def test_more_rows_ask_no_more_queries(
    program: Program, django_assert_max_num_queries: Any
) -> None:
    for noun in LISTS:
        with django_assert_max_num_queries(14):
            assert program.get(f"{noun}?limit=200")["next"] is None

"""What was agreed, by programs: claims, lateness, reliability, plans in writing, disputes ended."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from amiable.desk.instalment import agree_plan
from amiable.desk.promise import record_promise
from amiable.engine.instalment import Part
from amiable.store.models import (
    AuditEntry,
    Company,
    Contact,
    Customer,
    Dispute,
    InstalmentPlan,
    Invoice,
    Membership,
    PaymentClaim,
    Promise,
    User,
)
from tests.desk.books import TODAY, bring_in, entry_of, eur, facts, payment
from tests.faces.api.conftest import Program, expect_problem

DAY = timedelta(days=1)


def euros(minor: int) -> dict[str, Any]:
    return {"minor": minor, "currency": "EUR"}


@pytest.fixture
def owed(company: Company) -> Invoice:
    return Invoice.objects.of(company.pk).get(number="F-A")


@pytest.fixture
def dispute(program: Program, debtor: Customer, owed: Invoice) -> Any:
    body = {"invoice": owed.pk, "amount": euros(40_000)}
    return program.post(f"customers/{debtor.pk}/disputes", body, expect=201)


# --- contacts -----------------------------------------------------------------------------------


def test_a_contact_says_what_it_refuses_and_when_its_number_proved_wrong(
    program: Program, company: Company, debtor: Customer
) -> None:
    row = Contact.objects.of(company.pk).get(customer=debtor)
    Contact.objects.of(company.pk).filter(pk=row.pk).update(wrong_on=TODAY, phone="+33240000012")
    said = program.get(f"contacts/{row.pk}")
    assert (said["wrong_on"], said["refuses"]) == (TODAY.isoformat(), [])
    answer = program.ask("PATCH", f"contacts/{row.pk}", {"refuses": ["sms", "email", "sms"]})
    assert json.loads(answer.content)["refuses"] == ["email", "sms"]
    program.ask("PATCH", f"contacts/{row.pk}", {"phone": "+33240000013"})
    assert program.get(f"contacts/{row.pk}")["wrong_on"] is None
    assert program.get(f"contacts/{row.pk}")["refuses"] == ["email", "sms"]  # left out: stays
    expect_problem(program.ask("PATCH", f"contacts/{row.pk}", {"refuses": ["pigeon"]}), 422)


# --- claims -------------------------------------------------------------------------------------


def test_a_claim_pauses_until_somebody_looked(
    program: Program, company: Company, debtor: Customer, owed: Invoice
) -> None:
    body = {"paid_on": TODAY.isoformat(), "reference": "VIR 77", "invoices": [owed.pk]}
    made = program.post(f"customers/{debtor.pk}/claims", body, expect=201)
    assert (made["invoices"], made["reference"], made["found"]) == ([owed.pk], "VIR 77", None)
    assert entry_of(company, "A").code == "claim.waiting"
    assert [one["id"] for one in program.get("claims?open=true")["items"]] == [made["id"]]
    closed = program.post(f"claims/{made['id']}/refute")
    assert (closed["closed_on"], closed["found"]) == (TODAY.isoformat(), False)
    assert entry_of(company, "A").kind == "remind"
    expect_problem(program.ask("POST", f"claims/{made['id']}/confirm"), 409)
    codes = set(AuditEntry.objects.of(company.pk).values_list("code", flat=True))
    assert {"api_claimed", "claim_given_up"} <= codes
    assert program.get("claims?open=true")["items"] == []


def test_money_that_was_found_closes_a_claim(program: Program, debtor: Customer) -> None:
    made = program.post(f"customers/{debtor.pk}/claims", {}, expect=201)
    assert program.post(f"claims/{made['id']}/confirm")["found"] is True


def test_what_will_be_paid_is_no_claim(
    program: Program, company: Company, debtor: Customer
) -> None:
    body = {"paid_on": (TODAY + DAY).isoformat()}
    told = expect_problem(program.ask("POST", f"customers/{debtor.pk}/claims", body), 422)
    assert told["errors"][0]["pointer"] == "/paid_on"
    assert not PaymentClaim.objects.of(company.pk).exists()


# --- promises and plans -------------------------------------------------------------------------


def test_a_promise_says_how_late_it_is_and_its_customer_how_it_keeps_them(
    program: Program, company: Company, debtor: Customer
) -> None:
    made, due = TODAY - 30 * DAY, TODAY - 20 * DAY
    record_promise(company, debtor, made_on=made, due_on=due, amount=eur(100))
    record_promise(company, debtor, made_on=TODAY, due_on=TODAY + DAY, amount=eur(90_000))
    bring_in(company, facts("A", [], [payment("A", "P9", due + 2 * DAY, 100)]))
    late, running = program.get(f"promises?customer={debtor.pk}")["items"]
    assert (late["state"], late["late"], late["plan"]) == ("kept", 2, None)
    assert (running["state"], running["late"]) == ("running", 0)
    told = program.get(f"customers/{debtor.pk}/reliability")
    assert told == {"kept": 1, "told": 1, "trusted": False, "doubted": False}
    program.post(f"promises/{running['id']}/cancel")
    assert program.get("promises")["items"][-1]["state"] is None


def test_a_page_of_promises_costs_the_same_however_many(
    program: Program, company: Company, debtor: Customer
) -> None:
    def price() -> int:
        with CaptureQueriesContext(connection) as queries:
            program.get("promises")
        return len(queries)

    record_promise(company, debtor, made_on=TODAY, due_on=TODAY, amount=eur(100))
    program.get("promises")
    one = price()
    for _ in range(10):
        record_promise(company, debtor, made_on=TODAY, due_on=TODAY, amount=eur(100))
    assert price() == one


def test_a_plan_is_accepted_in_writing_once(
    program: Program, company: Company, debtor: Customer
) -> None:
    parts = [Part(due_on=TODAY + n * 7 * DAY, amount=eur(50_000)) for n in (1, 2)]
    plan = agree_plan(company, debtor, on=TODAY, parts=parts, note="by phone")
    said = program.get(f"instalments?customer={debtor.pk}")["items"][0]
    assert (said["state"], said["accepted_on"], said["note"]) == ("running", None, "by phone")
    assert [part["amount"]["minor"] for part in said["parts"]] == [50_000, 50_000]
    numbers = list(Promise.objects.of(company.pk).order_by("pk").values_list("pk", flat=True))
    assert [part["promise"] for part in said["parts"]] == numbers
    expect_problem(program.ask("POST", f"instalments/{plan.pk}/accept", {"name": "  "}), 422)
    signed = program.post(f"instalments/{plan.pk}/accept", {"name": "Anne Marchand"})
    assert signed["accepted_by"] == "Anne Marchand"
    assert signed["accepted_on"]
    document = InstalmentPlan.objects.of(company.pk).get().document
    assert document is not None
    assert bytes(document)[:5] == b"%PDF-"
    expect_problem(program.ask("POST", f"instalments/{plan.pk}/accept", {"name": "B"}), 409)


# --- disputes -----------------------------------------------------------------------------------


def test_a_dispute_is_given_to_a_member(program: Program, company: Company, dispute: Any) -> None:
    user = User.objects.create_user("zoe@fournil.test", name="Zoé")
    Membership.objects.of(company.pk).create(company=company, user=user, role="collector")
    path = f"disputes/{dispute['id']}/owner"
    assert program.post(path, {"owner": "ZOE@fournil.test"})["owner"] == "zoe@fournil.test"
    assert AuditEntry.objects.of(company.pk).filter(code="dispute_handed").count() == 1
    told = expect_problem(program.ask("POST", path, {"owner": "nobody@else.test"}), 422)
    assert told["errors"][0]["pointer"] == "/owner"
    assert program.post(path, {})["owner"] is None


def test_what_is_granted_is_held_and_the_rest_is_not(
    program: Program, company: Company, dispute: Any
) -> None:
    assert dispute["state"] == "open"
    path = f"disputes/{dispute['id']}/grant"
    for amount, pointer in (
        (euros(50_000), "/amount/minor"),
        ({"minor": 1, "currency": "USD"}, "/amount/currency"),
    ):
        told = expect_problem(program.ask("POST", path, {"amount": amount}), 422)
        assert told["errors"][0]["pointer"] == pointer
    granted = program.post(path, {"amount": euros(10_000)})
    assert (granted["state"], granted["granted"]) == ("credit_expected", euros(10_000))
    assert (granted["granted_on"], granted["closed_on"]) == (TODAY.isoformat(), None)
    assert entry_of(company, "A").amount_minor == 90_000
    expect_problem(program.ask("POST", path, {}), 409)
    closed = program.post(f"disputes/{dispute['id']}/close", {"outcome": "part"})
    assert closed["state"] == "closed"
    expect_problem(program.ask("POST", f"disputes/{dispute['id']}/close", {}), 409)
    assert Dispute.objects.of(company.pk).get().outcome == "part"

"""The database itself refuses what must never be stored."""

from typing import Any

import pytest
from django.db import IntegrityError, models, transaction

from amiable.store.models import (
    Allocation,
    Company,
    Contact,
    Credit,
    Customer,
    Invoice,
    OutboxRow,
    PlanEntry,
    Promise,
)
from tests.desk.books import TODAY, at, new_company

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner() -> dict[str, Any]:
    company = new_company()
    customer = Customer.objects.of(company.pk).create(company_id=company.pk, key="C", name="C")
    return {"company_id": company.pk, "customer_id": customer.pk}


INVOICE = {"key": "F", "issued_on": TODAY, "due_on": TODAY, "amount_minor": 1, "currency": "EUR"}
CREDIT = {"key": "P", "received_on": TODAY, "amount_minor": 1, "currency": "EUR"}
PROMISE = {"key": "p", "made_on": TODAY, "due_on": TODAY, "amount_minor": 1, "currency": "EUR"}
OUTBOX = {
    "cycle": "F",
    "step": 1,
    "channel": "email",
    "approved_on": TODAY,
    "approved_at": at(TODAY),
}
ENTRY = {"decided_on": TODAY, "valid_until": TODAY, "customer_version": 1, "kind": "wait"}

GOOD: dict[type[models.Model], dict[str, Any]] = {
    Invoice: INVOICE,
    Credit: CREDIT,
    Promise: PROMISE,
    OutboxRow: OUTBOX,
    PlanEntry: ENTRY,
    Contact: {"key": "K"},
}


def create(model: Any, owner: dict[str, Any], **values: Any) -> Any:
    return model.objects.of(owner["company_id"]).create(**owner, **values)


def expect_refusal(model: Any, owner: dict[str, Any], **values: Any) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        create(model, owner, **values)


@pytest.mark.parametrize(
    ("model", "wrong"),
    [
        (Invoice, {"amount_minor": 0}),
        (Invoice, {"amount_minor": -1}),
        (Invoice, {"kind": "bill"}),
        (Invoice, {"due_basis": "guessed"}),
        (Credit, {"amount_minor": 0}),
        (Credit, {"kind": "gift"}),
        (Promise, {"amount_minor": 0}),
        (OutboxRow, {"state": "gone"}),
        (OutboxRow, {"channel": "pigeon"}),
        (OutboxRow, {"purpose": "advert"}),
        (PlanEntry, {"kind": "maybe"}),
        (Contact, {"role": "friend"}),
        (Contact, {"language": "xx"}),
    ],
    ids=str,
)  # fmt: skip
def test_an_unknown_value_or_an_amount_of_nothing_is_refused(
    model: Any, wrong: dict[str, Any], owner: dict[str, Any]
) -> None:
    expect_refusal(model, owner, **(GOOD[model] | wrong))
    assert create(model, owner, **GOOD[model]).pk


@pytest.mark.parametrize("model", GOOD, ids=lambda model: model.__name__)
def test_the_same_key_twice_is_refused(model: Any, owner: dict[str, Any]) -> None:
    create(model, owner, **GOOD[model])
    expect_refusal(model, owner, **GOOD[model])


def test_the_same_key_in_two_companies_is_two_things(owner: dict[str, Any]) -> None:
    create(Invoice, owner, **INVOICE)
    other = new_company("other")
    customer = Customer.objects.of(other.pk).create(company_id=other.pk, key="C", name="C")
    theirs = {"company_id": other.pk, "customer_id": customer.pk}
    assert create(Invoice, theirs, **INVOICE).pk


def test_an_entry_that_ended_makes_room_for_the_next(owner: dict[str, Any]) -> None:
    create(PlanEntry, owner, **ENTRY, ended_on=TODAY)
    create(PlanEntry, owner, **ENTRY)
    expect_refusal(PlanEntry, owner, **ENTRY)


def test_an_allocation_of_nothing_or_of_no_basis_is_refused(owner: dict[str, Any]) -> None:
    tied = {
        "invoice_id": create(Invoice, owner, **INVOICE).pk,
        "credit_id": create(Credit, owner, **CREDIT).pk,
        "allocated_on": TODAY,
    }
    expect_refusal(Allocation, owner, **tied, amount_minor=0, basis="amount")
    expect_refusal(Allocation, owner, **tied, amount_minor=1, basis="hope")
    assert create(Allocation, owner, **tied, amount_minor=1, basis="amount").pk


def test_two_companies_of_one_key_are_refused() -> None:
    new_company("same")
    with pytest.raises(IntegrityError), transaction.atomic():
        Company.objects.create(key="same", name="Other", currency="EUR")


def test_a_day_kept_as_a_number_comes_back_as_a_day(owner: dict[str, Any]) -> None:
    row = create(Invoice, owner, **INVOICE, settled_on=TODAY)
    rows = Invoice.objects.of(owner["company_id"])
    assert rows.get(pk=row.pk).settled_on == TODAY
    assert rows.filter(settled_on=TODAY).count() == 1
    assert rows.filter(settled_on__gt=TODAY).count() == 0

"""No row is read outside one company."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.apps import apps
from django.db.models import Model

from amiable.desk.hold import hold
from amiable.desk.plan import draw_plan
from amiable.desk.promise import record_promise
from amiable.desk.reply import record_reply
from amiable.engine.habit import NO_HISTORY
from amiable.store import (
    account,
    ahead,
    credit,
    customer,
    dispute,
    habit,
    import_run,
    invoice,
    ledger,
    outbox,
    plan,
    timeline,
)
from amiable.store.models import Company, Credit, Customer, Invoice, User
from amiable.store.scope import CompanyRow, ScopeMissing
from tests.desk.books import TODAY, at, company_with_debtors, eur, new_company

pytestmark = pytest.mark.django_db

TABLES = sorted(apps.get_app_config("store").get_models(), key=lambda model: model.__name__)
OWNED = [model for model in TABLES if issubclass(model, CompanyRow)]


def test_every_table_but_companies_and_users_belongs_to_a_company() -> None:
    assert [model for model in TABLES if model not in OWNED] == [Company, User]


@pytest.mark.parametrize("model", OWNED, ids=lambda model: model.__name__)
@pytest.mark.parametrize("name", ["all", "count", "first", "filter", "get", "create", "in_bulk"])
def test_a_query_without_a_company_raises(model: Any, name: str) -> None:
    with pytest.raises(ScopeMissing, match=model.__name__):
        getattr(model.objects, name)()


@pytest.mark.parametrize("model", OWNED, ids=lambda model: model.__name__)
def test_a_table_can_be_asked_within_a_company(model: Any) -> None:
    assert model.objects.of(new_company().pk).filter(pk=0).count() == 0


@pytest.fixture
def mine() -> Company:
    return new_company("mine")


@pytest.fixture
def theirs() -> Company:
    """A company with a row in every table that a day's work fills."""
    row = company_with_debtors(["T1", "T2"], key="theirs")
    draw_plan(row, TODAY)
    one = Customer.objects.of(row.pk).get(key="T1")
    record_promise(row, one, made_on=TODAY, due_on=TODAY, amount=eur(1))
    record_reply(row, one, on=TODAY)
    hold(row, one, on=TODAY)
    return row


def test_a_company_sees_no_row_of_another(mine: Company, theirs: Company) -> None:
    for model in OWNED:
        others: Any = model
        seen = others.objects.of(mine.pk).filter(company_id=theirs.pk)
        assert not seen.exists(), model


def rows_of(model: type[Model], owner: Company) -> list[Any]:
    return list(model._base_manager.filter(company_id=owner.pk))


Question = Callable[[int, list[int], Company], Any]
"""Asked with one company's primary key, and with the customers and rows of another."""

QUESTIONS: dict[str, Question] = {
    "load_customers": lambda mine, pks, _: customer.load_customers(mine, pks),
    "customers_by_key": lambda mine, _, __: customer.customers_by_key(mine, ["T1"]),
    "find_customers": lambda mine, _, __: customer.find_customers(mine, "T1"),
    "keys_of": lambda mine, pks, _: customer.keys_of(mine, pks),
    "all_names": lambda mine, _, __: customer.all_names(mine),
    "known_terms": lambda mine, _, __: customer.known_terms(mine),
    "list_customers": lambda mine, _, __: customer.list_customers(mine),
    "open_sums": lambda mine, _, __: customer.open_sums(mine),
    "mark_bounced": lambda mine, _, __: customer.mark_bounced(mine, "accountant@t1.test", TODAY),
    "load_accounts": lambda mine, pks, _: list(
        account.load_accounts(mine, pks, TODAY, NO_HISTORY, TODAY)
    ),
    "next_facts": lambda mine, _, __: ahead.next_facts(mine, date(2000, 1, 1)),
    "contested_invoices": lambda mine, pks, _: dispute.contested_invoices(mine, pks),
    "load_histories": lambda mine, pks, _: list(habit.load_histories(mine, TODAY, pks)),
    "all histories": lambda mine, _, __: list(habit.load_histories(mine, TODAY)),
    "sampled_histories": lambda mine, _, __: list(habit.sampled_histories(mine, TODAY)),
    "load_company_habit": lambda mine, _, __: habit.load_company_habit(mine),
    "due_dates_of_settled": lambda mine, _, __: habit.due_dates_of_settled(mine),
    "last_run": lambda mine, _, __: import_run.last_run(mine),
    "list_runs": lambda mine, _, __: import_run.list_runs(mine),
    "balances_of": lambda mine, pks, _: ledger.balances_of(mine, pks),
    "credit_rows": lambda mine, _, them: credit.credit_rows(
        mine, [row.key for row in rows_of(Credit, them)]
    ),
    "inferred_invoices": lambda mine, pks, _: invoice.inferred_invoices(mine, pks),
    "overdue_sums": lambda mine, _, __: invoice.overdue_sums(mine, TODAY),
    "invoice_of": lambda mine, pks, _: invoice.invoice_of(mine, pks[0], "F-T1"),
    "last_payment": lambda mine, pks, _: credit.last_payment(mine, pks[0]),
    "existing": lambda mine, pks, _: outbox.existing(mine, pks[0], "F-T1", 1),
    "approved_rows": lambda mine, _, __: outbox.approved_rows(mine),
    "retry_failed": lambda mine, _, __: outbox.retry_failed(mine),
    "last_message_ids": lambda mine, pks, _: outbox.last_message_ids(mine, pks),
    "count_states": lambda mine, _, __: outbox.count_states(mine),
    "approved_steps": lambda mine, _, __: outbox.approved_steps(mine),
    "doubtful_rows": lambda mine, _, __: outbox.doubtful_rows(mine),
    "customers_to_decide": lambda mine, _, __: plan.customers_to_decide(mine, TODAY),
    "customers_open_on": lambda mine, _, __: plan.customers_open_on(mine, TODAY),
    "newest_day": lambda mine, _, __: plan.newest_day(mine),
    "list_entries": lambda mine, pks, _: plan.list_entries(mine, TODAY, customers=pks),
}


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_question_about_anothers_rows_finds_nothing(
    name: str, mine: Company, theirs: Company
) -> None:
    pks = [row.pk for row in rows_of(Customer, theirs)]
    assert not QUESTIONS[name](mine.pk, pks, theirs)


def test_anothers_ledgers_are_empty(mine: Company, theirs: Company) -> None:
    pks = [row.pk for row in rows_of(Customer, theirs)]
    found = ledger.load_ledgers(mine.pk, pks)
    assert [one.ledger for one in found.values()] == [ledger.Ledger()] * 2
    exchanged = timeline.load_exchanges(mine.pk, pks, TODAY, dict.fromkeys(pks, ""))
    assert list(exchanged.values()) == [timeline.Exchanges()] * 2


def test_anothers_customers_are_not_touched(mine: Company, theirs: Company) -> None:
    before = [row.version for row in rows_of(Customer, theirs)]
    customer.touch(mine.pk, [row.pk for row in rows_of(Customer, theirs)])
    customer.touch_all(mine.pk)
    assert [row.version for row in rows_of(Customer, theirs)] == before


def test_delays_of_another_company_are_not_shifted(mine: Company, theirs: Company) -> None:
    before = sorted((row.key, row.delay) for row in rows_of(Invoice, theirs))
    days = {row.due_on: 5 for row in rows_of(Invoice, theirs)}
    habit.shift_delays(mine.pk, days)
    assert sorted((row.key, row.delay) for row in rows_of(Invoice, theirs)) == before


def test_a_claim_of_another_companys_row_fails(mine: Company, theirs: Company) -> None:
    from amiable.desk.approve import approve  # noqa: PLC0415 the desk stands above the store

    pk = Customer.objects.of(theirs.pk).get(key="T2").pk
    (made,) = approve(theirs, [pk], today=TODAY, at=at(TODAY))
    assert made.row is not None
    assert outbox.claim(mine.pk, made.row.pk, "token", at(TODAY)) is None
    assert not outbox.release(mine.pk, made.row.pk, outbox.OutboxState.CANCELLED, "")

"""A verb refuses what is not of the company it is asked for, and changes nothing."""

from collections.abc import Callable
from typing import Any

import pytest

from amiable.desk import dispute, hold, promise, reply
from amiable.desk.access import OtherCompany
from amiable.desk.approve import approve, preview, record_done
from amiable.desk.history import history_of
from amiable.desk.plan import draw_plan
from amiable.desk.preview import preview_template
from amiable.desk.sight import view_customer
from amiable.desk.skip import skip
from amiable.engine.parties import Language
from amiable.engine.template import Audience, LetterTone
from amiable.store.models import (
    Company,
    Customer,
    Dispute,
    Hold,
    Invoice,
    OutboxRow,
    Promise,
    Reply,
    Skip,
)
from amiable.store.plan import list_entries
from amiable.words import shipped_templates
from tests.desk.books import DAY, TODAY, at, company_with_debtors, customer, eur, new_company

pytestmark = pytest.mark.django_db


@pytest.fixture
def mine() -> Company:
    return new_company("mine")


@pytest.fixture
def theirs() -> Company:
    company = company_with_debtors(["T"], key="theirs")
    draw_plan(company, TODAY)
    return company


def debtor(theirs: Company) -> Customer:
    return customer(theirs, "T")


def owed(theirs: Company) -> Invoice:
    return Invoice.objects.of(theirs.pk).get(key="F-T")


TEMPLATE = shipped_templates()[LetterTone.FRIENDLY, Audience.REGULAR, Language.FR]

Verb = Callable[[Company, Company], Any]

VERBS: dict[str, Verb] = {
    "approve": lambda a, b: approve(a, [debtor(b).pk], today=TODAY, at=at(TODAY)),
    "preview": lambda a, b: preview(a, debtor(b).pk, today=TODAY, at=at(TODAY)),
    "done": lambda a, b: record_done(a, debtor(b).pk, today=TODAY, at=at(TODAY)),
    "skip": lambda a, b: skip(a, list_entries(b.pk, TODAY)[0], on=TODAY),
    "hold": lambda a, b: hold.hold(a, debtor(b), on=TODAY),
    "postpone": lambda a, b: hold.postpone(a, debtor(b), on=TODAY, until=TODAY + DAY),
    "release": lambda a, b: hold.release(a, debtor(b), on=TODAY),
    "promise": lambda a, b: promise.record_promise(
        a, debtor(b), made_on=TODAY, due_on=TODAY, amount=eur(1)
    ),
    "dispute": lambda a, b: dispute.open_dispute(a, debtor(b), owed(b), on=TODAY),
    "close disputes": lambda a, b: dispute.close_disputes(a, debtor(b), owed(b), on=TODAY),
    "reply": lambda a, b: reply.record_reply(a, debtor(b), on=TODAY),
    "read": lambda a, b: reply.read_replies(a, debtor(b), on=TODAY),
    "view": lambda a, b: view_customer(a, debtor(b), TODAY, Language.FR),
    "history": lambda a, b: history_of(a, debtor(b), TODAY, Language.FR),
    "preview a text": lambda a, b: preview_template(a, debtor(b).pk, TEMPLATE, today=TODAY),
}


@pytest.mark.parametrize("name", VERBS)
def test_a_verb_refuses_another_companys_customer(
    name: str, mine: Company, theirs: Company
) -> None:
    version = debtor(theirs).version
    with pytest.raises(OtherCompany, match="mine"):
        VERBS[name](mine, theirs)
    for model in (Dispute, Hold, OutboxRow, Promise, Reply, Skip):
        table: Any = model
        assert not table.everywhere.exists(), model
    assert debtor(theirs).version == version


def test_a_promise_of_another_company_is_not_cancelled(mine: Company, theirs: Company) -> None:
    made = promise.record_promise(
        theirs, debtor(theirs), made_on=TODAY, due_on=TODAY, amount=eur(1)
    )
    with pytest.raises(OtherCompany):
        promise.cancel_promise(mine, made, on=TODAY)
    assert Promise.objects.of(theirs.pk).get().cancelled_on is None


def test_a_dispute_of_another_company_is_not_closed(mine: Company, theirs: Company) -> None:
    opened = dispute.open_dispute(theirs, debtor(theirs), owed(theirs), on=TODAY)
    with pytest.raises(OtherCompany):
        dispute.close_dispute(mine, opened, on=TODAY)
    assert Dispute.objects.of(theirs.pk).get().closed_on is None


def test_one_stranger_among_many_approves_nobody(theirs: Company) -> None:
    others = company_with_debtors(["O"], key="others")
    pks = [debtor(theirs).pk, customer(others, "O").pk]
    with pytest.raises(OtherCompany):
        approve(theirs, pks, today=TODAY, at=at(TODAY))
    assert not OutboxRow.objects.of(theirs.pk).exists()


def test_a_dispute_is_of_the_customers_own_invoice() -> None:
    company = company_with_debtors(["A", "B"])
    other = Invoice.objects.of(company.pk).get(key="F-B")
    with pytest.raises(ValueError, match="F-B is not one of A SARL"):
        dispute.open_dispute(company, customer(company, "A"), other, on=TODAY)
    assert not Dispute.objects.of(company.pk).exists()

"""Claims of payment: recorded once, waited for, closed by the money or by a person."""

from datetime import timedelta

import pytest

from amiable.desk.access import OtherCompany
from amiable.desk.event import Event
from amiable.desk.hold import DateRefused
from amiable.desk.payment_claim import close_claim, record_claim
from amiable.desk.plan import draw_plan, redraw
from amiable.store.models import Company, Customer, PaymentClaim, Webhook, WebhookDelivery
from tests.desk.books import (
    DAY,
    TODAY,
    at,
    bring_in,
    entry_of,
    eur,
    facts,
    new_company,
    payment,
)

pytestmark = pytest.mark.django_db


def said(company: Company, who: Customer, **more) -> PaymentClaim:
    return record_claim(company, who, **{"said_on": TODAY, "at": at(TODAY)} | more)


def claims(company: Company) -> list[PaymentClaim]:
    return list(PaymentClaim.objects.of(company.pk))


def reason(company: Company, who: str) -> str:
    return entry_of(company, who).code


def test_who_says_it_has_paid_is_not_reminded(company, debtor):
    assert entry_of(company, "A").kind == "remind"
    said(company, debtor)
    redraw(company, [debtor.pk], TODAY)
    assert (entry_of(company, "A").kind, reason(company, "A")) == ("wait", "claim.waiting")
    assert entry_of(company, "B").kind == "remind"


def test_money_that_does_not_come_is_looked_for_by_a_person(company, debtor):
    said(company, debtor)
    late = TODAY + 8 * DAY
    draw_plan(company, late)
    assert (entry_of(company, "A").kind, reason(company, "A")) == ("escalate", "claim.not_seen")
    assert close_claim(company, claims(company)[0], found=False, on=late)
    redraw(company, [debtor.pk], late)
    assert reason(company, "A") != "claim.not_seen"


def test_the_money_closes_the_claim_by_itself(company, debtor):
    said(company, debtor)
    day = TODAY + 2 * DAY
    bring_in(company, facts("A", credits=[payment("A", "P1", day)]), on=day)
    draw_plan(company, day)
    (row,) = claims(company)
    assert (row.closed_on, row.found) == (day, True)


def test_an_amount_that_came_closes_the_claim_though_something_is_left(company, debtor):
    said(company, debtor, amount=eur(40_000))
    day = TODAY + DAY
    bring_in(company, facts("A", credits=[payment("A", "P1", day, 40_000)]), on=day)
    draw_plan(company, day)
    assert claims(company)[0].found is True
    assert reason(company, "A") == "ledger.part_paid"


def test_money_of_another_customer_closes_nothing(company, debtor):
    said(company, debtor)
    day = TODAY + DAY
    bring_in(company, facts("B", credits=[payment("B", "P1", day)]), on=day)
    draw_plan(company, day)
    assert claims(company)[0].closed_on is None


def test_said_twice_it_is_recorded_once_while_open(company, debtor):
    first = said(company, debtor, reference="VIR 12")
    assert said(company, debtor, reference=" VIR 12 ").pk == first.pk
    assert said(company, debtor, reference="VIR 13").pk != first.pk
    close_claim(company, first, found=False, on=TODAY)
    assert said(company, debtor, reference="VIR 12").pk != first.pk


def test_it_is_closed_once(company, debtor):
    row = said(company, debtor)
    assert close_claim(company, row, found=True, on=TODAY)
    assert not close_claim(company, row, found=False, on=TODAY)
    assert PaymentClaim.objects.of(company.pk).get().found is True


def test_what_will_be_paid_is_no_claim(company, debtor):
    with pytest.raises(DateRefused):
        said(company, debtor, paid_on=TODAY + DAY)
    with pytest.raises(ValueError, match="more than zero"):
        said(company, debtor, amount=eur(0))
    with pytest.raises(ValueError, match="no invoice"):
        said(company, debtor, invoices=["B-1"])
    assert claims(company) == []


def test_another_companys_customer_is_out_of_reach(company, debtor):
    other = new_company("other")
    with pytest.raises(OtherCompany):
        said(other, debtor)
    row = said(company, debtor)
    with pytest.raises(OtherCompany):
        close_claim(other, row, found=True, on=TODAY)


def test_whoever_listens_is_told(company, debtor):
    Webhook.objects.of(company.pk).create(
        company_id=company.pk,
        url="https://listener.test/",
        events=[Event.PAYMENT_CLAIMED.value],
        created_at=at(TODAY - timedelta(days=1)),
    )
    said(company, debtor, amount=eur(500), paid_on=TODAY - DAY)
    (told,) = WebhookDelivery.objects.of(company.pk)
    assert told.event == "payment.claimed"
    assert told.payload["claim"]["amount"] == {"minor": 500, "currency": "EUR"}

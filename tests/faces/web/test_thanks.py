"""Thanks on the desk: read before they are agreed to; reminders avoided are told."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from amiable.desk.policy import publish_policy, shipped_policy
from amiable.desk.thanks import thank_due
from amiable.engine.policy import Thanks
from amiable.store.models import AuditEntry, Company, Customer, OutboxRow, PaymentThanks
from tests.desk.books import TODAY, at, bring_in, customer, facts, payment
from tests.faces.web.conftest import SignIn

pytestmark = pytest.mark.django_db
DESK = "/c/fournil/"


@pytest.fixture
def thankful(company: Company) -> Company:
    """Both customers paid today; the policy puts thanks before a person."""
    policy = replace(shipped_policy("standard"), thanks=Thanks())
    publish_policy(company, policy, at=at(TODAY))
    for key in ("A", "B"):
        paid = payment(key, f"P-{key}", TODAY, number=f"F-{key}")
        bring_in(company, facts(key, (), [paid]))
    thank_due(datetime.now(UTC))
    assert PaymentThanks.objects.of(company.pk).filter(state="ready").count() == 2
    return company


def pk(company: Company, key: str) -> int:
    return customer(company, key).pk


def test_the_day_says_whom_to_thank_and_the_message_is_read_first(
    desk: Client, thankful: Company
) -> None:
    assert "2 customers have paid: a word of thanks is ready." in desk.get(DESK).content.decode()
    page = desk.get(f"{DESK}thanks/").content.decode()
    assert "A SARL" in page
    assert "accountant@a.test" in page
    assert "10 mars 2026" in page, "the message is in the customer's language"


def test_those_chosen_are_thanked_and_the_others_left_out(desk: Client, thankful: Company) -> None:
    decide = f"{DESK}thanks/decide/"
    page = desk.post(decide, {"customer": pk(thankful, "A"), "do": "send"}, follow=True)
    assert "1 word of thanks leaves in a minute" in page.content.decode()
    row = OutboxRow.objects.of(thankful.pk).get(purpose="thanks")
    assert (row.customer.key, row.state) == ("A", "approved")
    assert row.approved_by is not None
    again = desk.post(decide, {"customer": pk(thankful, "A"), "do": "send"}, follow=True)
    assert again.status_code == 200
    assert OutboxRow.objects.of(thankful.pk).filter(purpose="thanks").count() == 1
    page = desk.post(decide, {"customer": pk(thankful, "B"), "do": "leave"}, follow=True)
    assert "1 customer is not thanked." in page.content.decode()
    assert "Nobody to thank" in page.content.decode()
    codes = AuditEntry.objects.of(thankful.pk).values_list("code", flat=True)
    assert {"thanks_approved", "thanks.left_out"} <= set(codes)


def test_what_is_not_due_any_more_is_told(desk: Client, thankful: Company) -> None:
    Customer.objects.of(thankful.pk).filter(key="A").update(do_not_contact=True)
    assert "must not be contacted" in desk.get(f"{DESK}thanks/").content.decode()
    sent = {"customer": pk(thankful, "A"), "do": "send"}
    page = desk.post(f"{DESK}thanks/decide/", sent, follow=True).content.decode()
    assert "A SARL: no thanks after all (this customer must not be contacted)." in page
    assert not OutboxRow.objects.of(thankful.pk).filter(purpose="thanks").exists()


def test_choosing_nobody_is_told(desk: Client, thankful: Company) -> None:
    page = desk.post(f"{DESK}thanks/decide/", {"do": "send"}, follow=True).content.decode()
    assert "Choose at least one customer." in page


def test_another_companys_customer_and_what_is_no_number_do_not_exist(
    desk: Client, thankful: Company
) -> None:
    decide = f"{DESK}thanks/decide/"
    assert desk.post(decide, {"customer": "x"}).status_code == 404
    assert desk.post(decide, {"customer": 10**9}).status_code == 404


def test_a_reader_reads_and_an_outside_collector_sees_his_own(
    sign_in: SignIn, thankful: Company
) -> None:
    reader = sign_in("reader")
    page = reader.get(f"{DESK}thanks/").content.decode()
    assert "A SARL" in page
    assert "Thank those chosen" not in page
    assert reader.post(f"{DESK}thanks/decide/", {"customer": 1}).status_code == 403
    outside = sign_in("outside")
    page = outside.get(f"{DESK}thanks/").content.decode()
    seen = [key for key in ("A", "B") if f"{key} SARL" in page]
    mine = Customer.objects.of(thankful.pk).exclude(collector=None).values_list("key", flat=True)
    assert seen == [key for key in ("A", "B") if key in set(mine)]


def test_reminders_avoided_are_counted_and_listed(desk: Client, company: Company) -> None:
    assert "No reminder was overtaken" in desk.get(f"{DESK}avoided/").content.decode()
    OutboxRow.objects.of(company.pk).create(
        company_id=company.pk, customer=customer(company, "A"), cycle="c", step=1,
        purpose="reminder", state="cancelled", channel="email", subject="Un rappel",
        approved_on=TODAY, approved_at=at(TODAY), detail="paid 2026-03-09", amounts={"EUR": 5000},
        cancelled_at=datetime.now(UTC) - timedelta(hours=1),
    )  # fmt: skip
    assert "1 reminder was avoided in the last 24 hours" in desk.get(DESK).content.decode()
    page = desk.get(f"{DESK}avoided/").content.decode()
    assert "Not sent: paid meanwhile, on 9 March 2026" in page
    assert "€50.00" in page

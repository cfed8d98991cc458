"""On the customer's page: it says it has paid; a plan put in writing and accepted."""

from datetime import timedelta

import pytest

from amiable.desk.history import history_of
from amiable.desk.instalment import agree_plan
from amiable.engine.instalment import Part
from amiable.engine.parties import Language
from amiable.store.models import AuditEntry, Company, Dispute, InstalmentPlan, PaymentClaim
from tests.desk.books import TODAY, customer, entry_of, eur

TOMORROW = TODAY + timedelta(days=1)


@pytest.fixture
def page(company: Company):
    def address(key: str, rest: str = "") -> str:
        return f"/c/{company.key}/customers/{customer(company, key).pk}/{rest}"

    return address


@pytest.fixture
def plan(company: Company) -> InstalmentPlan:
    parts = [Part(due_on=TODAY + timedelta(days=7 * n), amount=eur(50_000)) for n in (1, 2)]
    return agree_plan(company, customer(company, "A"), on=TODAY, parts=parts)


def codes(company: Company) -> list[str]:
    return list(AuditEntry.objects.of(company.pk).order_by("pk").values_list("code", flat=True))


def test_who_says_it_has_paid_is_left_alone_at_once(desk, company, page):
    assert desk.get(page("A", "paid/")).status_code == 200
    typed = {"paid_on": TODAY.isoformat(), "amount": "400", "reference": "VIR 77"}
    assert desk.post(page("A", "paid/"), typed).status_code == 302
    row = PaymentClaim.objects.of(company.pk).get()
    assert (row.amount_minor, row.paid_on, row.reference) == (40_000, TODAY, "VIR 77")
    assert entry_of(company, "A").code == "claim.waiting"
    assert codes(company) == ["claim_recorded"]
    shown = desk.get(page("A", "agreements/")).content.decode()
    assert "money awaited" in shown
    assert "VIR 77" in shown


def test_a_payment_to_come_is_a_promise_and_said_so(desk, company, page):
    answer = desk.post(page("A", "paid/"), {"paid_on": TOMORROW.isoformat()})
    assert answer.status_code == 422
    assert "record a promise instead" in answer.content.decode()
    assert not PaymentClaim.objects.of(company.pk).exists()


@pytest.mark.parametrize(
    ("found", "code", "told"),
    [("1", "claim_found", "was found"), ("0", "claim_given_up", "no longer waited for")],
)
def test_whoever_looked_closes_it_once(desk, company, page, found, code, told):
    desk.post(page("A", "paid/"), {"reference": ""})
    close = page("A", f"claims/{PaymentClaim.objects.of(company.pk).get().pk}/close/")
    for _ in range(2):
        assert desk.post(close, {"found": found}).status_code == 302
    row = PaymentClaim.objects.of(company.pk).get()
    assert (row.closed_on, row.found) == (TODAY, found == "1")
    assert codes(company) == ["claim_recorded", code]
    texts = [one.text for one in history_of(company, row.customer, TODAY, Language.EN)]
    assert any(told in text for text in texts)
    assert "Says it has paid" in texts


def test_a_claim_of_another_customer_does_not_exist_there(desk, company, page):
    desk.post(page("A", "paid/"), {})
    number = PaymentClaim.objects.of(company.pk).get().pk
    assert desk.post(page("B", f"claims/{number}/close/"), {"found": "1"}).status_code == 404


def test_a_reader_records_no_claim(sign_in, company, page):
    assert sign_in("reader").get(page("A", "paid/")).status_code == 403


def test_a_plan_is_taken_as_a_document_to_sign(desk, page, plan):
    answer = desk.get(page("A", f"plans/{plan.pk}/agreement.pdf"))
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF")
    assert desk.get(page("B", f"plans/{plan.pk}/agreement.pdf")).status_code == 404


def test_a_plan_that_came_back_signed_is_kept_as_it_was(desk, company, page, plan):
    address = page("A", f"plans/{plan.pk}/accept/")
    assert desk.post(address, {"accepted_by": " "}).status_code == 422
    assert desk.post(address, {"accepted_by": "Claire  Duval"}).status_code == 302
    plan.refresh_from_db()
    assert plan.accepted_by == "Claire Duval"
    assert desk.get(page("A", f"plans/{plan.pk}/agreement.pdf")).content == bytes(plan.document)
    shown = desk.get(page("A", "agreements/")).content.decode()
    assert "Accepted in writing on" in shown
    assert "by Claire Duval" in shown
    desk.post(address, {"accepted_by": "Somebody else"})
    plan.refresh_from_db()
    assert plan.accepted_by == "Claire Duval"
    assert codes(company) == ["plan_accepted"]


def test_a_dispute_has_somebody_who_looks_after_it(desk, company, page):
    typed = {"invoice": "F-A", "ground": "price", "reason": "", "amount": ""}
    assert desk.post(page("A", "dispute/"), typed).status_code == 302
    row = Dispute.objects.of(company.pk).get()
    assert row.owner is not None
    assert f"{row.owner}, 0 days" in desk.get(page("A", "agreements/")).content.decode()
    close = page("A", f"disputes/{row.pk}/close/")
    assert desk.post(close, {"outcome": "paid", "note": ""}).status_code == 302
    row.refresh_from_db()
    assert row.outcome == "paid"

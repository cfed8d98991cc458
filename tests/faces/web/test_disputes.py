"""The list of disputes in a browser: whose they are, how they end, at a constant price."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from amiable.desk.dispute import expect_credit, open_dispute
from amiable.desk.plan import draw_plan
from amiable.engine.dispute import CREDIT_DAYS, Ground
from amiable.engine.money import Money
from amiable.store.models import AuditEntry, Company, Dispute, Invoice, OutboxRow, User
from tests.desk.books import TODAY, bring_in, credit_note, customer, entry_of, eur, facts
from tests.faces.web.conftest import SignIn

DAY = timedelta(days=1)


@pytest.fixture
def contest(company: Company) -> Any:
    """``contest("A", 20_000)``: customer A contests so much of its open invoice."""

    def contested(
        key: str, minor: int | None = None, days: int = 0, owner: User | None = None
    ) -> Dispute:
        row = customer(company, key)
        invoice = Invoice.objects.of(company.pk).filter(customer=row, settled_on=None).first()
        assert invoice is not None
        return open_dispute(
            company,
            row,
            invoice,
            on=TODAY - days * DAY,
            ground=Ground.PRICE,
            reason="too dear",
            amount=None if minor is None else eur(minor),
            owner=owner,
        )

    return contested


def page(browser: Client, company: Company, query: str = "") -> Any:
    answer = browser.get(f"/c/{company.key}/disputes/{query}")
    assert answer.status_code == 200
    return answer


def found(browser: Client, company: Company, query: str = "") -> list[int]:
    return [line.row.pk for line in page(browser, company, query).context["list"].lines]


def in_navigation(answer: Any) -> int:
    """The number beside the disputes' place."""
    (place,) = (one for one in answer.context["frame"].work if one.name == "disputes")
    return int(place.count)


def close_url(company: Company, row: Dispute) -> str:
    return f"/c/{company.key}/customers/{row.customer_id}/disputes/{row.pk}/close/"


def test_without_a_dispute_the_page_says_what_to_do(desk: Client, company: Company) -> None:
    html = page(desk, company).content.decode()
    assert "No dispute is open" in html
    assert f"/c/{company.key}/customers/" in html


def test_the_oldest_stands_first_with_what_it_holds(
    desk: Client, company: Company, contest: Any, people: dict[str, User]
) -> None:
    young, old = contest("A", 20_000, days=2), contest("B", days=9, owner=people["collector"])
    answer = page(desk, company)
    assert [line.row.pk for line in answer.context["list"].lines] == [old.pk, young.pk]
    assert [line.held for line in answer.context["list"].lines] == [eur(100_000), eur(20_000)]
    html = answer.content.decode()
    for shown in ("wrong price", "too dear", "9 days", "collector of fournil", "€200.00"):
        assert shown in html, shown
    assert in_navigation(answer) == 2


def test_mine_nobodys_and_by_reason_and_age(
    sign_in: SignIn, company: Company, contest: Any, people: dict[str, User]
) -> None:
    mine, nobodys = contest("A", days=1, owner=people["collector"]), contest("B", days=40)
    browser = sign_in("collector")
    assert found(browser, company, "?owner=me") == [mine.pk]
    assert found(browser, company, "?owner=nobody") == [nobodys.pk]
    assert found(browser, company, f"?owner={people['collector'].pk}") == [mine.pk]
    assert found(browser, company, "?aged=30") == [nobodys.pk]
    assert found(browser, company, "?ground=quality") == []
    assert found(browser, company, "?ground=nonsense&aged=x&at=zzz") == [nobodys.pk, mine.pk]
    assert found(browser, company, "?state=closed") == []


def test_some_are_given_to_a_colleague_and_written_down(
    desk: Client, company: Company, contest: Any, people: dict[str, User]
) -> None:
    rows = [contest("A"), contest("B")]
    sent = {"dispute": [row.pk for row in rows], "owner": people["manager"].pk, "query": "aged=0"}
    answer = desk.post(f"/c/{company.key}/disputes/hand-over/", sent)
    assert answer.url == f"/c/{company.key}/disputes/?aged=0"
    owners = Dispute.objects.of(company.pk).values_list("owner", flat=True)
    assert set(owners) == {people["manager"].pk}
    entries = AuditEntry.objects.of(company.pk).filter(code="dispute_handed")
    assert {entry.subject for entry in entries} == {f"dispute:{row.pk}" for row in rows}
    desk.post(f"/c/{company.key}/disputes/hand-over/", sent)  # nobody changes hands twice
    assert entries.count() == 2


@pytest.mark.parametrize("sent", [{}, {"dispute": ["x"]}, {"dispute": ["1" * 30]}])
def test_handing_over_nothing_says_what_to_do(
    desk: Client, company: Company, contest: Any, sent: dict[str, Any]
) -> None:
    contest("A")
    answer = desk.post(f"/c/{company.key}/disputes/hand-over/", sent, follow=True)
    assert "Tick the disputes" in answer.content.decode()


def test_an_outside_collector_sees_and_keeps_his_alone(
    sign_in: SignIn, company: Company, contest: Any, people: dict[str, User]
) -> None:
    his, hidden = contest("A"), contest("B")
    browser = sign_in("outside")
    answer = page(browser, company)
    assert [line.row.pk for line in answer.context["list"].lines] == [his.pk]
    assert in_navigation(answer) == 1
    assert [str(one) for one in answer.context["list"].owners] == ["outside of fournil"]
    url = f"/c/{company.key}/disputes/hand-over/"
    assert browser.post(url, {"dispute": [hidden.pk], "owner": ""}).status_code == 404
    sent = {"dispute": [his.pk], "owner": people["manager"].pk}
    refused = browser.post(url, sent, follow=True)
    assert "cannot look after" in refused.content.decode()
    body = b"".join(browser.get(f"/c/{company.key}/disputes/export.csv").streaming_content)
    assert b"A SARL" in body
    assert b"B SARL" not in body


def test_the_file_says_what_the_list_says(desk: Client, company: Company, contest: Any) -> None:
    contest("A", 20_000, days=3)
    answer = desk.get(f"/c/{company.key}/disputes/export.csv?aged=1")
    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
    assert len(lines) == 2
    for shown in ("A SARL", "wrong price", "too dear", "200.00", "EUR"):
        assert shown in lines[1], shown
    assert AuditEntry.objects.of(company.pk).filter(code="exported_disputes").exists()


def test_the_page_costs_the_same_however_many_there_are(
    desk: Client, company: Company, contest: Any
) -> None:
    def price() -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            page(desk, company)
        return len(queries)

    contest("A")
    page(desk, company)
    one = price()
    for _ in range(20):
        contest("B")
    assert price() == one


# --- how one ends -------------------------------------------------------------------------------


def test_a_credit_note_that_follows_holds_what_was_granted(
    desk: Client, company: Company, contest: Any
) -> None:
    row = contest("A")
    sent = {"outcome": "expected", "credit": "300", "note": "the price list is theirs"}
    assert desk.post(close_url(company, row), sent).status_code == 302
    row.refresh_from_db()
    assert (row.closed_on, row.granted_on, row.granted_minor) == (None, TODAY, 30_000)
    assert entry_of(company, "A").amount_minor == 70_000  # the rest is chased at once
    assert in_navigation(page(desk, company)) == 0  # it waits for nobody
    assert found(desk, company, "?state=credit_expected") == [row.pk]
    shown = desk.get(f"/c/{company.key}/customers/{row.customer_id}/agreements/").content.decode()
    assert "credit note expected" in shown
    again = desk.post(close_url(company, row), {"outcome": "expected"})
    assert again.status_code == 422  # it is on its way already


def test_its_coming_ends_the_dispute(desk: Client, company: Company, contest: Any) -> None:
    row = contest("A")
    expect_credit(company, row, on=TODAY, amount=eur(30_000))
    bring_in(company, facts("A", [], [credit_note("A", "CN1", TODAY + DAY, 30_000)]))
    draw_plan(company, TODAY + 2 * DAY)
    row.refresh_from_db()
    assert (row.closed_on, row.outcome) == (TODAY + 2 * DAY, "part")


def test_after_thirty_days_it_comes_back_as_missing(
    desk: Client, company: Company, contest: Any
) -> None:
    row = contest("A", days=CREDIT_DAYS + 5)
    expect_credit(company, row, on=TODAY - CREDIT_DAYS * DAY)
    draw_plan(company, TODAY)
    answer = page(desk, company, "?state=credit_missing")
    assert [line.row.pk for line in answer.context["list"].lines] == [row.pk]
    assert "credit note missing" in answer.content.decode()
    assert in_navigation(answer) == 1
    assert entry_of(company, "A").code == "dispute.all"  # nobody asks for what was granted


def test_what_stands_is_told_to_the_customer_in_words_to_be_read(
    desk: Client, company: Company, contest: Any
) -> None:
    row = contest("A")
    answer = desk.post(close_url(company, row), {"outcome": "unfounded"})
    assert answer.url.endswith(f"/customers/{row.customer_id}/message/?dispute={row.pk}")
    shown = desk.get(answer.url)
    form = shown.context["form"]
    assert "the invoice stands" in form.initial["text"] or "est maintenue" in form.initial["text"]
    assert form.initial["subject"]
    assert not OutboxRow.objects.of(company.pk).exists()  # nothing leaves by itself
    other = customer(company, "B")
    blank = desk.get(f"/c/{company.key}/customers/{other.pk}/message/?dispute={row.pk}")
    assert blank.context["form"].initial["subject"] == ""


def test_a_second_answer_is_told_that_it_is_over(
    desk: Client, company: Company, contest: Any
) -> None:
    row = contest("A")
    desk.post(close_url(company, row), {"outcome": "paid"})
    answer = desk.post(close_url(company, row), {"outcome": "unfounded"}, follow=True)
    row.refresh_from_db()
    assert row.outcome == "paid"
    assert "already" in answer.content.decode()


@pytest.mark.parametrize(
    ("credit", "told"), [("2000", "is contested"), ("zzz", "not an amount"), ("0", "above zero")]
)
def test_a_credit_note_that_cannot_be_is_told_beside_the_field(
    desk: Client, company: Company, contest: Any, credit: str, told: str
) -> None:
    row = contest("A", 20_000)
    answer = desk.post(close_url(company, row), {"outcome": "expected", "credit": credit})
    assert answer.status_code == 422
    assert told in answer.content.decode()
    row.refresh_from_db()
    assert row.granted_on is None


def test_a_credit_note_of_another_amount_is_not_taken_for_it(
    company: Company, contest: Any
) -> None:
    row = contest("A")
    expect_credit(company, row, on=TODAY, amount=Money(minor=30_000, currency="EUR"))
    bring_in(company, facts("A", [], [credit_note("A", "CN1", TODAY + DAY, 10_000)]))
    draw_plan(company, TODAY + 2 * DAY)
    row.refresh_from_db()
    assert row.closed_on is None

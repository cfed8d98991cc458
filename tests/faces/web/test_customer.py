"""The page of one customer: what it shows, to whom, and with how many queries."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from amiable.desk.note import write_note
from amiable.desk.reply import record_reply
from amiable.store.models import Company, Customer, Invoice, OutboxRow
from tests.desk.books import (
    DAY,
    TODAY,
    at,
    bring_in,
    company_with_debtors,
    customer,
    facts,
    invoice,
    payment,
)

TABS = ("", "timeline/", "contacts/", "agreements/", "facts/")
FORMS = (
    "promise/", "plan/", "dispute/", "hold/", "reply/", "note/", "message/", "facts/edit/",
    "contacts/add/", "merge/",
)  # fmt: skip


@pytest.fixture
def page(company: Company):
    """``page("A")``: the address of a customer's page."""

    def address(key: str, rest: str = "") -> str:
        return f"/c/{company.key}/customers/{customer(company, key).pk}/{rest}"

    return address


def text_of(response) -> str:
    assert response.status_code == 200, response.status_code
    return response.content.decode()


@pytest.mark.parametrize("tab", TABS)
def test_every_tab_shows_the_customer_and_its_habit(desk, page, tab):
    html = text_of(desk.get(page("A", tab)))
    assert "A SARL" in html
    assert 'class="strip strip-wide"' in html
    assert "12 paid invoices" in html


def test_open_items_say_their_state_and_the_trend_its_figures(desk, page):
    html = text_of(desk.get(page("A")))
    assert "F-A" in html
    assert "25 d" in html
    assert "beyond habit" in html
    assert 'class="trend"' in html
    assert "<details" in html, "the trend has a table beside it"


def test_a_stranger_to_the_company_finds_no_customer(desk, company):
    other = company_with_debtors(("Z",), key="other")
    row = customer(other, "Z")
    for rest in (*TABS, *FORMS, "statement.pdf"):
        assert desk.get(f"/c/{company.key}/customers/{row.pk}/{rest}").status_code == 404, rest


def test_an_outside_collector_finds_only_their_own(sign_in, page):
    outside = sign_in("outside")
    assert outside.get(page("A")).status_code == 200
    for rest in (*TABS, "promise/", "statement.pdf", "note/"):
        assert outside.get(page("B", rest)).status_code == 404, rest
    assert outside.get(page("A", "merge/")).status_code == 403


@pytest.mark.parametrize("form", FORMS)
def test_a_reader_changes_nothing(sign_in, page, form):
    reader = sign_in("reader")
    assert reader.get(page("A", form)).status_code == 403
    assert reader.post(page("A", form), {"text": "x"}).status_code == 403
    html = text_of(reader.get(page("A")))
    assert page("A", form) not in html, "no link to what is refused"


def test_a_reader_may_read_everything(sign_in, page):
    reader = sign_in("reader")
    assert [reader.get(page("A", tab)).status_code for tab in TABS] == [200] * len(TABS)


def queries(desk, address) -> int:
    with CaptureQueriesContext(
        connection,
    ) as found:
        assert desk.get(address).status_code == 200
    return len(found)


@pytest.mark.parametrize("tab", TABS)
def test_the_number_of_queries_does_not_grow_with_the_customer(desk, company, page, tab):
    queries(desk, page("A", tab))  # what is remembered between requests is so now
    before = queries(desk, page("A", tab))
    row = customer(company, "A")
    more = [invoice("A", f"M-{n}", TODAY - n * DAY) for n in range(1, 120)]
    paid = [payment("A", f"P-{n}", TODAY - n * DAY, 50_000) for n in range(1, 30)]
    bring_in(company, facts("A", more, paid))
    for n in range(20):
        write_note(company, row, text=f"note {n}", on=TODAY, at=at(TODAY), by=None)
        record_reply(company, row, on=TODAY - n * DAY, text=f"answer {n}")
    assert queries(desk, page("A", tab)) <= before + 2  # money of promises, mails of answers


def test_many_open_invoices_are_shown_by_fifty(desk, company, page):
    more = [invoice("A", f"M-{n:03}", TODAY + DAY) for n in range(1, 120)]
    bring_in(company, facts("A", more))
    html = text_of(desk.get(page("A")))
    assert "M-049" in html
    assert "M-050" not in html.partition("</table>")[0]
    assert "Show 70 more invoices" in html
    assert "M-119" in text_of(desk.get(page("A", "?all=1")))


def test_a_page_of_the_past_is_reached_from_the_one_before(desk, company, page):
    row = customer(company, "A")
    start = Invoice.objects.of(company.pk).filter(customer=row).count()
    assert start >= 13
    for n in range(60):
        write_note(company, row, text=f"note {n:02}", on=TODAY - n * DAY, at=at(TODAY), by=None)
    address, seen = page("A", "timeline/?kind=notes"), []
    while address:
        html = text_of(desk.get(address))
        seen += [n for n in range(60) if f"note {n:02}<" in html]
        _, _, rest = html.partition('class="pager"><a href="')
        query = rest.partition('"')[0].replace("&amp;", "&")
        address = page("A", f"timeline/{query}") if rest else ""
    assert seen == list(range(60)), "every note once, newest first"


def test_a_message_is_read_in_full_and_its_html_stands_in_a_closed_frame(desk, company, page):
    row = OutboxRow.objects.of(company.pk).create(
        company=company,
        customer=customer(company, "A"),
        cycle="F-A",
        step=1,
        state="sent",
        channel="email",
        recipient="accountant@a.test",
        subject="Your invoice",
        text="Dear accountant,\nplease pay.",
        html="<p style='color:red'>Dear accountant<script>alert(1)</script></p>",
        approved_on=TODAY,
        approved_at=at(TODAY),
        sent_on=TODAY,
        sent_at=at(TODAY),
    )
    assert "please pay." in text_of(desk.get(page("A", "timeline/")))
    shown = text_of(desk.get(page("A", f"messages/{row.pk}/")))
    assert f'src="{page("A", f"messages/{row.pk}/letter/")}"' in shown
    assert "<script>alert" not in shown
    letter = desk.get(page("A", f"messages/{row.pk}/letter/"))
    policy = letter.headers["Content-Security-Policy"]
    assert "sandbox" in policy
    assert "default-src 'none'" in policy
    assert desk.get(page("B", f"messages/{row.pk}/")).status_code == 404


def test_the_history_says_who_did_what(sign_in, company, page):
    collector = sign_in("collector")
    collector.post(page("A", "note/"), {"text": "Call after Easter"})
    collector.post(page("A", "hold/"), {"until": "2026-04-07", "note": "New accountant"})
    html = text_of(collector.get(page("A", "timeline/")))
    assert "Call after Easter" in html
    assert "New accountant" in html
    assert html.count("collector of fournil") >= 2


def test_a_merged_customer_is_found_no_more(desk, company, page):
    kept, gone = customer(company, "A"), customer(company, "B")
    address = page("B")
    Customer.objects.of(company.pk).filter(pk=gone.pk).update(merged_into=kept)
    assert desk.get(address).status_code == 404


def test_french_readers_read_french(sign_in, people, page):
    people["collector"].language = "fr"
    people["collector"].save()
    html = text_of(sign_in("collector").get(page("A")))
    assert "Délai habituel" in html
    assert "Factures ouvertes" in html


def test_a_customer_without_history_says_where_its_figures_come_from(desk, company, page):
    bring_in(company, facts("N", [invoice("N", "F-N", TODAY - timedelta(days=2))]))
    html = text_of(desk.get(page("N")))
    assert "no paid invoice yet" in html
    assert "Nothing was paid in the last 24 months" in html
    assert "Nobody to write to" in text_of(desk.get(page("N", "contacts/")))

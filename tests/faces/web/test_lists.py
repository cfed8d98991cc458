"""The lists in a browser: what they show to whom, filtered and ordered, at a constant price."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from amiable.desk.dispute import open_dispute
from amiable.desk.hold import hold
from amiable.desk.payment_claim import record_claim
from amiable.desk.plan import draw_plan
from amiable.desk.promise import record_promise
from amiable.engine.money import Money
from amiable.store.models import AuditEntry, Company, Customer, Invoice, SavedView
from tests.desk.books import (
    TODAY,
    at,
    bring_in,
    customer,
    eur,
    facts,
    invoice,
    payment,
)  # fmt: skip
from tests.faces.web.conftest import SignIn

DAY = timedelta(days=1)


def text(browser: Client, company: Company, path: str) -> str:
    answer = browser.get(f"/c/{company.key}/{path}")
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def rows(browser: Client, company: Company, path: str) -> list[str]:
    """The names (or numbers) of the rows a list shows, in order."""
    answer = browser.get(f"/c/{company.key}/{path}")
    assert answer.status_code == 200, answer.status_code
    record = answer.context["list"]
    return [str(row) for row in record.listing.slice.rows]


def body(answer: Any) -> str:
    return b"".join(answer.streaming_content).decode("utf-8-sig")


def more_customers(company: Company, count: int) -> None:
    """``count`` customers that owe, with invoices of their own."""
    pages = [
        facts(f"N{n:02}", [invoice(f"N{n:02}", f"I{n:02}", TODAY - n * DAY, 1_000 + n)])
        for n in range(count)
    ]
    bring_in(company, *pages)
    draw_plan(company, TODAY)


LISTS = ("customers/", "invoices/", "balance/", "credits/", "search/?q=N")


# --- what is on the pages ---------------------------------------------------------------------


def test_customers_show_what_they_owe_and_how_they_pay(desk: Client, company: Company) -> None:
    html = text(desk, company, "customers/")
    assert "A SARL" in html
    assert "€1,000.00" in html
    assert "25 days" in html
    assert 'class="strip"' in html
    assert "friendly reminder" in html
    assert "regular" in html


@pytest.mark.parametrize("name", ["name", "balance", "late", "usual"])
@pytest.mark.parametrize("sign", ["", "-"])
def test_customers_are_walked_through_whole_in_every_order(desk, company, name, sign) -> None:
    more_customers(company, 60)
    seen, place = [], ""
    while True:
        answer = desk.get(f"/c/{company.key}/customers/?sort={sign}{name}&at={place}")
        listing = answer.context["list"].listing
        seen += [row.key for row in listing.slice.rows]
        place = listing.after
        if not place:
            break
        assert f"at={place}" in answer.content.decode()
    assert len(seen) == len(set(seen)) == 62
    back = desk.get(f"/c/{company.key}/customers/?sort={sign}{name}&at={listing.before}")
    assert [row.key for row in back.context["list"].listing.slice.rows] == seen[:50]


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ("words=b+sarl", ["B SARL"]),
        ("words=%25", []),
        ("segment=new", ["C SARL"]),
        ("overdue=on", ["A SARL", "B SARL"]),
        ("held=on", ["B SARL"]),
        ("low=1000", ["A SARL", "B SARL"]),
        ("low=10&high=100,50", ["C SARL"]),
        ("country=be", ["C SARL"]),
        ("collector=nobody", ["B SARL", "C SARL"]),
        ("collector=me", []),
        ("low=abc", ["A SARL", "B SARL", "C SARL"]),
        ("segment=none", ["A SARL", "B SARL", "C SARL"]),
        ("at=garbage", ["A SARL", "B SARL", "C SARL"]),
        ("sort=nothing", ["A SARL", "B SARL", "C SARL"]),
    ],
)
def test_customers_are_filtered(desk, company, filters, found) -> None:
    young = invoice("C", "F-C", TODAY + 30 * DAY, 10_050)
    bring_in(company, facts("C", [young], country="BE"))
    hold(company, customer(company, "B"), on=TODAY)
    draw_plan(company, TODAY)
    assert sorted(rows(desk, company, f"customers/?{filters}")) == found


def test_an_amount_that_cannot_be_read_is_said_beside_its_field(desk, company) -> None:
    html = text(desk, company, "customers/?low=abc")
    assert "Write an amount such as 1200.50." in html
    assert 'value="abc"' in html


def test_columns_are_chosen_in_the_address(desk: Client, company: Company) -> None:
    answer = desk.get(f"/c/{company.key}/customers/?col=terms&col=usual")
    names = [column.name for column in answer.context["list"].listing.columns]
    assert names == ["name", "usual", "terms"]
    assert '<svg class="strip"' not in answer.content.decode()


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ("state=open&sort=number", ["F-A", "F-B", "G-1", "G-2"]),
        ("state=overdue&sort=number", ["F-A", "F-B", "G-1"]),
        ("state=disputed", ["F-A"]),
        ("state=promised", ["F-B"]),
        ("state=said_paid&sort=number", ["F-A", "G-1"]),
        ("number=g-&sort=-number", ["G-2", "G-1"]),
        ("due_from=2026-03-11&state=open", ["G-2"]),
        ("due_until=2026-03-01&state=open&sort=due&number=G", ["G-1"]),
        ("low=900&high=1000&state=open&sort=number", ["F-A", "F-B"]),
        ("currency=usd", ["G-2"]),
        ("kind=opening", []),
        ("issued_from=2026-03-09", ["G-2"]),
    ],
)
def test_invoices_are_filtered(desk, company, filters, found) -> None:
    owed = invoice("A", "G-1", TODAY - 60 * DAY, 5_000)
    sum_due = Money(minor=70_000, currency="USD")
    dollars = invoice("B", "G-2", TODAY + 30 * DAY, issued_on=TODAY, amount=sum_due)
    bring_in(company, facts("A", [owed]), facts("B", [dollars]))
    a, b = customer(company, "A"), customer(company, "B")
    disputed = Invoice.objects.of(company.pk).get(key="F-A")
    open_dispute(company, a, disputed, on=TODAY)
    record_promise(
        company, b, made_on=TODAY, due_on=TODAY + 5 * DAY, amount=eur(100_000), invoices=["F-B"]
    )
    later = TODAY - 2 * DAY
    record_claim(company, a, said_on=later, at=at(later))  # all that was due by then
    assert rows(desk, company, f"invoices/?{filters}") == found


def test_an_invoice_that_is_said_to_be_paid_bears_it(desk: Client, company: Company) -> None:
    a, b = customer(company, "A"), customer(company, "B")
    record_claim(company, a, said_on=TODAY, invoices=["F-A"], at=at(TODAY))
    record_claim(company, b, said_on=TODAY - 90 * DAY, at=at(TODAY))  # nothing open was due then
    lines = desk.get(f"/c/{company.key}/invoices/?state=open&sort=number").context["list"].lines
    assert [line.state.value for line in lines] == ["said_paid", "overdue"]
    assert "said to be paid" in text(desk, company, "invoices/?state=said_paid")
    draw_plan(company, TODAY)
    assert 'badge blue">' in text(desk, company, f"customers/{a.pk}/")


def test_what_is_left_of_an_invoice_is_shown(desk: Client, company: Company) -> None:
    bring_in(company, facts("A", [], [payment("A", "P9", TODAY, 25_000, label="F-A")]))
    html = text(desk, company, "invoices/?state=open")
    assert "€750.00" in html
    assert "overdue" in html


def test_an_empty_company_is_told_what_to_do(desk: Client, company: Company) -> None:
    Customer.objects.of(company.pk).delete()
    for path in ("customers/", "invoices/", "balance/"):
        assert "Import an accounting export" in text(desk, company, path).replace(
            "or import an", "Import an"
        )
    assert "Nothing fits these filters" in text(desk, company, "customers/?overdue=on")
    assert "Everything is matched" in text(desk, company, "credits/")


def test_the_balance_shows_every_bucket_and_the_total(desk: Client, company: Company) -> None:
    html = text(desk, company, "balance/")
    assert "1–30 days" in html
    assert "€2,000.00" in html, "the total of A and B"
    assert text(desk, company, "balance/?on=2026-01-01") != html


# --- who sees what ------------------------------------------------------------------------------


@pytest.mark.parametrize("path", [*LISTS, "customers/export.csv", "invoices/export.csv",
                                  "balance/export.csv"])  # fmt: skip
def test_an_outside_collector_sees_their_own_alone(sign_in: SignIn, company, path) -> None:
    bring_in(company, *(facts(k, [], [payment(k, f"P{k}", TODAY, 500_000)]) for k in "AB"))
    path = path.replace("q=N", "q=sarl")
    answer = sign_in("outside").get(f"/c/{company.key}/{path}", follow=True)
    shown = body(answer) if answer.streaming else answer.content.decode()
    assert "B SARL" not in shown
    assert "F-B" not in shown
    both = sign_in("manager").get(f"/c/{company.key}/{path}", follow=True)
    shown = body(both) if both.streaming else both.content.decode()
    assert "B SARL" in shown


def test_an_outside_collector_finds_no_other_invoice_by_its_number(sign_in, company) -> None:
    assert "F-B" in text(sign_in("manager"), company, "invoices/?number=F-B")
    assert rows(sign_in("outside"), company, "invoices/?number=F-") == ["F-A"]
    hidden = customer(company, "B").pk
    answer = sign_in("outside").get(f"/c/{company.key}/invoices/?customer={hidden}")
    assert answer.status_code == 404


def test_a_reader_matches_nothing(sign_in: SignIn, company: Company) -> None:
    answer = sign_in("reader").post(f"/c/{company.key}/credits/1/match/", {"invoice": 1})
    assert answer.status_code == 403


# --- the price ----------------------------------------------------------------------------------


@pytest.mark.parametrize("path", [
    "customers/", "customers/?words=n&overdue=on&sort=late", "invoices/",
    "invoices/?state=overdue&low=1&sort=-amount", "balance/", "credits/", "search/?q=N",
])  # fmt: skip
def test_a_page_takes_as_many_queries_however_much_it_shows(desk, company, path) -> None:
    def count() -> int:
        with CaptureQueriesContext(
            connection,
        ) as found:
            assert desk.get(f"/c/{company.key}/{path}").status_code == 200
        return len(found)

    more_customers(company, 3)
    bring_in(company, facts("X0", [], [payment("X0", "PX0", TODAY)]))
    count()
    before = count()
    more_customers(company, 40)
    bring_in(company, *(facts(f"X{n}", [], [payment(f"X{n}", f"PX{n}", TODAY)]) for n in range(9)))
    assert count() == before
    assert before < 45


# --- files --------------------------------------------------------------------------------------


def test_an_export_is_the_whole_filtered_list(desk: Client, company: Company) -> None:
    more_customers(company, 60)
    answer = desk.get(f"/c/{company.key}/customers/export.csv?words=n&sort=name")
    lines = body(answer).splitlines()
    assert len(lines) == 61
    assert lines[0].startswith("Customer,Key,SIREN")
    assert lines[1].startswith("N00 SARL,N00,,FR,EUR,10.00,0.00")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="customers.csv"'
    assert AuditEntry.objects.of(company.pk).get().code == "exported_customers"


@pytest.mark.parametrize("name", ["customers", "invoices", "balance"])
def test_a_workbook_comes_as_one(desk: Client, company: Company, name: str) -> None:
    answer = desk.get(f"/c/{company.key}/{name}/export.xlsx")
    data = b"".join(answer.streaming_content)
    assert data.startswith(b"PK")
    assert answer.headers["Content-Disposition"].endswith('.xlsx"')


def test_a_name_that_looks_like_a_formula_is_neutralised(desk, company) -> None:
    bring_in(company, facts("E", [invoice("E", "F-E", TODAY)], name="=HYPERLINK(1)"))
    assert "'=HYPERLINK(1)" in body(desk.get(f"/c/{company.key}/customers/export.csv"))


@pytest.mark.parametrize("name", ["customers", "invoices", "balance"])
def test_another_kind_of_file_does_not_exist(desk, company, name) -> None:
    assert desk.get(f"/c/{company.key}/{name}/export.pdf").status_code == 404


# --- views --------------------------------------------------------------------------------------


def test_a_view_is_kept_renamed_shared_and_deleted(sign_in: SignIn, company: Company) -> None:
    mine, other = sign_in("manager"), sign_in("reader")
    query = "col=terms&overdue=on&sort=late"
    answer = mine.post(f"/c/{company.key}/views/customers/", {"name": "Slow ones", "query": query})
    assert answer.headers["Location"] == f"/c/{company.key}/customers/?{query}"
    view = SavedView.objects.of(company.pk).get()
    assert "Slow ones" in text(mine, company, "customers/")
    assert "Slow ones" not in text(other, company, "customers/")
    change = {"name": "Our late ones", "shared": "on"}
    mine.post(f"/c/{company.key}/views/{view.pk}/change/", change)
    assert "Our late ones" in text(other, company, "customers/")
    assert other.post(f"/c/{company.key}/views/{view.pk}/delete/").status_code == 404
    mine.post(f"/c/{company.key}/views/{view.pk}/delete/")
    assert SavedView.objects.of(company.pk).count() == 0
    codes = AuditEntry.objects.of(company.pk).order_by("pk").values_list("code", flat=True)
    assert list(codes) == ["view_saved", "view_renamed", "view_deleted"]


def test_a_name_serves_once(desk: Client, company: Company) -> None:
    for _ in range(2):
        answer = desk.post(
            f"/c/{company.key}/views/invoices/",
            {"name": "Mine", "query": "state=open"},
            follow=True,
        )
    assert "already have a view" in answer.content.decode()
    assert SavedView.objects.of(company.pk).count() == 1


def test_a_view_needs_a_name(desk: Client, company: Company) -> None:
    answer = desk.post(f"/c/{company.key}/views/invoices/", {"query": "x=1"}, follow=True)
    assert "Give the view a name" in answer.content.decode()


# --- search -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "typed", ["helianthe groupe", "ROUPE H", "552 100 554", "accountant@a.test", "F-A"]
)
def test_the_only_hit_is_opened_at_once(desk: Client, company: Company, typed: str) -> None:
    Customer.objects.of(company.pk).filter(key="A").update(
        siren="552100554", name="Groupe Hélianthe"
    )
    answer = desk.get(f"/c/{company.key}/search/", {"q": typed})
    wanted = f"/c/{company.key}/customers/{customer(company, 'A').pk}/"
    assert answer.headers["Location"] == wanted


def test_several_hits_are_listed(desk: Client, company: Company) -> None:
    html = text(desk, company, "search/?q=sarl")
    assert "A SARL" in html
    assert "B SARL" in html
    assert "F-A" in text(desk, company, "search/?q=f-")


@pytest.mark.parametrize("typed", ["", "%", "_", "'", "nobody", "@", "x" * 500, "\0"])
def test_a_search_in_vain_says_so(desk: Client, company: Company, typed: str) -> None:
    answer = desk.get(f"/c/{company.key}/search/", {"q": typed})
    assert answer.status_code == 200
    assert "SARL" not in answer.content.decode()


# --- matching -----------------------------------------------------------------------------------


def test_one_click_matches_and_another_takes_it_back(desk: Client, company: Company) -> None:
    bring_in(company, facts("A", [], [payment("A", "P9", TODAY, 25_000)]))
    html = text(desk, company, "credits/")
    assert "presumed, oldest first" in html
    (line,) = desk.get(f"/c/{company.key}/credits/").context["list"].lines
    owed = line.suggestions[0].invoice
    form = {"invoice": owed.pk, "amount": "250.00"}
    answer = desk.post(f"/c/{company.key}/credits/{line.row.pk}/match/", form, follow=True)
    html = answer.content.decode()
    assert "P9 now pays invoice F-A." in html
    (tie,) = answer.context["list"].recent
    answer = desk.post(f"/c/{company.key}/credits/matches/{tie.row.pk}/undo/", follow=True)
    assert "the rules decide again" in answer.content.decode()


@pytest.mark.parametrize(
    ("amount", "told"),
    [("9999", "At most €250.00 can be matched"), ("x", "Choose an invoice"),
     ("1.999", "more decimals"), ("0", "above zero")],
)  # fmt: skip
def test_what_cannot_be_matched_is_told(desk, company, amount, told) -> None:
    bring_in(company, facts("A", [], [payment("A", "P9", TODAY, 25_000)]))
    (line,) = desk.get(f"/c/{company.key}/credits/").context["list"].lines
    form = {"invoice": line.others[0].pk, "amount": amount}
    answer = desk.post(f"/c/{company.key}/credits/{line.row.pk}/match/", form, follow=True)
    assert told in answer.content.decode()
    assert AuditEntry.objects.of(company.pk).count() == 0

"""The page of the measures: periods, dimensions, explanations, files; who may see it."""

import csv
import io
from datetime import date, timedelta

import pytest
from django.test import Client

from amiable.desk.dispute import open_dispute
from amiable.engine.ledger import CreditKind, InvoiceKind
from amiable.engine.money import Money
from amiable.engine.scorecard import GROUPS
from amiable.store.models import (
    AuditEntry,
    Company,
    Customer,
    DayMeasure,
    Dispute,
    Invoice,
    MeasureCount,
)
from amiable.web.measures import views
from tests.desk.books import (
    TODAY,
    bring_in,
    credit_note,
    eur,
    facts,
    invoice,
    new_company,
    payment,
)  # fmt: skip
from tests.faces.web.conftest import SignIn, add_member

DAY = timedelta(days=1)


def shown(desk: Client, query: str = "", company: str = "fournil") -> str:
    answer = desk.get(f"/c/{company}/measures/{query}")
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def test_every_measure_is_shown_with_its_formula_and_numbers(desk: Client) -> None:
    page = shown(desk)
    assert page.count('<details class="how">') == sum(map(len, GROUPS.values()))
    assert "Receivables €2,000.00 ÷ sales" in page
    assert f"balance/?on={TODAY}" in page
    assert "Collection effectiveness" in page


@pytest.mark.parametrize("by", ["segment", "collector", "policy"])
def test_values_stand_side_by_side_and_each_has_a_page(desk: Client, by: str) -> None:
    page = shown(desk, f"?by={by}")
    assert f"only={by}%3A" in page


def test_one_segment_alone_is_told_in_full(desk: Client, company: Company) -> None:
    shown(desk)
    regular = Customer.objects.of(company.pk).first()
    assert regular is not None
    page = shown(desk, f"?by=segment&only=segment:{regular.current_segment}")
    assert "DSO, counted back" in page
    # A value of another dimension is left aside.
    assert "only=policy%3A" in shown(desk, "?by=policy&only=segment:regular")


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("?period=month&on=2026-02-10", "1 February 2026"),
        ("?period=quarter&on=2025-12-01", "1 October 2025"),
        ("?period=year&on=2025-05-05", "1 January 2025"),
        ("?period=days_30", "9 February 2026"),
        ("?period=free&since=2026-01-05&until=2026-01-11", "5 January 2026"),
    ],
)
def test_a_period_is_chosen_and_compared_with_the_one_before(
    desk: Client, query: str, told: str
) -> None:
    page = shown(desk, query)
    assert told in page
    assert 'rel="prev"' in page


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("?period=free&since=2026-02-05&until=2026-02-01", "The end comes before the beginning"),
        ("?period=free&since=2026-02-05", "Give both days"),
        ("?period=free&since=2026-05-05&until=2026-06-01", "lies in the future"),
        ("?on=2027-01-01", "lies in the future"),
        ("?period=free&since=0001-01-01&until=2026-03-01", "years 1990 to 2100"),
        ("?period=free&since=2026-01-01&until=9999-12-31", "years 1990 to 2100"),
        ("?period=year&on=0001-01-01", "years 1990 to 2100"),
        ("?on=soon", "error"),
        ("?period=decade", "error"),
    ],
)
def test_a_period_that_is_none_is_refused_beside_its_field(
    desk: Client, query: str, told: str
) -> None:
    assert told in shown(desk, query)


def test_a_future_period_has_no_link_and_a_past_one_has(desk: Client) -> None:
    assert 'rel="next"' not in shown(desk)
    assert 'rel="next"' in shown(desk, "?period=month&on=2025-12-10")


def test_disputes_and_workload_stand_below(desk: Client, company: Company) -> None:
    row = Customer.objects.of(company.pk).get(key="B")
    owed = Invoice.objects.of(company.pk).get(key="F-B")
    open_dispute(company, row, owed, on=TODAY - 4 * DAY, amount=eur(30_000))
    page = shown(desk)
    assert "€300.00" in page
    assert "4 d" in page
    assert Dispute.objects.of(company.pk).count() == 1
    assert "outside of fournil" in page  # who has customer A


def test_an_import_shows_at_once_where_the_ledger_is_small(desk: Client, company: Company) -> None:
    shown(desk)
    before = MeasureCount.objects.of(company.pk).get().facts
    Customer.objects.of(company.pk).filter(key="A").update(version=99)
    shown(desk)
    assert MeasureCount.objects.of(company.pk).get().facts != before


def test_a_big_ledger_that_is_not_counted_is_said_to_be(
    desk: Client, company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "count_if_small", lambda *_: False)
    assert "The days are being counted" in shown(desk)
    monkeypatch.undo()
    shown(desk)
    monkeypatch.setattr(views, "count_if_small", lambda *_: False)
    assert "the newest facts are not counted yet" in shown(desk)
    MeasureCount.objects.of(company.pk).update(done=5, total=9)
    assert "5 of 9 customers" in shown(desk)


def test_a_company_without_a_ledger_is_told_to_import(db: None, today: object) -> None:
    empty = new_company("empty")
    user = add_member(empty, "manager")
    visitor = Client()
    visitor.force_login(user)
    assert "Import your ledger" in shown(visitor, company="empty")
    empty.imported_on = TODAY
    empty.save()
    assert "Nothing in this period" in shown(visitor, company="empty")


def behind(desk: Client, name: str) -> list[set[str]]:
    """What stands on the pages behind a figure in euros, of the thirty days up to today."""
    cards = desk.get("/c/fournil/measures/?period=days_30").context["measures"].cards
    (euros,) = (card for card in cards if card.currency == "EUR")
    (row,) = (row for group in euros.groups for row in group.rows if row.name == name)
    shown = [desk.get(f"/c/fournil/{path}").context["list"] for _, path in row.rows]
    return [{line.row.key for line in one.lines} for one in shown]


@pytest.fixture
def paid_in_every_way(company: Company) -> Company:
    """Between 9 February and today: all paid, partly paid, credited, paid before, dollars."""
    dollars = Money(minor=100_000, currency="USD")
    due, day = date(2026, 1, 15), date(2026, 2, 25)
    bring_in(
        company,
        facts("Z1", [invoice("Z1", "LATE", due)], [payment("Z1", "P1", day)]),
        facts("Z2", [invoice("Z2", "PART", due)], [payment("Z2", "P2", TODAY, 40_000)]),
        facts("Z3", [invoice("Z3", "NOTE", due)],
              [payment("Z3", "P3", day, 30_000), credit_note("Z3", "N3", TODAY, 70_000)]),
        facts("Z4", [invoice("Z4", "EARLY", day)], [payment("Z4", "P4", due)]),
        facts("Z5", [invoice("Z5", "DOLLARS", due, amount=dollars)],
              [payment("Z5", "P5", day, amount=dollars)]),
        facts("Z6", [], [payment("Z6", "P6", day, kind=CreditKind.DEPOSIT)]),
        facts("Z7", [invoice("Z7", "OPENED", due, kind=InvoiceKind.OPENING)],
              [payment("Z7", "P7", date(2026, 2, 9))]),
        facts("Z8", [invoice("Z8", "SOLD", TODAY + 30 * DAY)]),
    )  # fmt: skip
    return company


@pytest.mark.parametrize(
    ("name", "rows"),
    [
        ("received", {"P1", "P2", "P3", "P6", "P7"}),
        ("credited", {"N3"}),
        ("sales", {"SOLD"}),
        ("days_late", {"LATE", "PART", "NOTE"}),
        ("on_time_amount", {"LATE", "PART", "NOTE"}),
        ("median_late", {"LATE"}),
        ("on_time_number", {"LATE"}),
    ],
)
def test_the_rows_behind_a_figure_are_its_own(
    desk: Client, paid_in_every_way: Company, name: str, rows: set[str]
) -> None:
    assert behind(desk, name) == [rows]


def test_a_figure_of_two_parts_leads_to_both(desk: Client, paid_in_every_way: Company) -> None:
    paid, owing = behind(desk, "days_late_all")
    assert paid == {"LATE", "PART", "NOTE"}
    assert owing >= {"A", "B", "Z2"}


def test_the_page_as_a_file_holds_what_is_shown(desk: Client, company: Company) -> None:
    answer = desk.get("/c/fournil/measures/export.csv")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    lines = list(csv.DictReader(io.StringIO(text)))
    overdue = next(one for one in lines if one["Measure"] == "Overdue")
    assert (overdue["Now"], overdue["Currency"]) == ("2000.00", "EUR")
    assert len(lines) == sum(map(len, GROUPS.values()))
    entry = AuditEntry.objects.of(company.pk).get(code="exported_measures")
    assert entry.facts["last"] == TODAY.isoformat()


@pytest.mark.parametrize("by", ["company", "segment"])
def test_every_day_that_is_kept_goes_into_a_file(desk: Client, company: Company, by: str) -> None:
    shown(desk)
    answer = desk.get(f"/c/fournil/measures/days.csv?by={by}")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    lines = list(csv.DictReader(io.StringIO(text)))
    assert len(lines) == DayMeasure.objects.of(company.pk).filter(dimension=by).count()
    assert sum(float(one["Overdue"]) for one in lines if one["Day"] == str(TODAY)) == 2_000
    assert AuditEntry.objects.of(company.pk).filter(code="exported_measure_days").exists()
    book = desk.get("/c/fournil/measures/days.xlsx")
    assert b"".join(book.streaming_content).startswith(b"PK")
    book.close()


@pytest.mark.parametrize("path", ["", "export.csv", "days.csv"])
def test_an_outside_collector_sees_no_figures_of_the_company(sign_in: SignIn, path: str) -> None:
    assert sign_in("outside").get(f"/c/fournil/measures/{path}").status_code == 403


@pytest.mark.parametrize("role", ["administrator", "manager", "collector", "reader"])
def test_who_sees_the_company_sees_its_measures(sign_in: SignIn, role: str) -> None:
    assert "DSO" in shown(sign_in(role))

"""The page of the measures: periods, dimensions, explanations, files; who may see it."""

import csv
import io
from datetime import timedelta

import pytest
from django.test import Client

from amiable.desk.dispute import open_dispute
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
from tests.desk.books import TODAY, eur, new_company
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

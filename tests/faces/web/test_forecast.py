"""The cash forecast in a browser: weeks, scenarios, what stands behind, the file, who may see."""

from datetime import date
from typing import Any

import pytest
from django.test import Client

from amiable.desk.forecast import count_forecast
from amiable.desk.forecast_work import try_past
from amiable.store.models import AuditEntry, Company, Customer, ForecastRun
from amiable.store.models.membership import Role
from tests.desk.books import DAY, TODAY, at, new_company
from tests.desk.test_forecast import trading
from tests.faces.web.conftest import SignIn, add_member

PAGE = "/c/fournil/forecast/"


@pytest.fixture
def company(db: None, today: date) -> Company:
    return trading("AB", 18)


def shown(browser: Client, query: str = "") -> Any:
    answer = browser.get(f"{PAGE}{query}")
    assert answer.status_code == 200
    return answer


def test_the_weeks_stand_with_their_band_and_add_up_to_all_that_is_open(desk, company):
    cash = shown(desk).context["cash"]
    assert len(cash.weeks) == 13
    whole = cash.outlook.expected.minor + cash.outlook.beyond.minor + cash.outlook.not_counted.minor
    assert whole + cash.outlook.netted.minor == cash.outlook.open.minor == 6 * 40_000
    assert cash.weeks[0].partial  # a Tuesday
    text = shown(desk).content.decode()
    assert "New sales are not invented" in text
    assert "Where all open invoices go" in text


def test_the_invoices_behind_a_week_lead_to_their_customers(desk, company):
    cash = shown(desk, "?week=1").context["cash"]
    assert cash.chosen.number == 1
    assert cash.items
    link = f'href="/c/fournil/customers/{cash.items[0].invoice.customer_id}/"'
    assert link in shown(desk, "?week=1").content.decode()


@pytest.mark.parametrize("week", ["99", "-1", "x", "²", "1" * 30])
def test_a_week_that_is_none_is_the_first(desk, company, week):
    assert shown(desk, f"?week={week}").context["cash"].chosen.number == 0


def test_scenarios_move_the_money(desk, company):
    four = {
        one: shown(desk, f"?scenario={one}").context["cash"].four.minor
        for one in ("habits", "on_time", "later")
    }
    assert four["on_time"] >= four["habits"] > four["later"]
    worse = shown(desk, "?scenario=later&share=50&days=40").context["cash"]
    assert worse.four.minor < four["later"]
    assert worse.items is None


@pytest.mark.parametrize(
    ("query", "said"),
    [("share=101", "between 0 and 100"), ("days=0", "1 to 180"), ("days=x", "1 to 180")],
)
def test_a_wrong_share_or_number_of_days_is_told_beside_it(desk, company, query, said):
    answer = shown(desk, f"?scenario=later&{query}")
    assert said in answer.content.decode()
    assert answer.context["cash"].weeks


def test_a_segment_is_a_part_of_the_whole(desk, company):
    form = shown(desk).context["cash"].form
    names = [name for name, _ in form.fields["slice"].choices if "collector" not in name]
    assert names[0] == ""
    parts = [shown(desk, f"?slice={name}").context["cash"].outlook.open.minor for name in names]
    assert sum(parts[1:]) == parts[0]


def test_past_weeks_show_whether_the_band_kept_its_word(desk, company):
    assert "No past week was tried yet" in shown(desk).content.decode()
    try_past(company, TODAY, at(TODAY))
    cash = shown(desk).context["cash"]
    assert cash.past.chart.labels
    assert "80% is meant" in cash.past.chart.said
    assert cash.past.tried == cash.past.total


def test_the_file_holds_days_and_weeks_and_is_written_down(desk, company):
    answer = desk.get(f"{PAGE}export.csv?scenario=later")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    lines = text.splitlines()
    assert len(lines) == 1 + 14 + 13
    assert lines[0].startswith("Currency,Scenario,Stretch,From,Until,At least,Expected")
    assert all("Some get later" in line for line in lines[1:])
    assert AuditEntry.objects.of(company.pk).filter(code="exported_forecast").exists()
    book = desk.get(f"{PAGE}export.xlsx")
    assert b"".join(book.streaming_content).startswith(b"PK")
    book.close()


def test_an_outside_collector_sees_nothing_of_it(sign_in: SignIn, company):
    outside = sign_in("outside")
    assert outside.get(PAGE).status_code == 403
    assert outside.get(f"{PAGE}export.csv").status_code == 403
    assert "/forecast/" not in outside.get("/c/fournil/").content.decode()
    assert "/forecast/" in sign_in("collector").get("/c/fournil/").content.decode()


def test_an_empty_company_is_told_to_import(db, today):
    made = new_company("vide")
    browser = Client()
    browser.force_login(add_member(made, Role.ADMINISTRATOR))
    text = browser.get("/c/vide/forecast/").content.decode()
    assert "Nothing to forecast yet" in text
    assert browser.get("/c/vide/forecast/export.csv").status_code == 404


def test_a_large_company_waits_for_its_night_and_shows_the_day_before_meanwhile(
    desk, company, monkeypatch
):
    monkeypatch.setattr("amiable.desk.forecast.SMALL", 1)
    assert "The forecast is being counted" in desk.get(PAGE).content.decode()
    count_forecast(company, TODAY - DAY, at(TODAY - DAY))
    answer = shown(desk, "?scenario=later")
    assert answer.context["cash"].stale
    assert "share" not in answer.context["cash"].form.fields
    assert ForecastRun.objects.of(company.pk).count() == 1


def test_a_slice_that_nobody_is_left_in_shows_what_was_counted(desk, company):
    rows = Customer.objects.of(company.pk)
    rows.filter(key="B").update(segment="at_risk")
    count_forecast(company, TODAY, at(TODAY))
    rows.filter(key="B").update(segment="often_late")
    cash = shown(desk, "?scenario=later&share=30&days=10&slice=segment:at_risk").context["cash"]
    assert cash.outlook.open.minor == 3 * 40_000

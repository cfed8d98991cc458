"""The dashboard on screen: charts with their tables, files, the weekly report and its switch."""

from datetime import timedelta

import pytest
from django.test import Client

from amiable.desk.access import Power
from amiable.store.models import AuditEntry, Company, Membership
from amiable.web.dashboard.charts import CHARTS
from amiable.web.dashboard.urls import urlpatterns
from tests.desk.books import TODAY, new_company
from tests.faces.web.conftest import SignIn, add_member

MONDAY = TODAY - timedelta(days=TODAY.weekday())


def test_every_chart_has_a_sentence_a_table_and_a_file(desk: Client, company: Company) -> None:
    answer = desk.get(f"/c/{company.key}/dashboard/")
    page = answer.content.decode()
    assert [chart.key for chart in answer.context["page"].charts] == list(CHARTS)
    for chart in answer.context["page"].charts:
        figure = page.partition(f'id="chart-{chart.key}"')[2].partition("</figure>")[0]
        assert chart.said.split()[0] in figure
        assert ("<table" in figure) == bool(chart.labels)
    assert "chartkick.js" in page


@pytest.mark.parametrize("months", ["3", "12", "24", "7", "x", ""])
def test_a_period_is_chosen_by_its_months(desk: Client, company: Company, months: str) -> None:
    answer = desk.get(f"/c/{company.key}/dashboard/?months={months}")
    assert answer.context["page"].months == (int(months) if months in ("3", "12", "24") else 12)


@pytest.mark.parametrize("name", CHARTS)
def test_the_figures_of_a_chart_may_be_taken_away(
    desk: Client, company: Company, name: str
) -> None:
    answer = desk.get(f"/c/{company.key}/dashboard/{name}.csv?months=3")
    lines = b"".join(answer).decode("utf-8-sig").splitlines()  # type: ignore[call-overload]
    chart = desk.get(f"/c/{company.key}/dashboard/?months=3").context["page"].charts
    shown = next(one for one in chart if one.key == name)
    assert len(lines) == 1 + len(shown.labels)
    assert lines[0].startswith(shown.head)
    entry = AuditEntry.objects.of(company.pk).filter(code="exported_dashboard").get()
    assert entry.facts["chart"] == name


def test_there_is_no_file_of_another_name(desk: Client, company: Company) -> None:
    assert desk.get(f"/c/{company.key}/dashboard/nothing.csv").status_code == 404


@pytest.mark.parametrize("path", ["", "aged.csv", "report/", "report/pdf/"])
def test_an_outside_collector_sees_nothing_of_it(
    sign_in: SignIn, company: Company, path: str
) -> None:
    browser = sign_in("outside")
    assert browser.get(f"/c/{company.key}/dashboard/{path}").status_code == 403
    assert "dashboard/" not in browser.get(f"/c/{company.key}/").content.decode()


def test_an_empty_company_is_told_what_to_do(today: object, db: None) -> None:
    empty = new_company("vide")
    browser = Client()
    browser.force_login(add_member(empty, "administrator"))
    page = browser.get("/c/vide/dashboard/").content.decode()
    assert "/c/vide/imports/" in page
    assert "chartkick" not in page
    assert browser.get("/c/vide/dashboard/aged.csv").status_code == 404
    assert browser.get("/c/vide/dashboard/report/").status_code == 200


def test_scripts_of_charts_stand_on_pages_with_charts_alone(desk: Client, company: Company) -> None:
    assert "chartkick" not in desk.get(f"/c/{company.key}/").content.decode()


def test_the_report_of_a_week_is_shown_and_had_as_a_pdf(desk: Client, company: Company) -> None:
    page = desk.get(f"/c/{company.key}/dashboard/report/").content.decode()
    assert "The week of 2 March 2026" in page
    assert "A SARL" in page
    answer = desk.get(f"/c/{company.key}/dashboard/report/pdf/?week={MONDAY - timedelta(days=7)}")
    assert answer.content.startswith(b"%PDF")
    assert "2026-03-02.pdf" in answer.headers["Content-Disposition"]


@pytest.mark.parametrize("week", ["nonsense", "9999-12-31", "0001-01-01", "2026-03-31"])
def test_a_week_that_cannot_be_shown_is_no_fault(desk: Client, company: Company, week: str) -> None:
    assert desk.get(f"/c/{company.key}/dashboard/report/?week={week}").status_code == 200


def test_a_member_switches_the_report_on_and_off(sign_in: SignIn, company: Company) -> None:
    browser = sign_in("reader")
    mine = Membership.objects.of(company.pk).filter(role="reader")
    address = f"/c/{company.key}/dashboard/report/by-mail/"
    page = browser.post(address, {"wanted": "1"}, follow=True).content.decode()
    assert mine.get().weekly_report_from == MONDAY + timedelta(days=7)
    assert "Send it no more" in page
    me = browser.get("/accounts/me/").content.decode()
    assert "by mail on Mondays" in me
    browser.post(address, {"wanted": "0"})
    assert mine.get().weekly_report_from is None


def test_the_pages_ask_for_the_power_to_see_the_figures() -> None:
    assert all(Power.PROOF in pattern.callback.powers for pattern in urlpatterns)

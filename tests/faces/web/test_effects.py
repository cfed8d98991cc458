"""The page of what the reminders did, and the rows behind its figures; who may see it."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from amiable.desk.effect_count import judge_reminders
from amiable.store.effect import Aspect
from amiable.store.models import AuditEntry, Company, Customer, OutboxRow, User
from tests.desk.books import TODAY
from tests.faces.web.conftest import SignIn

DAY = timedelta(days=1)
PAGE = "/c/fournil/measures/reminders/"


def send(company: Company, who: str, on: date, cycle: str = "c", channel: str = "email") -> None:
    at = datetime(on.year, on.month, on.day, 9, tzinfo=ZoneInfo("Europe/Paris"))
    OutboxRow.objects.of(company.pk).create(
        company=company, customer=Customer.objects.of(company.pk).get(key=who), cycle=cycle, step=1,
        state="sent", channel=channel, tone="firm", invoices=[f"F-{who}"], approved_on=on,
        approved_at=at, sent_on=on, sent_at=at,
    )  # fmt: skip


@pytest.fixture
def judged(company: Company) -> Company:
    """Two reminders to A, one to B, of ten days ago and before."""
    send(company, "A", TODAY - 10 * DAY)
    send(company, "A", TODAY - 18 * DAY, "d", "sms")
    send(company, "B", TODAY - 10 * DAY)
    judge_reminders(company, TODAY)
    return company


def text(client: Client, address: str = PAGE) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def test_before_anything_was_judged_the_page_says_what_to_do(desk: Client) -> None:
    assert "No reminder has been judged yet" in text(desk)


@pytest.mark.parametrize("by", [one.value for one in Aspect])
def test_the_page_claims_no_more_than_is_known(desk: Client, judged: Company, by: str) -> None:
    page = text(desk, f"{PAGE}?by={by}")
    assert "No effect can be told from" in page
    assert "too few to tell" in page
    assert page.count('<details class="how">') == 13


def test_a_period_without_reminders_says_so(desk: Client, judged: Company) -> None:
    assert "No reminder left in this period" in text(
        desk, f"{PAGE}?since=2025-04-01&until=2025-05-01"
    )


@pytest.mark.parametrize(
    "query", ["since=x&until=y&by=moon", "since=2026-03-01&until=2026-02-01", "until=2099-01-01"]
)
def test_what_cannot_be_asked_is_told_beside_its_field(
    desk: Client, judged: Company, query: str
) -> None:
    page = text(desk, f"{PAGE}?{query}")
    assert 'class="error"' in page


def test_the_rows_behind_a_figure_are_listed_and_exported(desk: Client, judged: Company) -> None:
    page = text(desk, f"{PAGE}rows/?by=channel&value=sms")
    assert page.count("<tr data-row>") == 1
    assert "F-A" in page
    everything = text(desk, f"{PAGE}rows/")
    assert everything.count("<tr data-row>") == 3
    answer = desk.get(f"{PAGE}rows/export.csv?by=channel&value=email")
    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
    assert len(lines) == 3
    assert AuditEntry.objects.of(judged.pk).filter(code="exported_effects").count() == 1


@pytest.mark.parametrize("query", ["by=step&value=x", "by=weekday&value="])
def test_a_value_that_cannot_be_is_not_found(desk: Client, judged: Company, query: str) -> None:
    assert desk.get(f"{PAGE}rows/?{query}").status_code == 404
    assert desk.get(f"{PAGE}rows/export.csv?{query}").status_code == 404


def test_an_outside_collector_sees_its_own_customers_only(sign_in: SignIn, judged: Company) -> None:
    outside = sign_in("outside")
    assert text(outside, f"{PAGE}rows/").count("<tr data-row>") == 2
    answer = outside.get(f"{PAGE}rows/export.csv")
    assert len(b"".join(answer.streaming_content).decode().splitlines()) == 3
    page = text(outside)
    assert "2 reminders" in page
    assert 'href="/c/fournil/measures/"' not in page


def test_an_outside_collector_learns_no_colleague_s_name(
    sign_in: SignIn, people: dict[str, User], judged: Company
) -> None:
    outside, boss = sign_in("outside"), sign_in("manager")
    of_boss = f"by=collector&value={people['manager'].pk}"
    for path in ("rows/", "rows/export.csv"):
        assert outside.get(f"{PAGE}{path}?{of_boss}").status_code == 404
    assert "manager of fournil" in text(boss, f"{PAGE}rows/?{of_boss}")
    own = text(outside, f"{PAGE}rows/?by=collector&value={people['outside'].pk}")
    assert "outside of fournil" in own.partition("<h1>")[2].partition("</h1>")[0]


def test_many_rows_are_turned_page_by_page(desk: Client, company: Company) -> None:
    for n in range(51):
        send(company, "A", TODAY - n * DAY, f"c{n}")
    judge_reminders(company, TODAY)
    first = text(desk, f"{PAGE}rows/")
    assert first.count("<tr data-row>") == 50
    place = first.partition('rel="next" href="')[2].partition('"')[0]
    assert text(desk, f"{PAGE}rows/{place}").count("<tr data-row>") == 1

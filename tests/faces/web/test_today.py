"""Today: the page of the day, what is done from it, for whom, and what others are told."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from amiable.desk.plan import draw_plan
from amiable.store.models import (
    AuditEntry,
    Company,
    Customer,
    DayFigures,
    OutboxRow,
    User,
)
from tests.desk.books import (
    DAY,
    TODAY,
    at,
    bring_in,
    company_with_debtors,
    customer,
    entry_of,
    facts,
    invoice,
    payer,
    payment,
)
from tests.faces.web.conftest import SignIn

HOME = "/c/fournil/"


def pk(company: Company, key: str) -> int:
    return customer(company, key).pk


def approve(client: Client, *customers: int, **more: Any) -> Any:
    data = {"customer": list(customers), **more}
    return client.post(f"{HOME}today/approve/", data, follow=True)


def page(client: Client, path: str = "") -> str:
    answer = client.get(HOME + path)
    assert answer.status_code == 200
    return answer.content.decode()


# --- the page -------------------------------------------------------------------------------


def test_the_page_draws_the_plan_of_the_day_and_leads_with_what_is_useful(desk: Client) -> None:
    DayFigures.everywhere.all().delete()
    text = page(desk)
    assert "Today, 2 useful reminders" in text
    assert "no late invoice is left in peace" in text
    assert "A SARL" in text
    assert "25 days after the due date" in text
    assert text.count('<svg class="strip"') == 2


def test_yesterdays_plan_is_never_shown_as_todays(
    desk: Client, company: Company, settings: Any
) -> None:
    page(desk)
    settings.PLAYED_DAY = TODAY + 7 * DAY
    page(desk)
    assert DayFigures.objects.of(company.pk).filter(on=TODAY + 7 * DAY).exists()
    assert entry_of(company, "A").valid_until > TODAY + 7 * DAY


def test_a_large_company_is_told_that_its_plan_is_being_drawn(
    desk: Client, company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("amiable.desk.night.SMALL", 1)
    text = page(desk)
    assert "The plan of the day is being drawn" in text
    assert "A SARL" not in text
    answer = desk.post(f"{HOME}today/draw/", follow=True)
    assert "Today, 2 useful reminders" in answer.content.decode()


def test_the_figures_stand_on_top_with_their_change(desk: Client, company: Company) -> None:
    page(desk)
    now = DayFigures.objects.of(company.pk).get(on=TODAY)
    DayFigures.objects.of(company.pk).update_or_create(
        company=company,
        on=TODAY - 30 * DAY,
        defaults={"overdue": {"EUR": 100_000}, "dso": now.dso, "counted_at": now.counted_at},
    )
    text = page(desk)
    assert "€2,000" in text
    assert "Reminders avoided this month" in text
    assert "+100" in text
    assert "% in 30 days" in text
    assert "±0 days in 30 days" in text


def test_the_queries_do_not_grow_with_the_lines(desk: Client, company: Company) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            page(desk)
        return len(seen)

    page(desk)
    few = queries()
    more = company_pages(f"N{n}" for n in range(20))
    bring_in(company, *more)
    DayFigures.objects.of(company.pk).update(counted_at=at(TODAY) - DAY)
    assert "Today, 22 useful reminders" in page(desk)
    assert queries() == few
    assert few <= 27


def company_pages(names: Any) -> list[Any]:
    found = []
    for name in names:
        one = payer(name, 5, TODAY - 40 * DAY)
        owed = invoice(name, f"F-{name}", TODAY - 25 * DAY)
        found.append(replace(one, invoices=(*one.invoices, owed)))
    return found


def test_filters_and_search_narrow_the_list_and_can_be_cleared(
    desk: Client, company: Company
) -> None:
    text = page(desk, "?q=b+sarl")
    assert "1 line found" in text
    assert ">A SARL<" not in text
    assert "Clear the filters" in text
    assert "No line fits" in page(desk, "?amount=99999")


@pytest.mark.parametrize(
    "query",
    ["after=x", "after=2026-01-01~3&sort=amount", "after=1~x", "sort=evil", "step=-1", "age=9" * 9,
     "amount=1e5", "segment=%00", "channel='--", "after=~"],
)  # fmt: skip
def test_an_address_made_up_shows_the_first_page(desk: Client, query: str) -> None:
    assert "A SARL" in page(desk, f"?{query}")


def test_a_day_off_says_when_the_reminders_leave(
    desk: Client, company: Company, settings: Any
) -> None:
    settings.PLAYED_DAY = TODAY + 5 * DAY  # a Sunday
    text = page(desk)
    assert "Not a working day" in text
    assert "16 March 2026" in text
    assert "Send the messages" not in text


def test_what_is_left_in_peace_is_listed_with_its_reason(desk: Client, company: Company) -> None:
    one = payer("P", 20, TODAY - 60 * DAY)
    bring_in(company, replace(one, invoices=(*one.invoices, invoice("P", "P-1", TODAY - 5 * DAY))))
    assert "1 late invoice left in peace" in page(desk)
    text = page(desk, "peace/")
    assert "P-1" in text
    assert "usually pays" in text


# --- approving ------------------------------------------------------------------------------


def test_chosen_lines_are_approved_and_can_be_undone(desk: Client, company: Company) -> None:
    answer = approve(desk, pk(company, "A"), pk(company, "B"))
    text = answer.content.decode()
    assert "2 messages approved." in text
    assert "2 messages approved, not gone yet" in text
    key = text.split('name="key" value="')[1].split('"')[0]
    text = desk.post(f"{HOME}today/undo/", {"key": key}, follow=True).content.decode()
    assert "Undone for 2 customers." in text
    assert "Today, 2 useful reminders" in text
    again = desk.post(f"{HOME}today/undo/", {"key": key}, follow=True).content.decode()
    assert "Too late" in again


def test_a_double_click_approves_once(desk: Client, company: Company) -> None:
    approve(desk, pk(company, "A"))
    text = approve(desk, pk(company, "A")).content.decode()
    assert "A SARL: already approved by administrator of fournil." in text
    assert OutboxRow.objects.of(company.pk).count() == 1


def test_the_second_of_two_people_is_told(sign_in: SignIn, company: Company) -> None:
    approve(sign_in("collector"), pk(company, "A"))
    text = approve(sign_in("manager"), pk(company, "A")).content.decode()
    assert "already approved by collector of fournil" in text


def test_all_pages_at_once_approve_what_the_filters_find(desk: Client, company: Company) -> None:
    approve(desk, every="1", query="q=b+sarl")
    assert OutboxRow.objects.of(company.pk).get().customer.key == "B"


def test_a_payment_that_came_meanwhile_is_told(desk: Client, company: Company) -> None:
    page(desk)
    bring_in(company, facts("A", credits=[payment("A", "pay", TODAY)]))
    text = approve(desk, pk(company, "A")).content.decode()
    assert "A SARL: no longer to be reminded" in text
    assert not OutboxRow.objects.of(company.pk).exists()


def test_nothing_chosen_is_told(desk: Client) -> None:
    assert "Choose a message first." in approve(desk).content.decode()


def test_an_outside_collector_sees_and_approves_only_its_own(
    sign_in: SignIn, company: Company
) -> None:
    outside = sign_in("outside")
    text = page(outside)
    assert "Today, 1 useful reminder" in text
    assert "B SARL" not in text
    assert "DSO" not in text
    assert "You see your own customers here." in text
    assert approve(outside, pk(company, "B")).status_code == 404
    assert outside.get(f"{HOME}today/{pk(company, 'B')}/").status_code == 404
    assert outside.get(f"{HOME}today/{pk(company, 'B')}/message/").status_code == 404
    assert not OutboxRow.objects.of(company.pk).exists()
    approve(outside, pk(company, "A"))
    assert OutboxRow.objects.of(company.pk).count() == 1
    assert outside.get(f"{HOME}today/{pk(company, 'A')}/hand/").status_code == 403


def test_an_outside_collector_takes_only_its_own_away(sign_in: SignIn) -> None:
    answer = sign_in("outside").get(f"{HOME}today/list.csv")
    text = b"".join(answer.streaming_content).decode()
    assert "A SARL" in text
    assert "B SARL" not in text


POSTS = ("approve/", "undo/", "draw/")


@pytest.mark.parametrize("path", POSTS)
def test_a_reader_changes_nothing(sign_in: SignIn, company: Company, path: str) -> None:
    reader = sign_in("reader")
    assert reader.post(f"{HOME}today/{path}", {"customer": pk(company, "A")}).status_code == 403
    text = page(reader)
    assert "A SARL" in text
    assert "Send the messages" not in text


@pytest.mark.parametrize("what", ["approve", "back", "skip", "postpone", "call", "posted", "edit"])
def test_a_line_of_another_company_does_not_exist(desk: Client, what: str) -> None:
    other = company_with_debtors(("A",), key="other")
    draw_plan(other, TODAY)
    theirs = customer(other, "A").pk
    assert desk.post(f"{HOME}today/{theirs}/{what}/", {"until": "2026-03-20"}).status_code == 404
    assert not OutboxRow.everywhere.exists()


@pytest.mark.parametrize("path", [*POSTS, "1/approve/", "1/back/", "1/posted/"])
def test_what_changes_something_is_no_link(desk: Client, path: str) -> None:
    assert desk.get(f"{HOME}today/{path}").status_code == 405


# --- the export -----------------------------------------------------------------------------


def test_the_list_is_taken_away_with_formulas_made_harmless(desk: Client, company: Company) -> None:
    Customer.objects.of(company.pk).filter(key="A").update(name="=HYPERLINK(1)")
    answer = desk.get(f"{HOME}today/list.csv?sort=risk")
    text = b"".join(answer.streaming_content).decode()
    assert text.startswith("\ufeffCustomer,Code,Amount,Currency")
    assert "'=HYPERLINK(1),A,1000.00,EUR" in text
    assert "attachment" in answer["Content-Disposition"]


# --- the minute after -----------------------------------------------------------------------


def test_the_undo_is_offered_for_a_minute(
    desk: Client, company: Company, people: dict[str, User]
) -> None:
    approve(desk, pk(company, "A"))
    assert "data-countdown" in page(desk)
    row = OutboxRow.objects.of(company.pk).get()
    assert row.approved_by == people["administrator"]
    row.approved_at -= timedelta(seconds=61)
    row.save()
    text = page(desk)
    assert "data-countdown" not in text
    assert "1 message approved, not gone yet" in text


def test_a_waiting_message_is_taken_back_by_a_colleague(
    sign_in: SignIn, desk: Client, company: Company
) -> None:
    approve(desk, pk(company, "A"))
    answer = sign_in("collector").post(f"{HOME}today/{pk(company, 'A')}/back/", follow=True)
    assert "Undone for A SARL." in answer.content.decode()
    codes = AuditEntry.objects.of(company.pk).values_list("code", flat=True)
    assert sorted(codes) == ["reminder.approved", "reminder.taken_back"]

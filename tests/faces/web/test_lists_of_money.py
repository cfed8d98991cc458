"""The lists by the days of money: what was paid or settled when, and which credits came."""

from datetime import timedelta

import pytest
from django.test import Client

from amiable.engine.ledger import CreditKind
from amiable.store.lists import invoices as store
from amiable.store.models import Company, Invoice
from tests.desk.books import TODAY, bring_in, credit_note, facts, invoice, payment
from tests.faces.web.conftest import SignIn
from tests.faces.web.test_lists import body, rows, text

DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ("settled_from=2026-03-01", ["CLOSED", "PAID"]),
        ("settled_from=2026-03-01&settled_until=2026-03-08", ["PAID"]),
        ("settled_from=2026-03-01&state=paid", ["PAID"]),
        ("money_from=2026-03-01", ["CLOSED", "PAID", "PART"]),
        ("money_from=2026-03-01&money_until=2026-03-06", ["CLOSED"]),
        ("money_until=2026-03-06&number=C", ["CLOSED"]),
    ],
)
def test_invoices_are_filtered_by_when_they_were_paid(desk, company, filters, found) -> None:
    closing = [payment("D", "P1", TODAY - 4 * DAY, 40_000),
               credit_note("D", "P2", TODAY, 60_000)]  # fmt: skip
    bring_in(
        company,
        facts("C", [invoice("C", "PAID", TODAY)], [payment("C", "P0", TODAY - 2 * DAY)]),
        facts("D", [invoice("D", "CLOSED", TODAY)], closing),
        facts("E", [invoice("E", "PART", TODAY)], [payment("E", "P3", TODAY, 40_000)]),
    )
    assert rows(desk, company, f"invoices/?{filters}&sort=number") == found
    asked = f"/c/{company.key}/invoices/export.csv?{filters}"
    assert len(body(desk.get(asked)).splitlines()) == 1 + len(found)


@pytest.mark.parametrize("owed", [0, 2])
def test_the_order_of_what_was_paid_holds_however_many_there_are(
    desk, company, monkeypatch, owed
) -> None:
    monkeypatch.setattr(store, "_FEW", owed)
    found = rows(desk, company, "invoices/?state=paid&money_from=2025-01-01&sort=-due")
    days = [Invoice.objects.of(company.pk).get(key=key).due_on for key in found]
    assert days
    assert days == sorted(days, reverse=True)


def credits_listed(browser: Client, company: Company, query: str) -> list[str]:
    answer = browser.get(f"/c/{company.key}/credits/?{query}")
    return sorted(line.row.key for line in answer.context["list"].lines)


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ("", ["FREE", "LATER", "NOTE"]),
        ("which=all&received_from=2026-03-08", ["FREE", "LATER", "NOTE", "TIED"]),
        ("which=all&received_from=2026-03-08&received_until=2026-03-09", ["FREE", "TIED"]),
        ("which=all&received_from=2026-03-08&credit_kind=money", ["FREE", "LATER", "TIED"]),
        ("received_from=2026-03-08&received_until=2026-03-09", ["FREE"]),
        ("credit_kind=credit_note", ["NOTE"]),
        ("currency=usd", []),
        ("which=all", ["FREE", "LATER", "NOTE"]),
    ],
)
def test_credits_are_filtered(desk, company, filters, found) -> None:
    tied = invoice("E", "PAID", TODAY + DAY)
    bring_in(
        company,
        facts("C", [], [payment("C", "FREE", TODAY - DAY),
                        payment("C", "LATER", TODAY, kind=CreditKind.DEPOSIT)]),
        facts("D", [], [credit_note("D", "NOTE", TODAY, 500)]),
        facts("E", [tied], [payment("E", "TIED", TODAY - 2 * DAY, label="PAID")]),
    )  # fmt: skip
    assert credits_listed(desk, company, filters) == found


def test_all_credits_are_asked_for_with_a_day_and_told_from_those_to_match(desk, company) -> None:
    assert "Say from which day too" in text(desk, company, "credits/?which=all")
    days = "which=all&received_from=2025-01-01"
    html = text(desk, company, f"credits/?{days}")
    assert "<h1>Credits</h1>" in html
    assert "matched</span>" in html
    assert "stays in credit" not in html
    assert "Nothing fits these filters" in text(desk, company, f"credits/?{days}&currency=usd")


def test_an_outside_collector_filters_the_credits_of_its_own(sign_in: SignIn, company) -> None:
    bring_in(company, *(facts(k, [], [payment(k, f"P{k}", TODAY, 500_000)]) for k in "AB"))
    days = f"which=all&received_from={TODAY}"
    assert credits_listed(sign_in("outside"), company, days) == ["PA"]
    assert credits_listed(sign_in("manager"), company, days) == ["PA", "PB"]

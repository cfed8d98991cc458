"""The page of risks: alerts and their reasons, put away, thresholds tried and chosen."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from urllib.parse import urlencode

import pytest
from django.test import Client

from amiable.desk.plan import draw_plan
from amiable.store.models import AuditEntry, Company, Customer, Promise, RiskNotice
from tests.desk.books import bring_in, facts, invoice, payer
from tests.faces.web.conftest import SignIn
from tests.stories.past import past

THRESHOLDS = {
    "known_from": "3", "late_from": "5", "late_percent": "50", "drift_days": "7",
    "drift_percent": "50",
}  # fmt: skip


@pytest.fixture
def risky(company: Company, today: date) -> Company:
    """D pays 30 days later than before, B broke two promises, H is habitually late."""
    day = timedelta(days=1)
    before, paid = past("D", 12, [2, 3, 4], 15, today - 200 * day)
    recent, paid_later = past("D", 10, [33, 34, 35], 12, today - 10 * day)
    recent = [replace(one, key=f"n{one.key}") for one in recent]
    paid_later = [replace(one, key=f"n{one.key}") for one in paid_later]
    bring_in(
        company,
        facts("D", [*before, *recent], [*paid, *paid_later]),
        payer("H", 28, today - 30 * day, name="Halles"),
        facts("B", [invoice("B", "F-B2", today - 5 * day, 50_000)]),
    )
    debtor = Customer.objects.of(company.pk).get(key="B")
    for number in (1, 2):
        Promise.objects.of(company.pk).create(
            company=company, customer=debtor, key=f"P{number}", made_on=today - 40 * day,
            due_on=today - (30 - number) * day, amount_minor=12_300, currency="EUR",
        )  # fmt: skip
    draw_plan(company, today)
    return company


def page(browser: Client, company: Company, path: str = "risks/") -> str:
    answer = browser.get(f"/c/{company.key}/{path}")
    assert answer.status_code == 200
    return answer.content.decode()


def seen_of(text: str, form: str) -> str:
    """What a form of the thresholds held when it was opened."""
    part = text[text.index(f"thresholds/{form}/") :]
    found = re.search(r'name="seen" value="(\w+)"', part)
    assert found is not None
    return found[1]


def test_every_alert_says_why(desk: Client, risky: Company) -> None:
    text = page(desk, risky)
    assert "Broke 2 promises in 90 days, €246.00 together" in text
    assert "days later than before" in text
    assert "of all that is outstanding in EUR (" in text


def test_the_habitually_late_come_with_their_cost_and_the_formula(
    desk: Client, risky: Company
) -> None:
    text = page(desk, risky)
    assert "Halles" in text
    # 12 invoices of 500 euros, 28 days late: 168 000 euro-days / 365 x 5 %
    assert "€168,000 × 1 day late ÷ 365 × 5% = €23.01" in text
    assert "nobody has set it yet" in text


def test_an_alert_put_away_stays_away_until_it_is_worse(
    desk: Client, risky: Company, today: date
) -> None:
    debtor = Customer.objects.of(risky.pk).get(key="B")
    sent = {"kind": "broken", "customer": debtor.pk, "level": 2}
    assert desk.post(f"/c/{risky.key}/risks/see/", sent).status_code == 302
    assert RiskNotice.objects.of(risky.pk).get().level == 2
    assert AuditEntry.objects.of(risky.pk).filter(code="risk_seen", customer=debtor).exists()
    text = page(desk, risky)
    assert "1 alert seen" in text
    Promise.objects.of(risky.pk).create(
        company=risky, customer=debtor, key="P3", made_on=today - timedelta(days=60),
        due_on=today - timedelta(days=50), amount_minor=99_000_000, currency="EUR",
    )  # fmt: skip
    text = page(desk, risky)
    assert "Broke 3 promises" in text
    assert "alert seen" not in text


def test_seeing_twice_records_once(desk: Client, risky: Company) -> None:
    debtor = Customer.objects.of(risky.pk).get(key="B")
    for _ in range(2):
        desk.post(
            f"/c/{risky.key}/risks/see/", {"kind": "broken", "customer": debtor.pk, "level": 2}
        )
    assert RiskNotice.objects.of(risky.pk).count() == 1


@pytest.mark.parametrize(
    "sent", [{"kind": "broken", "level": "1"}, {"kind": "nonsense", "level": "2"}]
)
def test_an_alert_that_is_worse_than_what_was_seen_is_not_put_away(
    desk: Client, risky: Company, sent: dict[str, str]
) -> None:
    debtor = Customer.objects.of(risky.pk).get(key="B")
    answer = desk.post(f"/c/{risky.key}/risks/see/", {**sent, "customer": debtor.pk}, follow=True)
    assert "look at it again" in answer.content.decode()
    assert not RiskNotice.objects.of(risky.pk).exists()


def test_an_outside_collector_sees_only_its_own(sign_in: SignIn, risky: Company) -> None:
    text = page(sign_in("outside"), risky)
    assert "Halles" not in text
    assert "Broke 2 promises" not in text
    assert "of all that is outstanding (" not in text
    debtor = Customer.objects.of(risky.pk).get(key="B")
    sent = {"kind": "broken", "customer": debtor.pk, "level": 2}
    answer = sign_in("outside").post(f"/c/{risky.key}/risks/see/", sent)
    assert answer.status_code == 404


def test_both_lists_leave_as_files(desk: Client, risky: Company) -> None:
    alerts = b"".join(desk.get(f"/c/{risky.key}/risks/alerts/export.csv")).decode("utf-8-sig")
    assert "Promises,B SARL,B,2," in alerts
    late = b"".join(desk.get(f"/c/{risky.key}/risks/late/export.csv")).decode("utf-8-sig")
    assert "Halles,H,EUR,28," in late
    assert "23.01" in late


# --- thresholds -------------------------------------------------------------------------------


def test_a_change_says_whom_it_would_move_before_it_is_saved(desk: Client, risky: Company) -> None:
    tried = THRESHOLDS | {"late_percent": "200", "do": "try"}
    answer = desk.post(f"/c/{risky.key}/risks/thresholds/segments/", tried)
    text = answer.content.decode()
    assert "1 customer would be in another segment" in text
    assert "1 customer from often late to regular" in text
    risky.refresh_from_db()
    assert risky.segment_rule is None


def test_saving_weighs_every_customer_anew(desk: Client, risky: Company) -> None:
    late = Customer.objects.of(risky.pk).filter(key="H")
    assert late.get().current_segment == "often_late"
    seen = seen_of(page(desk, risky, "risks/thresholds/"), "segments")
    chosen = THRESHOLDS | {"late_percent": "200", "do": "save", "seen": seen}
    desk.post(f"/c/{risky.key}/risks/thresholds/segments/", chosen)
    assert late.get().current_segment == "regular"
    entry = AuditEntry.objects.of(risky.pk).get(code="segment_rule_changed")
    assert entry.facts["late_percent"] == 200
    assert entry.facts["before"]["late_percent"] == 50


def test_the_second_of_two_people_is_told(desk: Client, risky: Company) -> None:
    seen = seen_of(page(desk, risky, "risks/thresholds/"), "segments")
    path = f"/c/{risky.key}/risks/thresholds/segments/"
    first = THRESHOLDS | {"drift_days": "9", "do": "save", "seen": seen}
    assert desk.post(path, first).status_code == 302
    second = desk.post(path, first | {"drift_days": "11"})
    assert "changed these settings meanwhile" in second.content.decode()
    risky.refresh_from_db()
    assert (risky.segment_rule or {})["drift_days"] == 9


@pytest.mark.parametrize("wrong", [{"known_from": "0"}, {"late_percent": "x"}, {"drift_days": ""}])
def test_a_wrong_threshold_is_shown_again_and_nothing_is_written(
    desk: Client, risky: Company, wrong: dict[str, str]
) -> None:
    answer = desk.post(
        f"/c/{risky.key}/risks/thresholds/segments/", THRESHOLDS | wrong | {"do": "save"}
    )
    assert "_error" in answer.content.decode()
    risky.refresh_from_db()
    assert risky.segment_rule is None


def test_the_share_that_makes_an_alert_can_be_chosen(desk: Client, risky: Company) -> None:
    seen = seen_of(page(desk, risky, "risks/thresholds/"), "alerts")
    rule = {"one_percent": "100", "top_n": "50", "top_percent": "100", "broken_from": "3"}
    desk.post(f"/c/{risky.key}/risks/thresholds/alerts/", rule | {"seen": seen})
    text = page(desk, risky)
    assert "of all that is outstanding (" not in text
    assert "Broke 2 promises" not in text


def test_what_money_costs_changes_what_lateness_costs(desk: Client, risky: Company) -> None:
    seen = seen_of(page(desk, risky, "risks/thresholds/"), "assumptions")
    given = {"cost_of_money": "7,5", "reminder_cost": "4", "cash_need": "1000", "seen": seen}
    desk.post(f"/c/{risky.key}/risks/thresholds/assumptions/", given)
    risky.refresh_from_db()
    assert (risky.cost_of_money, risky.reminder_cost_minor) == (750, 400)
    text = page(desk, risky)
    assert "€168,000 × 1 day late ÷ 365 × 7.5% = €34.52" in text
    assert "nobody has set it yet" not in text


@pytest.mark.parametrize("given", [{"cost_of_money": "101"}, {"reminder_cost": "-1"}])
def test_an_assumption_that_cannot_be_is_refused(
    desk: Client, risky: Company, given: dict[str, str]
) -> None:
    answer = desk.post(f"/c/{risky.key}/risks/thresholds/assumptions/", given)
    assert "_error" in answer.content.decode()
    risky.refresh_from_db()
    assert risky.cost_of_money is None


def test_everybody_sees_the_thresholds_and_only_some_change_them(
    sign_in: SignIn, risky: Company
) -> None:
    text = page(sign_in("collector"), risky, "risks/thresholds/")
    assert "disabled" in text
    answer = sign_in("collector").post(
        f"/c/{risky.key}/risks/thresholds/segments/?{urlencode(THRESHOLDS)}"
    )
    assert answer.status_code == 403


def test_an_alert_seen_comes_back_once_its_facts_are_others(
    desk: Client, risky: Company, today: date
) -> None:
    debtor = Customer.objects.of(risky.pk).get(key="B")
    sent = {"kind": "broken", "customer": debtor.pk, "level": 2}
    desk.post(f"/c/{risky.key}/risks/see/", sent)
    assert "1 alert seen" in page(desk, risky)
    long_ago = datetime.combine(today - timedelta(days=91), time(9), tzinfo=UTC)
    RiskNotice.objects.of(risky.pk).update(seen_at=long_ago)
    text = page(desk, risky)
    assert "alert seen" not in text
    assert "Broke 2 promises" in text


def test_promises_in_two_currencies_are_told_in_both(desk: Client, risky: Company) -> None:
    Promise.objects.of(risky.pk).filter(key="P2").update(currency="USD")
    assert "€123.00 + US$123.00 together" in page(desk, risky)


def test_an_outside_collector_is_not_told_what_money_costs_the_company(
    sign_in: SignIn, risky: Company
) -> None:
    Company.objects.filter(pk=risky.pk).update(cost_of_money=777, cash_need_minor=1_234_567)
    outside, manager = sign_in("outside"), sign_in("manager")
    for path, told in (("risks/", "7.8%"), ("risks/thresholds/", 'value="7.77"')):
        assert told in page(manager, risky, path)
        assert told not in page(outside, risky, path)
    assert 'value="12345.67"' in page(manager, risky, "risks/thresholds/")
    assert 'value="12345.67"' not in page(outside, risky, "risks/thresholds/")

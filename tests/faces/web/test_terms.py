"""The pages of terms and discounts: sliders without a script, the law, norms of one's own."""

from urllib.parse import urlencode

import pytest
from django.db.models import F
from django.test import Client

from amiable.desk.payment_terms import practice_of
from amiable.store.models import AuditEntry, Company, Customer, Invoice
from amiable.store.payment_terms import Whose
from tests.desk.books import DAY, TODAY
from tests.faces.web.conftest import SignIn


def page(browser: Client, company: Company, path: str, **asked: object) -> str:
    query = f"?{urlencode(asked)}" if asked else ""
    answer = browser.get(f"/c/{company.key}/{path}{query}")
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_shorter_term_frees_cash_and_shows_how(desk: Client, company: Company) -> None:
    """Both customers: 30 days, paid 5 days late."""
    text = page(desk, company, "terms/", days=15)
    assert "15 days frees" in text
    assert "term of 30\u00a0d +5\u00a0d beyond = 35\u00a0d" in text
    assert "Sales a day incl. VAT" in text


def test_sixty_days_and_the_end_of_month_are_refused_with_the_reason(
    desk: Client, company: Company
) -> None:
    text = page(desk, company, "terms/", days=60, end_of_month="after")
    assert "60 days, end of month may not be offered." in text
    assert "Up to 90 days from the invoice with the end of the month" in text
    assert "C. com. L441-10 I" in text


def test_a_transporter_has_thirty_days(desk: Client, company: Company) -> None:
    assert "may not be offered" in page(desk, company, "terms/", days=31, trade="transport")
    assert "may not be offered" not in page(desk, company, "terms/", days=30, trade="transport")


def test_a_cap_that_is_not_held_is_not_guessed(desk: Client, company: Company) -> None:
    text = page(desk, company, "terms/", days=8, trade="other")
    assert "may not be offered" in text
    assert "read L441-11" in text
    assert '<span class="badge green">' not in text


@pytest.mark.parametrize(
    ("slid", "typed", "kept"), [("20", "45", "days=20"), ("45", "25", "days=25"), ("45", "45", "")]
)
def test_without_a_script_whichever_was_moved_counts(
    desk: Client, company: Company, slid: str, typed: str, kept: str
) -> None:
    sent = {"days": slid, "days_typed": typed, "days_was": "45",
            "money": "5", "money_typed": "5", "money_was": "5"}  # fmt: skip
    answer = desk.get(f"/c/{company.key}/terms/?{urlencode(sent)}")
    assert answer.status_code == 302
    assert answer["Location"] == f"/c/{company.key}/terms/" + (f"?{kept}" if kept else "")


def test_htmx_gets_the_moving_part_and_the_address_to_share(desk: Client, company: Company) -> None:
    sent = {"days": "30", "days_typed": "30", "days_was": "45", "segment": "regular"}
    answer = desk.get(f"/c/{company.key}/terms/?{urlencode(sent)}", headers={"HX-Request": "true"})
    assert "<html" not in answer.content.decode()
    assert answer.headers["HX-Replace-Url"] == f"/c/{company.key}/terms/?segment=regular&days=30"


@pytest.mark.parametrize("days", ["500", "-1", "x", "12.5"])
def test_a_figure_that_cannot_be_is_shown_again(desk: Client, company: Company, days: str) -> None:
    text = page(desk, company, "terms/", days=days)
    assert f'value="{days}"' in text
    assert "One of the figures cannot be" in text


def test_a_customer_has_its_own_figures_and_its_page_leads_there(
    desk: Client, company: Company
) -> None:
    row = Customer.objects.of(company.pk).get(key="A")
    assert f"terms/?customer={row.pk}" in page(desk, company, f"customers/{row.pk}/")
    text = page(desk, company, "terms/", customer=row.pk)
    assert "Compared with today: A SARL" in text
    assert "(12 paid invoices" in text


def test_a_customer_of_another_company_is_nobody(
    desk: Client, company: Company, other: Company
) -> None:
    theirs = Customer.objects.of(other.pk).get(key="X")
    for path in ("terms/", "terms/discount/"):
        answer = desk.get(f"/c/{company.key}/{path}?customer={theirs.pk}")
        assert answer.status_code == 404


def test_an_outside_collector_does_not_see_the_figures_of_the_company(
    sign_in: SignIn, company: Company
) -> None:
    for path in ("terms/", "terms/discount/", "terms/norms/"):
        assert sign_in("outside").get(f"/c/{company.key}/{path}").status_code == 403


def test_the_cash_need_puts_the_difference_in_days(desk: Client, company: Company) -> None:
    Company.objects.filter(pk=company.pk).update(cash_need_minor=1_000)
    assert "of your cash need" in page(desk, company, "terms/", days=15)


# --- discount ---------------------------------------------------------------------------------


def test_a_discount_is_weighed_against_what_money_costs(desk: Client, company: Company) -> None:
    """Everybody pays on day 35: 2 % within 10 days is 2/98 x 365/25 = 29.80 % a year."""
    text = page(desk, company, "terms/discount/", rate=2, within=10, taken=50)
    assert "29.80%" in text
    assert "Not worth it" in text
    # 5 % x 25 / (365 + 5 % x 25)
    assert "0.34%" in text


def test_a_small_discount_pays_where_money_is_dear(desk: Client, company: Company) -> None:
    text = page(desk, company, "terms/discount/", rate="0.5", within=10, taken=50, money=20)
    assert "Worth it" in text


def test_nobody_paid_nothing_is_said(desk: Client, company: Company) -> None:
    text = page(desk, company, "terms/discount/", segment="at_risk")
    assert "No invoice was paid since" in text
    assert "No invoice was paid since" in page(desk, company, "terms/", segment="at_risk")


# --- norms ------------------------------------------------------------------------------------


def test_norms_are_dated_and_sourced(desk: Client, company: Company) -> None:
    text = page(desk, company, "terms/norms/")
    assert "as of 30 June 2025: Altares, H1 2025" in text
    assert "14.1\u00a0d" in text


def test_an_own_figure_takes_the_place_of_a_norm_until_it_is_given_back(
    desk: Client, company: Company
) -> None:
    path = f"/c/{company.key}/terms/norms"
    own = {"norm": "late_building", "days_own": "9.5", "as_of": "2026-01-31", "source": "FFB"}
    assert desk.post(f"{path}/change/", own).status_code == 302
    text = page(desk, company, "terms/norms/")
    assert "as of 31 January 2026: FFB" in text
    assert "9.5\u00a0d" in text
    assert AuditEntry.objects.of(company.pk).get(code="norm_set").facts["norm"] == "late_building"
    desk.post(f"{path}/back/", {"norm": "late_building"})
    assert "FFB" not in page(desk, company, "terms/norms/")


@pytest.mark.parametrize("wrong", [{"norm": "none"}, {"days_own": "-2"}, {"as_of": "soon"}])
def test_a_wrong_norm_is_shown_again(desk: Client, company: Company, wrong: dict[str, str]) -> None:
    own = {"norm": "late_building", "days_own": "9.5", "as_of": "2026-01-31", "source": "FFB"}
    answer = desk.post(f"/c/{company.key}/terms/norms/change/", own | wrong)
    assert "_error" in answer.content.decode()
    company.refresh_from_db()
    assert company.norms is None


def test_only_who_shapes_changes_a_norm(sign_in: SignIn, company: Company) -> None:
    answer = sign_in("collector").post(f"/c/{company.key}/terms/norms/change/")
    assert answer.status_code == 403


def test_old_payments_do_not_count(desk: Client, company: Company) -> None:
    """Only the last 365 days: a year later there is nothing left to compare with."""
    row = Customer.objects.of(company.pk).get(key="A")
    paid = Invoice.objects.of(company.pk).filter(customer=row, delay__isnull=False)
    paid.update(paid_on=F("paid_on") - 600)
    assert "No invoice was paid since" in page(desk, company, "terms/", customer=row.pk)


def test_money_may_cost_more_than_the_slider_shows(desk: Client, company: Company) -> None:
    Company.objects.filter(pk=company.pk).update(cost_of_money=2500)
    assert "× 25%" in page(desk, company, "terms/", days=15)
    assert "Give a number" not in page(desk, company, "terms/discount/")


def test_a_few_days_of_sales_are_not_blown_up_to_a_year(company: Company) -> None:
    row = Customer.objects.of(company.pk).first()
    assert row is not None
    Invoice.objects.of(company.pk).filter(customer=row).update(issued_on=TODAY - 2 * DAY)
    practice, _, since = practice_of(company, Whose(customer=row.pk), TODAY)
    assert since == TODAY - 90 * DAY
    assert practice.days == 90

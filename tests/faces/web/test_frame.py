"""The frame of every page: who may come in, what is sent along."""

from django.test import Client

from amiable.store.models import Company, Membership
from tests.desk.books import company_with_debtors
from tests.faces.web.conftest import SignIn


def test_home_leads_to_the_company(desk: Client, company: Company) -> None:
    assert desk.get("/").headers["Location"] == f"/c/{company.key}/"


def test_a_stranger_is_asked_to_sign_in(company: Company) -> None:
    answer = Client().get(f"/c/{company.key}/patterns/")
    assert answer.headers["Location"].startswith("/accounts/login/")


def test_another_company_does_not_exist(desk: Client) -> None:
    other = company_with_debtors(("X",), key="minoterie")
    assert desk.get(f"/c/{other.key}/patterns/").status_code == 404


def test_who_left_sees_nothing_more(sign_in: SignIn, company: Company) -> None:
    browser = sign_in("collector")
    assert browser.get(f"/c/{company.key}/patterns/").status_code == 200
    Membership.objects.of(company.pk).filter(role="collector").update(active=False)
    assert browser.get(f"/c/{company.key}/patterns/").status_code == 404


def test_nothing_may_come_from_another_host(desk: Client, company: Company) -> None:
    answer = desk.get(f"/c/{company.key}/patterns/")
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert answer.headers["X-Frame-Options"] == "DENY"


def test_a_page_is_in_the_language_of_its_reader(desk: Client, company: Company) -> None:
    assert b'<html lang="en">' in desk.get(f"/c/{company.key}/patterns/").content

"""The first run: the link of the terminal, two pages, and the first file."""

from typing import Any

import pytest
from django.test import Client

from amiable.desk.people import demo_user, first_run_link
from amiable.store.models import Company, Membership, User
from tests.desk.books import new_company

YOU = {"name": "Anne Petit", "email": "Anne@fournil.test", "language": "fr",
       "password": "a horse and a battery"}  # fmt: skip
COMPANY = {"company_name": "Fournil", "siren": "732 829 320", "iban": "",
           "company_email": "compta@fournil.test", "timezone": "Europe/Paris",
           "company_language": "fr"}  # fmt: skip


@pytest.fixture
def start(today: Any, db: None) -> str:
    link = first_run_link("http://testserver")
    assert link is not None
    return link.removeprefix("http://testserver")


def test_the_link_stays_the_same_until_somebody_used_it(start: str) -> None:
    assert first_run_link("http://testserver/") == f"http://testserver{start}"


def test_without_the_link_one_is_told_where_it_is(start: str) -> None:
    browser = Client(headers={"accept-language": "en"})
    assert browser.get("/").headers["Location"] == "/start/"
    assert "amiable serve" in browser.get("/start/").content.decode()
    wrong = browser.get("/start/wrong/")
    assert (wrong.status_code, "amiable serve" in wrong.content.decode()) == (404, True)
    assert browser.post("/start/wrong/", YOU).status_code == 404
    assert browser.post("/start/wrong/company/", COMPANY).status_code == 404


def test_two_pages_lead_to_the_first_import(start: str) -> None:
    browser = Client()
    assert browser.get(start).status_code == 200
    assert browser.post(start, YOU).headers["Location"] == f"{start}company/"
    assert browser.get(f"{start}company/").status_code == 200
    assert not User.objects.exists()  # nothing is half written
    done = browser.post(f"{start}company/", COMPANY)
    assert done.headers["Location"] == "/c/fournil/people/first-steps/"
    steps = browser.get(done.headers["Location"]).content.decode()
    assert "/c/fournil/imports/" in steps
    company = Company.objects.get()
    assert (company.siren, company.policy) == ("732829320", "standard")
    user = User.objects.get()
    assert user.email == "anne@fournil.test"
    assert user.check_password(YOU["password"])
    assert Membership.objects.of(company.pk).get().role == "administrator"


def test_the_password_is_kept_as_a_hash_meanwhile(start: str) -> None:
    browser = Client()
    browser.post(start, YOU)
    assert YOU["password"] not in str(dict(browser.session))
    again = browser.post(start, YOU | {"password": "", "name": "Anne P."})
    assert again.status_code == 302
    browser.post(f"{start}company/", COMPANY)
    assert User.objects.get().check_password(YOU["password"])
    assert User.objects.get().name == "Anne P."


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"password": "short"}, "12"),
        ({"password": "anne@fournil.test"}, ""),
        ({"email": "nobody"}, ""),
        ({"name": ""}, ""),
    ],
)
def test_a_page_that_cannot_be_is_shown_again(start: str, wrong: dict[str, str], said: str) -> None:
    answer = Client().post(start, YOU | wrong)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert said in page
    assert 'class="error"' in page
    assert (wrong | YOU)["email"] in page or "email" in wrong


@pytest.mark.parametrize(
    "wrong", [{"siren": "732829321"}, {"iban": "FR00"}, {"timezone": "Mars"}, {"company_name": ""}]
)
def test_a_company_that_cannot_be_is_not_made(start: str, wrong: dict[str, str]) -> None:
    browser = Client()
    browser.post(start, YOU)
    assert browser.post(f"{start}company/", COMPANY | wrong).status_code == 422
    assert not Company.objects.exists()
    assert not User.objects.exists()


def test_the_second_page_needs_the_first(start: str) -> None:
    assert Client().get(f"{start}company/").headers["Location"] == start


def test_companies_that_exist_get_their_administrator(start: str) -> None:
    made = new_company("atelier")
    browser = Client()
    browser.post(start, YOU)
    assert "Atelier" in browser.get(f"{start}company/").content.decode()
    assert browser.post(f"{start}company/").headers["Location"].startswith("/c/atelier/")
    assert Membership.objects.of(made.pk).get().user.email == "anne@fournil.test"


def test_the_link_serves_once(start: str) -> None:
    browser = Client()
    browser.post(start, YOU)
    browser.post(f"{start}company/", COMPANY)
    assert first_run_link("http://testserver") is None
    late = Client(headers={"accept-language": "en"}).get(start)
    assert (late.status_code, "exists already" in late.content.decode()) == (404, True)


def test_an_administrator_creates_a_further_company(start: str) -> None:
    browser = Client()
    browser.post(start, YOU)
    browser.post(f"{start}company/", COMPANY)
    # A name that gives the same key makes another company, never the first one anew; the form
    # sent twice makes one.
    for _ in range(2):
        done = browser.post("/companies/new/", COMPANY | {"company_name": "FOURNIL"})
        assert done.headers["Location"] == "/c/fournil-2/people/first-steps/"
    assert Company.objects.count() == 2
    browser.get("/c/fournil-2/people/")
    assert browser.get("/").headers["Location"] == "/c/fournil-2/"


def test_the_demos_user_can_always_sign_in(today: Any, db: None) -> None:
    company = new_company()
    email, password = demo_user(company)
    assert demo_user(company) == (email, password)
    user = User.objects.get(email=email)
    user.set_password("lost")
    user.is_active = False
    user.save()
    email, password = demo_user(company)
    user.refresh_from_db()
    assert user.check_password(password)
    assert user.is_active

"""Who cannot come in as they are: signed out meanwhile, a form's address, a page left open."""

import pytest
from django.test import Client

from amiable.store.models import Company, User


@pytest.fixture
def stranger() -> Client:
    return Client(headers={"accept-language": "en"})


def test_a_page_asked_for_is_where_signing_in_leads(stranger: Client, company: Company) -> None:
    answer = stranger.get("/c/fournil/customers/?q=a")
    assert (
        answer.headers["Location"] == "/accounts/login/?next=%2Fc%2Ffournil%2Fcustomers%2F%3Fq%3Da"
    )


@pytest.mark.parametrize(
    ("stood_on", "leads_to"),
    [
        ("http://testserver/c/fournil/today/7/?a=b", "%2Fc%2Ffournil%2Ftoday%2F7%2F%3Fa%3Db"),
        ("", "%2Fc%2Ffournil%2F"),
        ("http://elsewhere.example/c/fournil/", "%2Fc%2Ffournil%2F"),
    ],
)  # fmt: skip
def test_a_form_sent_after_signing_out_is_not_done_and_told(
    stranger: Client, company: Company, stood_on: str, leads_to: str
) -> None:
    answer = stranger.post("/c/fournil/today/7/approve/", headers={"referer": stood_on})
    assert answer.headers["Location"] == f"/accounts/login/?next={leads_to}"
    assert "nothing was done" in stranger.get(answer.headers["Location"]).content.decode()


def test_a_fragment_does_not_become_the_sign_in_page(stranger: Client, company: Company) -> None:
    answer = stranger.get(
        "/c/fournil/today/7/skip/",
        headers={"hx-request": "true", "hx-current-url": "http://testserver/c/fournil/"},
    )
    assert answer.content == b""
    assert answer.headers["HX-Redirect"] == "/accounts/login/?next=%2Fc%2Ffournil%2F"


def test_files_sent_after_signing_out_lead_to_the_sign_in_page(
    stranger: Client, company: Company
) -> None:
    answer = stranger.post(
        "/c/fournil/imports/",
        headers={
            "x-requested-with": "XMLHttpRequest",
            "referer": "http://testserver/c/fournil/imports/",
        },
    )
    assert answer.headers["X-Go"] == "/accounts/login/?next=%2Fc%2Ffournil%2Fimports%2F"


def test_the_address_of_a_form_says_what_to_do(desk: Client, company: Company) -> None:
    answer = desk.get("/c/fournil/imports/3/bring/")
    assert answer.status_code == 405
    assert answer.headers["Allow"] == "POST"
    assert "go back to the page it stood on" in answer.content.decode()


def test_a_page_left_open_while_one_signed_in_anew_says_what_to_do(
    people: dict[str, User], company: Company
) -> None:
    browser = Client(enforce_csrf_checks=True, headers={"accept-language": "en"})
    browser.force_login(people["administrator"])
    answer = browser.post("/c/fournil/policies/new/", {"csrfmiddlewaretoken": "old"})
    assert answer.status_code == 403
    assert "load the page anew" in answer.content.decode()

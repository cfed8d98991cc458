"""Wanting no more e-mails: the page, the one click of a mail program, and thinking better of it."""

from typing import Any

import pytest
from django.test import Client

from amiable.desk.stop_link import token_of
from amiable.store.models import AuditEntry, Company, Contact
from tests.faces.portal.conftest import contact_of


@pytest.fixture
def path(company: Company) -> str:
    return f"/p/stop/{token_of(contact_of(company, 'A').pk)}/"


def refuses(company: Company) -> list[str]:
    return list(contact_of(company, "A").refuses)


def test_looking_changes_nothing_for_programs_follow_links(company: Company, path: str) -> None:
    page = Client().get(path)
    assert page.status_code == 200
    assert contact_of(company, "A").email in page.content.decode()
    assert refuses(company) == []
    assert Client().head(path).status_code == 200
    assert refuses(company) == []


def test_one_click_without_a_page_a_cookie_or_a_form_is_enough(company: Company, path: str) -> None:
    client = Client(enforce_csrf_checks=True)
    answer = client.post(path, {"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200, "RFC 8058: no redirect"
    assert refuses(company) == ["email"]
    assert AuditEntry.objects.of(company.pk).get(code="mail_stopped").door == "portal"


def test_whoever_pressed_may_think_better_of_it(company: Company, path: str) -> None:
    client = Client()
    assert 'value="resume"' in client.post(path, {"do": "stop"}).content.decode()
    assert 'value="resume"' in client.get(path).content.decode()
    page = client.post(path, {"do": "resume"}).content.decode()
    assert "recevez de nouveau" in page
    assert refuses(company) == []
    assert 'value="stop"' in client.get(path).content.decode()


def test_the_page_speaks_the_contacts_language(company: Company, path: str) -> None:
    Contact.objects.of(company.pk).update(language="en")
    page = Client().get(path).content.decode()
    assert "No more e-mails from Fournil?" in page
    assert '<html lang="en">' in page


def test_who_refuses_everything_is_not_offered_a_way_back(company: Company, path: str) -> None:
    Contact.objects.of(company.pk).update(opted_out=True)
    page = Client().get(path).content.decode()
    assert "resume" not in page
    assert 'value="stop"' not in page


def test_it_works_where_the_portal_is_closed(company: Company, path: str) -> None:
    Company.objects.filter(pk=company.pk).update(portal_open=False)
    assert Client().post(path).status_code == 200
    assert refuses(company) == ["email"]


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_wrong_address_tells_nothing_and_changes_nothing(
    company: Company, path: str, method: str
) -> None:
    wrong = path.replace("-", "-0", 1)
    answer: Any = getattr(Client(), method)(wrong)
    assert answer.status_code == 404
    assert "Fournil" not in answer.content.decode()
    assert refuses(company) == []


def test_other_methods_are_not_taken(path: str) -> None:
    assert Client().put(path).status_code == 405


def test_a_link_is_not_pressed_without_end(path: str) -> None:
    client = Client()
    answers = [client.post(path, {"do": do}).status_code for do in ("stop", "resume") * 20]
    assert answers[:30] == [200] * 30
    assert answers[-1] == 429


def test_the_page_is_kept_by_nobody_and_found_by_no_search_engine(path: str) -> None:
    head = Client().get(path).headers
    assert "no-store" in head["Cache-Control"]
    assert "noindex" in head["X-Robots-Tag"]
    assert head["Referrer-Policy"] == "same-origin", "told to no other site"

"""Whatever goes wrong is told as a problem that says what and where."""

from typing import Any

import pytest
from django.test import Client

from amiable.api import customers as room
from amiable.api.problems import STATUS
from amiable.desk.token import SCOPES, Scope
from amiable.engine.parties import Language
from amiable.store.models import Company, Customer
from amiable.words.catalogue import texts
from tests.faces.api.conftest import Program, expect_problem


def test_an_address_that_is_none_is_a_problem(db: None, program: Program) -> None:
    expect_problem(program.ask("GET", "nothing/here"), 404)
    expect_problem(program.ask("GET", ""), 404)


def test_a_method_that_is_not_taken_is_a_problem(program: Program) -> None:
    response = program.ask("DELETE", "customers")
    expect_problem(response, 405)
    assert response.headers["Allow"] == "GET, POST"


def test_broken_json_is_a_problem(program: Program) -> None:
    response = program.client.post(
        "/api/v1/customers",
        "{",
        content_type="application/json",
        headers={"Authorization": f"Bearer {program.token}"},
    )
    expect_problem(response, 400)


def test_another_kind_of_body_is_a_problem(program: Program) -> None:
    response = program.client.post(
        "/api/v1/customers",
        "a=1",
        content_type="application/x-www-form-urlencoded",
        headers={"Authorization": f"Bearer {program.token}"},
    )
    assert "application/json" in expect_problem(response, 415)["detail"]


def test_a_body_beyond_measure_is_a_problem(program: Program, settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000
    expect_problem(program.ask("POST", "customers", {"customers": ["x" * 2_000]}), 413)


def test_a_fault_says_where_it_is(program: Program) -> None:
    wrong = {
        "customer": "A",
        "number": "N1",
        "issued_on": "2026-02-30",
        "amount": {"minor": 0, "currency": "EUR"},
        "colour": "red",
    }
    right = {**wrong, "issued_on": "2026-02-01", "amount": {"minor": 1, "currency": "EUR"}}
    del right["colour"]
    told = expect_problem(program.ask("POST", "invoices", {"invoices": [right, wrong]}), 422)
    assert {fault["pointer"] for fault in told["errors"]} == {
        "/invoices/1/issued_on",
        "/invoices/1/amount/minor",
        "/invoices/1/colour",
    }
    assert {fault["location"] for fault in told["errors"]} == {"body"}


@pytest.mark.parametrize(
    ("path", "pointer"),
    [
        ("customers?limit=0", "limit"),
        ("customers?limit=201", "limit"),
        ("customers?cursor=%21", "cursor"),
        ("customers?cursor=LTE=", "cursor"),
        ("customers?q=%00", "q"),
        ("invoices?due_from=5", "due_from"),
        ("invoices?due_from=9999-12-31", "due_from"),
        ("invoices?customer=99999999999999999999", "customer"),
        ("invoices?state=late", "state"),
    ],
)
def test_a_wrong_parameter_is_named(program: Program, path: str, pointer: str) -> None:
    (fault,) = expect_problem(program.ask("GET", path), 422)["errors"]
    assert (fault["location"], fault["pointer"]) == ("query", pointer)


@pytest.mark.parametrize("pk", ["0", "-1", "x", "99999999999999999999", "%00"])
def test_a_number_that_is_none_is_a_problem(program: Program, pk: str) -> None:
    assert (
        expect_problem(program.ask("GET", f"customers/{pk}"), 422)["errors"][0]["location"]
        == "path"
    )


def test_problems_are_told_in_the_language_asked_for(program: Program) -> None:
    french = expect_problem(
        program.ask("GET", "customers/999", **{"Accept-Language": "fr-FR"}), 404
    )
    assert french["title"] == "Rien ici"
    assert program.ask("GET", "x", **{"Accept-Language": "fr"}).headers["Content-Language"] == "fr"


def test_an_error_of_ours_is_a_problem_without_details(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise RuntimeError("a secret of the house")

    monkeypatch.setattr(room.feed, "customers", fail)
    assert "secret" not in str(expect_problem(program.ask("GET", "customers"), 500))


def test_a_lone_surrogate_and_a_nul_are_refused(program: Program, debtor: Customer) -> None:
    for text in ("\ud800", "a\x00b"):
        told = expect_problem(
            program.ask("POST", f"customers/{debtor.pk}/notes", {"text": text}), 422
        )
        assert told["errors"][0]["pointer"] == "/text"


def test_every_problem_has_its_words_in_both_languages() -> None:
    for language in Language:
        for code in STATUS:
            assert texts(language)[f"problem.{code}.title"]
            assert texts(language)[f"problem.{code}.detail"]


def test_the_document_and_the_reference_are_open_and_complete(company: Company) -> None:
    document = Client().get("/api/v1/openapi.json")
    assert document.status_code == 200
    page = Client().get("/api/v1/docs", headers={"Accept-Language": "fr"})
    text = page.content.decode()
    assert "Référence de l" in text
    for path in document.json()["paths"]:
        assert path in text
    for scope in SCOPES:
        assert scope.value in text
    assert set(SCOPES) == set(Scope)
    assert text.count("<script") == text.count('<script src="/static/')  # none inline
    assert "style=" not in text

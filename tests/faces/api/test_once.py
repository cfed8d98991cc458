"""A write repeated under its Idempotency-Key is done once, even by two at the same time."""

import json
from datetime import timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from amiable.desk.kept_answer import Clash, KeyClash, KeyLost, forget_old, take_turn
from amiable.desk.plan import draw_plan
from amiable.store.models import ApiToken, Company, Customer, KeptAnswer, Note
from tests.desk.books import TODAY, company_with_debtors
from tests.faces.api.conftest import NOW, Program, expect_problem, program_of


def note(program: Program, debtor: Customer, key: str, text: str = "hello") -> Any:
    headers = {"Idempotency-Key": key}
    return program.ask("POST", f"customers/{debtor.pk}/notes", {"text": text}, **headers)


def test_the_same_request_is_done_once_and_answered_alike(
    program: Program, company: Company, debtor: Customer
) -> None:
    first, second = note(program, debtor, "k1"), note(program, debtor, "k1")
    assert (first.status_code, second.status_code) == (201, 201)
    assert json.loads(first.content) == json.loads(second.content)
    assert "Idempotency-Replayed" not in first.headers
    assert second.headers["Idempotency-Replayed"] == "true"
    assert Note.objects.of(company.pk).count() == 1


def test_another_request_under_the_same_key_is_refused(
    program: Program, company: Company, debtor: Customer
) -> None:
    note(program, debtor, "k1")
    assert expect_problem(note(program, debtor, "k1", "other"), 422)["type"].endswith("key_reused")
    assert Note.objects.of(company.pk).count() == 1


def test_a_key_is_of_one_token(program: Program, company: Company, debtor: Customer) -> None:
    note(program, debtor, "k1")
    note(program_of(company), debtor, "k1")
    assert Note.objects.of(company.pk).count() == 2


def test_a_request_that_failed_gives_its_key_back(
    program: Program, company: Company, debtor: Customer
) -> None:
    expect_problem(note(program, debtor, "k1", ""), 422)
    assert not KeptAnswer.objects.of(company.pk).exists()
    assert note(program, debtor, "k1").status_code == 201


@pytest.mark.parametrize("key", ["", "a b", "x" * 201, "é"])
def test_a_key_that_is_none_is_refused(program: Program, debtor: Customer, key: str) -> None:
    response = note(program, debtor, key)
    assert expect_problem(response, 422)["errors"][0]["location"] == "header"


def test_an_error_after_the_deed_takes_it_back(
    program: Program, company: Company, debtor: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise RuntimeError("the plan cannot be drawn")

    monkeypatch.setattr("amiable.api.auth.redraw", fail)
    before = Note.objects.of(company.pk).count()
    for headers in ({}, {"Idempotency-Key": "k1"}):
        path = f"customers/{debtor.pk}/replies"
        expect_problem(program.ask("POST", path, {"text": "x"}, **headers), 500)
    assert debtor.replies.of(company.pk).count() == before == 0
    assert not KeptAnswer.objects.of(company.pk).exists()


def test_while_the_first_is_at_work_the_second_is_told_to_wait(
    program: Program, company: Company
) -> None:
    token = ApiToken.objects.of(company.pk).get()
    take_turn(token, "k1", "f", at=NOW)
    with pytest.raises(KeyClash) as clash:
        take_turn(token, "k1", "f", at=NOW)
    assert clash.value.clash is Clash.BUSY


def test_a_request_that_broke_off_is_taken_over_and_can_no_longer_end(
    program: Program, company: Company
) -> None:
    token = ApiToken.objects.of(company.pk).get()
    lost = take_turn(token, "k1", "f", at=NOW)
    taken = take_turn(token, "k1", "f", at=NOW + timedelta(minutes=11))
    taken.answer(200, "{}")
    with pytest.raises(KeyLost):
        lost.answer(200, "{}")
    assert take_turn(token, "k1", "f", at=NOW + timedelta(minutes=12)).answered


def test_answers_are_kept_for_a_day(program: Program, company: Company) -> None:
    token = ApiToken.objects.of(company.pk).get()
    take_turn(token, "k1", "f", at=NOW).answer(200, "{}")
    assert forget_old(NOW + timedelta(hours=23)) == 0
    assert not take_turn(token, "k1", "g", at=NOW + timedelta(hours=24)).answered
    assert forget_old(NOW + timedelta(hours=49)) == 1


@pytest.fixture
def shared(several_connections: None, today: Any) -> tuple[Program, Customer]:
    """A program whose requests several threads make, each on a connection of its own."""
    made = company_with_debtors(("A",))
    draw_plan(made, TODAY)
    return program_of(made), Customer.objects.of(made.pk).get()


def test_two_at_the_same_time_do_it_once(shared: tuple[Program, Customer]) -> None:
    program, debtor = shared
    answers, together = [], Barrier(2)

    def ask() -> None:
        together.wait()
        mine = Program(program.token, Client())
        answers.append(note(mine, debtor, "same"))
        connection.close()

    threads = [Thread(target=ask) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    statuses = sorted(answer.status_code for answer in answers)
    assert statuses in ([201, 201], [201, 409])
    bodies = {answer.content for answer in answers if answer.status_code == 201}
    assert len(bodies) == 1
    assert Note.objects.of(debtor.company_id).count() == 1

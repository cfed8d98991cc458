"""A company with debtors and a program that may do everything there."""

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from amiable.desk.access import Actor
from amiable.desk.plan import draw_plan
from amiable.desk.token import Scope, create_token
from amiable.store.models import Company, Customer
from amiable.store.models.membership import Role
from tests.desk.books import TODAY, company_with_debtors, customer

NOW = datetime(2026, 3, 10, 9, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Program:
    """A program with a token: ``program.get("customers")``."""

    token: str
    client: Client

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> HttpResponse:
        sent = {"Authorization": f"Bearer {self.token}", **headers}
        content = "" if body is None else json.dumps(body)
        response = self.client.generic(
            method, f"/api/v1/{path}", content, content_type="application/json", headers=sent
        )
        assert isinstance(response, HttpResponse)
        return response

    def get(self, path: str, **headers: str) -> Any:
        response = self.ask("GET", path, **headers)
        assert response.status_code == 200, response.content
        return json.loads(response.content)

    def post(self, path: str, body: Any = None, *, expect: int = 200, **headers: str) -> Any:
        response = self.ask("POST", path, body, **headers)
        assert response.status_code == expect, response.content
        return json.loads(response.content)


@pytest.fixture
def today(settings: Any, tmp_path: Path) -> date:
    """The day of the books is played."""
    settings.PLAYED_DAY = TODAY
    settings.VAR = tmp_path / "var"
    settings.ALLOWED_HOSTS = ["*"]
    settings.WEBHOOK_PRIVATE = True
    # Each test counts its requests anew.
    counting = {**settings.CACHES["api"], "LOCATION": str(tmp_path / "counted")}
    settings.CACHES = {**settings.CACHES, "api": counting}
    return TODAY


@pytest.fixture
def company(db: None, today: date) -> Company:
    """Fournil: customers A and B usually pay 5 days late and are 25 days late with one invoice."""
    made = company_with_debtors(("A", "B"))
    draw_plan(made, today)
    return made


def boss_of(company: Company) -> Actor:
    """Somebody who may make tokens."""
    return Actor(company=company, role=Role.ADMINISTRATOR, name="Léa Martin")


def program_of(company: Company, *scopes: Scope) -> Program:
    """A program with these scopes; all of them, if none is named."""
    _, text = create_token(boss_of(company), name="ERP", scopes=scopes or tuple(Scope), at=NOW)
    return Program(text, Client())


@pytest.fixture
def program(company: Company) -> Program:
    """A program that may do everything."""
    return program_of(company)


@pytest.fixture
def debtor(company: Company) -> Customer:
    """Customer A."""
    return customer(company, "A")


def expect_problem(response: HttpResponse, status: int) -> dict[str, Any]:
    """The problem a request ended in, its shape checked."""
    assert response.status_code == status, response.content
    assert response.headers["Content-Type"] == "application/problem+json"
    told = json.loads(response.content)
    assert set(told) >= {"type", "title", "status", "detail", "errors"}
    assert told["status"] == status
    assert isinstance(told, dict)
    return told

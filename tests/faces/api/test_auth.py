"""A token opens what its scopes allow, for one company, until it ends."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from amiable.desk.token import Scope, create_token, revoke_token
from amiable.store.models import ApiToken, AuditEntry, Company, Customer
from tests.faces.api.conftest import NOW, Program, boss_of, expect_problem, program_of


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer ", "Bearer ami_nothing", "Basic eDp5"])
def test_without_a_valid_token_nothing_is_open(company: Company, header: str) -> None:
    sent = {"Authorization": header} if header else {}
    response = Client().get("/api/v1/customers", headers=sent)
    expect_problem(response, 401)
    assert response.headers["WWW-Authenticate"].startswith('Bearer realm="amiable"')


def test_only_the_digest_of_a_token_is_kept(company: Company) -> None:
    row, text = create_token(boss_of(company), name="ERP", scopes=[Scope.READ], at=NOW)
    kept = ApiToken.objects.of(company.pk).values().get(pk=row.pk)
    assert text.startswith(row.prefix)
    assert text not in str(kept)
    assert len(text) > 40


def test_making_and_revoking_a_token_is_written_down(company: Company) -> None:
    row, _ = create_token(boss_of(company), name="ERP", scopes=[Scope.READ], at=NOW)
    revoke_token(boss_of(company), row.pk, at=NOW)
    revoke_token(boss_of(company), row.pk, at=NOW)
    entries = AuditEntry.objects.of(company.pk).order_by("pk")
    assert [entry.code for entry in entries] == ["token_created", "token_revoked"]
    assert entries[0].facts == {"name": "ERP", "scopes": "read"}


def test_a_revoked_token_opens_nothing(program: Program, company: Company) -> None:
    program.get("customers")
    revoke_token(boss_of(company), ApiToken.objects.of(company.pk).get().pk, at=NOW)
    response = program.ask("GET", "customers")
    expect_problem(response, 401)
    assert "revoked" in response.headers["WWW-Authenticate"]


def test_an_expired_token_opens_nothing(company: Company) -> None:
    past = datetime.now(UTC) - timedelta(seconds=1)
    _, text = create_token(
        boss_of(company), name="ERP", scopes=[Scope.READ], at=NOW, expires_at=past
    )
    response = Program(text, Client()).ask("GET", "customers")
    expect_problem(response, 401)
    assert "expired" in response.headers["WWW-Authenticate"]


@pytest.mark.parametrize(
    ("scope", "method", "path"),
    [
        (Scope.READ, "GET", "customers"),
        (Scope.CUSTOMERS, "POST", "customers"),
        (Scope.CUSTOMERS, "PATCH", "customers/1"),
        (Scope.LEDGER, "POST", "invoices"),
        (Scope.LEDGER, "POST", "payments"),
        (Scope.LEDGER, "POST", "imports/1/undo"),
        (Scope.PLAN, "POST", "plan/approve"),
        (Scope.PLAN, "POST", "customers/1/promises"),
    ],
)
def test_a_missing_scope_is_named(company: Company, scope: Scope, method: str, path: str) -> None:
    others = [one for one in Scope if one is not scope]
    response = program_of(company, *others).ask(method, path, None if method == "GET" else {})
    assert expect_problem(response, 403)["scope"] == scope.value


def test_the_last_use_is_written_once_a_minute(program: Program, company: Company) -> None:
    program.get("customers")
    token = ApiToken.objects.of(company.pk).get()
    first = token.used_at
    program.get("customers")
    token.refresh_from_db()
    assert first is not None
    assert token.used_at == first
    token.used_at = first - timedelta(minutes=1)
    token.save()
    program.get("customers")
    token.refresh_from_db()
    assert token.used_at > first


def test_a_cookie_opens_nothing(company: Company, django_user_model: Any) -> None:
    client = Client()
    client.force_login(django_user_model.objects.create_user("a@b.test"))
    expect_problem(client.get("/api/v1/customers"), 401)


def test_what_a_program_does_is_written_down_under_its_name(
    program: Program, company: Company, debtor: Customer
) -> None:
    program.post(f"customers/{debtor.pk}/notes", {"text": "hello"}, expect=201)
    entry = AuditEntry.objects.of(company.pk).get(code="api_noted")
    assert (entry.name, entry.door, entry.user) == ("ERP", "api", None)
    assert entry.customer == debtor

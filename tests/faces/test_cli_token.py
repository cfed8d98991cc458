"""``amiable token``: programs' keys, made and revoked from the command line."""

from django.test import Client

from amiable.store.models import ApiToken, AuditEntry
from tests.faces.conftest import Shell


def made(company: Shell, *more: str) -> str:
    answer = company.json("token", "add", "ERP", "--scope", "read", *more)
    return str(answer["token"])


def status(token: str) -> int:
    headers = {"Authorization": f"Bearer {token}"}
    return int(Client().get("/api/v1/customers", headers=headers).status_code)


def test_a_token_is_printed_once_and_opens_the_api(company: Shell) -> None:
    told = company.ok("token", "add", "ERP", "--scope", "read", "--scope", "write:plan")
    (token,) = (line for line in told.splitlines() if line.startswith("ami_"))
    assert status(token) == 200
    assert token not in company.ok("token", "list")
    assert ApiToken.everywhere.get().scopes == ["read", "write:plan"]


def test_the_list_tells_what_each_may_and_whether_it_is_in_force(company: Shell) -> None:
    assert "no program has access" in company.ok("token", "list")
    made(company, "--expires", "2100-01-01")
    (row,) = company.json("token", "list")
    assert (row["name"], row["scopes"], row["state"]) == ("ERP", ["read"], "active")
    assert row["expires_at"] == "2099-12-31T23:00:00+00:00", "midnight where the company is"
    told = company.ok("token", "list")
    assert "ERP" in told
    assert "2100-01-01" in told


def test_a_revoked_token_opens_nothing_any_more(company: Shell) -> None:
    token = made(company)
    assert company.json("token", "revoke", "ERP")["state"] == "revoked"
    assert status(token) == 401
    assert "no active token ERP" in company.refused("token", "revoke", "ERP")


def test_of_two_tokens_of_a_name_the_number_tells(company: Shell) -> None:
    first, second = made(company), made(company)
    told = company.refused("token", "revoke", "ERP")
    pks = sorted(ApiToken.everywhere.values_list("pk", flat=True))
    assert all(str(pk) in told for pk in pks)
    company.ok("token", "revoke", str(pks[0]))
    assert (status(first), status(second)) == (401, 200)


def test_a_token_that_would_open_nothing_is_refused(company: Shell) -> None:
    assert "later day" in company.refused(
        "token", "add", "ERP", "--scope", "read", "--expires", "2020-01-01"
    )
    assert "which program" in company.refused("token", "add", " ", "--scope", "read")
    assert company.run("token", "add", "ERP").exit_code == 2
    assert company.run("token", "add", "ERP", "--scope", "everything").exit_code == 2
    assert not ApiToken.everywhere.exists()


def test_both_deeds_are_written_down(company: Shell) -> None:
    made(company)
    company.ok("token", "revoke", "ERP")
    entries = AuditEntry.everywhere.filter(code__startswith="token_").order_by("pk")
    assert [(entry.code, entry.door) for entry in entries] == [
        ("token_created", "cli"),
        ("token_revoked", "cli"),
    ]
    assert all("ami_" not in str(entry.facts) for entry in entries)

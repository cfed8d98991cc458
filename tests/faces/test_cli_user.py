"""``amiable user``: who signs in, from the command line."""

import pytest

from amiable.store.models import AuditEntry, Membership, User
from tests.faces.conftest import Shell


@pytest.fixture
def anne(company: Shell) -> str:
    company.ok("user", "add", "Anne@fournil.example", "--name", "Anne", "--role", "administrator")
    return "anne@fournil.example"


def test_somebody_added_gets_a_link_to_a_password(company: Shell) -> None:
    answer = company.json("user", "add", "leo@fournil.example", "--role", "collector")
    assert answer["email"] == "leo@fournil.example"
    assert "/accounts/password/reset/key/" in answer["link"]
    assert not User.objects.get(email="leo@fournil.example").has_usable_password()


def test_the_list_tells_roles_and_access(company: Shell, anne: str) -> None:
    assert [(row["email"], row["role"], row["active"]) for row in company.json("user", "list")] == [
        (anne, "administrator", True)
    ]
    assert "administrator" in company.ok("user", "list")


def test_a_role_is_changed(company: Shell, anne: str) -> None:
    company.ok("user", "add", "leo@fournil.example")
    assert company.json("user", "role", "leo@fournil.example", "manager")["role"] == "manager"
    assert Membership.everywhere.get(user__email="leo@fournil.example").role == "manager"


def test_the_last_administrator_stays(company: Shell, anne: str) -> None:
    assert "another one first" in company.refused("user", "role", anne, "reader")
    assert "another one first" in company.refused("user", "deactivate", anne)
    assert "another one first" in company.refused("user", "deactivate", anne, "--everywhere")


def test_somebody_deactivated_has_no_access_and_may_come_back(company: Shell, anne: str) -> None:
    company.ok("user", "add", "leo@fournil.example")
    company.ok("user", "deactivate", "leo@fournil.example")
    row = Membership.everywhere.get(user__email="leo@fournil.example")
    assert not row.active
    company.ok("user", "add", "leo@fournil.example", "--role", "reader")
    row.refresh_from_db()
    assert (row.active, row.role) == (True, "reader")


def test_an_account_is_closed_everywhere(company: Shell, anne: str) -> None:
    company.ok("user", "add", "leo@fournil.example")
    company.ok("user", "deactivate", "leo@fournil.example", "--everywhere")
    assert not User.objects.get(email="leo@fournil.example").is_active


def test_a_link_is_written_down_in_the_audit_log(company: Shell, anne: str) -> None:
    answer = company.json("user", "link", anne, "--forget-factors")
    assert answer["factors_removed"] == 0
    codes = set(AuditEntry.everywhere.filter(door="cli").values_list("code", flat=True))
    assert {"member_admitted", "password_link", "factors_removed"} <= codes


def test_a_stranger_is_told_as_one(company: Shell) -> None:
    assert "Nobody signs in as" in company.refused("user", "link", "x@y.example")
    company.refused("user", "add", "nonsense")

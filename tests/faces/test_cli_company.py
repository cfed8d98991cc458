"""``amiable company``: list, write out, delete; nothing goes without being meant."""

import json
from zipfile import ZipFile

from amiable.store.models import Company, Invoice
from tests.faces.conftest import Shell


def keys() -> set[str]:
    return set(Company.objects.values_list("key", flat=True))


def test_the_companies_are_listed(company: Shell) -> None:
    company.ok("init", "--name", "Moulin", "--company", "moulin")
    rows = {row["key"]: row for row in company.json("company", "list")}
    assert (rows["fournil"]["customers"], rows["fournil"]["invoices"]) == (3, 7)
    assert rows["moulin"]["customers"] == 0
    assert "Moulin" in company.ok("company", "list")


def test_deleting_must_be_meant_and_an_export_is_offered(company: Shell) -> None:
    done = company.run("company", "delete", "fournil", "--yes-delete", "fournil")
    assert done.exit_code == 2
    assert "--export FILE.zip" in done.stderr
    told = company.refused("company", "delete", "fournil", "--no-export")
    assert "3 customers, 7 invoices" in told
    assert "--yes-delete fournil" in told
    company.refused("company", "delete", "fournil", "--yes-delete", "moulin", "--no-export")
    company.refused("company", "delete", "nobody", "--yes-delete", "nobody", "--no-export")
    assert Invoice.everywhere.count() == 7


def test_a_company_is_written_out_and_deleted_alone(company: Shell) -> None:
    company.ok("init", "--name", "Moulin", "--company", "moulin")
    company.ok("user", "add", "anne@fournil.example", "--company", "fournil")
    path = company.folder / "all.zip"
    asked = ("company", "delete", "fournil", "--yes-delete", "fournil", "--export", str(path))
    answer = company.json(*asked)
    assert (answer["deleted"]["invoice"], answer["accounts"]) == (7, 1)
    assert keys() == {"moulin"}
    with ZipFile(path) as archive:
        assert b"Marchand" in archive.read("customer.csv")
        assert b"company_closed" in archive.read("auditentry.csv")


def test_an_earlier_export_stays_and_the_company_too(company: Shell) -> None:
    path = company.write("all.zip", "earlier")
    told = company.refused(
        "company", "delete", "fournil", "--yes-delete", "fournil", "--export", path
    )
    assert "name of a new file" in told
    assert keys() == {"fournil"}
    assert "exists" in company.refused("company", "export", "fournil", path)
    assert company.ok("token", "add", "ERP", "--scope", "read"), "nothing was closed"


def test_an_export_alone_changes_nothing_else(company: Shell) -> None:
    path = company.folder / "all.zip"
    answer = json.loads(company.ok("company", "export", "fournil", str(path), "--json"))
    assert answer["tables"]["customer"] == 3
    assert keys() == {"fournil"}

"""A company leaves: all of it, and nothing of the others; broken off, it goes on."""

import csv
from io import TextIOWrapper
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

from amiable.desk import closing
from amiable.desk.access import Actor
from amiable.desk.approve import approve
from amiable.desk.closing import FileThere, close_company, delete_company, write_everything
from amiable.desk.event import Event
from amiable.desk.member import admit
from amiable.desk.merge import merge_customers
from amiable.desk.plan import draw_plan
from amiable.desk.token import Scope, TokenRefused, create_token, open_with
from amiable.desk.webhook import announce, create_webhook
from amiable.engine.parties import Language
from amiable.store import closing as store
from amiable.store.models import AuditEntry, Company, MessageFile, OutboxRow, User
from amiable.store.models.membership import Role
from amiable.store.outbox import attach
from tests.desk.books import TODAY, at, company_with_debtors, customer

NOW = at(TODAY)


def silent(_done: int, _total: int) -> None:
    """Nobody watches."""


def boss(company: Company) -> Actor:
    return Actor(company=company, role=Role.ADMINISTRATOR, name="Anne")


def furnished(key: str, settings: Any) -> Company:
    """A company with something of many kinds: customers, people, a plan, messages, keys."""
    settings.WEBHOOK_PRIVATE = True
    made = company_with_debtors(("A", "B", "C", "D"), key=key)
    actor = boss(made)
    for email in (f"{key}@people.example", "both@people.example"):
        admit(actor, email, name=key, role=Role.COLLECTOR, language=Language.FR, at=NOW)
    create_token(actor, name="ERP", scopes=list(Scope), at=NOW)
    create_webhook(actor, url="http://127.0.0.1:1/x", events=list(Event), at=NOW)
    announce(made, Event.IMPORT_UNDONE, {}, NOW)
    draw_plan(made, TODAY)
    merge_customers(actor, customer(made, "C"), customer(made, "D"), today=TODAY, at=NOW)
    approve(made, [customer(made, "A").pk], today=TODAY, at=NOW)
    attach(OutboxRow.objects.of(made.pk).get(), [("a.pdf", "application/pdf", b"%PDF-\xff")])
    return made


def everything(company: Company) -> dict[str, list[Any]]:
    """Every row of a company, by table."""
    return {
        store.name_of(table): list(table.objects.of(company.pk).order_by("pk").values())
        for table in store.tables()
    }


@pytest.fixture
def leaving(db: None, settings: Any) -> Company:
    return furnished("fournil", settings)


@pytest.fixture
def staying(leaving: Company, settings: Any) -> Company:
    return furnished("moulin", settings)


def test_everything_goes_and_the_other_company_keeps_everything(
    leaving: Company, staying: Company
) -> None:
    before = everything(staying)
    kinds = [name for name, rows in before.items() if rows]
    assert len(kinds) > 15, "the test must have something of many kinds"
    counts, accounts = delete_company(leaving, progress=silent)
    assert set(counts) == set(kinds)
    assert everything(staying) == before
    assert not Company.objects.filter(key="fournil").exists()
    assert not any(table.everywhere.filter(company_id=leaving.pk) for table in store.tables())
    assert accounts == 1


def test_an_account_that_opens_another_company_stays(leaving: Company, staying: Company) -> None:
    delete_company(leaving, progress=silent)
    left = set(User.objects.values_list("email", flat=True))
    assert left == {"moulin@people.example", "both@people.example"}


def test_broken_off_it_goes_on_with_what_is_left(
    leaving: Company, staying: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(closing, "_PIECE", 3)
    before, calls = everything(staying), []

    def pulled_out(done: int, total: int) -> None:
        calls.append((done, total))
        if done > total // 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        delete_company(leaving, progress=pulled_out)
    left = sum(store.count_rows(leaving.pk).values())
    assert 0 < left < calls[0][1]
    assert Company.objects.filter(key="fournil").exists()
    delete_company(leaving, progress=silent)
    assert not Company.objects.filter(key="fournil").exists()
    assert everything(staying) == before


def test_closing_shuts_every_door(leaving: Company, staying: Company) -> None:
    _, text = create_token(boss(leaving), name="Shop", scopes=[Scope.READ], at=NOW)
    close_company(boss(leaving), at=NOW)
    with pytest.raises(TokenRefused, match="revoked"):
        open_with(text, at=NOW)
    rows = everything(leaving)
    assert not any(row["active"] for row in rows["membership"] + rows["webhook"])
    assert {row["state"] for row in rows["outboxrow"]} == {"cancelled"}
    assert AuditEntry.objects.of(leaving.pk).filter(code="company_closed").exists()
    assert {row["state"] for row in everything(staying)["outboxrow"]} == {"approved"}


def test_the_export_holds_every_row_and_file_but_no_secret(
    leaving: Company, staying: Company, tmp_path: Path
) -> None:
    path = tmp_path / "fournil.zip"
    counts = write_everything(leaving, path, silent)
    rows = everything(leaving)
    assert counts == {name: len(found) for name, found in sorted(rows.items()) if found}
    with ZipFile(path) as archive:
        assert archive.testzip() is None
        for name, count in counts.items():
            with archive.open(f"{name}.csv") as file:
                lines = list(csv.DictReader(TextIOWrapper(file, "utf-8-sig"), delimiter=";"))
            assert len(lines) == count, name
            assert {line["company_id"] for line in lines} == {str(leaving.pk)}
        whole = b"".join(archive.read(name) for name in archive.namelist())
        stored = MessageFile.objects.of(leaving.pk).get()
        assert archive.read(f"messagefile/{stored.pk}.content") == b"%PDF-\xff"
    assert rows["apitoken"][0]["digest"].encode() not in whole
    assert rows["webhook"][0]["sealed_secret"].encode() not in whole
    assert b"Contact A" in whole


def test_an_export_never_takes_the_place_of_another(leaving: Company, tmp_path: Path) -> None:
    path = tmp_path / "fournil.zip"
    write_everything(leaving, path, silent)
    before = path.read_bytes()
    with pytest.raises(FileThere):
        write_everything(leaving, path, silent)
    assert path.read_bytes() == before
    assert [one.name for one in tmp_path.iterdir()] == ["fournil.zip"]


def test_no_two_tables_point_to_each_other() -> None:
    order = list(store.tables())
    for table in order:
        for column in table._meta.concrete_fields:
            if column.related_model in order and column.related_model is not table:
                assert order.index(table) < order.index(column.related_model)

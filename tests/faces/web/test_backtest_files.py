"""Try on the past: its tables, taken away for a spreadsheet."""

from django.test import Client

from amiable.store.models import AuditEntry, Company, User
from tests.faces.web.conftest import SignIn
from tests.faces.web.test_backtest import DESK, a_run


def test_the_tables_leave_as_a_file_for_a_spreadsheet(desk: Client, company: Company) -> None:
    run = a_run(company)
    response = desk.get(f"{DESK}{run.pk}/report.csv")
    sheet = b"".join(response).decode("utf-8-sig")  # type: ignore[call-overload]
    assert "Reminders (by invoice),1076,430,441" in sheet
    assert "A SARL,F-1,2013-03-01,2013-04-20,2013-03-25,1234.56,50,23" in sheet
    entry = AuditEntry.objects.of(company.pk).get(code="backtest.exported")
    assert entry.facts == {"policy": "standard", "kind": "csv"}


def test_one_table_leaves_alone_and_an_unknown_one_is_not_there(
    desk: Client, company: Company
) -> None:
    run = a_run(company)
    response = desk.get(f"{DESK}{run.pk}/report.csv?table=spared")
    lines = b"".join(response).decode("utf-8-sig").splitlines()  # type: ignore[call-overload]
    assert lines[1] == "A SARL,40,10,38,4,34"
    assert desk.get(f"{DESK}{run.pk}/report.csv?table=none").status_code == 404


def test_the_gain_and_its_interval_leave_as_numbers(
    sign_in: SignIn, people: dict[str, User], company: Company
) -> None:
    run = a_run(company)
    User.objects.filter(pk=people["administrator"].pk).update(language="fr")
    response = sign_in("administrator").get(f"{DESK}{run.pk}/report.csv?table=detection")
    lines = b"".join(response).decode("utf-8-sig").splitlines()  # type: ignore[call-overload]
    assert [line.split(";")[-3:] for line in lines[1:]] == [
        ["1,1", "0,1", "2,2"], ["-1,8", "-2,5", "-0,6"],
    ]  # fmt: skip
    page = sign_in("administrator").get(f"{DESK}{run.pk}/").content.decode()
    assert "+1,1" in page
    assert "\N{MINUS SIGN}2,5" in page

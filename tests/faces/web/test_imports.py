"""Import in the browser: drop, look, correct, bring in, take back."""

import io
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError
from django.test import Client

from amiable.demo.write import write_demo
from amiable.desk.upload_folder import folder_path, progress_of, safe_name
from amiable.store.models import (
    AuditEntry,
    Company,
    ImportRun,
    Invoice,
    PlanEntry,
    TableMapping,
    Upload,
)
from amiable.store.models.upload import UploadState
from amiable.store.upload import uploads_to_take_up
from tests.faces.web.conftest import SignIn
from tests.worker.work import work

HEADER = "Code client;Client;N° facture;Date;Échéance;Montant TTC\n"
GOOD = (
    f"{HEADER}A;A SARL;N1;05/01/2026;04/02/2026;1200,00\nC;C SARL;N2;06/01/2026;05/02/2026;50,00\n"
)
BAD_LINES = GOOD + "A;A SARL;N3;45/01/2026;04/02/2026;10,00\n;;N4;05/01/2026;04/02/2026;7,00\n"
FOREIGN = "Kunde;Beleg;Datum;Betrag\nMeier;R1;05.01.2026;1200,00\nSchulz;R2;06.02.2026;300,10\n"


def file(name: str, content: str | bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content.encode() if isinstance(content, str) else content)


Send = Callable[..., Upload]


@pytest.fixture
def address(company: Company) -> str:
    return f"/c/{company.key}/imports/"


@pytest.fixture
def send(desk: Client, address: str, company: Company) -> Send:
    """Send a file and have it read; the upload as it stands then."""

    def sent(content: str | bytes, name: str = "factures.csv") -> Upload:
        desk.post(address, {"files": file(name, content)})
        work()
        return newest(company)

    return sent


def newest(company: Company) -> Upload:
    found = Upload.objects.of(company.pk).order_by("-pk").first()
    assert found is not None
    return found


def text(answer: Any) -> str:
    return answer.content.decode()


def test_a_file_is_read_shown_and_brought_in(desk: Client, address: str, company: Company) -> None:
    answer = desk.post(address, {"files": file("factures été.csv", GOOD)})
    upload = newest(company)
    assert answer.headers["Location"] == f"{address}{upload.pk}/"
    assert "every 1s" in text(desk.get(f"{address}{upload.pk}/"))
    work()
    shown = text(desk.get(f"{address}{upload.pk}/"))
    assert "factures été.csv" in shown
    assert "€1,250.00" in shown
    assert "2 invoices" in shown
    assert Invoice.objects.of(company.pk).filter(number="N1").count() == 0
    desk.post(f"{address}{upload.pk}/bring/")
    work()
    run = ImportRun.objects.of(company.pk).order_by("-pk")[0]
    answer = desk.get(f"{address}{upload.pk}/")
    assert answer.headers["Location"] == f"{address}runs/{run.pk}/"
    result = text(desk.get(answer.headers["Location"]))
    assert "1 customer, 2 invoices" in result
    assert "administrator of fournil" in result
    assert Invoice.objects.of(company.pk).filter(number="N1").count() == 1


def test_the_plan_is_drawn_with_what_came_in(desk: Client, company: Company, send: Send) -> None:
    upload = send(GOOD)
    desk.post(f"/c/{company.key}/imports/{upload.pk}/bring/")
    work()
    assert Invoice.objects.of(company.pk).filter(customer__key="C").exists()
    plan = ImportRun.objects.of(company.pk).order_by("-pk")[0]
    assert newest(company).state == UploadState.DONE
    assert newest(company).run_id == plan.pk
    assert PlanEntry.objects.of(company.pk).filter(customer__key="C", ended_on=None).exists()


def test_nothing_of_a_file_is_lost_and_every_refused_line_is_told(
    desk: Client, address: str, send: Send
) -> None:
    upload = send(BAD_LINES)
    totals = upload.understood["totals"]
    assert totals["file_debit"] == totals["debit"] + totals["refused"]
    shown = text(desk.get(f"{address}{upload.pk}/"))
    assert "factures.csv:4" in shown
    assert "45/01/2026" in shown
    assert "Write the date as in the other lines" in shown
    answer = desk.get(f"{address}{upload.pk}/refused.csv")
    csv = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    assert csv.count("\r\n") == 3
    assert '"factures.csv","4","Date","45/01/2026"' in csv


def test_a_cell_of_the_refused_lines_is_no_formula(desk: Client, address: str, send: Send) -> None:
    upload = send(GOOD + "A;A SARL;N3;=1+1;04/02/2026;10,00\n")
    answer = desk.get(f"{address}{upload.pk}/refused.csv")
    assert b'"\'=1+1"' in b"".join(answer.streaming_content)  # type: ignore[attr-defined]


def test_the_same_file_twice_brings_nothing_new(
    desk: Client, address: str, company: Company, send: Send
) -> None:
    first = send(GOOD)
    desk.post(f"{address}{first.pk}/bring/")
    work()
    again = send(GOOD)
    assert "Nothing new" in text(desk.get(f"{address}{again.pk}/"))
    desk.post(f"{address}{again.pk}/bring/")
    work()
    assert Invoice.objects.of(company.pk).filter(number="N1").count() == 1
    assert newest(company).understood["result"]["nothing_new"] is True


def test_columns_the_reader_does_not_know_are_chosen_by_a_person_and_remembered(
    desk: Client, address: str, company: Company, send: Send
) -> None:
    upload = send(FOREIGN, "kunden.csv")
    assert upload.state == UploadState.REFUSED
    shown = text(desk.get(f"{address}{upload.pk}/"))
    assert "Kunde" in shown
    assert "Meier · Schulz" in shown
    desk.post(f"{address}{upload.pk}/reading/", {"kind": "invoices"})
    work()
    chosen = {"column_0": "customer_name", "column_1": "number", "column_2": "issued_on",
              "column_3": "amount", "currency": "EUR"}  # fmt: skip
    answer = desk.post(f"{address}{upload.pk}/reading/", chosen)
    assert answer.status_code == 302
    work()
    assert newest(company).state == UploadState.READY
    desk.post(f"{address}{upload.pk}/bring/")
    work()
    assert Invoice.objects.of(company.pk).filter(number="R1", amount_minor=120_000).exists()
    assert TableMapping.objects.of(company.pk).count() == 1
    assert send(FOREIGN, "kunden.csv").state == UploadState.READY


def test_what_a_kind_of_table_lacks_is_told(desk: Client, address: str, send: Send) -> None:
    upload = send("Client;N° facture;Date\nA;1;05/01/2026\nB;2;06/01/2026\n")
    desk.post(f"{address}{upload.pk}/reading/", {"kind": "invoices"})
    work()
    shown = text(desk.get(f"{address}{upload.pk}/"))
    assert "none holds: amount incl. tax / amount remaining" in shown
    assert "factures.csv:1" in shown


def test_a_choice_that_cannot_be_is_told_beside_the_columns(
    desk: Client, address: str, company: Company, send: Send
) -> None:
    upload = send(GOOD)
    chosen = {"column_1": "customer_name", "column_2": "number", "column_3": "number",
              "currency": "XXY"}  # fmt: skip
    answer = desk.post(f"{address}{upload.pk}/reading/", chosen)
    assert answer.status_code == 422
    shown = text(answer)
    assert "holds invoice number already" in shown
    assert "No column holds: issue date" in shown
    assert "Write a currency by its three letters" in shown
    assert newest(company).state == UploadState.READY


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("facture.csv", b"%PDF-1.7 and so on", "a file of the kind PDF"),
        ("vide.csv", b"", "The file is empty"),
        ("bruit.csv", bytes(range(256)) * 20, "a byte of value zero"),
        ("entete.csv", "Client;N° facture;Date;Montant TTC\n", "followed by no line at all"),
        ("cassé.xlsx", b"PK\x03\x04 broken", "cannot be opened"),
    ],
)  # fmt: skip
def test_a_file_that_is_not_understood_says_why_and_writes_nothing(
    name: str, content: bytes | str, told: str, desk: Client, address: str, company: Company,
    send: Send,
) -> None:  # fmt: skip
    runs = ImportRun.objects.of(company.pk).count()
    upload = send(content, name)
    assert upload.state == UploadState.REFUSED
    shown = text(desk.get(f"{address}{upload.pk}/"))
    assert told in shown
    assert name in shown
    desk.post(f"{address}{upload.pk}/bring/")
    work()
    assert ImportRun.objects.of(company.pk).count() == runs


def test_a_file_of_which_every_line_is_refused_is_not_told_to_be_known(
    desk: Client, address: str, send: Send
) -> None:
    lines = "R1;Rag;RA-1;01/10/2026\nR1;Rag;RA-2;01/10/2026;31/10/2026;10,00;;;;more\n"
    row = send(HEADER + lines)
    page = text(desk.get(f"{address}{row.pk}/"))
    assert "Nothing new of this file can be brought in" in page
    assert "everything was known already" not in page


def test_a_workbook_that_unpacks_without_end_is_refused(
    desk: Client, address: str, send: Send, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("amiable.sources.table.workbook.MOST_INFLATED", 5_000_000)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 20_000_000)
    upload = send(packed.getvalue(), "bombe.xlsx")
    assert upload.problem["code"] == "table.too_large"
    assert "more than a gigabyte" in text(desk.get(f"{address}{upload.pk}/"))


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\moi\\factures.csv", "factures.csv"),
        ("factures été.csv", "factures été.csv"),
        ('a<b>"c".csv', "abc.csv"),
        ("..", "file"),
        ("a" * 300 + ".csv", "a" * 146 + ".csv"),
        (".htaccess", "htaccess"),
    ],
)
def test_a_name_leads_nowhere_but_into_its_folder(given: str, kept: str) -> None:
    assert safe_name(given) == kept


def test_accounting_exports_are_read_together_and_tables_one_by_one(
    desk: Client, address: str, company: Company, today: Any, tmp_path: Any
) -> None:
    written = write_demo(tmp_path, today)
    paths = [*written.fec, written.customers]
    desk.post(address, {"files": [file(path.name, path.read_bytes()) for path in paths]})
    uploads = list(Upload.objects.of(company.pk).order_by("pk"))
    assert [len(upload.files) for upload in uploads] == [3, 1]
    work()
    shown = text(desk.get(f"{address}{uploads[0].pk}/"))
    assert "accounting export FEC" in shown
    assert uploads[0].files[0] in shown
    desk.post(f"{address}{uploads[0].pk}/reading/", {"accounts": "411, 413"})
    work()
    assert Upload.objects.of(company.pk).get(pk=uploads[0].pk).wishes["accounts"] == ["411", "413"]


def test_an_import_is_taken_back(desk: Client, address: str, company: Company, send: Send) -> None:
    upload = send(GOOD)
    desk.post(f"{address}{upload.pk}/bring/")
    work()
    run = newest(company).run_id
    assert "Take this import back" in text(desk.get(f"{address}runs/{run}/"))
    desk.post(f"{address}runs/{run}/undo/")
    assert "every 1s" in text(desk.get(f"{address}runs/{run}/"))
    work()
    assert Invoice.objects.of(company.pk).filter(number="N1").count() == 0
    assert "was taken back" in text(desk.get(f"{address}runs/{run}/"))
    codes = AuditEntry.objects.of(company.pk).order_by("pk").values_list("code", flat=True)
    assert list(codes) == ["import.done", "import.undone"]


def test_an_import_of_the_command_line_is_taken_back_too(
    desk: Client, address: str, company: Company
) -> None:
    run = ImportRun.objects.of(company.pk).get()
    desk.post(f"{address}runs/{run.pk}/undo/")
    work()
    run.refresh_from_db()
    assert run.undone_at is not None
    assert text(desk.get(address)).count("taken back") == 1


def test_only_the_newest_import_can_be_taken_back(
    desk: Client, address: str, company: Company, send: Send
) -> None:
    first = ImportRun.objects.of(company.pk).get()
    upload = send(GOOD)
    desk.post(f"{address}{upload.pk}/bring/")
    work()
    answer = desk.post(f"{address}runs/{first.pk}/undo/", follow=True)
    assert "Only the newest import" in text(answer)
    work()
    first.refresh_from_db()
    assert first.undone_at is None


def test_a_second_click_brings_nothing_in_twice(
    desk: Client, address: str, company: Company, send: Send
) -> None:
    upload = send(GOOD)
    runs = ImportRun.objects.of(company.pk).count()
    desk.post(f"{address}{upload.pk}/bring/")
    again = desk.post(f"{address}{upload.pk}/bring/", follow=True)
    assert "was quicker" in text(again)
    work()
    assert ImportRun.objects.of(company.pk).count() == runs + 1


def test_two_imports_of_one_company_go_one_after_the_other(
    desk: Client, address: str, company: Company, send: Send
) -> None:
    first, second = send(GOOD), send(GOOD.replace("N1", "N7"), "autres.csv")
    for upload in (first, second):
        desk.post(f"{address}{upload.pk}/bring/")
    assert [row.pk for row in uploads_to_take_up()] == [first.pk]
    assert "Waiting for its turn" in text(desk.get(f"{address}{second.pk}/"))
    work()
    assert {row.state for row in Upload.objects.of(company.pk)} == {"done"}


def test_files_can_be_thrown_away(desk: Client, address: str, company: Company, send: Send) -> None:
    upload = send(GOOD)
    folder = folder_path(str(upload.folder))
    assert folder.is_dir()
    answer = desk.post(f"{address}{upload.pk}/drop/", follow=True)
    assert "Thrown away: factures.csv" in text(answer)
    assert not folder.exists()
    assert newest(company).state == UploadState.DROPPED
    desk.post(f"{address}{upload.pk}/bring/")
    assert work() == 0


def test_the_progress_asks_for_the_page_once_it_is_over(
    desk: Client, address: str, send: Send, company: Company
) -> None:
    upload = send(GOOD)
    asked = desk.get(f"{address}{upload.pk}/progress/", headers={"hx-request": "true"})
    assert asked.headers["HX-Refresh"] == "true"
    desk.post(f"{address}{upload.pk}/bring/")
    asked = desk.get(f"{address}{upload.pk}/progress/", headers={"hx-request": "true"})
    assert "<progress" in text(asked)
    assert "<html" not in text(asked)
    assert progress_of("nowhere").percent is None


def test_too_much_at_once_is_told_and_not_kept(
    desk: Client, address: str, company: Company, settings: Any
) -> None:
    settings.UPLOAD_MOST = 200
    answer = desk.post(address, {"files": file("gros.csv", "x" * 5_000)}, follow=True)
    assert "too large" in text(answer)
    assert not Upload.objects.of(company.pk).exists()


def test_no_file_at_all_is_told(desk: Client, address: str) -> None:
    assert "No file arrived" in text(desk.post(address, {}, follow=True))


def test_a_stranger_s_file_is_not_kept(address: str, company: Company, settings: Any) -> None:
    answer = Client().post(address, {"files": file("a.csv", GOOD)})
    assert answer.headers["Location"].startswith("/accounts/login/")
    assert not folder_path("").exists()


def test_who_may_not_import_may_not_look_either(
    sign_in: SignIn, address: str, company: Company, send: Send
) -> None:
    upload = send(GOOD)
    for role in ("reader", "outside"):
        assert sign_in(role).get(address).status_code == 403
        assert sign_in(role).get(f"{address}{upload.pk}/").status_code == 403
    assert sign_in("collector").get(address).status_code == 200


def test_the_history_is_paged(
    desk: Client, address: str, company: Company, django_assert_max_num_queries: Any
) -> None:
    run = ImportRun.objects.of(company.pk).get()
    for at in range(25):
        ImportRun.objects.of(company.pk).create(
            company=company, files=[f"f{at}.csv"], imported_on=run.imported_on
        )
    with django_assert_max_num_queries(16):
        first = text(desk.get(address))
    assert "f24.csv" in first
    assert "f4.csv" not in first
    older = ImportRun.objects.of(company.pk).order_by("-pk")[19].pk
    second = text(desk.get(f"{address}?before={older}"))
    assert "f4.csv" in second
    assert "f24.csv" not in second


def test_an_empty_company_is_led_to_its_first_import(desk: Client, company: Company) -> None:
    Company.objects.filter(pk=company.pk).update(imported_on=None)
    shown = text(desk.get(f"/c/{company.key}/patterns/"))
    assert "Import your first file" in shown
    ImportRun.objects.of(company.pk).all().delete()
    assert "Nothing was imported yet" in text(desk.get(f"/c/{company.key}/imports/"))


def test_old_data_are_told_on_every_page(desk: Client, company: Company, today: Any) -> None:
    old = today.replace(month=1)
    Company.objects.filter(pk=company.pk).update(imported_on=old)
    assert "The data are" in text(desk.get(f"/c/{company.key}/patterns/"))


def test_who_must_wait_too_long_for_the_database_is_told(
    desk: Client, address: str, company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(*_given: Any, **_named: Any) -> None:
        raise OperationalError("database is locked")

    monkeypatch.setattr("amiable.web.imports.views.receive", busy)
    answer = desk.post(address, {"files": file("factures.csv", GOOD)})
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "10"
    assert "Nothing was changed" in text(answer)


def test_the_desk_says_that_it_is_well(db: None) -> None:
    assert Client().get("/health/").json() == {"status": "ok"}

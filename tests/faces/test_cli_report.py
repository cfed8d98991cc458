"""``amiable report``: the weekly report, shown, written as a PDF, sent once to who asked for it."""

from datetime import date
from io import BytesIO
from pathlib import Path

from pypdf import PdfReader

from amiable.engine.days import week_start
from amiable.store.models import Company, Membership, User, WeeklyReport
from amiable.store.models.membership import Role
from tests.faces.conftest import TODAY, Shell

DAY = ("--as-of", TODAY)
MONDAY = week_start(date.fromisoformat(TODAY))


def test_it_tells_of_the_week_before_and_who_owes_most(company: Shell) -> None:
    told = company.ok("report", *DAY)
    assert "Marchand Frères" in told
    found = company.json("report", *DAY)["report"]
    overdue = next(one for one in found["figures"] if one["name"] == "Overdue")
    assert overdue["value"] == "€1,281"  # Marchand's 1,200.50 and Zoé's 80.00 on Sunday 15/02


def test_it_is_written_as_a_pdf(company: Shell) -> None:
    file = company.folder / "week.pdf"
    assert str(file) in company.ok("report", "--pdf", str(file), *DAY)
    (page, *_) = PdfReader(BytesIO(file.read_bytes())).pages
    assert "Marchand Frères" in page.extract_text()
    nowhere = company.folder / "no such folder" / "week.pdf"
    assert "there is no such file or folder" in company.refused(
        "report", "--pdf", str(nowhere), *DAY
    )


def test_a_week_to_come_or_before_the_ledger_is_refused(company: Shell) -> None:
    assert "has not begun" in company.refused("report", "--week", "2026-03-02", *DAY)
    assert "begins later" in company.refused("report", "--week", "2019-03-04", *DAY)


def test_it_leaves_once_for_who_asked_for_it(company: Shell) -> None:
    assert "Nobody is due to receive it" in company.ok("report", "--send", *DAY)
    Membership.everywhere.create(
        company=Company.objects.get(),
        user=User.objects.create_user("lea@fournil.example", name="Léa"),
        role=Role.MANAGER.value,
        weekly_report_from=MONDAY,
    )
    assert "lea@fournil.example: sent" in company.ok("report", "--send", *DAY)
    assert "Nobody is due" in company.ok("report", "--send", *DAY)
    assert WeeklyReport.everywhere.get().state == "sent"
    (mail,) = Path(company.folder, "var").rglob("*.eml")
    assert b"amiable-fournil-2026-02-16.pdf" in mail.read_bytes()

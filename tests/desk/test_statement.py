"""The statement of account: the same figures as the desk's, in a PDF and in a workbook."""

import re
import zlib
from io import BytesIO

import pytest
from python_calamine import CalamineWorkbook

from amiable.desk.sight import sight_of
from amiable.desk.statement import PDF, XLSX, statement_file, statement_of
from amiable.store.models import Customer
from amiable.words.statement import write_pdf
from tests.desk.books import (
    DAY,
    TODAY,
    bring_in,
    company_with_debtors,
    credit_note,
    customer,
    eur,
    facts,
    invoice,
    payment,
)

pytestmark = pytest.mark.django_db


def sight(company, key="A"):
    return sight_of(company, customer(company, key), TODAY)


@pytest.fixture
def company():
    made = company_with_debtors(("A",))
    bring_in(
        made,
        facts(
            "A",
            [
                invoice("A", "F-2", TODAY + 20 * DAY, 50_000),
                invoice("A", "=F-3", TODAY - 5 * DAY, 30_000),
            ],
            [
                payment("A", "P-1", TODAY - DAY, 10_000, lettering="x"),
                credit_note("A", "N-1", TODAY, 2_500),
            ],
        ),
    )
    return made


def test_it_holds_what_is_open_and_what_is_overdue(company):
    (part,) = statement_of(company, sight(company)).parts
    owed = sum(line.left.minor for line in part.lines)
    credit = sum(one.left.minor for one in part.credits)
    assert part.total == eur(owed - credit)
    assert part.total == eur(100_000 + 50_000 + 30_000 - 10_000 - 2_500)
    assert part.overdue == eur(sum(line.left.minor for line in part.lines if line.late > 0))
    for line in part.lines:
        assert line.amount - line.paid == line.left


def test_currencies_never_meet(company):
    dollars = invoice("A", "US-1", TODAY + DAY, 700)
    usd = dollars.amount.__class__(minor=700, currency="USD")
    object.__setattr__(dollars, "amount", usd)
    bring_in(company, facts("A", [dollars]))
    parts = statement_of(company, sight(company)).parts
    assert [part.currency for part in parts] == ["EUR", "USD"]
    assert parts[1].total == usd


def test_the_pdf_is_tagged_and_for_the_archives(company):
    file = statement_file(company, sight(company), PDF)
    assert file.name == f"releve-a-{TODAY.isoformat()}.pdf"
    assert file.content.startswith(b"%PDF-1.7")
    streams = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", file.content, re.DOTALL)
    plain = file.content + b"".join(_open(one) for one in streams)
    assert b"<pdfaid:part>2</pdfaid:part>" in plain
    assert b"<pdfuaid:part>1</pdfuaid:part>" in plain
    assert b"/StructTreeRoot" in plain


def _open(stream: bytes) -> bytes:
    try:
        return zlib.decompress(stream)
    except zlib.error:
        return b""


@pytest.mark.parametrize(
    "name",
    [
        '#panic[] *a* $x$ @y <z> [b] _c_ `d` \\ " // /* é à ç œ €',
        "株式会社 🎉",
        '#import "/etc/passwd"; sys.inputs',
    ],
)
def test_a_name_is_never_read_as_markup(company, name):
    Customer.objects.of(company.pk).filter(key="A").update(name=name)
    statement = statement_of(company, sight(company))
    assert statement.name == name
    assert write_pdf(statement).startswith(b"%PDF-")


def test_the_workbook_holds_real_dates_and_numbers_and_no_formula(company):
    file = statement_file(company, sight(company), XLSX)
    sheet = CalamineWorkbook.from_filelike(BytesIO(file.content)).get_sheet_by_name("EUR")
    rows = sheet.to_python()
    assert rows[3][0] == "Facture"
    lines = {row[0]: row for row in rows[4:]}
    assert lines["F-2"][2] == TODAY + 20 * DAY
    assert lines["F-2"][6] == 500.0
    assert lines["=F-3"][4] == 300.0, "a number that begins with = stays a text"
    assert rows[-1][6] == 1_675.0


def test_who_owes_nothing_gets_a_statement_that_says_so(company):
    bring_in(company, facts("N"))
    file = statement_file(company, sight(company, "N"), PDF)
    assert file.content.startswith(b"%PDF-")
    assert statement_file(company, sight(company, "N"), XLSX).content.startswith(b"PK")

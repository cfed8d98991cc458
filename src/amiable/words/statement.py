"""Statement of account: what is open between two parties on a day, as PDF and as a workbook."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from amiable.engine.money import Money, exponent
from amiable.engine.parties import Company, Language
from amiable.words.amounts import write_money
from amiable.words.catalogue import say, term
from amiable.words.dates import short_date, write_date
from amiable.words.pdf import LOGO, compile_pdf, drawn


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementLine:
    """An open invoice; ``late`` days after its due date, zero or less when it is not late."""

    number: str
    issued_on: date
    due_on: date
    late: int
    amount: Money
    paid: Money
    left: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementCredit:
    """Money or a credit note not tied to an invoice yet."""

    kind: str
    number: str
    received_on: date
    left: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementPart:
    """One currency: its lines, what they make, credits taken off, and what of it is overdue."""

    currency: str
    lines: tuple[StatementLine, ...]
    credits: tuple[StatementCredit, ...]
    total: Money
    overdue: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """A statement in the language of who receives it; ``logo`` a PNG or JPEG."""

    company: Company
    name: str
    key: str
    address: str
    language: Language
    on: date
    parts: tuple[StatementPart, ...]
    logo: bytes | None = None


_HEADS = ("number", "issued", "due", "late", "amount", "paid", "left")


def write_pdf(statement: Statement) -> bytes:
    """The statement as an accessible PDF for the archives."""
    images = {} if statement.logo is None else {LOGO: drawn(statement.logo)}
    return compile_pdf("statement_alone.typ", statement_page(statement), images)


def statement_page(statement: Statement) -> dict[str, Any]:
    """A statement as its page template takes it: finished texts."""
    language, company = statement.language, statement.company

    def text(key: str, /, **facts: Any) -> str:
        return say(language, f"statement.{key}", **facts)

    return {
        "language": language.value,
        "logo": LOGO if statement.logo is not None else None,
        "title": text("title"),
        "on": text("on", on=statement.on),
        "company": {
            "name": company.name,
            "lines": [
                *company.address.splitlines(),
                *(text("siren", siren=company.siren) for _ in (1,) if company.siren),
                *(text("vat", vat=company.vat) for _ in (1,) if company.vat),
                *(line for line in (company.email, company.phone) if line),
            ],
        },
        "customer": {
            "name": statement.name,
            "lines": [*statement.address.splitlines(), text("key", key=statement.key)],
        },
        "heads": [text(f"head.{name}") for name in _HEADS],
        "credit_heads": [text(f"head.{name}") for name in ("credit", "day", "left")],
        "credits_title": text("credits"),
        "parts": [_part(part, language) for part in statement.parts],
        "nothing": text("nothing"),
        "pay": [
            [say(language, "letter.pay.iban"), grouped(company.iban)],
            [say(language, "letter.pay.bic"), company.bic],
            [say(language, "letter.pay.reference"), statement.key],
        ]
        if company.iban
        else [],
        "pay_title": text("pay"),
        "page": text("page"),
    }


def grouped(iban: str) -> str:
    """An IBAN as people read it, in groups of four."""
    plain = "".join(iban.split())
    return " ".join(plain[at : at + 4] for at in range(0, len(plain), 4))


def _part(part: StatementPart, language: Language) -> dict[str, Any]:
    return {
        "rows": [_row(line, language) for line in part.lines],
        "credits": [
            [
                " ".join((term(language, "credit", one.kind), one.number)).strip(),
                short_date(one.received_on, language),
                write_money(-one.left, language),
            ]
            for one in part.credits
        ],
        "total": [
            say(language, "statement.total", currency=part.currency),
            write_money(part.total, language),
        ],
        "overdue": [
            say(language, "statement.overdue"),
            write_money(part.overdue, language),
        ]
        if part.overdue.minor
        else [],
    }


def _row(line: StatementLine, language: Language) -> list[str]:
    return [
        line.number,
        short_date(line.issued_on, language),
        short_date(line.due_on, language),
        say(language, "statement.late", n=line.late) if line.late > 0 else "–",
        write_money(line.amount, language),
        write_money(line.paid, language) if line.paid.minor else "–",
        write_money(line.left, language),
    ]


def write_xlsx(statement: Statement) -> bytes:
    """The statement as a workbook: real dates and numbers, one sheet a currency."""
    target = BytesIO()
    with Workbook(target, {"in_memory": True, "strings_to_formulas": False}) as book:
        for part in statement.parts or (_nothing(statement),):
            _Sheet(book, book.add_worksheet(part.currency), statement).write(part)
    return target.getvalue()


def _nothing(statement: Statement) -> StatementPart:
    currency = statement.company.currency
    zero = Money(minor=0, currency=currency)
    return StatementPart(currency=currency, lines=(), credits=(), total=zero, overdue=zero)


class _Sheet:
    """One currency as a table below two lines that say what it is."""

    def __init__(self, book: Workbook, sheet: Worksheet, statement: Statement) -> None:
        self.sheet, self.statement, self.language = sheet, statement, statement.language
        self.bold = book.add_format({"bold": True})
        self.day = book.add_format({"num_format": "yyyy-mm-dd"})
        self.formats: Callable[[dict[str, Any]], Any] = book.add_format

    def write(self, part: StatementPart) -> None:
        """Everything of a currency."""
        statement, sheet = self.statement, self.sheet
        decimals = "0" * exponent(part.currency)
        self.number = self.formats({"num_format": f"#,##0.{decimals}" if decimals else "#,##0"})
        on = write_date(statement.on, self.language)
        title = say(self.language, "statement.title")
        sheet.write_string(0, 0, f"{title} – {statement.name} – {on}", self.bold)
        sheet.write_string(1, 0, statement.company.name)
        for column, name in enumerate(_HEADS):
            sheet.write_string(3, column, say(self.language, f"statement.head.{name}"), self.bold)
        row = 4
        for cells in (*self._lines(part), *self._credits(part)):
            for column, cell in enumerate(cells):
                self._cell(row, column, cell)
            row += 1
        sheet.write_string(
            row, 0, say(self.language, "statement.total", currency=part.currency), self.bold
        )
        self._cell(row, 6, part.total)
        sheet.set_column(0, 0, 28)
        sheet.set_column(1, 6, 14)
        sheet.freeze_panes(4, 1)

    def _lines(self, part: StatementPart) -> Iterator[tuple[Any, ...]]:
        for line in part.lines:
            late = max(line.late, 0)
            yield (
                line.number, line.issued_on, line.due_on, late, line.amount, line.paid, line.left,
            )  # fmt: skip

    def _credits(self, part: StatementPart) -> Iterator[tuple[Any, ...]]:
        for one in part.credits:
            kind = term(self.language, "credit", one.kind)
            yield (f"{kind} {one.number}".strip(), one.received_on, None, None, None, None,
                   -one.left)  # fmt: skip

    def _cell(self, row: int, column: int, cell: Any) -> None:
        if isinstance(cell, Money):
            self.sheet.write_number(row, column, float(cell.decimal()), self.number)
        elif isinstance(cell, date):
            self.sheet.write_datetime(row, column, cell, self.day)
        elif isinstance(cell, int):
            self.sheet.write_number(row, column, cell)
        elif cell is not None:
            self.sheet.write_string(row, column, cell)

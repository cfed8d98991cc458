"""Statement of account: what a customer owes on a day, to send or to keep."""

import re
from dataclasses import dataclass
from datetime import date

from amiable.desk.sight import Sight
from amiable.engine import parties
from amiable.engine.ledger import OpenCredit, OpenInvoice
from amiable.engine.money import Money
from amiable.engine.parties import Language
from amiable.engine.situation import Account
from amiable.store.company import load_company
from amiable.store.models import Company
from amiable.words import say
from amiable.words.statement import (
    Statement,
    StatementCredit,
    StatementLine,
    StatementPart,
    write_pdf,
    write_xlsx,
)

PDF = "application/pdf"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A file ready to be saved or attached."""

    name: str
    media_type: str
    content: bytes


def statement_file(
    company: Company,
    sight: Sight,
    media_type: str = PDF,
    *,
    language: Language | None = None,
    logo: bytes | None = None,
) -> File:
    """The statement of a customer, in the customer's language unless another is given."""
    speaks = language or Language(sight.row.language)
    statement = statement_for(load_company(company), sight.account, speaks, sight.today, logo)
    write, ending = (write_pdf, "pdf") if media_type == PDF else (write_xlsx, "xlsx")
    slug = re.sub(r"[^A-Za-z0-9]+", "-", statement.key)[:40].strip("-").lower() or "customer"
    name = say(statement.language, "statement.file", key=slug, on=statement.on.isoformat())
    return File(name=f"{name}.{ending}", media_type=media_type, content=write(statement))


def statement_of(company: Company, sight: Sight) -> Statement:
    """What is open on the day looked at, one part a currency."""
    language = Language(sight.row.language)
    return statement_for(load_company(company), sight.account, language, sight.today)


def statement_for(
    company: parties.Company,
    account: Account,
    language: Language,
    on: date,
    logo: bytes | None = None,
) -> Statement:
    """What a customer owes on a day, in a language."""
    open_ = account.open
    currencies = {item.left.currency for item in open_.invoices}
    currencies |= {item.left.currency for item in open_.credits}
    addresses = (contact.address for contact in account.customer.contacts)
    return Statement(
        company=company,
        name=account.customer.name,
        key=account.customer.key,
        address=next((address for address in addresses if address), ""),
        language=language,
        on=on,
        logo=logo,
        parts=tuple(
            _part(
                currency,
                [item for item in open_.invoices if item.left.currency == currency],
                [item for item in open_.credits if item.left.currency == currency],
                on,
            )
            for currency in sorted(currencies)
        ),
    )


def _part(
    currency: str, invoices: list[OpenInvoice], credits: list[OpenCredit], on: date
) -> StatementPart:
    owed = sum(item.left.minor for item in invoices)
    paid = sum(item.left.minor for item in credits)
    overdue = sum(item.left.minor for item in invoices if item.invoice.due_on < on)
    return StatementPart(
        currency=currency,
        lines=tuple(_line(item, on) for item in invoices),
        credits=tuple(
            StatementCredit(
                kind=item.credit.kind.value,
                number=item.credit.number,
                received_on=item.credit.received_on,
                left=item.left,
            )
            for item in credits
        ),
        total=Money(minor=owed - paid, currency=currency),
        overdue=Money(minor=overdue, currency=currency),
    )


def _line(item: OpenInvoice, on: date) -> StatementLine:
    invoice = item.invoice
    return StatementLine(
        number=invoice.number or invoice.label or invoice.key,
        issued_on=invoice.issued_on,
        due_on=invoice.due_on,
        late=(on - invoice.due_on).days,
        amount=invoice.amount,
        paid=invoice.amount - item.left,
        left=item.left,
    )

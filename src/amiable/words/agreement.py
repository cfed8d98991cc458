"""Agreement: an instalment plan in writing, for both sides to sign or to accept."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from amiable.engine.instalment import Part
from amiable.engine.money import Money, totals
from amiable.engine.parties import Company, Language
from amiable.words.amounts import write_money
from amiable.words.catalogue import say
from amiable.words.dates import short_date, write_date
from amiable.words.pdf import LOGO, compile_pdf, drawn
from amiable.words.statement import grouped


@dataclass(frozen=True, slots=True, kw_only=True)
class OwedLine:
    """An invoice the plan is about; ``left`` to pay on the day it was agreed."""

    number: str
    issued_on: date
    due_on: date
    amount: Money
    left: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """A plan in the language of the customer; ``grace`` days after its date a part is missed.

    ``accepted_on`` and ``accepted_by`` once the customer has accepted it: then there is nothing
    to sign. ``logo`` a PNG or JPEG.
    """

    company: Company
    name: str
    key: str
    address: str
    language: Language
    agreed_on: date
    grace: int
    owed: tuple[OwedLine, ...]
    parts: tuple[Part, ...]
    note: str = ""
    accepted_on: date | None = None
    accepted_by: str = ""
    logo: bytes | None = None


def write_agreement(agreement: Agreement) -> bytes:
    """The agreement as an accessible PDF for the archives."""
    images = {} if agreement.logo is None else {LOGO: drawn(agreement.logo)}
    return compile_pdf("agreement.typ", agreement_page(agreement), images)


def agreement_page(agreement: Agreement) -> dict[str, Any]:
    """An agreement as its page template takes it: finished texts."""
    page = _Page(agreement)
    return {
        "language": agreement.language.value,
        "logo": LOGO if agreement.logo is not None else None,
        "title": page.text("title"),
        "dated": page.text("dated", on=agreement.agreed_on, reference=agreement.key),
        "reference": agreement.key,
        "page": say(agreement.language, "statement.page"),
        "company": page.company(),
        "customer": {
            "as": page.text("debtor"),
            "name": agreement.name,
            "lines": agreement.address.splitlines(),
        },
        "owed": page.owed(),
        "parts": page.parts(),
        "pay": page.pay(),
        "terms": page.terms(),
        "accepted": page.accepted(),
        "signs": page.signs(),
    }


class _Page:
    """The parts of the page, in the words of its language."""

    def __init__(self, agreement: Agreement) -> None:
        self.agreement, self.language = agreement, agreement.language

    def text(self, key: str, /, **facts: Any) -> str:
        return say(self.language, f"agreement.{key}", **facts)

    def company(self) -> dict[str, Any]:
        company = self.agreement.company
        lines = [
            *company.address.splitlines(),
            *(line for line in (company.email, company.phone) if line),
        ]
        return {"as": self.text("creditor"), "name": company.name, "lines": lines}

    def owed(self) -> dict[str, Any]:
        agreement = self.agreement
        facts = {"customer": agreement.name, "company": agreement.company.name}
        return {
            "title": self.text("owed"),
            "text": self.text("owes", on=agreement.agreed_on, **facts),
            "heads": [self.text(f"head.{one}") for one in ("number", "issued", "due")]
            + [self.text("head.amount"), self.text("head.left")],
            "rows": [
                [
                    line.number,
                    short_date(line.issued_on, self.language),
                    short_date(line.due_on, self.language),
                    write_money(line.amount, self.language),
                    write_money(line.left, self.language),
                ]
                for line in agreement.owed
            ],
        }

    def parts(self) -> dict[str, Any]:
        parts = self.agreement.parts
        total = totals(part.amount for part in parts)[0]
        return {
            "title": self.text("parts"),
            "text": self.text("pays", n=len(parts)),
            "heads": [self.text(f"head.{one}") for one in ("part", "on", "amount")],
            "rows": [
                [
                    str(number),
                    write_date(part.due_on, self.language),
                    write_money(part.amount, self.language),
                ]
                for number, part in enumerate(parts, 1)
            ],
            "total": self.text("total", amount=total),
        }

    def pay(self) -> dict[str, Any]:
        company = self.agreement.company
        rows = [
            (say(self.language, "letter.pay.iban"), grouped(company.iban)),
            (say(self.language, "letter.pay.bic"), company.bic),
            (say(self.language, "letter.pay.reference"), self.agreement.key),
        ]
        return {
            "title": say(self.language, "statement.pay"),
            "rows": [row for row in rows if row[1]] if company.iban else [],
        }

    def terms(self) -> dict[str, Any]:
        agreement = self.agreement
        texts = [self.text("term.peace"), self.text("term.missed", n=agreement.grace)]
        texts.append(self.text("term.debt", company=agreement.company.name))
        if agreement.note:
            texts.append(agreement.note)
        return {"title": self.text("terms"), "texts": texts}

    def accepted(self) -> str:
        agreement = self.agreement
        if agreement.accepted_on is None:
            return ""
        return self.text("accepted", on=agreement.accepted_on, name=agreement.accepted_by)

    def signs(self) -> list[dict[str, str]]:
        agreement = self.agreement
        names = (agreement.company.name, agreement.name)
        return [
            {"for": self.text("sign.for", name=name), "how": self.text("sign.how")}
            for name in names
        ]

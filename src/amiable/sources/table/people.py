"""People: the rows of a customers or contacts table, as customers and who to write to."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from typing import TypeVar

from stdnum.fr import siren as siren_number

from amiable.engine.days import parse_terms
from amiable.engine.parties import Contact
from amiable.sources.reading import CustomerFacts, CustomerRecord
from amiable.sources.table.cells import Cell, CellRefused, text_of
from amiable.sources.table.choices import (
    AUTOPAY,
    CUSTOMER_KINDS,
    INSOLVENT,
    LANGUAGES,
    SEGMENTS,
    choice,
    country_code,
    role_of,
)
from amiable.sources.table.context import Context, key_of
from amiable.sources.table.fields import Field, TableKind
from amiable.sources.table.mapping import EMAIL
from amiable.sources.table.names import fold

T = TypeVar("T")


class PeopleTable:
    """Takes rows one by one, then gives the facts customer by customer."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self._records: dict[str, CustomerRecord] = {}
        self._lines: dict[str, int] = {}
        self._contacts: dict[str, dict[str, Contact]] = {}
        self._line = 0

    def take(self, line: int, cells: list[Cell]) -> None:
        """Read one row, or refuse it."""
        self._line = line
        key, name = self.context.customer(cells)
        if self.context.is_header(cells) or not any(text_of(cell) for cell in cells):
            return
        if not key:
            self.context.refuse(line, CellRefused("table.customer_missing", self._who(), ""))
            return
        contacts = self._read_contacts(key, cells)
        if not contacts and self.context.mapping.kind is TableKind.CONTACTS:
            self.context.refuse(line, CellRefused("table.contact_empty", Field.EMAIL, ""))
            return
        self._merge(key, self._record(key, name, cells), line)
        kept = self._contacts.setdefault(key, {})
        for contact in contacts:
            kept.setdefault(contact.key, contact)

    def facts(self) -> Iterator[CustomerFacts]:
        """The facts of each customer, in the order of the file."""
        for key, record in self._records.items():
            if record.name:
                self.context.totals.names[key] = record.name
            yield CustomerFacts(customer=record, contacts=tuple(self._contacts[key].values()))

    def _who(self) -> Field:
        coded = self.context.has(Field.CUSTOMER_CODE)
        return Field.CUSTOMER_CODE if coded else Field.CUSTOMER_NAME

    def _merge(self, key: str, record: CustomerRecord, line: int) -> None:
        """Fill what the customer's earlier rows left empty; keep the first where they differ."""
        first = self._records.setdefault(key, record)
        first_line = self._lines.setdefault(key, line)
        if first == record:
            return
        empty = {
            name: getattr(record, name)
            for name in CustomerRecord.__slots__
            if getattr(first, name) in ("", None)
        }
        self._records[key] = replace(first, **empty)
        told = replace(
            record,
            **{
                name: getattr(self._records[key], name)
                for name in CustomerRecord.__slots__
                if getattr(record, name) in ("", None)
            },
        )
        if told != self._records[key]:
            facts = {"first_line": str(first_line), "line": str(line)}
            self.context.warn(line, CellRefused("table.customer_twice", self._who(), key, **facts))

    def _cell(self, cells: list[Cell], at: Field) -> str:
        return text_of(cells[self.context.column(at)])

    def _known(self, cells: list[Cell], at: Field, known: Callable[[str], T | None]) -> T | None:
        """What a cell's word means; a word that is not known is left out, with a warning."""
        text = self._cell(cells, at)
        if not text:
            return None
        value = known(text)
        if value is None:
            self.context.warn(self._line, CellRefused("table.value_unknown", at, text))
        return value

    def _record(self, key: str, name: str, cells: list[Cell]) -> CustomerRecord:
        vat = re.sub(r"[\s.]", "", self._cell(cells, Field.VAT)).upper()
        terms = self._known(cells, Field.TERMS, lambda text: text if parse_terms(text) else None)
        return CustomerRecord(
            key=key,
            name=name,
            kind=self._known(cells, Field.CUSTOMER_KIND, lambda text: choice(CUSTOMER_KINDS, text)),
            siren=self._siren(cells, vat),
            vat=vat,
            country=self._known(cells, Field.COUNTRY, country_code) or "",
            language=self._known(cells, Field.LANGUAGE, lambda text: choice(LANGUAGES, text)),
            terms=terms or "",
            autopay=self._known(cells, Field.AUTOPAY, lambda text: choice(AUTOPAY, text)),
            segment=self._known(cells, Field.SEGMENT, lambda text: choice(SEGMENTS, text)),
            insolvent_on=self._insolvent_on(cells[self.context.column(Field.INSOLVENT_ON)]),
        )

    def _insolvent_on(self, cell: Cell) -> date | None:
        """The day insolvency proceedings opened; a "yes" names no day, and none is made up."""
        text = text_of(cell)
        if not text or choice(INSOLVENT, text) is False:
            return None
        try:
            return self.context.dates.read(cell, Field.INSOLVENT_ON)
        except CellRefused as refused:
            if refused.code == "table.date_unreadable":
                refused = CellRefused("table.insolvency_without_date", refused.at, text)
            self.context.warn(self._line, refused)
            return None

    def _siren(self, cells: list[Cell], vat: str) -> str:
        """The SIREN of a SIREN or SIRET cell, else of a French VAT number."""
        text = self._cell(cells, Field.SIREN)
        digits = re.sub(r"\D", "", text)
        if not digits:
            inside = vat[4:] if vat.startswith("FR") else ""
            return inside if siren_number.is_valid(inside) else ""
        if len(digits) in (9, 14) and siren_number.is_valid(digits[:9]):
            return digits[:9]
        self.context.warn(self._line, CellRefused("table.siren_invalid", Field.SIREN, text))
        return ""

    def _read_contacts(self, customer: str, cells: list[Cell]) -> list[Contact]:
        """The contact of a row; one more for each further e-mail address in its cell."""
        parts = (self._cell(cells, Field.FIRST_NAME), self._cell(cells, Field.LAST_NAME))
        name = self._cell(cells, Field.CONTACT_NAME) or " ".join(part for part in parts if part)
        phone = self._cell(cells, Field.MOBILE) or self._cell(cells, Field.PHONE)
        emails = self._emails(self._cell(cells, Field.EMAIL))
        language = None
        if self.context.mapping.kind is TableKind.CONTACTS:
            known = self._cell(cells, Field.LANGUAGE)
            language = choice(LANGUAGES, known) if known else None
        role = role_of(self._cell(cells, Field.ROLE))
        if not (name or phone or emails):
            return []
        return [
            Contact(
                key=key_of(customer, "contact", email or fold(name) or phone),
                customer=customer,
                role=role,
                name=name,
                email=email,
                phone=phone,
                language=language,
            )
            for email in emails or [""]
        ]

    def _emails(self, text: str) -> list[str]:
        emails = []
        for word in re.split(r"[\s;,/<>]+", text.replace("mailto:", "")):
            if EMAIL.match(word):
                emails.append(word.lower())
            elif "@" in word or (word and "@" not in text):
                doubt = CellRefused("table.email_unreadable", Field.EMAIL, word)
                self.context.warn(self._line, doubt)
        return list(dict.fromkeys(emails))

"""What a table can hold, and how its columns are read: a mapping is data, kept for next time."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from amiable.sources.table.names import header_words


class TableKind(StrEnum):
    """What the rows of a table are."""

    INVOICES = "invoices"
    PAYMENTS = "payments"
    CUSTOMERS = "customers"
    CONTACTS = "contacts"


class Field(StrEnum):
    """A thing the reader understands in a column."""

    CUSTOMER_CODE = "customer_code"
    CUSTOMER_NAME = "customer_name"
    NUMBER = "number"  # the invoice's; in a payments table, of the invoice paid
    ISSUED_ON = "issued_on"
    DUE_ON = "due_on"
    AMOUNT = "amount"  # tax included
    REMAINING = "remaining"
    PAID = "paid"
    SETTLED_ON = "settled_on"
    CURRENCY = "currency"
    DISPUTED = "disputed"
    DISPUTE_REASON = "dispute_reason"
    DOCUMENT = "document"  # invoice or credit note
    ORDER = "order"
    TERMS = "terms"
    LABEL = "label"
    PAID_ON = "paid_on"
    REFERENCE = "reference"
    METHOD = "method"
    CUSTOMER_KIND = "customer_kind"
    SIREN = "siren"
    VAT = "vat"
    LANGUAGE = "language"
    COUNTRY = "country"
    AUTOPAY = "autopay"
    SEGMENT = "segment"
    INSOLVENT_ON = "insolvent_on"  # the day of the judgment that opened the proceedings
    CONTACT_NAME = "contact_name"
    FIRST_NAME = "first_name"
    LAST_NAME = "last_name"
    ROLE = "role"
    EMAIL = "email"
    PHONE = "phone"
    MOBILE = "mobile"


class DateOrder(StrEnum):
    """The order of day, month and year in dates written with figures."""

    DMY = "dmy"
    MDY = "mdy"
    YMD = "ymd"


_WHO = (Field.CUSTOMER_CODE, Field.CUSTOMER_NAME)

REQUIRED: dict[TableKind, tuple[tuple[Field, ...], ...]] = {
    TableKind.INVOICES: (
        _WHO,
        (Field.NUMBER,),
        (Field.ISSUED_ON,),
        (Field.AMOUNT, Field.REMAINING),
    ),
    TableKind.PAYMENTS: (_WHO, (Field.PAID_ON,), (Field.AMOUNT,)),
    TableKind.CUSTOMERS: (_WHO,),
    TableKind.CONTACTS: (
        _WHO,
        (Field.EMAIL, Field.PHONE, Field.MOBILE, Field.CONTACT_NAME, Field.LAST_NAME),
    ),
}
"""What each kind of table cannot do without: one field of each group."""

DATES = frozenset(
    {Field.ISSUED_ON, Field.DUE_ON, Field.SETTLED_ON, Field.PAID_ON, Field.INSOLVENT_ON}
)
AMOUNTS = frozenset({Field.AMOUNT, Field.REMAINING, Field.PAID})


class MappingUnreadable(ValueError):
    """A saved mapping is not one: it names an unknown kind, field, date order or decimal mark."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TableMapping:
    """Which column holds what, and how its dates and amounts are written.

    ``fields`` gives the header of each field, as the reader shows it. ``date_order`` None and
    ``decimal_mark`` "" leave the question to the reader, which looks at the whole column.
    """

    kind: TableKind
    fields: Mapping[Field, str] = field(default_factory=dict)
    date_order: DateOrder | None = None
    decimal_mark: str = ""

    def missing(self) -> tuple[tuple[Field, ...], ...]:
        """The required groups of fields of which no column was found."""
        return tuple(
            group
            for group in REQUIRED[self.kind]
            if not any(choice in self.fields for choice in group)
        )

    def as_dict(self) -> dict[str, object]:
        """The mapping as plain values, ready for JSON."""
        return {
            "kind": self.kind.value,
            "fields": {name.value: header for name, header in self.fields.items()},
            "date_order": self.date_order.value if self.date_order else None,
            "decimal_mark": self.decimal_mark,
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, object]) -> "TableMapping":
        """The mapping that `as_dict` wrote. Raises MappingUnreadable."""
        fields = data.get("fields")
        order = data.get("date_order")
        mark = data.get("decimal_mark") or ""
        if not isinstance(fields, Mapping) or mark not in ("", ",", "."):
            raise MappingUnreadable(f"not a column mapping: {dict(data)!r}")
        try:
            return cls(
                kind=TableKind(str(data.get("kind"))),
                fields={Field(str(name)): str(header) for name, header in fields.items()},
                date_order=DateOrder(str(order)) if order else None,
                decimal_mark=str(mark),
            )
        except ValueError as error:
            raise MappingUnreadable(f"not a column mapping: {error}") from error


def signature(headers: Iterable[str]) -> str:
    """A short name for a set of headers: the same columns, in any order or case, give the same.

    A mapping is remembered under it. Sixteen hexadecimal digits of a SHA-256.
    """
    words = sorted(" ".join(header_words(header)) for header in headers if header)
    return hashlib.sha256("\n".join(words).encode()).hexdigest()[:16]

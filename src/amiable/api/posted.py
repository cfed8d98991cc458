"""Posted: what other systems hand over, and what became of each item."""

from typing import Annotated, Any, Self

from pydantic import Field, model_validator
from stdnum.fr import siren as siren_number

from amiable.api.auth import Call
from amiable.api.values import (
    AmountAboveZero,
    Country,
    Day,
    Email,
    Key,
    Line,
    Name,
    Number,
    Record,
    Terms,
)
from amiable.desk.customer_posting import CustomerPost
from amiable.desk.posting import CreditPost, InvoicePost, PostReport
from amiable.engine.ledger import CreditKind
from amiable.engine.parties import Contact, ContactRole, CustomerKind, Language, Segment
from amiable.sources.reading import CustomerRecord
from amiable.words import say

MOST = 1_000
"""Items in one call."""

Phone = Annotated[str, Field(max_length=40, pattern=r"^[^\x00-\x1f\x7f]*$")]
Address = Annotated[str, Field(max_length=500, pattern=r"^[^\x00-\x09\x0b-\x1f\x7f]*$")]


class ContactIn(Record):
    """A person or a mailbox; one of name, e-mail and phone at least."""

    role: ContactRole = ContactRole.MAIN
    name: Line = ""
    email: Email = ""
    phone: Phone = ""
    address: Address = ""
    language: Language | None = None

    @model_validator(mode="after")
    def _somebody(self) -> Self:
        if not (self.name or self.email or self.phone):
            raise ValueError("give a name, an e-mail address or a phone number")
        return self

    def contact(self) -> Contact:
        """As the engine's value, without its key."""
        return Contact(key="", customer="", **self.model_dump())


class CustomerIn(Record):
    """A customer; what is left out stays as it is, or takes the company's default."""

    key: Annotated[Key, Field(description="As your system knows the customer; never changes")]
    name: Name
    kind: CustomerKind | None = None
    country: Country | None = None
    language: Language | None = None
    siren: Annotated[str, Field(pattern=r"^([0-9]{9}([0-9]{5})?)?$")] = ""
    terms: Terms = ""
    segment: Segment | None = None
    autopay: bool | None = None
    insolvent_on: Day | None = None
    contacts: Annotated[list[ContactIn], Field(default_factory=list, max_length=20)]

    @model_validator(mode="after")
    def _sound(self) -> Self:
        if self.siren and not siren_number.is_valid(self.siren[:9]):
            raise ValueError("siren: its check digit is wrong")
        return self

    def post(self) -> CustomerPost:
        """As the desk takes it."""
        said: dict[str, Any] = self.model_dump(exclude={"contacts", "country", "siren"})
        record = CustomerRecord(country=self.country or "", siren=self.siren[:9], **said)
        contacts = tuple(contact.contact() for contact in self.contacts)
        return CustomerPost(record=record, contacts=contacts)


class InvoiceIn(Record):
    """An invoice of a customer that exists."""

    customer: Annotated[Key, Field(description="The customer's `key`")]
    number: Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[^\x00-\x1f\x7f]*\S+$")]
    issued_on: Day
    due_on: Annotated[
        Day | None, Field(description="Left out: by the payment terms known of the customer")
    ] = None
    amount: AmountAboveZero
    label: Line = ""

    def post(self) -> InvoicePost:
        """As the desk takes it."""
        return InvoicePost(
            customer=self.customer,
            number=self.number,
            issued_on=self.issued_on,
            due_on=self.due_on,
            amount=self.amount.money(),
            label=self.label,
        )


class PaymentIn(Record):
    """Money received, a credit note or the like, of a customer that exists."""

    customer: Annotated[Key, Field(description="The customer's `key`")]
    key: Annotated[Key, Field(description="Your own name for it: the same key is the same payment")]
    kind: Annotated[
        CreditKind,
        Field(description="Not `bill`, `opening` or `adjustment`: those come from accounting"),
    ] = CreditKind.PAYMENT
    received_on: Day
    amount: AmountAboveZero
    number: Annotated[
        Number, Field(description="Of the credit note, or of the invoice that is paid")
    ] = ""
    label: Line = ""

    def post(self) -> CreditPost:
        """As the desk takes it."""
        return CreditPost(
            customer=self.customer,
            key=self.key,
            kind=self.kind,
            received_on=self.received_on,
            amount=self.amount.money(),
            number=self.number,
            label=self.label,
        )


class CustomersIn(Record):
    """Customers to create or correct."""

    customers: Annotated[list[CustomerIn], Field(min_length=1, max_length=MOST)]


class InvoicesIn(Record):
    """Invoices to take over."""

    invoices: Annotated[list[InvoiceIn], Field(min_length=1, max_length=MOST)]


class PaymentsIn(Record):
    """Payments to take over."""

    payments: Annotated[list[PaymentIn], Field(min_length=1, max_length=MOST)]


class PostedItem(Record):
    """An item that was taken; `known`: it was there already, and is not stored twice."""

    index: int
    id: int
    known: bool


class RefusedItem(Record):
    """An item that was not taken, and why; `detail` in the language asked for."""

    index: int
    code: str
    detail: str


class Posted(Record):
    """What became of the items, by their place in the request. `import_id`: the import they came
    in with, null when nothing was new."""

    import_id: int | None
    items: list[PostedItem]
    refused: list[RefusedItem]


def answer_of(call: Call, report: PostReport) -> Posted:
    """A posting's report as it is answered."""
    return Posted(
        import_id=report.run,
        items=[
            PostedItem(index=one.index, id=one.pk, known=one.known)
            for one in report.outcomes
            if one.pk is not None
        ],
        refused=[
            RefusedItem(
                index=one.index,
                code=one.refused,
                detail=say(call.language, f"posting.{one.refused}"),
            )
            for one in report.outcomes
            if one.refused
        ],
    )

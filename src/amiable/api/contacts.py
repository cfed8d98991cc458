"""Contacts: the people and mailboxes one writes to."""

from datetime import date
from typing import Annotated

from django.http import HttpRequest
from ninja import Body, Path, Query, Router
from pydantic import Field

from amiable.api.auth import Call, call_of
from amiable.api.doors import reads, writes
from amiable.api.paging import Page, PageQuery, cursor_of
from amiable.api.posted import Address, ContactIn, Phone
from amiable.api.problems import invalid
from amiable.api.values import CustomerRef, Email, Id, Line, Record
from amiable.desk.access import OtherCompany
from amiable.desk.audit import recorded, subject
from amiable.desk.contact import add_contact, change_contact, remove_contact
from amiable.desk.token import Scope
from amiable.engine.parties import Channel, ContactRole, Language
from amiable.store import feed
from amiable.store.models import Contact

router = Router(tags=["contacts"])


class ContactOut(Record):
    """A contact. `bounced_on`: the day its e-mail address failed for good, `wrong_on`: its phone
    number, `returned_on`: the day a letter came back from its postal address. `refuses`: the
    channels it wants nothing by."""

    id: int
    customer: CustomerRef
    role: ContactRole
    name: str
    email: str
    phone: str
    address: str
    language: Language | None
    bounced_on: date | None
    wrong_on: date | None
    returned_on: date | None
    opted_out: bool
    refuses: list[Channel]


class ContactPage(Page):
    """Contacts in the order of their `id`."""

    items: list[ContactOut]


class ContactFilters(PageQuery):
    """Which contacts."""

    customer: Annotated[Id | None, Field(description="The `id` of a customer")] = None


@reads(router, "/contacts", ContactPage, "List contacts")
def list_contacts(request: HttpRequest, filters: Query[ContactFilters]) -> ContactPage:
    """All contacts, or those of one customer."""
    company = call_of(request).company
    found = feed.contacts(company.pk, filters.place(), customer=filters.customer)
    return ContactPage(items=[out(row) for row in found.rows], next=cursor_of(found.last))


@reads(router, "/contacts/{id}", ContactOut, "One contact")
def get_contact(request: HttpRequest, id: Path[Id]) -> ContactOut:
    """A contact by its `id`."""
    return out(_row(call_of(request), id))


@writes(
    router,
    "/customers/{id}/contacts",
    ContactOut,
    "Add a contact",
    scope=Scope.CUSTOMERS,
    status=201,
)
def create_contact(request: HttpRequest, id: Path[Id], payload: Body[ContactIn]) -> ContactOut:
    """Another person or mailbox at a customer."""
    call = call_of(request)
    customer = call.customer(id)
    with recorded(call.actor, "api_contact_added", at=call.at, customer=customer) as entry:
        row = add_contact(call.company, customer, payload.model_dump())
        entry.subject = subject(row)
    call.redraw(customer.pk)
    return out(row)


class ContactPatch(Record):
    """What to change; what is left out stays. A new e-mail address is no longer one that
    bounced, a new phone number none that proved wrong."""

    role: ContactRole = ContactRole.MAIN
    name: Line = ""
    email: Email = ""
    phone: Phone = ""
    address: Address = ""
    language: Language | None = None
    opted_out: bool = False
    refuses: Annotated[
        list[Channel],
        Field(
            default_factory=list,
            max_length=len(Channel),
            description="The channels it wants nothing by; the list replaces the one before",
        ),
    ]


@writes(
    router,
    "/contacts/{id}",
    ContactOut,
    "Change a contact",
    scope=Scope.CUSTOMERS,
    method="PATCH",
)
def patch_contact(request: HttpRequest, id: Path[Id], payload: Body[ContactPatch]) -> ContactOut:
    """What is said here, no import says otherwise afterwards."""
    call = call_of(request)
    row = _row(call, id)
    values = payload.model_dump(exclude_unset=True)
    if "refuses" in values:
        values["refuses"] = sorted({channel.value for channel in payload.refuses})
    if not any(values.get(name, getattr(row, name)) for name in ("name", "email", "phone")):
        raise invalid("", "contact_empty")
    with recorded(call.actor, "api_contact_changed", at=call.at, customer=row.customer) as entry:
        change_contact(call.company, row, values)
        entry.subject = subject(row)
    call.redraw(row.customer_id)
    return out(row)


@writes(
    router,
    "/contacts/{id}",
    ContactOut,
    "Remove a contact",
    scope=Scope.CUSTOMERS,
    method="DELETE",
)
def delete_contact(request: HttpRequest, id: Path[Id]) -> ContactOut:
    """Nobody is written to there any more, and no import brings it back."""
    call = call_of(request)
    row = _row(call, id)
    with recorded(call.actor, "api_contact_removed", at=call.at, customer=row.customer) as entry:
        remove_contact(call.company, row, on=call.today)
        entry.subject = subject(row)
    call.redraw(row.customer_id)
    return out(row)


def _row(call: Call, pk: int) -> Contact:
    row = feed.contact_row(call.company.pk, pk)
    if row is None:
        raise OtherCompany(call.company, "contact")
    return row


def out(row: Contact) -> ContactOut:
    """A contact as it is answered."""
    return ContactOut(
        id=row.pk,
        customer=CustomerRef(id=row.customer_id, key=row.customer.key, name=row.customer.name),
        role=ContactRole(row.role),
        name=row.name,
        email=row.email,
        phone=row.phone,
        address=row.address,
        language=Language(row.language) if row.language else None,
        bounced_on=row.bounced_on,
        wrong_on=row.wrong_on,
        returned_on=row.returned_on,
        opted_out=row.opted_out,
        refuses=[Channel(one) for one in row.refuses],
    )

"""Customers: who owes, with what is owed, how they pay and whose customers they are."""

from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Body, Path, Query, Router
from pydantic import Field

from amiable.api.auth import Call, call_of
from amiable.api.doors import reads, writes
from amiable.api.paging import Page, PageQuery, cursor_of
from amiable.api.posted import CustomersIn, Posted, answer_of
from amiable.api.problems import invalid
from amiable.api.values import Amount, Country, Day, Id, Name, Record, Terms, Words
from amiable.desk.customer import change_customer
from amiable.desk.customer_posting import post_customers
from amiable.desk.token import Scope
from amiable.engine.parties import Channel, CustomerKind, Language, Segment
from amiable.store import feed
from amiable.store.company import load_policies
from amiable.store.ledger import balances_of
from amiable.store.models import Customer

router = Router(tags=["customers"])


class CustomerOut(Record):
    """A customer. `balance`: what is owed in all, one amount a currency, credits taken off.
    `segment` is what holds, `chosen_segment` what a person chose (null: the habit decides)."""

    id: int
    key: str
    name: str
    kind: CustomerKind
    country: str
    language: Language
    preferred_channel: Channel | None
    terms: str
    siren: str
    policy: str
    segment: Segment | None
    chosen_segment: Segment | None
    autopay: bool
    do_not_contact: bool
    insolvent_on: date | None
    collector: str | None
    balance: list[Amount]
    oldest_due_on: date | None


class CustomerPage(Page):
    """Customers in the order of their `id`."""

    items: list[CustomerOut]


class CustomerFilters(PageQuery):
    """Which customers."""

    q: Annotated[Words, Field(description="In the name, or the key itself")] = ""
    key: Annotated[Words, Field(description="The key, exactly")] = ""
    segment: Segment | None = None


@reads(router, "/customers", CustomerPage, "List and search customers")
def list_customers(request: HttpRequest, filters: Query[CustomerFilters]) -> CustomerPage:
    """Customers that were merged into another are left out."""
    call = call_of(request)
    found = feed.customers(
        call.company.pk,
        filters.place(),
        words=filters.q,
        key=filters.key,
        segment=filters.segment.value if filters.segment else "",
    )
    return CustomerPage(items=customers_out(call, found.rows), next=cursor_of(found.last))


@reads(router, "/customers/{id}", CustomerOut, "One customer")
def get_customer(request: HttpRequest, id: Path[Id]) -> CustomerOut:
    """A customer by its `id`."""
    call = call_of(request)
    return customers_out(call, [call.customer(id)])[0]


@writes(router, "/customers", Posted, "Create or correct customers", scope=Scope.CUSTOMERS)
def create_customers(request: HttpRequest, payload: Body[CustomersIn]) -> Posted:
    """Up to 1,000 customers with their contacts. A customer is known by its `key`: one that
    exists is corrected where the request says something else, and what a person decided at the
    desk stays. The whole call is one import, which can be undone."""
    call = call_of(request)
    report = post_customers(
        call.actor, [item.post() for item in payload.customers], on=call.today, at=call.at
    )
    return answer_of(call, report)


class CustomerPatch(Record):
    """What to change; what is left out stays. Null: `segment` and `preferred_channel` are decided
    by amiable again, `insolvent_on` there are no proceedings."""

    name: Name | None = None
    kind: CustomerKind | None = None
    country: Country | None = None
    language: Language | None = None
    preferred_channel: Channel | None = None
    terms: Terms | None = None
    segment: Segment | None = None
    policy: Annotated[Words | None, Field(description="Its name; empty: the company's")] = None
    autopay: bool | None = None
    do_not_contact: bool | None = None
    insolvent_on: Day | None = None

    def values_given(self) -> dict[str, Any]:
        """The columns that were said. Raises Problem for a null that means nothing."""
        said = {name: getattr(self, name) for name in self.model_fields_set}
        for name, value in said.items():
            if value is None and name not in ("segment", "preferred_channel", "insolvent_on"):
                raise invalid(f"/{name}", "null")
        return {
            name: value.value if isinstance(value, StrEnum) else value
            for name, value in said.items()
        }


@writes(
    router,
    "/customers/{id}",
    CustomerOut,
    "Change a customer",
    scope=Scope.CUSTOMERS,
    method="PATCH",
)
def patch_customer(request: HttpRequest, id: Path[Id], payload: Body[CustomerPatch]) -> CustomerOut:
    """As a person would: what is said here, no import says otherwise afterwards."""
    call = call_of(request)
    values = payload.values_given()
    known = load_policies(call.company).policies
    if values.get("policy") and values["policy"] not in known:
        raise invalid("/policy", "policy_unknown", names=", ".join(known))
    change_customer(call.actor, call.customer(id), values, today=call.today, at=call.at)
    return customers_out(call, [call.customer(id)])[0]


def customers_out(call: Call, rows: Sequence[Customer]) -> list[CustomerOut]:
    """Customers with their balances, in two queries however many."""
    sums: dict[int, list[Amount]] = {row.pk: [] for row in rows}
    balances = balances_of(call.company.pk, list(sums))
    for (pk, currency), minor in sorted(balances.items()):
        sums[pk].append(Amount(minor=minor, currency=currency))
    return [_out(row, sums[row.pk]) for row in rows]


def _out(row: Customer, balance: list[Amount]) -> CustomerOut:
    return CustomerOut(
        id=row.pk,
        key=row.key,
        name=row.name,
        kind=CustomerKind(row.kind),
        country=row.country,
        language=Language(row.language),
        preferred_channel=Channel(row.preferred_channel) if row.preferred_channel else None,
        terms=row.terms,
        siren=row.siren,
        policy=row.policy,
        segment=Segment(row.current_segment) if row.current_segment else None,
        chosen_segment=Segment(row.segment) if row.segment else None,
        autopay=row.autopay,
        do_not_contact=row.do_not_contact,
        insolvent_on=row.insolvent_on,
        collector=str(row.collector) if row.collector else None,
        balance=balance,
        oldest_due_on=row.oldest_due_on,
    )

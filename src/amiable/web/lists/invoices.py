"""The list of invoices."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseBase

from amiable.desk.access import Power, customer_for
from amiable.desk.audit import recorded
from amiable.desk.export import Row
from amiable.desk.lists import InvoiceLine, invoice_lines
from amiable.store.lists.invoices import (
    ORDERS,
    InvoiceFilter,
    InvoiceState,
    invoices_that,
    ordered,
)
from amiable.store.lists.keyset import Order, every
from amiable.store.models import Customer, Invoice
from amiable.web.lists.export import send_list
from amiable.web.lists.forms import InvoiceFilters, minor_units
from amiable.web.lists.page import Column, Listing, Views, chosen_order, listing, saved_views
from amiable.web.visit import Visit, page
from amiable.words import term

COLUMNS = (
    Column(name="number", always=True),
    Column(name="customer"),
    Column(name="issued", chosen=False),
    Column(name="due"),
    Column(name="late", right=True),
    Column(name="amount", right=True),
    Column(name="left", right=True),
    Column(name="state"),
    Column(name="kind", chosen=False),
    Column(name="basis", chosen=False),
    Column(name="label", chosen=False),
)
_HEADS = (
    "number", "customer", "key", "issued", "due", "late", "currency", "amount", "left", "state",
    "settled", "kind", "basis", "label",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoicesPage:
    """What the list of invoices shows; ``customer`` when it is one customer's."""

    form: InvoiceFilters
    listing: Listing[Invoice]
    lines: list[InvoiceLine]
    views: Views
    customer: Customer | None
    filtered: bool
    may_export: bool


@page()
def invoices(visit: Visit) -> HttpResponse:
    """The invoices a person may see, a page at a time."""
    form, rows, sort, order = _asked(visit)
    found = listing(visit, rows, sort, order, COLUMNS, ORDERS)
    chosen = form.given("customer")
    record = InvoicesPage(
        form=form,
        listing=found,
        lines=invoice_lines(visit.company, found.slice.rows, visit.today),
        views=saved_views(visit, "invoices"),
        customer=customer_for(visit.actor, chosen) if chosen else None,
        filtered=any(form.given(name) for name in form.fields),
        may_export=visit.may(Power.EXPORT),
    )
    return visit.render("lists/invoices.html", list=record, current="invoices")


@page(Power.EXPORT)
def export_invoices(visit: Visit, kind: str) -> HttpResponseBase:
    """The whole filtered list as a file, in the order it is shown."""
    _, rows, _, order = _asked(visit)
    with recorded(visit.actor, "exported_invoices", at=visit.at, kind=kind):
        data = _rows(visit, rows, order)
    return send_list(visit, kind, data, _HEADS, "invoices", visit.say("nav.invoices"))


def _asked(visit: Visit) -> tuple[InvoiceFilters, QuerySet[Invoice], str, Order]:
    """The filters, the rows they leave, and the order of the address."""
    asked = visit.request.GET
    form = InvoiceFilters(asked)
    state = form.given("state")
    currency = (form.given("currency") or "").upper()
    unit = currency if len(currency) == 3 and currency.isalpha() else visit.company.currency
    wanted = InvoiceFilter(
        state=InvoiceState(state) if state else None,
        due_from=form.given("due_from"),
        due_until=form.given("due_until"),
        issued_from=form.given("issued_from"),
        issued_until=form.given("issued_until"),
        settled_from=form.given("settled_from"),
        settled_until=form.given("settled_until"),
        money_from=form.given("money_from"),
        money_until=form.given("money_until"),
        low=minor_units(form.given("low"), unit),
        high=minor_units(form.given("high"), unit),
        currency=currency,
        kind=form.given("kind") or "",
        customer=form.given("customer"),
        number=form.given("number") or "",
    )
    sort, order = chosen_order(asked, ORDERS, "-due")
    company, only = visit.company.pk, visit.actor.only
    rows = invoices_that(company, wanted, only, visit.today)
    return form, rows, sort, ordered(company, wanted, order, only)


def _rows(visit: Visit, rows: QuerySet[Invoice], order: Order) -> Iterator[Row]:
    for part in every(rows, order):
        for line in invoice_lines(visit.company, part, visit.today):
            row = line.row
            yield (
                str(row), row.customer.name, row.customer.key, row.issued_on, row.due_on,
                line.late, row.currency, line.amount, line.left,
                term(visit.language, "invoice_state", line.state.value), row.settled_on,
                term(visit.language, "invoice", row.kind),
                term(visit.language, "due", row.due_basis), row.label,
            )  # fmt: skip

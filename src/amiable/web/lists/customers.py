"""The list of customers."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseBase

from amiable.desk.access import Power
from amiable.desk.audit import recorded
from amiable.desk.export import Row
from amiable.desk.lists import CustomerLine, customer_lines
from amiable.engine.money import Money
from amiable.store.lists.customers import ORDERS, CustomerFilter, customers_that
from amiable.store.lists.keyset import Order, every
from amiable.store.membership import members
from amiable.store.models import Customer
from amiable.web.lists.export import send_list
from amiable.web.lists.forms import CustomerFilters, minor_units
from amiable.web.lists.page import Column, Listing, Views, chosen_order, listing, saved_views
from amiable.web.strip import Strip
from amiable.web.visit import Visit, page
from amiable.words import term

COLUMNS = (
    Column(name="name", always=True),
    Column(name="key", chosen=False),
    Column(name="balance", right=True),
    Column(name="overdue", right=True),
    Column(name="late", right=True),
    Column(name="strip"),
    Column(name="usual", right=True, chosen=False),
    Column(name="segment"),
    Column(name="collector"),
    Column(name="terms", chosen=False),
    Column(name="next"),
    Column(name="contacted", chosen=False),
)
_HEADS = (
    "name", "key", "siren", "country", "currency", "balance", "overdue", "late", "paid_invoices",
    "usual", "segment", "collector", "terms", "next", "contacted",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomersPage:
    """What the list of customers shows."""

    form: CustomerFilters
    listing: Listing[Customer]
    lines: list[tuple[CustomerLine, Strip | None]]
    views: Views
    filtered: bool
    may_export: bool


@page()
def customers(visit: Visit) -> HttpResponse:
    """The customers a person may see, a page at a time."""
    form, rows, sort, order = _asked(visit)
    found = listing(visit, rows.select_related("collector"), sort, order, COLUMNS, ORDERS)
    strips = "strip" in found.names
    lines = customer_lines(visit.company, found.slice.rows, visit.today, strips=strips)
    record = CustomersPage(
        form=form,
        listing=found,
        lines=[(line, _strip(line)) for line in lines],
        views=saved_views(visit, "customers"),
        filtered=any(form.given(name) for name in form.fields),
        may_export=visit.may(Power.EXPORT),
    )
    return visit.render("lists/customers.html", list=record, current="customers")


@page(Power.EXPORT)
def export_customers(visit: Visit, kind: str) -> HttpResponseBase:
    """The whole filtered list as a file, in the order it is shown."""
    _, rows, _, order = _asked(visit)
    with recorded(visit.actor, "exported_customers", at=visit.at, kind=kind):
        data = _rows(visit, rows.select_related("collector"), order)
    return send_list(visit, kind, data, _HEADS, "customers", visit.say("nav.customers"))


def _asked(visit: Visit) -> tuple[CustomerFilters, QuerySet[Customer], str, Order]:
    """The filters, the rows they leave, and the order of the address."""
    asked = visit.request.GET
    people = [one.user for one in members(visit.company.pk) if one.active]
    form = CustomerFilters(asked, people=people)
    wanted = CustomerFilter(
        words=form.given("words") or "",
        segment=form.given("segment") or "",
        collectors=_collectors(visit, form.given("collector") or ""),
        overdue=bool(form.given("overdue")),
        held=bool(form.given("held")),
        low=minor_units(form.given("low"), visit.company.currency),
        high=minor_units(form.given("high"), visit.company.currency),
        country=form.given("country") or "",
    )
    sort, order = chosen_order(asked, ORDERS, "-balance")
    rows = customers_that(visit.company.pk, wanted, visit.actor.only, visit.today)
    return form, rows, sort, order


def _collectors(visit: Visit, chosen: str) -> tuple[int, ...] | None:
    if not chosen:
        return None
    if chosen == "me":
        return visit.actor.mine
    return () if chosen == "nobody" else (int(chosen),)


def _strip(line: CustomerLine) -> Strip | None:
    if line.habit is None:
        return None
    habit = line.habit
    return Strip(
        delays=habit.delays, n=habit.n, usual=habit.usual, trigger=habit.trigger, late=line.late
    )


def _rows(visit: Visit, rows: QuerySet[Customer], order: Order) -> Iterator[Row]:
    """One row a customer and currency: two currencies never meet in a cell."""
    for part in every(rows, order):
        for line in customer_lines(visit.company, part, visit.today, strips=False):
            overdue = {amount.currency: amount for amount in line.overdue}
            for balance in line.balances or [Money(minor=0, currency=visit.company.currency)]:
                yield _row(visit, line, balance, overdue.get(balance.currency))


def _row(visit: Visit, line: CustomerLine, balance: Money, overdue: Money | None) -> Row:
    row = line.row
    segment = term(visit.language, "segment", row.current_segment) if row.current_segment else ""
    return (
        row.name, row.key, row.siren, row.country, balance.currency, balance,
        overdue or Money(minor=0, currency=balance.currency), line.late, row.habit_n,
        row.habit_usual, segment, str(row.collector or ""), row.terms,
        term(visit.language, "decision", line.entry.kind) if line.entry else "",
        line.contacted_on,
    )  # fmt: skip

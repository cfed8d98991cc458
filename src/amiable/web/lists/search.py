"""Search: one field for customers and invoices."""

from dataclasses import dataclass

from django.http import HttpResponse

from amiable.desk.lists import InvoiceLine, invoice_lines
from amiable.engine.money import Money
from amiable.store.lists.search import Hits
from amiable.store.lists.search import search as look_for
from amiable.store.models import Customer
from amiable.web.visit import Visit, page

_LONGEST = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchPage:
    """What was looked for and found."""

    text: str
    customers: list[tuple[Customer, Money]]
    invoices: list[InvoiceLine]
    hits: Hits | None


@page()
def search(visit: Visit) -> HttpResponse:
    """The first hits of each; straight to the only one there is."""
    text = visit.request.GET.get("q", "").replace("\0", "").strip()[:_LONGEST]
    if not text:
        record = SearchPage(text="", customers=[], invoices=[], hits=None)
        return visit.render("lists/search.html", found=record, current="")
    hits = look_for(visit.company.pk, text, visit.actor.only)
    if len(hits.customers) + len(hits.invoices) == 1:
        only = hits.customers[0].pk if hits.customers else hits.invoices[0].customer_id
        return visit.go(f"customers/{only}/")
    currency = visit.company.currency
    record = SearchPage(
        text=text,
        customers=[
            (row, Money(minor=row.balance_minor, currency=currency)) for row in hits.customers
        ],
        invoices=invoice_lines(visit.company, hits.invoices, visit.today),
        hits=hits,
    )
    return visit.render("lists/search.html", found=record, current="")

"""Merging two customers: choose the other, see both side by side, merge, take it back."""

from django.http import Http404, HttpResponse

from amiable.desk.access import Power, customer_for
from amiable.desk.merge import MergeRefused, merge_customers, sides_of, undo_merge
from amiable.store.customer import search_customers
from amiable.store.merge import merge_row
from amiable.web.customer.head import customer_path, head_of
from amiable.web.visit import Visit, page


@page(Power.ASSIGN)
def merge_choose(visit: Visit, pk: int) -> HttpResponse:
    """Look for the customer that is the same as this one."""
    row = customer_for(visit.actor, pk)
    words = visit.request.GET.get("q", "").strip()
    found = search_customers(visit.company.pk, visit.actor.only, words or row.name.split()[0])
    return visit.render(
        "customer/merge_choose.html",
        customer=row,
        head=head_of(visit, row),
        words=words,
        found=[one for one in found if one.pk != row.pk],
        current="customers",
    )


@page(Power.ASSIGN, methods=("GET", "POST"))
def merge_confirm(visit: Visit, pk: int, other: int) -> HttpResponse:
    """Both side by side; the second goes into the first."""
    row = customer_for(visit.actor, pk)
    gone = customer_for(visit.actor, other)
    if visit.request.method == "POST":
        try:
            merge_customers(visit.actor, row, gone, today=visit.today, at=visit.at)
        except MergeRefused as error:
            visit.warn(f"customer.merge.{error.code}")
        else:
            visit.done("customer.done.merged", gone=gone.name, kept=row.name)
        return visit.go(customer_path(row))
    return visit.render(
        "customer/merge_confirm.html",
        customer=row,
        head=head_of(visit, row),
        gone=gone,
        sides=sides_of(visit.company, [row, gone]),
        current="customers",
    )


@page(Power.ASSIGN, methods=("GET", "POST"))
def merge_undo(visit: Visit, pk: int, merge: int) -> HttpResponse:
    """Part them again."""
    row = customer_for(visit.actor, pk)
    found = merge_row(visit.company.pk, row.pk, merge)
    if found is None:
        raise Http404
    if visit.request.method == "POST":
        try:
            undo_merge(visit.actor, found, today=visit.today, at=visit.at)
        except MergeRefused as error:
            visit.warn(f"customer.merge.{error.code}")
        else:
            visit.done("customer.done.parted", gone=found.gone.name)
        return visit.go(customer_path(row))
    return visit.render(
        "customer/merge_undo.html",
        customer=row,
        head=head_of(visit, row),
        merge=found,
        current="customers",
    )

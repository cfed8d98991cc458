"""Saved views: keep, rename, share, delete."""

from django.http import Http404, HttpResponse, QueryDict

from amiable.desk.view import NameTaken, delete_view, rename_view, save_view
from amiable.web.lists.forms import ViewForm
from amiable.web.lists.page import kept_query
from amiable.web.visit import Visit, page

PAGES = ("customers", "invoices")


@page(methods=("POST",))
def keep_view(visit: Visit, name: str) -> HttpResponse:
    """Save what is on screen under a name."""
    if name not in PAGES:
        raise Http404(name)
    query = kept_query(QueryDict(visit.request.POST.get("query", "")))
    form = ViewForm(visit.request.POST)
    if not form.is_valid():
        visit.warn("lists.view.unnamed")
        return visit.go(f"{name}/?{query}")
    title = form.given("name")
    try:
        save_view(visit.actor, name, name=title, query=query,
                  shared=bool(form.given("shared")), at=visit.at)  # fmt: skip
    except NameTaken:
        visit.warn("lists.view.taken", name=title)
    else:
        visit.done("lists.view.saved", name=title)
    return visit.go(f"{name}/?{query}")


@page(methods=("POST",))
def change_view(visit: Visit, pk: int) -> HttpResponse:
    """Another name, or another circle."""
    form = ViewForm(visit.request.POST)
    title = form.given("name")
    if not title:
        visit.warn("lists.view.unnamed")
        return visit.go("customers/")
    try:
        row = rename_view(
            visit.actor, pk, name=title, shared=bool(form.given("shared")), at=visit.at
        )
    except NameTaken:
        visit.warn("lists.view.taken", name=title)
        return visit.go("customers/")
    visit.done("lists.view.saved", name=row.name)
    return visit.go(f"{row.page}/?{row.query}")


@page(methods=("POST",))
def drop_view(visit: Visit, pk: int) -> HttpResponse:
    """Forget a view; the list itself stays as it is."""
    row = delete_view(visit.actor, pk, visit.at)
    visit.done("lists.view.deleted", name=row.name)
    return visit.go(f"{row.page}/?{row.query}")

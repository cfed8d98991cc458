"""Addresses of this room, inside a company's desk."""

from django.urls import URLPattern, path, register_converter

from amiable.web.lists.balance import balance, export_balance
from amiable.web.lists.credits import credits, match, undo_match
from amiable.web.lists.customers import customers, export_customers
from amiable.web.lists.export import FileKind
from amiable.web.lists.invoices import export_invoices, invoices
from amiable.web.lists.search import search
from amiable.web.lists.views import change_view, drop_view, keep_view

register_converter(FileKind, "file_kind")

urlpatterns: list[URLPattern] = [
    path("customers/", customers, name="customers"),
    path("customers/export.<file_kind:kind>", export_customers, name="export-customers"),
    path("invoices/", invoices, name="invoices"),
    path("invoices/export.<file_kind:kind>", export_invoices, name="export-invoices"),
    path("balance/", balance, name="balance"),
    path("balance/export.<file_kind:kind>", export_balance, name="export-balance"),
    path("credits/", credits, name="credits"),
    path("credits/<int:pk>/match/", match, name="match"),
    path("credits/matches/<int:pk>/undo/", undo_match, name="undo-match"),
    path("search/", search, name="search"),
    path("views/<str:name>/", keep_view, name="keep-view"),
    path("views/<int:pk>/change/", change_view, name="change-view"),
    path("views/<int:pk>/delete/", drop_view, name="drop-view"),
]

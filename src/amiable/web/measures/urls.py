"""Addresses of this room, inside a company's desk."""

from django.urls import URLPattern, path

from amiable.web.measures.export import export_days, export_measures
from amiable.web.measures.views import measures

urlpatterns: list[URLPattern] = [
    path("", measures, name="measures"),
    path("export.<file_kind:kind>", export_measures, name="export-measures"),
    path("days.<file_kind:kind>", export_days, name="export-measure-days"),
]

"""Addresses of this room, inside a company's desk."""

from django.urls import URLPattern, path

from amiable.web.effects.views import effects, export_rows, rows

urlpatterns: list[URLPattern] = [
    path("measures/reminders/", effects, name="effects"),
    path("measures/reminders/rows/", rows, name="effect-rows"),
    path("measures/reminders/rows/export.<file_kind:kind>", export_rows, name="export-effects"),
]

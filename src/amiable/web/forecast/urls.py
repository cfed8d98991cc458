"""Addresses of this room, inside a company's desk."""

from django.urls import URLPattern, path

from amiable.web.forecast.views import export_forecast, forecast

urlpatterns: list[URLPattern] = [
    path("", forecast, name="forecast"),
    path("export.<file_kind:kind>", export_forecast, name="export-forecast"),
]

"""Addresses of this room, inside a company's desk."""

from django.urls import URLPattern, path

from amiable.web.disputes.views import disputes, export_disputes, hand_over

urlpatterns: list[URLPattern] = [
    path("", disputes, name="disputes"),
    path("export.<file_kind:kind>", export_disputes, name="export-disputes"),
    path("hand-over/", hand_over, name="hand-over-disputes"),
]

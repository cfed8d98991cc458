"""Addresses of this room, inside a company's desk."""

from django.urls import URLPattern, path

from amiable.web.risks.late import export_late
from amiable.web.risks.thresholds import (
    assumptions_change,
    risk_thresholds,
    segment_thresholds,
    thresholds,
)
from amiable.web.risks.views import export_alerts, risks, see

urlpatterns: list[URLPattern] = [
    path("", risks, name="risks"),
    path("see/", see, name="see-risk"),
    path("alerts/export.<file_kind:kind>", export_alerts, name="export-risks"),
    path("late/export.<file_kind:kind>", export_late, name="export-late"),
    path("thresholds/", thresholds, name="risk-thresholds"),
    path("thresholds/segments/", segment_thresholds, name="segment-thresholds"),
    path("thresholds/alerts/", risk_thresholds, name="alert-thresholds"),
    path("thresholds/assumptions/", assumptions_change, name="assumptions"),
]

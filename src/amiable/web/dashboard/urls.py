"""Addresses of the dashboard: /c/<company>/dashboard/…"""

from django.urls import path

from amiable.web.dashboard import views

urlpatterns = [
    path("", views.dashboard),
    path("<slug:name>.csv", views.chart_csv),
]

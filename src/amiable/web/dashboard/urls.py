"""Addresses of the dashboard: /c/<company>/dashboard/…"""

from django.urls import path

from amiable.web.dashboard import report, views

urlpatterns = [
    path("", views.dashboard),
    path("report/", report.report),
    path("report/pdf/", report.pdf),
    path("report/by-mail/", report.by_mail),
    path("<slug:chart>.csv", views.chart_csv),
]

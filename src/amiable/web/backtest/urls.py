"""Addresses of this room, inside a company's desk."""

from django.urls import path

from amiable.web.backtest.compare import compare
from amiable.web.backtest.export import paper, tables
from amiable.web.backtest.views import (
    again,
    backtests,
    cancel,
    delete,
    progress,
    run,
    start,
)

urlpatterns = [
    path("", backtests, name="backtests"),
    path("start/", start, name="backtest-start"),
    path("<int:pk>/", run, name="backtest"),
    path("<int:pk>/progress/", progress, name="backtest-progress"),
    path("<int:pk>/cancel/", cancel, name="backtest-cancel"),
    path("<int:pk>/again/", again, name="backtest-again"),
    path("<int:pk>/delete/", delete, name="backtest-delete"),
    path("<int:pk>/report.csv", tables, name="backtest-csv"),
    path("<int:pk>/report.pdf", paper, name="backtest-pdf"),
    path("<int:pk>/compare/<int:backtest>/", compare, name="backtest-compare"),
]

"""The dashboard and the file behind each of its charts."""

from django.http import Http404, HttpResponse, HttpResponseBase

from amiable.desk.access import Power
from amiable.desk.audit import recorded
from amiable.desk.dashboard import PERIODS, see_dashboard
from amiable.web.dashboard.charts import CHARTS
from amiable.web.dashboard.page import page_of
from amiable.web.export import stream_csv
from amiable.web.visit import Visit, page

_USUAL = 12


@page(Power.PROOF)
def dashboard(visit: Visit) -> HttpResponse:
    """How what is owed moved."""
    months = _months(visit)
    empty = visit.company.imported_on is None
    board = None if empty else see_dashboard(visit.company, months, visit.today, visit.at)
    shown = page_of(visit, board, months, PERIODS)
    return visit.render("dashboard/dashboard.html", page=shown, empty=empty, current="dashboard")


def _months(visit: Visit) -> int:
    asked = visit.request.GET.get("months", "")
    return int(asked) if asked in map(str, PERIODS) else _USUAL


@page(Power.EXPORT, Power.PROOF)
def chart_csv(visit: Visit, chart: str) -> HttpResponseBase:
    """The figures of one chart as a file."""
    board = None
    if chart in CHARTS and visit.company.imported_on is not None:
        board = see_dashboard(visit.company, _months(visit), visit.today, visit.at)
    if board is None:
        raise Http404(chart)
    with recorded(visit.actor, "exported_dashboard", at=visit.at, chart=chart):
        found = CHARTS[chart](visit, board)
    file = f"amiable-{visit.company.key}-{chart}-{visit.today.isoformat()}"
    return stream_csv(found.rows(), found.heads, file, visit.language)

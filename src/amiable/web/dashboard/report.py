"""The weekly report as a page and as a PDF; whether one wants it by mail."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.http import Http404, HttpResponse

from amiable.desk.access import Power
from amiable.desk.measure_count import count_if_small
from amiable.desk.weekly_report import (
    NotCounted,
    ask_for_reports,
    facts_of,
    report_name,
)
from amiable.desk.weekly_report_text import write_report
from amiable.engine.days import week_start
from amiable.store.measure import counted_days
from amiable.store.membership import member_of
from amiable.store.weekly_report import last_report
from amiable.web.visit import Visit, page
from amiable.words.report import Report, report_pdf

_WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportPage:
    """``before`` and ``after``: the Mondays beside, where there are; ``first``: wanted from then
    on; ``last``: what became of the newest one sent to the visitor."""

    week: date
    report: Report | None
    before: date | None
    after: date | None
    member: bool
    first: date | None
    last: str


@page(Power.PROOF)
def report(visit: Visit) -> HttpResponse:
    """What the mail of a week says."""
    week = _week(visit)
    found = _report(visit, week)
    row = member_of(visit.company.pk, visit.user.pk)
    shown = ReportPage(
        week=week,
        report=found,
        before=week - _WEEK if _is_counted(visit, week - _WEEK) else None,
        after=week + _WEEK if week + _WEEK <= visit.today else None,
        member=row is not None,
        first=row.weekly_report_from if row else None,
        last=_last(visit),
    )
    return visit.render("dashboard/report.html", page=shown, current="dashboard")


def _week(visit: Visit) -> date:
    """The Monday asked for; without one, or with one to come, that of this week."""
    newest = week_start(visit.today)
    try:
        asked = week_start(date.fromisoformat(visit.request.GET.get("week", "")))
        _ = asked - _WEEK  # the first of all weeks has none before it
    except (ValueError, OverflowError):
        return newest
    return min(asked, newest)


def _report(visit: Visit, week: date) -> Report | None:
    if visit.company.imported_on is None:
        return None
    count_if_small(visit.company, visit.today, visit.at)
    try:
        facts = facts_of(visit.company, week, visit.today, visit.at)
    except NotCounted:
        return None
    return write_report(facts, visit.language)


def _is_counted(visit: Visit, week: date) -> bool:
    known = counted_days(visit.company.pk)
    return known is not None and known.since < week <= known.until


def _last(visit: Visit) -> str:
    row = last_report(visit.company.pk, visit.user.pk)
    if row is None:
        return ""
    return visit.say(f"report.state.{row.state}", week=row.week, detail=row.detail)


@page(Power.PROOF)
def pdf(visit: Visit) -> HttpResponse:
    """The same as a PDF."""
    week = _week(visit)
    found = _report(visit, week)
    if found is None:
        raise Http404(str(week))
    response = HttpResponse(report_pdf(found), content_type="application/pdf")
    name = report_name(visit.company, week)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@page(Power.PROOF, methods=("POST",))
def by_mail(visit: Visit) -> HttpResponse:
    """Ask for the report by mail, or for no more."""
    wanted = visit.request.POST.get("wanted") == "1"
    first = ask_for_reports(visit.actor, wanted, today=visit.today, at=visit.at)
    if first is None:
        visit.done("report.page.done_off")
    else:
        visit.done("report.page.done_on", first=first)
    return visit.go("dashboard/report/")

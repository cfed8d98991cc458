"""Reminders avoided: those that never left because the money came first."""

from django.http import HttpResponse

from amiable.desk.not_sent import avoided
from amiable.web.visit import Visit, page

_PAGE = 50


@page()
def not_sent(visit: Visit) -> HttpResponse:
    """The reminders of the last month that were not sent: paid meanwhile."""
    text = visit.request.GET.get("before", "")
    before = int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None
    found, following = avoided(visit.actor, visit.language, at=visit.at, before=before, most=_PAGE)
    return visit.render(
        "outbox/avoided.html",
        current="today",
        lines=found,
        first=before is None,
        following=following,
    )

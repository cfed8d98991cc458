"""The patterns page: every component as it looks, for whoever builds a page."""

from django.http import HttpResponse

from amiable.desk.policy import shipped_policy
from amiable.web.policies.ladder import picture_of
from amiable.web.strip import Strip
from amiable.web.visit import Visit, page

_REGULAR = Strip(delays=(6, 8, 9, 10, 10, 10, 11, 12, 14), n=9, usual=10, trigger=15, late=16)
_NEW = Strip(delays=(), n=0, usual=8, trigger=10, late=4)


@page()
def patterns(visit: Visit) -> HttpResponse:
    """Every component once."""
    ladder = picture_of(visit, shipped_policy("prudent"))
    return visit.render("patterns/patterns.html", strips=[_REGULAR, _NEW], picture=ladder)

"""The patterns page: every component as it looks, for whoever builds a page."""

from datetime import date

from django.http import HttpResponse

from amiable.desk.policy import shipped_policy
from amiable.engine.trend import trend
from amiable.web.policies.ladder import picture_of
from amiable.web.strip import Strip
from amiable.web.trend import draw_trend
from amiable.web.visit import Visit, page

_REGULAR = Strip(delays=(6, 8, 9, 10, 10, 10, 11, 12, 14), n=9, usual=10, trigger=15, late=16)
_PAID = [(date(2025, 1, 10).toordinal() + 9 * n, 8 + n % 7 + n // 20) for n in range(75)]
_NEW = Strip(delays=(), n=0, usual=8, trigger=10, late=4)


@page()
def patterns(visit: Visit) -> HttpResponse:
    """Every component once."""
    ladder = picture_of(visit, shipped_policy("prudent"))
    moved = draw_trend(trend(_PAID, date(2026, 11, 23)), 15, visit.language)
    return visit.render(
        "patterns/patterns.html", strips=[_REGULAR, _NEW], picture=ladder, trend=moved
    )

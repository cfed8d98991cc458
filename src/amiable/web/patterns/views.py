"""The patterns page: every component as it looks, for whoever builds a page."""

from datetime import date

from django.http import HttpResponse

from amiable.desk.policy import shipped_policy
from amiable.engine.trend import trend
from amiable.web.chart import Chart, Kind, Role, Series, Unit
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
        "patterns/patterns.html", strips=[_REGULAR, _NEW], picture=ladder, trend=moved,
        charts=[_chart(visit, kind) for kind in Kind],
    )  # fmt: skip


_SHAPES = {
    Kind.LINES: (("low", (50, 60, 45), Role.LOW), ("high", (90, 95, 80), Role.HIGH),
                 ("usual", (70, 72, 66), Role.PLAIN)),
    Kind.BARS: (("early", (84, 36, 12), Role.PLAIN),),
    Kind.FUNNEL: (("early", (120, 84, 36), Role.PLAIN),),
}  # fmt: skip
_STACK = (("early", (80, 60, 50), Role.PLAIN), ("old", (40, 44, 34), Role.PLAIN))
_COLOURS = {"early": "late-1", "old": "late-4"}


def _chart(visit: Visit, kind: Kind) -> Chart:
    return Chart(
        key=kind.value,
        kind=kind,
        title=visit.say("patterns.chart.title"),
        said=visit.say("patterns.chart.said"),
        head=visit.say("patterns.chart.month"),
        labels=("09/2026", "10/2026", "11/2026"),
        series=tuple(
            Series(
                name=visit.say(f"patterns.chart.{name}"),
                values=tuple(1_000_00.0 * value for value in values),
                colour=_COLOURS.get(name, "accent"),
                role=role,
            )
            for name, values, role in _SHAPES.get(kind, _STACK)
        ),
        unit=Unit.MONEY,
        currency="EUR",
        explained=visit.say("patterns.chart.how"),
    )

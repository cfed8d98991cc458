"""The charts of the dashboard, from what the desk read."""

from collections.abc import Callable
from itertools import accumulate

from amiable.desk import dashboard_words as told
from amiable.desk.dashboard import PERIODS, Dashboard
from amiable.engine.measure import BUCKETS
from amiable.engine.metrics import share
from amiable.web.chart import Chart, Kind, Role, Series, Unit
from amiable.web.trend import month_name
from amiable.web.visit import Visit
from amiable.words import short_date

_COLOURS = ("due", "late-1", "late-2", "late-3", "late-4")


def _chart(visit: Visit, name: str, board: Dashboard, said: str, **more: object) -> Chart:
    """What every chart of the dashboard has: its texts and its file."""
    plain: dict[str, object] = {
        "key": name,
        "title": visit.say(f"dashboard.{name}.title"),
        "said": said,
        "head": visit.say(f"dashboard.{name}.head"),
        "currency": board.currency,
        "explained": visit.say(f"dashboard.{name}.how"),
        "export": visit.url(f"dashboard/{name}.csv?months={board.months}"),
    }
    return Chart(**(plain | more))  # type: ignore[arg-type]


def _labels(visit: Visit, board: Dashboard) -> tuple[str, ...]:
    """Days where weeks are shown, else months; the newest one may be under way."""
    weekly = board.months == PERIODS[0]
    write = short_date if weekly else month_name
    return tuple(write(point.on, visit.language) for point in board.points)


def aged(visit: Visit, board: Dashboard) -> Chart:
    """The aged balance over time."""
    owed = [point.owed for point in board.points]
    ages = tuple(
        Series(
            name=visit.say(f"dashboard.aged.{bucket}"),
            values=tuple(row.buckets[place] for row in owed),
            colour=_COLOURS[place],
        )
        for place, bucket in enumerate(BUCKETS)
    )
    sums = tuple(
        Series(
            name=visit.say(f"dashboard.aged.{name}"),
            values=tuple(getattr(row, name) for row in owed),
            drawn=False,
        )
        for name in ("overdue", "unmatched", "outstanding")
    )
    return _chart(
        visit, "aged", board, told.aged_said(board, visit.language),
        kind=Kind.STACKED, labels=_labels(visit, board), series=(*ages, *sums), unit=Unit.MONEY,
    )  # fmt: skip


def dso(visit: Visit, board: Dashboard) -> Chart:
    """DSO as usually computed, and counted back over the sales."""
    backs = tuple(point.back.days if point.back else None for point in board.points)
    return _chart(
        visit, "dso", board, told.dso_said(board, visit.language),
        kind=Kind.LINES, labels=_labels(visit, board), unit=Unit.DAYS,
        series=(
            Series(
                name=visit.say("dashboard.dso.classic"),
                values=tuple(point.dso for point in board.points),
            ),
            Series(
                name=visit.say("dashboard.dso.back"), values=backs, colour="blue", role=Role.DASHED
            ),
        ),
    )  # fmt: skip


def weeks(visit: Visit, board: Dashboard) -> Chart:
    """What each week was expected to bring, with its band, and what it brought."""
    rows = board.weeks

    def series(name: str, values: tuple[int, ...], **more: object) -> Series:
        return Series(name=visit.say(f"dashboard.weeks.{name}"), values=values, **more)  # type: ignore[arg-type]

    return _chart(
        visit, "weeks", board, told.weeks_said(board, visit.language),
        kind=Kind.LINES, unit=Unit.MONEY,
        labels=tuple(short_date(row.starts_on, visit.language) for row in rows),
        series=(
            series("low", tuple(row.low for row in rows), role=Role.LOW),
            series("high", tuple(row.high for row in rows), role=Role.HIGH),
            series("expected", tuple(row.expected for row in rows), role=Role.DASHED),
            series("received", tuple(row.received for row in rows), colour="blue"),
        ),
    )  # fmt: skip


def drift(visit: Visit, board: Dashboard) -> Chart:
    """Who gets later, by how many days."""
    rows = board.drifting
    return _chart(
        visit, "drift", board, told.drift_said(board, visit.language),
        kind=Kind.BARS, unit=Unit.DAYS,
        labels=tuple(row.name for row in rows),
        links=tuple(visit.url(f"customers/{row.pk}/") for row in rows),
        series=(
            Series(
                name=visit.say("dashboard.drift.days"), colour="amber",
                values=tuple(row.drift_days for row in rows),
            ),
            Series(
                name=visit.say("dashboard.drift.usual"), drawn=False,
                values=tuple(row.habit_usual for row in rows),
            ),
            Series(
                name=visit.say("dashboard.drift.owed"), unit=Unit.MONEY, drawn=False,
                values=tuple(row.balance_minor for row in rows),
            ),
        ),
    )  # fmt: skip


def debtors(visit: Visit, board: Dashboard) -> Chart:
    """On whom what is owed hangs."""
    rows, total = board.debtors.largest, board.debtors.total
    sums = accumulate(owed for _, owed in rows)
    return _chart(
        visit, "debtors", board, told.debtors_said(board, visit.language),
        kind=Kind.BARS, unit=Unit.MONEY,
        labels=tuple(row.name for row, _ in rows),
        links=tuple(visit.url(f"customers/{row.pk}/") for row, _ in rows),
        series=(
            Series(
                name=visit.say("dashboard.debtors.owed"),
                values=tuple(owed for _, owed in rows),
            ),
            Series(
                name=visit.say("dashboard.debtors.share"), unit=Unit.SHARE, drawn=False,
                values=tuple(share(owed, total) for _, owed in rows),
            ),
            Series(
                name=visit.say("dashboard.debtors.together"), unit=Unit.SHARE, drawn=False,
                values=tuple(share(upto, total) for upto in sums),
            ),
        ),
    )  # fmt: skip


def funnel(visit: Visit, board: Dashboard) -> Chart:
    """What became of the reminders."""
    found = board.funnel
    names = ("sent", "arrived", "followed", "paid", "settled") if found.sent else ()
    counts = tuple(getattr(found, name) for name in names)
    return _chart(
        visit, "funnel", board, told.funnel_said(board, visit.language),
        kind=Kind.FUNNEL, unit=Unit.COUNT,
        labels=tuple(visit.say(f"dashboard.funnel.{name}") for name in names),
        series=(
            Series(name=visit.say("dashboard.funnel.reminders"), values=counts, colour="blue"),
            Series(
                name=visit.say("dashboard.funnel.share"), unit=Unit.SHARE, drawn=False,
                values=tuple(share(count, found.sent) for count in counts),
            ),
        ),
    )  # fmt: skip


CHARTS: dict[str, Callable[[Visit, Dashboard], Chart]] = {
    "aged": aged,
    "dso": dso,
    "weeks": weeks,
    "drift": drift,
    "debtors": debtors,
    "funnel": funnel,
}
"""Every chart by the name it has in addresses and texts, in the order of the page."""

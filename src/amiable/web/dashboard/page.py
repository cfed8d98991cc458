"""The page of the dashboard: headline figures with their change, the charts, other currencies."""

from dataclasses import dataclass

from amiable.desk.dashboard import Dashboard, Other
from amiable.desk.dashboard_words import back_text, whole
from amiable.engine.metrics import share
from amiable.engine.money import Money
from amiable.web.chart import Chart
from amiable.web.dashboard.charts import CHARTS
from amiable.web.visit import Visit
from amiable.words import short_date
from amiable.words.quantities import write_decimal, write_share

_MINUS = "\u2212"


@dataclass(frozen=True, slots=True, kw_only=True)
class Headline:
    """A figure, how it changed, and how it is counted. ``good``: for the better; None: neither."""

    name: str
    value: str
    note: str
    help: str
    good: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherRow:
    """What stands in another currency."""

    currency: str
    outstanding: Money
    overdue: Money
    received: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class DashboardPage:
    """``until``: the newest day counted; None: no day is."""

    months: int
    periods: tuple[int, ...]
    cards: list[Headline]
    charts: list[Chart]
    others: list[OtherRow]
    stale: bool = False
    board: Dashboard | None = None


def cards_of(visit: Visit, board: Dashboard) -> list[Headline]:
    """Overdue, DSO, DSO counted back, receipts."""
    then, now = board.then, board.now
    late = Headline(
        name=visit.say("dashboard.card.overdue"),
        value=whole(now.owed.overdue, board, visit.language),
        note=_change(visit, board, then.owed.overdue, now.owed.overdue),
        help=visit.say("dashboard.card.overdue_how"),
        good=_better(now.owed.overdue - then.owed.overdue),
    )
    return [late, _dso(visit, board), _back(visit, board), _received(visit, board)]


def _better(change: float) -> bool | None:
    return None if not change else change < 0


def _change(visit: Visit, board: Dashboard, before: int, now: int) -> str:
    """How an amount moved, in per cent of what it was."""
    part = share(now - before, before)
    if part is None:
        return visit.say("dashboard.card.nothing_before", since=board.then.on)
    sign = _MINUS if part < 0 else "+"
    change = f"{sign}{write_share(abs(round(part, 3)), visit.language)}"
    return visit.say("dashboard.card.since", change=change, since=_day(visit, board))


def _day(visit: Visit, board: Dashboard) -> str:
    return short_date(board.then.on, visit.language)


def _days(visit: Visit, board: Dashboard, before: float | None, now: float | None) -> str:
    if before is None or now is None:
        return visit.say("dashboard.card.unknown_before")
    change = round(now - before, 1)
    sign = _MINUS if change < 0 else "+"
    text = visit.say("chart.days", value=f"{sign}{write_decimal(abs(change), visit.language)}")
    return visit.say("dashboard.card.since", change=text, since=_day(visit, board))


def _dso(visit: Visit, board: Dashboard) -> Headline:
    before, now = board.then.dso, board.now.dso
    return Headline(
        name=visit.say("dashboard.card.dso"),
        value="–"
        if now is None
        else visit.say("chart.days", value=write_decimal(now, visit.language)),
        note=_days(visit, board, before, now),
        help=visit.say("dashboard.dso.how"),
        good=None if before is None or now is None else _better(round(now - before, 1)),
    )


def _back(visit: Visit, board: Dashboard) -> Headline:
    before, now = (point.back.days if point.back else None for point in (board.then, board.now))
    value = (
        "–" if now is None else visit.say("chart.days", value=back_text(board.now, visit.language))
    )
    return Headline(
        name=visit.say("dashboard.card.back"),
        value=value,
        note=_days(visit, board, before, now),
        help=visit.say("dashboard.card.back_how"),
        good=None if before is None or now is None else _better(round(now - before, 1)),
    )


def _received(visit: Visit, board: Dashboard) -> Headline:
    before = board.received_before
    note = visit.say("dashboard.card.unknown_before")
    if before is not None:
        part = share(board.received - before, before)
        sign = "+" if part is None or part >= 0 else _MINUS
        text = "–" if part is None else f"{sign}{write_share(abs(part), visit.language)}"
        note = visit.say("dashboard.card.as_long_before", change=text)
    return Headline(
        name=visit.say("dashboard.card.received", n=board.months),
        value=whole(board.received, board, visit.language),
        note=note,
        help=visit.say("dashboard.card.received_how"),
    )


def other_row(other: Other) -> OtherRow:
    """A currency of its own, as a line."""
    owed, currency = other.owed, other.owed.currency
    return OtherRow(
        currency=currency,
        outstanding=Money(minor=owed.outstanding, currency=currency),
        overdue=Money(minor=owed.overdue, currency=currency),
        received=Money(minor=other.received, currency=currency),
    )


def page_of(
    visit: Visit, board: Dashboard | None, months: int, periods: tuple[int, ...]
) -> DashboardPage:
    """All of the page."""
    if board is None:
        return DashboardPage(months=months, periods=periods, cards=[], charts=[], others=[])
    return DashboardPage(
        months=months,
        periods=periods,
        cards=cards_of(visit, board),
        charts=[make(visit, board) for make in CHARTS.values()],
        others=[other_row(other) for other in board.others],
        stale=board.now.on < visit.today,
        board=board,
    )

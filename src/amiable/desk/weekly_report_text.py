"""The weekly report in words: what a week brought, who gets later, who owes most, what to do."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings

from amiable.desk import dashboard_words as told
from amiable.desk.dashboard import PERIODS, Dashboard, Point, dashboard_until
from amiable.engine.days import week_start
from amiable.engine.forecast import Scenario
from amiable.engine.measure import BUCKETS
from amiable.engine.metrics import share
from amiable.engine.money import Money
from amiable.engine.parties import Language
from amiable.store.dashboard import Funnel, reminder_funnel
from amiable.store.forecast import lines_of, newest_run
from amiable.store.measure import measured_flows
from amiable.store.models import Company, ForecastLine
from amiable.store.navigation import count_waiting
from amiable.words import say, write_money
from amiable.words.dates import day_and_month
from amiable.words.quantities import write_decimal, write_share
from amiable.words.report import Report, ReportBars, ReportFigure, ReportTable

_WEEK = timedelta(days=7)
_LISTED = 5
_MINUS = "\u2212"
_TO_DO = (("today", ""), ("inbox", "inbox/"), ("disputes", "disputes/"), ("doubtful", "doubtful/"))


@dataclass(frozen=True, slots=True, kw_only=True)
class WeekFacts:
    """The week before the Monday ``week`` (the last point is its Sunday), and what waits now.

    ``current``: no later week has begun. Who gets later, who owes most and what waits are kept for
    today only, and are told in the current report alone.

    ``received`` and ``received_before``: in that week and the one before; ``expected``: of the
    week that begins, None where no forecast is kept.
    """

    company: Company
    week: date
    current: bool
    board: Dashboard
    received: int
    received_before: int
    reminders: Funnel
    expected: ForecastLine | None
    waiting: dict[str, int]

    @property
    def now(self) -> Point:
        """The Sunday evening the report tells of."""
        return self.board.now

    @property
    def before(self) -> Point:
        """A week earlier; the same evening where nothing older is known."""
        return self.board.points[-2] if len(self.board.points) > 1 else self.board.now


def read_week(company: Company, week: date, today: date, at: datetime) -> WeekFacts | None:
    """What a report tells; None as long as the days of its week are not counted."""
    board = dashboard_until(company, PERIODS[0], week)
    if board is None:
        return None
    current = week == week_start(today)
    return WeekFacts(
        company=company,
        week=week,
        current=current,
        board=board,
        received=_received(company, week - _WEEK, week),
        received_before=_received(company, week - 2 * _WEEK, week - _WEEK),
        reminders=reminder_funnel(company.pk, week - _WEEK, week),
        expected=_expected(company, week),
        waiting=count_waiting(company.pk, None, today, at) if current else {},
    )


def _received(company: Company, since: date, until: date) -> int:
    sums = measured_flows(company.pk, since, until, value="")
    return sum(one.received for one in sums if one.currency == company.currency)


def _expected(company: Company, week: date) -> ForecastLine | None:
    run = newest_run(company.pk, week)
    if run is None:
        return None
    lines = lines_of(run, Scenario.HABITS.value)
    own = (line for line in lines if line.currency == company.currency and not line.daily)
    return next((line for line in own if line.starts_on <= week < line.ends_on), None)


def write_report(facts: WeekFacts, language: Language) -> Report:
    """The report in a reader's language."""
    company, board = facts.company, facts.board
    base = f"{settings.URL}/c/{company.key}/"
    return Report(
        language=language,
        company=company.name,
        title=say(language, "report.title", week=facts.week - _WEEK),
        lead=" ".join(_lead(facts, language)),
        figures=tuple(_figures(facts, language)),
        changes=tuple(_changes(facts, language)),
        bars=_bars(board, language),
        tables=(_drift(board, language), _debtors(board, language)) if facts.current else (),
        to_do=tuple(_to_do(facts, base, language)) if facts.current else (),
        dashboard=f"{base}dashboard/?months={board.months}",
        settings=f"{base}dashboard/report/",
    )


def _lead(facts: WeekFacts, language: Language) -> Iterator[str]:
    """What it tells, and what it cannot know."""
    company = facts.company
    yield say(language, "report.lead", until=facts.now.on, company=company.name)
    if company.imported_on is not None and company.imported_on < facts.week:
        yield say(language, "report.known", imported_on=company.imported_on)
    if not facts.current:
        yield say(language, "report.past")


# --- the figures --------------------------------------------------------------------------------


def _figures(facts: WeekFacts, language: Language) -> Iterator[ReportFigure]:
    now, before, board = facts.now, facts.before, facts.board
    yield ReportFigure(
        name=say(language, "dashboard.card.overdue"),
        value=told.whole(now.owed.overdue, board, language),
        note=_part(now.owed.overdue - before.owed.overdue, before.owed.overdue, language),
        good=_less(now.owed.overdue - before.owed.overdue),
    )
    yield ReportFigure(
        name=say(language, "dashboard.aged.outstanding"),
        value=told.whole(now.owed.outstanding, board, language),
        note=_part(
            now.owed.outstanding - before.owed.outstanding, before.owed.outstanding, language
        ),
    )
    yield _dso(facts, language)
    yield ReportFigure(
        name=say(language, "report.received"),
        value=told.whole(facts.received, board, language),
        note=_part(facts.received - facts.received_before, facts.received_before, language),
    )


def _dso(facts: WeekFacts, language: Language) -> ReportFigure:
    now, before = facts.now.dso, facts.before.dso
    name = say(language, "dashboard.card.dso")
    if now is None or before is None:
        return ReportFigure(name=name, value="–", note=say(language, "report.too_young"))
    change = round(now - before, 1)
    text = f"{_sign(change)}{write_decimal(abs(change), language)}"
    return ReportFigure(
        name=name,
        value=say(language, "chart.days", value=write_decimal(now, language)),
        note=say(language, "report.in_a_week", change=say(language, "chart.days", value=text)),
        good=_less(change),
    )


def _sign(change: float) -> str:
    return _MINUS if change < 0 else "+"


def _less(change: float) -> bool | None:
    return change < 0 if change else None


def _part(change: int, before: int, language: Language) -> str:
    part = share(change, before)
    if part is None or before < 0:
        return say(language, "report.nothing_before")
    text = f"{_sign(round(part, 3))}{write_share(abs(part), language)}"
    return say(language, "report.in_a_week", change=text)


# --- what changed, and what to do ---------------------------------------------------------------


def _changes(facts: WeekFacts, language: Language) -> Iterator[str]:
    board, now, before = facts.board, facts.now.owed, facts.before.owed
    yield say(
        language,
        f"report.overdue.{told.moved(before.overdue, now.overdue)}",
        before=told.whole(before.overdue, board, language),
        now=told.whole(now.overdue, board, language),
        old=told.whole(now.late_over_90, board, language),
    )
    if facts.reminders.sent:
        left = facts.reminders
        yield say(language, "report.reminders", n=left.sent, answered=left.answered, paid=left.paid)
    if facts.expected is not None:
        line = facts.expected
        yield say(
            language,
            "report.expected",
            expected=told.whole(line.expected_minor, board, language),
            low=told.whole(line.low_minor, board, language),
            high=told.whole(line.high_minor, board, language),
        )
    for other in board.others:
        owed = other.owed
        outstanding = Money(minor=owed.outstanding, currency=owed.currency)
        overdue = Money(minor=owed.overdue, currency=owed.currency)
        yield say(language, "report.other", outstanding=outstanding, overdue=overdue)


def _to_do(facts: WeekFacts, base: str, language: Language) -> Iterator[tuple[str, str]]:
    for name, path in _TO_DO:
        count = facts.waiting.get(name, 0)
        if count:
            yield say(language, f"report.do.{name}", n=count), f"{base}{path}"
    if count := facts.board.drifting_count:
        yield say(language, "report.do.drift", n=count), f"{base}dashboard/#chart-drift"


# --- drawings and tables ------------------------------------------------------------------------


def _bars(board: Dashboard, language: Language) -> ReportBars:
    return ReportBars(
        title=say(language, "dashboard.aged.title"),
        said=told.aged_said(board, language),
        labels=tuple(day_and_month(point.on, language) for point in board.points),
        ages=tuple(say(language, f"dashboard.aged.{bucket}") for bucket in BUCKETS),
        parts=tuple(point.owed.buckets for point in board.points),
        totals=tuple(
            told.whole(sum(point.owed.buckets), board, language) for point in board.points
        ),
    )


def _drift(board: Dashboard, language: Language) -> ReportTable:
    rows = board.drifting[:_LISTED]
    return ReportTable(
        title=say(language, "dashboard.drift.title"),
        said=told.drift_said(board, language),
        heads=tuple(
            say(language, f"dashboard.drift.{name}") for name in ("head", "days", "usual", "owed")
        ),
        rows=tuple(
            (
                row.name,
                say(language, "chart.days", value=row.drift_days or 0),
                say(language, "chart.days", value=row.habit_usual or 0),
                write_money(Money(minor=row.balance_minor, currency=board.currency), language),
            )
            for row in rows
        ),
    )


def _debtors(board: Dashboard, language: Language) -> ReportTable:
    total = board.debtors.total
    return ReportTable(
        title=say(language, "dashboard.debtors.title"),
        said=told.debtors_said(board, language),
        heads=tuple(
            say(language, f"dashboard.debtors.{name}") for name in ("head", "owed", "share")
        ),
        rows=tuple(
            (
                row.name,
                write_money(Money(minor=owed, currency=board.currency), language),
                write_share(share(owed, total) or 0, language),
            )
            for row, owed in board.debtors.largest[:_LISTED]
        ),
    )

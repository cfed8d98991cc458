"""The dashboard in sentences: what each chart shows, for whoever does not see it; for the mail."""

from amiable.desk.dashboard import Dashboard, Point
from amiable.engine.metrics import share
from amiable.engine.money import Money
from amiable.engine.parties import Language
from amiable.store.dashboard import FOLLOWED_DAYS
from amiable.words import say, write_whole
from amiable.words.quantities import write_decimal, write_share


def moved(before: float, now: float) -> str:
    """How a figure went: fell, rose, same. Less than half a unit is the same."""
    return "same" if abs(now - before) < 0.5 else "fell" if now < before else "rose"


def whole(minor: int, board: Dashboard, language: Language) -> str:
    """An amount of the company's currency, in whole units."""
    return write_whole(Money(minor=minor, currency=board.currency), language)


def aged_said(board: Dashboard, language: Language) -> str:
    """How overdue moved, and how much of it is old."""
    then, now = board.then.owed, board.now.owed
    return say(
        language,
        f"dashboard.aged.said.{moved(then.overdue, now.overdue)}",
        before=whole(then.overdue, board, language),
        now=whole(now.overdue, board, language),
        since=board.then.on,
        until=board.now.on,
        old=whole(now.late_over_90, board, language),
        outstanding=whole(now.outstanding, board, language),
    )


def dso_said(board: Dashboard, language: Language) -> str:
    """How DSO moved, and what counting back says."""
    now = board.now
    first = next((point for point in board.points if point.dso is not None), now)
    if now.dso is None or now.back is None or first.dso is None:
        return say(language, "dashboard.dso.said.unknown")
    return say(
        language,
        f"dashboard.dso.said.{moved(round(first.dso), round(now.dso))}",
        before=write_decimal(first.dso, language),
        now=write_decimal(now.dso, language),
        since=first.on,
        until=now.on,
        back=back_text(now, language),
    )


def back_text(point: Point, language: Language) -> str:
    """The days counted back; "more than" where the sales known do not reach that far."""
    if point.back is None:
        return "–"
    days = write_decimal(point.back.days, language)
    return say(language, "dashboard.more_than", days=days) if point.back.more else days


def weeks_said(board: Dashboard, language: Language) -> str:
    """How much of what was foretold came in."""
    weeks = board.weeks
    if not weeks:
        return say(language, "dashboard.weeks.none")
    inside = sum(week.low <= week.received <= week.high for week in weeks)
    return say(
        language,
        "dashboard.weeks.said",
        n=len(weeks),
        received=whole(sum(week.received for week in weeks), board, language),
        expected=whole(sum(week.expected for week in weeks), board, language),
        inside=inside,
    )


def drift_said(board: Dashboard, language: Language) -> str:
    """Who gets later most."""
    rows = board.drifting
    if not rows:
        return say(language, "dashboard.drift.none")
    days = rows[0].drift_days or 0
    return say(language, "dashboard.drift.said", n=len(rows), name=rows[0].name, days=days)


def debtors_said(board: Dashboard, language: Language) -> str:
    """How much of what is owed hangs on few."""
    debtors = board.debtors
    if not debtors.largest:
        return say(language, "dashboard.debtors.none")
    together = sum(owed for _, owed in debtors.largest)
    first, most = debtors.largest[0]
    return say(
        language,
        "dashboard.debtors.said",
        n=len(debtors.largest),
        count=debtors.count,
        share=write_share(share(together, debtors.total) or 0, language),
        total=whole(debtors.total, board, language),
        name=first.name,
        alone=write_share(share(most, debtors.total) or 0, language),
    )


def funnel_said(board: Dashboard, language: Language) -> str:
    """What became of the reminders."""
    funnel = board.funnel
    if not funnel.sent:
        return say(language, "dashboard.funnel.none")
    return say(
        language,
        "dashboard.funnel.said",
        n=funnel.sent,
        answered=funnel.answered,
        paid=funnel.paid,
        settled=funnel.settled,
        days=FOLLOWED_DAYS,
    )

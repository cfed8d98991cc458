"""Measures: how the ledger stands and how customers pay, over a period."""

from datetime import date
from typing import Annotated

from django.http import HttpRequest
from ninja import Query, Router
from pydantic import Field

from amiable.api.auth import call_of
from amiable.api.doors import reads
from amiable.api.problems import invalid
from amiable.api.values import Day, Record
from amiable.desk.measure import Chosen
from amiable.desk.measure_count import count_if_small
from amiable.desk.measure_period import Compared, measure_period
from amiable.engine.period import PeriodKind, Span, period_of, so_far
from amiable.engine.scorecard import Figure, Unit
from amiable.store.models.day_measure import Dimension

router = Router(tags=["measures"])


class MeasureQuery(Record):
    """Which period, and by what; `since` and `until` go together, `until` is the last day + 1."""

    since: Day | None = None
    until: Annotated[
        Day | None, Field(description="The day after the last; left out: the 90 days up to today")
    ] = None
    by: Dimension = Dimension.COMPANY


class FigureOut(Record):
    """One measure: an amount in minor units, a number, days, or a share (1 is all)."""

    name: str
    unit: Unit
    number: Annotated[float | int | None, Field(description="null: it cannot be said")]
    more: Annotated[bool, Field(description="It is more than `number`: the history ends")]
    before: Annotated[float | int | None, Field(description="In the period before")]


class ScorecardOut(Record):
    """The measures of one value and currency; `value` empty: the company, nobody's customers, or
    a segment that is not known yet. `name`: of a collector."""

    value: str
    name: str
    currency: str
    figures: list[FigureOut]


class MeasuresOut(Record):
    """`since` to `until` (excluded) beside `before_since` to `before_until`. `fresh`: every fact
    is counted; a big ledger is counted in the background."""

    since: date
    until: date
    before_since: date
    before_until: date
    by: Dimension
    fresh: bool
    kept_since: Annotated[date | None, Field(description="The first day that is kept")]
    scorecards: list[ScorecardOut]


@reads(router, "/measures", MeasuresOut, "Measures of a period")
def get_measures(request: HttpRequest, filters: Query[MeasureQuery]) -> MeasuresOut:
    """The measures of a period beside those of the period before, of the same length.

    How each is computed is told at the desk and by `amiable measure --json`."""
    call = call_of(request)
    kind, span = _span(filters, call.today)
    fresh = count_if_small(call.company, call.today, call.at)
    found = measure_period(call.company, span, kind, Chosen(dimension=filters.by), call.today)
    return MeasuresOut(
        since=found.span.since,
        until=found.span.until,
        before_since=found.before.since,
        before_until=found.before.until,
        by=filters.by,
        fresh=fresh,
        kept_since=found.counted.since if found.counted else None,
        scorecards=[_card(one) for one in found.cards],
    )


def _span(filters: MeasureQuery, today: date) -> tuple[PeriodKind | None, Span]:
    """The period asked for. Raises Problem."""
    since, until = filters.since, filters.until
    if since is None and until is None:
        return PeriodKind.DAYS_90, period_of(PeriodKind.DAYS_90, today)
    if since is None or until is None:
        raise invalid("since" if since is None else "until", "missing_day", location="query")
    if until <= since:
        raise invalid("until", "before_since", location="query")
    if since > today:
        raise invalid("since", "measures_after_today", location="query")
    return None, so_far(Span(since, until), today)


def _card(one: Compared) -> ScorecardOut:
    return ScorecardOut(
        value=one.now.value,
        name=one.name,
        currency=one.now.currency,
        figures=[_figure(now, then) for now, then in one.pairs()],
    )


def _figure(now: Figure, then: Figure | None) -> FigureOut:
    return FigureOut(
        name=now.name,
        unit=now.unit,
        number=now.number,
        more=now.more,
        before=then.number if then else None,
    )

"""Forecast: the receipts of the weeks to come."""

from datetime import date, datetime
from typing import Annotated

from django.http import HttpRequest
from ninja import Query, Router
from pydantic import Field

from amiable.api.auth import call_of
from amiable.api.doors import reads
from amiable.api.values import Amount, Record, amount
from amiable.desk.forecast import forecast_to_show
from amiable.desk.forecast_past import accuracy
from amiable.desk.forecast_view import Outlook, Stretch, outlooks
from amiable.engine.forecast import Scenario

router = Router(tags=["forecast"])


class StretchOut(Record):
    """The receipts of a day or a week, from `starts_on` to the day before `ends_on`."""

    starts_on: date
    ends_on: date
    low: Annotated[Amount, Field(description="Eight times in ten at least this")]
    expected: Amount
    high: Annotated[Amount, Field(description="Eight times in ten at most this")]
    said: Annotated[Amount, Field(description="Of the expected: promised, or said to be paid")]
    planned: Annotated[Amount, Field(description="Of the expected: on instalment plans")]
    cumulated: Annotated[Amount, Field(description="Expected from today to its end")]


class OutlookOut(Record):
    """One currency: `open` is `netted`, what is `uncounted`, all weeks and what is `beyond`."""

    currency: str
    days: list[StretchOut]
    weeks: list[StretchOut]
    open: Amount
    netted: Annotated[Amount, Field(description="Credits not matched yet, taken off")]
    beyond: Annotated[Amount, Field(description="Expected after the last week")]
    uncounted: Annotated[
        dict[str, Amount], Field(description="Not expected: disputed, barred, insolvent, silent")
    ]


class PastOut(Record):
    """How good the forecasts of past weeks were."""

    weeks: Annotated[int, Field(description="Weeks compared, 26 at most")]
    held: Annotated[int, Field(description="Of them within the band; 80 % are meant")]
    bias: Annotated[float | None, Field(description="(expected - received) / received")]
    error: Annotated[float | None, Field(description="Mean miss of a week / received")]


class ForecastOut(Record):
    """A forecast; `made_on` is null while none has been counted."""

    made_on: date | None
    counted_at: datetime | None
    scenario: Scenario
    currencies: list[OutlookOut]
    past: PastOut


class ForecastQuery(Record):
    """Which scenario."""

    scenario: Scenario = Scenario.HABITS


@reads(router, "/forecast", ForecastOut, "Forecast receipts")
def get_forecast(request: HttpRequest, filters: Query[ForecastQuery]) -> ForecastOut:
    """The receipts expected of the weeks to come, with a band, one list a currency.

    Counted once a day after the plan, and after an import. `on_time`: nobody pays later than the
    due date; `later`: any customer pays 15 days later with a chance of 10 %."""
    call = call_of(request)
    counted = forecast_to_show(call.company, call.today, call.at)
    run = counted.run if counted else None
    known = accuracy(call.company, call.today)
    return ForecastOut(
        made_on=run.made_on if run else None,
        counted_at=run.counted_at if run else None,
        scenario=filters.scenario,
        currencies=[_outlook(one) for one in outlooks(counted, filters.scenario.value)]
        if counted
        else [],
        past=PastOut(weeks=known.weeks, held=known.held, bias=known.bias, error=known.error),
    )


def _outlook(one: Outlook) -> OutlookOut:
    return OutlookOut(
        currency=one.currency,
        days=[_stretch(stretch) for stretch in one.days],
        weeks=[_stretch(stretch) for stretch in one.weeks],
        open=amount(one.open),
        netted=amount(one.netted),
        beyond=amount(one.beyond),
        uncounted={why: amount(sum_) for why, sum_ in one.uncounted.items()},
    )


def _stretch(one: Stretch) -> StretchOut:
    return StretchOut(
        starts_on=one.starts_on,
        ends_on=one.ends_on,
        low=amount(one.low),
        expected=amount(one.expected),
        high=amount(one.high),
        said=amount(one.said),
        planned=amount(one.planned),
        cumulated=amount(one.cumulated),
    )

"""Reminder effects: what the reminders of a period did."""

from datetime import date, timedelta
from typing import Annotated

from django.http import HttpRequest
from ninja import Query, Router
from pydantic import Field

from amiable.api.auth import call_of
from amiable.api.doors import reads
from amiable.api.problems import invalid
from amiable.api.values import Amount, Day, Record
from amiable.desk.effect import EffectLine, Followed, reminder_effects
from amiable.engine.days import ONE_DAY
from amiable.engine.effect import Interval, Rate
from amiable.engine.period import Span
from amiable.store.effect import Aspect

router = Router(tags=["reminders"])
_YEAR = timedelta(days=365)


class EffectQuery(Record):
    """Which reminders, and by what they are told apart; `since` and `until` go together."""

    since: Day | None = None
    until: Annotated[
        Day | None, Field(description="The day after the last; left out: the year up to today")
    ] = None
    by: Aspect = Aspect.CHANNEL


class RateOut(Record):
    """A share: `hits` of `n`, between `low` and `high` 95 times in 100 (Wilson; null of none)."""

    hits: int
    n: int
    low: float | None
    high: float | None
    enough: Annotated[bool, Field(description="false: too few to tell anything")]


class GainedOut(Record):
    """Days by which the money came sooner than the habits announced, between `low` and `high` 95
    times in 100 (by customer); `n` reminders of so many customers could be judged."""

    mean: float
    low: float
    high: float
    n: int
    customers: int
    enough: Annotated[bool, Field(description="false: too few to tell anything")]


class FollowedOut(Record):
    """What followed within so many days, of the reminders that are at least as old."""

    within: int
    answered: RateOut
    paid: Annotated[RateOut, Field(description="Invoices paid by money, of those chased")]
    came: Annotated[Amount, Field(description="Money that came for them")]
    asked: Annotated[Amount, Field(description="What was open of them when the reminder left")]


class EffectOut(Record):
    """The reminders with one value; `name`: of a collector. `gained` is null while fewer than two
    customers' reminders can be judged; it is `expected` less `waited` days."""

    value: str
    name: str
    reminders: int
    bounced: RateOut
    delivered: int
    opened: int
    gained: GainedOut | None
    waited: float | None
    expected: float | None
    followed: list[FollowedOut]


class EffectsOut(Record):
    """`since` to `until` (excluded). `judged_on`: the morning the ledger was known for, null before
    the first judgement; `whole` is null when no reminder left."""

    since: date
    until: date
    judged_on: date | None
    by: Aspect
    planned: int
    approved: int
    whole: EffectOut | None
    lines: list[EffectOut]


@reads(router, "/reminder-effects", EffectsOut, "What reminders did")
def get_effects(request: HttpRequest, filters: Query[EffectQuery]) -> EffectsOut:
    """Days gained against the customers' habits, money that followed, answers.

    An invoice that behaves as its habit says gains 0 days on average. Judged at night."""
    call = call_of(request)
    span = _span(filters, call.today)
    found = reminder_effects(call.actor, span, call.today, filters.by)
    currency = call.company.currency
    return EffectsOut(
        since=span.since,
        until=span.until,
        judged_on=found.known,
        by=filters.by,
        planned=found.before.planned,
        approved=found.before.approved,
        whole=None if found.whole is None else _line(found.whole, currency),
        lines=[_line(one, currency) for one in found.lines],
    )


def _span(filters: EffectQuery, today: date) -> Span:
    since, until = filters.since, filters.until
    if since is None and until is None:
        return Span(today - _YEAR, today + ONE_DAY)
    if since is None or until is None:
        raise invalid("since" if since is None else "until", "missing_day", location="query")
    if until <= since:
        raise invalid("until", "before_since", location="query")
    return Span(since, until)


def _line(one: EffectLine, currency: str) -> EffectOut:
    return EffectOut(
        value=one.value,
        name=one.name,
        reminders=one.reminders,
        bounced=rate_out(one.bounced),
        delivered=one.delivered,
        opened=one.opened,
        gained=_gained(one.gained),
        waited=one.waited,
        expected=one.expected,
        followed=[_followed(each, currency) for each in one.followed],
    )


def _gained(gained: Interval | None) -> GainedOut | None:
    if gained is None:
        return None
    return GainedOut(
        mean=gained.mean, low=gained.low, high=gained.high, n=gained.n,
        customers=gained.customers, enough=gained.enough,
    )  # fmt: skip


def rate_out(rate: Rate) -> RateOut:
    """A share with where it lies."""
    low, high = rate.bounds or (None, None)
    return RateOut(hits=rate.hits, n=rate.n, low=low, high=high, enough=rate.enough)


def _followed(one: Followed, currency: str) -> FollowedOut:
    return FollowedOut(
        within=one.within,
        answered=rate_out(one.answered),
        paid=rate_out(one.paid),
        came=Amount(minor=one.minor, currency=currency),
        asked=Amount(minor=one.asked_minor, currency=currency),
    )

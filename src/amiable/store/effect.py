"""Effects in the database: the judged reminders of a period, counted by what one looks at.

The database counts and sums whole numbers; means, shares and intervals are the engine's.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from django.db import connection
from django.db.models import Max, QuerySet

from amiable.engine.effect import ClusterSums
from amiable.engine.followed import WITHIN
from amiable.store.among import among
from amiable.store.models import OutboxRow, PlanEntry, ReminderEffect
from amiable.store.models.outbox import OutboxState

_PER_DAY = 100.0  # days are kept in hundredths


class Aspect(StrEnum):
    """What the reminders of a period can be told apart by."""

    CHANNEL = "channel"
    TONE = "tone"
    STEP = "step"
    WEEKDAY = "weekday"
    HOUR = "hour"
    SEGMENT = "segment"
    COLLECTOR = "collector"
    POLICY = "policy"


_COLUMN = {aspect: f"e.{aspect.value}" for aspect in Aspect} | {
    Aspect.COLLECTOR: "c.collector_id",
    None: "''",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SentSpan:
    """The reminders sent in ``[since, until)``; ``only``: of these collectors' customers."""

    since: date
    until: date
    only: tuple[int, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowedCounts:
    """Of reminders known for ``within`` days: what was chased, and what followed by then.

    ``reminders`` are those that ``answered`` is of; for money, they are counted a day later (see
    `effect_counts`). Amounts are of the company's currency, minor units.
    """

    within: int
    reminders: int
    answered: int
    invoices: int
    paid: int
    amount_minor: int
    paid_minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EffectCounts:
    """The reminders with one value of an aspect. Days are summed over the ``days.n`` judged."""

    value: str
    reminders: int
    bounced: int
    delivered: int
    opened: int
    followed: tuple[FollowedCounts, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DayCounts:
    """Days of the judged reminders with one value: sums by customer of the days gained, for the
    interval, and the plain sums of days waited and announced."""

    value: str
    gained: ClusterSums
    waited: float
    expected: float


def judged_on(company: int) -> date | None:
    """The newest morning any reminder was judged on; None before the first."""
    found: date | None = ReminderEffect.objects.of(company).aggregate(on=Max("judged_on"))["on"]
    return found


_WITHIN = """
    COUNT(CASE WHEN e.sent_on <= %s THEN 1 END),
    COUNT(CASE WHEN e.sent_on <= %s AND e.answered_after <= {n} THEN 1 END),
    SUM(CASE WHEN e.sent_on <= %s THEN e.invoices ELSE 0 END),
    SUM(CASE WHEN e.sent_on <= %s THEN e.paid_{n} ELSE 0 END),
    SUM(CASE WHEN e.sent_on <= %s THEN e.amount_minor ELSE 0 END),
    SUM(CASE WHEN e.sent_on <= %s THEN e.paid_{n}_minor ELSE 0 END)
"""
MONEY_LATER = 1
"""Days: what was paid on a day is known the morning after."""
_MORE = (0, 0, *[MONEY_LATER] * 4)
"""Days a reminder must be older than n to count, for each column of _WITHIN."""
_COUNTS = """
    SELECT {column}, COUNT(*), COUNT(CASE WHEN e.bounced THEN 1 END),
           COUNT(CASE WHEN e.delivered THEN 1 END), COUNT(CASE WHEN e.opened THEN 1 END), {within}
    FROM store_remindereffect e {join}
    WHERE {where} GROUP BY {group}
"""
_DAYS = """
    SELECT value, COUNT(*), SUM(n), SUM(gained), SUM(gained * gained), SUM(gained * n),
           SUM(n * n), SUM(waited), SUM(expected)
    FROM (
        SELECT {column} AS value, e.customer_id, COUNT(*) AS n, SUM(e.gained) AS gained,
               SUM(e.waited) AS waited, SUM(e.expected) AS expected
        FROM store_remindereffect e {join}
        WHERE {where} AND e.gained IS NOT NULL GROUP BY {group}e.customer_id
    ) AS customers
    GROUP BY value
"""
_JOIN = "JOIN store_customer c ON c.id = e.customer_id"


def effect_counts(
    company: int, span: SentSpan, known: date, by: Aspect | None = None
) -> list[EffectCounts]:
    """What followed the reminders of a span, by value (all together without an aspect).

    ``known``: the morning up to which the ledger is known. A reminder counts for the answers within
    n days when it is n days old on it; for the money a day later, for what is paid on ``known``
    itself is not known that morning.
    """
    where, facts = _where(company, span)
    within = ", ".join(_WITHIN.format(n=days) for days in WITHIN)
    statement = _COUNTS.format(
        column=_COLUMN[by], join=_join(span, by), where=where, within=within,
        group=_COLUMN[by] if by else "e.company_id",
    )  # fmt: skip
    latest = [known - timedelta(days=days + more) for days in WITHIN for more in _MORE]
    with connection.cursor() as cursor:
        cursor.execute(statement, [*latest, *facts])
        return [_counted(row) for row in cursor.fetchall()]


def _counted(row: Sequence[Any]) -> EffectCounts:
    parts = [row[5 + 6 * at : 11 + 6 * at] for at in range(len(WITHIN))]
    return EffectCounts(
        value=_value(row[0]),
        reminders=row[1],
        bounced=row[2],
        delivered=row[3],
        opened=row[4],
        followed=tuple(
            FollowedCounts(
                within=days, reminders=part[0], answered=part[1], invoices=int(part[2]),
                paid=int(part[3]), amount_minor=int(part[4]), paid_minor=int(part[5]),
            )
            for days, part in zip(WITHIN, parts, strict=True)
        ),
    )  # fmt: skip


def day_counts(company: int, span: SentSpan, by: Aspect | None = None) -> list[DayCounts]:
    """The days of the judged reminders of a span, by value (all together without an aspect)."""
    where, facts = _where(company, span)
    column = _COLUMN[by]
    statement = _DAYS.format(
        column=column, join=_join(span, by), where=where, group=f"{column}, " if by else ""
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, facts)
        return [_days(row) for row in cursor.fetchall()]


def _days(row: Sequence[Any]) -> DayCounts:
    gained, squares, crossed, sizes, waited, expected = map(float, row[3:9])
    return DayCounts(
        value=_value(row[0]),
        gained=ClusterSums(
            customers=row[1],
            n=int(row[2]),
            total=gained / _PER_DAY,
            squares=squares / _PER_DAY**2,
            crossed=crossed / _PER_DAY,
            sizes=sizes,
        ),
        waited=waited / _PER_DAY,
        expected=expected / _PER_DAY,
    )


def _value(stored: object) -> str:
    return "" if stored is None else str(stored)


def _join(span: SentSpan, by: Aspect | None) -> str:
    return _JOIN if by is Aspect.COLLECTOR or span.only is not None else ""


def _where(company: int, span: SentSpan) -> tuple[str, list[Any]]:
    where = "e.company_id = %s AND e.sent_on >= %s AND e.sent_on < %s"
    facts: list[Any] = [company, span.since, span.until]
    if span.only is not None:
        condition, keys = among(connection.vendor, span.only)
        where += f" AND c.collector_id {condition}"
        facts.append(keys)
    return where, facts


@dataclass(frozen=True, slots=True, kw_only=True)
class Before:
    """What came before a reminder left: asked for by a plan, approved, not sent in the end.

    ``failed``: it could not be sent; ``cancelled``: it was no longer due, or a person took it back.
    """

    planned: int
    approved: int
    failed: int
    cancelled: int


_FAILED = (OutboxState.FAILED, OutboxState.REFUSED, OutboxState.AMBIGUOUS)


def before_sending(company: int, span: SentSpan) -> Before:
    """The reminders a plan asked for, and those approved, on the days of a span."""
    plans = _of(PlanEntry.objects.of(company).filter(kind="remind", step__gt=0), span)
    plans = plans.filter(decided_on__gte=span.since, decided_on__lt=span.until)
    rows = _of(OutboxRow.objects.of(company).filter(purpose="reminder"), span)
    rows = rows.filter(approved_on__gte=span.since, approved_on__lt=span.until)
    unsent = rows.filter(sent_on=None)
    return Before(
        planned=plans.count(),
        approved=rows.count(),
        failed=unsent.filter(state__in=_FAILED).count(),
        cancelled=unsent.filter(state=OutboxState.CANCELLED).count(),
    )


def _of(rows: QuerySet[Any], span: SentSpan) -> QuerySet[Any]:
    if span.only is None:
        return rows
    return rows.filter(customer__collector_id__in=span.only)


def effect_rows(
    company: int, span: SentSpan, by: Aspect | None = None, value: str = ""
) -> QuerySet[ReminderEffect]:
    """The judged reminders behind a figure, the last sent first, with message and customer."""
    rows = _of(ReminderEffect.objects.of(company), span)
    rows = rows.filter(sent_on__gte=span.since, sent_on__lt=span.until)
    if by is not None:
        column = "customer__collector_id" if by is Aspect.COLLECTOR else by.value
        rows = rows.filter(**{column: value or None} if value == "" and by in _EMPTY
                           else {column: value})  # fmt: skip
    return rows.select_related("customer").order_by("-sent_on", "-pk")


_EMPTY = (Aspect.COLLECTOR, Aspect.HOUR)
"""Aspects a reminder may have no value of."""


def page_of_rows(
    rows: QuerySet[ReminderEffect], after: tuple[date, int] | None, most: int
) -> list[ReminderEffect]:
    """Some rows after a place in their order, one more than ``most`` when there are more."""
    if after is not None:
        on, pk = after
        rows = rows.filter(sent_on__lte=on).exclude(sent_on=on, pk__gte=pk)
    return list(rows[: most + 1])


def stream_rows(rows: QuerySet[ReminderEffect]) -> Iterator[ReminderEffect]:
    """All the rows, some hundred in memory at a time: for a file."""
    return rows.iterator(chunk_size=500)

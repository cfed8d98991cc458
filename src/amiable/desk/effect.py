"""Effect: what the reminders of a period did, told apart by channel, tone, step and the like.

Read from the judgements the night keeps (`effect_count`); of the customers an actor may see.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from amiable.desk.access import Actor, Power
from amiable.desk.effect_count import known_until
from amiable.desk.measure_period import names_of
from amiable.engine.effect import Interval, Rate, interval_of
from amiable.engine.parties import Channel, Segment
from amiable.engine.period import Span
from amiable.engine.policy import Tone
from amiable.store import effect as store
from amiable.store.effect import Aspect, Before, DayCounts, EffectCounts, SentSpan
from amiable.store.effect_facts import numbers_of
from amiable.store.models import ReminderEffect

PAGE = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """What followed within so many days, of the ``answered.n`` reminders old enough to tell; of
    those ``money_from`` days old, for money.

    ``paid``: invoices of those chased; ``minor`` of ``asked_minor`` came in money, in the
    company's currency.
    """

    within: int
    answered: Rate
    paid: Rate
    minor: int
    asked_minor: int

    @property
    def money_from(self) -> int:
        """The days after which it is known what came within the time."""
        return self.within + store.MONEY_LATER

    @property
    def share(self) -> float | None:
        """The share of the money asked for that came; None where none was asked for."""
        return self.minor / self.asked_minor if self.asked_minor else None


@dataclass(frozen=True, slots=True, kw_only=True)
class EffectLine:
    """The reminders with one value of an aspect (``name``: of a collector or a policy).

    ``gained``: days by which the money came sooner than the habits announced, with its interval;
    ``waited`` and ``expected``: the two means it is the difference of. All None while fewer than
    two customers' reminders can be judged. ``delivered``, ``opened``: as far as it was told.
    """

    value: str
    name: str
    reminders: int
    bounced: Rate
    delivered: int
    opened: int
    followed: tuple[Followed, ...]
    gained: Interval | None
    waited: float | None
    expected: float | None

    @property
    def last(self) -> Followed:
        """What followed within the longest time."""
        return self.followed[-1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Effects:
    """What the reminders of a span did. ``known``: the morning the ledger was known for when they
    were judged, None before the first was. ``whole``: all together, None when there are none."""

    span: Span
    by: Aspect | None
    known: date | None
    whole: EffectLine | None
    lines: list[EffectLine]
    before: Before


def reminder_effects(actor: Actor, span: Span, today: date, by: Aspect | None = None) -> Effects:
    """What the reminders of a span did, of the customers this actor may see: five queries."""
    company, sent = actor.company, _sent(actor, span)
    known = store.judged_on(company.pk)
    until = min(known or today, known_until(company, today))
    whole = _lines(actor, sent, until, None)
    return Effects(
        span=span,
        by=by,
        known=known,
        whole=whole[0] if whole else None,
        lines=_lines(actor, sent, until, by) if by and whole else [],
        before=store.before_sending(company.pk, sent),
    )


def _sent(actor: Actor, span: Span) -> SentSpan:
    return SentSpan(since=span.since, until=span.until, only=actor.only)


def _lines(actor: Actor, sent: SentSpan, known: date, by: Aspect | None) -> list[EffectLine]:
    company = actor.company.pk
    counted = store.effect_counts(company, sent, known, by)
    days = {one.value: one for one in store.day_counts(company, sent, by)}
    names = _names(actor) if by is Aspect.COLLECTOR else {}
    lines = [_line(one, days.get(one.value), names.get(one.value, one.value)) for one in counted]
    return sorted(lines, key=_order(by))


def _line(counted: EffectCounts, days: DayCounts | None, name: str) -> EffectLine:
    judged = days.gained.n if days else 0
    return EffectLine(
        value=counted.value,
        name=name,
        reminders=counted.reminders,
        bounced=Rate(hits=counted.bounced, n=counted.reminders),
        delivered=counted.delivered,
        opened=counted.opened,
        followed=tuple(
            Followed(
                within=one.within,
                answered=Rate(hits=one.answered, n=one.reminders),
                paid=Rate(hits=one.paid, n=one.invoices),
                minor=one.paid_minor,
                asked_minor=one.amount_minor,
            )
            for one in counted.followed
        ),
        gained=interval_of(days.gained) if days else None,
        waited=days.waited / judged if days else None,
        expected=days.expected / judged if days else None,
    )


_KNOWN: dict[Aspect, list[str]] = {
    Aspect.CHANNEL: [one.value for one in Channel],
    Aspect.TONE: [one.value for one in Tone],
    Aspect.SEGMENT: [one.value for one in Segment],
}
_NUMBERS = (Aspect.STEP, Aspect.WEEKDAY, Aspect.HOUR)


def _order(by: Aspect | None) -> Callable[[EffectLine], Any]:
    """In the order of the trade where there is one, else those with most reminders first."""
    if by in _NUMBERS:
        return lambda line: (not line.value, int(line.value or 0))
    known = _KNOWN.get(by, []) if by else []
    if known:
        return lambda line: known.index(line.value) if line.value in known else len(known)
    return lambda line: (-line.reminders, line.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class EffectRows:
    """A page of the reminders behind a figure; ``numbers`` of the invoices each asked for."""

    rows: list[ReminderEffect]
    numbers: dict[int, list[str]]
    following: str


def effects_behind(
    actor: Actor, span: Span, by: Aspect | None = None, value: str = "", after: str = ""
) -> EffectRows:
    """The reminders behind a figure, the last sent first, a page at a time.

    ``after``: where the page before ended. Raises ValueError for a value that cannot be, or for a
    collector this actor may not know of.
    """
    rows = _behind(actor, span, by, value)
    found = store.page_of_rows(rows, _place(after), PAGE)
    shown = found[:PAGE]
    following = f"{shown[-1].sent_on}.{shown[-1].pk}" if len(found) > PAGE else ""
    numbers = numbers_of(actor.company.pk, [row.message_id for row in shown])
    return EffectRows(rows=shown, numbers=numbers, following=following)


def name_of(actor: Actor, by: Aspect, value: str) -> str:
    """What a value of an aspect is called where a person gave it its name."""
    return _names(actor).get(value, "") if by is Aspect.COLLECTOR else value


def _names(actor: Actor) -> dict[str, str]:
    """The names of the people this actor may know of."""
    names = names_of(actor.company)
    return {key: name for key, name in names.items() if _may_know(actor, key)}


def _may_know(actor: Actor, collector: str) -> bool:
    """Who does not see the company as a whole knows of nobody but those it works for."""
    return actor.may(Power.PROOF) or collector in map(str, actor.mine)


def every_effect(
    actor: Actor, span: Span, by: Aspect | None = None, value: str = ""
) -> Iterator[ReminderEffect]:
    """All the reminders behind a figure, for a file. Raises ValueError as `effects_behind`."""
    return store.stream_rows(_behind(actor, span, by, value))


def _behind(actor: Actor, span: Span, by: Aspect | None, value: str) -> Any:
    if by in _NUMBERS or by is Aspect.COLLECTOR:
        if value and (not value.isascii() or not value.isdigit() or len(value) > 18):
            raise ValueError(f"{value!r} is no {by}")
        if value and by is Aspect.COLLECTOR and not _may_know(actor, value):
            raise ValueError("not of this actor")
        if not value and by in (Aspect.STEP, Aspect.WEEKDAY):
            raise ValueError(f"a reminder has a {by}")
    return store.effect_rows(actor.company.pk, _sent(actor, span), by, value)


def _place(text: str) -> tuple[date, int] | None:
    on, _, pk = text.partition(".")
    if not (pk.isascii() and pk.isdigit() and len(pk) < 19):
        return None
    try:
        return date.fromisoformat(on), int(pk)
    except ValueError:
        return None

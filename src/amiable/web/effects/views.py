"""The page of what the reminders did, and the reminders behind each figure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.http import Http404, HttpResponse, HttpResponseBase

from amiable.desk.access import Power
from amiable.desk.audit import recorded
from amiable.desk.effect import effects_behind, every_effect, name_of, reminder_effects
from amiable.desk.export import Row
from amiable.engine.money import Money
from amiable.engine.period import Span
from amiable.store.effect import Aspect
from amiable.store.models import ReminderEffect
from amiable.web.effects.forms import EffectForm
from amiable.web.effects.page import (
    LAST,
    NEEDED,
    Figure,
    Line,
    Stage,
    figures_of,
    lines_of,
    stages_of,
)
from amiable.web.export import stream_csv, stream_xlsx
from amiable.web.visit import Visit, page
from amiable.words import term
from amiable.words.effect import UNKNOWN, headline, name_value, signed

_COLUMNS = (
    "sent_on", "customer", "channel", "tone", "number", "segment", "policy", "invoices", "amount",
    "currency", "came", "answer_days", "waited", "expected", "gained",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class EffectsPage:
    """What the page shows. ``known``: the morning the ledger was known for when they were judged,
    None before the first was."""

    form: EffectForm
    span: Span
    known: date | None
    sentence: str
    figures: list[Figure]
    stages: list[Stage]
    aspect: str
    lines: list[Line]
    last: int
    needed: dict[str, int]
    proof: bool
    opens: bool


@page()
def effects(visit: Visit) -> HttpResponse:
    """What the reminders of a period did, of the customers one may see."""
    form = EffectForm(visit.request.GET, today=visit.today)
    found = reminder_effects(visit.actor, form.span, visit.today, form.aspect)
    whole, language = found.whole, visit.language
    opens = visit.company.tracks_opens
    record = EffectsPage(
        form=form,
        span=form.span,
        known=found.known,
        sentence=headline(
            language, whole.reminders if whole else 0, whole.gained if whole else None
        ),
        figures=figures_of(whole, visit.company.currency, language) if whole else [],
        stages=stages_of(found, language, opens=opens),
        aspect=visit.say(f"effect.by.{form.aspect}"),
        lines=lines_of(found, language),
        last=LAST,
        needed=NEEDED,
        proof=visit.may(Power.PROOF),
        opens=opens,
    )
    return visit.render(
        "effects/effects.html",
        effects=record,
        current="measures" if visit.may(Power.PROOF) else "effects",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A reminder as it is listed; ``numbers`` of the invoices it asked for."""

    row: ReminderEffect
    step: str
    numbers: list[str]
    amount: Money
    came: Money
    answer: str
    gained: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Which reminders are listed; ``value`` None: all of the period."""

    span: Span
    by: Aspect | None
    value: str


def _asked(visit: Visit) -> Asked:
    form, given = EffectForm(visit.request.GET, today=visit.today), visit.request.GET
    by = form.aspect if "value" in given else None
    return Asked(span=form.span, by=by, value=given.get("value", ""))


@page()
def rows(visit: Visit) -> HttpResponse:
    """The reminders behind a figure, the last sent first."""
    asked = _asked(visit)
    after = visit.request.GET.get("after", "")
    try:
        found = effects_behind(visit.actor, asked.span, asked.by, asked.value, after)
    except ValueError as error:
        raise Http404(str(error)) from error
    return visit.render(
        "effects/rows.html",
        current="measures" if visit.may(Power.PROOF) else "effects",
        title=_title(visit, asked),
        span=asked.span,
        rows=[_shown(visit, row, found.numbers.get(row.message_id, [])) for row in found.rows],
        first=not after,
        following=found.following,
        may_export=visit.may(Power.EXPORT),
    )


def _title(visit: Visit, asked: Asked) -> str:
    if asked.by is None:
        return visit.say("effect.rows_of.all")
    name = name_of(visit.actor, asked.by, asked.value)
    value = name_value(visit.language, asked.by.value, asked.value, name)
    aspect = visit.say(f"effect.by.{asked.by}")
    return visit.say("effect.rows_of.value", aspect=aspect, value=value)


def _shown(visit: Visit, row: ReminderEffect, numbers: list[str]) -> Shown:
    currency = visit.company.currency
    return Shown(
        row=row,
        step=name_value(visit.language, "step", str(row.step), ""),
        numbers=numbers,
        amount=Money(minor=row.amount_minor, currency=currency),
        came=Money(minor=row.paid_30_minor, currency=currency),
        answer=_answer(visit, row.answered_after),
        gained=_days(visit, row.gained),
    )


def _days(visit: Visit, hundredths: int | None) -> str:
    if hundredths is None:
        return UNKNOWN
    return visit.say("effect.days", days=signed(hundredths / 100, visit.language))


def _answer(visit: Visit, after: int | None) -> str:
    if after is None:
        return visit.say("effect.answer.none")
    return (
        visit.say("effect.answer.after", n=after) if after else visit.say("effect.answer.same_day")
    )


@page(Power.EXPORT)
def export_rows(visit: Visit, kind: str) -> HttpResponseBase:
    """The reminders behind a figure as a file, all of them."""
    asked = _asked(visit)
    try:
        found = every_effect(visit.actor, asked.span, asked.by, asked.value)
    except ValueError as error:
        raise Http404(str(error)) from error
    since, last = asked.span.since.isoformat(), asked.span.last.isoformat()
    with recorded(visit.actor, "exported_effects", at=visit.at, kind=kind, since=since, last=last):
        heads = [visit.say(f"effect.column.{name}") for name in _COLUMNS]
        lines = _lines(visit, found)
        name = f"reminders-{last}"
        if kind == "csv":
            return stream_csv(lines, heads, name, visit.language)
        return stream_xlsx(lines, heads, name, visit.say("effect.rows"))


def _lines(visit: Visit, found: Iterator[ReminderEffect]) -> Iterator[Row]:
    currency = visit.company.currency
    for row in found:
        yield (
            row.sent_on, row.customer.name, term(visit.language, "channel", row.channel),
            term(visit.language, "tone", row.tone) if row.tone else "", row.step,
            term(visit.language, "segment", row.segment), row.policy, row.invoices,
            Money(minor=row.amount_minor, currency=currency), currency,
            Money(minor=row.paid_30_minor, currency=currency), row.answered_after,
            *(_cell(value) for value in (row.waited, row.expected, row.gained)),
        )  # fmt: skip


def _cell(hundredths: int | None) -> Decimal | None:
    return None if hundredths is None else Decimal(hundredths) / 100

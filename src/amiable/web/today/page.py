"""The page of the day: lines, figures and what waits to leave, as the templates show them."""

from collections.abc import Mapping
from dataclasses import dataclass

from amiable.desk.worklist import Line, TopFigures
from amiable.engine.money import Money
from amiable.engine.parties import WRITTEN, Channel
from amiable.store.models import DayFigures
from amiable.web.strip import Strip
from amiable.web.visit import Visit
from amiable.words import sentence, term, write_whole

MINUS = "\u2212"
_COLOURS = {"notice": "blue", "friendly": "blue", "firm": "amber", "stern": "red", "formal": "red"}


@dataclass(frozen=True, slots=True, kw_only=True)
class LineView:
    """One line: ``badge`` and its colour say what to do, ``reach`` at what number, ``why`` in
    sentences.

    ``email``: it can be approved here; ``task``: call, letter or decide, which a person does.
    """

    pk: int
    name: str
    paid: int
    strip: Strip
    amounts: tuple[Money, ...]
    listed: int
    badge: str
    colour: str
    reach: str
    why: str
    alerts: list[str]
    segment: str
    risk: int
    email: bool
    task: str


def line_view(visit: Visit, line: Line) -> LineView:
    """A line as it is shown."""
    row, detail = line.row, line.row.detail
    language = visit.language
    channel = detail.get("channel", "")
    badge, colour = _badge(visit, line)
    return LineView(
        pk=row.customer_id,
        name=row.customer.name,
        paid=line.habit.n,
        strip=strip_of(line),
        amounts=line.entry.amounts,
        listed=len(detail.get("listed", ())),
        badge=badge,
        colour=colour,
        reach=_reach(line, channel),
        why=". ".join(sentence(reason, language) for reason in line.entry.reasons),
        alerts=[sentence(alert, language) for alert in line.entry.alerts],
        segment=row.customer.current_segment or "",
        risk=row.risk,
        email=row.kind == "remind" and channel in WRITTEN,
        task=_task(row.kind, channel),
    )


def strip_of(line: Line) -> Strip:
    """The habit strip of a line."""
    return Strip(
        delays=tuple(delay for _, delay in line.habit.history),
        n=line.habit.n,
        usual=line.habit.usual,
        trigger=line.trigger,
        late=line.late,
    )


def _badge(visit: Visit, line: Line) -> tuple[str, str]:
    detail = line.row.detail
    if line.row.kind != "remind":
        colour = "red" if line.row.kind == "escalate" else ""
        return _capital(term(visit.language, "decision", line.row.kind)), colour
    tone = term(visit.language, "tone", detail["tone"])
    channel = term(visit.language, "channel", detail["channel"])
    return f"{_capital(tone)} · {channel}", _COLOURS.get(detail["tone"], "")


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _reach(line: Line, channel: str) -> str:
    """The number to call; an e-mail's address stands with its message."""
    if line.contact is None or channel not in (Channel.CALL.value, Channel.SMS.value):
        return ""
    return line.contact.phone


def _task(kind: str, channel: str) -> str:
    if kind == "escalate":
        return "decide"
    if channel == Channel.CALL.value:
        return "call"
    return "letter" if channel in (Channel.LETTER.value, Channel.REGISTERED.value) else ""


# --- figures --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A figure: its name, its value (one a currency), what it was, and how it is worked out.

    ``good``: the change is for the better; None: neither.
    """

    name: str
    values: list[str]
    note: str
    help: str
    good: bool | None = None


def cards_of(visit: Visit, figures: TopFigures | None) -> list[Card]:
    """The four figures on top of the day."""
    if figures is None:
        return []
    now, then = figures.now, figures.then
    return [
        _overdue_card(visit, now, then),
        _dso_card(visit, now, then),
        Card(
            name=visit.say("today.card.expected"),
            values=_moneys(visit, now.expected),
            note=visit.say("today.card.expected_note"),
            help=visit.say("today.card.expected_help"),
        ),
        Card(
            name=visit.say("today.card.avoided"),
            values=[str(now.avoided)],
            note=visit.say("today.card.of", n=now.calendar),
            help=visit.say("today.card.avoided_help"),
            good=True if now.avoided else None,
        ),
    ]


def _overdue_card(visit: Visit, now: DayFigures, then: DayFigures | None) -> Card:
    currency = visit.company.currency
    note, good = "", None
    before = then.overdue.get(currency, 0) if then else 0
    if then and before:
        share = round(100 * (now.overdue.get(currency, 0) - before) / before)
        note, good = visit.say("today.card.share", change=_signed(share)), share <= 0
    return Card(
        name=visit.say("today.card.overdue"),
        values=_moneys(visit, now.overdue),
        note=note,
        help=visit.say("today.card.overdue_help"),
        good=good,
    )


def _dso_card(visit: Visit, now: DayFigures, then: DayFigures | None) -> Card:
    note, good = "", None
    if now.dso is not None and then and then.dso is not None:
        change = now.dso - then.dso
        note, good = (
            visit.say("today.card.days_change", n=abs(change), change=_signed(change)),
            change <= 0,
        )
    return Card(
        name=visit.say("today.card.dso"),
        values=[visit.say("today.card.days", days=now.dso) if now.dso is not None else "–"],
        note=note,
        help=visit.say("today.card.dso_help"),
        good=good,
    )


def _signed(change: int) -> str:
    return f"{change:+d}".replace("-", MINUS) if change else "±0"


def _moneys(visit: Visit, amounts: Mapping[str, int]) -> list[str]:
    """Whole units are enough on top of a page; the company's own currency first."""
    own = visit.company.currency
    order = sorted(amounts, key=lambda currency: (currency != own, currency))
    found = [Money(minor=amounts[one], currency=one) for one in order if amounts[one]]
    shown = found or [Money(minor=0, currency=own)]
    return [write_whole(amount, visit.language) for amount in shown]

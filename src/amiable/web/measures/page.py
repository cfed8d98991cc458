"""The page of measures: each figure as written, its change, its formula, the rows behind it."""

from dataclasses import dataclass
from datetime import date

from amiable.desk.measure import Chosen
from amiable.desk.measure_period import Compared, MeasuredPeriod
from amiable.engine.parties import Language
from amiable.engine.period import PeriodKind, Span, before
from amiable.engine.scorecard import BETTER_LESS, BETTER_MORE, GROUPS, Figure
from amiable.words import say, term
from amiable.words.scorecard import UNKNOWN, explain, write_change, write_figure

SHOWN_BESIDE = (
    "outstanding", "overdue", "overdue_share", "dso", "days_late_all", "on_time_amount", "avoided",
)  # fmt: skip
"""The measures by which the values of a dimension are told apart."""
_OF_THE_BALANCE = (*GROUPS["open"][:8], *GROUPS["speed"][:4])
_BALANCE = {"rows": "balance/?on={last}"}
_OF = "currency={currency}"
_CREDITS = f"credits/?which=all&received_from={{since}}&received_until={{last}}&{_OF}"
_INVOICES = f"invoices/?kind=invoice&{_OF}"
_MONEY = {"rows": f"{_INVOICES}&money_from={{since}}&money_until={{last}}"}
_SETTLED = {"rows": f"{_INVOICES}&state=paid&settled_from={{since}}&settled_until={{last}}"}
_DUE = {"rows": "invoices/?due_from={since}&due_until={last}"}
_ROWS: dict[str, dict[str, str]] = {
    **dict.fromkeys(_OF_THE_BALANCE, _BALANCE),
    "invoices_open": _BALANCE,
    "disputed": {"rows": "disputes/"},
    "sales": {"rows": f"{_INVOICES}&issued_from={{since}}&issued_until={{last}}"},
    "received": {"rows": f"{_CREDITS}&credit_kind=money"},
    "credited": {"rows": f"{_CREDITS}&credit_kind=credit_note"},
    "days_late": _MONEY,
    "days_late_all": _MONEY | {"rows_overdue": _BALANCE["rows"]},
    "median_late": _SETTLED,
    "on_time_amount": _MONEY,
    "on_time_number": _SETTLED,
    **dict.fromkeys(GROUPS["peace"], _DUE),
}
"""Where the rows behind a measure are, by the text of the link."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One measure. ``good``: whether it changed for the better, None when neither or unknown;
    ``rows``: (text of the link, where) the rows behind it are, empty when on no other page."""

    name: str
    title: str
    now: str
    then: str
    change: str
    good: bool | None
    how: str
    rows: list[tuple[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Measures about one thing."""

    title: str
    rows: list[Row]


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One value and currency: ``groups`` of all measures, or ``cells`` of some in a line (title,
    figure); ``only``: how the form names this value."""

    title: str
    currency: str
    only: str
    groups: list[Group]
    cells: list[tuple[str, str]]


def cards_of(found: MeasuredPeriod, chosen: Chosen, language: Language) -> list[Card]:
    """The scorecards as they are shown: one value in full, several in a line each."""
    whole = chosen.dimension == "company" or chosen.value is not None
    return [
        Card(
            title=title_of(one, chosen.dimension, language),
            currency=one.now.currency,
            only=f"{chosen.dimension}:{one.now.value}",
            groups=_groups(one, found.span, chosen, language) if whole else [],
            cells=[] if whole else _cells(one, language),
        )
        for one in found.cards
    ]


def title_of(one: Compared, dimension: str, language: Language) -> str:
    """What a value of a dimension is called."""
    if dimension == "segment":
        unknown = say(language, "measures.unknown_segment")
        return term(language, "segment", one.now.value) if one.now.value else unknown
    if dimension == "collector" and not one.now.value:
        return say(language, "measures.nobody")
    return one.name


def _cells(one: Compared, language: Language) -> list[tuple[str, str]]:
    return [
        (
            say(language, f"measures.name.{name}"),
            write_figure(one.now.figures[name], language, whole=True),
        )
        for name in SHOWN_BESIDE
    ]


def _groups(one: Compared, span: Span, chosen: Chosen, language: Language) -> list[Group]:
    old = one.then.figures if one.then else {}
    return [
        Group(
            title=say(language, f"measures.group.{group}"),
            rows=[
                _row(one.now.figures[name], old.get(name), span, chosen, language) for name in names
            ],
        )
        for group, names in GROUPS.items()
    ]


def _row(now: Figure, then: Figure | None, span: Span, chosen: Chosen, language: Language) -> Row:
    rows = _ROWS.get(now.name, {}) if chosen.dimension == "company" else {}
    where = {"since": span.since, "last": span.last, "currency": now.currency}
    return Row(
        name=now.name,
        title=say(language, f"measures.name.{now.name}"),
        now=write_figure(now, language),
        then=write_figure(then, language) if then else UNKNOWN,
        change=write_change(now, then, language),
        good=_is_better(now, then),
        how=explain(now, language),
        rows=[
            (say(language, f"measures.{text}"), address.format(**where))
            for text, address in rows.items()
        ],
    )


def _is_better(now: Figure, then: Figure | None) -> bool | None:
    if then is None or now.number is None or then.number is None or now.number == then.number:
        return None
    more = now.number > then.number
    if now.name in BETTER_MORE:
        return more
    return not more if now.name in BETTER_LESS else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """Where the period before or after is: as the form's fields have it, empty where unused."""

    on: str = ""
    since: str = ""
    until: str = ""


def turns(span: Span, kind: PeriodKind | None, today: date) -> tuple[Turn, Turn | None]:
    """The period before, and the one after; None when that is all to come.

    ``span`` is the whole period, days to come included.
    """
    earlier = before(span, kind)
    later = Span(span.until, span.until + (span.until - span.since))
    if kind is None:
        return _between(earlier), _between(later) if later.since <= today else None
    calendar = kind not in (PeriodKind.DAYS_30, PeriodKind.DAYS_90)
    on = later.since if calendar else min(later.last, today)
    return Turn(on=earlier.last.isoformat()), Turn(on=on.isoformat()) if on <= today and (
        on > span.last
    ) else None


def _between(span: Span) -> Turn:
    return Turn(since=span.since.isoformat(), until=span.last.isoformat())

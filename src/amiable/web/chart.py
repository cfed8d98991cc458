"""A chart on a page: drawn by Chartkick where there is JavaScript, a table everywhere.

A page fills a record and shows it with one tag; its scripts stand on that page alone::

    owed = Chart(
        key="aged",
        kind=Kind.STACKED,
        title=visit.say("dashboard.aged.title"),
        said=visit.say("dashboard.aged.said", ...),   # one sentence, written from the data
        head=visit.say("dashboard.month"),
        labels=("oct. 2026", "nov. 2026"),
        series=(
            Series(name="1-30", values=(120_000_00, 84_000_00), colour="late-1"),
            Series(name="Total", values=(120_000_00, 84_000_00), drawn=False),  # the table alone
        ),
        unit=Unit.MONEY,
        currency="EUR",
        explained=visit.say("dashboard.aged.how"),    # behind the "?"
        export=visit.url("dashboard/aged.csv"),
    )

    {% block scripts %}{% include "desk/chart_scripts.html" %}{% endblock %}
    {% block main %}... {% chart owed %} ...{% endblock %}

A band is two series after each other, the lower one ``Role.LOW`` and the upper one ``Role.HIGH``;
the line inside it comes after them. Colours are the names of ``--chart-...`` in desk.css:
due, late-1, late-2, late-3, late-4, accent, blue, amber, red, muted.
A fragment that htmx brings is drawn as it arrives. Labels must be finished texts.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from amiable.desk.export import Cell, Row
from amiable.engine.money import Money, exponent
from amiable.engine.parties import Language
from amiable.words import say, write_money
from amiable.words.amounts import write_count
from amiable.words.quantities import write_decimal, write_share


class Kind(StrEnum):
    """How the figures are drawn."""

    COLUMNS = "columns"
    STACKED = "stacked"
    AREA = "area"  # areas on top of each other
    LINES = "lines"
    BARS = "bars"  # from left to right, the value at the end of each
    FUNNEL = "funnel"  # bars around a middle line: each a part of the one above it


class Unit(StrEnum):
    """What a value counts. Money in minor units; a share is 0.25 for a quarter."""

    MONEY = "money"
    DAYS = "days"
    COUNT = "count"
    SHARE = "share"


class Role(StrEnum):
    """What a series is in a chart of lines."""

    PLAIN = "plain"
    DASHED = "dashed"
    LOW = "low"
    HIGH = "high"


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """One value a label, None where nothing is known; not ``drawn``: a column of the table only."""

    name: str
    values: tuple[float | None, ...]
    colour: str = "accent"
    role: Role = Role.PLAIN
    unit: Unit | None = None
    drawn: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """See the module. ``links``: an address for each label, empty for none."""

    key: str
    kind: Kind
    title: str
    said: str
    head: str
    labels: tuple[str, ...]
    series: tuple[Series, ...]
    unit: Unit
    currency: str = ""
    explained: str = ""
    export: str = ""
    links: tuple[str, ...] = ()

    @property
    def drawn(self) -> tuple[Series, ...]:
        """The series that are drawn."""
        return tuple(one for one in self.series if one.drawn)

    @property
    def legend(self) -> list[tuple[Series, str]]:
        """What to name beside the drawing, a band once; a single series is what the title says."""
        low = next((one.name for one in self.drawn if one.role is Role.LOW), "")
        named = [
            (one, f"{low} – {one.name}" if one.role is Role.HIGH and low else one.name)
            for one in self.drawn
            if one.role is not Role.LOW
        ]
        return named if len(named) > 1 else []

    @property
    def heads(self) -> list[str]:
        """The headings of the table."""
        return [self.head, *(one.name for one in self.series)]

    def height(self) -> str:
        """The class that keeps the room of the drawing free before it is there."""
        lying = self.kind in (Kind.BARS, Kind.FUNNEL)
        return f"rows-{min(12, max(3, len(self.labels)))}" if lying else ""

    def rows(self) -> Iterator[Row]:
        """The table for a file: amounts as money, other values as numbers."""
        for at, label in enumerate(self.labels):
            yield (label, *(self._cell(one, one.values[at]) for one in self.series))

    def _cell(self, series: Series, value: float | None) -> Cell:
        if value is None:
            return None
        match series.unit or self.unit:
            case Unit.MONEY:
                return Money(minor=round(value), currency=self.currency)
            case Unit.COUNT:
                return round(value)
            case _:
                text = format(value, ".4f").rstrip("0").rstrip(".")
                return Decimal(text) + 0  # a spreadsheet has no minus zero


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownRow:
    """A line of the table as it is read."""

    label: str
    link: str
    cells: list[tuple[str, str]]


def shown_rows(chart: Chart, language: Language) -> list[ShownRow]:
    """The table as a reader sees it: each cell with the name of its column."""
    links = chart.links or ("",) * len(chart.labels)
    return [
        ShownRow(
            label=label,
            link=links[at],
            cells=[(one.name, _text(chart, one, at, language)) for one in chart.series],
        )
        for at, label in enumerate(chart.labels)
    ]


def _text(chart: Chart, series: Series, at: int, language: Language) -> str:
    value = series.values[at]
    if value is None:
        return "–"
    match series.unit or chart.unit:
        case Unit.MONEY:
            return write_money(Money(minor=round(value), currency=chart.currency), language)
        case Unit.DAYS:
            return say(language, "chart.days", value=write_decimal(value, language))
        case Unit.COUNT:
            return write_count(round(value), language)
        case Unit.SHARE:
            return write_share(value, language)


def drawing(chart: Chart, language: Language) -> str:
    """What the script draws from, as JSON: whole units of money, formats of the language."""
    scale = 10 ** exponent(chart.currency) if chart.unit is Unit.MONEY else 1
    return json.dumps(
        {
            "kind": chart.kind.value,
            "unit": chart.unit.value,
            "currency": chart.currency,
            "language": {Language.FR: "fr-FR", Language.EN: "en-US"}[language],
            "days": say(language, "chart.days", value="{value}"),
            "labels": chart.labels,
            "series": [
                {
                    "name": one.name,
                    "colour": one.colour,
                    "role": one.role.value,
                    "values": [None if v is None else v / scale for v in one.values],
                }
                for one in chart.drawn
            ],
        },
        ensure_ascii=False,
        separators=(",", ":"),
    )

"""The measures as files: those of the page, and every day that is kept."""

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from django.http import HttpResponseBase

from amiable.desk.access import Power
from amiable.desk.audit import recorded
from amiable.desk.export import Cell, Row
from amiable.desk.measure_period import names_of
from amiable.engine.measure import MEASURES
from amiable.engine.money import Money
from amiable.engine.scorecard import Figure
from amiable.store.measure import every_day
from amiable.web.export import stream_csv, stream_xlsx
from amiable.web.measures.page import title_of
from amiable.web.measures.views import asked
from amiable.web.visit import Visit, page
from amiable.words.scorecard import explain

_HEADS = ("value", "currency", "measure", "unit", "since", "until", "now", "then", "how")
_COUNTS = ("invoices_open", "calendar", "avoided", "spared_paid", "spared_alone")


@page(Power.EXPORT, Power.PROOF)
def export_measures(visit: Visit, kind: str) -> HttpResponseBase:
    """The measures on screen, one a line, with the period before and the formula."""
    form, found, _ = asked(visit)
    since, last = found.span.since.isoformat(), found.span.last.isoformat()

    def rows() -> Iterator[Row]:
        for one in found.cards:
            title = title_of(one, form.chosen.dimension, visit.language)
            for now, then in one.pairs():
                yield (
                    title, now.currency, visit.say(f"measures.name.{now.name}"),
                    visit.say(f"measures.unit.{now.unit.value}"), found.span.since,
                    found.span.last, _cell(now), _cell(then), explain(now, visit.language),
                )  # fmt: skip

    with recorded(visit.actor, "exported_measures", at=visit.at, kind=kind, since=since, last=last):
        heads = [visit.say(f"measures.column.{name}") for name in _HEADS]
        return _send(visit, kind, rows(), heads, f"measures-{last}")


@page(Power.EXPORT, Power.PROOF)
def export_days(visit: Visit, kind: str) -> HttpResponseBase:
    """Every day that is kept, as it is kept: one line a day, value and currency."""
    form, _, _ = asked(visit)
    dimension, people = form.chosen.dimension, names_of(visit.company)

    def rows() -> Iterator[Row]:
        for row in every_day(visit.company.pk, dimension, form.chosen.value):
            name = people.get(row.value, "") if dimension == "collector" else row.value
            figures = (_day_cell(row.currency, key, getattr(row, key)) for key in MEASURES)
            yield (row.on, name, row.currency, *figures)

    with recorded(visit.actor, "exported_measure_days", at=visit.at, kind=kind):
        names = ("day", "value", "currency")
        heads = [visit.say(f"measures.column.{name}") for name in names]
        heads += [visit.say(f"measures.daily.{key}") for key in MEASURES]
        return _send(visit, kind, rows(), heads, f"measures-by-day-{dimension}")


def _send(
    visit: Visit, kind: str, rows: Iterable[Row], heads: Sequence[str], file: str
) -> HttpResponseBase:
    if kind == "csv":
        return stream_csv(rows, heads, file, visit.language)
    return stream_xlsx(rows, heads, file, visit.say("measures.title"))


def _cell(figure: Figure | None) -> Cell:
    if figure is None or figure.number is None:
        return None
    if figure.money is not None:
        return figure.money
    if isinstance(figure.number, int):
        return figure.number
    return Decimal(repr(round(figure.number, 6)))


def _day_cell(currency: str, name: str, value: int) -> Cell:
    return value if name in _COUNTS else Money(minor=value, currency=currency)

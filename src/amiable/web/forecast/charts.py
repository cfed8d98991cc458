"""The drawings of the forecast."""

from collections.abc import Sequence
from datetime import date

from amiable.desk.forecast_past import Accuracy
from amiable.desk.forecast_view import Outlook, Stretch
from amiable.engine.money import Money
from amiable.web.chart import Chart, Kind, Role, Series, Unit
from amiable.web.visit import Visit
from amiable.words import short_date


def weeks_chart(visit: Visit, one: Outlook, said: str) -> Chart:
    """The weeks to come, with their band."""
    return Chart(
        key="weeks",
        kind=Kind.LINES,
        title=visit.say("forecast.chart.title"),
        said=said,
        head=visit.say("forecast.chart.week"),
        labels=_labels(visit, [week.starts_on for week in one.weeks]),
        series=_band(visit, one.weeks),
        unit=Unit.MONEY,
        currency=one.currency,
        explained=visit.say("forecast.table.help"),
    )


def days_chart(visit: Visit, one: Outlook) -> Chart:
    """The next days, one by one: what is expected drawn, the band in the table."""
    low, high, expected = _band(visit, one.days)
    return Chart(
        key="days",
        kind=Kind.COLUMNS,
        title=visit.say("forecast.chart.day_title"),
        said=visit.say("forecast.chart.day_said"),
        head=visit.say("forecast.chart.day"),
        labels=_labels(visit, [day.starts_on for day in one.days]),
        series=(expected, *(_untold(series) for series in (low, high))),
        unit=Unit.MONEY,
        currency=one.currency,
    )


def past_chart(visit: Visit, known: Accuracy, said: str) -> Chart:
    """Past weeks as they were forecast, and what they brought."""
    lines = known.lines[::-1]

    def series(name: str, column: str, colour: str, role: Role = Role.PLAIN) -> Series:
        values = tuple(float(getattr(line, column) or 0) for line in lines)
        return Series(
            name=visit.say(f"forecast.chart.{name}"), values=values, colour=colour, role=role
        )

    return Chart(
        key="past",
        kind=Kind.LINES,
        title=visit.say("forecast.past.title"),
        said=said,
        head=visit.say("forecast.chart.week"),
        labels=_labels(visit, [line.starts_on for line in lines]),
        series=(
            series("low", "low_minor", "accent", Role.LOW),
            series("high", "high_minor", "accent", Role.HIGH),
            series("expected", "expected_minor", "accent"),
            series("received", "received_minor", "amber"),
        ),
        unit=Unit.MONEY,
        currency=known.currency,
        explained=visit.say("forecast.past.how"),
    )


def _labels(visit: Visit, days: Sequence[date]) -> tuple[str, ...]:
    return tuple(short_date(day, visit.language) for day in days)


def _band(visit: Visit, stretches: Sequence[Stretch]) -> tuple[Series, Series, Series]:
    def series(name: str, amounts: Sequence[Money], role: Role) -> Series:
        values = tuple(float(amount.minor) for amount in amounts)
        return Series(name=visit.say(f"forecast.chart.{name}"), values=values, role=role)

    return (
        series("low", [one.low for one in stretches], Role.LOW),
        series("high", [one.high for one in stretches], Role.HIGH),
        series("expected", [one.expected for one in stretches], Role.PLAIN),
    )


def _untold(series: Series) -> Series:
    return Series(name=series.name, values=series.values, drawn=False)

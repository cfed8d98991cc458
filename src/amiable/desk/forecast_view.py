"""A forecast to be read: by page, command line and API alike, kept or counted on the spot."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from amiable.desk.forecast import Counted
from amiable.engine.expectation import Source
from amiable.engine.forecast import Forecast, Receipts
from amiable.engine.money import Money
from amiable.store.forecast import lines_of
from amiable.store.invoice import invoices_by_key
from amiable.store.models import ForecastLine, ForecastRun, Invoice


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """The receipts of ``[starts_on, ends_on)``; ``said`` (promised, or said to be paid) and
    ``planned`` (on instalment plans) are parts of ``expected``; ``cumulated`` from today."""

    starts_on: date
    ends_on: date
    low: Money
    expected: Money
    high: Money
    said: Money
    planned: Money
    cumulated: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """The forecast of one currency: open = netted + uncounted + all weeks + beyond."""

    currency: str
    days: list[Stretch]
    weeks: list[Stretch]
    open: Money
    netted: Money
    beyond: Money
    uncounted: dict[str, Money]

    @property
    def expected(self) -> Money:
        """Of all weeks."""
        return self.weeks[-1].cumulated

    @property
    def not_counted(self) -> Money:
        """All that is not counted on, whatever the reason."""
        minor = sum(amount.minor for amount in self.uncounted.values())
        return Money(minor=minor, currency=self.currency)

    def within(self, weeks: int) -> Money:
        """Expected of the first weeks."""
        return self.weeks[min(weeks, len(self.weeks)) - 1].cumulated


@dataclass(frozen=True, slots=True, kw_only=True)
class WeekItem:
    """An invoice behind a week: ``expected`` of ``amount`` in it, likely between two days."""

    invoice: Invoice
    amount: Money
    expected: Money
    source: Source
    from_on: date
    until_on: date


def outlook(forecast: Forecast) -> Outlook:
    """A forecast counted just now."""
    currency = forecast.currency

    def money(minor: int) -> Money:
        return Money(minor=minor, currency=currency)

    return Outlook(
        currency=currency,
        days=_stretches([_figures(one) for one in forecast.days], currency),
        weeks=_stretches([_figures(one) for one in forecast.weeks], currency),
        open=money(forecast.open),
        netted=money(forecast.netted),
        beyond=money(forecast.beyond),
        uncounted={why.value: money(minor) for why, minor in forecast.uncounted.items()},
    )


def outlooks(counted: Counted, scenario: str, slice_: str = "") -> list[Outlook]:
    """The forecasts of a day, by currency."""
    run, found = counted.run, []
    lines = _lines(counted, scenario, slice_)
    for currency, totals in run.totals.get(scenario, {}).get(slice_, {}).items():
        own = [line for line in lines if line.currency == currency]

        def money(minor: int, currency: str = currency) -> Money:
            return Money(minor=minor, currency=currency)

        found.append(
            Outlook(
                currency=currency,
                days=_stretches([_kept(line) for line in own if line.daily], currency),
                weeks=_stretches([_kept(line) for line in own if not line.daily], currency),
                open=money(totals["open"]),
                netted=money(totals["netted"]),
                beyond=money(totals["beyond"]),
                uncounted={why: money(minor) for why, minor in totals["uncounted"].items()},
            )
        )
    return found


def _lines(counted: Counted, scenario: str, slice_: str) -> list[ForecastLine]:
    if counted.lines is None:
        return lines_of(counted.run, scenario, slice_)
    return [one for one in counted.lines if (one.scenario, one.slice) == (scenario, slice_)]


_Figures = tuple[date, date, int, int, int, int, int]


def _figures(one: Receipts) -> _Figures:
    period = one.period
    return (
        period.starts_on, period.ends_on, one.low, one.expected, one.high, one.said, one.planned,
    )  # fmt: skip


def _kept(line: ForecastLine) -> _Figures:
    return (
        line.starts_on, line.ends_on, line.low_minor, line.expected_minor, line.high_minor,
        line.said_minor, line.planned_minor,
    )  # fmt: skip


def _stretches(rows: Sequence[_Figures], currency: str) -> list[Stretch]:
    found, sum_ = [], 0
    for starts_on, ends_on, *minors in rows:
        low, expected, high, said, planned = minors
        sum_ += expected
        found.append(
            Stretch(
                starts_on=starts_on,
                ends_on=ends_on,
                low=Money(minor=low, currency=currency),
                expected=Money(minor=expected, currency=currency),
                high=Money(minor=high, currency=currency),
                said=Money(minor=said, currency=currency),
                planned=Money(minor=planned, currency=currency),
                cumulated=Money(minor=sum_, currency=currency),
            )
        )
    return found


def items_behind(run: ForecastRun, currency: str, week: int) -> list[WeekItem]:
    """The invoices most is expected of in a week, the largest first; settled ones since are shown
    as they were when the forecast was counted."""
    weeks = run.largest.get(currency, [])
    told = weeks[week] if week < len(weeks) else []
    invoices = invoices_by_key(run.company_id, (one["invoice"] for one in told))
    return [
        WeekItem(
            invoice=invoices[one["invoice"]],
            amount=Money(minor=one["minor"], currency=currency),
            expected=Money(minor=one["expected"], currency=currency),
            source=Source(one["source"]),
            from_on=date.fromisoformat(one["from_on"]),
            until_on=date.fromisoformat(one["until_on"]),
        )
        for one in told
        if one["invoice"] in invoices
    ]

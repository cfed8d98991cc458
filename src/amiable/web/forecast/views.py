"""The page of the cash forecast, and its file."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, HttpResponseBase

from amiable.desk.access import Power
from amiable.desk.audit import recorded
from amiable.desk.export import Row
from amiable.desk.forecast import Counted, counts_at_once, forecast_now, forecast_to_show
from amiable.desk.forecast_past import (
    Accuracy,
    accuracy,
    mondays_to_try,
    past_mondays,
)
from amiable.desk.forecast_view import (
    Outlook,
    Stretch,
    WeekItem,
    items_behind,
    outlook,
    outlooks,
)
from amiable.engine.days import ONE_DAY
from amiable.engine.forecast import Scenario, Wish
from amiable.engine.money import Money
from amiable.engine.reasons import Fact
from amiable.store.membership import members
from amiable.web.chart import Chart
from amiable.web.forecast.charts import days_chart, past_chart, weeks_chart
from amiable.web.forecast.forms import ForecastForm
from amiable.web.lists.export import send_list
from amiable.web.visit import Visit, page
from amiable.words import term
from amiable.words.quantities import write_share

_NEXT = 4  # weeks that the first figure sums up
_AHEAD = 3  # weeks between a forecast and the week that is looked at too
_HEADS = (
    "currency", "scenario", "stretch", "from_on", "until_on", "forecast_low", "forecast_expected",
    "forecast_high", "forecast_said", "forecast_planned", "forecast_cumulated",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class WeekRow:
    """A week in the table: its last day, and whether its invoices are shown below."""

    week: Stretch
    until_on: date
    number: int
    chosen: bool
    partial: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """How good past forecasts were, in sentences and a drawing; ``tried`` of ``total`` weeks."""

    chart: Chart | None
    sentences: list[str]
    tried: int
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ForecastPage:
    """What the page shows. ``said``, ``planned``: whether any week rests on such words; ``items``
    None: no invoices behind a week for this choice."""

    form: ForecastForm
    outlook: Outlook
    four: Money
    made_on: date
    stale: bool
    scenario: Scenario
    custom: bool
    charts: list[Chart]
    weeks: list[WeekRow]
    said: bool
    planned: bool
    items: list[WeekItem] | None
    chosen: WeekRow
    sums: list[tuple[str, Money]]
    past: Past
    how: list[str]
    may_export: bool


@page(Power.PROOF)
def forecast(visit: Visit) -> HttpResponse:
    """The weeks to come in the scenario asked for."""
    counted = forecast_to_show(visit.company, visit.today, visit.at)
    if counted is None or not counted.run.totals.get(Scenario.HABITS.value):
        waiting = counted is None and visit.company.imported_on is not None
        return visit.render("forecast/empty.html", waiting=waiting, current="forecast")
    form = _form(visit, counted)
    found = _outlook(visit, counted, form)
    record = _record(visit, counted, form, found)
    return visit.render("forecast/forecast.html", cash=record, current="forecast")


@page(Power.PROOF)
def export_forecast(visit: Visit, kind: str) -> HttpResponseBase:
    """The days and weeks of a scenario as a file, all currencies."""
    if not visit.may(Power.EXPORT):
        raise PermissionDenied(Power.EXPORT)
    counted = forecast_to_show(visit.company, visit.today, visit.at)
    if counted is None:
        raise Http404("no forecast was counted yet")
    form = _form(visit, counted)
    with recorded(visit.actor, "exported_forecast", at=visit.at, kind=kind):
        rows = list(_rows(visit, form.wish.scenario, _outlooks(visit, counted, form)))
    return send_list(visit, kind, rows, _HEADS, "forecast", visit.say("forecast.title"))


def _form(visit: Visit, counted: Counted) -> ForecastForm:
    names = {f"collector:{one.user.pk}": str(one.user) for one in members(visit.company.pk)}
    totals = counted.run.totals.get(Scenario.HABITS.value, {})
    slices = [(name, _slice_name(visit, name, names)) for name in totals if name]
    currencies = list(totals.get("", ()))
    own = visit.company.currency
    return ForecastForm(
        visit.request.GET,
        visit.language,
        slices=sorted(slices, key=lambda one: (one[0].partition(":")[0] != "segment", one[1])),
        currencies=sorted(currencies, key=lambda code: (code != own, code)),
        custom=counts_at_once(visit.company),
    )


def _slice_name(visit: Visit, name: str, people: dict[str, str]) -> str:
    kind, _, value = name.partition(":")
    return (
        term(visit.language, "segment", value)
        if kind == "segment"
        else people.get(name) or visit.say("forecast.former")
    )


def _outlooks(visit: Visit, counted: Counted, form: ForecastForm) -> list[Outlook]:
    wish = form.wish
    own = wish.scenario is Scenario.LATER and wish != Wish(scenario=Scenario.LATER)
    if own and counts_at_once(visit.company):
        found = forecast_now(visit.company, counted.run.made_on, wish, name=form.given("slice"))
        if found:  # else nobody is left there since it was counted
            return [outlook(one) for one in found]
    return outlooks(counted, wish.scenario.value, form.given("slice"))


def _outlook(visit: Visit, counted: Counted, form: ForecastForm) -> Outlook:
    """The one of the currency asked for, or of the first there is."""
    found = {one.currency: one for one in _outlooks(visit, counted, form)}
    wanted = form.given("currency") or visit.company.currency
    return found.get(wanted) or next(iter(found.values()))


def _record(visit: Visit, counted: Counted, form: ForecastForm, found: Outlook) -> ForecastPage:
    wish, run = form.wish, counted.run
    weeks = _weeks(visit, found, run.made_on)
    chosen = next(row for row in weeks if row.chosen)
    whole = wish.scenario is Scenario.HABITS and not form.given("slice")
    return ForecastPage(
        form=form,
        outlook=found,
        four=found.within(_NEXT),
        made_on=run.made_on,
        stale=run.made_on != visit.today,
        scenario=wish.scenario,
        custom=counts_at_once(visit.company),
        charts=[weeks_chart(visit, found, _said(visit, wish, found)), days_chart(visit, found)],
        weeks=weeks,
        said=any(week.said.minor for week in found.weeks),
        planned=any(week.planned.minor for week in found.weeks),
        items=items_behind(run, found.currency, chosen.number) if whole else None,
        chosen=chosen,
        sums=_sums(visit, found),
        past=_past(visit),
        how=_how(visit, run.together),
        may_export=visit.may(Power.EXPORT),
    )


def _said(visit: Visit, wish: Wish, found: Outlook) -> str:
    facts: dict[str, Fact] = {
        "expected": found.within(_NEXT),
        "all": found.expected,
        "weeks": len(found.weeks),
    }
    if wish.scenario is Scenario.LATER:
        facts |= {"share": write_share(wish.share, visit.language), "n": wish.days}
    return visit.say(f"forecast.said.{wish.scenario.value}", **facts)


def _weeks(visit: Visit, found: Outlook, made_on: date) -> list[WeekRow]:
    asked = visit.request.GET.get("week", "")
    wanted = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 3 else 0
    wanted = wanted if wanted < len(found.weeks) else 0
    return [
        WeekRow(
            week=week,
            until_on=week.ends_on - ONE_DAY,
            number=number,
            chosen=number == wanted,
            partial=number == 0 and made_on.weekday() > 0,
        )
        for number, week in enumerate(found.weeks)
    ]


def _sums(visit: Visit, found: Outlook) -> list[tuple[str, Money]]:
    """How all that is open divides up; lines of nothing are left out."""
    lines = [
        (visit.say("forecast.sum.expected", n=len(found.weeks)), found.expected),
        (visit.say("forecast.sum.beyond"), found.beyond),
        (visit.say("forecast.sum.netted"), found.netted),
    ]
    for why, amount in found.uncounted.items():
        because = term(visit.language, "uncounted", why)
        lines.append((visit.say("forecast.sum.uncounted", why=because), amount))
    return [(name, amount) for name, amount in lines if amount.minor]


def _past(visit: Visit) -> Past:
    known = accuracy(visit.company, visit.today)
    total = past_mondays(visit.company, visit.today)
    tried = len(total) - len(mondays_to_try(visit.company, visit.today))
    if not known.weeks:
        return Past(chart=None, sentences=[], tried=tried, total=len(total))
    first, *more = _judged(visit, known)
    later = accuracy(visit.company, visit.today, _AHEAD)
    if later.weeks:
        share = write_share(later.coverage or 0, visit.language)
        told = visit.say("forecast.past.ahead", held=later.held, n=later.weeks, share=share)
        more.append(told)
    chart = past_chart(visit, known, first)
    return Past(chart=chart, sentences=more, tried=tried, total=len(total))


def _judged(visit: Visit, known: Accuracy) -> list[str]:
    language = visit.language
    share = write_share(known.coverage or 0, language)
    told = visit.say("forecast.past.said", held=known.held, n=known.weeks, share=share)
    found = [f"{told} {visit.say(f'forecast.past.verdict.{known.verdict.value}')}"]
    if known.bias is not None and known.error is not None:
        way = "above" if known.bias > 0 else "below"
        bias, error = (write_share(abs(one), language) for one in (known.bias, known.error))
        found.append(visit.say(f"forecast.past.bias_{way}", share=bias, error=error))
    return found


def _how(visit: Visit, together: float) -> list[str]:
    share = write_share(together, visit.language)
    return [
        visit.say("forecast.how.day"),
        visit.say("forecast.how.word"),
        visit.say("forecast.how.left_out"),
        visit.say("forecast.how.band", share=share),
        visit.say("forecast.how.currency"),
    ]


def _rows(visit: Visit, scenario: Scenario, found: list[Outlook]) -> Iterator[Row]:
    for one in found:
        for kind, stretches in (("day", one.days), ("week", one.weeks)):
            for it in stretches:
                yield (
                    one.currency, term(visit.language, "scenario", scenario.value),
                    term(visit.language, "stretch", kind), it.starts_on, it.ends_on - ONE_DAY,
                    it.low, it.expected, it.high, it.said, it.planned, it.cumulated,
                )  # fmt: skip

"""``amiable forecast``: what the weeks to come will bring, and how good past forecasts were."""

from dataclasses import dataclass
from datetime import date

import click
from click.core import ParameterSource

from amiable.cli.command import Request, command
from amiable.cli.output import amounts, day, heading, print_json, progress, say, table
from amiable.cli.texts import language, t, term
from amiable.desk.forecast import forecast_now
from amiable.desk.forecast_past import Accuracy, Verdict, accuracy, within
from amiable.desk.forecast_view import Outlook, outlook
from amiable.desk.forecast_work import try_past
from amiable.engine.days import ONE_DAY
from amiable.engine.forecast import LATER_DAYS, LATER_SHARE, WEEKS, Scenario, Wish
from amiable.engine.money import Money
from amiable.words.quantities import write_share


@dataclass(frozen=True, slots=True, kw_only=True)
class PastAnswer:
    """How good the forecasts of past weeks were, for programs."""

    weeks: int
    held: int
    coverage: float | None
    bias: float | None
    error: float | None
    verdict: Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class ForecastAnswer:
    """The answer for programs."""

    made_on: date
    scenario: Scenario
    currencies: list[Outlook]
    past: PastAnswer


@command("forecast")
@click.option("--weeks", type=click.IntRange(1, 52), default=WEEKS, show_default=True,
              help=t("option.forecast_weeks"))  # fmt: skip
@click.option("--scenario", type=click.Choice([one.value for one in Scenario]),
              default=Scenario.HABITS.value, show_default=True,
              help=t("option.forecast_scenario"))  # fmt: skip
@click.option("--share", type=click.IntRange(0, 100), default=round(100 * LATER_SHARE),
              show_default=True, help=t("option.forecast_share"))  # fmt: skip
@click.option("--later", type=click.IntRange(1, 180), default=LATER_DAYS, show_default=True,
              help=t("option.forecast_later"))  # fmt: skip
@click.option("--past", is_flag=True, help=t("option.forecast_past"))
@click.option("--anew", is_flag=True, help=t("option.forecast_anew"))
def forecast(
    request: Request, weeks: int, scenario: str, share: int, later: int, past: bool, anew: bool
) -> None:
    """Receipts expected of the weeks to come."""
    asked = click.get_current_context().get_parameter_source
    own = any(asked(name) is ParameterSource.COMMANDLINE for name in ("share", "later"))
    if own and Scenario(scenario) is not Scenario.LATER:
        raise click.UsageError(t("forecast.only_later"))
    company = request.company
    if past or anew:
        with progress(t("progress.forecast_past"), quiet=request.json) as tick:
            try_past(company, request.today, request.at, anew=anew, progress=tick)
    wish = Wish(scenario=Scenario(scenario), share=share / 100, days=later)
    with progress(t("progress.forecast"), quiet=request.json) as tick:
        found = forecast_now(company, request.today, wish, weeks=weeks, progress=tick)
    known = accuracy(company, request.today)
    outlooks = [outlook(one) for one in found]
    if request.json:
        print_json(_answer(request.today, wish.scenario, outlooks, known))
        return
    if not outlooks:
        say(t("forecast.none"))
        return
    for one in outlooks:
        _show(one)
    _tell_scenario(wish)
    _show_past(known, every=past or anew)


def _answer(
    today: date, scenario: Scenario, outlooks: list[Outlook], known: Accuracy
) -> ForecastAnswer:
    return ForecastAnswer(
        made_on=today,
        scenario=scenario,
        currencies=outlooks,
        past=PastAnswer(
            weeks=known.weeks,
            held=known.held,
            coverage=known.coverage,
            bias=known.bias,
            error=known.error,
            verdict=known.verdict,
        ),
    )


def _show(one: Outlook) -> None:
    heading(t("forecast.title", open=one.open))
    heads = ("week", "low", "expected", "high", "said", "planned", "cumulated")
    table(
        [t(f"head.forecast_{head}") for head in heads],
        [
            (
                f"{day(week.starts_on)} – {day(week.ends_on - ONE_DAY)}",
                *(
                    amounts([amount]) if amount.minor or shown else ""
                    for amount, shown in (
                        (week.low, True),
                        (week.expected, True),
                        (week.high, True),
                        (week.said, False),
                        (week.planned, False),
                        (week.cumulated, True),
                    )
                ),
            )
            for week in one.weeks
        ],
        right=tuple(range(1, len(heads))),
    )
    say(t("forecast.band"))
    if one.beyond.minor:
        say(t("forecast.beyond", amount=one.beyond))
    if one.netted.minor:
        say(t("forecast.netted", amount=one.netted))
    for why, amount in one.uncounted.items():
        say(t("forecast.uncounted", amount=amount, why=term("uncounted", why)))
    say()


def _tell_scenario(wish: Wish) -> None:
    if wish.scenario is Scenario.LATER:
        share = write_share(wish.share, language())
        say(t("forecast.later", share=share, n=wish.days))
    elif wish.scenario is Scenario.ON_TIME:
        say(t("forecast.on_time"))
    say(t("forecast.no_sales"))


def _show_past(known: Accuracy, *, every: bool) -> None:
    if not known.weeks:
        say(t("forecast.past_none"))
        return
    if every:
        _show_weeks(known)
    reader = language()
    share = write_share(known.coverage or 0, reader)
    say(t(f"forecast.past.{known.verdict.value}", held=known.held, n=known.weeks, share=share))
    if known.bias is not None and known.error is not None:
        way = "above" if known.bias > 0 else "below"
        said = write_share(abs(known.bias), reader)
        say(t(f"forecast.bias_{way}", share=said, error=write_share(known.error, reader)))


def _show_weeks(known: Accuracy) -> None:
    heads = ("week", "low", "expected", "high", "received", "held")
    table(
        [t(f"head.forecast_{head}") for head in heads],
        [
            (
                day(line.starts_on),
                *(
                    amounts([Money(minor=minor or 0, currency=line.currency)])
                    for minor in (
                        line.low_minor, line.expected_minor, line.high_minor, line.received_minor,
                    )
                ),
                t("forecast.yes") if within(line) else t("forecast.no"),
            )
            for line in known.lines
        ],
        right=(1, 2, 3, 4),
    )  # fmt: skip

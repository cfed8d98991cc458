"""``amiable measure``: how the ledger stands and how customers pay; the days counted anew."""

from datetime import date, timedelta

import click

from amiable.cli.command import Day, Refused, Request, command
from amiable.cli.output import heading, print_json, progress, say, table
from amiable.cli.texts import language, t
from amiable.desk.measure import Chosen
from amiable.desk.measure_count import count_days, is_counted
from amiable.desk.measure_period import Compared, MeasuredPeriod, measure_period
from amiable.engine.period import PeriodKind, Span, period_of
from amiable.store.measure import counted_days
from amiable.store.models import Company
from amiable.words import say as words_say
from amiable.words import scorecard

_BY = ("company", "segment", "collector", "policy")
_DAY = timedelta(days=1)


@command("measure")
@click.argument("what", required=False, type=click.Choice(["rebuild"]),
                metavar=t("option.measure_what"))  # fmt: skip
@click.option("--on", type=Day(), metavar=t("option.day_metavar"), help=t("option.measure_on"))
@click.option("--from", "since", type=Day(), metavar=t("option.day_metavar"),
              help=t("option.measure_from"))  # fmt: skip
@click.option("--until", type=Day(), metavar=t("option.day_metavar"),
              help=t("option.measure_until"))  # fmt: skip
@click.option("--by", type=click.Choice(_BY), default="company", help=t("option.measure_by"))
def measure(
    request: Request, what: str | None, on: date | None, since: date | None, until: date | None,
    by: str,
) -> None:  # fmt: skip
    """Show the measures of a period, or count every day anew."""
    company = request.company
    if what is not None:
        if on or until or by != "company":
            raise click.UsageError(t("measure.only_show"))
        _rebuild(request, company, since)
        return
    kind, span = _span(request.today, on, since, until)
    if not is_counted(company, request.today):
        with progress(t("progress.measures"), quiet=request.json) as tick:
            count_days(company, request.today, request.at, progress=tick)
    try:
        found = measure_period(company, span, kind, Chosen(dimension=by), request.today)
    except ValueError as error:
        raise Refused(t("measure.later", on=on or span.since)) from error
    _show(request, found, by)


def _span(
    today: date, on: date | None, since: date | None, until: date | None
) -> tuple[PeriodKind | None, Span]:
    if (on is not None and (since or until)) or (since is None) != (until is None):
        raise click.UsageError(t("measure.which"))
    if since is None or until is None:
        return PeriodKind.DAYS_90, period_of(PeriodKind.DAYS_90, on or today)
    if until < since:
        raise click.UsageError(t("measure.backwards"))
    return None, Span(since, until + _DAY)


def _rebuild(request: Request, company: Company, since: date | None) -> None:
    if since is not None and since > request.today:
        raise Refused(t("measure.later", on=since))
    with progress(t("progress.measures"), quiet=request.json) as tick:
        report = count_days(company, request.today, request.at, written_from=since, progress=tick)
    if request.json:
        print_json(report)
        return
    say(
        t(
            "measure.rebuilt",
            days=(report.until - report.since).days,
            n=report.customers,
            since=report.since,
            last=report.until - _DAY,
            changed=report.changed,
        )
    )


def _show(request: Request, found: MeasuredPeriod, by: str) -> None:
    if request.json:
        print_json(
            {
                "since": found.span.since,
                "until": found.span.until,
                "by": by,
                "scorecards": [_record(one) for one in found.cards],
            }
        )
        return
    if not found.cards:
        known = counted_days(request.company.pk)
        if known is not None and known.since > found.span.last:
            span = {"since": found.span.since, "last": found.span.last}
            say(t("measure.before", first=known.since, **span))
        else:
            say(t("measure.nothing"))
        return
    earlier = {"before_since": found.before.since, "before_last": found.before.last}
    say(t("measure.span", since=found.span.since, last=found.span.last, **earlier))
    for one in found.cards:
        say()
        if by != "company" or one.now.currency != request.company.currency:
            heading(f"{_name(one, by)} {one.now.currency}".strip())
        _table(one)


def _name(one: Compared, by: str) -> str:
    if by == "segment":
        return (
            words_say(language(), f"term.segment.{one.now.value}")
            if one.now.value
            else (words_say(language(), "measures.unknown_segment"))
        )
    if by == "collector" and not one.now.value:
        return words_say(language(), "measures.nobody")
    return one.name


def _table(one: Compared) -> None:
    table(
        [t(f"head.{name}") for name in
         ("measure", "measure_now", "measure_then", "measure_change")],
        [
            (
                words_say(language(), f"measures.name.{now.name}"),
                scorecard.write_figure(now, language()),
                scorecard.write_figure(then, language()) if then else scorecard.UNKNOWN,
                scorecard.write_change(now, then, language()),
            )
            for now, then in one.pairs()
        ],
        right=(1, 2, 3),
    )  # fmt: skip


def _record(one: Compared) -> dict[str, object]:
    return {
        "value": one.now.value,
        "name": one.name,
        "currency": one.now.currency,
        "figures": {
            now.name: {
                "unit": now.unit,
                "number": now.number,
                "more": now.more,
                "before": then.number if then else None,
                "how": scorecard.explain(now, language()),
            }
            for now, then in one.pairs()
        },
    }

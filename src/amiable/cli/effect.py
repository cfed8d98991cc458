"""``amiable effect``: what the reminders of a period did."""

from dataclasses import asdict
from datetime import date, timedelta

import click

from amiable.cli.command import Day, Request, command
from amiable.cli.deeds import actor_of
from amiable.cli.output import print_json, progress, say, table
from amiable.cli.texts import language, t
from amiable.desk.effect import EffectLine, Effects, reminder_effects
from amiable.desk.effect_count import judge_reminders
from amiable.engine.days import ONE_DAY
from amiable.engine.effect import Interval, Rate
from amiable.engine.period import Span
from amiable.store.effect import Aspect
from amiable.words import say as words_say
from amiable.words.effect import headline, name_value, write_gained, write_rate

_YEAR = timedelta(days=365)


@command("effect")
@click.option("--from", "since", type=Day(), metavar=t("option.day_metavar"),
              help=t("option.effect_from"))  # fmt: skip
@click.option("--until", type=Day(), metavar=t("option.day_metavar"),
              help=t("option.effect_until"))  # fmt: skip
@click.option("--by", type=click.Choice([one.value for one in Aspect]), default="channel",
              show_default=True, help=t("option.effect_by"))  # fmt: skip
@click.option("--rebuild", is_flag=True, help=t("option.effect_rebuild"))
def effect(
    request: Request, since: date | None, until: date | None, by: str, rebuild: bool
) -> None:
    """Judge new reminders, then tell what those of a period did."""
    last = until or request.today
    first = since or last - _YEAR
    if first > last:
        raise click.UsageError(t("effect.which"))
    company = request.company
    with progress(t("progress.effects"), quiet=request.json) as tick:
        judged = judge_reminders(company, request.today, anew=rebuild, progress=tick)
    span = Span(first, last + ONE_DAY)
    found = reminder_effects(actor_of(company), span, request.today, Aspect(by))
    if request.json:
        print_json({"judged": judged, **_record(found)})
        return
    if judged:
        say(t("effect.judged", n=judged))
    _show(found, span)


def _show(found: Effects, span: Span) -> None:
    whole = found.whole
    say(t("effect.span", since=span.since, last=span.last))
    say(headline(language(), whole.reminders if whole else 0, whole.gained if whole else None))
    if whole is None or found.by is None:
        return
    bounced = whole.bounced.hits
    say(t("effect.before", approved=found.before.approved, bounced=bounced))
    say()
    names = [name_value(language(), found.by, line.value, line.name) for line in found.lines]
    rows = [(name, *_cells(line)) for name, line in zip(names, found.lines, strict=True)]
    rows.append((words_say(language(), "effect.head.whole"), *_cells(whole)))
    within = whole.last.within
    head = [words_say(language(), f"effect.head.{name}", days=within) for name in _HEAD]
    table([words_say(language(), f"effect.by.{found.by}"), *head], rows, right=(1, 2, 3, 4, 5))


_HEAD = ("reminders", "gained", "paid", "answered", "bounced")


def _cells(line: EffectLine) -> tuple[str, ...]:
    gained = " ".join(part for part in write_gained(line.gained, language()))
    if line.gained is None or not line.gained.enough:
        gained = words_say(language(), "effect.few")
    rates = (line.last.paid, line.last.answered, line.bounced)
    return (str(line.reminders), gained, *(write_rate(rate, language())[0] for rate in rates))


def _record(found: Effects) -> dict[str, object]:
    return {
        "since": found.span.since,
        "until": found.span.until,
        "judged_on": found.known,
        "by": found.by,
        "planned": found.before.planned,
        "approved": found.before.approved,
        "all": None if found.whole is None else _line(found.whole),
        "lines": [_line(line) for line in found.lines],
    }


def _line(line: EffectLine) -> dict[str, object]:
    return {
        "value": line.value,
        "name": line.name,
        "reminders": line.reminders,
        "bounced": _rate(line.bounced),
        "delivered": line.delivered,
        "opened": line.opened,
        "gained": _interval(line.gained),
        "waited": line.waited,
        "expected": line.expected,
        "followed": [
            {
                "within": one.within,
                "answered": _rate(one.answered),
                "paid": _rate(one.paid),
                "came_minor": one.minor,
                "asked_minor": one.asked_minor,
            }
            for one in line.followed
        ],
    }


def _interval(gained: Interval | None) -> dict[str, object] | None:
    return None if gained is None else {**asdict(gained), "enough": gained.enough}


def _rate(rate: Rate) -> dict[str, object]:
    return {"hits": rate.hits, "n": rate.n, "bounds": rate.bounds, "enough": rate.enough}

"""The page of what the reminders did: figures as written, each with how it is computed."""

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlencode

from amiable.desk.effect import EffectLine, Effects, Followed
from amiable.engine.effect import ENOUGH, ENOUGH_CUSTOMERS, Rate
from amiable.engine.followed import WITHIN
from amiable.engine.money import Money
from amiable.engine.parties import Language
from amiable.engine.period import Span
from amiable.store.effect import Aspect
from amiable.words import say, write_money
from amiable.words.amounts import write_count
from amiable.words.effect import UNKNOWN, name_value, write_gained, write_rate
from amiable.words.quantities import write_decimal, write_share


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One figure of the whole: ``between`` is its interval, ``base`` what it is a share or a mean
    of; ``few``: it rests on too few to tell anything; ``how`` it is computed."""

    title: str
    value: str
    between: str
    base: str
    few: bool
    how: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """One stage from the plan to the money; ``share`` of those that left."""

    title: str
    count: str
    share: str
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """The reminders with one value of an aspect; ``rows``: the address of those behind it."""

    title: str
    rows: str
    reminders: str
    gained: str
    between: str
    few: bool
    paid: str
    paid_between: str
    answered: str
    answered_between: str
    few_rates: bool
    bounced: str


def figures_of(line: EffectLine, currency: str, language: Language) -> list[Figure]:
    """The figures of all reminders together."""
    return list(_figures(line, currency, language))


def _figures(line: EffectLine, currency: str, language: Language) -> Iterator[Figure]:
    gained, between = write_gained(line.gained, language)
    judged = _counted(line.gained.n, language) if line.gained else UNKNOWN
    few = line.gained is None or not line.gained.enough
    how = " ".join(
        say(language, f"effect.how.{name}") for name in ("gained", "interval", "left_out", "ladder")
    )
    yield Figure(
        title=say(language, "effect.head.gained"), value=gained, between=between, base=judged,
        few=few, how=how,
    )  # fmt: skip
    for name, days in (("waited", line.waited), ("expected", line.expected)):
        text = UNKNOWN
        if days is not None:
            text = say(language, "effect.days", days=write_decimal(days, language))
        yield Figure(
            title=say(language, f"effect.head.{name}"), value=text, between=UNKNOWN, base=judged,
            few=few, how=say(language, "effect.how.gained"),
        )  # fmt: skip
    for one in line.followed:
        yield _rate("paid", one.paid, language, days=one.within, old=one.money_from)
        yield _money(one, currency, language)
        yield _rate("answered", one.answered, language, days=one.within, old=one.within)
    yield _rate("bounced", line.bounced, language)


def _counted(n: int, language: Language) -> str:
    return write_count(n, language)


def _rate(name: str, rate: Rate, language: Language, days: int = 0, old: int = 0) -> Figure:
    share, between = write_rate(rate, language)
    counted = say(language, "effect.recovery.old_enough", days=old) if old else ""
    return Figure(
        title=say(language, f"effect.head.{name}", days=days),
        value=share,
        between=between,
        base=f"{write_count(rate.hits, language)} / {_counted(rate.n, language)}",
        few=not rate.enough,
        how=f"{say(language, f'effect.how.{name}')} {counted}".strip(),
    )


def _money(one: Followed, currency: str, language: Language) -> Figure:
    came, asked = (Money(minor=minor, currency=currency) for minor in (one.minor, one.asked_minor))
    return Figure(
        title=say(language, "effect.head.money", days=one.within),
        value=UNKNOWN if one.share is None else write_share(one.share, language),
        between=UNKNOWN,
        base=f"{write_money(came, language)} / {write_money(asked, language)}",
        few=not one.paid.enough,
        how=f"{say(language, 'effect.how.money', currency=currency)} "
        f"{say(language, 'effect.recovery.old_enough', days=one.money_from)}",
    )


def stages_of(found: Effects, language: Language, *, opens: bool) -> list[Stage]:
    """From the plan to the money; ``opens``: the company asks whether its mails are opened."""
    whole, before = found.whole, found.before
    if whole is None:
        return []
    last = whole.last
    # Of reminders older than the plans that are kept, nobody knows who asked for them.
    planned = before.planned if before.planned >= before.approved else 0
    early = [("planned", planned), ("approved", before.approved)]
    early += [("failed", before.failed), ("cancelled", before.cancelled)]
    stages = [
        Stage(title=_stage(name, language), count=write_count(count, language), share="")
        for name, count in early
        if count
    ]
    later = [("sent", whole.reminders), ("bounced", whole.bounced.hits)]
    later += [("delivered", whole.delivered)] + [("opened", whole.opened)] * opens
    stages += [_of_sent(name, count, whole.reminders, language) for name, count in later]
    stages.append(_of_sent("answered", last.answered.hits, last.answered.n, language))
    paid = _of_sent("paid", last.paid.hits, last.paid.n, language)
    note = say(language, "effect.funnel.of_invoices", n=last.paid.n)
    stages.append(Stage(title=paid.title, count=paid.count, share=paid.share, note=note))
    return stages


def _stage(name: str, language: Language) -> str:
    return say(language, f"effect.funnel.{name}")


def _of_sent(name: str, count: int, of: int, language: Language) -> Stage:
    share = write_share(count / of, language) if of else UNKNOWN
    return Stage(title=_stage(name, language), count=write_count(count, language), share=share)


def lines_of(found: Effects, language: Language) -> list[Line]:
    """A line for each value of the aspect."""
    assert found.by is not None
    return [_line(one, found.span, found.by, language) for one in found.lines]


def _line(one: EffectLine, span: Span, by: Aspect, language: Language) -> Line:
    gained, between = write_gained(one.gained, language)
    paid, paid_between = write_rate(one.last.paid, language)
    answered, answered_between = write_rate(one.last.answered, language)
    asked = {"since": span.since, "until": span.last, "by": by.value, "value": one.value}
    return Line(
        title=name_value(language, by.value, one.value, one.name),
        rows=f"measures/reminders/rows/?{urlencode(asked)}",
        reminders=write_count(one.reminders, language),
        gained=gained,
        between=between,
        few=one.gained is None or not one.gained.enough,
        paid=paid,
        paid_between=paid_between,
        answered=answered,
        answered_between=answered_between,
        few_rates=not one.last.answered.enough,
        bounced=write_rate(one.bounced, language)[0],
    )


LAST = WITHIN[-1]
NEEDED = {"enough": ENOUGH, "customers": ENOUGH_CUSTOMERS}

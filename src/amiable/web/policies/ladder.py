"""What a page shows of a policy: its time line, and the same as a list."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.safestring import SafeString

from amiable.desk.policy_effect import CustomerLadder, stranger_trigger
from amiable.engine.money import Money
from amiable.engine.parties import Language
from amiable.engine.policy import FixedCalendar, Policy, Step
from amiable.web.policies.drawing import Mark, Zone, draw_ladder
from amiable.web.visit import Visit
from amiable.words import say, short_date, term, write_date, write_money
from amiable.words.policies import described, trigger_sentence

_LEAP = 2024  # any year with 29 February


@dataclass(frozen=True, slots=True, kw_only=True)
class Rung:
    """One line of the list; ``kind`` chooses its colour."""

    kind: str
    title: str
    when: str
    details: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyPicture:
    """A policy for the eye: ``rules`` are (name, value) pairs."""

    line: SafeString
    trigger: str
    rungs: tuple[Rung, ...]
    rules: tuple[tuple[str, str], ...]
    description: str


def picture_of(visit: Visit, policy: Policy) -> PolicyPicture:
    """A policy as the company's customers would meet it."""
    language = visit.language
    first, usual, last = stranger_trigger(visit.company, policy.trigger, visit.today)
    fixed = isinstance(policy.trigger, FixedCalendar)
    title = say(language, "policies.ladder.zone_fixed" if fixed else "policies.ladder.zone")
    zone = Zone(first=first, last=last, title=title)
    return PolicyPicture(
        line=draw_ladder(_marks(policy, usual, language), zone, language),
        trigger=trigger_sentence(policy.trigger, language),
        rungs=tuple(_rungs(policy, language)),
        rules=tuple(_rules(policy, visit.company.currency, language)),
        description=described(policy, language),
    )


def _marks(policy: Policy, trigger: int, language: Language) -> list[Mark]:
    """Days in the abstract: "D+7" counts from the first reminder."""
    marks = []
    if policy.notice:
        n = policy.notice.after
        note = say(language, "policies.ladder.before", n=n)
        marks.append(_mark(policy.notice, -n, note, language))
    marks.append(Mark(day=0, title=say(language, "policies.ladder.due"), note="", kind="due"))
    for step in policy.steps:
        note = say(language, "policies.ladder.day", n=step.after)
        marks.append(_mark(step, trigger + step.after, note, language))
    return [*marks, _end(policy, trigger, "", language)]


def _mark(step: Step, day: int, note: str, language: Language) -> Mark:
    title = term(language, "tone", step.tone.value)
    if step.tone.value == "notice":
        title = say(language, "policies.ladder.notice")
    return Mark(day=day, title=title, note=note, kind=step.tone.value)


def _end(policy: Policy, trigger: int, note: str, language: Language) -> Mark:
    last = policy.steps[-1].after if policy.steps else 0
    after = policy.repeat_every or policy.spacing
    key = "policies.ladder.repeat" if policy.repeat_every else "policies.ladder.end"
    return Mark(day=trigger + last + after, title=say(language, key), note=note, kind="end")


def draw_customer(policy: Policy, of: CustomerLadder, language: Language) -> SafeString | None:
    """The same line with one customer's own days; None when nothing is open."""
    marks = _customer_marks(policy, of, language)
    return draw_ladder(marks, None, language, named=of.customer.name) if marks else None


def customer_rungs(policy: Policy, of: CustomerLadder, language: Language) -> tuple[Rung, ...]:
    """The same as a list."""
    marks = _customer_marks(policy, of, language)
    return tuple(Rung(kind=mark.kind, title=mark.title, when=mark.note) for mark in marks)


def _customer_marks(policy: Policy, of: CustomerLadder, language: Language) -> list[Mark]:
    if of.due_on is None:
        return []
    marks = []
    if policy.notice and of.notice_on:
        day = (of.notice_on - of.due_on).days
        marks.append(_mark(policy.notice, day, short_date(of.notice_on, language), language))
    due = say(language, "policies.ladder.due")
    marks.append(Mark(day=0, title=due, note=short_date(of.due_on, language), kind="due"))
    for step, on in zip(policy.steps, of.days, strict=True):
        marks.append(_mark(step, (on - of.due_on).days, short_date(on, language), language))
    ends_on = of.days[-1] + timedelta(days=policy.repeat_every or policy.spacing)
    return [*marks, _end(policy, of.trigger, short_date(ends_on, language), language)]


def _rungs(policy: Policy, language: Language) -> Iterator[Rung]:
    if policy.notice:
        when = say(language, "policies.ladder.before", n=policy.notice.after)
        yield _rung(policy.notice, when, language)
    yield Rung(kind="due", title=say(language, "policies.ladder.due"), when="")
    before = 0
    for number, step in enumerate(policy.steps):
        yield _rung(step, _when(policy, number, step.after - before, language), language)
        before = step.after
    if policy.repeat_every:
        when = say(language, "policies.ladder.repeat_long", n=policy.repeat_every)
    else:
        when = say(language, "policies.ladder.end_long")
    yield Rung(kind="end", title=when, when="")


def _when(policy: Policy, number: int, gap: int, language: Language) -> str:
    if number:
        return say(language, "policies.ladder.gap", n=gap)
    if isinstance(policy.trigger, FixedCalendar):
        return say(language, "policies.ladder.fixed", n=policy.trigger.days)
    return say(language, "policies.ladder.with_trigger")


def _rung(step: Step, when: str, language: Language) -> Rung:
    return Rung(
        kind=step.tone.value,
        title=term(language, "tone", step.tone.value),
        when=when,
        details=step_details(step, language),
    )


def step_details(step: Step, language: Language) -> tuple[str, str]:
    """How a step goes and to whom, and who lets it leave."""
    channel = term(language, "channel", step.channel.value)
    role = term(language, "role", step.role.value)
    return (
        say(language, "policies.ladder.to", channel=channel, role=role),
        say(language, f"policies.ladder.{step.approval.value}"),
    )


_DAYS = ("spacing", "part_paid_grace", "promise_grace", "claim_grace", "promise_ahead",
         "fresh_days")  # fmt: skip


def _rules(policy: Policy, currency: str, language: Language) -> Iterator[tuple[str, str]]:
    for name in _DAYS:
        yield say(language, f"policies.rules.{name}"), str(getattr(policy, name))
    least = write_money(Money(minor=policy.minimum, currency=currency), language)
    yield say(language, "policies.rules.minimum"), least
    never = say(language, "policies.rules.repeat_never")
    yield say(language, "policies.rules.repeat_every"), str(policy.repeat_every or never)
    yield say(language, "policies.rules.quiet"), quiet_sentence(policy, language)
    yield say(language, "policies.rules.thanks"), thanks_sentence(policy, currency, language)


def quiet_sentence(policy: Policy, language: Language) -> str:
    """The quiet periods of a policy, or that there is none."""
    periods = [
        say(
            language,
            "policies.rules.quiet_period",
            from_day=day_of_year(period.from_day, language),
            until_day=day_of_year(period.until_day, language),
        )
        for period in policy.quiet
    ]
    return ", ".join(periods) or say(language, "policies.rules.quiet_none")


def thanks_sentence(policy: Policy, currency: str, language: Language) -> str:
    """Which payments a policy thanks for, and how; or that it does not."""
    thanks = policy.thanks
    if thanks is None:
        return say(language, "policies.rules.thanks_none")
    parts = [term(language, "thanks_when", thanks.when.value)]
    if thanks.minimum:
        least = Money(minor=thanks.minimum, currency=currency)
        parts.append(say(language, "policies.rules.thanks_least", amount=least))
    parts.append(say(language, f"policies.ladder.{thanks.approval.value}"))
    if thanks.says_open:
        parts.append(say(language, "policies.rules.thanks_open"))
    return ", ".join(parts)


def day_of_year(month_day: str, language: Language) -> str:
    """ "08-01" as "1 August"."""
    written = write_date(date.fromisoformat(f"{_LEAP}-{month_day}"), language)
    return written.replace(f" {_LEAP}", "")

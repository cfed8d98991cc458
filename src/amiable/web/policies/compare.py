"""Two versions of a policy compared: field by field in words, and line by line as files."""

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import ndiff
from itertools import zip_longest

from amiable.desk.policy import published_policy
from amiable.engine.money import Money
from amiable.engine.parties import Language
from amiable.engine.policy import Policy, Step
from amiable.store.models import PolicyVersion
from amiable.web.policies.draft import RULES
from amiable.web.policies.ladder import quiet_sentence, step_details, thanks_sentence
from amiable.words import say, term, write_money
from amiable.words.policies import trigger_sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One thing that two versions say differently."""

    what: str
    one: str
    other: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FileLine:
    """A line of the files; ``kind`` is same, added or removed."""

    text: str
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """``file`` is empty where the files are equal."""

    differences: tuple[Difference, ...]
    file: tuple[FileLine, ...]


def comparison(
    one: PolicyVersion, other: PolicyVersion, currency: str, language: Language
) -> Comparison:
    """What differs between two published versions."""
    pairs = zip(
        _said(published_policy(one), currency, language),
        _said(published_policy(other), currency, language),
        strict=True,
    )
    found = [
        Difference(what=what, one=before, other=after)
        for (what, before), (_, after) in pairs
        if before != after
    ]
    found += _steps(published_policy(one), published_policy(other), language)
    return Comparison(differences=tuple(found), file=tuple(_file(one.toml, other.toml)))


def _said(policy: Policy, currency: str, language: Language) -> Iterator[tuple[str, str]]:
    """(name, value) of all there is but the steps."""
    described = policy.description
    for one in (Language.FR, Language.EN):
        yield say(language, f"policies.form.description_{one}"), described.get(one.value, "–")
    yield say(language, "policies.compare.trigger"), trigger_sentence(policy.trigger, language)
    yield say(language, "policies.compare.notice"), _notice(policy, language)
    for name in RULES:
        value = str(getattr(policy, name))
        if name == "minimum":
            value = write_money(Money(minor=policy.minimum, currency=currency), language)
        yield say(language, f"policies.rules.{name}"), value
    yield say(language, "policies.rules.quiet"), quiet_sentence(policy, language)
    yield say(language, "policies.rules.thanks"), thanks_sentence(policy, currency, language)


def _notice(policy: Policy, language: Language) -> str:
    if policy.notice is None:
        return say(language, "policies.compare.none")
    before = say(language, "policies.ladder.before", n=policy.notice.after)
    return ", ".join((before, *step_details(policy.notice, language)))


def _steps(one: Policy, other: Policy, language: Language) -> Iterator[Difference]:
    pairs = zip_longest(one.steps, other.steps)
    for number, (before, after) in enumerate(pairs, 1):
        if before != after:
            yield Difference(
                what=say(language, "policies.compare.step", number=number),
                one=_step(before, language),
                other=_step(after, language),
            )


def _step(step: Step | None, language: Language) -> str:
    if step is None:
        return say(language, "policies.compare.none")
    tone = term(language, "tone", step.tone.value)
    when = say(language, "policies.ladder.after_first", n=step.after)
    return ", ".join((tone, when, *step_details(step, language)))


_KINDS = {"+ ": "added", "- ": "removed", "  ": "same"}


def _file(one: str, other: str) -> Iterator[FileLine]:
    for line in ndiff(one.splitlines(), other.splitlines()):
        if line[:2] in _KINDS:
            yield FileLine(text=line[2:], kind=_KINDS[line[:2]])

"""Policies in words: what is wrong with one, and what its trigger and steps mean."""

from amiable.engine.parties import Language
from amiable.engine.policy import FixedCalendar, HabitQuantile, Policy, PolicyError, Trigger
from amiable.engine.reasons import Fact
from amiable.words.catalogue import has_term, say, term
from amiable.words.typography import curly, french


def policy_error(error: PolicyError, language: Language) -> tuple[str, str]:
    """What is wrong and how to mend it, each a sentence."""
    facts = {name: _fact(value, language) for name, value in error.facts.items()}
    return (
        say(language, f"policy_error.{error.code}.problem", **facts),
        say(language, f"policy_error.{error.code}.remedy", **facts),
    )


def _fact(value: object, language: Language) -> Fact:
    if isinstance(value, str) and has_term("tone", value):
        return term(language, "tone", value)
    return value if isinstance(value, int) else str(value)


def trigger_sentence(trigger: Trigger, language: Language) -> str:
    """When the first reminder is due, as one says it."""
    if isinstance(trigger, FixedCalendar):
        return say(language, "policies.trigger.calendar", n=trigger.days)
    cap = (
        say(language, "policies.cap.days", n=trigger.cap)
        if trigger.cap
        else say(language, "policies.cap.auto")
    )
    if isinstance(trigger, HabitQuantile):
        # A share is written as so many payments in a hundred: 0.7 is 70.
        share = round(trigger.share * 100)
        facts: dict[str, Fact] = {"share": share, "floor": trigger.floor, "cap": cap}
        return say(language, "policies.trigger.habit", **facts)
    return say(language, "policies.trigger.own_mean", n=trigger.plus, floor=trigger.floor, cap=cap)


def described(policy: Policy, language: Language) -> str:
    """A policy's description in a language, if it has one."""
    text = policy.description.get(language.value, "")
    return french(text) if language is Language.FR else curly(text)

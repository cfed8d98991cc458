"""Sentences: a reason, as a credit manager would say it."""

from collections.abc import Callable
from datetime import date

from amiable.engine.parties import Language
from amiable.engine.reasons import Fact, Reason
from amiable.words.catalogue import has_term, say, term

_FAMILIES = ("channel", "role", "tone")


def sentence(reason: Reason, language: Language) -> str:
    """The reason in one sentence: "16 days after the due date; usually pays at 10"."""
    named = reason.named()
    facts = {name: _phrase(name, fact, language) for name, fact in named.items()}
    counts = [fact for fact in named.values() if isinstance(fact, int)]
    if len(counts) == 1:
        facts["n"] = counts[0]
    text = say(language, f"reason.{reason.code}", **facts)
    return text[:1].upper() + text[1:]


def _phrase(name: str, fact: Fact, language: Language) -> Fact:
    """The words one fact takes in a sentence, where they are more than its value."""
    write = _PHRASES.get(name)
    return fact if write is None else write(fact, language)


def _late(fact: Fact, language: Language) -> Fact:
    return _days(fact, language, "phrase.late")


def _usual(fact: Fact, language: Language) -> Fact:
    return _days(fact, language, "phrase.usual")


def _days(fact: Fact, language: Language, key: str) -> Fact:
    """Days from the due date, as words: before it, on it or after it."""
    if not isinstance(fact, int):
        return fact
    if fact == 0:
        return say(language, f"{key}.on")
    return say(language, f"{key}.{'after' if fact > 0 else 'before'}", n=abs(fact))


def _until(fact: Fact, language: Language) -> Fact:
    """An end, or none: the engine gives the last day of the calendar for "nobody knows"."""
    if isinstance(fact, date) and fact != date.max:
        return say(language, "phrase.until.date", day=fact)
    return say(language, "phrase.until.further_notice")


def _step(fact: Fact, language: Language) -> Fact:
    if isinstance(fact, int):
        return say(language, "phrase.step", number=fact)
    return _known(fact, language)


def _aside(fact: Fact, language: Language) -> Fact:
    """A note somebody typed, or the ground of a dispute, in brackets; nothing without one."""
    if isinstance(fact, str) and has_term("ground", fact):
        fact = term(language, "ground", fact)
    return say(language, "phrase.aside", text=fact) if fact else ""


def _known(fact: Fact, language: Language) -> Fact:
    """The word for the value of an enumeration; anything else stays as it is."""
    for family in _FAMILIES:
        if isinstance(fact, str) and has_term(family, fact):
            return term(language, family, fact)
    return fact


def arms(fact: Fact, language: Language) -> Fact:
    """The arms of an experiment, by what they set: channels, tones or hours of the day."""
    return ", ".join(str(_arm(one, language)) for one in str(fact).split())


def _arm(value: str, language: Language) -> Fact:
    if value.isdigit():
        return say(language, "phrase.hour", hour=value)
    return _known(value, language)


_PHRASES: dict[str, Callable[[Fact, Language], Fact]] = {
    "late": _late,
    "usual": _usual,
    "until": _until,
    "step": _step,
    "note": _aside,
    "reason": _aside,
    "channel": _known,
    "wanted": _known,
    "used": _known,
    "arm": arms,
    "against": arms,
}

"""Effects for a reader: the sentence on top, days gained and shares with their intervals."""

from babel.dates import get_day_names

from amiable.engine.effect import ENOUGH, ENOUGH_CUSTOMERS, Interval, Rate
from amiable.engine.parties import Language
from amiable.engine.reasons import Fact
from amiable.words.catalogue import say, term
from amiable.words.language import locale
from amiable.words.quantities import write_decimal, write_share

UNKNOWN = "–"


def headline(language: Language, reminders: int, gained: Interval | None) -> str:
    """What the reminders of a period did, in one sentence that claims no more than is known."""
    if not reminders:
        return say(language, "effect.says.none")
    if gained is None or not gained.enough:
        found = gained.n if gained else reminders
        needed = {"enough": ENOUGH, "customers": ENOUGH_CUSTOMERS}
        return say(language, "effect.says.few", n=found, **needed)
    facts: dict[str, Fact] = {
        "low": signed(gained.low, language),
        "high": signed(gained.high, language),
        "reminders": gained.n,
        "customers": gained.customers,
    }
    if not gained.tells:
        return say(language, "effect.says.unsure", **facts)
    kind = "sooner" if gained.mean > 0 else "later"
    days = write_decimal(abs(gained.mean), language)
    if kind == "sooner":
        facts |= {name: write_decimal(getattr(gained, name), language) for name in ("low", "high")}
    else:
        facts |= {
            "low": write_decimal(-gained.high, language),
            "high": write_decimal(-gained.low, language),
        }
    return say(language, f"effect.says.{kind}", days=days, **facts)


def signed(days: float, language: Language) -> str:
    """Days with their sign: ``+1,1``; a true minus below zero."""
    text = write_decimal(abs(days), language)
    if text == "0":
        return text
    return f"+{text}" if days > 0 else f"\u2212{text}"


def write_gained(gained: Interval | None, language: Language) -> tuple[str, str]:
    """(days gained, the interval they lie in); dashes while nothing can be said."""
    if gained is None:
        return UNKNOWN, UNKNOWN
    low, high = signed(gained.low, language), signed(gained.high, language)
    mean = say(language, "effect.days", days=signed(gained.mean, language))
    return mean, say(language, "effect.between", low=low, high=high)


def write_rate(rate: Rate, language: Language) -> tuple[str, str]:
    """(the share, the interval it lies in); dashes of nothing."""
    share, bounds = rate.share, rate.bounds
    if share is None or bounds is None:
        return UNKNOWN, UNKNOWN
    low, high = (write_share(bound, language) for bound in bounds)
    return write_share(share, language), say(language, "effect.between", low=low, high=high)


def name_value(language: Language, aspect: str, value: str, name: str) -> str:
    """The value of an aspect as a reader says it; ``name`` is that of a person or a policy."""
    if aspect in ("channel", "tone", "segment") and value:
        word = term(language, aspect, value)
        return word[:1].upper() + word[1:]
    if aspect == "weekday":
        return str(get_day_names("wide", "stand-alone", locale(language))[int(value)]).capitalize()
    if aspect == "step":
        key = "effect.value.step" if int(value) else "effect.value.notice"
        return say(language, key, step=value)
    if aspect == "hour" and value:
        return say(language, "effect.value.hour", start=value, end=int(value) + 1)
    return name or say(language, f"effect.missing.{aspect}")

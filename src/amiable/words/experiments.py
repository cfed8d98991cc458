"""What an experiment found, as one would tell it; arms by the words for what they set."""

from collections.abc import Sequence

from amiable.engine.effect import Interval, Rate
from amiable.engine.experiment import Factor
from amiable.engine.experiment_result import ArmResult, Difference, Finding, Verdict
from amiable.engine.experiment_size import Noise, Yardstick
from amiable.engine.parties import Language
from amiable.words.amounts import write_count
from amiable.words.catalogue import say
from amiable.words.quantities import write_decimal, write_share
from amiable.words.sentences import arms as arms_in_words

_NONE = "–"


def arm_name(value: str, language: Language) -> str:
    """An arm: "text message", "firm reminder", "at 14:00"."""
    return str(arms_in_words(value, language))


def arm_names(values: Sequence[str], language: Language) -> str:
    """Arms side by side: "e-mail / text message"."""
    return " / ".join(arm_name(value, language) for value in values)


def factor_name(factor: Factor, language: Language) -> str:
    """What is compared."""
    return say(language, f"experiments.factor.{factor.value}")


def measure_name(measure: Yardstick, language: Language) -> str:
    """What the verdict goes by."""
    return say(language, f"experiments.measure.{measure.value}")


def signed(value: float, language: Language) -> str:
    """A number with its sign: "+2.4"."""
    sign = "+" if value > 0 else "\N{MINUS SIGN}" if value < 0 else ""
    return f"{sign}{write_decimal(abs(value), language)}"


def days_text(interval: Interval | None, language: Language) -> str:
    """Days gained with their interval."""
    if interval is None:
        return _NONE
    mean, low, high = (
        signed(one, language) for one in (interval.mean, interval.low, interval.high)
    )
    return say(language, "experiments.days", value=mean, low=low, high=high)


def rate_text(rate: Rate, language: Language) -> str:
    """A rate with its interval, and what it was counted from."""
    if rate.share is None or rate.bounds is None:
        return _NONE
    low, high = (write_share(one, language) for one in rate.bounds)
    share, hits = write_share(rate.share, language), write_count(rate.hits, language)
    return say(language, "experiments.rate", value=share, low=low, high=high, hits=hits)


def difference_text(found: Difference | None, measure: Yardstick, language: Language) -> str:
    """A difference to the first arm with its interval."""
    if found is None:
        return _NONE
    scale = 1 if measure is Yardstick.DAYS else 100
    value, low, high = (
        signed(one * scale, language) for one in (found.value, found.low, found.high)
    )
    return say(language, f"experiments.more.{measure.value}", value=value, low=low, high=high)


def worth_text(difference: float, measure: Yardstick, language: Language) -> str:
    """The difference worth knowing."""
    scale = 1 if measure is Yardstick.DAYS else 100
    text = write_decimal(difference * scale, language)
    return say(language, f"experiments.worth.{measure.value}", value=text)


def noise_text(noise: Noise, measure: Yardstick, language: Language) -> str:
    """Where the noise comes from that a size was planned with."""
    scale = 1 if measure is Yardstick.DAYS else 100
    key = f"experiments.noise.{measure.value}" + ("" if noise.customers else "_unknown")
    value = write_decimal(noise.value * scale, language)
    if noise.customers:
        return say(language, key, value=value, customers=noise.customers)
    return say(language, key, value=value)


def verdict_text(
    said: Verdict,
    arms: Sequence[str],
    results: Sequence[ArmResult],
    measure: Yardstick,
    language: Language,
) -> str:
    """The verdict in a sentence."""
    first = arm_name(arms[0], language)
    if said.finding is Finding.BETTER:
        found = results[said.arm].more(measure) if said.arm < len(results) else None
        return say(
            language,
            "experiments.verdict.better",
            arm=_begin(arm_name(arms[said.arm], language)),
            first=first,
            difference=difference_text(found, measure, language),
        )
    if said.finding is Finding.FIRST:
        return say(language, "experiments.verdict.first", first=_begin(first))
    told = "; ".join(
        f"{arm_name(arms[one.arm], language)}: "
        f"{difference_text(one.more(measure), measure, language)}"
        for one in results[1:]
    )
    return say(language, "experiments.verdict.none", differences=told)


def _begin(text: str) -> str:
    return text[:1].upper() + text[1:]

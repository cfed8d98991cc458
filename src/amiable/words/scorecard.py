"""Scorecards for a reader: each figure as written, and how it is computed, numbers put in."""

from amiable.engine.money import Money
from amiable.engine.parties import Language
from amiable.engine.scorecard import Figure, Unit
from amiable.words.amounts import write_count, write_money, write_whole
from amiable.words.catalogue import say
from amiable.words.quantities import write_decimal, write_share

UNKNOWN = "–"


def write_figure(figure: Figure, language: Language, *, whole: bool = False) -> str:
    """``42,3 j``, ``79,6 %``, ``1 200,00 €``; a dash when it cannot be said. ``whole``: amounts
    rounded to whole units."""
    number = figure.number
    if number is None:
        return UNKNOWN
    if figure.unit is Unit.MONEY:
        amount = Money(minor=int(number), currency=figure.currency)
        return write_whole(amount, language) if whole else write_money(amount, language)
    if figure.unit is Unit.COUNT:
        return write_count(int(number), language)
    if figure.unit is Unit.SHARE:
        return write_share(float(number), language)
    days = say(language, "measures.days", days=write_decimal(float(number), language))
    return say(language, "measures.more", value=days) if figure.more else days


def explain(figure: Figure, language: Language) -> str:
    """The formula in words, then with this figure's own numbers; or why there is none."""
    if figure.is_cut:
        return say(language, "measures.not_kept")
    facts = {name: _fact(value, language) for name, value in figure.facts.items()}
    key = f"measures.how.{figure.name}"
    return say(language, key, value=write_figure(figure, language), **facts)


def _fact(value: object, language: Language) -> str:
    if isinstance(value, Money):
        return write_money(value, language)
    if isinstance(value, float):
        return write_decimal(value, language)
    assert isinstance(value, int)
    return write_count(value, language)


def write_change(now: Figure, then: Figure | None, language: Language) -> str:
    """By how much a figure changed since the one before: ``+3,2 j``, ``−1,5 pt``, ``+12 %``.

    Empty when one of the two cannot be said. Amounts and counts change by a share, of which
    there is none when the one before is zero; shares by percentage points.
    """
    if then is None or now.number is None or then.number is None or now.more or then.more:
        return ""
    by = float(now.number) - float(then.number)
    if now.unit is Unit.DAYS:
        return say(language, "measures.days", days=_signed(write_decimal(abs(by), language), by))
    if now.unit is Unit.SHARE:
        points = write_decimal(abs(by) * 100, language)
        return say(language, "measures.points", points=_signed(points, by))
    if not then.number:
        return ""
    return _signed(write_share(abs(by / float(then.number)), language), by)


def _signed(text: str, by: float) -> str:
    if not any(digit in text for digit in "123456789"):
        return text
    return f"{'+' if by > 0 else '−'}{text}"

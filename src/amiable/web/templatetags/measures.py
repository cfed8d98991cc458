"""Filters of the measures' templates."""

from django import template

from amiable.web.language import reader_language
from amiable.words import say
from amiable.words.quantities import write_decimal

register = template.Library()


@register.filter
def in_days(days: float | None) -> str:
    """``12,5 j``; empty when there are none to speak of."""
    language = reader_language()
    return (
        "" if days is None else say(language, "measures.days", days=write_decimal(days, language))
    )

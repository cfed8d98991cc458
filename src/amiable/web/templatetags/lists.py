"""Filters of the lists' templates: names of columns, colours of words."""

from collections.abc import Sequence
from typing import Any

from django import template

from amiable.store.models import PlanEntry
from amiable.web.language import reader_language
from amiable.words import say

register = template.Library()

_SEGMENTS = {"regular": "green", "often_late": "amber", "at_risk": "red", "new": "blue"}
_STATES = {
    "overdue": "red",
    "disputed": "amber",
    "promised": "blue",
    "said_paid": "blue",
    "settled": "green",
}
_DISPUTES = {"open": "amber", "credit_expected": "blue", "credit_missing": "red"}
_TONES = {"friendly": "blue", "notice": "blue", "firm": "amber", "stern": "red", "formal": "red",
          "broken_promise": "red"}  # fmt: skip
_KINDS = {"wait": "green", "escalate": "red", "hold": "amber"}


@register.filter
def column_text(name: str) -> str:
    """The heading of a column."""
    return say(reader_language(), f"lists.column.{name}")


@register.filter
def segment_colour(segment: str) -> str:
    """The colour of a segment's badge."""
    return _SEGMENTS.get(segment, "")


@register.filter
def state_colour(state: str) -> str:
    """The colour of an invoice's state."""
    return _STATES.get(state, "")


@register.filter
def dispute_colour(state: str) -> str:
    """The colour of a dispute's state."""
    return _DISPUTES.get(state, "")


@register.filter
def entry_colour(entry: PlanEntry) -> str:
    """The colour of what is to be done: by its tone, else by its kind."""
    return _TONES.get(entry.tone) or _KINDS.get(entry.kind, "")


@register.filter
def at(items: Sequence[Any], index: int) -> Any:
    """One of several, by its number."""
    return items[index]

"""A tag of the import pages."""

from django import template

from amiable.web.language import reader_language
from amiable.words import say

register = template.Library()


@register.simple_tag
def state_text(state: str) -> str:
    """Where an upload stands, in words."""
    return say(reader_language(), f"imports.state.{state}")

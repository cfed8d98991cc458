"""What the pages of one customer write in a way of their own."""

from django import template

from amiable.web.language import reader_language
from amiable.words import say
from amiable.words.phone import readable

register = template.Library()


@register.filter
def phone(number: str) -> str:
    """A telephone number as people read it; what is none stays as it was typed."""
    return readable(number)


@register.simple_tag
def history_kind(name: str) -> str:
    """The word for a kind of event."""
    return say(reader_language(), f"customer.kind.{name}")


@register.simple_tag
def moved_rows(table: str) -> str:
    """What the rows of a table are, in words."""
    return say(reader_language(), f"customer.moved.{table}")

"""Tags and filters of the desk's templates; all write in the reader's language."""

from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django import template
from django.contrib.staticfiles.finders import find
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from lucide.templatetags.lucide import lucide

from amiable.engine.money import Money
from amiable.engine.reasons import Reason
from amiable.web.chart import Chart, drawing, shown_rows
from amiable.web.language import reader_language
from amiable.web.strip import Strip, draw_strip
from amiable.words import say as words_say
from amiable.words import sentence, short_date, write_date, write_money
from amiable.words import term as words_term

register = template.Library()


@register.simple_tag
def say(key: str, /, **facts: Any) -> str:
    """``{% say "today.title" n=14 %}``: a text of the catalogue."""
    return words_say(reader_language(), key, **facts)


@register.simple_tag
def term(family: str, value: Any) -> str:
    """``{% term "segment" customer.current_segment %}``: the word for a value."""
    return words_term(reader_language(), family, str(value)) if value else ""


@register.filter
def money(amount: Money | None) -> str:
    """An amount with its currency."""
    return "" if amount is None else write_money(amount, reader_language())


@register.filter
def day(on: date | None) -> str:
    """A day in words: 22 novembre 2026."""
    return "" if on is None else write_date(on, reader_language())


@register.filter
def short(on: date | None) -> str:
    """A day in figures: 22/11/2026."""
    return "" if on is None else short_date(on, reader_language())


@register.filter
def why(reason: Reason) -> str:
    """A reason as a sentence."""
    return sentence(reason, reader_language())


@register.simple_tag(takes_context=True)
def icon(context: Mapping[str, Any], name: str, size: int = 18) -> SafeString:
    """A lucide icon; decorative, so hidden from screen readers.

    A whole page draws each once, at its end (`icon_shapes`), and points to it; a fragment brings
    its own, for it cannot know what the page holds.
    """
    shapes = context.get("icons")
    if shapes is None:
        return _icon(str(name), size)
    shapes.add(str(name))
    return format_html(
        '<svg class="icon" width="{0}" height="{0}" aria-hidden="true"><use href="#i-{1}"/></svg>',
        size,
        name,
    )


@cache
def _icon(name: str, size: int) -> SafeString:
    return SafeString(lucide(name, size=size, aria_hidden="true", **{"class": "icon"}))


@register.simple_tag(takes_context=True)
def icon_shapes(context: Mapping[str, Any]) -> SafeString:
    """The drawings of the icons a page pointed to, once each."""
    drawn = ((name, _shape(name)) for name in sorted(context["icons"]))
    shapes = format_html_join("", '<symbol id="i-{}" viewBox="0 0 24 24">{}</symbol>', drawn)
    return format_html('<svg hidden aria-hidden="true">{}</svg>', shapes)


@cache
def _shape(name: str) -> SafeString:
    """What is inside an icon's own svg element."""
    return SafeString(_icon(name, 24).partition(">")[2].rpartition("</svg>")[0])


@register.simple_tag
def strip(of: Strip | None, wide: bool = False) -> SafeString | str:
    """The habit strip, with its text alternative."""
    return draw_strip(of, reader_language(), wide=wide) if of else ""


@register.inclusion_tag("desk/chart.html", takes_context=True)
def chart(context: Mapping[str, Any], of: Chart) -> dict[str, Any]:
    """``{% chart page.aged %}``: a drawing with its sentence, its table and its file."""
    language = reader_language()
    shown = {"chart": of, "drawing": drawing(of, language), "rows": shown_rows(of, language)}
    return shown | {"icons": context.get("icons")}


@register.simple_tag
def asset(name: str) -> str:
    """The address of an asset; it changes with the contents, so that browsers may keep it."""
    return _asset(name)


@cache
def _asset(name: str) -> str:
    path = find(name)
    assert isinstance(path, str), f"no asset {name}"
    return f"/static/{name}?v={sha256(Path(path).read_bytes()).hexdigest()[:12]}"


@register.simple_tag(takes_context=True)
def query(context: Mapping[str, Any], **changes: Any) -> str:
    """The page's own query string with some values changed (empty: taken away)."""
    kept = context["request"].GET.copy()
    for name, value in changes.items():
        kept.pop(name, None)
        if value not in ("", None):
            kept[name] = str(value)
    return "?" + urlencode([(k, v) for k in kept for v in kept.getlist(k)])


@register.filter
def marked(text: str) -> SafeString:
    """What stands between backticks as code, the rest as it is."""
    pieces = text.split("`")
    return format_html_join(
        "",
        "{}",
        (
            (format_html("<code>{}</code>", piece) if place % 2 else piece,)
            for place, piece in enumerate(pieces)
        ),
    )


@register.filter
def clock(at: datetime | None, timezone: str) -> str:
    """An instant as day and time where the company is: 22/11/2026 20:07."""
    if at is None:
        return ""
    here = at.astimezone(ZoneInfo(timezone))
    return f"{short_date(here.date(), reader_language())} {here:%H:%M}"


@register.simple_tag(takes_context=True)
def desk_url(context: Mapping[str, Any], path: str = "") -> str:
    """``{% desk_url "customers/" %}``: an address inside the company's desk."""
    return str(context["visit"].url(path))


@register.simple_tag
def nav_text(name: str) -> str:
    """The name of a place in the navigation."""
    return words_say(reader_language(), f"nav.{name}")

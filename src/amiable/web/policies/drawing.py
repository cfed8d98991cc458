"""A policy drawn as a ladder on a time line around the due date.

The notice before it, the zone in which the first reminder comes, the steps after that, and what
follows. Days are to scale where there is room; marks too near to be read are moved apart.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from amiable.engine.parties import Language
from amiable.words import say

_WIDTH, _HEIGHT, _LINE = 960, 140, 60
_LEFT, _RIGHT = 70, 80
_APART = 152  # what a title of two words takes


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A point of the line: ``day`` after the due date (before it, if negative), a title above,
    a note below; ``kind`` chooses its look: notice, due, a tone, end."""

    day: int
    title: str
    note: str
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Zone:
    """From which to which day the first reminder comes, and what it is called."""

    first: int
    last: int
    title: str


def draw_ladder(
    marks: Sequence[Mark], zone: Zone | None, language: Language, *, named: str = ""
) -> SafeString:
    """The time line as SVG; ``named`` says whose it is. Its title tells the same in words."""
    places = _places(marks, zone)
    width = max(_WIDTH, places[-1] + _RIGHT)
    told = "; ".join(f"{mark.title} ({mark.note})" for mark in marks)
    text = say(language, "policies.ladder.alternative", text=f"{named} {told}".strip())
    return format_html(
        '<svg class="ladder-line" viewBox="0 0 {w} {h}" role="img" aria-label="{text}">'
        "<title>{text}</title>"
        '<line class="ladder-axis" x1="10" x2="{end}" y1="{y}" y2="{y}"/>{zone}{marks}</svg>',
        w=width,
        h=_HEIGHT,
        text=text,
        end=width - 10,
        y=_LINE,
        zone=_zone(zone, marks, places),
        marks=format_html_join(
            "", "{}", ((_mark(m, x),) for m, x in zip(marks, places, strict=True))
        ),
    )


def _places(marks: Sequence[Mark], zone: Zone | None) -> list[int]:
    """Where each mark stands, in order: to scale, but never closer than can be read."""
    first = min(mark.day for mark in marks)
    last = max([mark.day for mark in marks] + ([zone.last] if zone else []))
    scale = min(14.0, (_WIDTH - _LEFT - _RIGHT) / max(1, last - first))
    places: list[int] = []
    for mark in marks:
        wanted = _LEFT + round((mark.day - first) * scale)
        places.append(max(wanted, places[-1] + _APART) if places else wanted)
    return places


def _zone(zone: Zone | None, marks: Sequence[Mark], places: Sequence[int]) -> SafeString | str:
    """The band from the first to the last possible day, measured between the due date and the
    mark of the first reminder, which stands somewhere in it."""
    if zone is None or zone.first == zone.last:
        return ""
    due = next(x for mark, x in zip(marks, places, strict=True) if mark.kind == "due")
    day, at = next(
        (mark.day, x)
        for mark, x in zip(marks, places, strict=True)
        if mark.kind not in ("due", "notice")
    )
    unit = (at - due) / max(1, day)
    # Where steps were moved apart the band must not seem to reach the second one.
    left, right = max(due + 10, due + zone.first * unit), min(at + 44, due + zone.last * unit)
    return format_html(
        '<rect class="ladder-zone" x="{}" width="{}" y="{}" height="24" rx="12"/>'
        '<text class="ladder-zone-title" x="{}" y="128">{}</text>',
        round(left),
        round(max(24, right - left)),
        _LINE - 12,
        round(left),
        zone.title,
    )


def _mark(mark: Mark, x: int) -> SafeString:
    if mark.kind == "due":
        shape = format_html('<line class="ladder-due" x1="{0}" x2="{0}" y1="40" y2="80"/>', x)
    elif mark.kind == "end":
        shape = format_html(
            '<rect class="ladder-end" x="{}" y="{}" width="14" height="14" rx="3"/>',
            x - 7,
            _LINE - 7,
        )
    else:
        shape = format_html(
            '<circle class="ladder-step {}" cx="{}" cy="{}" r="9"/>', mark.kind, x, _LINE
        )
    return format_html(
        '{}<text class="ladder-title" x="{}" y="30">{}</text>'
        '<text class="ladder-note" x="{}" y="100">{}</text>',
        shape,
        x,
        mark.title,
        x,
        mark.note,
    )

"""The trend of 24 months: the median delay of each month as a line, its spread as a band."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from babel.dates import format_date
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from amiable.engine.parties import Language
from amiable.engine.trend import Month
from amiable.words import say

_WIDTH, _HEIGHT = 960, 170
_LEFT, _RIGHT, _TOP, _BOTTOM = 44, 12, 12, 26


@dataclass(frozen=True, slots=True)
class _Frame:
    """Months and days to pixels."""

    months: int
    low: int
    high: int

    def x(self, index: int) -> int:
        return _LEFT + round((_WIDTH - _LEFT - _RIGHT) * (index + 0.5) / self.months)

    def y(self, days: int) -> int:
        share = (days - self.low) / (self.high - self.low)
        return _HEIGHT - _BOTTOM - round((_HEIGHT - _TOP - _BOTTOM) * share)


def month_name(on: date, language: Language) -> str:
    """A month in figures: 11/2026."""
    return format_date(on, "MM/y", locale=language.value)


def draw_trend(months: Sequence[Month], trigger: int, language: Language) -> SafeString | str:
    """The trend as SVG; empty when nothing was paid in those months."""
    known = [month for month in months if month.n]
    if not known:
        return ""
    figures = [day for month in known for day in (month.low or 0, month.high or 0)]
    frame = _Frame(len(months), min(0, *figures) - 2, max(10, trigger, *figures) + 3)
    return format_html(
        '<svg class="trend" viewBox="0 0 {} {}" role="img" aria-label="{}">'
        '<line class="trend-due" x1="{left}" x2="{right}" y1="{due}" y2="{due}"/>'
        '<line class="trend-trigger" x1="{left}" x2="{right}" y1="{trigger}" y2="{trigger}"/>'
        '{bands}{lines}<g class="trend-dots">{dots}</g><g class="trend-text">{texts}</g></svg>',
        _WIDTH,
        _HEIGHT,
        say(language, "customer.trend.alt"),
        left=_LEFT,
        right=_WIDTH - _RIGHT,
        due=frame.y(0),
        trigger=frame.y(trigger),
        bands=_bands(months, frame),
        lines=_lines(months, frame),
        dots=_dots(months, frame, language),
        texts=_texts(months, frame, trigger, language),
    )


def _runs(months: Sequence[Month]) -> Iterator[list[tuple[int, Month]]]:
    """Stretches of months without a gap."""
    run: list[tuple[int, Month]] = []
    for index, month in enumerate(months):
        if month.n:
            run.append((index, month))
        elif run:
            yield run
            run = []
    if run:
        yield run


def _bands(months: Sequence[Month], frame: _Frame) -> SafeString:
    shapes = []
    for run in _runs(months):
        above = [f"{frame.x(index)},{frame.y(month.high or 0)}" for index, month in run]
        below = [f"{frame.x(index)},{frame.y(month.low or 0)}" for index, month in reversed(run)]
        shapes.append((" ".join(above + below),))
    return format_html_join("", '<polygon class="trend-band" points="{}"/>', shapes)


def _lines(months: Sequence[Month], frame: _Frame) -> SafeString:
    """The medians joined, over months without a payment too."""
    points = [(index, month) for index, month in enumerate(months) if month.n]
    text = " ".join(f"{frame.x(index)},{frame.y(month.median or 0)}" for index, month in points)
    return format_html('<polyline class="trend-line" points="{}"/>', text)


def _dots(months: Sequence[Month], frame: _Frame, language: Language) -> SafeString:
    return format_html_join(
        "",
        '<circle cx="{}" cy="{}" r="3.5"><title>{}</title></circle>',
        (
            (
                frame.x(index),
                frame.y(month.median or 0),
                say(
                    language,
                    "customer.trend.month",
                    month=month_name(month.starts_on, language),
                    n=month.n,
                    median=month.median or 0,
                ),
            )
            for index, month in enumerate(months)
            if month.n
        ),
    )


def _texts(months: Sequence[Month], frame: _Frame, trigger: int, language: Language) -> SafeString:
    marks = [(_LEFT - 8, frame.y(0) + 4, "end", "0")]
    if abs(frame.y(trigger) - frame.y(0)) > 14:
        marks.append((_LEFT - 8, frame.y(trigger) + 4, "end", str(trigger)))
    marks += [
        (frame.x(index), _HEIGHT - 6, "middle", month_name(month.starts_on, language))
        for index, month in enumerate(months)
        if index % 3 == 2
    ]
    return format_html_join("", '<text x="{}" y="{}" text-anchor="{}">{}</text>', marks)

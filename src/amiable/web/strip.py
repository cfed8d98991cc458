"""The habit strip: past delays as dots, the usual delay as a bar from the due date, the trigger as
a tick, today's lateness as a diamond. One drawing at any width; a sentence says the same."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.html import format_html
from django.utils.safestring import SafeString

from amiable.engine.parties import Language
from amiable.words import say

_DOTS = 60  # the newest; more would be a smear


@dataclass(frozen=True, slots=True, kw_only=True)
class Strip:
    """Days after the due date. ``delays``: of paid invoices, oldest first; ``late`` None: not due.

    ``n`` counts the paid invoices; ``usual`` and ``trigger`` come from the engine's habit.
    """

    delays: tuple[int, ...]
    n: int
    usual: int
    trigger: int
    late: int | None = None


@dataclass(frozen=True, slots=True)
class _Scale:
    """Days to pixels: a little air on both sides, the due date always in sight."""

    width: int
    low: int
    high: int

    def x(self, days: int) -> int:
        days = min(max(days, self.low), self.high)
        return 8 + round((self.width - 16) * (days - self.low) / (self.high - self.low))


def _scale(strip: Strip, width: int) -> _Scale:
    shown = sorted(strip.delays[-_DOTS:]) or [0]
    # One payment two years late must not squeeze all others into a point.
    calm = shown[int(len(shown) * 0.05) : max(1, round(len(shown) * 0.98))]
    known = [0, strip.usual, strip.trigger, *calm]
    if strip.late is not None:
        known.append(min(strip.late, 4 * max(strip.trigger, 15)))
    low, high = min(-3, *known), max(*known, 10)
    air = max(2, (high - low) // 10)
    return _Scale(width, low - air * 2, high + air)


def draw_strip(strip: Strip, language: Language, *, wide: bool = False) -> SafeString:
    """The strip as SVG, ``wide`` for a customer's page, with its sentence as title."""
    width, height = (960, 64) if wide else (230, 30)
    scale, middle = _scale(strip, width), height // 2
    due = scale.x(0)
    usual = scale.x(strip.usual)
    # One path for all dots, each a line of no length with a round end: a list has fifty strips.
    drawn = "".join(f"M{x} {y}h0" for x, y in _dots(strip, scale, middle, 6 if wide else 3))
    dots = format_html('<path class="strip-dot" d="{}"/>', drawn) if drawn else ""
    return format_html(
        '<svg class="strip{wide}" viewBox="0 0 {width} {height}" role="img" aria-label="{text}"'
        ' preserveAspectRatio="xMidYMid meet"><title>{text}</title>'
        '<line class="strip-line" x1="0" x2="{width}" y1="{y}" y2="{y}"/>'
        '<rect class="strip-usual" x="{left}" width="{bar}" y="{bar_y}" height="4" rx="2"/>'
        '<line class="strip-due" x1="{due}" x2="{due}" y1="{top}" y2="{bottom}"/>{dots}'
        '<line class="strip-trigger" x1="{trigger}" x2="{trigger}" y1="{high}" y2="{low}"/>'
        "{diamond}</svg>",
        wide=" strip-wide" if wide else "",
        width=width,
        height=height,
        text=strip_sentence(strip, language),
        y=middle,
        left=min(due, usual),
        bar=max(1, abs(usual - due)),
        bar_y=middle - 2,
        due=due,
        top=middle - 7,
        bottom=middle + 7,
        trigger=scale.x(strip.trigger),
        high=middle - 10,
        low=middle + 10,
        dots=dots,
        diamond=_diamond(strip, scale, middle, 7 if wide else 6),
    )


def _dots(strip: Strip, scale: _Scale, middle: int, step: int) -> Iterator[tuple[int, int]]:
    """Equal delays are piled up around the line: 0, +1, -1, +2, -2 steps."""
    piled = Counter[int]()
    for delay in strip.delays[-_DOTS:]:
        x = scale.x(delay)
        count = piled[x]
        piled[x] += 1
        offset = (count + 1) // 2 * (1 if count % 2 else -1)
        yield x, middle + max(-3, min(3, offset)) * step


def _diamond(strip: Strip, scale: _Scale, middle: int, half: int) -> SafeString | str:
    if strip.late is None:
        return ""
    x = scale.x(strip.late)
    state = "beyond" if strip.late >= strip.trigger else "within"
    points = f"{x},{middle - half} {x + half},{middle} {x},{middle + half} {x - half},{middle}"
    return format_html('<polygon class="strip-today {}" points="{}"/>', state, points)


def strip_sentence(strip: Strip, language: Language) -> str:
    """What the strip shows, in words."""
    if not strip.n:
        text = say(language, "strip.new", trigger=strip.trigger)
    else:
        text = say(language, "strip.known", n=strip.n, usual=strip.usual, trigger=strip.trigger)
    if strip.late is None:
        return text
    return f"{text} {say(language, 'strip.late', n=strip.late)}"

"""The habit strip in characters: past delays, the usual delay, the trigger, today."""

from collections.abc import Sequence

_DENSITY = "·:∴●"


def draw(delays: Sequence[int], usual: int, trigger: int, late: int | None, width: int = 44) -> str:
    """One line: dots where invoices were paid, ``|`` the due date, ``=`` up to the usual delay,
    ``!`` the trigger, ``◆`` today's lateness."""
    marks = [0, usual, trigger, *([late] if late is not None else [])]
    inner = sorted(delays)[len(delays) // 20 : len(delays) - len(delays) // 20] or [0]
    low = min(-5, *inner, *marks) - 1
    high = max(*inner, *marks, 15) + 1
    scale = (width - 1) / (high - low)

    def place(day: int) -> int:
        return round((min(max(day, low), high) - low) * scale)

    cells = ["─"] * width
    for at in range(min(place(0), place(usual)), max(place(0), place(usual)) + 1):
        cells[at] = "═"
    counts: dict[int, int] = {}
    for delay in delays:
        counts[place(delay)] = counts.get(place(delay), 0) + 1
    most = max(counts.values(), default=1)
    for at, count in counts.items():
        cells[at] = _DENSITY[min(len(_DENSITY) - 1, count * len(_DENSITY) // (most + 1))]
    cells[place(0)] = "|"
    cells[place(trigger)] = "!"
    if late is not None:
        cells[place(late)] = "◆"
    return "".join(cells)

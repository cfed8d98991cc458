"""Columns: how wide each of a table may be, so that no figure is cut on a narrow terminal."""

from collections.abc import Collection, Sequence

from rich.cells import cell_len

GAP = 2
"""Spaces between two columns."""
_LONGEST_WORD = 24  # characters; a longer one (an address, a link) may be broken


def fitted(
    heads: Sequence[str], rows: Sequence[Sequence[str]], figures: Collection[int], width: int
) -> list[int] | None:
    """The widths of columns that together need no more than ``width`` characters.

    Heads and texts may wrap between words, the columns ``figures`` never wrap below their head.
    None where even that does not fit: then the rows cannot stand beside each other.
    """
    least, whole = [], []
    for at, head in enumerate(heads):
        cells = [row[at] for row in rows]
        longest = _longest_line(cells)
        narrow = longest if at in figures else min(_longest_word(cells), _LONGEST_WORD)
        least.append(max(narrow, _longest_word([head])))
        whole.append(max(longest, _longest_line([head]), least[-1]))
    left = width - sum(least) - GAP * (len(heads) - 1)
    return None if left < 0 else _shared(least, whole, left)


def _shared(least: Sequence[int], whole: Sequence[int], left: int) -> list[int]:
    """Give what is left to the columns that want more, those that want least first."""
    widths = list(least)
    wanting = sorted(range(len(least)), key=lambda at: whole[at] - least[at])
    for nth, at in enumerate(wanting):
        given = min(whole[at] - least[at], left // (len(wanting) - nth))
        widths[at] += given
        left -= given
    return widths


def _longest_line(texts: Sequence[str]) -> int:
    return max((cell_len(line) for text in texts for line in text.split("\n")), default=0)


def _longest_word(texts: Sequence[str]) -> int:
    return max((cell_len(word) for text in texts for word in text.split()), default=0)

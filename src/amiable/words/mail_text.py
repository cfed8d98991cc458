"""Mail, the plain text part: a table that stays aligned, in lines a mail program does not fold."""

from collections.abc import Iterable

from amiable.engine.letter import (
    Block,
    Details,
    InvoiceRow,
    InvoiceTable,
    Letter,
    Link,
    Paragraph,
    Sum,
)

WIDTH = 78
_GAP = "  "


def write_text(letter: Letter) -> str:
    """The letter in plain text, lines of at most 78 characters where its words allow it."""
    return "\n\n".join(write_block(block) for block in letter.blocks) + "\n"


def write_block(block: Block) -> str:
    """One block in plain text."""
    match block:
        case Paragraph(lines):
            return "\n".join(part for line in lines for part in _wrap(line))
        case Details(rows):
            return _details(rows)
        case Link():
            return "\n".join([*_wrap(block.text), block.address])
        case InvoiceTable():
            return _table(block)


def _wrap(line: str) -> list[str]:
    """Break a line at plain spaces; a no-break space holds."""
    if len(line) <= WIDTH:
        return [line]
    wrapped: list[str] = []
    current = ""
    for word in line.split(" "):
        if current and len(current) + 1 + len(word) > WIDTH:
            wrapped.append(current)
            current = word
        else:
            current = f"{current} {word}" if current else word
    return [*wrapped, current]


def _details(rows: Iterable[tuple[str, str]]) -> str:
    rows = tuple(rows)
    width = max((len(label) for label, _ in rows), default=0)
    return "\n".join(f"{label.ljust(width)}{_GAP}{value}" for label, value in rows)


def _table(table: InvoiceTable) -> str:
    cells = [_cells(row) for row in (table.heads, *table.rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    widths[5] = max(widths[5], *(len(total.amount) for total in table.sums))
    # Columns move closer before they are given up: a list is four times as long.
    gap = next((gap for gap in (_GAP, " ") if sum(widths) + len(gap) * 5 <= WIDTH), "")
    if gap:
        lines = [_aligned(row, widths, gap) for row in cells]
        lines.insert(1, gap.join("-" * column for column in widths))
        lines += [_sum(total, widths[5]).rjust(len(lines[1])) for total in table.sums]
    else:
        lines = _listed(table)
    notes = [part for note in table.notes for part in ("", *_wrap(note))]
    return "\n".join([*lines, *notes])


def _cells(row: InvoiceRow) -> tuple[str, ...]:
    return (row.number, row.issued, row.due, row.late, row.amount, row.left)


def _aligned(row: tuple[str, ...], widths: list[int], gap: str) -> str:
    """Texts to the left, numbers to the right."""
    texts = [cell.ljust(width) for cell, width in zip(row[:3], widths[:3], strict=True)]
    numbers = [cell.rjust(width) for cell, width in zip(row[3:], widths[3:], strict=True)]
    return gap.join([*texts, *numbers])


def _sum(total: Sum, width: int) -> str:
    return f"{total.label}{_GAP}{total.amount.rjust(width)}"


def _listed(table: InvoiceTable) -> list[str]:
    """One line an item, for what is too wide for a table."""
    heads = _cells(table.heads)
    lines: list[str] = []
    for row in table.rows:
        labelled = zip(heads, _cells(row), strict=True)
        lines += [_details(labelled), ""]
    return [*lines, _details((total.label, total.amount) for total in table.sums)]

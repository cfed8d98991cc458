"""Mail, the HTML part: tables and inline styles, as mail programs want it.

No image, no style sheet, nothing from outside; the one link shows where it leads. Colours are left
to the reader, so that a dark theme stays readable. The six facts of an invoice are in four columns
of two lines, which hold on a telephone without the media queries that many programs drop. Every
text is escaped.
"""

from html import escape

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
from amiable.engine.parties import Language

_FONT = (
    "font-family:-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif;"
    "font-size:15px;line-height:1.5"
)
_HEAD = (
    '<!DOCTYPE html>\n<html lang="{language}">\n<head>\n<meta charset="utf-8">\n'
    '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
    '<meta name="color-scheme" content="light dark">\n'
    '<meta name="supported-color-schemes" content="light dark">\n'
    '<meta name="format-detection" content="telephone=no,date=no,address=no">\n'
    "<title>{subject}</title>\n</head>\n"
)
_OPEN = (
    '<body style="margin:0;padding:0">\n'
    '<!--[if mso]><table role="presentation" width="640"><tr><td><![endif]-->\n'
    '<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0"'
    f' style="width:100%;max-width:640px;{_FONT}">\n'
    f'<tr><td style="padding:16px 10px;{_FONT}">\n'
)
_CLOSE = "\n</td></tr>\n</table>\n<!--[if mso]></td></tr></table><![endif]-->\n</body>\n</html>\n"

_TABLE = '<table cellpadding="0" cellspacing="0" border="0" style="border-collapse:collapse;{}">\n'
_GRID = _TABLE.format("width:100%;margin:0 0 8px;font-size:13px;line-height:1.4")
_PAIRS = _TABLE.format("margin:0 0 16px;font-size:15px;line-height:1.5")
_LINE = "border-bottom:1px solid #999999"
_TEXT_CELL = f"padding:6px 6px 6px 0;text-align:left;vertical-align:top;{_LINE}"
_NUMBER_CELL = (
    f"padding:6px 0 6px 6px;text-align:right;vertical-align:top;white-space:nowrap;{_LINE}"
)
_BREAKABLE = "overflow-wrap:anywhere;word-break:break-word"
_SUM_CELL = "padding:6px 0 2px 6px;text-align:right;vertical-align:top"


def write_html(letter: Letter) -> str:
    """The letter as a whole HTML page; no text of it is ever read as markup."""
    blocks = "\n".join(_write_block(block) for block in letter.blocks)
    return html_page(letter.subject, letter.language, blocks)


def html_page(subject: str, language: Language, body: str) -> str:
    """A whole page around a body that is markup already."""
    head = _HEAD.format(language=language.value, subject=escape(subject))
    return f"{head}{_OPEN}{body}{_CLOSE}"


def _write_block(block: Block) -> str:
    match block:
        case Paragraph(lines):
            text = "<br>\n".join(map(escape, lines))
            return f'<p style="margin:0 0 16px">{text}</p>'
        case Details(rows):
            return f"{_PAIRS}{''.join(_pair(label, value) for label, value in rows)}</table>"
        case Link():
            address = escape(block.address)
            shown = f'<a href="{address}" style="{_BREAKABLE}">{address}</a>'
            return f'<p style="margin:0 0 16px">{escape(block.text)}<br>\n{shown}</p>'
        case InvoiceTable():
            return _table(block)


def _pair(label: str, value: str) -> str:
    return (
        '<tr><td style="padding:0 16px 2px 0;vertical-align:top">'
        f"{escape(label)}</td>"
        f'<td style="padding:0 0 2px;font-weight:bold;{_BREAKABLE}">{escape(value)}</td></tr>\n'
    )


def _table(table: InvoiceTable) -> str:
    rows = "".join(_row(row) for row in table.rows)
    sums = "".join(_sum(total) for total in table.sums)
    notes = "".join(
        f'<p style="margin:0 0 8px;font-size:13px">{escape(note)}</p>\n' for note in table.notes
    )
    return (
        f'{_GRID}{_heads(table.heads)}{rows}{sums}</table>\n{notes}<div style="height:8px"></div>'
    )


def _heads(heads: InvoiceRow) -> str:
    number, due = escape(heads.number), escape(heads.due)
    return (
        f'<tr><th scope="col" style="{_TEXT_CELL}">{number}<br>{escape(heads.issued)}</th>'
        f'<th scope="col" style="{_TEXT_CELL}">{due}<br>{escape(heads.late)}</th>'
        f'<th scope="col" style="{_NUMBER_CELL}">{escape(heads.amount)}</th>'
        f'<th scope="col" style="{_NUMBER_CELL}">{escape(heads.left)}</th></tr>\n'
    )


def _row(row: InvoiceRow) -> str:
    return (
        f'<tr><td style="{_TEXT_CELL};{_BREAKABLE}">'
        f"<b>{escape(row.number)}</b><br>{escape(row.issued)}</td>"
        f'<td style="{_TEXT_CELL};white-space:nowrap">{escape(row.due)}<br>{escape(row.late)}</td>'
        f'<td style="{_NUMBER_CELL}">{escape(row.amount)}</td>'
        f'<td style="{_NUMBER_CELL}"><b>{escape(row.left)}</b></td></tr>\n'
    )


def _sum(total: Sum) -> str:
    weight = ";font-weight:bold" if total.to_pay else ""
    return (
        f'<tr><td colspan="3" style="{_SUM_CELL}{weight}">{escape(total.label)}</td>'
        f'<td style="{_SUM_CELL};white-space:nowrap{weight}">{escape(total.amount)}</td></tr>\n'
    )

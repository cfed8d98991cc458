"""Mail, the HTML part: tables and inline styles, as mail programs want it.

No image, no style sheet, nothing from outside; the one link shows where it leads. Colours are left
to the reader, so that a dark theme stays readable. The six facts of an invoice are in three columns
of two lines, which hold on a telephone without the media queries that many programs drop. No text
is smaller than 14 px. Every text is escaped.
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
_PAIRS = _TABLE.format("margin:0 0 16px;font-size:15px;line-height:1.5")
_GRID = (
    '<table width="100%" cellpadding="4" cellspacing="0" border="0" rules="rows"'
    ' style="width:100%;margin:0 0 8px;font-size:14px;line-height:1.4;border-collapse:collapse">\n'
)
"""Lines between rows have the colour of the text: they show on any ground."""
_FIGURES = (
    '<{} align="right" valign="top"'
    ' style="text-align:right;vertical-align:top;white-space:nowrap">\n'
)
"""Said once of all rows and not of each cell: a letter that lists 200 invoices stays light."""
_BREAKABLE = "overflow-wrap:anywhere;word-break:break-word"
_LONG_NUMBER = 14
_LONG = f' style="white-space:normal;{_BREAKABLE}"'


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
    body = "".join((*map(_row, table.rows), *map(_sum, table.sums)))
    notes = "".join(
        f'<p style="margin:0 0 8px;font-size:14px">{escape(note)}</p>\n' for note in table.notes
    )
    head, rows = _FIGURES.format("thead"), _FIGURES.format("tbody")
    return (
        f"{_GRID}{head}{_heads(table.heads)}</thead>\n{rows}{body}</tbody></table>\n{notes}"
        '<div style="height:8px"></div>'
    )


def _heads(heads: InvoiceRow) -> str:
    first = f"{escape(heads.number)}<br>{escape(heads.issued)}"
    second = f"{escape(heads.due)}<br>{escape(heads.late)}"
    others = (second, f"{escape(heads.amount)}<br>{escape(heads.left)}")
    cells = "".join(f'<th scope="col" align="right">{cell}</th>' for cell in others)
    return f'<tr><th scope="col" align="left">{first}</th>{cells}</tr>\n'


def _row(row: InvoiceRow) -> str:
    # The ends of cells and rows may be left out (HTML, section 13.1.2.4): a tenth of the weight.
    long = _LONG if len(row.number) > _LONG_NUMBER else ""
    return (
        f"<tr><td align=left{long}>{escape(row.number)}<br>{_held(row.issued)}"
        f"<td>{_held(row.due)}<br>{_held(row.late)}"
        f"<td>{_held(row.amount)}<br><b>{_held(row.left)}</b>\n"
    )


def _held(text: str) -> str:
    """A figure in a cell that does not wrap: a plain space holds there as well as a no-break one,
    which mail writes as nine signs."""
    plain = text.replace("\u202f", " ").replace("\u00a0", " ")
    return escape(plain).replace("€", "&euro;")


def _sum(total: Sum) -> str:
    amount = _held(total.amount)
    label, amount = (
        (f"<b>{escape(total.label)}</b>", f"<b>{amount}</b>")
        if total.to_pay
        else (escape(total.label), amount)
    )
    return f'<tr><td colspan="2" style="white-space:normal">{label}</td><td>{amount}</td></tr>\n'

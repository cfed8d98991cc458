"""Report: the week of a company as a mail, as a PDF, and as a page of the desk shows it."""

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from typing import Any

from amiable.engine.parties import Language
from amiable.words.catalogue import say
from amiable.words.mail import Mail
from amiable.words.mail_html import html_page
from amiable.words.pdf import compile_pdf


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportFigure:
    """A main figure, how it changed; ``good``: for the better, None: neither."""

    name: str
    value: str
    note: str
    good: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportTable:
    """A part of the report: a sentence, and rows of a name and figures. Without rows, no table."""

    title: str
    said: str
    heads: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()

    @property
    def named_rows(self) -> list[list[tuple[str, str]]]:
        """Each cell with the name of its column."""
        return [list(zip(self.heads, row, strict=True)) for row in self.rows]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportBars:
    """What was owed week by week, each bar in parts of one to five ages; minor units.

    ``totals``: what stands above each bar; ``said`` says the same in a sentence.
    """

    title: str
    said: str
    labels: tuple[str, ...]
    ages: tuple[str, ...]
    parts: tuple[tuple[int, ...], ...]
    totals: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Finished texts in the reader's language; ``to_do`` with the address of each."""

    language: Language
    company: str
    title: str
    lead: str
    figures: tuple[ReportFigure, ...]
    changes: tuple[str, ...]
    bars: ReportBars
    tables: tuple[ReportTable, ...]
    to_do: tuple[tuple[str, str], ...]
    dashboard: str
    settings: str


def report_mail(report: Report) -> Mail:
    """The report for a mail program: text and HTML that say the same."""
    return Mail(
        subject=f"{report.title} – {report.company}", text=_text(report), html=_html(report)
    )


def report_pdf(report: Report) -> bytes:
    """The report on paper."""
    language = report.language
    most = max((sum(part) for part in report.bars.parts), default=0) or 1
    data: dict[str, Any] = {
        "language": language.value,
        "company": report.company,
        "title": report.title,
        "lead": report.lead,
        "figures": [
            {"name": one.name, "value": one.value, "note": one.note, "good": one.good}
            for one in report.figures
        ],
        "changes": report.changes,
        "changes_title": say(language, "report.changes"),
        "bars": {
            "title": report.bars.title,
            "said": report.bars.said,
            "ages": report.bars.ages,
            "bars": [
                {"label": label, "total": total, "parts": [part / most for part in parts]}
                for label, total, parts in zip(
                    report.bars.labels, report.bars.totals, report.bars.parts, strict=True
                )
            ],
        },
        "tables": [
            {"title": one.title, "said": one.said, "heads": one.heads, "rows": one.rows}
            for one in report.tables
        ],
        "to_do": [text for text, _ in report.to_do],
        "to_do_title": say(language, "report.to_do"),
        "page": say(language, "statement.page"),
    }
    return compile_pdf("report.typ", data, {})


# --- the mail -----------------------------------------------------------------------------------

_H2 = '<h2 style="font-size:16px;line-height:1.4;margin:24px 0 6px">{}</h2>\n'
_P = '<p style="margin:0 0 10px">{}</p>\n'
_TABLE = (
    '<table width="100%" cellpadding="5" cellspacing="0" border="0" rules="rows"'
    ' style="width:100%;margin:0 0 10px;font-size:14px;line-height:1.4;border-collapse:collapse">\n'
)
_BUTTON = (
    "display:inline-block;padding:10px 18px;background:#0f6b52;color:#ffffff;"
    "border-radius:8px;text-decoration:none;font-weight:bold"
)


def _text(report: Report) -> str:
    language = report.language
    parts = [say(language, "notice.greeting"), report.lead]
    colon = say(language, "notice.colon")
    parts.append("\n".join(f"{one.name}{colon} {one.value} ({one.note})" for one in report.figures))
    parts += _section(say(language, "report.changes"), [f"- {text}" for text in report.changes])
    for table in report.tables:
        parts += _section(table.title, [table.said, *_rows(table, colon)])
    to_do = [f"- {text}\n  {link}" for text, link in report.to_do]
    parts += _section(say(language, "report.to_do"), to_do)
    parts.append(f"{say(language, 'report.see')}\n{report.dashboard}")
    parts.append(say(language, "notice.signed"))
    parts.append(f"{say(language, 'report.why')}\n{report.settings}")
    return "\n\n".join(parts) + "\n"


def _rows(table: ReportTable, colon: str) -> Iterator[str]:
    for (_, name), *figures in table.named_rows:
        yield f"- {name}{colon} " + ", ".join(f"{head} {text}" for head, text in figures)


def _section(title: str, lines: list[str]) -> list[str]:
    return [title.upper() + "\n" + "\n".join(lines)] if lines else []


def _html(report: Report) -> str:
    language = report.language
    pieces = [
        _P.format(escape(say(language, "notice.greeting"))),
        _P.format(escape(report.lead)),
        _figures(report),
        _list(say(language, "report.changes"), [escape(text) for text in report.changes]),
        *map(_part, report.tables),
        _list(
            say(language, "report.to_do"),
            [f'<a href="{escape(link)}">{escape(text)}</a>' for text, link in report.to_do],
        ),
        _P.format(
            f'<a href="{escape(report.dashboard)}" style="{_BUTTON}">'
            f"{escape(say(language, 'report.see'))}</a>"
        ),
        _P.format(escape(say(language, "notice.signed")).replace("\n", "<br>\n")),
        _P.format(
            f"{escape(say(language, 'report.why'))}<br>\n"
            f'<a href="{escape(report.settings)}">{escape(report.settings)}</a>'
        ),
    ]
    return html_page(f"{report.title} – {report.company}", language, "".join(pieces))


def _figures(report: Report) -> str:
    rows = "".join(
        f'<tr><th scope="row" align="left" style="font-weight:normal">{escape(one.name)}</th>'
        f'<td align="right" style="font-size:17px;font-weight:bold;white-space:nowrap">'
        f"{escape(one.value)}</td><td>{escape(one.note)}</td></tr>\n"
        for one in report.figures
    )
    return f"{_TABLE}{rows}</table>\n"


def _list(title: str, lines: list[str]) -> str:
    if not lines:
        return ""
    items = "".join(f'<li style="margin:0 0 4px">{line}</li>\n' for line in lines)
    return (
        f'{_H2.format(escape(title))}<ul style="margin:0 0 10px;padding-left:20px">{items}</ul>\n'
    )


def _part(table: ReportTable) -> str:
    head = f"{_H2.format(escape(table.title))}{_P.format(escape(table.said))}"
    if not table.rows:
        return head
    cells = "".join(
        f'<th scope="col" align="{"left" if not place else "right"}">{escape(text)}</th>'
        for place, text in enumerate(table.heads)
    )
    rows = "".join(
        f'<tr><th scope="row" align="left" style="font-weight:normal">{escape(row[0])}</th>'
        + "".join(
            f'<td align="right" style="white-space:nowrap">{escape(text)}</td>' for text in row[1:]
        )
        + "</tr>\n"
        for row in table.rows
    )
    return f"{head}{_TABLE}<tr>{cells}</tr>\n{rows}</table>\n"

"""Backtest on paper: a report as an accessible PDF of two pages."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from amiable.engine.backtest_report import BacktestReport
from amiable.engine.parties import Language
from amiable.words.backtest import BacktestWords, ReportTable, write_cell
from amiable.words.catalogue import say
from amiable.words.pdf import LOGO, compile_pdf, drawn


@dataclass(frozen=True, slots=True, kw_only=True)
class BacktestPaper:
    """A report, of which company and which policy (see `tried_name`), for a reader of
    ``language``; ``logo`` a PNG or JPEG."""

    report: BacktestReport
    language: Language
    company: str
    policy: str
    version: int | None
    asked_on: date
    logo: bytes | None = None


def write_backtest(paper: BacktestPaper) -> bytes:
    """The report as an accessible PDF for the archives."""
    images = {} if paper.logo is None else {LOGO: drawn(paper.logo)}
    return compile_pdf("backtest.typ", backtest_page(paper), images)


def tried_name(name: str, version: int | None, language: Language) -> str:
    """A policy as it was tried: a version, a draft, or (without a name) what is in force."""
    if not name:
        return say(language, "backtest.page.in_force")
    if version is None:
        return say(language, "backtest.page.draft", name=name)
    return say(language, "backtest.page.version", name=name, version=version)


def backtest_page(paper: BacktestPaper) -> dict[str, Any]:
    """A report as its page template takes it: finished texts."""
    language = paper.language
    words = BacktestWords(paper.report, language)

    def text(key: str, /, **facts: Any) -> str:
        return say(language, f"backtest.page.{key}", **facts)

    volume, detection, segments, slowest, spared, left_out = (
        _table(one, language) for one in words.tables()
    )
    return {
        "language": language.value,
        "logo": LOGO if paper.logo is not None else None,
        "company": paper.company,
        "title": text("paper.title"),
        "policy": tried_name(paper.policy, paper.version, language),
        "made": text("paper.made", on=paper.asked_on),
        "page": say(language, "statement.page"),
        "verdict": {
            "title": text("verdict.title"),
            "text": words.verdict(),
            "but": words.but(),
            "pays": words.pays,
        },
        "figures": [
            {"name": one.name, "value": one.value, "note": one.note} for one in words.figures()
        ],
        "sentences": list(words.sentences()),
        "prediction": {
            "title": text("paper.prediction"),
            "text": words.trusted(),
            "alarm": words.alarm(),
        },
        "first": [volume, detection, segments],
        "second": [slowest, spared],
        "scope": {"title": text("scope.title"), "rows": [list(row) for row in words.scope()]},
        "left_out": left_out,
        "method": {"title": text("method.title"), "rows": [list(row) for row in words.method()]},
    }


def _table(table: ReportTable, language: Language) -> dict[str, Any]:
    return {
        "title": table.title,
        "note": table.note,
        "heads": list(table.heads),
        "words": table.words,
        "rows": [[write_cell(cell, language) for cell in row.cells] for row in table.rows],
    }

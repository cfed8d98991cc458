"""Records: a report laid out for the page, with links to the customers it names."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from amiable.engine.backtest_report import (
    MIN_CUSTOMERS,
    MIN_SETTLED,
    BacktestReport,
)
from amiable.store.customer import customers_by_key
from amiable.store.models import BacktestRun
from amiable.web.visit import Visit
from amiable.words.backtest import BacktestWords, Figure, ReportTable, write_cell


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownCell:
    """A cell under its head; ``figure``: set to the right."""

    head: str
    text: str
    figure: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownRow:
    """A row: its first cell names it, with an address where there is one."""

    name: str
    link: str
    cells: tuple[ShownCell, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownTable:
    """A table of the report in the reader's words."""

    key: str
    title: str
    note: str
    heads: tuple[tuple[str, bool], ...]
    rows: tuple[ShownRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportPage:
    """A report, the verdict first."""

    verdict: str
    but: str
    pays: bool
    sentences: tuple[str, ...]
    figures: tuple[Figure, ...]
    alarm: str
    trusted: str
    tables: tuple[ShownTable, ...]
    scope: tuple[tuple[str, str], ...]
    left_out: ShownTable
    method: tuple[tuple[str, str], ...]


def page_of(visit: Visit, report: BacktestReport) -> ReportPage:
    """A report as the page shows it."""
    words = BacktestWords(report, visit.language)
    *tables, left_out = words.tables()
    links = _links(visit, (*tables, left_out))
    return ReportPage(
        verdict=words.verdict(),
        but=words.but(),
        pays=words.pays,
        sentences=tuple(words.sentences()),
        figures=words.figures(),
        alarm=words.alarm(),
        trusted=words.trusted(),
        tables=tuple(_shown(visit, one, links) for one in tables),
        scope=words.scope(),
        left_out=_shown(visit, left_out, links),
        method=words.method(),
    )


def _links(visit: Visit, tables: Iterable[ReportTable]) -> dict[str, str]:
    """The page of every customer that is named, if it is still there."""
    keys = {row.customer for table in tables for row in table.rows if row.customer}
    found = customers_by_key(visit.company.pk, sorted(keys))
    return {key: visit.url(f"customers/{row.pk}/") for key, row in found.items()}


def _shown(visit: Visit, table: ReportTable, links: dict[str, str]) -> ShownTable:
    def rows() -> Iterator[ShownRow]:
        for row in table.rows:
            name, *cells = (write_cell(cell, visit.language) for cell in row.cells)
            yield ShownRow(
                name=name,
                link=links.get(row.customer, ""),
                cells=tuple(
                    ShownCell(head=head, text=text, figure=at >= table.words)
                    for at, (head, text) in enumerate(
                        zip(table.heads[1:], cells, strict=True), start=1
                    )
                ),
            )

    return ShownTable(
        key=table.key,
        title=table.title,
        note=table.note,
        heads=tuple((head, at >= table.words) for at, head in enumerate(table.heads)),
        rows=tuple(rows()),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """Why the ledger cannot answer, what it holds, and what to do."""

    cause: str
    counted: str


def refusal_of(visit: Visit, run: BacktestRun) -> Refused:
    """A refusal that was kept."""
    ground, settled, customers = (run.facts[name] for name in ("ground", "settled", "customers"))
    n, need = (customers, MIN_CUSTOMERS) if ground == "few_customers" else (settled, MIN_SETTLED)
    return Refused(
        cause=visit.say(f"backtest.page.refused.{ground}", n=n, need=need),
        counted=visit.say("backtest.page.refused.counted", settled=settled, customers=customers),
    )

"""Reader: a table opened, shown as understood, then read into facts."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path

from amiable.engine.days import PaymentTerms
from amiable.engine.money import Money, exponent
from amiable.sources.reading import (
    CustomerFacts,
    Progress,
    Refusal,
    SourceRefused,
    Totals,
    Understood,
)
from amiable.sources.table.cells import FIGURES, Cell, CellRefused, is_blank, text_of
from amiable.sources.table.choices import INSOLVENT, choice
from amiable.sources.table.context import Context
from amiable.sources.table.fields import AMOUNTS, DATES, Field, TableKind, TableMapping, signature
from amiable.sources.table.invoices import InvoiceTable
from amiable.sources.table.locate import Located, locate
from amiable.sources.table.names import header_words
from amiable.sources.table.payments import PaymentTable
from amiable.sources.table.people import PeopleTable
from amiable.sources.table.profile import Decided, Profile, decide_mark, decide_order, mark_vote
from amiable.sources.table.synonyms import FRENCH_WORDS

_BLOCK = 4096


class TableReading:
    """An opened table: a `Reading`. Its `mapping` can be kept and given back to `open_table`."""

    def __init__(
        self,
        located: Located,
        *,
        currency: str,
        terms: PaymentTerms | None,
        progress: Progress | None,
    ) -> None:
        self._located, self._terms, self._progress = located, terms, progress
        self._currency = currency
        self.headers = located.headers
        self._profile()
        self._reset()
        self.understood = self._understood()

    @property
    def kind(self) -> TableKind:
        """What the rows are."""
        return self.mapping.kind

    @property
    def signature(self) -> str:
        """The name under which the mapping of such a file is remembered."""
        return signature(self.headers)

    def facts(self) -> Iterator[CustomerFacts]:
        """The facts, customer by customer, in the order of the file; each customer once.

        ``totals``, ``refusals`` and ``warnings`` start anew with each call.
        """
        self._reset()
        table = self._table()
        for line, cells in self._rows(self._second_half):
            table.take(line, cells)
            self.totals.lines += 1
        yield from table.facts()

    def _reset(self) -> None:
        self._context = Context(
            self._located.grid.path.name, self.headers, self.mapping, self._currency
        )
        self.totals: Totals = self._context.totals
        self.refusals: list[Refusal] = self._context.refusals
        self.warnings: list[Refusal] = self._context.warnings
        for doubt in self._doubts:
            self._context.warn(self._located.line, doubt)

    def _table(self) -> InvoiceTable | PaymentTable | PeopleTable:
        if self.kind is TableKind.INVOICES:
            return InvoiceTable(self._context, self._terms)
        if self.kind is TableKind.PAYMENTS:
            return PaymentTable(self._context)
        return PeopleTable(self._context)

    def _rows(self, progress: Progress | None = None) -> Iterator[tuple[int, list[Cell]]]:
        """The rows under the header, each as wide as the header plus one empty cell."""
        width = len(self.headers)
        for line, cells in self._located.grid.rows(progress):
            if line <= self._located.line or not any(cells):
                continue
            if len(cells) < width:
                cells.extend([""] * (width - len(cells)))
            elif len(cells) > width:
                extra = cells[width:]
                cells = cells[:width]
                if any(extra) and not all(is_blank(cell) for cell in extra):
                    self._too_many(line, width + len(extra))
                    continue
            cells.append("")
            yield line, cells

    def _too_many(self, line: int, found: int) -> None:
        context = getattr(self, "_context", None)
        if context is not None:
            facts = {"found": str(found), "expected": str(len(self.headers))}
            at = next(iter(self.mapping.fields))
            context.refuse(line, CellRefused("table.too_many_cells", at, "", **facts))

    def _first_half(self, done: int, size: int) -> None:
        if self._progress:
            self._progress(done, 2 * size)

    def _second_half(self, done: int, size: int) -> None:
        if self._progress:
            self._progress(size + done, 2 * size)

    def _profile(self) -> None:
        """Decide the date order and the decimal mark over the whole columns."""
        self.mapping = self._located.proposal.mapping
        columns = {at: self.headers.index(name) for at, name in self.mapping.fields.items()}
        profile = Profile(
            [column for at, column in columns.items() if at in DATES],
            [column for at, column in columns.items() if at in AMOUNTS],
        )
        rows = (cells for _, cells in self._rows(self._first_half))
        first = block = list(islice(rows, _BLOCK))
        if not block:
            raise self._refused("table.no_rows")
        while block:
            profile.add(block)
            block = list(islice(rows, _BLOCK))
        self._sample = first[:200]
        self._decide(profile)

    def _decide(self, profile: Profile) -> None:
        french = self._looks_french(profile)
        marks, orders = profile.mark_votes(), profile.date_votes()
        given = self.mapping
        mark = (
            Decided(given.decimal_mark) if given.decimal_mark else decide_mark(marks, french=french)
        )
        order = (
            Decided(given.date_order) if given.date_order else decide_order(orders, french=french)
        )
        self._doubts = []
        if mark.doubtful:
            mark = Decided(self._settled_by_currency(profile))
        if order.doubtful and order.value:
            example = self._example_date()
            facts = {"example": example, "order": order.value.value}
            self._doubts.append(
                CellRefused("table.ambiguous_dates", self._date_field(), example, **facts)
            )
        self.mapping = replace(given, date_order=order.value, decimal_mark=mark.value)
        encoding = dict(self._located.grid.details).get("encoding", "")
        if encoding.endswith("(damaged)"):
            at = next(iter(self.mapping.fields))
            self._doubts.append(CellRefused("table.bytes_unreadable", at, ""))

    def _settled_by_currency(self, profile: Profile) -> str:
        """No reading of "1,234" alone is safe: ask, unless the currency has no decimals."""
        shape = next(shape for shape in profile.shapes if mark_vote(shape) in (",?", ".?"))
        if exponent(self._currency) == 0:
            return "." if mark_vote(shape) == ",?" else ","
        columns = [
            self.headers.index(name) for at, name in self.mapping.fields.items() if at in AMOUNTS
        ]
        doubtful = (
            text_of(row[at])
            for row in self._sample
            for at in columns
            if mark_vote(text_of(row[at])) in (",?", ".?")
        )
        raise self._refused("table.ambiguous_amounts", example=next(doubtful, "1,234"))

    def _looks_french(self, profile: Profile) -> bool:
        words = {word for header in self.headers for word in header_words(header)}
        separator = dict(self._located.grid.details).get("separator")
        comma = profile.mark_votes()[","] > profile.mark_votes()["."]
        return bool(words & FRENCH_WORDS) or separator == "semicolon" or comma

    def _date_field(self) -> Field:
        return next(at for at in self.mapping.fields if at in DATES)

    def _example_date(self) -> str:
        at = self.headers.index(self.mapping.fields[self._date_field()])
        texts = (text_of(row[at]) for row in self._sample)
        return next((text for text in texts if FIGURES.match(text)), "")

    def _refused(self, code: str, **facts: str) -> SourceRefused:
        path, line = self._located.grid.path, self._located.line
        return SourceRefused(
            Refusal(file=path.name, line=line, column="", value="", code=code, facts=facts)
        )

    def _understood(self) -> Understood:
        """What was found, for a person to check before anything is written."""
        mapping, grid = self.mapping, self._located.grid
        workbook = "sheet" in dict(grid.details)
        doubtful = {doubt.code for doubt in self._doubts}
        details = [
            *grid.details,
            ("header_line", str(self._located.line)),
            ("kind", mapping.kind.value),
            *((f"column.{at.value}", header) for at, header in mapping.fields.items()),
            *(("ignored", header) for header in self._located.proposal.ignored if header),
        ]
        if any(at in DATES for at in mapping.fields) and mapping.date_order:
            details.append(("date_order", mapping.date_order.value))
            if "table.ambiguous_dates" in doubtful:
                details.append(("ambiguous_dates", self._example_date()))
        if any(at in AMOUNTS for at in mapping.fields):
            details.append(("decimal_mark", mapping.decimal_mark))
        details += [("example", example) for example in self._examples()]
        suffix = grid.path.suffix.lower().lstrip(".") or "xlsx"
        return Understood(
            format=suffix if workbook else "csv",
            files=(grid.path.name,),
            details=tuple(details),
        )

    def _examples(self) -> Iterator[str]:
        """The first three rows that can be read, as they will be read."""
        shown = (self._example(row) for row in self._sample)
        return islice((example for example in shown if example), 3)

    def _example(self, row: list[Cell]) -> str:
        parts = []
        try:
            currency = self._context.row_currency(row)
            for at, header in self.mapping.fields.items():
                cell = row[self.headers.index(header)]
                if text := self._canonical(at, cell, currency):
                    parts.append(f"{at.value}={text}")
        except CellRefused:
            return ""
        return "; ".join(parts) if len(parts) > 1 else ""

    def _canonical(self, at: Field, cell: Cell, currency: str) -> str:
        if at is Field.INSOLVENT_ON and choice(INSOLVENT, text_of(cell)) is not None:
            return text_of(cell)
        if at in DATES:
            day = self._context.dates.read(cell, at)
            return day.isoformat() if day else ""
        if at in AMOUNTS:
            minor = self._context.amounts.read(cell, currency, at)
            return "" if minor is None else str(Money(minor=minor, currency=currency))
        return text_of(cell)


def open_table(
    path: Path,
    *,
    mapping: TableMapping | None = None,
    kind: TableKind | None = None,
    currency: str = "EUR",
    terms: PaymentTerms | None = None,
    progress: Progress | None = None,
) -> TableReading:
    """Open a CSV, XLSX, XLS or ODS file of invoices, payments, customers or contacts.

    ``mapping`` is one remembered from before (see `signature`); without it the columns are
    found, for ``kind`` or the kind that fits best. ``currency`` is that of rows that name none,
    ``terms`` the company's own for invoices without a due date. ``progress`` is called over two
    passes, so up to twice the size of the file. Raises SourceRefused when the file as a whole
    cannot be read, with a code of `codes.REFUSED_FILES`; OSError when it cannot be opened.
    """
    exponent(currency)
    located = locate(Path(path), mapping, kind)
    return TableReading(located, currency=currency, terms=terms, progress=progress)


def looks_like_table(path: Path) -> bool:
    """Whether the file has columns that make one of the known tables, if only two kinds at once."""
    try:
        return locate(Path(path), None, None).proposal.complete
    except SourceRefused as refused:
        return refused.refusal.code == "table.kind_unclear"
    except OSError:
        return False

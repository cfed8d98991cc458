"""Opening a FEC, one fiscal year or several together, and reading it to facts."""

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path

from amiable.engine.days import ONE_DAY, PaymentTerms
from amiable.engine.money import Money, exponent
from amiable.sources.fec.book import Book
from amiable.sources.fec.cells import Amounts, Days
from amiable.sources.fec.due import DueDates
from amiable.sources.fec.layout import SEPARATOR_NAMES, Layout, open_layout
from amiable.sources.fec.natures import AccountClasses
from amiable.sources.fec.page import FileNotes
from amiable.sources.fec.scan import Scan
from amiable.sources.fec.sieve import Shared
from amiable.sources.fec.spool import Spool
from amiable.sources.fec.text import Lines
from amiable.sources.fec.years import Year, fiscal_year, follows_known, siren_in
from amiable.sources.reading import CustomerFacts, Progress, Refusal, Totals, Understood

_FIRST_PASS = 0.6  # the share of the time that the first pass takes, for the progress bar


def open_fec(
    paths: Sequence[Path],
    *,
    terms: Mapping[str, PaymentTerms] | None = None,
    accounts: tuple[str, ...] = ("411",),
    progress: Progress | None = None,
    currency: str = "EUR",
    known_years: Sequence[Year] = (),
) -> "FecReading":
    """Open one FEC, or those of several fiscal years together.

    ``terms``: payment terms by customer, given by a person. ``accounts``: the roots of customer
    accounts. ``known_years``: fiscal years read earlier, as [start, end); the opening entries of
    the year that follows one of them are left out, for they repeat it.
    Raises SourceRefused when a file is no FEC; single lines are refused in ``refusals``.
    """
    return FecReading(
        [(path, *open_layout(path)) for path in map(Path, paths)],
        terms=terms or {},
        accounts=accounts,
        progress=progress,
        currency=currency,
        known_years=tuple(known_years),
    )


class FecReading:
    """An opened FEC (see `sources.reading.Reading`).

    What is complete once `facts` has run:
    ``fiscal_years``: the year each file covers, as [start, end), in the order of the paths (known
    from the first customer on). ``carried``: by customer, the opening entries left out because
    they repeat a year that is known, in minor units; ``totals.balances`` holds what the items
    yielded add up to. ``brought``: of those, the ones that repeat a year read before, not one of
    these files; with ``totals.balances`` they are what customers owe at the end of these files.
    ``totals.debit`` / ``credit`` add up the items yielded: a negative debit counts as a credit.
    ``totals.file_debit`` / ``file_credit`` add up the columns as they stand, with refused lines
    where their amounts can be read; ``totals.refused`` is debit - credit of those.
    """

    def __init__(
        self,
        files: list[tuple[Path, Lines, Layout]],
        *,
        terms: Mapping[str, PaymentTerms],
        accounts: tuple[str, ...],
        progress: Progress | None,
        currency: str,
        known_years: tuple[Year, ...],
    ) -> None:
        self._files = files
        self._terms = terms
        self._accounts = accounts
        self._progress = progress
        self._currency = currency
        self._known_years = known_years
        self._bytes = sum(lines.encoding.size for _, lines, _ in files)
        self._shown_at = 0.0
        self.understood = Understood(
            format="fec",
            files=tuple(path.name for path, _, _ in files),
            details=tuple(_details(files)),
        )
        self._start_over()

    def _start_over(self) -> None:
        self.totals = Totals()
        self.refusals: list[Refusal] = []
        self.warnings: list[Refusal] = []
        self.fiscal_years: tuple[Year, ...] = ()
        self.carried: dict[str, int] = {}
        self.brought: dict[str, int] = {}

    def facts(self) -> Iterator[CustomerFacts]:
        """The facts, customer by customer, in the order customers first appear."""
        self._start_over()
        with closing(Spool()) as spool:
            shared = Shared(
                spool=spool,
                amounts=Amounts(exponent(self._currency)),
                days=Days(),
                classes=AccountClasses(self._accounts),
                decimals=exponent(self._currency),
                refusals=self.refusals,
            )
            scans = self._scan(shared)
            self.totals.names = shared.names
            book = Book(
                spool=spool,
                files=self._notes(scans),
                days=shared.days,
                due=DueDates(self._terms),
                currency=self._currency,
            )
            self._warn_of_files(scans, spool)
            yield from self._customers(book, shared, scans)
            self._close(book)

    def _scan(self, shared: Shared) -> list[Scan]:
        scans: list[Scan] = []
        done = 0
        for place, (path, lines, layout) in enumerate(self._files):
            scan = Scan(place, Lines(path, lines.encoding), layout, shared)
            scan.run(lambda read, before=done: self._tick(_FIRST_PASS * (before + read)))  # type: ignore[misc]
            done += lines.encoding.size
            scans.append(scan)
            self.totals.lines += scan.count
            self.totals.file_debit += scan.debit
            self.totals.file_credit += scan.credit
            self.totals.refused += scan.refused
        return scans

    def _notes(self, scans: list[Scan]) -> dict[int, FileNotes]:
        years: dict[int, Year] = {}
        for scan in scans:
            if scan.dates:
                days = {day: lines for day, (_, lines) in scan.dates.items()}
                years[scan.place] = fiscal_year(scan.file, days, scan.opening_days)
        self.fiscal_years = tuple(years.values())
        return {
            scan.place: FileNotes(
                place=scan.place,
                separator=scan.layout.separator,
                journals={journal.code: journal for journal in scan.journals.values()},
                year=years[scan.place],
                opening_known=follows_known(
                    years[scan.place], (*years.values(), *self._known_years)
                ),
            )
            for scan in scans
            if scan.dates
        }

    def _customers(self, book: Book, shared: Shared, scans: list[Scan]) -> Iterator[CustomerFacts]:
        customers = list(shared.ids)
        # Where files repeat each other, the fullest one is believed.
        order = sorted(range(len(scans)), key=lambda place: -scans[place].count)
        for at, lines in shared.spool.customers():
            customer = customers[at]
            by_file = {place: lines[place] for place in order if place in lines}
            facts = book.facts(customer, shared.names[customer], by_file)
            self.totals.balances[customer, self._currency] = book.sums.balances[customer]
            share = _FIRST_PASS + (1 - _FIRST_PASS) * (at + 1) / len(customers)
            self._tick(share * self._bytes)
            yield facts

    def _close(self, book: Book) -> None:
        sums = book.sums
        self.totals.debit, self.totals.credit = sums.debit, sums.credit
        self.carried, self.brought = sums.carried, sums.brought
        if book.ground.repeated:
            self._warn("fec.repeated_lines", facts={"count": str(book.ground.repeated)})
        if book.ground.unclassified:
            self._warn("fec.unclassified", facts={"count": str(book.ground.unclassified)})
        if sums.carried:
            amount = sum(sums.carried.values())
            self._warn("fec.opening_left_out", facts={"amount": self._text(amount)}, minor=amount)
        for customer, carried, closing_balance in sums.gaps:
            facts = {
                "customer": customer,
                "name": self.totals.names[customer],
                "carried": self._text(carried),
                "closing": self._text(closing_balance),
            }
            self._warn("fec.opening_differs", facts=facts, minor=carried - closing_balance)
        if self._progress:
            self._progress(self._bytes, self._bytes)

    def _warn_of_files(self, scans: list[Scan], spool: Spool) -> None:
        count, first = spool.merge_fragments()
        if count:
            facts = {"count": str(count)}
            self._warn("fec.unbalanced_entries", line=first, facts=facts)
        sirens = sorted({siren_in(scan.file) for scan in scans} - {""})
        if len(sirens) > 1:
            self._warn("fec.two_companies", facts={"sirens": ", ".join(sirens)})
        dated = iter(self.fiscal_years)
        for scan in scans:
            self._warn_of_sums(scan)
            self._warn_of_cells(scan)
            if scan.dates:
                self._warn_of_dates(scan, next(dated))

    def _warn_of_sums(self, scan: Scan) -> None:
        if not scan.count:
            self._warn("fec.no_lines", file=scan.file)
        elif not scan.customer_lines:
            facts = {"accounts": ", ".join(self._accounts)}
            self._warn("fec.no_customers", file=scan.file, facts=facts)
        if scan.debit != scan.credit:
            facts = {"debit": self._text(scan.debit), "credit": self._text(scan.credit)}
            gap = scan.debit - scan.credit
            self._warn("fec.unbalanced", file=scan.file, facts=facts, minor=gap)

    def _warn_of_cells(self, scan: Scan) -> None:
        lines = scan.lines
        if lines.mended:
            facts = {"count": str(lines.mended), "encoding": lines.encoding.fallback}
            self._warn("fec.mixed_encoding", file=scan.file, line=lines.first_mended, facts=facts)
        if scan.numberless:
            facts = {"count": str(scan.numberless)}
            self._warn("fec.no_number", file=scan.file, facts=facts)

    def _warn_of_dates(self, scan: Scan, year: Year) -> None:
        outside = [seen for day, seen in scan.dates.items() if not year[0] <= day < year[1]]
        if outside:
            facts = {
                "count": str(sum(lines for _, lines in outside)),
                "start": year[0].isoformat(),
                "end": (year[1] - ONE_DAY).isoformat(),
            }
            first = min(line for line, _ in outside)
            self._warn("fec.dates_outside_year", file=scan.file, line=first, facts=facts)

    def _warn(
        self,
        code: str,
        *,
        file: str = "",
        line: int = 0,
        facts: dict[str, str] | None = None,
        minor: int = 0,
    ) -> None:
        self.warnings.append(
            Refusal(
                file=file or ", ".join(self.understood.files),
                line=line,
                column="",
                value="",
                code=code,
                facts=facts or {},
                minor=minor,
            )
        )

    def _text(self, minor: int) -> str:
        return str(Money(minor=minor, currency=self._currency))

    def _tick(self, done: float) -> None:
        """Tell the progress, at most ten times a second."""
        if self._progress is None:
            return
        now = time.monotonic()
        if now - self._shown_at >= 0.1:
            self._shown_at = now
            self._progress(int(done), self._bytes)


def _details(files: list[tuple[Path, Lines, Layout]]) -> Iterator[tuple[str, str]]:
    for path, lines, layout in files:
        yield "file", path.name
        yield "encoding", lines.encoding.name
        yield "separator", SEPARATOR_NAMES[layout.separator]
        yield "columns", str(len(layout.columns))
        yield "amounts", "montant/sens" if layout.signed else "debit/credit"

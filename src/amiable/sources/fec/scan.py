"""First pass: every line of one file once, entry by entry, keeping only customer lines.

A run of lines with the same journal, number and date that balances is a whole entry: what its
customer lines are is known at once. Pieces of entries that do not balance are set aside and put
together at the end, whatever order the file has.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from itertools import groupby, islice
from operator import itemgetter

from amiable.sources.fec.cells import SIDES, Unreadable
from amiable.sources.fec.layout import Layout
from amiable.sources.fec.natures import DEBIT_SHIFT, Journal
from amiable.sources.fec.sieve import Row, Shared, Sieve
from amiable.sources.fec.text import Lines

UNKNOWN = "?"
"""The counterparts of a spooled line whose entry was not whole where it stood."""


def entry_id(place: int, journal: str, number: str, day: date, piece: str) -> str:
    """What an entry is known by inside a reading: its number, or else its day and document."""
    if has_number(number):
        return f"{place}\x1f{journal}\x1f{number}"
    return f"{place}\x1f{journal}\x1f\x1f{day:%Y%m%d}\x1f{piece}"


def has_number(number: str) -> bool:
    """Whether EcritureNum tells entries apart: blank or all zeros do not."""
    return number.strip("0 ") != ""


class Scan:
    """One file, read once: sums, days, journals; customer lines go to the spool."""

    def __init__(self, place: int, lines: Lines, layout: Layout, shared: Shared) -> None:
        self.place = place
        self.file = lines.path.name
        self.lines = lines
        self.layout = layout
        self.shared = shared
        self.count = self.debit = self.credit = self.customer_lines = 0
        self.numberless = self.refused = 0
        self._sieve = Sieve(self.file, layout, shared)
        self.journals: dict[str, Journal] = {}
        self.dates: dict[date, list[int]] = {}  # day -> [first line, number of lines]
        self.opening_days: dict[date, int] = {}
        self._cells = (
            layout.debit,
            layout.credit,
            layout.account,
            shared.amounts,
            shared.classes,
        )
        self._pick = itemgetter(
            layout.journal,
            layout.number,
            layout.date,
            layout.account,
            layout.piece,
            layout.piece_date,
            layout.label,
            layout.lettering,
            layout.lettering_date,
        )

    def run(self, tick: Callable[[int], None]) -> None:
        """Read the file to its end; ``tick`` is told the bytes read so far."""
        layout = self.layout
        rows: Iterable[Row] = self._rows(tick)
        if layout.lacks_columns:
            rows = map(_with_blank, rows)
        if layout.signed:
            rows = self._sided(rows)
        for _, run in groupby(rows, key=itemgetter(layout.journal, layout.number, layout.date)):
            self._run(list(run))
        self.refused = self._sieve.debit - self._sieve.credit
        self.debit += self._sieve.debit
        self.credit += self._sieve.credit

    def _rows(self, tick: Callable[[int], None]) -> Iterator[Row]:
        separator, width = self.layout.separator, self.layout.width
        header = self.layout.header_line
        before = 0
        for block in self.lines.blocks():
            body = islice(block, max(0, header - before), None)
            for number, line in enumerate(body, max(before, header) + 1):
                row: Row = line.split(separator)
                if len(row) != width and not self._sieve.mend(row, number):
                    continue
                row.append(number)
                yield row
            before += len(block)
            tick(self.lines.bytes_read)

    def _sided(self, rows: Iterable[Row]) -> Iterator[Row]:
        """Montant and Sens made into a debit and a credit, in the same two places."""
        amount, side = self.layout.debit, self.layout.credit
        for row in rows:
            is_debit = SIDES.get(row[side].strip().upper())
            if is_debit is None:
                if any(map(str.strip, row[:-1])):
                    self._sieve.refuse(row[-1], "Sens", row[side], "fec.side", {}, (0, 0))
                continue
            if is_debit:
                row[side] = ""
            else:
                row[amount], row[side] = "", row[amount]
            yield row

    def _run(self, rows: list[Row]) -> None:
        """Post a run as one entry; without a number, one entry a document (PieceRef)."""
        post = self._post if has_number(rows[0][self.layout.number]) else self._post_documents
        try:
            post(rows)
        except Unreadable:  # nothing was posted yet: refuse the lines at fault, post the others
            sound = [row for row in rows if self._sieve.is_sound(row)]
            if sound:
                post(sound)

    def _post_documents(self, rows: list[Row]) -> None:
        for row in rows:
            self._read(row)  # all or nothing: an unreadable cell is found before any posting
        self.numberless += len(rows)
        for _, part in groupby(rows, key=itemgetter(self.layout.piece)):
            self._post(list(part))

    def _read(self, row: Row) -> None:
        layout, shared = self.layout, self.shared
        _ = shared.days[row[layout.date]], shared.classes[row[layout.account]]
        _ = shared.amounts[row[layout.debit]], shared.amounts[row[layout.credit]]

    def _post(self, rows: list[Row]) -> None:
        at_debit, at_credit, at_account, amounts, classes = self._cells
        day = self.shared.days[rows[0][self.layout.date]]
        debits = credits = mask = 0
        own: list[tuple[int, Row]] = []
        for row in rows:
            debit, credit = amounts[row[at_debit]], amounts[row[at_credit]]
            debits += debit
            credits += credit
            minor = debit - credit
            counterpart = classes[row[at_account]]
            if not counterpart:
                own.append((minor, row))
            elif minor < 0:
                mask |= counterpart
            elif minor:
                mask |= counterpart << DEBIT_SHIFT
        self.count += len(rows)
        self.debit += debits
        self.credit += credits
        self._note(rows, day, mask, customer=bool(own))
        whole = debits == credits and mask != 0
        if not whole and (own or debits != credits):
            self._fragment(rows[0], day, mask, debits - credits)
        if own:
            self._keep(own, str(mask) if whole else UNKNOWN)

    def _note(self, rows: list[Row], day: date, mask: int, *, customer: bool) -> None:
        first = rows[0]
        code = first[self.layout.journal]
        journal = self.journals.get(code)
        if journal is None:
            name = first[self.layout.journal_name].strip()
            journal = self.journals[code] = Journal(code=code.strip(" "), name=name)
        journal.see(mask, first[self.layout.piece], customer=customer)
        seen = self.dates.get(day)
        if seen is None:
            seen = self.dates[day] = [first[-1], 0]
        seen[1] += len(rows)
        if journal.is_opening:
            self.opening_days[day] = self.opening_days.get(day, 0) + len(rows)

    def _fragment(self, row: Row, day: date, mask: int, balance: int) -> None:
        layout = self.layout
        entry = entry_id(
            self.place,
            row[layout.journal].strip(" "),
            row[layout.number].strip(" "),
            day,
            row[layout.piece].strip(" "),
        )
        self.shared.spool.add_fragment(entry, mask, balance, row[-1])

    def _keep(self, own: list[tuple[int, Row]], counterparts: str) -> None:
        layout, shared = self.layout, self.shared
        separator, pick = layout.separator, self._pick
        self.customer_lines += len(own)
        for minor, row in own:
            customer = row[layout.customer].strip()
            name_at = layout.customer_name if customer else layout.account_name
            customer = customer or row[layout.account].strip()
            number = shared.ids.get(customer)
            if number is None:
                number = shared.ids[customer] = len(shared.ids)
                shared.names[customer] = row[name_at].strip()
            line = separator.join((counterparts, str(minor), *pick(row)))
            shared.spool.add(number, self.place, line)


def _with_blank(row: Row) -> Row:
    """The row with an empty cell in front of its line number, for columns the file lacks."""
    row.insert(-1, "")
    return row

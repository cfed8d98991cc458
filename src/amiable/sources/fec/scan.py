"""First pass: every line of one file once, entry by entry, keeping only customer lines.

A run of lines with the same journal, number and date that balances is a whole entry: what its
customer lines are is known at once. Pieces of entries that do not balance are set aside and put
together at the end, whatever order the file has.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby, islice
from operator import itemgetter
from typing import Any

from amiable.sources.fec.cells import SIDES, Amounts, Days, Unreadable, looks_like_amount
from amiable.sources.fec.layout import Layout
from amiable.sources.fec.natures import DEBIT_SHIFT, AccountClasses, Journal
from amiable.sources.fec.spool import Spool
from amiable.sources.fec.text import Lines
from amiable.sources.reading import Refusal, SourceRefused

Row = list[Any]
"""The cells of a line as texts, then its line number."""

UNKNOWN = "?"
"""The counterparts of a spooled line whose entry was not whole where it stood."""
_REFUSALS_AT_MOST = 10_000


@dataclass(slots=True, kw_only=True)
class Shared:
    """What all files of a reading have in common."""

    spool: Spool
    amounts: Amounts
    days: Days
    classes: AccountClasses
    decimals: int
    ids: dict[str, int] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    refusals: list[Refusal] = field(default_factory=list)


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
        self.count = self.debit = self.credit = self.refused = self.customer_lines = 0
        self.numberless = 0
        self.journals: dict[str, Journal] = {}
        self.dates: dict[date, list[int]] = {}  # day -> [first line, number of lines]
        self.opening_days: dict[date, int] = {}
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

    def _rows(self, tick: Callable[[int], None]) -> Iterator[Row]:
        separator, width = self.layout.separator, self.layout.width
        header = self.layout.header_line
        before = 0
        for block in self.lines.blocks():
            body = islice(block, max(0, header - before), None)
            for number, line in enumerate(body, max(before, header) + 1):
                row: Row = line.split(separator)
                if len(row) != width and not self._mend(row, number):
                    continue
                row.append(number)
                yield row
            before += len(block)
            tick(self.lines.bytes_read)

    def _mend(self, row: Row, number: int) -> bool:
        """Accept one separator too many or too few at the end; refuse other widths."""
        width = self.layout.width
        if len(row) == 1 and not row[0].strip(" \x1a\0"):
            return False  # a blank line, or the end mark of old systems
        if len(row) == width + 1 and not row[-1].strip() and self._is_in_place(row):
            row.pop()
        elif self.layout.trailing and len(row) == width - 1 and self._is_in_place(row):
            row.append("")
        else:
            facts = {"found": str(len(row)), "expected": str(len(self.layout.columns))}
            value = self.layout.separator.join(row)[:80]
            self._refuse(number, "", value, "fec.columns", facts, self._money_of_odd(row))
            return False
        return True

    def _is_in_place(self, row: Row) -> bool:
        """Whether the cells are where the header says, and not shifted by a separator in a text.

        A label "Facture|12" must not become a debit of 12: dates must be dates, and what stands
        behind the amounts must not be an amount.
        """
        layout, shared = self.layout, self.shared
        cells = [*row, *("" for _ in range(layout.width + 1 - len(row)))]
        try:
            _ = shared.days[cells[layout.date]]
            if layout.piece_date < layout.width and cells[layout.piece_date].strip():
                _ = shared.days[cells[layout.piece_date]]
            debit = shared.amounts[cells[layout.debit]]
            credit = 0 if layout.signed else shared.amounts[cells[layout.credit]]
        except Unreadable:
            return False
        behind = cells[max(layout.debit, layout.credit) + 1]
        return not (debit and credit) and not looks_like_amount(behind)

    def _money_of_odd(self, row: Row) -> tuple[int, int]:
        """Debit and credit of a line of the wrong width, where they can be told for sure.

        Too long: a separator in a text; the cells behind it are counted from the end, and must
        both be amounts. Too short: unknown, for the last cell may be cut.
        """
        layout = self.layout
        excess = len(row) - layout.width
        if excess <= 0 or layout.signed:
            return 0, 0
        try:
            debit, credit = row[layout.debit + excess], row[layout.credit + excess]
            if not debit.strip() and not credit.strip():
                return 0, 0
            return self.shared.amounts[debit], self.shared.amounts[credit]
        except Unreadable:
            return 0, 0

    def _sided(self, rows: Iterable[Row]) -> Iterator[Row]:
        """Montant and Sens made into a debit and a credit, in the same two places."""
        amount, side = self.layout.debit, self.layout.credit
        for row in rows:
            is_debit = SIDES.get(row[side].strip().upper())
            if is_debit is None:
                if any(map(str.strip, row[:-1])):
                    self._refuse(row[-1], "Sens", row[side], "fec.side", {}, (0, 0))
                continue
            if is_debit:
                row[side] = ""
            else:
                row[amount], row[side] = "", row[amount]
            yield row

    def _run(self, rows: list[Row]) -> None:
        try:
            self._split(rows)
        except Unreadable:
            sound = [row for row in rows if self._is_sound(row)]
            if sound:
                self._split(sound)

    def _split(self, rows: list[Row]) -> None:
        """Post a run as one entry; without a number, one entry a document (PieceRef)."""
        if has_number(rows[0][self.layout.number]):
            self._post(rows)
            return
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
        layout, shared = self.layout, self.shared
        amounts, classes = shared.amounts, shared.classes
        at_debit, at_credit, at_account = layout.debit, layout.credit, layout.account
        day = shared.days[rows[0][layout.date]]
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
            journal = self.journals[code] = Journal(code=code.strip(), name=name)
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
            row[layout.journal].strip(),
            row[layout.number].strip(),
            day,
            row[layout.piece].strip(),
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

    def _is_sound(self, row: Row) -> bool:
        """Whether all that is needed can be read; if not, the line is refused."""
        layout, shared = self.layout, self.shared
        if not any(map(str.strip, row[:-1])):
            return False
        readers: tuple[tuple[int, Any], ...] = (
            (layout.date, shared.days),
            (layout.account, shared.classes),
            (layout.debit, shared.amounts),
            (layout.credit, shared.amounts),
        )
        for place, reader in readers:
            try:
                reader[row[place]]
            except Unreadable as error:
                facts = {"decimals": str(shared.decimals)} if error.code == "fec.amount" else {}
                column = self._column(place)
                self._refuse(row[-1], column, row[place], error.code, facts, self._money(row))
                return False
        return True

    def _column(self, place: int) -> str:
        names = ("EcritureDate", "CompteNum", "Debit", "Credit")
        layout = self.layout
        if layout.signed and place in (layout.debit, layout.credit):
            return "Montant"
        places = (layout.date, layout.account, layout.debit, layout.credit)
        return names[places.index(place)]

    def _money(self, row: Row) -> tuple[int, int]:
        """Debit and credit of a refused line, each where it can be read."""
        found = [0, 0]
        for side, place in enumerate((self.layout.debit, self.layout.credit)):
            try:
                found[side] = self.shared.amounts[row[place]]
            except Unreadable:
                continue
        return found[0], found[1]

    def _refuse(
        self,
        line: int,
        column: str,
        value: str,
        code: str,
        facts: dict[str, str],
        money: tuple[int, int],
    ) -> None:
        refusal = Refusal(
            file=self.file,
            line=line,
            column=column,
            value=value,
            code=code,
            facts=facts,
            minor=money[0] - money[1],
        )
        self.debit += money[0]
        self.credit += money[1]
        self.refused += refusal.minor
        self.shared.refusals.append(refusal)
        if len(self.shared.refusals) > _REFUSALS_AT_MOST:
            raise SourceRefused(
                Refusal(
                    file=self.file,
                    line=line,
                    column=column,
                    value=value,
                    code="fec.too_many",
                    facts={"limit": str(_REFUSALS_AT_MOST)},
                )
            )


def _with_blank(row: Row) -> Row:
    """The row with an empty cell in front of its line number, for columns the file lacks."""
    row.insert(-1, "")
    return row

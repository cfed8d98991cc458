"""What to do with lines that are not as they should be: mend the harmless, refuse the rest.

A refused line is never lost: its place and its cause are kept, and its money where it can be read.
"""

from dataclasses import dataclass, field
from typing import Any

from amiable.sources.fec.cells import Amounts, Days, Unreadable, looks_like_amount
from amiable.sources.fec.layout import Layout
from amiable.sources.fec.natures import AccountClasses
from amiable.sources.fec.spool import Spool
from amiable.sources.reading import Refusal, SourceRefused

Row = list[Any]
"""The cells of a line as texts, then its line number."""

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


class Sieve:
    """Looks at the odd lines of one file. ``debit`` and ``credit`` add up the refused ones."""

    def __init__(self, file: str, layout: Layout, shared: Shared) -> None:
        self.file = file
        self.layout = layout
        self.shared = shared
        self.debit = self.credit = 0

    def mend(self, row: Row, number: int) -> bool:
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
            self.refuse(number, "", value, "fec.columns", facts, self._money_of_odd(row))
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

    def is_sound(self, row: Row) -> bool:
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
                self.refuse(row[-1], column, row[place], error.code, facts, self._money(row))
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

    def refuse(
        self,
        line: int,
        column: str,
        value: str,
        code: str,
        facts: dict[str, str],
        money: tuple[int, int],
    ) -> None:
        """Note a refused line with its debit and credit, as far as they can be read.

        Raises SourceRefused when there are so many that the file must be something else.
        """
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

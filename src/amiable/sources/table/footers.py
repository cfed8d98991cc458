"""Footers: the lines of a table that are not rows of it: totals, notes, lines cut short."""

import re

from amiable.engine.money import Money
from amiable.sources.table.cells import EMPTY_WORDS, Cell, CellRefused, is_blank, text_of
from amiable.sources.table.context import Context
from amiable.sources.table.fields import Field
from amiable.sources.table.names import fold

_TOTAL = re.compile(r"^\W*(?:sous[- ]?|sub[- ]?|grand )?(?:tota(?:l|ux)|somme|sum|cumul)\b")

Needed = tuple[tuple[tuple[Field, ...], str], ...]
"""The fields a row cannot lack, each with the code of its refusal."""


class Footers:
    """Tells totals and notes from rows that lack something, and checks the totals."""

    def __init__(self, context: Context, amount: Field, dated: Field, needed: Needed) -> None:
        self.context, self.amount, self.needed = context, amount, needed
        self._dated, self._number = context.column(dated), context.column(Field.NUMBER)
        self._all = self._block = 0
        self._currencies: set[str] = set()

    def add(self, minor: int, currency: str) -> None:
        """Count the amount of a row, as it stands in the file, for the totals that follow."""
        self._all += minor
        self._block += minor
        self._currencies.add(currency)

    def odd(self, line: int, cells: list[Cell]) -> None:
        """A row that lacks its number, date or customer: say what it is, or refuse it."""
        filled = [text_of(cell) for cell in cells if not is_blank(cell)]
        if not filled or self.context.is_header(cells):
            return
        minor = self._minor(cells)
        if self._is_total(cells, filled, minor):
            if minor is not None:
                self._check(line, cells, minor)
            return
        if minor is None and is_blank(self._amount_cell(cells)) and len(filled) <= 2:
            self.context.warn(line, CellRefused("table.note_line", self.amount, filled[0]))
            return
        self._refuse(line, cells, minor or 0)

    def _amount_cell(self, cells: list[Cell]) -> Cell:
        return cells[self.context.column(self.amount)]

    def _minor(self, cells: list[Cell]) -> int | None:
        try:
            currency = self.context.row_currency(cells)
            return self.context.amounts.read(self._amount_cell(cells), currency, self.amount)
        except CellRefused:
            return None

    def _is_total(self, cells: list[Cell], filled: list[str], minor: int | None) -> bool:
        number = text_of(cells[self._number])
        if text_of(cells[self._dated]).lower() not in EMPTY_WORDS:
            return False
        if number and not _TOTAL.match(fold(number)):
            return False
        if any(_TOTAL.match(fold(text)) for text in filled[:3]):
            return True
        unnamed = not any(self.context.customer(cells)) and not number
        return unnamed and minor in (self._all, self._block) and self._all != 0

    def _check(self, line: int, cells: list[Cell], stated: int) -> None:
        """A total must be the sum of all rows above it, or of those since the last total."""
        if stated not in (self._all, self._block) and len(self._currencies) <= 1:
            facts = {"stated": self._shown(stated), "sum": self._shown(self._all)}
            value = text_of(self._amount_cell(cells))
            self.context.warn(line, CellRefused("table.total_differs", self.amount, value, **facts))
        self._block = 0

    def _shown(self, minor: int) -> str:
        currency = next(iter(self._currencies), self.context.currency)
        return str(Money(minor=minor, currency=currency))

    def _refuse(self, line: int, cells: list[Cell], minor: int) -> None:
        self.context.counted(minor)
        self.add(minor, self.context.currency)
        for fields, code in self.needed:
            if all(is_blank(cells[self.context.column(at)]) for at in fields):
                mapped = next((at for at in fields if self.context.has(at)), fields[0])
                self.context.refuse(line, CellRefused(code, mapped, ""), minor)
                return
        at, code = self.needed[-1][0][0], self.needed[-1][1]
        value = text_of(cells[self.context.column(at)])
        self.context.refuse(line, CellRefused(code, at, value), minor)

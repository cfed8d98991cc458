"""Context: what every row of a table is read with, and where refusals and sums are written."""

from amiable.sources.reading import Refusal, Totals
from amiable.sources.table.cells import AmountReader, Cell, CellRefused, DateReader, text_of
from amiable.sources.table.choices import currency_code
from amiable.sources.table.fields import Field, TableMapping
from amiable.sources.table.names import normalised_name


class Context:
    """The readers of amounts and dates, the columns, and the books of one reading.

    Rows are handed over as wide as the header plus one empty cell: a field without a column
    points at that cell and reads as empty.
    """

    def __init__(
        self, file: str, headers: tuple[str, ...], mapping: TableMapping, currency: str
    ) -> None:
        self.file, self.headers, self.mapping, self.currency = file, headers, mapping, currency
        self.amounts = AmountReader(mapping.decimal_mark or ".")
        assert mapping.date_order is not None, "decided before the rows are read"
        self.dates = DateReader(mapping.date_order)
        self.totals = Totals()
        self.refusals: list[Refusal] = []
        self.warnings: list[Refusal] = []
        self._code = self.column(Field.CUSTOMER_CODE)
        self._name = self.column(Field.CUSTOMER_NAME)
        self._currency = self.column(Field.CURRENCY)
        self._currencies: dict[Cell, str] = {"": currency}

    @property
    def width(self) -> int:
        """How many columns the header has."""
        return len(self.headers)

    def column(self, at: Field) -> int:
        """The index of the field's column; of the empty cell where it has none."""
        header = self.mapping.fields.get(at)
        return self.headers.index(header) if header in self.headers else self.width

    def has(self, at: Field) -> bool:
        """Whether the field has a column."""
        return self.column(at) < self.width

    def customer(self, cells: list[Cell]) -> tuple[str, str]:
        """The customer's key (its code, else its name in one spelling) and its name."""
        code, name = text_of(cells[self._code]), text_of(cells[self._name])
        return code or normalised_name(name), name

    def row_currency(self, cells: list[Cell]) -> str:
        """The currency of the row. Raises CellRefused."""
        cell = cells[self._currency]
        known = self._currencies.get(cell)
        if known is None:
            text = text_of(cell)
            known = currency_code(text) if text else self.currency
            if known is None:
                raise CellRefused("table.currency_unknown", Field.CURRENCY, text)
            self._currencies[cell] = known
        return known

    def counted(self, minor: int) -> None:
        """Count an amount of the file in the file's own sums."""
        if minor >= 0:
            self.totals.file_debit += minor
        else:
            self.totals.file_credit -= minor

    def booked(self, customer: str, currency: str, minor: int) -> None:
        """Count an amount that was read: debit when above zero."""
        if minor >= 0:
            self.totals.debit += minor
        else:
            self.totals.credit -= minor
        key = (customer, currency)
        self.totals.balances[key] = self.totals.balances.get(key, 0) + minor

    def refuse(self, line: int, refused: CellRefused, minor: int = 0) -> None:
        """Write down a refused line and the money it held."""
        self.totals.refused += minor
        self.refusals.append(self._refusal(line, refused, minor))

    def warn(self, line: int, doubt: CellRefused) -> None:
        """Write down something that was read but is worth a look."""
        self.warnings.append(self._refusal(line, doubt, 0))

    def _refusal(self, line: int, refused: CellRefused, minor: int) -> Refusal:
        header = self.mapping.fields.get(refused.at, "")
        return Refusal(
            file=self.file,
            line=line,
            column=header,
            value=refused.value,
            code=refused.code,
            facts=refused.facts,
            minor=minor,
        )

    def is_header(self, cells: list[Cell]) -> bool:
        """Whether a row says the header again, as at the top of a printed page."""
        texts = [text_of(cell) for cell in cells[: self.width]]
        return texts == [header.split(" (")[0] for header in self.headers] or texts == list(
            self.headers
        )


def key_of(*parts: str) -> str:
    """A key from its parts: the same parts give the same key, other parts another."""
    return "|".join(["table", *(part.replace("%", "%25").replace("|", "%7C") for part in parts)])

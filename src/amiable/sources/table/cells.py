"""Cells: one cell read as a text, an amount or a date, by what the whole column has settled."""

import re
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Final

from amiable.engine.money import exponent
from amiable.sources.table.fields import DateOrder, Field
from amiable.sources.table.names import fold

Cell = str | int | float | bool | date | datetime | timedelta | object
"""What a file's cell may hold: always text in CSV, typed values in a workbook."""

EMPTY_WORDS: Final = frozenset({"", "-", "--", "n/a", "na", "null", "none", "néant", "neant", "."})
_FORCED_TEXT = re.compile(r'^="(.*)"$')
_BLANKS = "\xa0\u202f\u2009\x1a\ufeff"


class CellRefused(Exception):
    """A cell cannot be read: ``code`` says why (`codes`), ``field`` where."""

    def __init__(self, code: str, at: Field, value: str, **facts: str) -> None:
        super().__init__(f"{code} {at}: {value!r}")
        self.code, self.at, self.value, self.facts = code, at, value, facts


def text_of(cell: Cell) -> str:
    """The cell as text: no blanks around, no apostrophe that forced it to be text in Excel."""
    if type(cell) is not str:
        return _text_of_value(cell)
    text = cell.strip()
    if text.isalnum() or not text:
        return text
    if text[0] in "'=\ufeff\x1a":
        text = text.lstrip("'\ufeff\x1a").strip()
        forced = _FORCED_TEXT.match(text)
        text = forced.group(1).strip() if forced else text
    return " ".join(text.split()) if "  " in text or "\n" in text or "\xa0" in text else text


def _text_of_value(cell: Cell) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.date().isoformat() if not (cell.hour or cell.minute) else cell.isoformat(" ")
    return "" if cell is None else str(cell)


def is_blank(cell: Cell) -> bool:
    """Whether the cell holds nothing to read."""
    return cell == "" or (isinstance(cell, str) and not cell.strip().strip(_BLANKS)) or cell is None


_SIGNS = {"€": "EUR", "$": "USD", "£": "GBP"}
_CURRENCY_WORDS = {"EURO": "EUR", "EUROS": "EUR"}
_SPACES = re.compile(r"[\s\u2009\u202f\xa0'’`´]")
_LETTERS = re.compile(r"[A-Za-z€$£]+")
_GROUPED = {
    ",": re.compile(r"^(\d{1,3}(?:[. _]\d{3})+|\d*)(?:,(\d*))?$"),
    ".": re.compile(r"^(\d{1,3}(?:[, _]\d{3})+|\d*)(?:\.(\d*))?$"),
}
_SPACED = re.compile(r"^\d{1,3}(?:_\d{3})+(?![\d_])|^[\d.,]*$")


class AmountReader:
    """Reads amounts written with one decimal mark into minor units."""

    def __init__(self, decimal_mark: str) -> None:
        self.mark = decimal_mark

    def read(self, cell: Cell, currency: str, at: Field) -> int | None:
        """The amount in minor units of ``currency``, or None for an empty cell.

        Raises CellRefused: ``table.amount_unreadable``, ``table.amount_too_precise`` when it has
        more decimals than the currency, ``table.currency_differs`` when the cell names another.
        """
        if type(cell) is str:
            whole, _, decimals = cell.partition(self.mark)
            if (
                len(decimals) == 2
                and whole.isdecimal()
                and decimals.isdecimal()
                and exponent(currency) == 2
            ):
                return int(whole + decimals)
            return self._read_text(cell, currency, at)
        if isinstance(cell, int | float) and not isinstance(cell, bool):
            return _scaled(Decimal(repr(cell)), currency, at, str(cell))
        if is_blank(cell):
            return None
        raise CellRefused("table.amount_unreadable", at, text_of(cell), mark=self.mark)

    def _read_text(self, cell: str, currency: str, at: Field) -> int | None:
        text = text_of(cell)
        if text.lower() in EMPTY_WORDS:
            return None
        if not any(sign.isdecimal() for sign in text):
            raise CellRefused("table.amount_unreadable", at, text, mark=self.mark)
        body, negative = _without_sign(text)
        named = _LETTERS.search(body)
        if named:
            body = (body[: named.start()].rstrip() + body[named.end() :].lstrip()).strip()
            body, inner = _without_sign(body)
            negative = negative or inner
            _same_currency(named.group(), currency, at, text)
        body = _SPACES.sub("_", body.strip())
        found = _GROUPED[self.mark].match(body.replace("_", " "))
        if found is None or not _SPACED.match(body):
            raise CellRefused("table.amount_unreadable", at, text, mark=self.mark)
        whole = re.sub(r"\D", "", found.group(1))
        value = Decimal(f"{whole or 0}.{found.group(2) or 0}")
        return _scaled(-value if negative else value, currency, at, text)


def _without_sign(text: str) -> tuple[str, bool]:
    """The text without its sign, and whether it was a minus: "-5", "5-", "(5)", "−5"."""
    text = text.strip().replace("\u2212", "-").replace("\u2013", "-")
    if text.startswith("(") and text.endswith(")"):
        return text[1:-1].strip(), True
    if text.startswith(("-", "+")):
        return text[1:].strip(), text[0] == "-"
    if text.endswith(("-", "+")):
        return text[:-1].strip(), text[-1] == "-"
    return text, False


def currency_named(word: str) -> str | None:
    """The currency that a sign or word in a cell names, or None when it is not one."""
    word = word.upper()
    if len(word) == 3 and word.isalpha() and word.isascii():
        return word
    return _SIGNS.get(word) or _CURRENCY_WORDS.get(word)


def _same_currency(word: str, currency: str, at: Field, text: str) -> None:
    named = currency_named(word)
    if named is None:
        raise CellRefused("table.amount_unreadable", at, text, mark="")
    if named != currency:
        raise CellRefused("table.currency_differs", at, text, found=named, expected=currency)


def _scaled(value: Decimal, currency: str, at: Field, text: str) -> int:
    if not value.is_finite():
        raise CellRefused("table.amount_unreadable", at, text, mark="")
    scaled = value.scaleb(exponent(currency))
    nearest = scaled.to_integral_value()
    # A spreadsheet keeps binary fractions: 0.1 + 0.2 is 0.30000000000000004. That is not a decimal.
    if abs(scaled - nearest) > Decimal("0.000001"):
        raise CellRefused("table.amount_too_precise", at, text, currency=currency)
    return int(nearest)


_MONTHS = {
    "jan": 1, "fev": 2, "feb": 2, "mar": 3, "avr": 4, "apr": 4, "mai": 5, "may": 5,
    "juin": 6, "jun": 6, "juil": 7, "jul": 7, "aou": 8, "aug": 8, "sep": 9,
    "oct": 10, "nov": 11, "dec": 12,
}  # fmt: skip
FIGURES: Final = re.compile(
    r"^(\d{1,4})[/.\- ](\d{1,2})[/.\- ](\d{1,4})(?:[T ,]+\d{1,2}[:hH]\d.*)?$"
)
_COMPACT = re.compile(r"^(\d{8})(?:[T ]?\d{4,6})?$")
_DAY_MONTH = re.compile(
    r"^(?:[^\W\d]+\.?,? )?(\d{1,2})(?:er|st|nd|rd|th)?[ .\-/]*"
    r"([^\W\d]{3,})\.?[ ,.\-/]*(\d{4}|\d{2})$"
)
_MONTH_DAY = re.compile(r"^([^\W\d]{3,})\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})$")
_SERIAL = re.compile(r"^(\d{5})(?:[.,]\d+)?$")
_EXCEL_ZERO = date(1899, 12, 30)
FIRST_YEAR, LAST_YEAR = 1990, 2100


class DateReader:
    """Reads dates of one order; each different text is worked out once."""

    def __init__(self, order: DateOrder) -> None:
        self.order = order
        self._known: dict[str, date | None] = {}

    def read(self, cell: Cell, at: Field) -> date | None:
        """The date, or None for an empty cell.

        Raises CellRefused: ``table.date_unreadable`` or ``table.date_out_of_range`` (before 1990
        or after 2100: a slip of the pen, or "31/12/9999" for never).
        """
        if type(cell) is str:
            try:
                return self._known[cell]
            except KeyError:
                return self._learn(cell, at)
        if isinstance(cell, datetime):
            return _in_range(cell.date(), at, str(cell))
        if isinstance(cell, date):
            return _in_range(cell, at, str(cell))
        if isinstance(cell, int | float) and not isinstance(cell, bool):
            return self._learn(str(int(cell)), at)
        if is_blank(cell):
            return None
        raise CellRefused("table.date_unreadable", at, text_of(cell), order=self.order.value)

    def _learn(self, cell: str, at: Field) -> date | None:
        text = text_of(cell)
        if text.lower() in EMPTY_WORDS or not text.strip("0/.- :"):
            day = None
        else:
            parsed = parse_date(text, self.order)
            if parsed is None:
                raise CellRefused("table.date_unreadable", at, text, order=self.order.value)
            day = _in_range(parsed, at, text)
        if len(self._known) > 50_000:
            self._known.clear()
        self._known[cell] = day
        return day


def _in_range(day: date, at: Field, text: str) -> date:
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise CellRefused("table.date_out_of_range", at, text)
    return day


def parse_date(text: str, order: DateOrder) -> date | None:
    """The date of a text, or None: figures in ``order``, month names, 20260105, Excel's count."""
    try:
        if found := FIGURES.match(text):
            one, two, three = found.groups()
            return _from_figures(one, two, three, order)
        if found := _COMPACT.match(text):
            return _from_compact(found.group(1), order)
        if found := _SERIAL.match(text):
            return _EXCEL_ZERO + timedelta(days=int(found.group(1)))
        return _from_words(text.casefold())
    except (ValueError, OverflowError):
        return None


def _from_figures(one: str, two: str, three: str, order: DateOrder) -> date | None:
    if len(one) >= 3:  # a year stands first whatever the column's order
        return date(int(one), int(two), int(three)) if len(one) == 4 and len(three) <= 2 else None
    if len(three) == 3:
        return None
    if order is DateOrder.YMD:
        return date(_year(one), int(two), int(three)) if len(three) <= 2 else None
    day, month = (one, two) if order is DateOrder.DMY else (two, one)
    return date(_year(three), int(month), int(day))


def _year(text: str) -> int:
    """A year of two figures is of this century up to 69, as in POSIX."""
    year = int(text)
    return year if len(text) > 2 else year + (2000 if year < 70 else 1900)


def _from_compact(text: str, order: DateOrder) -> date:
    if FIRST_YEAR <= int(text[:4]) <= LAST_YEAR:
        return date(int(text[:4]), int(text[4:6]), int(text[6:]))
    one, two, year = int(text[:2]), int(text[2:4]), int(text[4:])
    return date(year, one, two) if order is DateOrder.MDY else date(year, two, one)


def _from_words(text: str) -> date | None:
    if found := _DAY_MONTH.match(text):
        day, word, year = found.groups()
    elif found := _MONTH_DAY.match(text):
        word, day, year = found.groups()
    else:
        return None
    month = _month(fold(word))
    return date(_year(year), month, int(day)) if month else None


def _month(word: str) -> int:
    return _MONTHS.get(word[:4]) or _MONTHS.get(word[:3], 0)

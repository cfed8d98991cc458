"""Cells: amounts, dates and sides, each read once and remembered."""

import re
from datetime import date

_AMOUNT = re.compile(r"([+-]?)(\d+)(?:[.,](\d*))?([+-]?)")
_SPACES = str.maketrans("", "", " \u00a0\u202f")
_REMEMBERED = 50_000

_DATE_ORDERS = (
    re.compile(r"(?P<y>\d{4})(?P<m>\d\d)(?P<d>\d\d)"),
    re.compile(r"(?P<d>\d{1,2})[/.-](?P<m>\d{1,2})[/.-](?P<y>\d{4})"),
    re.compile(r"(?P<y>\d{4})[/-](?P<m>\d{1,2})[/-](?P<d>\d{1,2})(?:[T ].*)?"),
)

# Montant and Sens: the law knows D and C, or +1 and -1. True is a debit.
SIDES = {
    "D": True,
    "DEBIT": True,
    "DÉBIT": True,
    "+1": True,
    "1": True,
    "+": True,
    "C": False,
    "CREDIT": False,
    "CRÉDIT": False,
    "-1": False,
    "-": False,
}


class Unreadable(ValueError):
    """A cell does not hold what its column announces; ``code`` says what was wanted."""

    def __init__(self, code: str, value: str) -> None:
        super().__init__(f"{code}: {value!r}")
        self.code = code
        self.value = value


class Amounts(dict[str, int]):
    """Text -> minor units. Decimal comma or point, sign first or last, blanks for nothing.

    A thousands mark other than a space is not read, for "1.234" could be either: no guess.
    """

    def __init__(self, decimals: int) -> None:
        super().__init__()
        self._decimals = decimals

    def __missing__(self, text: str) -> int:
        if self._decimals == 2 and text[-3:-2] == ",":
            digits = text[:-3] + text[-2:]
            if digits.isdecimal():
                minor = int(digits)
                if not minor:  # half of all cells; other amounts seldom come back
                    self[text] = 0
                return minor
        value = self._read(text)
        if len(self) < _REMEMBERED:
            self[text] = value
        return value

    def _read(self, text: str) -> int:
        bare = text.translate(_SPACES)
        if not bare:
            return 0
        found = _AMOUNT.fullmatch(bare)
        if found is None or (found[1] and found[4]):
            raise Unreadable("fec.amount", text)
        fraction = (found[3] or "").rstrip("0")
        if len(fraction) > self._decimals:
            raise Unreadable("fec.amount", text)
        minor = int(found[2] + fraction.ljust(self._decimals, "0"))
        return -minor if "-" in (found[1], found[4]) else minor


def looks_like_amount(text: str) -> bool:
    """Whether a text is written as amounts are, with decimals: no lettering code is."""
    return re.fullmatch(r"\s*[+-]?\d+[.,]\d\d[+-]?\s*", text) is not None


class Days(dict[str, date]):
    """Text -> day, from YYYYMMDD or, as some files have it, dd/mm/yyyy or yyyy-mm-dd."""

    def __missing__(self, text: str) -> date:
        bare = text.strip()
        for order in _DATE_ORDERS:
            if found := order.fullmatch(bare):
                try:
                    day = date(int(found["y"]), int(found["m"]), int(found["d"]))
                except ValueError:
                    break
                if len(self) < _REMEMBERED:
                    self[text] = day
                return day
        raise Unreadable("fec.date", text)

    def maybe(self, text: str) -> date | None:
        """The day, or None where the text is not one: for columns that may be blank."""
        try:
            return self[text] if text else None
        except Unreadable:
            return None

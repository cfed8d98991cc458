"""Profile: what a whole column says of its date order and its decimal mark.

Never decided cell by cell: "01/02/2026" alone says nothing, but "25/01/2026" elsewhere in the
column says that days come first, and "1 234,50" that the comma is the decimal mark.
"""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

from amiable.sources.table.cells import FIGURES, Cell, text_of
from amiable.sources.table.fields import DateOrder

_CHUNK = 4096
_SHAPE = str.maketrans("123456789", "000000000")


class Profile:
    """Counts how the cells of some columns are written, a block of rows at a time."""

    def __init__(self, date_columns: list[int], amount_columns: list[int]) -> None:
        self._date_columns, self._amount_columns = date_columns, amount_columns
        self.dates: Counter[Cell] = Counter()
        self.shapes: Counter[str] = Counter()
        self._orders: Counter[str] = Counter()

    def add(self, rows: list[list[Cell]]) -> None:
        """Count a block of rows."""
        for at in self._date_columns:
            self.dates.update(row[at] for row in rows if type(row[at]) is str)
        for at in self._amount_columns:
            self.shapes.update(
                cell.translate(_SHAPE) for row in rows if isinstance(cell := row[at], str)
            )
        if len(self.dates) > 20_000:
            self._fold_dates()

    def date_votes(self) -> Counter[str]:
        """How many cells speak for each order; "?" counts those that fit two."""
        self._fold_dates()
        return self._orders

    def _fold_dates(self) -> None:
        for cell, count in self.dates.items():
            if found := FIGURES.match(text_of(cell)):
                self._orders[_order_vote(*found.groups())] += count
        self.dates.clear()

    def mark_votes(self) -> Counter[str]:
        """How many cells speak for each decimal mark; ",?" and ".?" fit two readings."""
        votes: Counter[str] = Counter()
        for shape, count in self.shapes.items():
            votes[mark_vote(shape)] += count
        return votes


def _order_vote(one: str, two: str, three: str) -> str:
    first, second = int(one), int(two)
    if len(one) == 4:
        return "ymd"
    if first > 12 >= second:
        return "dmy" if first <= 31 else "ymd"
    if second > 12 >= first:
        return "mdy"
    return "" if first == second and len(three) == 4 else "?"


def mark_vote(shape: str) -> str:
    """What one amount says of the decimal mark: ",", ".", doubtful (",?", ".?") or nothing."""
    body = re.sub(r"[^\d,.]", "", shape)
    comma, dot = body.rfind(","), body.rfind(".")
    if comma >= 0 and dot >= 0:
        last, other = (",", ".") if comma > dot else (".", ",")
        return last if body.count(last) == 1 and other in body else ""
    mark = "," if comma >= 0 else "." if dot >= 0 else ""
    if not mark:
        return ""
    other = "." if mark == "," else ","
    if body.count(mark) > 1:
        return other
    before, _, after = body.partition(mark)
    if len(after) != 3 or not 1 <= len(before) <= 3:
        return mark
    return f"{mark}?"


T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Decided(Generic[T]):
    """A decision over a column, and whether the cells alone would not have settled it."""

    value: T
    doubtful: bool = False


def decide_order(votes: Counter[str], *, french: bool) -> Decided[DateOrder]:
    """The order that most cells ask for.

    Where no cell settles it, days come first: in a French-looking file that is certain enough,
    elsewhere the answer is marked doubtful. It is doubtful too where the cells contradict each
    other in more than one case of twenty.
    """
    days, months = votes["dmy"], votes["mdy"]
    if days or months:
        order = DateOrder.MDY if months > days else DateOrder.DMY
        return Decided(order, doubtful=min(days, months) * 20 > max(days, months))
    if votes["?"]:
        return Decided(DateOrder.DMY, doubtful=not french)
    return Decided(DateOrder.YMD if votes["ymd"] else DateOrder.DMY)


def decide_mark(votes: Counter[str], *, french: bool) -> Decided[str]:
    """The decimal mark that most cells ask for; doubtful where only "1,234" is found."""
    comma, dot = votes[","], votes["."]
    if comma or dot:
        return Decided("," if comma > dot else ".")
    doubtful = bool(votes[",?"] or votes[".?"])
    return Decided("," if french else ".", doubtful=doubtful)


def profile(
    blocks: Iterable[list[list[Cell]]], date_columns: list[int], amount_columns: list[int]
) -> Profile:
    """The profile of the columns over blocks of rows."""
    made = Profile(date_columns, amount_columns)
    for block in blocks:
        made.add(block)
    return made

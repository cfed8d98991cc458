"""Measure: a ledger's figures on every evening of a span, from one walk over its facts.

What stands open on a day is the sum of what began before, so it is enough to note on each day
what changes (an invoice comes, falls due, is 31 days late, is paid in part) and to add the
changes up once in the end. The time taken grows with the facts and with the days, not with both
multiplied. Days are ordinals (`date.toordinal`), amounts minor units of one currency.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate

BUCKETS = ("not_due", "late_1_30", "late_31_60", "late_61_90", "late_over_90")
BUCKET_STARTS = (1, 31, 61, 91)
"""Days late at which what is open goes into the next bucket; due today is not late."""

CHANGES = (*BUCKETS, "unmatched", "disputed", "invoices_open", "aged")
"""Noted by the day from which they hold; ``aged`` makes up for what began when it was late."""
FLOWS = (
    "sales", "credited", "received", "paid_minor", "paid_on_time_minor", "paid_days_minor",
    "calendar", "avoided", "spared_paid", "spared_alone", "spared_minor", "waited_days_minor",
)  # fmt: skip
"""Noted on the day they happened."""
MEASURES = (
    *BUCKETS, "overdue", "outstanding", "disputed", "invoices_open", "late_days_minor", *FLOWS,
)  # fmt: skip
"""The figures of a day, in the order `DayBook.days` gives them."""


def bucket_of(late: int) -> int:
    """The place in `BUCKETS` of what is ``late`` days late (zero or less: not late)."""
    return sum(late >= start for start in BUCKET_STARTS)


@dataclass(slots=True)
class DayBook:
    """The changes of each day of ``[since, until)``, of some invoices and credits of one currency.

    What began before ``since`` stands from the first day on; what begins later is left out.
    """

    since: int
    until: int
    changes: dict[str, list[int]] = field(init=False)
    lateness: dict[int, Counter[int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        size = self.until - self.since
        self.changes = {name: [0] * size for name in (*CHANGES, *FLOWS)}

    def stand(self, start: int, due: int, minor: int) -> None:
        """From ``start`` on, ``minor`` (below zero: less) is open that is due on ``due``."""
        start = max(start, self.since)
        if start >= self.until:
            return
        late, at, changes = start - due, start - self.since, self.changes
        bucket = bucket_of(late)
        changes[BUCKETS[bucket]][at] += minor
        if late > 1:
            changes["aged"][at] += minor * (late - 1)
        for step in range(bucket, len(BUCKET_STARTS)):
            moved = due + BUCKET_STARTS[step]
            if moved >= self.until:
                return
            changes[BUCKETS[step]][moved - self.since] -= minor
            changes[BUCKETS[step + 1]][moved - self.since] += minor

    def hold(self, name: str, start: int, by: int) -> None:
        """A stock without a due date changes ``by`` so much from ``start`` on."""
        if start < self.until:
            self.changes[name][max(start - self.since, 0)] += by

    def happen(self, name: str, on: int, by: int) -> None:
        """So much happened on a day."""
        if self.since <= on < self.until:
            self.changes[name][on - self.since] += by

    def settle(self, on: int, late: int) -> None:
        """An invoice was settled with money, so many days late."""
        if self.since <= on < self.until:
            self.lateness.setdefault(on, Counter())[late] += 1

    def add(self, other: "DayBook") -> None:
        """Take the changes of another book of the same days in."""
        for name, changes in other.changes.items():
            if any(changes):
                mine = self.changes[name]
                mine[:] = map(int.__add__, mine, changes)
        for on, counts in other.lateness.items():
            self.lateness.setdefault(on, Counter()).update(counts)

    def days(self) -> Iterator[tuple[int, tuple[int, ...], Mapping[int, int]]]:
        """Each day with its figures, in the order of `MEASURES`, and how late what was settled
        that day was; days on which all is zero are left out."""
        stocks = {name: list(accumulate(self.changes[name])) for name in CHANGES}
        buckets = [stocks[name] for name in BUCKETS]
        overdue = [sum(late) for late in zip(*buckets[1:], strict=True)]
        ages = accumulate(
            late + made_up for late, made_up in zip(overdue, self.changes["aged"], strict=True)
        )
        columns: list[Iterable[int]] = [
            *buckets, overdue,
            map(int.__sub__, map(int.__add__, buckets[0], overdue), stocks["unmatched"]),
            stocks["disputed"], stocks["invoices_open"], ages,
            *(self.changes[name] for name in FLOWS),
        ]  # fmt: skip
        for on, figures in enumerate(zip(*columns, strict=True), self.since):
            counts: Mapping[int, int] = self.lateness.get(on, {})
            if any(figures) or counts:
                yield on, figures, counts


@dataclass(frozen=True, slots=True, kw_only=True)
class Contested:
    """``minor`` of an invoice (None: all that is open of it) is contested in ``[since, until)``;
    ``until`` None: still."""

    since: int
    until: int | None
    minor: int | None


def held_changes(
    opened: Iterable[tuple[int, int]], contested: Sequence[Contested]
) -> Iterator[tuple[int, int]]:
    """(day, change) of what is contested of one invoice, which is never more than what is open.

    ``opened``: (day, change) of what is open of it.
    """
    moves = sorted(opened)
    days = {day for day, _ in moves} | {one.since for one in contested}
    days |= {one.until for one in contested if one.until is not None}
    before = 0
    for day in sorted(days):
        left = sum(change for on, change in moves if on <= day)
        held = sum(
            left if one.minor is None else one.minor
            for one in contested
            if one.since <= day and (one.until is None or day < one.until)
        )
        now = max(min(held, left), 0)
        if now != before:
            yield day, now - before
        before = now

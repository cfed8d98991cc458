"""The spool: customer lines set aside on disk between the two passes, so that memory is bounded.

Lines are buffered by customer and written as blocks of text into a private temporary SQLite
database, which its connection deletes when closed. Beside them stand the fragments: pieces of
entries that were not whole where they were found in the file.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from itertools import groupby
from operator import itemgetter

from amiable.sources.fec.natures import CUSTOMER

_BUFFERED = 40_000

_SCHEMA = """
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
PRAGMA cache_size = -8000;
CREATE TABLE block (customer INTEGER, file INTEGER, lines TEXT);
CREATE TABLE fragment (entry TEXT, mask INTEGER, balance INTEGER, line INTEGER);
CREATE TABLE whole (entry TEXT PRIMARY KEY, mask INTEGER, balance INTEGER) WITHOUT ROWID;
"""
_WHOLE = "INSERT INTO whole VALUES (?, ?, ?)"


class Spool:
    """Customer lines by customer, and fragments of entries by entry. Close it after use."""

    def __init__(self) -> None:
        self._base = sqlite3.connect("", isolation_level=None)
        self._base.executescript(_SCHEMA)
        self._buffer: dict[tuple[int, int], list[str]] = {}
        self._waiting = 0
        self._fragments: list[tuple[str, int, int, int]] = []

    def close(self) -> None:
        """Delete everything."""
        self._base.close()

    def add(self, customer: int, file: int, line: str) -> None:
        """Set one line aside; ``line`` holds no line feed."""
        try:
            self._buffer[customer, file].append(line)
        except KeyError:
            self._buffer[customer, file] = [line]
        self._waiting += 1
        if self._waiting >= _BUFFERED:
            self.flush()

    def add_fragment(self, entry: str, mask: int, balance: int, line: int) -> None:
        """Set aside a piece of an entry that does not balance by itself."""
        self._fragments.append((entry, mask, balance, line))
        if len(self._fragments) >= _BUFFERED:
            self._flush_fragments()

    def flush(self) -> None:
        """Write what is buffered."""
        rows = [(*key, "\n".join(lines)) for key, lines in self._buffer.items()]
        self._buffer.clear()
        self._waiting = 0
        self._insert("INSERT INTO block VALUES (?, ?, ?)", rows)

    def _flush_fragments(self) -> None:
        self._insert("INSERT INTO fragment VALUES (?, ?, ?, ?)", self._fragments)
        self._fragments.clear()

    def _insert(self, statement: str, rows: Sequence[tuple[object, ...]]) -> None:
        self._base.execute("BEGIN")
        self._base.executemany(statement, rows)
        self._base.execute("COMMIT")

    def merge_fragments(self) -> tuple[int, int]:
        """Put the fragments of each entry together.

        Returns how many entries do not balance even so, and the line of the first of them.
        """
        self._flush_fragments()
        count = first = 0
        rows = self._base.execute("SELECT entry, mask, balance, line FROM fragment ORDER BY entry")
        merged: list[tuple[str, int, int]] = []
        for entry, parts in groupby(rows, key=itemgetter(0)):
            mask = balance = line = 0
            for _, part_mask, part_balance, part_line in parts:
                mask |= part_mask
                balance += part_balance
                line = min(line or part_line, part_line)
            merged.append((entry, mask, balance))
            if balance:
                count += 1
                first = min(first or line, line)
            if len(merged) >= _BUFFERED:
                self._insert(_WHOLE, merged)
                merged.clear()
        self._insert(_WHOLE, merged)
        return count, first

    def whole(self, entry: str) -> tuple[int, int]:
        """The counterparts and the balance of an entry put together from fragments."""
        found = self._base.execute("SELECT mask, balance FROM whole WHERE entry = ?", (entry,))
        row = found.fetchone()
        return (row[0], row[1]) if row else (CUSTOMER, 0)

    def customers(self) -> Iterator[tuple[int, dict[int, list[str]]]]:
        """Each customer once, with the blocks of lines of each file in the file's order."""
        self.flush()
        rows = self._base.execute(
            "SELECT customer, file, lines FROM block ORDER BY customer, file, rowid"
        )
        for customer, blocks in groupby(rows, key=itemgetter(0)):
            files: dict[int, list[str]] = {}
            for _, file, lines in blocks:
                files.setdefault(file, []).append(lines)
            yield customer, files

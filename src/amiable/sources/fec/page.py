"""One customer's lines, from all files, gathered into items (second pass).

Natural keys. An item is known by journal, entry number, entry date, customer and its rank among
the customer's lines of that entry; without an entry number, by a digest of what the line says and
a rank among equal lines. Neither the file name nor its closing date enters: two exports of one
year, named as one likes, give the same keys, and the entry date tells the years apart. Neither
does the lettering, which is filled in later; nor the lines that come after.

Lines of one document. In an entry, the customer's lines of one kind with the same PieceRef are
one invoice (or credit note), under the key of the first, unless their texts give several due
dates. Lettering does not enter here either, or lettering half an invoice would make new items:
instead, an invoice lettered with two codes makes the two groups one (`lettering.Unions`).
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from hashlib import blake2b

from amiable.engine.ledger import CreditKind, InvoiceKind
from amiable.sources.fec.cells import Days
from amiable.sources.fec.due import has_due_clue
from amiable.sources.fec.lettering import Bucket, Unions, group_keys
from amiable.sources.fec.natures import OPENING_PIECES, Journal, Kind, kind_of
from amiable.sources.fec.scan import UNKNOWN, entry_id, has_number
from amiable.sources.fec.spool import Spool
from amiable.sources.fec.years import Year

_DOCUMENTS = frozenset((InvoiceKind.INVOICE, CreditKind.CREDIT_NOTE))
_ADJUSTMENTS = frozenset((InvoiceKind.ADJUSTMENT, CreditKind.ADJUSTMENT))
_OPENINGS = frozenset((InvoiceKind.OPENING, CreditKind.OPENING))


@dataclass(slots=True)
class FileNotes:
    """What the first pass learned of one file."""

    place: int
    separator: str
    journals: dict[str, Journal]
    year: Year
    opening_known: bool
    kinds: dict[tuple[int, bool, str, bool, bool], Kind] = field(default_factory=dict)

    @property
    def year_name(self) -> str:
        """The start of its fiscal year, as it stands in lettering keys."""
        return self.year[0].isoformat()[:7]

    def kind(self, mask: int, balanced: bool, journal: str, debit: bool, opening: bool) -> Kind:
        """`natures.kind_of`, each question asked once."""
        question = (mask, balanced, journal, debit, opening)
        found = self.kinds.get(question)
        if found is None:
            found = self.kinds[question] = kind_of(
                debit=debit,
                mask=mask,
                balanced=balanced,
                journal=self.journals[journal],
                opening=opening,
            )
        return found


class Draft:
    """An item in the making: one line, or the lines of one document."""

    __slots__ = (
        "bucket",
        "day",
        "journal",
        "key",
        "kind",
        "label",
        "minor",
        "number",
        "piece",
        "piece_date",
        "place",
    )

    def __init__(
        self,
        place: int,
        key: str,
        kind: Kind,
        minor: int,
        day: date,
        cells: list[str],
        bucket: Bucket | None,
    ) -> None:
        self.place, self.key, self.kind, self.minor = place, key, kind, minor
        self.day, self.bucket = day, bucket
        self.journal, self.number, self.piece = cells[2], cells[3], cells[6]
        self.piece_date, self.label = cells[7], cells[8]


@dataclass(slots=True, kw_only=True)
class Ground:
    """What every page stands on."""

    spool: Spool
    days: Days
    several: bool
    unclassified: int = 0
    """Lines whose entry is not whole and tells nothing of what they are."""
    repeated: int = 0
    """Lines left out because another file holds them too."""


class Page:
    """The lines of one customer, from all files, while they are made into items."""

    def __init__(self, customer: str, ground: Ground) -> None:
        self.customer = customer
        self.ground = ground
        self.drafts: list[Draft] = []
        self.balances: dict[int, int] = defaultdict(int)  # by file
        self.carried: dict[int, int] = defaultdict(int)  # by file
        self.carried_letters: dict[tuple[str, int], Bucket] = {}
        self._documents: dict[tuple[str, str, Kind], Draft] = {}
        self._letter_sums: dict[Bucket, int] = defaultdict(int)
        self._unions = Unions()
        self._taken: set[str] = set()

    def read(self, notes: FileNotes, blocks: Iterable[str]) -> None:
        """Take the lines of one file."""
        ranks: dict[str, int] = {}
        several = self.ground.several
        year = notes.year_name
        earlier = frozenset(self._taken)
        for cells in _cells(blocks, notes.separator):
            minor = int(cells[1])
            if not minor:
                continue
            day = self.ground.days[cells[4]]
            kind = self._kind(notes, cells, day, debit=minor > 0)
            bucket = (cells[5], cells[9], cells[10].strip(), year) if cells[9] else None
            base = self._base_key(cells, day)
            rank = ranks[base] = ranks.get(base, 0) + 1
            key = f"{base}:{rank}"
            carried = notes.opening_known and kind in _OPENINGS
            # Two years may carry over one item under one key: what is left out takes no place.
            mark = f"{year}\x1f{key}" if carried else key
            if several:
                self._taken.add(mark)
            if mark in earlier:
                self.ground.repeated += 1
            elif carried:
                self._carry(notes, cells, minor, bucket)
            else:
                self.balances[notes.place] += minor
                draft = Draft(notes.place, key, kind, minor, day, cells, bucket)
                self._take(draft, base)

    def _kind(self, notes: FileNotes, cells: list[str], day: date, *, debit: bool) -> Kind:
        state, journal, piece = cells[0], cells[2], cells[6]
        if state == UNKNOWN:
            entry = entry_id(notes.place, journal, cells[3], day, piece)
            mask, balance = self.ground.spool.whole(entry)
        else:
            mask, balance = int(state), 0
        opening = piece in OPENING_PIECES
        kind = notes.kind(mask, not balance, journal, debit, opening)
        if balance and kind in _ADJUSTMENTS:
            self.ground.unclassified += 1
        return kind

    def _base_key(self, cells: list[str], day: date) -> str:
        _, minor, journal, number, _, account, piece, _, label, _, _ = cells
        if has_number(number):
            return f"fec:{journal}:{number}:{day.isoformat()}:{self.customer}"
        said = "\x1f".join((journal, account, self.customer, piece, label, minor))
        digest = blake2b(said.encode(), digest_size=9).hexdigest()
        return f"fec:{journal}:{day.isoformat()}:{digest}"

    def _carry(self, notes: FileNotes, cells: list[str], minor: int, bucket: Bucket | None) -> None:
        self.carried[notes.place] += minor
        if bucket:
            self.carried_letters[cells[6], minor] = bucket

    def _take(self, draft: Draft, entry: str) -> None:
        if draft.bucket:
            self._letter_sums[draft.bucket] += draft.minor
        if draft.kind in _DOCUMENTS:
            first = self._documents.setdefault((entry, draft.piece, draft.kind), draft)
            if first is not draft and _falls_due_with(first, draft):
                self._join(first, draft)
                return
        self.drafts.append(draft)

    def _join(self, first: Draft, other: Draft) -> None:
        first.minor += other.minor
        if first.bucket and other.bucket:
            self._unions.tie(first.bucket, other.bucket)
        first.bucket = first.bucket or other.bucket

    def letterings(self) -> dict[Bucket, str]:
        """The lettering key of each bucket, once all lines are known."""
        for draft in self.drafts if self.carried_letters else ():
            # A lettered opening line left out: the item it repeats takes its lettering.
            bucket = self.carried_letters.get((draft.piece, draft.minor))
            if bucket and not draft.bucket:
                draft.bucket = bucket
                self._letter_sums[bucket] += draft.minor
                del self.carried_letters[draft.piece, draft.minor]
        return self._unions.apply(group_keys(self._letter_sums))


def _falls_due_with(one: Draft, other: Draft) -> bool:
    """Whether nothing in the texts of two lines gives them different due dates."""
    return one.label == other.label or not (has_due_clue(one.label) or has_due_clue(other.label))


def _cells(blocks: Iterable[str], separator: str) -> Iterator[list[str]]:
    """The cells of spooled lines, stripped; most files pad nothing, so that is looked at first."""
    padded = (f" {separator}", f"{separator} ")
    for block in blocks:
        if padded[0] in block or padded[1] in block:
            block = re.sub(f" *{re.escape(separator)} *", separator, block)
        for line in block.split("\n"):
            yield line.split(separator)

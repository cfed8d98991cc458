"""Mapping: which column holds what, from the header's words and from what the cells hold."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from amiable.engine.days import parse_terms
from amiable.sources.table.cells import Cell, currency_named, is_blank, parse_date, text_of
from amiable.sources.table.choices import (
    AUTOPAY,
    CUSTOMER_KINDS,
    DISPUTED,
    DOCUMENTS,
    INSOLVENT,
    LANGUAGES,
    choice,
)
from amiable.sources.table.fields import AMOUNTS, DateOrder, Field, TableKind, TableMapping
from amiable.sources.table.names import header_words
from amiable.sources.table.synonyms import SYNONYMS, Words

_LEAST = 0.45
_WEAK = 0.6
_MARGIN = 0.25
_OPPOSITE = {TableKind.INVOICES, TableKind.PAYMENTS}
_LEDGER_WORDS = {("debit",), ("credit",)}
_SAMPLE = 300

EMAIL = re.compile(r"^[^@\s,;<>]+@[^@\s,;<>]+\.[^@\s,;<>.]{2,}$")
_AMOUNT = re.compile(
    r"^[-+(]?\s*(?:[A-Z]{3}|[€$£])?\s*[-+]?\d[\d\s.,'’\u202f]*\s*[^\W\d_€]{0,5}[€$£]?[)\-]?$"
)
_CODE = re.compile(r"^(?=.*\d)\S{2,20}$|^[A-Z0-9_\-]{2,12}$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A mapping proposed for a table, how sure it is, and the headers it leaves out."""

    mapping: TableMapping
    score: float
    ignored: tuple[str, ...] = ()
    rival: TableKind | None = None
    """The other kind that the columns fit as well: invoices or payments, debts or money."""

    @property
    def complete(self) -> bool:
        """Whether every required field has a column."""
        return not self.mapping.missing()


def propose_mapping(
    headers: Sequence[str],
    sample_rows: Sequence[Sequence[Cell]],
    *,
    kind: TableKind | None = None,
    bonus: dict[TableKind, float] | None = None,
) -> Proposal:
    """The best mapping of the columns, of ``kind`` or of the kind that they fit best.

    A complete mapping is better than any other; then the one that understands more columns, and
    more surely. ``bonus`` adds to the score of a kind, for what the file's name says.
    """
    kinds = [kind] if kind else list(TableKind)
    columns = [_Column(header, at, sample_rows) for at, header in enumerate(headers)]
    proposals = [_propose(columns, each, (bonus or {}).get(each, 0.0)) for each in kinds]
    best = max(proposals, key=lambda proposal: (proposal.complete, proposal.score))
    rivals = (each.mapping.kind for each in proposals if _rivals(best, each))
    return replace(best, rival=next(rivals, None))


def _rivals(best: Proposal, other: Proposal) -> bool:
    """Whether the two would turn the money round, and neither is clearly the better one."""
    kinds = {best.mapping.kind, other.mapping.kind}
    complete = best.complete and other.complete
    return complete and kinds == _OPPOSITE and best.score - other.score < _MARGIN


class _Column:
    """A header and a sample of what stands under it."""

    def __init__(self, header: str, at: int, rows: Sequence[Sequence[Cell]]) -> None:
        self.header, self.words = header, header_words(header)
        self.cells = [row[at] for row in rows[:_SAMPLE] if at < len(row) and not is_blank(row[at])]
        self._shares: dict[Callable[[Cell], bool], float] = {}

    def share(self, check: Callable[[Cell], bool]) -> float:
        """The share of the cells that pass ``check``; a column without cells passes."""
        if check not in self._shares:
            passed = sum(check(cell) for cell in self.cells)
            self._shares[check] = passed / len(self.cells) if self.cells else 1.0
        return self._shares[check]


def _propose(columns: list[_Column], kind: TableKind, bonus: float) -> Proposal:
    pairs = [
        (score, -at, name)
        for at, column in enumerate(columns)
        for name, words in SYNONYMS[kind].items()
        if (score := _score(column, name, words)) >= _LEAST
    ]
    if {column.words for column in columns} >= _LEDGER_WORDS:
        # An account's ledger, with a running balance: none of its columns is an invoice's amount.
        pairs = [pair for pair in pairs if pair[2] not in AMOUNTS]
    first_name = any(name is Field.FIRST_NAME for _, _, name in pairs)
    if not any(name is Field.DISPUTED for _, _, name in pairs):
        # "Motif" alone may be the reason of anything; "motif du litige" is that of a dispute.
        pairs = [pair for pair in pairs if pair[2] is not Field.DISPUTE_REASON or pair[0] > _WEAK]
    fields: dict[Field, str] = {}
    used: set[int] = set()
    total = bonus
    for score, at, name in sorted(pairs, key=lambda pair: (-pair[0], -pair[1])):
        if name in fields or at in used or (name is Field.LAST_NAME and not first_name):
            continue
        fields[name] = columns[-at].header
        used.add(at)
        total += score
    order = list(SYNONYMS[kind])
    return Proposal(
        mapping=TableMapping(
            kind=kind, fields={name: fields[name] for name in order if name in fields}
        ),
        score=total,
        ignored=tuple(c.header for at, c in enumerate(columns) if -at not in used),
    )


def header_score(words: tuple[str, ...], known: Words) -> float:
    """How surely a header of these words is the field that ``known`` describes: 0 to 1."""
    if not words or known.never & set(words):
        return 0.0
    joined = "".join(words)
    best = 0.0
    for phrase in known.strong:
        if phrase == words or "".join(phrase) == joined:
            return 1.0
        if set(phrase) <= set(words):
            best = max(best, 0.5 + 0.4 * len(phrase) / len(words))
    if any(phrase == words for phrase in known.weak):
        best = max(best, _WEAK)
    return best


def _score(column: _Column, name: Field, words: Words) -> float:
    """How surely the column is the field, by its header and by its cells.

    Half of the cells must fit, one of five under a header that leaves no doubt: a column of bad
    cells is then refused line by line. A perfect fit is worth twice a bare pass.
    """
    by_header = header_score(column.words, words)
    if not by_header:
        return 0.0
    if name is Field.CUSTOMER_CODE:
        return by_header * (1.0 if column.share(_is_code) >= 0.8 else 0.75)
    if name is Field.CUSTOMER_NAME:
        coded = column.cells and column.share(_is_code) >= 0.8
        return by_header * (0.8 if coded else 1.0) * (column.share(_is_text) >= 0.5)
    check = _CHECKS.get(name)
    share = column.share(check) if check else 1.0
    fits = share >= (0.2 if by_header == 1.0 else 0.5)
    return by_header * (0.5 + share / 2) if fits else 0.0


def is_date(cell: Cell) -> bool:
    """Whether a cell can be a date in some order."""
    if isinstance(cell, date | datetime):
        return True
    if isinstance(cell, bool) or not isinstance(cell, str | int | float):
        return False
    text = text_of(cell)
    return any(parse_date(text, order) for order in DateOrder)


def is_amount(cell: Cell) -> bool:
    """Whether a cell can be an amount with some decimal mark."""
    if isinstance(cell, int | float):
        return not isinstance(cell, bool)
    return isinstance(cell, str) and bool(_AMOUNT.match(text_of(cell)))


def _is_code(cell: Cell) -> bool:
    return bool(_CODE.match(text_of(cell)))


def _is_phone(cell: Cell) -> bool:
    return 6 <= sum(sign.isdigit() for sign in text_of(cell)) <= 20


def _is_siren(cell: Cell) -> bool:
    return len(re.sub(r"\D", "", text_of(cell))) in (9, 14)


def _is_text(cell: Cell) -> bool:
    return isinstance(cell, str) and not _AMOUNT.match(text_of(cell)) and not is_date(cell)


_CHECKS: dict[Field, Callable[[Cell], bool]] = {
    **dict.fromkeys((Field.ISSUED_ON, Field.DUE_ON, Field.SETTLED_ON, Field.PAID_ON), is_date),
    **dict.fromkeys((Field.AMOUNT, Field.REMAINING, Field.PAID), is_amount),
    **dict.fromkeys((Field.PHONE, Field.MOBILE), _is_phone),
    **dict.fromkeys((Field.CONTACT_NAME, Field.FIRST_NAME, Field.ROLE, Field.SEGMENT), _is_text),
    Field.INSOLVENT_ON: lambda cell: is_date(cell) or choice(INSOLVENT, text_of(cell)) is not None,
    Field.CURRENCY: lambda cell: currency_named(text_of(cell)) is not None,
    Field.TERMS: lambda cell: parse_terms(text_of(cell)) is not None,
    Field.EMAIL: lambda cell: "@" in text_of(cell),
    Field.SIREN: _is_siren,
    Field.VAT: lambda cell: bool(re.match(r"^[A-Za-z]{2}[\s\w]{4,}$", text_of(cell))),
    Field.COUNTRY: _is_text,
    Field.DISPUTED: lambda cell: choice(DISPUTED, text_of(cell)) is not None,
    Field.DISPUTE_REASON: lambda cell: not is_amount(cell) and not is_date(cell),
    Field.AUTOPAY: lambda cell: choice(AUTOPAY, text_of(cell)) is not None,
    Field.DOCUMENT: lambda cell: choice(DOCUMENTS, text_of(cell)) is not None,
    Field.CUSTOMER_KIND: lambda cell: choice(CUSTOMER_KINDS, text_of(cell)) is not None,
    Field.LANGUAGE: lambda cell: choice(LANGUAGES, text_of(cell)) is not None,
}

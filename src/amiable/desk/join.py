"""Join: what a source says, held against what is stored, one customer at a time.

A fact that is stored is not stored again. A source may know better than the first one: a
matching code filled in since, a stated due date where there was an inferred one.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from amiable.engine.dispute import Dispute
from amiable.engine.ledger import (
    DUE_CONFIDENCE,
    Credit,
    DueBasis,
    Invoice,
    InvoiceKind,
    Ledger,
)
from amiable.store.ledger import StoredLedger


@dataclass(slots=True, kw_only=True)
class Joined:
    """The difference a source makes to one customer's stored ledger.

    ``changed_*``: (before, after) of facts the source knows better. ``dropped``: stored credits
    that only stood for payments this source tells in full. ``aliases``: (stored key, key in the
    accounting export) of invoices a list had brought in before the export did.
    """

    stored: StoredLedger
    invoices: list[Invoice] = field(default_factory=list)
    credits: list[Credit] = field(default_factory=list)
    disputes: list[Dispute] = field(default_factory=list)
    changed_invoices: list[tuple[Invoice, Invoice]] = field(default_factory=list)
    changed_credits: list[tuple[Credit, Credit]] = field(default_factory=list)
    dropped: list[Credit] = field(default_factory=list)
    aliases: list[tuple[str, str]] = field(default_factory=list)

    @property
    def touches(self) -> bool:
        """Whether the ledger itself changes."""
        return bool(
            self.invoices
            or self.credits
            or self.changed_invoices
            or self.changed_credits
            or self.dropped
            or self.aliases
        )

    def ledger(self) -> Ledger:
        """The customer's ledger with the difference made."""
        old = self.stored.ledger
        better = {after.key: after for _, after in self.changed_invoices}
        lettered = {after.key: after for _, after in self.changed_credits}
        gone = {credit.key for credit in self.dropped}
        kept = [lettered.get(item.key, item) for item in old.credits if item.key not in gone]
        return Ledger(
            invoices=(*(better.get(item.key, item) for item in old.invoices), *self.invoices),
            credits=(*kept, *self.credits),
            allocations=old.allocations,
        )


def join(
    stored: StoredLedger,
    invoices: Iterable[Invoice],
    credits: Iterable[Credit],
    disputes: Iterable[Dispute],
) -> Joined:
    """Hold a source's facts of one customer against the stored ones."""
    joined = Joined(stored=stored)
    by_key = {item.key: item for item in stored.ledger.invoices}
    by_number = {
        plain_number(item.number): item
        for item in stored.ledger.invoices
        if item.kind is InvoiceKind.INVOICE and item.number
    }
    same: dict[str, Invoice] = {}
    for item in invoices:
        known = by_key.get(stored.aliases.get(item.key, item.key))
        known = known or _same_invoice(item, by_number)
        if known is None:
            joined.invoices.append(item)
        else:
            same[item.key] = known
            _hold_against(joined, known, item)
    _join_credits(joined, credits, same)
    joined.disputes = [
        replace(item, invoice=same[item.invoice].key) if item.invoice in same else item
        for item in disputes
    ]
    return joined


def _hold_against(joined: Joined, known: Invoice, item: Invoice) -> None:
    """Take from a source what it knows better of a stored invoice."""
    stored = joined.stored
    adopted = known.key in stored.aliases.values()
    if known.key == item.key and not adopted:
        after = replace(known, lettering=item.lettering or known.lettering)
        if DUE_CONFIDENCE[item.due_basis] > DUE_CONFIDENCE[known.due_basis]:
            after = replace(after, due_on=item.due_on, due_basis=item.due_basis)
    elif item.key in stored.aliases:
        after = replace(known, lettering=item.lettering or known.lettering)
    elif item.due_basis in (DueBasis.STATED, DueBasis.JOINED):
        basis = known.due_basis if known.due_basis is DueBasis.STATED else DueBasis.JOINED
        after = replace(known, due_on=item.due_on, due_basis=basis)
    elif known.due_basis is DueBasis.STATED and not adopted:
        joined.aliases.append((known.key, item.key))
        joined.dropped += _stand_ins(stored, known)
        after = replace(known, lettering=item.lettering)
    else:
        after = known
    if after != known:
        joined.changed_invoices.append((known, after))


def plain_number(number: str) -> str:
    """An invoice number without its punctuation, in capitals: F-2026/12 and f202612 are one."""
    return re.sub(r"[\W_]+", "", number).upper()


def _same_invoice(item: Invoice, by_number: dict[str, Invoice]) -> Invoice | None:
    """A stored invoice of another source with the same number and currency."""
    if item.kind is not InvoiceKind.INVOICE or not item.number:
        return None
    known = by_number.get(plain_number(item.number))
    if known is None or known.amount.currency != item.amount.currency:
        return None
    return known


def _stand_ins(stored: StoredLedger, known: Invoice) -> list[Credit]:
    """Stored credits that a list of open items implied for this invoice, now told in full."""
    return [
        credit
        for credit in stored.ledger.credits
        if known.lettering and credit.lettering == known.lettering
    ]


def _join_credits(joined: Joined, credits: Iterable[Credit], same: dict[str, Invoice]) -> None:
    known = {item.key: item for item in joined.stored.ledger.credits}
    adopted = set(joined.stored.aliases.values())
    elsewhere = {
        key
        for key, invoice in same.items()
        if (invoice.key != key or key in adopted)
        and key not in joined.stored.aliases
        and (invoice.key, key) not in joined.aliases
    }
    for item in credits:
        if item.lettering in elsewhere:
            continue  # what the other source's list implies was paid, our ledger already knows
        stored = known.get(item.key)
        if stored is None:
            joined.credits.append(item)
        elif item.lettering and item.lettering != stored.lettering:
            joined.changed_credits.append((stored, replace(stored, lettering=item.lettering)))

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
    CreditKind,
    DueBasis,
    Invoice,
    InvoiceKind,
    Ledger,
)
from amiable.engine.money import Money
from amiable.store.ledger import StoredLedger

DETAIL = "|detail|"
"""Between the key of an opening balance and that of an invoice that is part of it."""


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
            allocations=tuple(item for item in old.allocations if item.credit not in gone),
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
    given = list(credits)
    _join_credits(joined, given, same)
    _detail_openings(joined, given)
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


def _detail_openings(joined: Joined, given: Iterable[Credit]) -> None:
    """A list of open invoices tells in detail what an opening balance holds as one sum.

    Listed invoices issued before the opening's day are part of it: a credit of what is left of
    them is set against the opening, or the same money would be owed twice. It does not matter
    which of the two came in first. Its key starts with the opening's: it goes when that goes.
    """
    old = joined.stored.ledger
    known = _left(old.invoices, old)
    fresh = _left(joined.invoices, Ledger(credits=tuple(given)))
    adopted = set(joined.stored.aliases.values())
    listed = [item for item in old.invoices if _is_listed(item) and item.key not in adopted]
    for openings, items, left in (
        (old.invoices, [item for item in joined.invoices if _is_listed(item)], fresh | known),
        (joined.invoices, listed, known | fresh),
    ):
        for opening in (item for item in openings if item.kind is InvoiceKind.OPENING):
            for item in items:
                part = min(left[item.key], left[opening.key])
                same_money = opening.amount.currency == item.amount.currency
                if part > 0 and same_money and item.issued_on < opening.issued_on:
                    joined.credits.append(_detail(opening, item, part))
                    left[opening.key] -= part
                    left[item.key] -= part


def _is_listed(item: Invoice) -> bool:
    """Whether a list of invoices brought it in: an accounting export states no due date."""
    return item.kind is InvoiceKind.INVOICE and item.due_basis is DueBasis.STATED


def _left(invoices: Iterable[Invoice], ledger: Ledger) -> dict[str, int]:
    """What is open of each invoice, in minor units: by its allocations, or by the credits that
    came with it under the same lettering."""
    used: dict[str, int] = {}
    for allocation in ledger.allocations:
        used[allocation.invoice] = used.get(allocation.invoice, 0) + allocation.amount.minor
    if not ledger.allocations:
        for credit in ledger.credits:
            used[credit.lettering] = used.get(credit.lettering, 0) + credit.amount.minor
    return {
        item.key: item.amount.minor - used.get(item.key, used.get(item.lettering or "-", 0))
        for item in invoices
    }


def _detail(opening: Invoice, item: Invoice, minor: int) -> Credit:
    return Credit(
        key=f"{opening.key}{DETAIL}{item.key}",
        customer=opening.customer,
        number=opening.number,
        received_on=opening.issued_on,
        amount=Money(minor=minor, currency=opening.amount.currency),
        kind=CreditKind.ADJUSTMENT,
        label=item.number,
        lettering=opening.lettering,
    )

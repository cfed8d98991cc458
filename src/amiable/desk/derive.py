"""Derive: what follows from the facts of a ledger: matching, settlements, delays."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import date

from amiable.engine.days import BusinessCalendar
from amiable.engine.habit import due_for_habit
from amiable.engine.ledger import settlements
from amiable.engine.matching import match
from amiable.store.ledger import StoredLedger, load_ledgers
from amiable.store.settlement import Derived, save_derived


def derive(
    stored: StoredLedger, calendar: BusinessCalendar | None, disputed: Collection[str]
) -> Derived:
    """Match one customer's ledger and measure its delays.

    ``calendar`` rolls due dates (None: as written); invoices in ``disputed`` teach no habit.
    """
    allocations = match(stored.ledger)
    settled = settlements(replace(stored.ledger, allocations=allocations))
    paid = {
        invoice.key: _paid(settled[invoice.key].settled_on, invoice.due_on, calendar)
        for invoice in stored.ledger.invoices
        if invoice.key in settled and settled[invoice.key].teaches and invoice.key not in disputed
    }
    return Derived(stored=stored, allocations=allocations, paid=paid)


def _paid(on: date, due_on: date, calendar: BusinessCalendar | None) -> tuple[date, int]:
    return on, (on - due_for_habit(due_on, calendar)).days


def derive_again(
    company: int,
    pks: Iterable[int],
    calendar: BusinessCalendar | None,
    disputed: Mapping[int, Collection[str]],
) -> None:
    """Match the stored ledgers of some customers anew and write what changed."""
    wanted = sorted(set(pks))
    for at in range(0, len(wanted), 500):
        ledgers = load_ledgers(company, wanted[at : at + 500])
        derived = [derive(stored, calendar, disputed.get(pk, ())) for pk, stored in ledgers.items()]
        save_derived(company, derived)

"""Due dates: inferred ones follow the customer's payment terms once a person gives them."""

from collections.abc import Sequence

from amiable.desk.calendar import due_calendar
from amiable.desk.derive import derive_again
from amiable.engine.days import due_date, parse_terms
from amiable.engine.ledger import DueBasis
from amiable.store import dispute as disputes
from amiable.store.import_run import remember_changes
from amiable.store.invoice import inferred_invoices, save_due_dates
from amiable.store.models import Company, Customer, ImportRun


def apply_terms(
    company: Company,
    run: ImportRun | None,
    customers: Sequence[Customer],
    *,
    basis: DueBasis = DueBasis.TERMS,
) -> int:
    """Recompute the due dates of these customers' invoices that no source states.

    Dates written in an entry's text stay; returns how many invoices changed. ``run`` is the
    import that brought the terms, which can then be undone; None when a person gave them.
    """
    terms = {row.pk: parse_terms(row.terms) for row in customers}
    before, after = [], []
    for pk, customer, issued_on, due_on, known_basis in inferred_invoices(company.pk, list(terms)):
        known = terms[customer]
        if known is None:
            continue
        due = due_date(issued_on, known)
        if due != due_on or known_basis != basis.value:
            before.append((pk, {"due_on": due_on.isoformat(), "due_basis": known_basis}))
            after.append((due, basis.value, pk))
    if run is not None:
        remember_changes(run, "invoice", before)
    save_due_dates(after)
    derive_again(
        company.pk,
        list(terms),
        due_calendar(company),
        disputes.contested_invoices(company.pk, list(terms)),
    )
    return len(after)

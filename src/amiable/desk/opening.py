"""Opening balances: they stand for last year's items only until last year's file comes in."""

from collections import defaultdict
from datetime import date

from amiable.desk.calendar import due_calendar
from amiable.desk.derive import derive_again
from amiable.desk.join import DETAIL
from amiable.sources.reading import Reading
from amiable.store import dispute as disputes
from amiable.store.credit import adjustments_of
from amiable.store.customer import touch
from amiable.store.import_run import list_runs, remember_deleted
from amiable.store.ledger import opening_rows
from amiable.store.models import Company, Credit, ImportRun, Invoice

Year = tuple[date, date]


def known_years(company: Company) -> list[Year]:
    """The fiscal years whose accounting exports came in before, as [start, end)."""
    return [
        (date.fromisoformat(start), date.fromisoformat(end))
        for run in list_runs(company.pk)
        if run.undone_at is None
        for start, end in run.summary.get("years", ())
    ]


def is_past(company: Company, reading: Reading) -> bool:
    """Whether the reading is of years before one that is known: it cannot tell today's balances."""
    years: tuple[Year, ...] = getattr(reading, "fiscal_years", ())
    last = max((start for start, _ in years), default=None)
    return last is not None and any(start > last for start, _ in known_years(company))


def drop_superseded_openings(
    company: Company, run: ImportRun, reading: Reading
) -> dict[tuple[int, str], int]:
    """Delete stored opening items that repeat a year which this reading tells in full.

    Call it before the facts are joined: the year before may carry over the same item under the
    same key, and that one stays. An opening item is dated by the first day of its year.
    Returns what was carried over into the year after the reading's last one, in minor units by
    (customer, currency): what the reading must end with.
    """
    years: tuple[Year, ...] = getattr(reading, "fiscal_years", ())
    invoices: dict[int, Invoice] = {}
    credits: dict[int, Credit] = {}
    for start, end in years:
        some_invoices, some_credits = opening_rows(company.pk, start, end)
        invoices |= {row.pk: row for row in some_invoices}
        credits |= {row.pk: row for row in some_credits}
    if invoices or credits:
        _drop(company, run, list(invoices.values()), list(credits.values()))
    carried: dict[tuple[int, str], int] = defaultdict(int)
    last = max((end for _, end in years), default=None)
    for invoice in invoices.values():
        if invoice.issued_on == last:
            carried[invoice.customer_id, invoice.currency] += invoice.amount_minor
    for credit in credits.values():
        if credit.received_on == last:
            carried[credit.customer_id, credit.currency] -= credit.amount_minor
    return dict(carried)


def _drop(company: Company, run: ImportRun, invoices: list[Invoice], credits: list[Credit]) -> None:
    keys = {invoice.key for invoice in invoices}
    details = adjustments_of(company.pk, DETAIL)
    credits = [*credits, *(row for row in details if row.key.partition(DETAIL)[0] in keys)]
    remember_deleted(run, "invoice", invoices)
    remember_deleted(run, "credit", credits)
    pks = {row.customer_id for row in invoices} | {row.customer_id for row in credits}
    for invoice in invoices:
        invoice.delete()
    for credit in credits:
        credit.delete()
    derive_again(
        company.pk, pks, due_calendar(company), disputes.contested_invoices(company.pk, sorted(pks))
    )
    touch(company.pk, pks)

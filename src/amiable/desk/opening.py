"""Opening balances: they stand for last year's items only until last year's file comes in."""

from datetime import date

from amiable.desk.calendar import due_calendar
from amiable.desk.derive import derive_again
from amiable.sources.reading import Reading
from amiable.store import dispute as disputes
from amiable.store.customer import touch
from amiable.store.import_run import list_runs, remember_deleted
from amiable.store.ledger import opening_rows
from amiable.store.models import Company, ImportRun

Year = tuple[date, date]


def known_years(company: Company) -> list[Year]:
    """The fiscal years whose accounting exports came in before, as [start, end)."""
    return [
        (date.fromisoformat(start), date.fromisoformat(end))
        for run in list_runs(company.pk)
        if run.undone_at is None
        for start, end in run.summary.get("years", ())
    ]


def drop_superseded_openings(company: Company, run: ImportRun, reading: Reading) -> None:
    """Delete stored opening items that repeat a year which this reading tells in full."""
    years: tuple[Year, ...] = getattr(reading, "fiscal_years", ())
    ends = {end for _, end in years}
    invoices, credits = opening_rows(company.pk, ends)
    if not invoices and not credits:
        return
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

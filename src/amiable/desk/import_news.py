"""Import news: what whoever listens is told when files or posted items came in."""

from datetime import date, datetime, timedelta

from amiable.desk.event import Event, customer_data, import_data, payment_data
from amiable.desk.payment_seen import see_payments
from amiable.desk.webhook import announce, announce_all
from amiable.store.import_run import payments_brought
from amiable.store.models import Company, ImportRun

_NEWS = timedelta(days=31)  # an older payment is history


def tell_of_import(company: Company, run: ImportRun, *, on: date, at: datetime) -> None:
    """Tell that an import is finished, and of the money it brought, within its transaction.

    The first import of a company brings its past: its payments are not told.
    """
    announce(company, Event.IMPORT_FINISHED, {"import": import_data(run)}, at)
    if run.previous_on is not None:
        payments = (
            {"customer": customer_data(row.customer), "payment": payment_data(row)}
            for row in payments_brought(run, on - _NEWS)
        )
        announce_all(company, Event.PAYMENT_RECEIVED, payments, at)
        see_payments(company, run, on=on)

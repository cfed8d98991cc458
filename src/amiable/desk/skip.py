"""Skip: leave one step out, with a reason; the ladder goes on with the next."""

from datetime import date

from django.db import transaction

from amiable.desk.access import own
from amiable.store.customer import touch
from amiable.store.models import Company, OutboxRow, Skip
from amiable.store.plan import StoredEntry
from amiable.store.skip import skip_step


class NothingToDo(LookupError):
    """The customer has no reminder in today's plan."""


def skip(company: Company, entry: StoredEntry, *, on: date, note: str = "") -> Skip:
    """Do not send this reminder: its step counts as taken.

    Raises NothingToDo if it is none, OtherCompany if it is not the company's.
    """
    own(company, entry.row)
    detail = entry.row.detail
    if entry.row.kind != "remind":
        raise NothingToDo(entry.row.customer.name)
    with transaction.atomic():
        row = skip_step(
            company.pk,
            entry.row.customer_id,
            detail["cycle"],
            detail["number"],
            on=on,
            invoices=detail["chased"],
            note=note,
        )
        touch(company.pk, [entry.row.customer_id])
    return row


def skip_message(message: OutboxRow, *, on: date) -> Skip:
    """Leave out the step a message was about, which will not be sent."""
    return skip_step(
        message.company_id,
        message.customer_id,
        message.cycle,
        message.step,
        on=on,
        invoices=message.invoices,
    )

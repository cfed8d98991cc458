"""Skip: leave one step out, with a reason; the ladder goes on with the next."""

from datetime import date

from django.db import transaction

from amiable.desk.access import own
from amiable.store.customer import touch
from amiable.store.models import Company, Skip
from amiable.store.plan import StoredEntry


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
        row, _ = Skip.objects.of(company.pk).get_or_create(
            company_id=company.pk,
            key=f"skip|{entry.row.customer_id}|{detail['cycle']}|{detail['number']}",
            defaults={
                "customer_id": entry.row.customer_id,
                "skipped_on": on,
                "step": detail["number"],
                "invoices": detail["chased"],
                "note": note,
            },
        )
        touch(company.pk, [entry.row.customer_id])
    return row

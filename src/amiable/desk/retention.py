"""Retention: forget the people of customers with whom there is no business any more.

Accounting facts are kept, as the law asks; names, addresses and words exchanged are not needed
once nothing is owed and nothing has happened for some years (the CNIL counts three after the
last contact).
"""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from amiable.desk.access import Actor
from amiable.desk.audit import recorded
from amiable.engine.days import add_months
from amiable.store.company import lock_company
from amiable.store.customer import touch
from amiable.store.models import Company
from amiable.store.retention import first_forgettable, forget_persons, forgettable

_SHOWN = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Forgettable:
    """Whose personal data may go: ``count`` customers, the first of them by name; ``since``: no
    movement from that day on."""

    count: int
    names: tuple[str, ...]
    since: date


def look_at_forgettable(company: Company, today: date) -> Forgettable:
    """Whose personal data may go today."""
    since = add_months(today, -company.retention_months)
    count, names = first_forgettable(company.pk, since, _SHOWN)
    return Forgettable(count=count, names=tuple(names), since=since)


def forget(actor: Actor, *, today: date, at: datetime) -> int:
    """Delete their contacts and empty the messages, answers and notes; how many customers.

    It cannot be undone. Invoices, payments and the audit log stay.
    """
    company = actor.company
    with transaction.atomic():
        lock_company(company)
        since = add_months(today, -company.retention_months)
        pks = sorted(forgettable(company.pk, since).values_list("pk", flat=True))
        if pks:
            with recorded(actor, "persons_forgotten", at=at, n=len(pks), since=since.isoformat()):
                forget_persons(company.pk, pks)
                touch(company.pk, pks)
    return len(pks)
